/** Distinct elements and slices. */

import { family, op } from "./define.ts";

export const unique = family("kernels/unique", [
  op(
    "aten::_unique2(Tensor self, bool sorted=True, bool return_inverse=False, bool return_counts=False) -> (Tensor, Tensor, Tensor)",
    { doc: "The distinct elements in order, where each element went, how often each occurs." },
  ),
  op("aten::_unique(Tensor self, bool sorted=True, bool return_inverse=False) -> (Tensor, Tensor)", {
    doc: "The distinct elements in order and where each element went.",
  }),
  op(
    "aten::unique_dim(Tensor self, int dim, bool sorted=True, bool return_inverse=False, bool return_counts=False) -> (Tensor, Tensor, Tensor)",
    { doc: "The distinct slices along a dimension in order, where each went, how often each occurs." },
  ),
  op(
    "aten::unique_consecutive(Tensor self, bool return_inverse=False, bool return_counts=False, int? dim=None) -> (Tensor, Tensor, Tensor)",
    { doc: "Elements or slices without those that repeat the one before." },
  ),
]);
