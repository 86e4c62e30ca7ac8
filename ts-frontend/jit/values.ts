/** The tensors and traced numbers inside JavaScript values, and the IR types that such structures take. */

import {
  BoolType,
  dictOf,
  FloatType,
  IntType,
  NoneType,
  StrType,
  TensorType,
  type Type,
  tupleOf,
} from "../../format/types.ts";
import { IValue, type TensorData, tensorFromBytes } from "../../format/value.ts";
import { SconceError } from "../../loader/error.ts";
import { HANDLE } from "../../loader/tensor.ts";
import { Sym } from "../eager/dim.ts";
import { Tensor } from "../tensor.ts";

/** What a trace can follow. */
export type Traced = Tensor | Sym;

export function isTraced(value: unknown): value is Traced {
  return value instanceof Tensor || value instanceof Sym;
}

export function typeOfTraced(value: Traced): Type {
  if (value instanceof Tensor) return TensorType;
  return value.kind === "int" ? IntType : value.kind === "float" ? FloatType : BoolType;
}

function isPlainObject(value: object): value is Record<string, unknown> {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Keys and values of a Map with string keys or a plain object; null for anything else. */
export function entriesOf(value: unknown): [string, unknown][] | null {
  if (value instanceof Map) return [...value].map(([k, v]) => [String(k), v]);
  if (typeof value === "object" && value !== null && isPlainObject(value)) return Object.entries(value);
  return null;
}

/** Every traced value inside, each once, in order of appearance. */
export function leavesOf(value: unknown, found: Set<Traced> = new Set()): Set<Traced> {
  if (isTraced(value)) found.add(value);
  else if (Array.isArray(value)) for (const item of value) leavesOf(item, found);
  else for (const [, item] of entriesOf(value) ?? []) leavesOf(item, found);
  return found;
}

/** The type that an example input stands for. Arrays are tuples, Maps and objects dicts of tensors. */
export function typeOfExample(value: unknown, path: string): Type {
  if (value instanceof Tensor) return TensorType;
  if (Array.isArray(value)) return tupleOf(value.map((item, i) => typeOfExample(item, `${path}[${i}]`)));
  if (entriesOf(value)) return dictOf(StrType, TensorType);
  if (value === null || value === undefined) return NoneType;
  throw new SconceError({
    code: "NOT_TRACEABLE",
    message: `${path} is ${typeof value === "object" ? value.constructor.name : `a ${typeof value}`}; only tensors, and arrays, Maps and objects of tensors, can be inputs of a trace`,
    facts: [path],
    advice: "Capture it in a closure or an attribute, or make it a tensor.",
  });
}

/**
 * The example input with other objects for its tensors: one that is given twice, or that the code has already as a
 * parameter or a constant, must not be taken for another.
 */
export function anew(input: unknown): unknown {
  if (input instanceof Tensor) return new Tensor(input);
  if (Array.isArray(input)) return input.map(anew);
  const entries = entriesOf(input)?.map(([key, item]) => [key, anew(item)] as const);
  if (!entries) return input;
  return input instanceof Map ? new Map(entries) : Object.fromEntries(entries);
}

/** A copy of a tensor's elements. */
export function dataOf(tensor: Tensor): TensorData {
  const { runtime, address } = tensor[HANDLE];
  const { dtype, shape, bytes } = runtime.readBytes(address);
  return tensorFromBytes(dtype, shape, bytes);
}

/** The constant that a number of known value is. */
export function constantOfSym(sym: Sym): IValue {
  const value = Sym.peek(sym);
  if (typeof value === "boolean") return IValue.bool(value);
  return sym.kind === "int" ? IValue.int(value) : IValue.float(value);
}
