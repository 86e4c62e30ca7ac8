/** Copies with a part replaced. */

import { family, op } from "./define.ts";

export const parts = family("kernels/parts", [
  op("aten::select_scatter(Tensor self, Tensor src, int dim, int index) -> Tensor", {
    doc: "A copy with src at one place of a dimension.",
  }),
  op(
    "aten::slice_scatter(Tensor self, Tensor src, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1) -> Tensor",
    { doc: "A copy with src in place of a slice." },
  ),
  op("aten::diagonal_scatter(Tensor self, Tensor src, int offset=0, int dim1=0, int dim2=1) -> Tensor", {
    doc: "A copy with src on a diagonal.",
  }),
  op(
    "aten::as_strided_scatter(Tensor self, Tensor src, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None) -> Tensor",
    { doc: "A copy with src in place of an as_strided view." },
  ),
  op("aten::narrow_copy(Tensor self, int dim, SymInt start, SymInt length) -> Tensor", {
    doc: "A copy of narrow's result.",
  }),
]);
