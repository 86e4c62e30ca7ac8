/** Tagged values into slots by static type, converted as PyTorch converts what Python passes to a TorchScript function. */

import { dtypes } from "../format/dtype.ts";
import { printType, type Type } from "../format/types.ts";
import type { IValue } from "../format/value.ts";
import { SconceError } from "./error.ts";
import { type Runtime, SLOT, Tag } from "./runtime.ts";
import { arrayOf } from "./tensor.ts";

const ANY: Type = { kind: "Any" };

/** What PyTorch takes for the name of a device. */
const DEVICE =
  /^(cpu|cuda|ipu|xpu|mkldnn|opengl|opencl|ideep|hip|ve|fpga|ort|xla|lazy|vulkan|mps|meta|hpu|mtia|privateuseone)(:\d+)?$/;

function mismatch(path: string, type: Type, value: IValue): never {
  throw new SconceError({
    code: "BAD_ARGUMENT",
    message: `${path} should be ${printType(type)}, got ${value.kind}`,
    facts: [path, printType(type), value.kind],
    advice: "Pass a value of the type that the method's schema names.",
  });
}

/**
 * Writes `value` as `type` into an empty slot. A bool is an int, an int a float, a tensor of one element a number, a tuple
 * a list, a string a device, where the type says so; a Union takes only what is exactly one of its members. Throws SconceError BAD_ARGUMENT.
 */
export function writeTagged(runtime: Runtime, slot: number, value: IValue, type: Type, path: string): void {
  switch (type.kind) {
    case "Any":
      return runtime.writeValue(slot, value);
    case "Optional":
      return value.kind === "none"
        ? runtime.setNone(slot)
        : writeTagged(runtime, slot, value, type.elem, path);
    case "Union":
      return type.members.some((member) => isExactly(value, member))
        ? runtime.writeValue(slot, value)
        : mismatch(path, type, value);
    case "List":
      return writeList(runtime, slot, value, type, path);
    case "Tuple":
      return writeTuple(runtime, slot, value, type, path);
    case "Dict":
      return writeDict(runtime, slot, value, type, path);
    default: {
      const simple = convertSimple(value, type);
      return simple ? runtime.writeValue(slot, simple) : mismatch(path, type, value);
    }
  }
}

/** The value as a type without parts, or undefined. */
function convertSimple(value: IValue, type: Type): IValue | undefined {
  switch (type.kind) {
    case "Tensor":
      return value.kind === "tensor" ? value : undefined;
    case "int": {
      if (value.kind === "int") return value;
      if (value.kind === "bool") return { kind: "int", value: value.value ? 1n : 0n };
      const item = onlyElement(value);
      if (typeof item === "bigint") return { kind: "int", value: item };
      return Number.isFinite(item) ? { kind: "int", value: BigInt(Math.trunc(item!)) } : undefined;
    }
    case "float": {
      if (value.kind === "float") return value;
      const number = value.kind === "int" || value.kind === "bool" ? value.value : onlyElement(value);
      return number === undefined ? undefined : { kind: "float", value: Number(number) };
    }
    case "bool": {
      if (value.kind === "bool") return value;
      const number = value.kind === "int" ? value.value : onlyElement(value);
      return number === undefined ? undefined : { kind: "bool", value: Number(number) !== 0 };
    }
    case "Scalar":
      return value.kind === "int" || value.kind === "float" || value.kind === "bool" ? value : undefined;
    case "str":
      return value.kind === "str" ? value : undefined;
    case "Device":
      if (value.kind === "str" && DEVICE.test(value.value)) return { kind: "device", value: value.value };
      return value.kind === "device" ? value : undefined;
    case "None":
      return value.kind === "none" ? value : undefined;
    default:
      return undefined;
  }
}

/** The element of a tensor that has one: PyTorch takes such a tensor where a number is wanted. */
function onlyElement(value: IValue): number | bigint | undefined {
  if (value.kind !== "tensor" || value.tensor.shape.some((size) => size !== 1)) return undefined;
  const { dtype, offset, storage } = value.tensor;
  if (dtype === "float16" || dtype === "bfloat16") return undefined;
  const width = dtypes[dtype].bytes;
  return arrayOf(dtype, storage.bytes.slice(offset * width, (offset + 1) * width))[0];
}

