/** Python's indexing: `x[0, 1:3, None, ..., mask]` read and written. */

import { call } from "../dispatch.ts";
import { recorder } from "../record.ts";
import type { Tensor } from "../tensor.ts";
import { Dim } from "./dim.ts";
import { fromData } from "./from-data.ts";
import { Handle } from "./handle.ts";
import { dtypeOf, ndimOf, numelOf, shapeOf } from "./info.ts";
import { describe } from "./kinds.ts";
import { makeError } from "./raise.ts";

/** `start:stop:step` of Python. */
export class Slice {
  constructor(
    readonly start: number | Dim | null,
    readonly stop: number | Dim | null,
    readonly step: number,
  ) {}
}

/** `start:stop:step`: null or nothing leaves an end open; negative ends count from the end; steps are positive. */
export function slice(
  start: number | Dim | null = null,
  stop: number | Dim | null = null,
  step: number | null = null,
): Slice {
  return new Slice(start, stop, step ?? 1);
}

/** As many full slices as the other indices leave over: Python's `...`. */
export const ellipsis: unique symbol = Symbol("ellipsis");

/** One index of `x.at(…)`. An array of numbers or booleans is a tensor of them. */
export type Index =
  | number
  | bigint
  | boolean
  | Dim
  | Slice
  | null
  | typeof ellipsis
  | Tensor
  | readonly number[]
  | readonly boolean[];

/** The open end of a slice, as PyTorch writes it. */
export const END = 9223372036854775807n;

/** A view by the plain indices, and per dimension of it the tensor that indexes it further, if any does. */
interface Selection {
  readonly view: Tensor;
  readonly tensors: readonly (Tensor | null)[];
}

/** How many dimensions of the tensor an index uses up. */
function width(index: Index): number {
  if (index === null || index === ellipsis || typeof index === "boolean") return 0;
  if (index instanceof Handle) {
    const dtype = dtypeOf(index);
    return dtype === "bool" || dtype === "uint8" ? ndimOf(index) : 1;
  }
  return 1;
}

function select(self: Tensor, indices: readonly Index[]): Selection {
  const used = indices.reduce<number>((sum, index) => sum + width(index), 0);
  const ndim = ndimOf(self);
  if (used > ndim) throw makeError("TOO_MANY_INDICES", [used, shapeOf(self)]);
  if (indices.filter((index) => index === ellipsis).length > 1)
    throw makeError("BAD_INDEX", ["a second ellipsis"]);
  let view = self;
  let dim = 0;
  const tensors: (Tensor | null)[] = [];
  const byTensor = (tensor: Tensor): void => {
    while (tensors.length < dim) tensors.push(null);
    tensors[dim] = tensor;
    dim += Math.max(1, width(tensor));
  };
  for (const index of indices) {
    if (typeof index === "number" || typeof index === "bigint" || index instanceof Dim) {
      view = call("aten::select", [view, dim, index]) as Tensor;
    } else if (index === null) {
      view = call("aten::unsqueeze", [view, dim++]) as Tensor;
    } else if (index === ellipsis) {
      dim += ndim - used;
    } else if (typeof index === "boolean") {
      view = call("aten::unsqueeze", [view, dim]) as Tensor;
      byTensor(fromData([index]));
    } else if (index instanceof Slice) {
      view = sliced(view, dim++, index);
    } else if (index instanceof Handle && ndimOf(index) === 0) {
      // A single int selects, as a plain one does; a single bool keeps or drops a new dimension.
      if (width(index) === 1) {
        view = call("aten::select", [view, dim, call("aten::Int", [index])]) as Tensor;
      } else {
        view = call("aten::unsqueeze", [view, dim]) as Tensor;
        byTensor(call("aten::unsqueeze", [index, 0]) as Tensor);
      }
    } else if (index instanceof Handle) {
      byTensor(index as Tensor);
    } else if (Array.isArray(index)) {
      const ints = index.every((item) => typeof item === "number");
      byTensor(fromData(index, ints ? "int64" : undefined));
    } else {
      throw makeError("BAD_INDEX", [describe(index)]);
    }
  }
  return { view, tensors };
}

/** A full slice is the tensor itself, unless a trace is to show it. */
function sliced(view: Tensor, dim: number, { start, stop, step }: Slice): Tensor {
  if (!Number.isInteger(step) || step < 1) throw makeError("STEP", [step]);
  if (start === null && stop === null && step === 1 && !recorder) return view;
  return call("aten::slice", [view, dim, start ?? 0, stop ?? END, step]) as Tensor;
}

/** `self[indices]`. */
export function at(self: Tensor, indices: readonly Index[]): Tensor {
  const { view, tensors } = select(self, indices);
  if (tensors.length > 0) return call("aten::index", [view, tensors]) as Tensor;
  return view === self ? (call("aten::alias", [self]) as Tensor) : view;
}

/** `self[indices] = value`. */
export function set(
  self: Tensor,
  indices: readonly Index[],
  value: Tensor | number | bigint | boolean,
): void {
  const { view, tensors } = select(self, indices);
  if (tensors.length > 0) {
    const values = value instanceof Handle ? value : fromData(value, dtypeOf(self));
    call("aten::index_put_", [view, tensors, values]);
  } else if (!(value instanceof Handle)) {
    call("aten::fill_", [view, value]);
  } else {
    call("aten::copy_", [view, withoutLeadingOnes(value, ndimOf(view))]);
  }
}

/** Python lets a value have more dimensions than its place, when the first ones are of size 1. */
function withoutLeadingOnes(value: Tensor, ndim: number): Tensor {
  const shape = shapeOf(value);
  let drop = 0;
  while (shape.length - drop > ndim && shape[drop] === 1) drop++;
  return drop === 0 || numelOf(value) === 0
    ? value
    : (call("aten::view", [value, shape.slice(drop)]) as Tensor);
}
