/**
 * Linear layers with packed weights of fewer bits. Tensors are never quantised: only these objects hold such weights.
 *
 * `LinearPackedParamsBase` is the external class `__torch__.torch.classes.quantized.LinearPackedParamsBase`; an object of
 * it has exactly these attributes, in this order (kernels find them by place):
 *
 * | slot | name        | type     | value                                                                             |
 * | ---: | ----------- | -------- | --------------------------------------------------------------------------------- |
 * |    0 | weight      | Tensor   | [out, in]: int8, the qint8 tensor's numbers; float32 or float16 for the fp16 operators |
 * |    1 | bias        | Tensor?  | [out] float32                                                                     |
 * |    2 | scales      | Tensor   | float64 (or float32) [1], or [out] for one per channel                            |
 * |    3 | zero_points | Tensor   | int64, as many as scales                                                          |
 * |    4 | axis        | int      | -1: one scale for all; 0: one for each output channel                             |
 *
 * A weight for the fp16 operators has scales [1.0], zero_points [0] and axis -1, which are not read.
 */

import { family, op } from "./define.ts";

const PACKED = "__torch__.torch.classes.quantized.LinearPackedParamsBase";

export const quantized = family("kernels/quantized", [
  op(`quantized::linear_dynamic(Tensor X, ${PACKED} W_prepack, bool reduce_range=False) -> Tensor Y`, {
    doc: "X · weightᵀ + bias, X quantised to 8 bits by its own range, or to 7.",
  }),
  op(`quantized::linear_relu_dynamic(Tensor X, ${PACKED} W_prepack, bool reduce_range=False) -> Tensor Y`, {
    doc: "relu of linear_dynamic.",
  }),
  op(`quantized::linear_dynamic_fp16(Tensor X, ${PACKED} W_prepack) -> Tensor Y`, {
    doc: "X · weightᵀ + bias with a weight rounded to float16.",
  }),
  op(`quantized::linear_relu_dynamic_fp16(Tensor X, ${PACKED} W_prepack) -> Tensor Y`, {
    doc: "relu of linear_dynamic_fp16.",
  }),
]);
