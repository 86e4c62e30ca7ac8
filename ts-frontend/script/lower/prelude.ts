/**
 * Methods of arrays, maps and records that are written in the language of scripts itself. A call is inlined, its
 * callbacks with it, so that `list.map((x) => x + 1)` becomes a loop.
 */

import { type FunctionDeclaration, parse } from "acorn";
import { OWN_FILE } from "../errors.ts";
import { PARSE_OPTIONS } from "../source/parse.ts";
import type { SType } from "../types/model.ts";
import type { Context } from "./context.ts";
import { inlineCall } from "./functions.ts";
import { Scope } from "./scope.ts";
import { SourceUnit } from "./source-unit.ts";
import type { NodeLike, SValue } from "./values.ts";

const TEXT = `
function run(f) { return f(); }
function copied(list) {
  const n = list.length;
  const out = made();
  for (let i = 0; i < n; i++) out.push(item(list, i));
  return out;
}
function map(list, f) {
  const n = list.length;
  const out = made();
  for (let i = 0; i < n; i++) out.push(f(item(list, i), i, list));
  return out;
}
function fromLength(n, f) {
  const out = made();
  for (let i = 0; i < n; i++) out.push(f(undefined, i));
  return out;
}
function filter(list, f) {
  const n = list.length;
  const out = made();
  for (let i = 0; i < n; i++) { const x = item(list, i); if (f(x, i, list)) out.push(x); }
  return out;
}
function forEach(list, f) {
  const n = list.length;
  for (let i = 0; i < n; i++) f(item(list, i), i, list);
}
function some(list, f) {
  const n = list.length;
  for (let i = 0; i < n; i++) if (f(item(list, i), i, list)) return true;
  return false;
}
function every(list, f) {
  const n = list.length;
  for (let i = 0; i < n; i++) if (!f(item(list, i), i, list)) return false;
  return true;
}
function find(list, f) {
  const n = list.length;
  for (let i = 0; i < n; i++) { const x = item(list, i); if (f(x, i, list)) return x; }
  return undefined;
}
function findIndex(list, f) {
  const n = list.length;
  for (let i = 0; i < n; i++) if (f(item(list, i), i, list)) return i;
  return -1;
}
function findLast(list, f) {
  for (let i = list.length - 1; i >= 0; i--) { const x = item(list, i); if (f(x, i, list)) return x; }
  return undefined;
}
function findLastIndex(list, f) {
  for (let i = list.length - 1; i >= 0; i--) if (f(item(list, i), i, list)) return i;
  return -1;
}
function reduce(list, f, first) {
  const n = list.length;
  let value = first;
  for (let i = 0; i < n; i++) value = f(value, item(list, i), i, list);
  return value;
}
function reduceFirst(list, f) {
  const n = list.length;
  if (n === 0) throw new TypeError("Reduce of empty array with no initial value");
  let value = item(list, 0);
  for (let i = 1; i < n; i++) value = f(value, item(list, i), i, list);
  return value;
}
function reduceRight(list, f, first) {
  let value = first;
  for (let i = list.length - 1; i >= 0; i--) value = f(value, item(list, i), i, list);
  return value;
}
function flatMap(list, f) {
  const n = list.length;
  const out = made();
  for (let i = 0; i < n; i++) for (const y of f(item(list, i), i, list)) out.push(y);
  return out;
}
function flat(list) {
  const out = [];
  for (const part of list) for (const x of part) out.push(x);
  return out;
}
function entries(list) {
  const out = [];
  for (let i = 0; i < list.length; i++) out.push(pair(i, item(list, i)));
  return out;
}
function keys(list) {
  const out = [];
  for (let i = 0; i < list.length; i++) out.push(i);
  return out;
}
function sortBy(list, f) {
  const n = list.length;
  let from = list.slice();
  let to = list.slice();
  for (let width = 1; width < n; width *= 2) {
    for (let start = 0; start < n; start += 2 * width) {
      const middle = Math.min(start + width, n);
      const end = Math.min(start + 2 * width, n);
      let a = start;
      let b = middle;
      for (let k = start; k < end; k++) {
        let left = true;
        if (a >= middle) left = false;
        else if (b < end) left = !(f(item(from, a), item(from, b)) > 0);
        if (left) { to[k] = item(from, a); a++; } else { to[k] = item(from, b); b++; }
      }
    }
    const t = from; from = to; to = t;
  }
  for (let i = 0; i < n; i++) list[i] = item(from, i);
  return list;
}
function sizes(list) {
  const out = [];
  for (let i = 0; i < list.length; i++) out.push(size(item(list, i)));
  return out;
}
function join(list, separator) {
  let text = "";
  for (let i = 0; i < list.length; i++) { if (i > 0) text += separator; text += part(item(list, i)); }
  return text;
}
function fillMap(map, pairs) { for (const [k, v] of pairs) map.set(k, v); }
function fillSet(set, items) { for (const x of items) set.add(x); }
function pushAll(list, items) { for (const x of items) list.push(x); return list.length; }
function maxOf(list) { let most = -Infinity; for (const x of list) most = Math.max(most, x); return most; }
function minOf(list) { let least = Infinity; for (const x of list) least = Math.min(least, x); return least; }
function mapForEach(map, f) { for (const [k, v] of map) f(v, k, map); }
function setForEach(set, f) { for (const x of set) f(x, x, set); }
function record_keys(record) { return record_names(record); }
function record_values(record) {
  const out = [];
  for (const key of record_names(record)) out.push(present(record[key]));
  return out;
}
function record_entries(record) {
  const out = [];
  for (const key of record_names(record)) out.push(pair(key, present(record[key])));
  return out;
}
`;

const source: SourceUnit = new SourceUnit(
  { text: TEXT, original: TEXT, file: OWN_FILE, line: 1, column: 0, marks: [], declarations: {} },
  (name) => (Object.hasOwn(intrinsics, name) ? { value: intrinsics[name] } : undefined),
);

/** The keys of a record in JavaScript's order. */
export function recordNames(record: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(record);
}

/** What the prelude can do that scripts cannot; `builtins.ts` says how. */
export const intrinsics: Readonly<Record<string, (...args: never[]) => unknown>> = {
  record_names: recordNames,
  /** The item that is there for certain. */
  item: <T>(list: readonly T[], i: number): T | undefined => list[i],
  /** An empty array, of the type that the call wants. */
  made: (): unknown[] => [],
  pair: <A, B>(a: A, b: B): [A, B] => [a, b],
  present: <T>(value: T): T => value,
  /** Numbers, in arrays of any depth, as bigints. */
  wholes: (list: unknown): unknown => list,
  /** A number or a size as an int64. */
  size: (value: unknown): bigint => BigInt(value as number),
  /** An item as `join` writes it. */
  part: (value: unknown): string => (value == null ? "" : String(value)),
};

let functions: Map<string, FunctionDeclaration> | undefined;

/** Calls a function of the prelude. */
export function callPrelude(
  ctx: Context,
  name: string,
  args: readonly SValue[],
  node: NodeLike,
  wanted?: SType,
): SValue {
  functions ??= new Map(
    parse(TEXT, PARSE_OPTIONS).body.map((declaration) => {
      const fn = declaration as FunctionDeclaration;
      return [fn.id.name, fn];
    }),
  );
  const closure = { node: functions.get(name)!, scope: new Scope(), source };
  return inlineCall(ctx, closure, args, node, name, wanted);
}