function writeList(
  runtime: Runtime,
  slot: number,
  value: IValue,
  type: Type & { kind: "List" },
  path: string,
): void {
  if (value.kind !== "list" && value.kind !== "tuple") return mismatch(path, type, value);
  const list = runtime.checked(runtime.exports.sc_list(value.items.length));
  runtime.setObject(slot, Tag.list, list);
  writeItems(runtime, list, value.items, () => type.elem, path);
}

function writeTuple(
  runtime: Runtime,
  slot: number,
  value: IValue,
  type: Type & { kind: "Tuple" },
  path: string,
): void {
  if (value.kind !== "tuple" || value.items.length !== type.elems.length) return mismatch(path, type, value);
  const tuple = runtime.checked(runtime.exports.sc_tuple(value.items.length));
  runtime.setObject(slot, Tag.tuple, tuple);
  writeItems(runtime, tuple, value.items, (i) => type.elems[i]!, path);
}

function writeItems(
  runtime: Runtime,
  object: number,
  items: readonly IValue[],
  typeAt: (i: number) => Type,
  path: string,
): void {
  const slots = runtime.exports.sc_items(object) >>> 0;
  items.forEach((item, i) => {
    writeTagged(runtime, slots + i * SLOT, item, typeAt(i), `${path}[${i}]`);
  });
}

function writeDict(
  runtime: Runtime,
  slot: number,
  value: IValue,
  type: Type & { kind: "Dict" },
  path: string,
): void {
  if (value.kind !== "dict") return mismatch(path, type, value);
  const dict = runtime.checked(runtime.exports.sc_dict());
  runtime.setObject(slot, Tag.dict, dict);
  const pair = runtime.pushSlots(2);
  try {
    for (const [key, item] of value.entries) {
      writeTagged(runtime, pair, key, type.key, `${path} key`);
      writeTagged(runtime, pair + SLOT, item, type.value, `${path} value`);
      if (runtime.exports.sc_dict_set(dict, pair, pair + SLOT)) runtime.throwError();
      runtime.exports.sc_drop(pair, 2);
    }
  } finally {
    runtime.popSlots(2);
  }
}

/** True when the value is of the type without any conversion. */
function isExactly(value: IValue, type: Type): boolean {
  switch (type.kind) {
    case "Any":
      return true;
    case "Optional":
      return value.kind === "none" || isExactly(value, type.elem);
    case "Union":
      return type.members.some((member) => isExactly(value, member));
    case "List":
      return value.kind === "list" && value.items.every((item) => isExactly(item, type.elem));
    case "Tuple":
      return (
        value.kind === "tuple" &&
        value.items.length === type.elems.length &&
        value.items.every((item, i) => isExactly(item, type.elems[i]!))
      );
    case "Dict":
      return (
        value.kind === "dict" &&
        value.entries.every(([key, item]) => isExactly(key, type.key) && isExactly(item, type.value))
      );
    default:
      return convertSimple(value, type) === value;
  }
}

/** The value with the field names that its static type gives to NamedTuples in it. */
export function withFieldNames(value: IValue, type: Type): IValue {
  if (type.kind === "Optional") return withFieldNames(value, type.elem);
  switch (value.kind) {
    case "list": {
      const elem = type.kind === "List" ? type.elem : ANY;
      return { ...value, items: value.items.map((item) => withFieldNames(item, elem)) };
    }
    case "dict": {
      const [k, v] = type.kind === "Dict" ? [type.key, type.value] : [ANY, ANY];
      const entries = value.entries.map(([key, item]): [IValue, IValue] => [
        withFieldNames(key, k),
        withFieldNames(item, v),
      ]);
      return { ...value, entries };
    }
    case "tuple": {
      const elems = type.kind === "Tuple" ? type.elems : [];
      const items = value.items.map((item, i) => withFieldNames(item, elems[i] ?? ANY));
      return {
        ...value,
        items,
        ...(type.kind === "Tuple" && type.names ? { names: type.names } : {}),
      };
    }
    default:
      return value;
  }
}
