/** Deep copies of what modules hold. */

import { call } from "../dispatch.ts";
import { keep } from "../scope.ts";
import { Tensor } from "../tensor.ts";
import { Parameter } from "./parameter.ts";

/** Copies made so far, by their originals: what was one object stays one. */
export type Copies = Map<object, unknown>;

/**
 * A deep copy of tensors, arrays, Maps, plain objects, and whatever `special` knows to copy; anything else is shared.
 * `special` enters the objects it makes into the copies itself, and returns undefined for what it does not know.
 */
export function copyValue(
  value: unknown,
  copies: Copies,
  special: (value: object) => object | undefined,
): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (copies.has(value)) return copies.get(value);
  const made = special(value);
  if (made !== undefined) return made;
  const again = (item: unknown): unknown => copyValue(item, copies, special);

  if (value instanceof Tensor) {
    const data = call("aten::clone", [value]) as Tensor;
    const tensor = value instanceof Parameter ? new Parameter(data) : keep(data);
    copies.set(value, tensor);
    return tensor;
  }
  if (Array.isArray(value)) {
    const array: unknown[] = [];
    copies.set(value, array);
    for (const item of value) array.push(again(item));
    return array;
  }
  if (value instanceof Map) {
    const map = new Map<unknown, unknown>();
    copies.set(value, map);
    for (const [key, item] of value) map.set(key, again(item));
    return map;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  const object: Record<string, unknown> = {};
  copies.set(value, object);
  for (const [name, item] of Object.entries(value)) object[name] = again(item);
  return object;
}
