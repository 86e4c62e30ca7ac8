/** Elements chosen by their rank. */

import { family, op } from "./define.ts";

export const orderStatistics = family("kernels/order-statistics", [
  op(
    "aten::kthvalue(Tensor self, int k, int dim=-1, bool keepdim=False) -> (Tensor values, Tensor indices)",
    {
      doc: "The k-th smallest element along a dimension and its place.",
    },
  ),
  op("aten::median(Tensor self) -> Tensor", {
    doc: "The median of all elements, the lower of two; NaN if there is one.",
  }),
  op("aten::median.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)", {
    kernel: "medianDim",
    doc: "The median along a dimension, the lower of two, and its place.",
  }),
  op("aten::nanmedian(Tensor self) -> Tensor", { doc: "The median of the elements that are not NaN." }),
  op("aten::nanmedian.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)", {
    kernel: "nanmedianDim",
    doc: "The median along a dimension of the elements that are not NaN, and its place.",
  }),
  op("aten::mode(Tensor self, int dim=-1, bool keepdim=False) -> (Tensor values, Tensor indices)", {
    doc: "The most frequent element along a dimension, the smallest of several, and its last place.",
  }),
]);
