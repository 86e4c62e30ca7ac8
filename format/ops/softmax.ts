/** softmax and log_softmax. */

import { family, op } from "./define.ts";

export const softmax = family("kernels/softmax", [
  op("aten::softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor", {
    doc: "e^x along a dimension, scaled to add up to 1.",
  }),
  op("aten::log_softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor", {
    doc: "The logarithm of softmax along a dimension.",
  }),
  op("aten::_softmax(Tensor self, int dim, bool half_to_float) -> Tensor", {
    kernel: "softmaxHalf",
    doc: "softmax, giving float32 when half_to_float.",
  }),
  op("aten::_log_softmax(Tensor self, int dim, bool half_to_float) -> Tensor", {
    kernel: "logSoftmaxHalf",
    doc: "log_softmax, giving float32 when half_to_float.",
  }),
]);
