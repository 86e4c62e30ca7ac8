/** Functions of three tensors. */

import { family, op } from "./define.ts";

export const triples = family("kernels/triples", [
  op("aten::addcmul(Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor", {
    inplace: true,
    doc: "self + value * tensor1 * tensor2.",
  }),
  op("aten::addcdiv(Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor", {
    inplace: true,
    doc: "self + value * tensor1 / tensor2.",
  }),
  op("aten::lerp.Tensor(Tensor self, Tensor end, Tensor weight) -> Tensor", {
    inplace: true,
    scalar: "Scalar(Tensor self, Tensor end, Scalar weight)",
    doc: "self + weight * (end - self).",
  }),
]);
