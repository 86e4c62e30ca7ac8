// A loaded program: the tables made from a file's header, and what they own.
//
// The file's bytes stay where the host put them, in one Blob; weights are storages inside it, names are addresses in
// its header. Every table is one heap block, freed with the program.

import { free } from "../core/heap";
import { releaseObject } from "../core/object";
import { dropValues } from "../core/value";

/** The file's bytes: a counted object, so that a tensor taken out of a program keeps its weights alive. */
@unmanaged
export class Blob {
  refs: u32;
  kind: u32;
  data: usize;
  bytes: usize;
}

/** A class of the program; its members are rows of 16 bytes. */
@unmanaged
export class ClassInfo {
  /** 0 module, 1 class, 2 interface, 3 enum, 4 external. */
  kind: u32;
  name: usize;
  nameLength: u32;
  /** Slots of an object: attributes that are not constants. */
  slots: u32;
  /** Attributes: { name, length, slot (-1: constant), value index } */
  attributes: usize;
  attributeCount: u32;
  /** Methods: { name, length, function, 0 } */
  methods: usize;
  methodCount: u32;
  /** Address of what is particular to the kind: hooks and properties, or an enum's members. */
  detail: usize;
}

/** A function: where its msgpack lies, and its code once it was compiled. */
@unmanaged
export class FunctionInfo {
  /** 0 free, 1 method, 2 declaration, 3 subgraph. */
  kind: u32;
  /** Address of the function's msgpack array. */
  at: usize;
  /** Address of the graph's msgpack, 0 for a declaration. */
  graph: usize;
  params: u32;
  returns: u32;
  registers: u32;
  code: usize;
  codeWords: u32;
  /** Word of the last TRY of the code, + 1; 0 without any. */
  lastTry: u32;
  /** Constants that stand in registers from the start: { register, index among the values }. */
  constants: usize;
  constantCount: u32;
}

@unmanaged
export class Program {
  refs: u32;
  kind: u32;
  blob: Blob;
  /** Address and bytes of the msgpack header. */
  header: usize;
  headerBytes: usize;
  /** Operator ids by file index, i32 each, -1 where this runtime has no such operator. */
  ops: usize;
  /** Addresses of the names in the file: { text, length }. */
  opNames: usize;
  opCount: u32;
  /** Node attribute names: { text, length }. */
  keys: usize;
  keyCount: u32;
  /** Addresses of the types' msgpack arrays. */
  types: usize;
  typeCount: u32;
  classes: usize;
  classCount: u32;
  functions: usize;
  functionCount: u32;
  /** Value slots. */
  values: usize;
  valueCount: u32;
  /** Value slots holding tensors. */
  tensors: usize;
  tensorCount: u32;
  /** { data address, bytes, Storage or 0 } */
  segments: usize;
  segmentCount: u32;
  /** The debug segment's bytes, or 0. */
  debug: usize;
  debugBytes: usize;
  /** Root: 0 an object (index of a value) or 1 a function (its index). */
  rootKind: u32;
  root: u32;

  @inline classAt(i: u32): ClassInfo {
    return changetype<ClassInfo>(this.classes + (i as usize) * offsetof<ClassInfo>());
  }

  @inline functionAt(i: u32): FunctionInfo {
    return changetype<FunctionInfo>(this.functions + (i as usize) * offsetof<FunctionInfo>());
  }
}

/** The program whose code runs, which knows the classes' names; null between calls. */
export let running: Program = changetype<Program>(0);

export function setRunning(p: Program): void {
  running = p;
}

/** Called when the last reference to a program is gone. */
export function destroyProgram(p: Program): void {
  for (let i: u32 = 0; i < p.functionCount; i++) {
    free(p.functionAt(i).code);
    free(p.functionAt(i).constants);
  }
  for (let i: u32 = 0; i < p.classCount; i++) {
    free(p.classAt(i).attributes);
    free(p.classAt(i).methods);
  }
  if (p.values) dropValues(p.values, p.valueCount);
  if (p.tensors) dropValues(p.tensors, p.tensorCount);
  for (let i: usize = 0; i < (p.segmentCount as usize) && p.segments; i++)
    releaseObject(load<u32>(p.segments + i * 12, 8));
  free(p.ops);
  free(p.opNames);
  free(p.keys);
  free(p.types);
  free(p.classes);
  free(p.functions);
  free(p.values);
  free(p.tensors);
  free(p.segments);
  releaseObject(changetype<usize>(p.blob));
  free(changetype<usize>(p));
}

export function destroyBlob(b: Blob): void {
  free(b.data);
  free(changetype<usize>(b));
}

/** Two names are the same bytes. */
export function sameName(a: usize, aLength: u32, b: usize, bLength: u32): bool {
  return aLength == bLength && memory.compare(a, b, aLength) == 0;
}

/** Row of 16 bytes whose first two words name it, or 0. */
export function findRow(rows: usize, count: u32, name: usize, length: u32): usize {
  for (let i: usize = 0; i < (count as usize); i++) {
    const row = rows + (i << 4);
    if (sameName(load<u32>(row), load<u32>(row, 4), name, length)) return row;
  }
  return 0;
}
