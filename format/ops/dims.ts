/** Views that reorder, add, drop or repeat dimensions. */

import { family, op } from "./define.ts";

export const dims = family("kernels/dims", [
  op("aten::permute(Tensor(a) self, int[] dims) -> Tensor(a)", {
    doc: "The dimensions in the order of dims.",
  }),
  op("aten::transpose.int(Tensor(a) self, int dim0, int dim1) -> Tensor(a)", {
    doc: "Two dimensions swapped.",
  }),
  op("aten::transpose_(Tensor(a!) self, int dim0, int dim1) -> Tensor(a!)", { kernel: "transposeInPlace" }),
  op("aten::swapaxes(Tensor(a) self, int axis0, int axis1) -> Tensor(a)", {
    kernel: "transpose",
    doc: "Another name of transpose.",
  }),
  op("aten::swapaxes_(Tensor(a!) self, int axis0, int axis1) -> Tensor(a!)", { kernel: "transposeInPlace" }),
  op("aten::swapdims(Tensor(a) self, int dim0, int dim1) -> Tensor(a)", {
    kernel: "transpose",
    doc: "Another name of transpose.",
  }),
  op("aten::swapdims_(Tensor(a!) self, int dim0, int dim1) -> Tensor(a!)", { kernel: "transposeInPlace" }),
  op("aten::t(Tensor(a) self) -> Tensor(a)", {
    doc: "The transpose of a matrix; tensors of fewer dimensions as they are.",
  }),
  op("aten::t_(Tensor(a!) self) -> Tensor(a!)", { kernel: "tInPlace" }),
  op("aten::numpy_T(Tensor(a) self) -> Tensor(a)", {
    kernel: "numpyT",
    doc: "All dimensions in reverse order.",
  }),
  op("aten::mT(Tensor(a) self) -> Tensor(a)", { kernel: "mT", doc: "The last two dimensions swapped." }),
  op("aten::mH(Tensor(a) self) -> Tensor(a)", {
    kernel: "mT",
    doc: "The last two dimensions swapped: all are real.",
  }),
  op("aten::adjoint(Tensor(a) self) -> Tensor(a)", { kernel: "mT", doc: "Another name of mH." }),
  op("aten::matrix_H(Tensor(a) self) -> Tensor(a)", { kernel: "matrixH", doc: "The transpose of a matrix." }),
  op("aten::movedim.intlist(Tensor(a) self, int[] source, int[] destination) -> Tensor(a)", {
    doc: "The source dimensions at the places of destination, the others in their order.",
  }),
  op("aten::movedim.int(Tensor(a) self, int source, int destination) -> Tensor(a)", {
    kernel: "movedimInt",
    doc: "One dimension at another place, the others in their order.",
  }),
  op("aten::moveaxis.intlist(Tensor(a) self, int[] source, int[] destination) -> Tensor(a)", {
    kernel: "movedim",
    doc: "Another name of movedim.",
  }),
  op("aten::moveaxis.int(Tensor(a) self, int source, int destination) -> Tensor(a)", {
    kernel: "movedimInt",
    doc: "Another name of movedim.",
  }),
  op("aten::squeeze(Tensor(a) self) -> Tensor(a)", { doc: "Without the dimensions of size 1." }),
  op("aten::squeeze.dim(Tensor(a) self, int dim) -> Tensor(a)", {
    kernel: "squeezeDim",
    doc: "Without dimension dim, if its size is 1.",
  }),
  op("aten::squeeze.dims(Tensor(a) self, int[] dim) -> Tensor(a)", {
    kernel: "squeezeDimList",
    doc: "Without those of the named dimensions whose size is 1.",
  }),
  op("aten::squeeze_(Tensor(a!) self) -> Tensor(a!)", { kernel: "squeezeInPlace" }),
  op("aten::squeeze_.dim(Tensor(a!) self, int dim) -> Tensor(a!)", { kernel: "squeezeDimInPlace" }),
  op("aten::squeeze_.dims(Tensor(a!) self, int[] dim) -> Tensor(a!)", { kernel: "squeezeDimListInPlace" }),
  op("aten::unsqueeze(Tensor(a) self, int dim) -> Tensor(a)", { doc: "A new dimension of size 1 at dim." }),
  op("aten::unsqueeze_(Tensor(a!) self, int dim) -> Tensor(a!)", { kernel: "unsqueezeInPlace" }),
  op("aten::expand(Tensor(a) self, SymInt[] size, *, bool implicit=False) -> Tensor(a)", {
    kernel: "expandImplicit",
    doc: "Dimensions of size 1 repeated without a copy; -1 keeps a size.",
  }),
  op("aten::expand_as(Tensor(a) self, Tensor other) -> Tensor(a)", { doc: "expand to the shape of other." }),
  op("aten::broadcast_to(Tensor(a) self, int[] size) -> Tensor(a)", {
    kernel: "expand",
    doc: "Another name of expand.",
  }),
  op("aten::atleast_1d(Tensor self) -> Tensor", { doc: "With at least one dimension." }),
  op("aten::atleast_2d(Tensor self) -> Tensor", { doc: "With at least two dimensions, new ones in front." }),
  op("aten::atleast_3d(Tensor self) -> Tensor", {
    doc: "With at least three dimensions: (n) as (1, n, 1), (m, n) as (m, n, 1).",
  }),
]);
