/** The numbers of the `.sconce` file, as SPEC.md gives them: preamble offsets, and the codes of types, values, kinds. */

import type { AttrKind } from "../ir/graph.ts";
import type { AttributeKind, TypeDef } from "../ir/program.ts";
import type { SimpleKind } from "../types.ts";
import type { IValue } from "../value.ts";

export const MAGIC = Uint8Array.of(0x89, 0x53, 0x43, 0x4f, 0x4e, 0x43, 0x45, 0x0a);
export const VERSION = 1;
const ALIGNMENT = 64;

/** Byte offsets in the preamble; all fields but the magic, version and flags are u64. */
export const PREAMBLE = {
  bytes: 64,
  magic: 0,
  version: 8,
  flags: 12,
  headerOffset: 16,
  headerBytes: 24,
  headerHash: 32,
  fileBytes: 40,
  reserved: 48,
  check: 56,
} as const;

/** Features a file may require of its reader: none in version 1. */
export const FEATURES: ReadonlySet<string> = new Set();

/** How deep msgpack containers may nest in the header. */
export const MAX_NESTING = 1024;

export const SIMPLE_TYPE_CODES: Readonly<Record<SimpleKind, number>> = {
  Tensor: 0,
  int: 1,
  float: 2,
  bool: 3,
  str: 4,
  None: 5,
  Device: 6,
  Scalar: 7,
  Any: 8,
  Generator: 9,
  Storage: 10,
  Stream: 11,
  QScheme: 12,
  Function: 13,
  complex: 14,
  AnyList: 15,
  AnyTuple: 16,
  AnyClass: 17,
  AnyEnum: 18,
};

export const TYPE_CODES = {
  List: 20,
  Tuple: 21,
  Optional: 22,
  Dict: 23,
  Union: 24,
  Class: 25,
  Interface: 26,
  Enum: 27,
  Future: 28,
  RRef: 29,
} as const;

export const VALUE_TAGS: Readonly<Record<IValue["kind"] | "function", number>> = {
  none: 0,
  bool: 1,
  int: 2,
  float: 3,
  str: 4,
  device: 5,
  tensor: 6,
  list: 7,
  tuple: 8,
  dict: 9,
  object: 10,
  enum: 11,
  function: 12,
};

export const ATTR_CODES: Readonly<Record<AttrKind, number>> = {
  i: 0,
  f: 1,
  s: 2,
  t: 3,
  g: 4,
  ty: 5,
  ival: 6,
  is: 8,
  fs: 9,
  ss: 10,
  ts: 11,
  tys: 13,
  ivals: 14,
};

export const CLASS_KINDS: Readonly<Record<TypeDef["kind"] | "external", number>> = {
  module: 0,
  class: 1,
  interface: 2,
  enum: 3,
  external: 4,
};

export const ATTRIBUTE_KINDS: Readonly<Record<AttributeKind, number>> = {
  parameter: 0,
  buffer: 1,
  attribute: 2,
  constant: 3,
  module: 4,
};

export const FUNCTION_KINDS = { free: 0, method: 1, declaration: 2, subgraph: 3 } as const;

export const ROOT_KINDS = { object: 0, function: 1 } as const;

/** The first aligned offset at or after `offset`. */
export function align(offset: number): number {
  return Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
}

/** Keys of a record of codes by code. */
export function byCode<K extends string>(codes: Readonly<Record<K, number>>): ReadonlyMap<number, K> {
  return new Map((Object.keys(codes) as K[]).map((key) => [codes[key], key]));
}

/** Order of text by its UTF-8 bytes, which is that of its code points. */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    // Surrogates stand for code points above every other unit's, although U+E000 to U+FFFF are larger numbers.
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}
