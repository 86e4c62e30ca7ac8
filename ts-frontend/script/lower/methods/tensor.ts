/** Methods of tensors: operators by their names, and what eager tensors have beyond them. */

import type { AnyNode } from "acorn";
import {
  arrayS,
  BigIntS,
  BooleanS,
  DimS,
  IntS,
  irType,
  NumberS,
  resolved,
  ScalarS,
  type SType,
  StringS,
} from "../../types/model.ts";
import { splitOptions } from "../calls.ts";
import type { Context } from "../context.ts";
import { materialise, toInt } from "../convert.ts";
import { indexTensor, storeTensor } from "../indexing.ts";
import { callOperator, symbolOf } from "../schemas.ts";
import type { SValue } from "../values.ts";

export function tensorMethod(
  ctx: Context,
  object: SValue,
  name: string,
  args: readonly SValue[],
  node: AnyNode,
  wanted: SType | undefined,
): SValue | undefined {
  const self = () => materialise(ctx, object, node).value;
  switch (name) {
    case "size": {
      if (args.length > 0) return ctx.op("aten::size.int", [self(), toInt(ctx, args[0]!, node)], DimS);
      return ctx.op("aten::size", [self()], arrayS(DimS));
    }
    case "dim":
      return ctx.op("js::fromInt", [ctx.raw("aten::dim", [self()], irType(BigIntS))], IntS);
    case "numel":
      return ctx.op("js::fromInt", [ctx.raw("aten::numel", [self()], irType(BigIntS))], IntS);
    case "item":
      return ctx.op("js::fromScalar", [ctx.raw("aten::item", [self()], irType(ScalarS))], NumberS);
    case "itemBool":
      return ctx.op("aten::Bool.Tensor", [self()], BooleanS);
    case "itemBigInt":
      return ctx.op("aten::Int.Tensor", [self()], BigIntS);
    case "tolist":
      return toList(ctx, object, node, wanted);
    case "at":
      return indexTensor(ctx, object, args, node);
    case "set":
      return storeTensor(ctx, object, args, node);
    case "toString":
      return ctx.op("aten::str", [self()], StringS);
    case "data":
    case "dispose":
      return undefined;
    case "to":
      return castTensor(ctx, object, args, node);
    default: {
      const symbol = symbolOf(name);
      if (!symbol) return undefined;
      const [positional, named] = splitOptions(ctx, args);
      return callOperator(ctx, symbol, [object, ...positional], named, node);
    }
  }
}

function castTensor(ctx: Context, object: SValue, args: readonly SValue[], node: AnyNode): SValue {
  const [positional, named] = splitOptions(ctx, args);
  return callOperator(ctx, "aten::to", [object, ...positional], named, node);
}

/** `x.tolist() as number[][]`: the type says how deep the lists are, and is checked at run time. */
function toList(ctx: Context, object: SValue, node: AnyNode, wanted: SType | undefined): SValue {
  let depth = 0;
  let elem = wanted && resolved(wanted);
  while (elem?.kind === "array") {
    depth++;
    elem = resolved(elem.elem);
  }
  const kinds: Record<string, { code: number; type: SType }> = {
    number: { code: 1, type: NumberS },
    int: { code: 0, type: IntS },
    boolean: { code: 3, type: BooleanS },
    bigint: { code: 0, type: BigIntS },
  };
  const kind = elem && kinds[elem.kind];
  if (!kind || !wanted) {
    return ctx.refuse("UNKNOWN_TYPE", node, "the depth and the element type of tolist() are not known", {
      advice: "Write `x.tolist() as number[]` (JavaScript: /** @type {number[]} */ (x.tolist())).",
    });
  }
  if (elem!.kind === "int" || elem!.kind === "number") {
    const double = callOperator(ctx, "aten::to", [object, { kind: "const", js: "float64" }], undefined, node);
    return ctx.op("prim::tolist", [materialise(ctx, double, node).value, ctx.int(depth), ctx.int(1)], wanted);
  }
  return ctx.op(
    "prim::tolist",
    [materialise(ctx, object, node).value, ctx.int(depth), ctx.int(kind.code)],
    wanted,
  );
}
