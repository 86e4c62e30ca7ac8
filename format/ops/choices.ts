/** Selections of elements, and blocks beside each other. */

import { family, op } from "./define.ts";

export const choices = family("kernels/choices", [
  op("aten::combinations(Tensor self, int r=2, bool with_replacement=False) -> Tensor", {
    doc: "All ways to choose r elements of a vector.",
  }),
  op("aten::cartesian_prod(Tensor[] tensors) -> Tensor", {
    doc: "All rows that take one element of each vector.",
  }),
  op("aten::block_diag(Tensor[] tensors) -> Tensor", {
    doc: "Matrices along the diagonal of a matrix of zeros.",
  }),
]);
