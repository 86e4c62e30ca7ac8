/** JavaScript values from outside a script, as the script sees them: constants, tensors, functions, modules. */

import { IValue } from "../../../format/value.ts";
import { Dim, Sym } from "../../eager/dim.ts";
import { dataOf } from "../../jit/values.ts";
import { Module } from "../../nn/module.ts";
import { Tensor } from "../../tensor.ts";
import { BigIntS, BooleanS, NumberS, type SType, StringS, TensorS } from "../types/model.ts";
import type { Context } from "./context.ts";
import { constant, type Dynamic, type NodeLike, type SValue } from "./values.ts";

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
    const key = ctx.unit.keyOf(js);
    return { kind: "value", value: ctx.constant(IValue.tensor(dataOf(js)), key), type: TensorS };
  }
  if (js instanceof Sym) return constant(js instanceof Dim ? BigInt(js.value) : js.value);
  if (js instanceof Module) {
    return ctx.refuse("NOT_SCRIPTABLE", node, `the module ${path} is outside of what is scripted`, {
      advice: "Make it an attribute of the scripted module, and call it as this.name.forward(x).",
    });
  }
  if (Array.isArray(js)) {
    const items = js.map((item, i) => hostToValue(ctx, item, `${path}[${i}]`, node));
    return { kind: "items", items, node, outside: path };
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

/** A Map or Set from outside as a constant to read from; undefined for what is neither. What it holds is plain. */
export function hostContainer(ctx: Context, value: SValue, node: NodeLike): Dynamic | undefined {
  if (value.kind !== "host" || !(value.js instanceof Map || value.js instanceof Set)) return undefined;
  const { js, path } = value;
  const key = plainType([...js.keys()]);
  const item = js instanceof Map ? plainType([...js.values()]) : BooleanS;
  if (!key || !item) {
    return ctx.refuse(
      "NOT_SCRIPTABLE",
      node,
      `${path} is outside of the script and holds more than plain values`,
      {
        advice:
          "Of numbers, or strings, or booleans it may be; else make it an attribute of the module, or an argument.",
      },
    );
  }
  const type: SType = js instanceof Map ? { kind: "map", key, value: item } : { kind: "set", elem: key };
  return {
    kind: "value",
    value: ctx.constant(ctx.unit.modules.dataOf(ctx, js, type), ctx.unit.keyOf(js)),
    type,
  };
}

/** The type that all of these have where they cannot be changed. */
function plainType(items: readonly unknown[]): SType | undefined {
  const [kind, ...others] = new Set(items.map((item) => typeof item));
  if (others.length > 0) return undefined;
  if (kind === "number") return NumberS;
  if (kind === "string") return StringS;
  if (kind === "boolean") return BooleanS;
  return kind === "bigint" ? BigIntS : undefined;
}
