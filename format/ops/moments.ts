/** Variance and standard deviation over dimensions. */

import { family, op } from "./define.ts";

export const moments = family("kernels/moments", [
  op("aten::var(Tensor self, bool unbiased=True) -> Tensor", {
    kernel: "varAll",
    doc: "Variance of all elements, divided by n - 1 when unbiased.",
  }),
  op("aten::var.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> Tensor", {
    kernel: "varDim",
    doc: "Variance over dimensions, divided by n - 1 when unbiased.",
  }),
  op("aten::var.correction(Tensor self, int[1]? dim, *, int? correction, bool keepdim=False) -> Tensor", {
    kernel: "varCorrection",
    doc: "Variance over dimensions, divided by n - correction (None: 1).",
  }),
  op("aten::std(Tensor self, bool unbiased=True) -> Tensor", {
    kernel: "stdAll",
    doc: "Standard deviation of all elements.",
  }),
  op("aten::std.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> Tensor", {
    kernel: "stdDim",
    doc: "Standard deviation over dimensions.",
  }),
  op("aten::std.correction(Tensor self, int[1]? dim, *, int? correction, bool keepdim=False) -> Tensor", {
    kernel: "stdCorrection",
    doc: "Standard deviation over dimensions, with a divisor of n - correction (None: 1).",
  }),
  op("aten::var_mean(Tensor self, bool unbiased=True) -> (Tensor, Tensor)", {
    kernel: "varMeanAll",
    doc: "Variance and mean of all elements.",
  }),
  op(
    "aten::var_mean.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> (Tensor, Tensor)",
    {
      kernel: "varMeanDim",
      doc: "Variance and mean over dimensions.",
    },
  ),
  op(
    "aten::var_mean.correction(Tensor self, int[1]? dim, *, int? correction, bool keepdim=False) -> (Tensor, Tensor)",
    {
      kernel: "varMeanCorrection",
      doc: "Variance, with a divisor of n - correction, and mean over dimensions.",
    },
  ),
  op("aten::std_mean(Tensor self, bool unbiased=True) -> (Tensor, Tensor)", {
    kernel: "stdMeanAll",
    doc: "Standard deviation and mean of all elements.",
  }),
  op(
    "aten::std_mean.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> (Tensor, Tensor)",
    {
      kernel: "stdMeanDim",
      doc: "Standard deviation and mean over dimensions.",
    },
  ),
  op(
    "aten::std_mean.correction(Tensor self, int[1]? dim, *, int? correction, bool keepdim=False) -> (Tensor, Tensor)",
    {
      kernel: "stdMeanCorrection",
      doc: "Standard deviation, with a divisor of n - correction, and mean over dimensions.",
    },
  ),
]);
