/** Whole places of a dimension written where a vector of indices says. */

import { family, op } from "./define.ts";

export const indexAlong = family("kernels/index-along", [
  op("aten::index_add(Tensor self, int dim, Tensor index, Tensor source, *, Scalar alpha=1) -> Tensor", {
    doc: "A copy with alpha * source added to the places that index names.",
  }),
  op(
    "aten::index_add_(Tensor(a!) self, int dim, Tensor index, Tensor source, *, Scalar alpha=1) -> Tensor(a!)",
    { kernel: "indexAddInPlace" },
  ),
  op("aten::index_copy(Tensor self, int dim, Tensor index, Tensor source) -> Tensor", {
    doc: "A copy with source at the places that index names.",
  }),
  op("aten::index_copy_(Tensor(a!) self, int dim, Tensor index, Tensor source) -> Tensor(a!)", {
    kernel: "indexCopyInPlace",
  }),
  op("aten::index_fill.int_Scalar(Tensor self, int dim, Tensor index, Scalar value) -> Tensor", {
    kernel: "indexFillScalar",
    doc: "A copy with a number at the places that index names.",
  }),
  op("aten::index_fill_.int_Scalar(Tensor(a!) self, int dim, Tensor index, Scalar value) -> Tensor(a!)", {
    kernel: "indexFillScalarInPlace",
  }),
  op("aten::index_fill.int_Tensor(Tensor self, int dim, Tensor index, Tensor value) -> Tensor", {
    kernel: "indexFillTensor",
    doc: "index_fill with its number in a 0-dimensional tensor.",
  }),
  op("aten::index_fill_.int_Tensor(Tensor(a!) self, int dim, Tensor index, Tensor value) -> Tensor(a!)", {
    kernel: "indexFillTensorInPlace",
  }),
  op(
    "aten::index_reduce(Tensor self, int dim, Tensor index, Tensor source, str reduce, *, bool include_self=True) -> Tensor",
    { doc: "prod, mean, amax or amin of what index brings to each place, with or without what is there." },
  ),
  op(
    "aten::index_reduce_(Tensor(a!) self, int dim, Tensor index, Tensor source, str reduce, *, bool include_self=True) -> Tensor(a!)",
    { kernel: "indexReduceInPlace" },
  ),
  op("aten::put(Tensor self, Tensor index, Tensor source, bool accumulate=False) -> Tensor", {
    doc: "A copy with elements of source at row-major numbers.",
  }),
  op("aten::put_(Tensor(a!) self, Tensor index, Tensor source, bool accumulate=False) -> Tensor(a!)", {
    kernel: "putInPlace",
  }),
]);
