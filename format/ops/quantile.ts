/** Quantiles. */

import { family, op } from "./define.ts";

const tail = 'int? dim=None, bool keepdim=False, *, str interpolation="linear") -> Tensor';

export const quantile = family("kernels/quantile", [
  op(`aten::quantile(Tensor self, Tensor q, ${tail}`, {
    doc: "Quantiles along a dimension or of all elements; NaN where there is one.",
  }),
  op(`aten::quantile.scalar(Tensor self, float q, ${tail}`, {
    kernel: "quantileScalar",
    doc: "A quantile along a dimension or of all elements; NaN where there is one.",
  }),
  op(`aten::nanquantile(Tensor self, Tensor q, ${tail}`, {
    doc: "Quantiles of the elements that are not NaN.",
  }),
  op(`aten::nanquantile.scalar(Tensor self, float q, ${tail}`, {
    kernel: "nanquantileScalar",
    doc: "A quantile of the elements that are not NaN.",
  }),
]);
