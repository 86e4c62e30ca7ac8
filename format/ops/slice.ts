/** Views of a part of a tensor. */

import { family, op } from "./define.ts";

export const slice = family("kernels/slice", [
  op("aten::select.int(Tensor(a) self, int dim, int index) -> Tensor(a)", {
    doc: "One place of a dimension, which is dropped.",
  }),
  op(
    "aten::slice.Tensor(Tensor(a) self, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1) -> Tensor(a)",
    { doc: "Every step-th place of a dimension from start to before end, as Python slices." },
  ),
  op("aten::narrow(Tensor(a) self, int dim, int start, int length) -> Tensor(a)", {
    doc: "length places of a dimension from start on.",
  }),
  op("aten::narrow.Tensor(Tensor(a) self, int dim, Tensor start, int length) -> Tensor(a)", {
    kernel: "narrowTensor",
    doc: "narrow with its start in a 0-dimensional tensor.",
  }),
  op("aten::diagonal(Tensor(a) self, int offset=0, int dim1=0, int dim2=1) -> Tensor(a)", {
    doc: "The diagonal of two dimensions as the last one; positive offsets lie above the main diagonal.",
  }),
  op("aten::linalg_diagonal(Tensor(a) A, *, int offset=0, int dim1=-2, int dim2=-1) -> Tensor(a)", {
    kernel: "diagonal",
    doc: "diagonal of the last two dimensions.",
  }),
  op("aten::unfold(Tensor(a) self, int dimension, int size, int step) -> Tensor(a)", {
    doc: "Windows of size places, step apart; the window becomes the last dimension.",
  }),
  op(
    "aten::as_strided(Tensor(a) self, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None) -> Tensor(a)",
    { doc: "A view with any sizes, strides and offset inside the storage." },
  ),
  op(
    "aten::as_strided_(Tensor(a!) self, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None) -> Tensor(a!)",
    { kernel: "asStridedInPlace" },
  ),
]);
