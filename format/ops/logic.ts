/** Truth and bits. */

import { family, op, type Row } from "./define.ts";

/** A bitwise operator of two tensors or a tensor and a number; `dunder` is its name as a Python operator. */
function bitwise(name: string, kernel: string, dunder: string, tensorScalar: string, doc: string): Row[] {
  return [
    op(`aten::${name}.Tensor(Tensor self, Tensor other) -> Tensor`, {
      kernel,
      inplace: true,
      scalar: [`${tensorScalar}(Tensor self, Scalar other)`, "Scalar_Tensor(Scalar self, Tensor other)"],
      doc,
    }),
    op(`aten::__${dunder}__.Tensor(Tensor self, Tensor other) -> Tensor`, {
      kernel,
      inplace: `__i${dunder}__.Tensor`,
      scalar: "Scalar(Tensor self, Scalar other)",
      scalarInplace: `__i${dunder}__.Scalar`,
      doc: `${name} as Python's operator calls it.`,
    }),
  ];
}

export const logic = family("kernels/logic", [
  op("aten::logical_and(Tensor self, Tensor other) -> Tensor", {
    inplace: true,
    doc: "Whether both are not zero.",
  }),
  op("aten::logical_or(Tensor self, Tensor other) -> Tensor", {
    inplace: true,
    doc: "Whether one is not zero.",
  }),
  op("aten::logical_xor(Tensor self, Tensor other) -> Tensor", {
    inplace: true,
    doc: "Whether exactly one is not zero.",
  }),
  op("aten::logical_not(Tensor self) -> Tensor", { inplace: true, doc: "Whether each element is zero." }),
  ...bitwise("bitwise_and", "bitwiseAnd", "and", "Scalar", "self & other, of integers or bools."),
  ...bitwise("bitwise_or", "bitwiseOr", "or", "Scalar", "self | other, of integers or bools."),
  ...bitwise("bitwise_xor", "bitwiseXor", "xor", "Scalar", "self ^ other, of integers or bools."),
  ...bitwise(
    "bitwise_left_shift",
    "bitwiseLeftShift",
    "lshift",
    "Tensor_Scalar",
    "self << other, of integers.",
  ),
  ...bitwise(
    "bitwise_right_shift",
    "bitwiseRightShift",
    "rshift",
    "Tensor_Scalar",
    "self >> other, of integers.",
  ),
  op("aten::bitwise_not(Tensor self) -> Tensor", { inplace: true, doc: "~self, of integers or bools." }),
]);
