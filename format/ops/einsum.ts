/** Products of tensors summed over named dimensions. */

import { family, op } from "./define.ts";

export const einsum = family("kernels/einsum", [
  op("aten::einsum(str equation, Tensor[] tensors, *, int[]? path=None) -> Tensor", {
    doc: "The sum of products that an equation such as `bij,bjk->bik` describes; path is ignored.",
  }),
  op("aten::tensordot(Tensor self, Tensor other, int[] dims_self, int[] dims_other) -> Tensor", {
    doc: "Products summed over pairs of dimensions.",
  }),
  op("aten::inner(Tensor self, Tensor other) -> Tensor", {
    doc: "Products summed over the last dimensions.",
  }),
]);
