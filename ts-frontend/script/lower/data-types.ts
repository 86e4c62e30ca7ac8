/** The script type of a JavaScript value: of example inputs and of a module's state. */

import { Tensor } from "../../tensor.ts";
import { arrayS, joinTypes, type SType, TensorS, UnknownS } from "../types/model.ts";
import { typeOfPrimitive } from "./convert.ts";
import type { Primitive } from "./values.ts";

/** The type of a value; of empty containers unknown inside. */
export function typeOfData(value: unknown): SType {
  if (value instanceof Tensor) return TensorS;
  if (Array.isArray(value)) return arrayS(joined(value));
  if (value instanceof Map)
    return { kind: "map", key: joined([...value.keys()]), value: joined([...value.values()]) };
  if (value instanceof Set) return { kind: "set", elem: joined([...value]) };
  return typeOfPrimitive(value as Primitive);
}

function joined(items: readonly unknown[]): SType {
  const types = items.map(typeOfData);
  return types.length === 0 ? UnknownS : types.reduce(joinTypes);
}
