/** Division with its rounding modes, and what is left of it. */

import { family, op } from "./define.ts";

export const division = family("kernels/division", [
  op("aten::div.Tensor(Tensor self, Tensor other) -> Tensor", {
    inplace: true,
    scalar: "Scalar(Tensor self, Scalar other)",
    doc: "self / other; integers are divided as float32.",
  }),
  op("aten::div.Tensor_mode(Tensor self, Tensor other, *, str? rounding_mode) -> Tensor", {
    kernel: "divMode",
    inplace: true,
    scalar: "Scalar_mode(Tensor self, Scalar other, *, str? rounding_mode)",
    doc: 'self / other, rounded toward zero ("trunc"), down ("floor") or not at all (None).',
  }),
  op("aten::divide.Tensor(Tensor self, Tensor other) -> Tensor", {
    kernel: "div",
    inplace: true,
    scalar: "Scalar(Tensor self, Scalar other)",
    doc: "div under its other name.",
  }),
  op("aten::divide.Tensor_mode(Tensor self, Tensor other, *, str? rounding_mode) -> Tensor", {
    kernel: "divMode",
    inplace: true,
    scalar: "Scalar_mode(Tensor self, Scalar other, *, str? rounding_mode)",
    doc: "div under its other name.",
  }),
  op("aten::true_divide.Tensor(Tensor self, Tensor other) -> Tensor", {
    kernel: "div",
    inplace: true,
    scalar: "Scalar(Tensor self, Scalar other)",
    doc: "div under its other name.",
  }),
  op("aten::floor_divide(Tensor self, Tensor other) -> Tensor", {
    inplace: "floor_divide_.Tensor",
    scalar: "Scalar(Tensor self, Scalar other)",
    doc: "self / other rounded down.",
  }),
  op("aten::remainder.Tensor(Tensor self, Tensor other) -> Tensor", {
    inplace: true,
    scalar: ["Scalar(Tensor self, Scalar other)", "Scalar_Tensor(Scalar self, Tensor other)"],
    doc: "What is left of self / other rounded down: the sign is other's, as in Python's %.",
  }),
  op("aten::fmod.Tensor(Tensor self, Tensor other) -> Tensor", {
    inplace: true,
    scalar: "Scalar(Tensor self, Scalar other)",
    doc: "What is left of self / other rounded toward zero: the sign is self's.",
  }),
]);
