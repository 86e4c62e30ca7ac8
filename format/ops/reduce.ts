/** Sums, means, products, truth and counts over dimensions. */

import { family, op } from "./define.ts";

export const reduce = family("kernels/reduce", [
  op("aten::sum(Tensor self, *, ScalarType? dtype=None) -> Tensor", {
    doc: "Sum of all elements; int64 for integers and bool.",
  }),
  op(
    "aten::sum.dim_IntList(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor",
    {
      kernel: "sumDim",
      doc: "Sum over dimensions, all of them for None or an empty list.",
    },
  ),
  op("aten::mean(Tensor self, *, ScalarType? dtype=None) -> Tensor", { doc: "Mean of all elements." }),
  op("aten::mean.dim(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor", {
    kernel: "meanDim",
    doc: "Mean over dimensions, all of them for None or an empty list.",
  }),
  op("aten::nansum(Tensor self, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor", {
    doc: "Sum over dimensions with NaN counted as zero.",
  }),
  op(
    "aten::nanmean(Tensor self, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor",
    {
      doc: "Mean over dimensions of the elements that are not NaN.",
    },
  ),
  op("aten::prod(Tensor self, *, ScalarType? dtype=None) -> Tensor", {
    doc: "Product of all elements; int64 for integers and bool.",
  }),
  op("aten::prod.dim_int(Tensor self, int dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor", {
    kernel: "prodDim",
    doc: "Product over a dimension.",
  }),
  op("aten::any(Tensor self) -> Tensor", { doc: "True when any element is not zero." }),
  op("aten::any.dim(Tensor self, int dim, bool keepdim=False) -> Tensor", {
    kernel: "anyDim",
    doc: "True where any element along a dimension is not zero.",
  }),
  op("aten::any.dims(Tensor self, int[]? dim=None, bool keepdim=False) -> Tensor", {
    kernel: "anyDims",
    doc: "True where any element along some dimensions is not zero.",
  }),
  op("aten::all.dims(Tensor self, int[]? dim=None, bool keepdim=False) -> Tensor", {
    kernel: "allDims",
    doc: "True where all elements along some dimensions are not zero.",
  }),
  op("aten::all(Tensor self) -> Tensor", { doc: "True when no element is zero." }),
  op("aten::all.dim(Tensor self, int dim, bool keepdim=False) -> Tensor", {
    kernel: "allDim",
    doc: "True where no element along a dimension is zero.",
  }),
  op("aten::count_nonzero(Tensor self, int? dim=None) -> Tensor", {
    doc: "Number of elements that are not zero, in all or along a dimension.",
  }),
  op("aten::count_nonzero.dim_IntList(Tensor self, int[] dim) -> Tensor", {
    kernel: "countNonzeroDims",
    doc: "Number of elements that are not zero over dimensions.",
  }),
]);
