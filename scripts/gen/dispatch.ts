/** `assembly/ops.gen.ts`: names, argument kinds and the dispatch switch, from the operator table. */

import type { Op } from "../../format/ops/define.ts";
import { ops } from "../../format/ops/table.ts";
import type { Argument } from "../../format/schema.ts";
import type { Type } from "../../format/types.ts";

/** Argument kinds as `assembly/vm/args.ts` checks them; +128 marks an optional, +64 an argument that is written to. */
const KIND = {
  Tensor: 1,
  Scalar: 2,
  int: 3,
  float: 4,
  bool: 5,
  str: 6,
  Device: 7,
  Any: 8,
  intList: 9,
  floatList: 10,
  boolList: 11,
  tensorList: 12,
  optionalTensorList: 13,
  strList: 14,
  List: 15,
  Dict: 16,
  Nested: 17,
} as const;
type Kind = keyof typeof KIND;
const OPTIONAL = 128;
const WRITES = 64;
/** Added to the number of results: an argument is written to; any number of further arguments may follow. */
const WRITER = 128;
const VARARG = 64;

function kindOf(type: Type): Kind {
  switch (type.kind) {
    case "Tensor":
    case "Scalar":
    case "int":
    case "float":
    case "bool":
    case "str":
    case "Device":
    case "Dict":
      return type.kind;
    case "List": {
      const e = type.elem;
      if (e.kind === "int") return "intList";
      if (e.kind === "float") return "floatList";
      if (e.kind === "bool") return "boolList";
      if (e.kind === "str") return "strList";
      if (e.kind === "Tensor") return "tensorList";
      if (e.kind === "Optional" && e.elem.kind === "Tensor") return "optionalTensorList";
      return "List";
    }
    default:
      return "Any";
  }
}

export function argKind(op: Op, arg: Argument): { kind: Kind; optional: boolean } {
  if (op.nested?.includes(arg.name)) return { kind: "Nested", optional: false };
  if (arg.type.kind === "Optional") return { kind: kindOf(arg.type.elem), optional: true };
  return { kind: kindOf(arg.type), optional: false };
}

/** How the wrapper reads argument `i` for the kernel. */
function read(op: Op, arg: Argument, i: number): string {
  const { kind, optional } = argKind(op, arg);
  if (op.wraps === i) return `wrapNumber(v.at(${i}))`;
  if (op.pass === "slots") return `v.at(${i})`;
  if (op.pass === "floats" && ["int", "float", "bool", "Scalar"].includes(kind)) return `v.at(${i}).asFloat`;
  switch (kind) {
    case "Tensor":
      return optional ? `v.at(${i}).tensorOrNone` : `v.at(${i}).tensor`;
    case "int":
      return optional ? `v.at(${i})` : `v.at(${i}).int`;
    case "float":
      return optional ? `v.at(${i})` : `v.at(${i}).float`;
    case "bool":
      return optional ? `v.at(${i})` : `v.at(${i}).bool`;
    case "str":
      return optional ? `v.at(${i}).strOrNull` : `v.at(${i}).str`;
    case "Scalar":
    case "Device":
    case "Any":
    case "Nested":
      return `v.at(${i})`;
    case "Dict":
      return optional ? `v.at(${i}).dictOrNull` : `v.at(${i}).dict`;
    default:
      return optional ? `v.at(${i}).listOrNull` : `v.at(${i}).list`;
  }
}

/** The statement that calls the kernel and stores its result. */
export function call(op: Op): string {
  if (!("kernel" in op.run)) throw new Error(`${op.name} has no kernel`);
  const name = alias(op.run.module, op.run.kernel);
  if (op.schema.vararg) return `${name}(v, n, r);`;
  const args = op.schema.args.map((arg, i) => read(op, arg, i));
  if (op.out === "new") args.push("NONE");
  if (op.out === "self") args.push("v.at(0).tensor");
  const returns = op.schema.returns;
  if (returns.length === 0) return `${name}(${args.join(", ")});`;
  if (returns.length > 1 || op.pass === "slots") return `${name}(${[...args, "r"].join(", ")});`;
  if (op.nested && returns[0]!.type.kind === "Tensor") return `${name}(${[...args, "r"].join(", ")});`;
  const invoke = `${name}(${args.join(", ")})`;
  const type = returns[0]!.type;
  if (op.pass === "floats" && type.kind === "Scalar") return `r.setFloat((${invoke} as f32) as f64);`;
  switch (kindOf(type)) {
    case "Tensor":
      return `r.setTensor(${invoke});`;
    case "int":
      return `r.setInt(${invoke});`;
    case "float":
      return `r.setFloat(${invoke});`;
    case "bool":
      return `r.setBool(${invoke});`;
    case "str":
      return `r.setObject(Tag.STR, changetype<usize>(${invoke}));`;
    case "Dict":
      return `r.setObject(Tag.DICT, changetype<usize>(${invoke}));`;
    case "Scalar":
    case "Device":
    case "Any":
      return `${name}(${[...args, "r"].join(", ")});`;
    default:
      return `r.setObject(Tag.LIST, changetype<usize>(${invoke}));`;
  }
}

/** `kernels/arithmetic` and `add` → `arithmetic.add`: one namespace import per module. */
function alias(module: string, kernel: string): string {
  return `${namespaceOf(module)}.${kernel}`;
}

export function namespaceOf(module: string): string {
  return module
    .split("/")
    .at(-1)!
    .replace(/-([a-z])/g, (_, c: string) => c.toUpperCase());
}

export function bytes(values: readonly number[]): string {
  const lines: string[] = [];
  for (let i = 0; i < values.length; i += 32) lines.push(`  ${values.slice(i, i + 32).join(", ")},`);
  return `[\n${lines.join("\n")}\n]`;
}

