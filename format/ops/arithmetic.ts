/** Arithmetic of two tensors, or of a tensor and a number. */

import { family, op } from "./define.ts";

export const arithmetic = family("kernels/arithmetic", [
  op("aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor", {
    inplace: true,
    scalar: "Scalar(Tensor self, Scalar other, Scalar alpha=1)",
    doc: "self + alpha * other.",
  }),
  op("aten::sub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor", {
    inplace: true,
    scalar: "Scalar(Tensor self, Scalar other, Scalar alpha=1)",
    doc: "self - alpha * other.",
  }),
  op("aten::rsub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor", {
    scalar: "Scalar(Tensor self, Scalar other, Scalar alpha=1)",
    doc: "other - alpha * self.",
  }),
  op("aten::mul.Tensor(Tensor self, Tensor other) -> Tensor", {
    inplace: true,
    scalar: "Scalar(Tensor self, Scalar other)",
    doc: "self * other.",
  }),
]);
