/** Functions of two tensors beside arithmetic. */

import { family, op } from "./define.ts";

export const pairs = family("kernels/pairs", [
  op("aten::maximum(Tensor self, Tensor other) -> Tensor", {
    doc: "The larger of the two; NaN where either is.",
  }),
  op("aten::minimum(Tensor self, Tensor other) -> Tensor", {
    doc: "The smaller of the two; NaN where either is.",
  }),
  op("aten::max.other(Tensor self, Tensor other) -> Tensor", {
    kernel: "maximum",
    doc: "maximum under its other name.",
  }),
  op("aten::min.other(Tensor self, Tensor other) -> Tensor", {
    kernel: "minimum",
    doc: "minimum under its other name.",
  }),
  op("aten::fmax(Tensor self, Tensor other) -> Tensor", {
    doc: "The larger of the two; the other one where one is NaN.",
  }),
  op("aten::fmin(Tensor self, Tensor other) -> Tensor", {
    doc: "The smaller of the two; the other one where one is NaN.",
  }),
  op("aten::atan2(Tensor self, Tensor other) -> Tensor", {
    inplace: true,
    doc: "The angle of the point (other, self) in radians.",
  }),
  op("aten::arctan2(Tensor self, Tensor other) -> Tensor", {
    kernel: "atan2",
    inplace: true,
    doc: "atan2 under its other name.",
  }),
  op("aten::copysign.Tensor(Tensor self, Tensor other) -> Tensor", {
    kernel: "copysign_",
    inplace: true,
    scalar: "Scalar(Tensor self, Scalar other)",
    doc: "The size of self with the sign of other.",
  }),
  op("aten::hypot(Tensor self, Tensor other) -> Tensor", { inplace: true, doc: "sqrt(self² + other²)." }),
  op("aten::xlogy.Tensor(Tensor self, Tensor other) -> Tensor", {
    inplace: true,
    scalar: ["Scalar_Other(Tensor self, Scalar other)", "Scalar_Self(Scalar self, Tensor other)"],
    doc: "self * log(other), 0 where self is 0.",
  }),
  op("aten::special_xlogy(Tensor self, Tensor other) -> Tensor", {
    kernel: "specialXlogy",
    scalar: ["other_scalar(Tensor self, Scalar other)", "self_scalar(Scalar self, Tensor other)"],
    doc: "xlogy under its other name.",
  }),
  op("aten::special_xlog1py(Tensor self, Tensor other) -> Tensor", {
    kernel: "xlog1py",
    scalar: ["other_scalar(Tensor self, Scalar other)", "self_scalar(Scalar self, Tensor other)"],
    doc: "self * log(1 + other), 0 where self is 0.",
  }),
  op("aten::logaddexp(Tensor self, Tensor other) -> Tensor", { doc: "log(exp(self) + exp(other))." }),
  op("aten::logaddexp2(Tensor self, Tensor other) -> Tensor", { doc: "log2(2^self + 2^other)." }),
  op("aten::heaviside(Tensor self, Tensor values) -> Tensor", {
    inplace: true,
    doc: "0 where self is negative, 1 where it is positive, values where it is 0.",
  }),
  op("aten::gcd(Tensor self, Tensor other) -> Tensor", {
    inplace: true,
    doc: "The greatest common divisor.",
  }),
  op("aten::lcm(Tensor self, Tensor other) -> Tensor", { inplace: true, doc: "The least common multiple." }),
]);