/** As `OutRule` in assembly/vm/out.ts: where the dtype argument stands, and flags. */
function outRule(out: NonNullable<Op["outOf"]>): number {
  return (out.dtypeAt ?? 63) | (out.insertsOptions ? 128 : 0) | (out.keepsShape ? 64 : 0);
}

export function generateDispatch(): string {
  const modules = [...new Set(ops.flatMap((op) => ("kernel" in op.run ? [op.run.module] : [])))].sort();
  const imports = modules.map((m) => `import * as ${namespaceOf(m)} from "./${m}";`);
  const kernels = ops.filter((op) => "kernel" in op.run && !op.outOf);
  const outs = ops.filter((op) => op.outOf);
  const firstOut = outs[0]?.id ?? ops.length;
  if (outs.some((op, i) => op.id !== firstOut + i)) throw new Error("overloads with out are not the last");
  const blocks = Array.from({ length: Math.ceil(firstOut / BLOCK) }, (_, b) =>
    kernels.filter((op) => Math.floor(op.id / BLOCK) === b),
  );

  // Names, sorted, for the loader's binary search; kinds by id.
  const sorted = [...ops].sort((a, b) => (a.name < b.name ? -1 : 1));
  const names: number[] = [];
  const nameIndex: number[] = [];
  const encoder = new TextEncoder();
  const offsets: number[] = [];
  for (const op of sorted) {
    offsets.push(names.length);
    nameIndex.push(op.id);
    names.push(...encoder.encode(op.name));
  }
  offsets.push(names.length);

  const kinds: number[] = [];
  const kindIndex: number[] = [];
  const seen = new Map<string, number>();
  for (const op of ops) {
    const code =
      "kernel" in op.run
        ? [
            op.schema.args.length,
            op.schema.returns.length |
              (op.schema.args.some((arg) => arg.alias?.write) ? WRITER : 0) |
              (op.schema.vararg ? VARARG : 0),
            ...op.schema.args.map((arg) => {
              const { kind, optional } = argKind(op, arg);
              return KIND[kind] | (optional ? OPTIONAL : 0) | (arg.alias?.write ? WRITES : 0);
            }),
          ]
        : [0, 0];
    const key = code.join();
    const at = seen.get(key) ?? kinds.length;
    if (!seen.has(key)) {
      seen.set(key, at);
      kinds.push(...code);
    }
    kindIndex.push(at);
  }

  const cases_ = [...new Set(ops.flatMap((op) => ("vm" in op.run ? [op.run.vm] : [])))];
  const vmNumbers = cases_.map((name, i) => `  ${name} = ${i + 1},`);
  const vmOf = ops.map((op) => ("vm" in op.run ? cases_.indexOf(op.run.vm) + 1 : 0));

  return `// The operators: names, argument kinds, and the switch from an operator's id to its kernel.
// Generated by \`npm run gen\` from format/ops; do not edit.

import { Tag } from "./core/object";
import { NONE } from "./core/tensor";
import { Value } from "./core/value";
${imports.join("\n")}
import { wrapNumber } from "./vm/args";

export const OP_COUNT: i32 = ${ops.length};

/** Cases of the virtual machine; an operator whose case is KERNEL is run by \`dispatch\`. */
export const enum Vm {
  KERNEL = 0,
${vmNumbers.join("\n")}
}

/** The Vm case of each operator. */
export const VM_CASES: usize = memory.data<u8>(${bytes(vmOf)});

/** Names in byte order, end to end; name i is [NAME_OFFSETS[i], NAME_OFFSETS[i + 1]) and belongs to NAME_IDS[i]. */
export const NAMES: usize = memory.data<u8>(${bytes(names)});
export const NAME_OFFSETS: usize = memory.data<u16>(${bytes(offsets)});
export const NAME_IDS: usize = memory.data<u16>(${bytes(nameIndex)});

/** At KIND_OFFSETS[id]: the number of arguments, of results (and flags), then a kind per argument (see vm/args.ts). */
export const KINDS: usize = memory.data<u8>(${bytes(kinds)});
export const KIND_OFFSETS: usize = memory.data<u16>(${bytes(kindIndex)});

/** Operators from here on run another and write its results into their last arguments (see vm/out.ts). */
export const FIRST_OUT: i32 = ${firstOut};
/** The operator that each runs. */
export const OUT_BASES: usize = memory.data<u16>(${bytes(outs.map((op) => op.outOf!.id))});
/** How each runs it: a set of OutRule. */
export const OUT_RULES: usize = memory.data<u8>(${bytes(outs.map((op) => outRule(op.outOf!)))});

/** Runs kernel \`op\` on \`n\` checked arguments \`v\`; results go to the empty slots at \`r\`. */
export function dispatch(op: i32, v: Value, n: u32, r: Value): void {
  switch (op >> ${Math.log2(BLOCK)}) {
${blocks.map((_, b) => `    case ${b}:\n      return dispatch${b}(op, v, n, r);`).join("\n")}
    default:
      unreachable();
  }
}
${blocks.map(dispatchBlock).join("")}`;
}

/** Operators per function: the compiler makes a table of jumps of a switch only when it has no more cases than about so many. */
const BLOCK = 128;

function dispatchBlock(kernels: readonly Op[], b: number): string {
  const cases = kernels.map((op) => `    case ${op.id}: // ${op.text}\n      ${call(op)}\n      break;`);
  return `
function dispatch${b}(op: i32, v: Value, n: u32, r: Value): void {
  switch (op) {
${cases.join("\n")}
    default:
      unreachable();
  }
}
`;
}
