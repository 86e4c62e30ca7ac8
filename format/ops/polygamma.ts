/** digamma and its derivatives, and the multivariate logarithm of gamma. */

import { family, op } from "./define.ts";

export const polygamma = family("kernels/polygamma", [
  op("aten::digamma(Tensor self) -> Tensor", {
    inplace: true,
    doc: "The derivative of the logarithm of gamma.",
  }),
  op("aten::polygamma(int n, Tensor self) -> Tensor", { doc: "The n-th derivative of digamma." }),
  op("aten::polygamma_(Tensor(a!) self, int n) -> Tensor(a!)", { kernel: "polygammaInPlace" }),
  op("aten::mvlgamma(Tensor self, int p) -> Tensor", {
    inplace: true,
    doc: "The logarithm of the multivariate gamma function of p dimensions.",
  }),
]);
