/** Tensors made of numbers and lists of them. */

import { family, op } from "./define.ts";

export const literal = family("kernels/literal", [
  op(
    "aten::tensor(t[] data, *, ScalarType? dtype=None, Device? device=None, bool requires_grad=False) -> Tensor",
    { doc: "The tensor of a nested list of numbers." },
  ),
  op(
    "aten::tensor.float(float t, *, ScalarType? dtype=None, Device? device=None, bool requires_grad=False) -> Tensor",
    { kernel: "tensorFloat", doc: "A float as a 0-dimensional tensor; float32 by default." },
  ),
  op(
    "aten::tensor.int(int t, *, ScalarType? dtype=None, Device? device=None, bool requires_grad=False) -> Tensor",
    { kernel: "tensorInt", doc: "An int as a 0-dimensional tensor; int64 by default." },
  ),
  op(
    "aten::tensor.bool(bool t, *, ScalarType? dtype=None, Device? device=None, bool requires_grad=False) -> Tensor",
    { kernel: "tensorBool", doc: "A bool as a 0-dimensional tensor." },
  ),
  op("aten::as_tensor(Tensor(a) data, *, ScalarType? dtype=None, Device? device=None) -> Tensor(b|a)", {
    doc: "The tensor itself if it has the dtype, else a converted copy.",
  }),
  op("aten::as_tensor.list(t[] data, *, ScalarType? dtype=None, Device? device=None) -> Tensor", {
    kernel: "asTensorList",
    doc: "The tensor of a nested list of numbers.",
  }),
  op("aten::as_tensor.float(float t, *, ScalarType? dtype=None, Device? device=None) -> Tensor", {
    kernel: "asTensorFloat",
    doc: "A float as a 0-dimensional tensor.",
  }),
  op("aten::as_tensor.int(int t, *, ScalarType? dtype=None, Device? device=None) -> Tensor", {
    kernel: "asTensorInt",
    doc: "An int as a 0-dimensional tensor.",
  }),
  op("aten::as_tensor.bool(bool t, *, ScalarType? dtype=None, Device? device=None) -> Tensor", {
    kernel: "asTensorBool",
    doc: "A bool as a 0-dimensional tensor.",
  }),
  op("prim::NumToTensor.Scalar(Scalar a) -> Tensor", {
    kernel: "numToTensor",
    doc: "A number as a 0-dimensional tensor: bool, int64 or float64.",
  }),
  op("prim::NumToTensor.bool(bool a) -> Tensor", {
    kernel: "boolToTensor",
    doc: "A bool as a 0-dimensional tensor.",
  }),
]);
