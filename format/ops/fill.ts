/** Filling a tensor with one number. */

import { family, op } from "./define.ts";

export const fill = family("kernels/fill", [
  op("aten::fill_.Scalar(Tensor(a!) self, Scalar value) -> Tensor(a!)", {
    kernel: "fillScalarInPlace",
    doc: "Every element becomes value, which the dtype must hold.",
  }),
  op("aten::fill_.Tensor(Tensor(a!) self, Tensor value) -> Tensor(a!)", {
    kernel: "fillTensorInPlace",
    doc: "Every element becomes the only one of value.",
  }),
  op("aten::fill.Scalar(Tensor self, Scalar value) -> Tensor", {
    kernel: "fillScalar",
    doc: "A new tensor like self, filled with value.",
  }),
  op("aten::fill.Tensor(Tensor self, Tensor value) -> Tensor", {
    kernel: "fillTensor",
    doc: "A new tensor like self, filled with the only element of value.",
  }),
  op("aten::zero_(Tensor(a!) self) -> Tensor(a!)", {
    kernel: "zeroInPlace",
    doc: "Every element becomes 0.",
  }),
  op("aten::zero(Tensor self) -> Tensor", { doc: "A new tensor like self, filled with 0." }),
  op("aten::copy_.int(Tensor(a!) self, int other) -> Tensor(a!)", {
    kernel: "fillInt",
    doc: "fill_, as scripts name the assignment of a number.",
  }),
  op("aten::copy_.float(Tensor(a!) self, float other) -> Tensor(a!)", {
    kernel: "fillFloat",
    doc: "fill_, as scripts name the assignment of a number.",
  }),
  op("aten::_no_grad_fill_(Tensor(a!) tensor, float val) -> Tensor(a!)", {
    kernel: "fillFloat",
    doc: "fill_, as scripted initialisers call it.",
  }),
  op("aten::_no_grad_zero_(Tensor(a!) tensor) -> Tensor(a!)", {
    kernel: "zeroInPlace",
    doc: "zero_, as scripted initialisers call it.",
  }),
]);
