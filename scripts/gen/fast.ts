/** Writes `assembly/vm/fast.gen.ts`: the loop that runs the operators of format/ops/fast.ts and what holds them together. */

import type { Op } from "../../format/ops/define.ts";
import {
  checkedOps,
  directOps,
  inlinedOps,
  pairedOps,
  provenOps,
  scratchOps,
  totalOps,
} from "../../format/ops/fast.ts";
import { findOp, ops } from "../../format/ops/table.ts";
import { argKind, bytes, call, namespaceOf } from "./dispatch.ts";

/** As `Step` in assembly/program/code.ts: the first case of an operator. */
const OPERATOR = 90;
/** Where operands begin, in bytes. */
const HEAD = 32;

const TAGS: Readonly<Record<string, string>> = {
  int: "INT",
  float: "FLOAT",
  bool: "BOOL",
  str: "STR",
  List: "LIST",
  Dict: "DICT",
};
const STORES: Readonly<Record<string, string>> = { Int: "i64", Float: "f64", Bool: "i64" };

function isNumber(kind: string): boolean {
  return kind === "int" || kind === "float" || kind === "bool";
}

interface Case {
  readonly op: Op;
  readonly total: boolean;
  readonly scratch: boolean;
  /** Reads and checks the operands: `a0`, `a1` … are their addresses. */
  readonly head: readonly string[];
  readonly tests: readonly string[];
  /** Of a kernel that gives a number: which, and the call. */
  readonly result?: { readonly set: string; readonly value: string };
  /** Otherwise the statement that puts the result, if any, into `r`. */
  readonly statement: string;
  /** Drops what is used for the last time. */
  readonly release: readonly string[];
}

function caseOf(name: string, { total = false, scratch = false } = {}): Case {
  const op = findOp(name);
  if (op === undefined || !("kernel" in op.run))
    throw new Error(`fast operators: there is no kernel of ${name}`);
  if (op.schema.vararg || op.schema.returns.length > 1) throw new Error(`${name} cannot be fast`);
  const head: string[] = [];
  const tests: string[] = [];
  const release: string[] = [];
  const { module, kernel } = op.run;
  let statement = call(op);
  if (inlinedOps.has(name))
    statement = statement.replace(
      `${namespaceOf(module)}.${kernel}(`,
      `${namespaceOf(module)}.Inline.${kernel}(`,
    );
  op.schema.args.forEach((arg, i) => {
    const { kind, optional } = argKind(op, arg);
    if (!(kind in TAGS) && kind !== "Any") throw new Error(`${name}: ${kind} ${arg.name} cannot be fast`);
    if (optional && kind !== "Any") throw new Error(`${name}: ${arg.name} cannot be fast`);
    const at = `load<u32>(at, ${HEAD + 4 * i})`;
    head.push(`const a${i} = registers + (${isNumber(kind) ? at : `${at} & ~15`});`);
    if (kind in TAGS) tests.push(`(load<u32>(a${i}) ^ Tag.${TAGS[kind]})`);
    if (!isNumber(kind)) release.push(`if (${at} & 1) dropValue(a${i});`);
    const value = `changetype<Value>(a${i})`;
    statement = statement
      .replaceAll(`v.at(${i}).asFloat`, kind === "int" ? `(${value}.int as f64)` : `${value}.float`)
      .replaceAll(`v.at(${i})`, value);
  });
  const match = /^r\.set(Int|Float|Bool)\((.*)\);$/.exec(statement);
  if (total && match === null) throw new Error(`${name} does not give a number`);
  const result = match === null ? {} : { result: { set: match[1]!, value: match[2]! } };
  return { op, total, scratch, head, tests, statement, release, ...result };
}

const leave = "{\n          spare = left;\n          return at;\n        }";

