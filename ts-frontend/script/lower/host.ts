/** JavaScript values from outside a script, as the script sees them: constants, tensors, functions, modules. */

import { IValue } from "../../../format/value.ts";
import { Dim, Sym } from "../../eager/dim.ts";
import { dataOf } from "../../jit/values.ts";
import { Module } from "../../nn/module.ts";
import { Tensor } from "../../tensor.ts";
import { TensorS } from "../types/model.ts";
import type { Context } from "./context.ts";
import { constant, type NodeLike, type SValue } from "./values.ts";

/** A value from outside the script, under the name it is reached by. */
export function hostToValue(ctx: Context, js: unknown, path: string, node: NodeLike, self?: SValue): SValue {
  switch (typeof js) {
    case "number":
    case "string":
    case "boolean":
    case "bigint":
    case "undefined":
      return constant(js);
    case "symbol":
      return { kind: "host", js: Object(js) as object, path };
    case "function":
      return { kind: "host", js, path, ...(self ? { self } : {}) };
    default:
      break;
  }
  if (js === null) return constant(null);
  if (js instanceof Tensor) {
    const key = ctx.unit.tensorKey(js);
    return { kind: "value", value: ctx.constant(IValue.tensor(dataOf(js)), key), type: TensorS };
  }
  if (js instanceof Sym) return constant(js instanceof Dim ? BigInt(js.value) : js.value);
  if (js instanceof Module) {
    return ctx.refuse("NOT_SCRIPTABLE", node, `the module ${path} is outside of what is scripted`, {
      advice: "Make it an attribute of the scripted module, and call it as this.name.forward(x).",
    });
  }
  if (Array.isArray(js)) {
    return { kind: "items", items: js.map((item, i) => hostToValue(ctx, item, `${path}[${i}]`, node)), node };
  }
  return { kind: "host", js: js as object, path };
}

/** An object from outside as the literal it could be written as, where it is plain; else undefined. */
export function hostValue(ctx: Context, host: SValue & { kind: "host" }): SValue | undefined {
  const { js, path } = host;
  if (typeof js === "function" || Object.getPrototypeOf(js) !== Object.prototype) return undefined;
  const node = { start: 0, end: 0 };
  const fields = new Map(
    Object.entries(js).map(([key, value]) => [key, hostToValue(ctx, value, `${path}.${key}`, node)] as const),
  );
  return { kind: "fields", fields, node };
}
