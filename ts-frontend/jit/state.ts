/** Values that a running program gives, as values of its IR form. */

import type { Type } from "../../format/types.ts";
import { IValue, tensorFromBytes } from "../../format/value.ts";
import { bytesOfTensor, Tensor as HostTensor } from "../../loader/tensor.ts";

/** A value read from the runtime as an IValue of the type; undefined for what has none, such as an object. */
export function valueFromJs(value: unknown, type: Type): IValue | undefined {
  const inner = type.kind === "Optional" ? type.elem : type;
  if (value === null || value === undefined) return IValue.none;
  if (value instanceof HostTensor)
    return IValue.tensor(tensorFromBytes(value.dtype, value.shape, bytesOfTensor(value)));
  switch (typeof value) {
    case "boolean":
      return IValue.bool(value);
    case "bigint":
      return IValue.int(value);
    case "number":
      return inner.kind === "int" ? IValue.int(value) : IValue.float(value);
    case "string":
      return inner.kind === "Device" ? IValue.device(value) : IValue.str(value);
    default:
      break;
  }
  if (Array.isArray(value)) {
    const types = inner.kind === "Tuple" ? inner.elems : undefined;
    const elem = inner.kind === "List" ? inner.elem : undefined;
    const items = value.map((item, i) => valueFromJs(item, types?.[i] ?? elem ?? inner));
    if (!items.every((item) => item !== undefined)) return undefined;
    return types ? IValue.tuple(items) : IValue.list(elem ?? null, items);
  }
  if (value instanceof Map && inner.kind === "Dict") {
    const pairs = [...value].map(
      ([key, item]) => [valueFromJs(key, inner.key), valueFromJs(item, inner.value)] as const,
    );
    if (
      !pairs.every(
        (pair): pair is readonly [IValue, IValue] => pair[0] !== undefined && pair[1] !== undefined,
      )
    ) {
      return undefined;
    }
    return IValue.dict(
      inner.key,
      inner.value,
      pairs.map(([key, item]) => [key, item]),
    );
  }
  return undefined;
}