/** The checks unless `proven`, the call; `value` is set where the kernel gives a number. */
function body(
  { op, total, scratch, head, tests, result, statement, release }: Case,
  stored: boolean,
  proven = false,
): string[] {
  const n = op.schema.args.length;
  const number = result !== undefined;
  const to = `load<u32>(at, ${HEAD + 4 * n})`;
  const more = number && stored ? [`(load<u32>(r) & ~7)`] : [];
  const lines = [...head];
  const direct = directOps.has(op.name);
  if (number && stored) lines.push(`const r = registers + (${to} & ~15);`);
  if (direct) lines.push(...directly(op, to));
  else if (!number && op.schema.returns.length > 0) lines.push("const r = changetype<Value>(OUT);");
  const all = proven ? [] : [...tests, ...more];
  if (all.length > 0) lines.push(`if (${all.join(" | ")}) ${leave}`);
  if (!total) lines.push(`setCurrentOp(${op.id});`);
  if (scratch) lines.push("const mark = scratchMark();");
  lines.push(number ? `const value = ${result.value};` : statement);
  if (scratch) lines.push("scratchReset(mark);");
  if (!total) lines.push(`if (hasError()) return failed(at, left);`);
  lines.push(...release);
  if (number && stored) {
    const type = STORES[result.set]!;
    lines.push(`store<${type}>(r, ${result.set === "Bool" ? "value ? 1 : 0" : "value"}, 8);`);
    lines.push(`store<u32>(r, Tag.${result.set.toUpperCase()});`);
  }
  if (direct) lines.push("if (changetype<usize>(r) === OUT) deliver(at, registers, word);");
  else if (!number && op.schema.returns.length > 0) {
    lines.push(`const word = ${to};`);
    lines.push("const out = registers + (word & ~15);");
    lines.push("if (((load<u32>(OUT) | load<u32>(out)) & ~7) | (word & 1)) deliver(at, registers, word);");
    lines.push(
      "else {\n          changetype<Value>(out).set(load<u32>(OUT), load<i64>(OUT, 8));\n          store<u32>(OUT, Tag.NONE);\n        }",
    );
  }
  return lines;
}

/** Where the result goes: to its register, unless that holds something counted, is an operand's or has no use. */
function directly(op: Op, to: string): string[] {
  const same = op.schema.args.flatMap((arg, i) =>
    argKind(op, arg).kind === "Any" ? [` || out === a${i}`] : [],
  );
  return [
    `const word = ${to};`,
    "const out = registers + (word & ~15);",
    `const r = changetype<Value>((load<u32>(out) & ~7) | (word & 1) | load<u32>(at, 20)${same.join("")} ? OUT : out);`,
  ];
}

function print(code: number, op: Op, lines: readonly string[], what = ""): string {
  const text = lines.map((line) => `        ${line}`).join("\n");
  return `      case ${code}: { // ${op.text}${what}\n${text}\n        break;\n      }`;
}

function size(op: Op): number {
  return HEAD + 4 * (op.schema.args.length + op.schema.returns.length);
}

