/** Signs, rounding, and other functions that keep the dtype. */

import { family, op } from "./define.ts";

export const rounding = family("kernels/rounding", [
  op("aten::abs(Tensor self) -> Tensor", { kernel: "absOf", inplace: true, doc: "The absolute value." }),
  op("aten::absolute(Tensor self) -> Tensor", {
    kernel: "absOf",
    inplace: true,
    doc: "abs under its other name.",
  }),
  op("aten::neg(Tensor self) -> Tensor", { inplace: true, doc: "-self." }),
  op("aten::negative(Tensor self) -> Tensor", {
    kernel: "neg",
    inplace: true,
    doc: "neg under its other name.",
  }),
  op("aten::floor(Tensor self) -> Tensor", {
    kernel: "floorOf",
    inplace: true,
    doc: "The largest integer not above.",
  }),
  op("aten::ceil(Tensor self) -> Tensor", {
    kernel: "ceilOf",
    inplace: true,
    doc: "The smallest integer not below.",
  }),
  op("aten::trunc(Tensor self) -> Tensor", { kernel: "truncOf", inplace: true, doc: "Rounded toward zero." }),
  op("aten::fix(Tensor self) -> Tensor", {
    kernel: "truncOf",
    inplace: true,
    doc: "trunc under its other name.",
  }),
  op("aten::round(Tensor self) -> Tensor", {
    inplace: true,
    doc: "Rounded to the nearest integer, halves to the even one.",
  }),
  op("aten::round.decimals(Tensor self, *, int decimals) -> Tensor", {
    kernel: "roundDecimals",
    inplace: true,
    doc: "Rounded to so many decimals; negative ones are places before the point.",
  }),
  op("aten::special_round(Tensor self, *, int decimals=0) -> Tensor", {
    kernel: "specialRound",
    doc: "round under its other name.",
  }),
  op("aten::frac(Tensor self) -> Tensor", { inplace: true, doc: "self - trunc(self)." }),
  op("aten::sign(Tensor self) -> Tensor", { inplace: true, doc: "-1, 0 or 1 by the sign; 0 of NaN." }),
  op("aten::sgn(Tensor self) -> Tensor", { kernel: "sign", inplace: true, doc: "sign, of real numbers." }),
  op("aten::square(Tensor self) -> Tensor", { inplace: true, doc: "self * self." }),
  op("aten::nan_to_num(Tensor self, float? nan=None, float? posinf=None, float? neginf=None) -> Tensor", {
    inplace: true,
    doc: "NaN and infinities replaced, by default by 0 and the dtype's extremes.",
  }),
  op("aten::positive(Tensor(a) self) -> Tensor(a)", { doc: "self itself; bool is refused." }),
]);
