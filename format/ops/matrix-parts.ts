/** Triangles and diagonals of matrices, and one-hot rows. */

import { family, op } from "./define.ts";

export const matrixParts = family("kernels/matrix-parts", [
  op("aten::tril(Tensor self, int diagonal=0) -> Tensor", { doc: "Zeros above a diagonal." }),
  op("aten::tril_(Tensor(a!) self, int diagonal=0) -> Tensor(a!)", { kernel: "trilInPlace" }),
  op("aten::triu(Tensor self, int diagonal=0) -> Tensor", { doc: "Zeros below a diagonal." }),
  op("aten::triu_(Tensor(a!) self, int diagonal=0) -> Tensor(a!)", { kernel: "triuInPlace" }),
  op(
    "aten::tril_indices(int row, int col, int offset=0, *, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor",
    { doc: "Rows and columns of the elements that tril keeps." },
  ),
  op(
    "aten::triu_indices(int row, int col, int offset=0, *, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor",
    { doc: "Rows and columns of the elements that triu keeps." },
  ),
  op("aten::diag(Tensor self, int diagonal=0) -> Tensor", {
    doc: "A vector as a diagonal, or the diagonal of a matrix.",
  }),
  op("aten::diag_embed(Tensor self, int offset=0, int dim1=-2, int dim2=-1) -> Tensor", {
    doc: "Zeros with the last dimension on a diagonal.",
  }),
  op("aten::diagflat(Tensor self, int offset=0) -> Tensor", {
    doc: "All elements as the diagonal of a matrix.",
  }),
  op("aten::fill_diagonal_(Tensor(a!) self, Scalar fill_value, bool wrap=False) -> Tensor(a!)", {
    kernel: "fillDiagonal",
    doc: "Writes a number on the main diagonal.",
  }),
  op("aten::one_hot(Tensor self, int num_classes=-1) -> Tensor", {
    doc: "A row of zeros with a 1 where the label says.",
  }),
]);
