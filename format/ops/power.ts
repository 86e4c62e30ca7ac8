/** Powers. */

import { family, op } from "./define.ts";

export const power = family("kernels/power", [
  op("aten::pow.Tensor_Tensor(Tensor self, Tensor exponent) -> Tensor", {
    inplace: "pow_.Tensor",
    scalar: ["Tensor_Scalar(Tensor self, Scalar exponent)", "Scalar(Scalar self, Tensor exponent)"],
    scalarInplace: "pow_.Scalar",
    doc: "self to the power of exponent; integers stay integers.",
  }),
  op("aten::float_power.Tensor_Tensor(Tensor self, Tensor exponent) -> Tensor", {
    inplace: "float_power_.Tensor",
    scalar: ["Tensor_Scalar(Tensor self, Scalar exponent)", "Scalar(Scalar self, Tensor exponent)"],
    scalarInplace: "float_power_.Scalar",
    doc: "self to the power of exponent in float64.",
  }),
]);