export function generateFast(): string {
  const cases = [
    ...totalOps.map((name) => caseOf(name, { total: true })),
    ...checkedOps.map((name) => caseOf(name)),
    ...scratchOps.map((name) => caseOf(name, { scratch: true })),
  ];
  const tests = cases.filter(({ result }) => result?.set === "Bool");
  const firstFused = OPERATOR + cases.length;
  const proven = provenOps.map((name) => cases.find(({ op }) => op.name === name)!);
  const firstProven = firstFused + tests.length;
  const provenTests = proven.filter((c) => tests.includes(c));
  const firstProvenFused = firstProven + proven.length;
  const pairs = pairedOps.map((names) => names.map((name) => proven.find(({ op }) => op.name === name)!));
  const firstPair = firstProvenFused + provenTests.length;
  const codes = new Map(cases.map(({ op }, i) => [op.id, OPERATOR + i]));
  const provenCodes = new Map(proven.map(({ op }, i) => [op.id, firstProven + i]));
  const provenFused = new Map(provenTests.map(({ op }, i) => [op.id, firstProvenFused + i]));
  const fused = new Map(tests.map(({ op }, i) => [op.id, firstFused + i]));
  const modules = [...new Set(cases.flatMap(({ op }) => ("kernel" in op.run ? [op.run.module] : [])))].sort();
  const imports = modules.map((m) => `import * as ${namespaceOf(m)} from "../${m}";`);
  const plain = cases.map((c, i) => print(OPERATOR + i, c.op, [...body(c, true), `at += ${size(c.op)};`]));
  const jump = (c: Case) => `at += (value ? 1 : 0) == load<u32>(at, 20) ? load<i32>(at, 28) : ${size(c.op)};`;
  const jumping = tests.map((c, i) =>
    print(firstFused + i, c.op, [...body(c, false), jump(c)], ", then a jump"),
  );
  const unchecked = [
    ...proven.map((c, i) =>
      print(firstProven + i, c.op, [...body(c, true, true), `at += ${size(c.op)};`], ", proven"),
    ),
    ...provenTests.map((c, i) =>
      print(firstProvenFused + i, c.op, [...body(c, false, true), jump(c)], ", proven, then a jump"),
    ),
    ...pairs.map(([a, b], i) =>
      print(
        firstPair + i,
        a!.op,
        [
          "{",
          ...body(a!, true, true).map((line) => `  ${line}`),
          "}",
          `at += ${size(a!.op)};`,
          "left--;",
          ...body(b!, false, true),
          jump(b!),
        ],
        `, then ${b!.op.name} and a jump`,
      ),
    ),
  ];
  return `// The inner loop of the virtual machine: jumps, copies of numbers, and the operators of format/ops/fast.ts.
// Generated by \`npm run gen\`; do not edit.

import { hasError, setCurrentOp } from "../core/error";
import { Tag } from "../core/object";
import { scratchMark, scratchReset } from "../core/scratch";
import { dropValue, Value } from "../core/value";
${imports.join("\n")}
import { Step } from "../program/code";
import { attributeSlot } from "./attributes";
import { deliver, OUT } from "./deliver";

/** The case of each operator, 0 for those that are not here; and the one that jumps on its result. */
export const FAST_CASES: usize = memory.data<u16>(${bytes(ops.map((op) => codes.get(op.id) ?? 0))});
export const FUSED_CASES: usize = memory.data<u16>(${bytes(ops.map((op) => fused.get(op.id) ?? 0))});
/** The same where nothing must be checked. */
export const PROVEN_CASES: usize = memory.data<u16>(${bytes(ops.map((op) => provenCodes.get(op.id) ?? 0))});
export const PROVEN_FUSED_CASES: usize = memory.data<u16>(${bytes(ops.map((op) => provenFused.get(op.id) ?? 0))});
/** The tag that all arguments of a proven case have. */
export const PROVEN_TAGS: usize = memory.data<u8>(${bytes(ops.map((op) => (provenCodes.has(op.id) ? argumentTag(op) : 0)))});
/** Proven cases that run as one: { first, second, both }. */
export const PAIRS: usize = memory.data<u16>(${bytes(
    pairs.flatMap(([a, b], i) => [provenCodes.get(a!.op.id)!, provenFused.get(b!.op.id)!, firstPair + i]),
  )});
export const PAIR_COUNT: u32 = ${pairs.length};
/** The tag of what each operator gives: int, float or bool whatever happens, or 0. */
export const RESULT_TAGS: usize = memory.data<u8>(${bytes(ops.map(resultTag))});

export function caseOf(table: usize, op: i32): u32 {
  return load<u16>(table + ((op as usize) << 1));
}

/** True for cases that jump on their result. */
export function isFused(kind: u32): bool {
  return (kind >= ${firstFused} && kind < ${firstProven}) || (kind >= ${firstProvenFused} && kind < ${firstPair});
}

/** Of the instructions that \`runFast\` was allowed, those that it did not run. */
export let spare: i32 = 0;

/** Leaves at an instruction that failed: the error stands. */
function failed(at: usize, left: i32): usize {
  spare = left;
  setCurrentOp(-1);
  dropValue(OUT);
  return at;
}

/**
 * Runs instructions from the one at \`from\` on, up to \`slice\` of them, or one more. Stops at one that is not here, or whose values are not
 * what it expects, with nothing of it done; or at one that failed, with its error recorded. Returns where it stopped.
 */
export function runFast(from: usize, registers: usize, slice: i32): usize {
  let at = from;
  let left = slice;
  while (left > 0) {
    switch (load<u32>(at)) {
      case Step.COPY: {
        const word = load<u32>(at, 36);
        const a = registers + (load<u32>(at, 32) & ~15);
        const r = registers + (word & ~15);
        if (((load<u32>(a) | load<u32>(r)) & ~7) | (word & 1)) ${leave}
        changetype<Value>(r).set(load<u32>(a), load<i64>(a, 8));
        at += 40;
        break;
      }
      case Step.JUMP:
        at += load<i32>(at, 28);
        break;
      case Step.JUMP_IF: {
        const a = registers + load<u32>(at, 32);
        if (load<u32>(a) != Tag.BOOL) ${leave}
        at += load<u32>(a, 8) ? load<i32>(at, 28) : 36;
        break;
      }
      case Step.JUMP_UNLESS: {
        const a = registers + load<u32>(at, 32);
        if (load<u32>(a) != Tag.BOOL) ${leave}
        at += load<u32>(a, 8) ? 36 : load<i32>(at, 28);
        break;
      }
      case Step.TEST:
        if (load<u32>(registers + load<u32>(at, 32)) != load<u32>(at, 20)) ${leave}
        at += 36;
        break;
      case Step.EMPTY:
        if (load<u32>(registers + load<u32>(at, 32)) & ~7) ${leave}
        at += 36;
        break;
      case Step.GET: {
        const a = registers + load<u32>(at, 32);
        const out = registers + load<u32>(at, 36);
        if ((load<u32>(at, 32) | load<u32>(at, 36)) & 1) ${leave}
        if ((load<u32>(a) ^ Tag.OBJECT) | (load<u32>(out) & ~7)) ${leave}
        const slot = attributeSlot(at, changetype<Value>(a).record);
        if (!slot) ${leave}
        changetype<Value>(out).copy(changetype<Value>(slot));
        at += 40;
        break;
      }
      case Step.SET: {
        const a = registers + (load<u32>(at, 32) & ~15);
        const b = registers + (load<u32>(at, 36) & ~15);
        if ((load<u32>(a) ^ Tag.OBJECT) | (load<u32>(at, 32) & 1) | (load<u32>(b) & ~7)) ${leave}
        const slot = attributeSlot(at, changetype<Value>(a).record);
        if (!slot || load<u32>(slot) & ~7) ${leave}
        changetype<Value>(slot).set(load<u32>(b), load<i64>(b, 8));
        at += 40;
        break;
      }
      case Step.LOOP_ENTER: {
        const a = registers + load<u32>(at, 32);
        const b = registers + load<u32>(at, 36);
        const r = registers + load<u32>(at, 40);
        if ((load<u32>(a) ^ Tag.INT) | (load<u32>(b) ^ Tag.BOOL) | (load<u32>(r) & ~7)) ${leave}
        store<u32>(r, Tag.INT);
        store<i64>(r, 0, 8);
        at += load<u32>(b, 8) != 0 && load<i64>(a, 8) > 0 ? 44 : load<i32>(at, 28);
        break;
      }
      case Step.LOOP_NEXT: {
        const a = registers + load<u32>(at, 32);
        const b = registers + load<u32>(at, 36);
        const r = registers + load<u32>(at, 40);
        if ((load<u32>(a) ^ Tag.INT) | (load<u32>(b) ^ Tag.BOOL) | (load<u32>(r) ^ Tag.INT)) ${leave}
        const i: i64 = load<i64>(r, 8) + 1;
        store<i64>(r, i, 8);
        at += load<u32>(b, 8) != 0 && i < load<i64>(a, 8) ? load<i32>(at, 28) : 44;
        break;
      }
${[...plain, ...jumping, ...unchecked].join("\n")}
      default: {
        spare = left;
        setCurrentOp(-1);
        return at;
      }
    }
    left--;
  }
  spare = left;
  setCurrentOp(-1);
  return at;
}
`;
}

/** Tags of assembly/core/object.ts. */
const NUMBER_TAGS: Readonly<Record<string, number>> = { bool: 1, int: 2, float: 3 };

function argumentTag(op: Op): number {
  const tags = new Set(op.schema.args.map(({ type }) => NUMBER_TAGS[type.kind]));
  const [tag] = tags;
  if (tags.size !== 1 || tag === undefined) throw new Error(`${op.name}: arguments of several types`);
  return tag;
}

/** What the generated dispatch stores as a number whatever the kernel does. */
function resultTag(op: Op): number {
  const [ret, more] = op.schema.returns;
  if (!("kernel" in op.run) || op.outOf || op.schema.vararg || more !== undefined) return 0;
  const match = ret === undefined ? null : /^r\.set(Int|Float|Bool)\(/.exec(call(op));
  return match === null ? 0 : NUMBER_TAGS[match[1]!.toLowerCase()]!;
}
