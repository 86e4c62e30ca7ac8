/** Choosing by a mask. */

import { family, op } from "./define.ts";

export const where = family("kernels/where", [
  op("aten::where.self(Tensor condition, Tensor self, Tensor other) -> Tensor", {
    scalar: [
      "ScalarSelf(Tensor condition, Scalar self, Tensor other)",
      "ScalarOther(Tensor condition, Tensor self, Scalar other)",
    ],
    doc: "self where the condition holds, else other.",
  }),
  op("aten::where.Scalar(Tensor condition, Scalar self, Scalar other) -> Tensor", {
    kernel: "whereNumbers",
    doc: "self where the condition holds, else other.",
  }),
  op("aten::masked_fill.Tensor(Tensor self, Tensor mask, Tensor value) -> Tensor", {
    inplace: true,
    scalar: "Scalar(Tensor self, Tensor mask, Scalar value)",
    doc: "value where the mask holds, else self.",
  }),
]);
