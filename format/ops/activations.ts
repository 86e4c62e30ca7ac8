/** Activation functions without parameters. */

import { family, op } from "./define.ts";

export const activations = family("kernels/activations", [
  op("aten::relu(Tensor self) -> Tensor", { inplace: true, doc: "max(self, 0)." }),
  op("aten::silu(Tensor self) -> Tensor", { inplace: true, doc: "self * sigmoid(self)." }),
  op("aten::mish(Tensor self) -> Tensor", { inplace: true, doc: "self * tanh(softplus(self))." }),
  op("aten::hardswish(Tensor self) -> Tensor", { inplace: true, doc: "self * relu6(self + 3) / 6." }),
  op("aten::hardsigmoid(Tensor self) -> Tensor", { inplace: true, doc: "relu6(self + 3) / 6." }),
  op("aten::log_sigmoid(Tensor self) -> Tensor", { kernel: "logSigmoid", doc: "log(sigmoid(self))." }),
  op('aten::gelu(Tensor self, *, str approximate="none") -> Tensor', {
    inplace: true,
    doc: "self times the normal distribution function of self, exact (none) or through tanh.",
  }),
]);
