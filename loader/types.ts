/** JavaScript values to slots and back, by static type: how arguments are checked and results shown. */

import { printType, type Type } from "../format/types.ts";
import { SconceError } from "./error.ts";
import { type Runtime, SLOT, Tag } from "./runtime.ts";
import { arrayOf, bytesOfTensor, HANDLE, Tensor } from "./tensor.ts";

/**
 * What a module takes and gives: int is a number (a bigint beyond 2^53), a NamedTuple an object, a dict a Map. It gives a
 * future as its value, and an enum's member as `{ name, value }`.
 */
export type JsValue =
  | Tensor
  | number
  | bigint
  | boolean
  | string
  | null
  | undefined
  | JsValue[]
  | Map<JsValue, JsValue>
  | { [field: string]: JsValue };

/** A tensor that some runtime holds, such as an eager tensor of `sconce/torch`. */
export interface Held {
  readonly [HANDLE]: { readonly runtime: Runtime; readonly address: number };
}

function mismatch(path: string, type: Type, value: unknown): never {
  const got =
    value === null
      ? "null"
      : typeof value === "object"
        ? (value.constructor?.name ?? "object")
        : typeof value;
  const shown = typeof value === "number" || typeof value === "string" ? ` ${JSON.stringify(value)}` : "";
  throw new SconceError({
    code: "BAD_ARGUMENT",
    message: `${path} should be ${printType(type)}, got ${got}${shown}`,
    facts: [path, printType(type), got],
    advice: "Pass a value of the type that the method's schema names.",
  });
}

/** Writes `value` as `type` into an empty slot. Throws SconceError that names `path` when it is something else. */
export function writeJs(runtime: Runtime, slot: number, value: unknown, type: Type, path: string): void {
  switch (type.kind) {
    case "Tensor":
      return writeTensor(runtime, slot, value, type, path);
    case "int":
      if (typeof value === "bigint" || (typeof value === "number" && Number.isSafeInteger(value))) {
        return runtime.setInt(slot, value);
      }
      return mismatch(path, type, value);
    case "float":
      return typeof value === "number" ? runtime.setFloat(slot, value) : mismatch(path, type, value);
    case "bool":
      return typeof value === "boolean" ? runtime.setBool(slot, value) : mismatch(path, type, value);
    case "str":
      return typeof value === "string" ? runtime.setString(slot, value) : mismatch(path, type, value);
    case "Device":
      return typeof value === "string"
        ? runtime.setString(slot, value, Tag.device)
        : mismatch(path, type, value);
    case "Scalar":
      if (typeof value === "boolean") return runtime.setBool(slot, value);
      if (typeof value === "bigint" || Number.isInteger(value)) return runtime.setInt(slot, value as number);
      return typeof value === "number" ? runtime.setFloat(slot, value) : mismatch(path, type, value);
    case "None":
      return value == null ? runtime.setNone(slot) : mismatch(path, type, value);
    case "Optional":
      return value == null ? runtime.setNone(slot) : writeJs(runtime, slot, value, type.elem, path);
    case "Union": {
      const fit = type.members.find((member) => fits(value, member));
      return fit ? writeJs(runtime, slot, value, fit, path) : mismatch(path, type, value);
    }
    case "List": {
      if (!Array.isArray(value) && !ArrayBuffer.isView(value)) return mismatch(path, type, value);
      const items = Array.from(value as ArrayLike<unknown>);
      const list = runtime.checked(runtime.exports.sc_list(items.length));
      runtime.setObject(slot, Tag.list, list);
      return writeItems(runtime, list, items, () => type.elem, path);
    }
    case "Tuple": {
      const names = type.names;
      const items = Array.isArray(value)
        ? value
        : names && value && typeof value === "object"
          ? names.map((name) => (value as Record<string, unknown>)[name])
          : mismatch(path, type, value);
      if (items.length !== type.elems.length) return mismatch(path, type, value);
      const tuple = runtime.checked(runtime.exports.sc_tuple(items.length));
      runtime.setObject(slot, Tag.tuple, tuple);
      return writeItems(runtime, tuple, items, (i) => type.elems[i]!, path);
    }
    case "Dict": {
      if (!value || typeof value !== "object" || Array.isArray(value)) return mismatch(path, type, value);
      const entries =
        value instanceof Map
          ? [...value]
          : value instanceof Set
            ? [...value].map((item): [unknown, unknown] => [item, true])
            : Object.entries(value);
      const dict = runtime.checked(runtime.exports.sc_dict());
      runtime.setObject(slot, Tag.dict, dict);
      const pair = runtime.pushSlots(2);
      try {
        for (const [key, item] of entries) {
          writeJs(runtime, pair, key, type.key, `${path} key`);
          writeJs(runtime, pair + SLOT, item, type.value, `${path}[${String(key)}]`);
          if (runtime.exports.sc_dict_set(dict, pair, pair + SLOT)) runtime.throwError();
          runtime.exports.sc_drop(pair, 2);
        }
      } finally {
        runtime.popSlots(2);
      }
      return;
    }
    case "Any":
      return writeJs(runtime, slot, value, guessType(value), path);
    default:
      return mismatch(path, type, value);
  }
}

