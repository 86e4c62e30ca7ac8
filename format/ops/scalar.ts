/** Tensors of one element as numbers. */

import { family, op } from "./define.ts";

export const scalar = family("kernels/scalar", [
  op("aten::item(Tensor self) -> Scalar", { doc: "The only element as a bool, int or float." }),
  op("aten::_local_scalar_dense(Tensor self) -> Scalar", {
    kernel: "item",
    doc: "item, as exported programs name it.",
  }),
  op("aten::Int.Tensor(Tensor a) -> int", { kernel: "toInt", doc: "The only element as an int, truncated." }),
  op("aten::Float.Tensor(Tensor a) -> float", { kernel: "toFloat", doc: "The only element as a float." }),
  op("aten::Bool.Tensor(Tensor a) -> bool", {
    kernel: "toBool",
    doc: "Whether the only element is not zero.",
  }),
  op("aten::is_nonzero(Tensor self) -> bool", {
    kernel: "toBool",
    doc: "Whether the only element is not zero.",
  }),
  op("aten::IntImplicit(Tensor a) -> int", {
    kernel: "intImplicit",
    doc: "A 0-dimensional integer tensor where an int is wanted.",
  }),
  op("aten::FloatImplicit(Tensor a) -> float", {
    kernel: "floatImplicit",
    doc: "A 0-dimensional tensor where a float is wanted.",
  }),
  op("aten::ScalarImplicit(Tensor a) -> Scalar", {
    kernel: "scalarImplicit",
    doc: "A 0-dimensional tensor where a number is wanted.",
  }),
]);
