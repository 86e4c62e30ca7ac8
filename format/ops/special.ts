/** Error functions, the logarithm of gamma, the logistic function. */

import { family, op } from "./define.ts";

export const special = family("kernels/special", [
  op("aten::erf(Tensor self) -> Tensor", { inplace: true, doc: "The error function." }),
  op("aten::erfc(Tensor self) -> Tensor", {
    inplace: true,
    doc: "1 - erf(self), exact where erf is near 1.",
  }),
  op("aten::lgamma(Tensor self) -> Tensor", {
    inplace: true,
    doc: "The logarithm of the absolute value of gamma(self).",
  }),
  op("aten::sigmoid(Tensor self) -> Tensor", { inplace: true, doc: "1 / (1 + exp(-self))." }),
  op("aten::special_expit(Tensor self) -> Tensor", { kernel: "expit", doc: "sigmoid under its other name." }),
  op("aten::special_erf(Tensor self) -> Tensor", { kernel: "specialErf", doc: "erf under its other name." }),
  op("aten::special_erfc(Tensor self) -> Tensor", {
    kernel: "specialErfc",
    doc: "erfc under its other name.",
  }),
  op("aten::special_entr(Tensor self) -> Tensor", {
    kernel: "entr",
    doc: "-self * log(self), 0 at 0 and -infinity below.",
  }),
  op("aten::logit(Tensor self, float? eps=None) -> Tensor", {
    inplace: true,
    doc: "log(self / (1 - self)), with eps after clamping to [eps, 1 - eps].",
  }),
  op("aten::special_logit(Tensor self, float? eps=None) -> Tensor", {
    kernel: "specialLogit",
    doc: "logit under its other name.",
  }),
]);