function writeItems(
  runtime: Runtime,
  object: number,
  items: readonly unknown[],
  typeAt: (i: number) => Type,
  path: string,
): void {
  const slots = runtime.exports.sc_items(object) >>> 0;
  items.forEach((item, i) => {
    writeJs(runtime, slots + i * SLOT, item, typeAt(i), `${path}[${i}]`);
  });
}

function writeTensor(runtime: Runtime, slot: number, value: unknown, type: Type, path: string): void {
  const held = (value as Held | null)?.[HANDLE];
  if (held) {
    if (held.runtime === runtime) {
      runtime.exports.sc_retain(held.address);
      return runtime.setObject(slot, Tag.tensor, held.address);
    }
    const { dtype, shape, bytes } = held.runtime.readBytes(held.address);
    return runtime.setObject(slot, Tag.tensor, runtime.newTensor(dtype, shape, bytes));
  }
  if (!(value instanceof Tensor)) return mismatch(path, type, value);
  runtime.setObject(slot, Tag.tensor, runtime.newTensor(value.dtype, value.shape, bytesOfTensor(value)));
}

/** True when the value looks like the type: how a Union's member is chosen. */
function fits(value: unknown, type: Type): boolean {
  switch (type.kind) {
    case "Tensor":
      return value instanceof Tensor || (value as Held | null)?.[HANDLE] !== undefined;
    case "int":
      return typeof value === "bigint" || Number.isSafeInteger(value);
    case "float":
      return typeof value === "number";
    case "bool":
      return typeof value === "boolean";
    case "str":
      return typeof value === "string";
    case "None":
      return value == null;
    case "List":
      return Array.isArray(value) && value.every((item) => fits(item, type.elem));
    case "Tuple":
      return Array.isArray(value) && value.length === type.elems.length;
    case "Dict":
      return value instanceof Map;
    default:
      return false;
  }
}

function guessType(value: unknown): Type {
  if (value == null) return { kind: "None" };
  if (typeof value === "boolean") return { kind: "bool" };
  if (typeof value === "string") return { kind: "str" };
  if (typeof value === "bigint" || typeof value === "number") return { kind: "Scalar" };
  if (Array.isArray(value)) return { kind: "List", elem: { kind: "Any" } };
  if (value instanceof Map) return { kind: "Dict", key: { kind: "Any" }, value: { kind: "Any" } };
  return { kind: "Tensor" };
}

/** How tensors come out: copied into JavaScript by default; an author's front end keeps them in the runtime. */
export type TensorReader<T> = (runtime: Runtime, address: number) => T;

/** The default: a copy in JavaScript memory. */
export const copyTensor: TensorReader<Tensor> = (runtime, address) => {
  const { dtype, shape, bytes } = runtime.readBytes(address);
  return new Tensor(arrayOf(dtype, bytes), shape, dtype);
};

