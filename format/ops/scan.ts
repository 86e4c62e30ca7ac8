/** Running sums, products and extrema along a dimension. */

import { family, op } from "./define.ts";

export const scan = family("kernels/scan", [
  op("aten::cumsum(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor", {
    inplace: true,
    doc: "Running sum along a dimension; int64 for integers and bool.",
  }),
  op("aten::cumprod(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor", {
    inplace: true,
    doc: "Running product along a dimension; int64 for integers and bool.",
  }),
  op("aten::logcumsumexp(Tensor self, int dim) -> Tensor", {
    doc: "Logarithm of the running sum of exponentials along a dimension.",
  }),
  op("aten::cummax(Tensor self, int dim) -> (Tensor values, Tensor indices)", {
    doc: "The largest element so far along a dimension, and the last place where it stood.",
  }),
  op("aten::cummin(Tensor self, int dim) -> (Tensor values, Tensor indices)", {
    doc: "The smallest element so far along a dimension, and the last place where it stood.",
  }),
]);
