/** Methods of sizes (`Dim`): arithmetic of int64 with Python's rules, as in eager code. */

import type { AnyNode } from "acorn";
import { BooleanS, DimS, isNumeric, type SType } from "../../types/model.ts";
import type { Context } from "../context.ts";
import { isSize, materialise, toInt, typeOf } from "../convert.ts";
import { toText } from "../operators.ts";
import type { SValue } from "../values.ts";

const METHODS: Readonly<Record<string, { op: string; type: SType }>> = {
  add: { op: "aten::add.int", type: DimS },
  sub: { op: "aten::sub.int", type: DimS },
  mul: { op: "aten::mul.int", type: DimS },
  floordiv: { op: "aten::floordiv.int", type: DimS },
  mod: { op: "aten::remainder.int", type: DimS },
  eq: { op: "aten::eq.int", type: BooleanS },
  ne: { op: "aten::ne.int", type: BooleanS },
  lt: { op: "aten::lt.int", type: BooleanS },
  le: { op: "aten::le.int", type: BooleanS },
  gt: { op: "aten::gt.int", type: BooleanS },
  ge: { op: "aten::ge.int", type: BooleanS },
};

export function dimMethod(
  ctx: Context,
  object: SValue,
  name: string,
  args: readonly SValue[],
  node: AnyNode,
): SValue | undefined {
  if (name === "toString") return toText(ctx, object, node);
  const self = materialise(ctx, object, node).value;
  if (name === "neg") return ctx.op("aten::neg.int", [self], DimS);
  const method = METHODS[name];
  const [other] = args;
  if (!method || !other) return undefined;
  const type = typeOf(ctx, other);
  if (type.kind !== "Dim" && type.kind !== "bigint" && !isNumeric(type) && !isSize(type)) return undefined;
  return ctx.op(method.op, [self, toInt(ctx, other, node)], method.type);
}