const any: Type = { kind: "Any" };

/** Where the fields of script classes' objects lie; undefined for modules, which have no JavaScript form. */
export type FieldsOf = (
  slot: number,
) => readonly { readonly name: string; readonly type: Type; readonly slot: number }[] | undefined;

/**
 * Reads a slot, which keeps its value; `type` gives the names of a NamedTuple's fields. An object of a script class becomes
 * a plain one with its fields; one that is met twice is the same object twice.
 */
export function readJs(
  runtime: Runtime,
  slot: number,
  type: Type,
  tensor: TensorReader<unknown>,
  fieldsOf?: FieldsOf,
  met: Map<number, object> = new Map(),
): unknown {
  const read = (at: number, inside: Type): unknown => readJs(runtime, at, inside, tensor, fieldsOf, met);
  const words = runtime.i32;
  const tag = words[slot >>> 2];
  const object = words[(slot + 8) >>> 2]! >>> 0;
  const inner = type.kind === "Optional" ? type.elem : type;
  switch (tag) {
    case Tag.none:
      return null;
    case Tag.bool:
      return object !== 0;
    case Tag.int: {
      const value = runtime.view.getBigInt64(slot + 8, true);
      const number = Number(value);
      return Number.isSafeInteger(number) ? number : value;
    }
    case Tag.float:
      return runtime.f64[(slot + 8) >>> 3];
    case Tag.str:
    case Tag.device:
      return runtime.readString(object);
    case Tag.tensor:
      return tensor(runtime, object);
    case Tag.list:
      return readItems(runtime, object, (at) => read(at, inner.kind === "List" ? inner.elem : any));
    case Tag.tuple: {
      const elems = inner.kind === "Tuple" ? inner.elems : [];
      const items = readItems(runtime, object, (at, i) => read(at, elems[i] ?? any));
      if (inner.kind !== "Tuple" || !inner.names) return items;
      return Object.fromEntries(inner.names.map((name, i) => [name, items[i]]));
    }
    case Tag.dict: {
      const [key, value] = inner.kind === "Dict" ? [inner.key, inner.value] : [any, any];
      const slots = runtime.exports.sc_items(object) >>> 0;
      const entries = Array.from(
        { length: runtime.exports.sc_length(object) },
        (_, i): [unknown, unknown] => [
          read(slots + 2 * i * SLOT, key),
          read(slots + (2 * i + 1) * SLOT, value),
        ],
      );
      return new Map(entries);
    }
    case Tag.future: {
      const elem = inner.kind === "Future" ? inner.elem : any;
      return runtime.readFuture(object, (value) => read(value, elem));
    }
    case Tag.enum: {
      const slots = runtime.exports.sc_items(object) >>> 0;
      const [name, value] = [1, 2].map((i) => read(slots + i * SLOT, any));
      return { name, value };
    }
    case Tag.nested:
      throw new SconceError({
        code: "BAD_ARGUMENT",
        message: "the method returns a nested tensor, which has no JavaScript form",
        advice: "Return what to_padded_tensor makes of it.",
      });
    default: {
      const known = met.get(object);
      if (known) return known;
      const fields = tag === Tag.object ? fieldsOf?.(slot) : undefined;
      if (!fields) {
        throw new SconceError({
          code: "BAD_ARGUMENT",
          message: "the method returns a module, which has no JavaScript form",
          advice: "Return what is wanted of it.",
        });
      }
      const made: Record<string, unknown> = {};
      met.set(object, made);
      for (const field of fields) made[field.name] = read(field.slot, field.type);
      return made;
    }
  }
}

function readItems<T>(runtime: Runtime, object: number, read: (slot: number, i: number) => T): T[] {
  const slots = runtime.exports.sc_items(object) >>> 0;
  return Array.from({ length: runtime.exports.sc_length(object) }, (_, i) => read(slots + i * SLOT, i));
}
