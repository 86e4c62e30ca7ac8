/** Comparisons and tests of single elements: bool tensors. */

import { family, op, type Row } from "./define.ts";

/** A comparison of two tensors, or of a tensor and a number. */
function comparison(name: string, kernel: string, doc: string): Row {
  return op(`aten::${name}.Tensor(Tensor self, Tensor other) -> Tensor`, {
    kernel,
    inplace: true,
    scalar: "Scalar(Tensor self, Scalar other)",
    doc,
  });
}

/** A test of each element. */
function test(name: string, doc: string): Row {
  return op(`aten::${name}(Tensor self) -> Tensor`, { doc });
}

export const compare = family("kernels/compare", [
  comparison("eq", "eq", "self == other."),
  comparison("ne", "ne", "self != other."),
  comparison("lt", "lt", "self < other."),
  comparison("le", "le", "self <= other."),
  comparison("gt", "gt", "self > other."),
  comparison("ge", "ge", "self >= other."),
  comparison("not_equal", "ne", "ne under its other name."),
  comparison("less", "lt", "lt under its other name."),
  comparison("less_equal", "le", "le under its other name."),
  comparison("greater", "gt", "gt under its other name."),
  comparison("greater_equal", "ge", "ge under its other name."),
  test("isnan", "Whether each element is NaN."),
  test("isinf", "Whether each element is infinite."),
  test("isposinf", "Whether each element is positive infinity."),
  test("isneginf", "Whether each element is negative infinity."),
  test("isfinite", "Whether each element is neither infinite nor NaN."),
  test("isreal", "Whether each element is real: always."),
  test("signbit", "Whether the sign bit is set; a NaN counts as positive."),
  op(
    "aten::isclose(Tensor self, Tensor other, float rtol=1.0000000000000001e-05, float atol=1e-08, bool equal_nan=False) -> Tensor",
    { doc: "Whether |self - other| <= atol + rtol * |other|." },
  ),
]);
