/** `torch.tensor(data, { dtype })`: numbers make float32, bigints int64, booleans bool, unless a dtype is given. */

import { dtypeFromName, dtypes } from "../../../format/dtype.ts";
import type { Value } from "../../../format/ir/graph.ts";
import { BoolType, FloatType, IntType, listOf, type Type } from "../../../format/types.ts";
import {
  arrayS,
  BigIntS,
  BooleanS,
  isNumeric,
  NumberS,
  resolved,
  type SType,
  showType,
  TensorS,
} from "../types/model.ts";
import { branch } from "./branches.ts";
import type { Context } from "./context.ts";
import { coerce, materialise, toInt, typeOf } from "./convert.ts";
import { toList } from "./lists.ts";
import { callPrelude, intrinsics } from "./prelude.ts";
import { isDTypeName } from "./schemas.ts";
import { type NodeLike, type SValue, UNDEFINED } from "./values.ts";

const WHOLE = new Set(["int8", "uint8", "int16", "int32", "int64"]);

const NARROW = new Set(["int8", "uint8", "int16", "int32"]);

export function makeTensor(
  ctx: Context,
  args: readonly SValue[],
  node: NodeLike,
  _wanted: SType | undefined,
  _path: string,
): SValue {
  const [data = UNDEFINED, options] = args;
  const given = options?.kind === "fields" ? options.fields.get("dtype") : undefined;
  const dtype = given && !(given.kind === "const" && given.js == null) ? given : undefined;
  if (dtype && dtype.kind !== "const") {
    ctx.refuse("ARGUMENTS", node, "the dtype of torch.tensor must be known", {
      advice: "Convert afterwards: torch.tensor(data).to(dtype).",
    });
  }
  const name =
    dtype?.kind === "const" && isDTypeName(String(dtype.js)) ? dtypeFromName(String(dtype.js)) : undefined;
  const code = dtype ? ctx.unit.dtypeCode(ctx, dtype, node) : ctx.none();
  const kind = elementKind(ctx, data, node);
  const whole = kind === "number" && name !== undefined && WHOLE.has(name);
  const elem = kind === "bool" ? BoolType : kind === "bigint" || whole ? IntType : FloatType;
  const value = dataValue(ctx, data, elem, whole, node);
  if (elem === IntType && name !== undefined && NARROW.has(name))
    return narrowTensor(ctx, value, name, code, node);
  const rest = [code, ctx.none(), ctx.bool(false)];
  if (value.type.kind !== "List") {
    return ctx.op(`aten::tensor.${elem.kind}`, [value, ...rest], TensorS);
  }
  return ctx.op("aten::tensor", [value, ...rest], TensorS);
}

/** A tensor of integers of a dtype that may not hold them: as int64 first, then checked at run time, as eagerly. */
function narrowTensor(ctx: Context, data: Value, name: string, code: Value, node: NodeLike): SValue {
  const wide = ctx.int(dtypes.int64.code);
  const op = data.type.kind === "List" ? "aten::tensor" : "aten::tensor.int";
  const whole = ctx.op(op, [data, wide, ctx.none(), ctx.bool(false)], TensorS);
  const convert = (tensor: Value, dtype: Value) =>
    ctx.op("aten::to.dtype", [tensor, dtype, ctx.bool(false), ctx.bool(false), ctx.none()], TensorS);
  const narrow = convert(whole.value, code);
  const equal = ctx.op("aten::eq.Tensor", [convert(narrow.value, wide).value, whole.value], TensorS);
  const same = ctx.op("aten::Bool.Tensor", [ctx.op("aten::all", [equal.value], TensorS).value], BooleanS);
  branch(
    ctx,
    same,
    () => undefined,
    () => {
      ctx.effect("prim::RaiseException", [ctx.str(`a number does not fit ${name}`), ctx.str("RangeError")]);
      ctx.state.dead = true;
      return undefined;
    },
    node,
  );
  return narrow;
}

/** What the data is made of in the end. */
function elementKind(ctx: Context, data: SValue, node: NodeLike): "number" | "bigint" | "bool" {
  if (data.kind === "items") {
    const kinds = new Set(data.items.map((item) => elementKind(ctx, item, node)));
    if (kinds.size > 1) ctx.refuse("ARGUMENTS", node, "numbers, bigints and booleans mixed in one tensor");
    return [...kinds][0] ?? "number";
  }
  let type = typeOf(ctx, data);
  while (type.kind === "array") type = resolved(type.elem);
  if (type.kind === "tuple") type = resolved(type.elems[0]!);
  if (isNumeric(type) || type.kind === "variable") return "number";
  if (type.kind === "boolean") return "bool";
  if (type.kind === "bigint" || type.kind === "Dim") return "bigint";
  return ctx.refuse("ARGUMENTS", node, `a tensor of ${showType(type)}`, {
    advice: type.kind === "Tensor" ? "Copy a tensor with clone(), join tensors with torch.stack([…])." : "",
  });
}

/** Arrays of numbers of any depth as arrays of bigints; fails at run time where a number is not whole. */
export function wholes(ctx: Context, list: SValue, node: NodeLike): SValue {
  const type = typeOf(ctx, list);
  if (type.kind === "tuple") return wholes(ctx, toList(ctx, list, node), node);
  const elem = type.kind === "array" ? resolved(type.elem) : type;
  if (elem.kind !== "array" && elem.kind !== "tuple")
    return ctx.op("js::toInts", [materialise(ctx, list, node).value], arrayS(BigIntS));
  const each: SValue = { kind: "host", js: intrinsics.wholes!, path: "wholes" };
  return callPrelude(ctx, "map", [list, each], node, bigintsLike(type));
}

function bigintsLike(type: SType): SType {
  const of = resolved(type);
  if (of.kind !== "array" && of.kind !== "tuple") return BigIntS;
  return arrayS(bigintsLike(of.kind === "array" ? of.elem : of.elems[0]!));
}

function dataValue(ctx: Context, data: SValue, elem: Type, whole: boolean, node: NodeLike): Value {
  if (data.kind === "items") {
    const values = data.items.map((item) => dataValue(ctx, item, elem, whole, node));
    return ctx.raw("prim::ListConstruct", values, listOf(values[0]?.type ?? elem));
  }
  const type = typeOf(ctx, data);
  if (type.kind === "tuple") return dataValue(ctx, toList(ctx, data, node), elem, whole, node);
  if (type.kind === "array") {
    return materialise(ctx, whole ? wholes(ctx, data, node) : data, node).value;
  }
  if (elem === IntType) return toInt(ctx, data, node);
  if (elem === BoolType) return materialise(ctx, data, node).value;
  return coerce(ctx, data, NumberS, node).value;
}
