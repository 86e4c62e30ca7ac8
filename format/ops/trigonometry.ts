/** Trigonometric and hyperbolic functions, and angles. */

import { family, op } from "./define.ts";

export const trigonometry = family("kernels/trigonometry", [
  op("aten::sin(Tensor self) -> Tensor", { inplace: true, doc: "The sine." }),
  op("aten::cos(Tensor self) -> Tensor", { inplace: true, doc: "The cosine." }),
  op("aten::tan(Tensor self) -> Tensor", { inplace: true, doc: "The tangent." }),
  op("aten::asin(Tensor self) -> Tensor", { inplace: true, doc: "The arc sine." }),
  op("aten::acos(Tensor self) -> Tensor", { inplace: true, doc: "The arc cosine." }),
  op("aten::atan(Tensor self) -> Tensor", { inplace: true, doc: "The arc tangent." }),
  op("aten::sinh(Tensor self) -> Tensor", { inplace: true, doc: "The hyperbolic sine." }),
  op("aten::cosh(Tensor self) -> Tensor", { inplace: true, doc: "The hyperbolic cosine." }),
  op("aten::tanh(Tensor self) -> Tensor", { inplace: true, doc: "The hyperbolic tangent." }),
  op("aten::asinh(Tensor self) -> Tensor", { inplace: true, doc: "The inverse hyperbolic sine." }),
  op("aten::acosh(Tensor self) -> Tensor", { inplace: true, doc: "The inverse hyperbolic cosine." }),
  op("aten::atanh(Tensor self) -> Tensor", { inplace: true, doc: "The inverse hyperbolic tangent." }),
  op("aten::arcsin(Tensor self) -> Tensor", {
    kernel: "asin",
    inplace: true,
    doc: "asin under its other name.",
  }),
  op("aten::arccos(Tensor self) -> Tensor", {
    kernel: "acos",
    inplace: true,
    doc: "acos under its other name.",
  }),
  op("aten::arctan(Tensor self) -> Tensor", {
    kernel: "atan",
    inplace: true,
    doc: "atan under its other name.",
  }),
  op("aten::arcsinh(Tensor self) -> Tensor", {
    kernel: "asinh",
    inplace: true,
    doc: "asinh under its other name.",
  }),
  op("aten::arccosh(Tensor self) -> Tensor", {
    kernel: "acosh",
    inplace: true,
    doc: "acosh under its other name.",
  }),
  op("aten::arctanh(Tensor self) -> Tensor", {
    kernel: "atanh",
    inplace: true,
    doc: "atanh under its other name.",
  }),
  op("aten::sinc(Tensor self) -> Tensor", { inplace: true, doc: "sin(pi * self) / (pi * self), 1 at 0." }),
  op("aten::deg2rad(Tensor self) -> Tensor", { inplace: true, doc: "Degrees as radians." }),
  op("aten::rad2deg(Tensor self) -> Tensor", { inplace: true, doc: "Radians as degrees." }),
  op("aten::angle(Tensor self) -> Tensor", { doc: "pi where self is negative, else 0." }),
]);
