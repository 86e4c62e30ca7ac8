/** Activation functions with parameters. */

import { family, op } from "./define.ts";

export const parametric = family("kernels/parametric", [
  op("aten::leaky_relu(Tensor self, Scalar negative_slope=0.01) -> Tensor", {
    inplace: true,
    doc: "self above 0, negative_slope * self below.",
  }),
  op("aten::elu(Tensor self, Scalar alpha=1, Scalar scale=1, Scalar input_scale=1) -> Tensor", {
    inplace: true,
    doc: "scale * self above 0, scale * alpha * (exp(input_scale * self) - 1) below.",
  }),
  op("aten::celu(Tensor self, Scalar alpha=1.) -> Tensor", {
    inplace: true,
    doc: "elu with alpha and input_scale 1 / alpha.",
  }),
  op("aten::selu(Tensor self) -> Tensor", {
    inplace: true,
    doc: "elu with the scales of self-normalising networks.",
  }),
  op("aten::softplus(Tensor self, Scalar beta=1, Scalar threshold=20) -> Tensor", {
    doc: "log(1 + exp(beta * self)) / beta, self where beta * self is above the threshold.",
  }),
  op("aten::hardshrink(Tensor self, Scalar lambd=0.5) -> Tensor", { doc: "0 within lambd of 0, else self." }),
  op("aten::softshrink(Tensor self, Scalar lambd=0.5) -> Tensor", {
    doc: "self moved by lambd toward 0, and 0 within lambd of it.",
  }),
  op("aten::threshold(Tensor self, Scalar threshold, Scalar value) -> Tensor", {
    inplace: true,
    doc: "value where self is not above the threshold.",
  }),
  op("aten::prelu(Tensor self, Tensor weight) -> Tensor", {
    doc: "self above 0, weight * self below; one weight, or one per channel.",
  }),
  op("aten::glu(Tensor self, int dim=-1) -> Tensor", {
    doc: "The first half along dim times the sigmoid of the second.",
  }),
]);
