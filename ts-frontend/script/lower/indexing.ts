/** `x.at(…)` and `x.set([…], value)`: Python's indexing as select, slice, unsqueeze and index. */

import type { Value } from "../../../format/ir/graph.ts";
import { listOf, optionalOf, TensorType } from "../../../format/types.ts";
import { END, ellipsis } from "../../eager/indexing.ts";
import { isNumeric, nonNullish, resolved, showType, TensorS } from "../types/model.ts";
import type { Context } from "./context.ts";
import { materialise, toInt, typeOf } from "./convert.ts";
import { callOperator } from "./schemas.ts";
import { makeTensor } from "./tensors.ts";
import { constant, type NodeLike, type SValue } from "./values.ts";

/** `slice(start, stop, step)` as an index: kept as it is until it is used. */
export function makeSlice(_ctx: Context, args: readonly SValue[], node: NodeLike): SValue {
  const [start = constant(null), stop = constant(null), step = constant(1)] = args;
  return {
    kind: "fields",
    fields: new Map([
      ["#slice", constant(true)],
      ["start", start],
      ["stop", stop],
      ["step", step],
    ]),
    node,
  };
}

interface Selection {
  view: SValue;
  /** By dimension of the view; null where no tensor indexes it. */
  readonly tensors: (SValue | null)[];
}

function isSlice(index: SValue): index is SValue & { kind: "fields" } {
  return index.kind === "fields" && index.fields.has("#slice");
}

function isEllipsis(index: SValue): boolean {
  return index.kind === "host" && (index.js as { valueOf(): unknown }).valueOf() === ellipsis;
}

function select(ctx: Context, object: SValue, indices: readonly SValue[], node: NodeLike): Selection {
  const result: Selection = { view: object, tensors: [] };
  const widths = indices.map((index) =>
    isEllipsis(index) || (index.kind === "const" && index.js === null) ? 0 : 1,
  );
  const at = indices.findIndex(isEllipsis);
  if (indices.filter(isEllipsis).length > 1) ctx.refuse("ARGUMENTS", node, "a second ellipsis");
  let dim = 0;
  indices.forEach((index, i) => {
    if (i === at) return;
    // Behind an ellipsis dimensions count from the end.
    const right = widths.slice(i).reduce<number>((sum, width) => sum + width, 0);
    const place = at >= 0 && i > at ? -right : dim;
    const plain = typeOf(ctx, index);
    if (index.kind === "const" && index.js === null) {
      result.view = callOperator(
        ctx,
        "aten::unsqueeze",
        [result.view, constant(at >= 0 && i > at ? -right - 1 : dim++)],
        undefined,
        node,
      );
    } else if (isSlice(index)) {
      result.view = sliced(ctx, result.view, place, index, node);
      dim++;
    } else if (isNumeric(nonNullish(plain)) || plain.kind === "bigint" || plain.kind === "Dim") {
      if (result.tensors.length > 0)
        ctx.refuse("ARGUMENTS", node, "a number behind a tensor among the indices", {
          advice: "Index by the number first: x.at(ellipsis, i), then by the tensor.",
        });
      const chosen = toInt(ctx, index, node);
      const view = materialise(ctx, result.view, node).value;
      result.view = ctx.op("aten::select.int", [view, ctx.int(place), chosen], TensorS);
    } else if (plain.kind === "Tensor" || plain.kind === "array" || index.kind === "items") {
      if (place < 0) ctx.refuse("ARGUMENTS", node, "a tensor behind an ellipsis among the indices");
      while (result.tensors.length < dim) result.tensors.push(null);
      result.tensors.push(plain.kind === "Tensor" ? index : indexTensorOf(ctx, index, node));
      dim++;
    } else {
      ctx.refuse("ARGUMENTS", node, `${showType(plain)} is no index of a tensor`);
    }
  });
  return result;
}

/** An array of numbers or booleans as a tensor that indexes. */
function indexTensorOf(ctx: Context, index: SValue, node: NodeLike): SValue {
  const type = typeOf(ctx, index);
  const numbers = type.kind === "array" && isNumeric(resolved(type.elem));
  const options: SValue = {
    kind: "fields",
    fields: new Map(numbers ? [["dtype", constant("int64")]] : []),
    node,
  };
  return makeTensor(ctx, [index, options], node, undefined, "");
}

function sliced(
  ctx: Context,
  view: SValue,
  dim: number,
  index: SValue & { kind: "fields" },
  node: NodeLike,
): SValue {
  const part = (name: string, open: bigint): Value => {
    const value = index.fields.get(name)!;
    return value.kind === "const" && value.js == null ? ctx.int(open) : toInt(ctx, value, node);
  };
  const step = index.fields.get("step")!;
  if (step.kind === "const" && step.js != null && !(Number.isInteger(step.js) && (step.js as number) >= 1)) {
    ctx.refuse("ARGUMENTS", node, `the step of a slice is a positive integer, got ${String(step.js)}`);
  }
  const inputs = [
    materialise(ctx, view, node).value,
    ctx.int(dim),
    part("start", 0n),
    part("stop", END),
    part("step", 1n),
  ];
  return ctx.op("aten::slice.Tensor", inputs, TensorS);
}

function tensorList(ctx: Context, tensors: readonly (SValue | null)[], node: NodeLike): Value {
  const values = tensors.map((tensor) => (tensor ? materialise(ctx, tensor, node).value : ctx.none()));
  return ctx.raw("prim::ListConstruct", values, listOf(optionalOf(TensorType)));
}

/** `x.at(…indices)`. */
export function indexTensor(
  ctx: Context,
  object: SValue,
  indices: readonly SValue[],
  node: NodeLike,
): SValue {
  const { view, tensors } = select(ctx, object, indices, node);
  const made = materialise(ctx, view, node).value;
  if (tensors.length > 0)
    return ctx.op("aten::index.Tensor", [made, tensorList(ctx, tensors, node)], TensorS);
  return view === object ? ctx.op("aten::alias", [made], TensorS) : view;
}

/** `x.set(indices, value)`. */
export function storeTensor(ctx: Context, object: SValue, args: readonly SValue[], node: NodeLike): SValue {
  const [indices, value] = args;
  if (indices?.kind !== "items" || value === undefined) {
    return ctx.refuse("ARGUMENTS", node, "set takes an array of indices, written in place, and a value");
  }
  const { view, tensors } = select(ctx, object, indices.items, node);
  const isTensor = typeOf(ctx, value).kind === "Tensor";
  if (tensors.length === 0) {
    callOperator(ctx, isTensor ? "aten::copy_" : "aten::fill_", [view, value], undefined, node);
    return object;
  }
  const made = materialise(ctx, view, node).value;
  const values = isTensor ? materialise(ctx, value, node).value : scalarLike(ctx, object, value, node);
  ctx.builder.op(
    "aten::index_put_",
    [made, tensorList(ctx, tensors, node), values, ctx.bool(false)],
    TensorType,
  );
  return object;
}

/** A number as a tensor of the dtype of another. */
function scalarLike(ctx: Context, like: SValue, value: SValue, node: NodeLike): Value {
  const made = callOperator(
    ctx,
    "aten::new_full",
    [like, { kind: "items", items: [], node }, value],
    undefined,
    node,
  );
  return materialise(ctx, made, node).value;
}
