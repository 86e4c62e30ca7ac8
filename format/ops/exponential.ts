/** Exponentials, logarithms and roots. */

import { family, op } from "./define.ts";

export const exponential = family("kernels/exponential", [
  op("aten::exp(Tensor self) -> Tensor", { inplace: true, doc: "e to the power of self." }),
  op("aten::exp2(Tensor self) -> Tensor", { inplace: true, doc: "2 to the power of self." }),
  op("aten::expm1(Tensor self) -> Tensor", { inplace: true, doc: "exp(self) - 1, exact near 0." }),
  op("aten::log(Tensor self) -> Tensor", { inplace: true, doc: "The natural logarithm." }),
  op("aten::log2(Tensor self) -> Tensor", { inplace: true, doc: "The logarithm to base 2." }),
  op("aten::log10(Tensor self) -> Tensor", { inplace: true, doc: "The logarithm to base 10." }),
  op("aten::log1p(Tensor self) -> Tensor", { inplace: true, doc: "log(1 + self), exact near 0." }),
  op("aten::sqrt(Tensor self) -> Tensor", { kernel: "sqrtOf", inplace: true, doc: "The square root." }),
  op("aten::rsqrt(Tensor self) -> Tensor", { inplace: true, doc: "1 / sqrt(self)." }),
  op("aten::reciprocal(Tensor self) -> Tensor", { inplace: true, doc: "1 / self." }),
]);
