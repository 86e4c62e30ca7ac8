/** Several views of one tensor, and lists of tensors brought to a common shape. */

import { family, op } from "./define.ts";

export const split = family("kernels/split", [
  op("aten::chunk(Tensor(a -> *) self, int chunks, int dim=0) -> Tensor(a)[]", {
    doc: "At most chunks pieces of equal size; the last may be smaller.",
  }),
  op("aten::unsafe_chunk(Tensor self, int chunks, int dim=0) -> Tensor[]", {
    kernel: "chunk",
    doc: "chunk, as PyTorch names it where gradients do not matter.",
  }),
  op("aten::split.Tensor(Tensor(a -> *) self, int split_size, int dim=0) -> Tensor(a)[]", {
    doc: "Pieces of split_size places; the last may be smaller.",
  }),
  op("aten::unsafe_split.Tensor(Tensor self, int split_size, int dim=0) -> Tensor[]", {
    kernel: "split",
    doc: "split, as PyTorch names it where gradients do not matter.",
  }),
  op("aten::split.sizes(Tensor(a -> *) self, int[] split_size, int dim=0) -> Tensor(a)[]", {
    kernel: "splitSizes",
    doc: "Pieces of the given sizes, which must add up to the dimension.",
  }),
  op("aten::split(Tensor(a -> *) self, int[] split_sizes, int dim=0) -> Tensor(a)[]", {
    kernel: "splitSizes",
    doc: "Pieces of the given sizes, as older programs name it.",
  }),
  op("aten::split_with_sizes(Tensor(a -> *) self, int[] split_sizes, int dim=0) -> Tensor(a)[]", {
    kernel: "splitSizes",
    doc: "Pieces of the given sizes, which must add up to the dimension.",
  }),
  op("aten::unsafe_split_with_sizes(Tensor self, int[] split_sizes, int dim=0) -> Tensor[]", {
    kernel: "splitSizes",
    doc: "split_with_sizes, as PyTorch names it where gradients do not matter.",
  }),
  op("aten::tensor_split.sections(Tensor(a -> *) self, int sections, int dim=0) -> Tensor(a)[]", {
    kernel: "tensorSplitSections",
    doc: "Exactly sections pieces, the first ones larger where sizes do not divide.",
  }),
  op("aten::tensor_split.indices(Tensor(a -> *) self, int[] indices, int dim=0) -> Tensor(a)[]", {
    kernel: "tensorSplitIndices",
    doc: "The pieces between the given places.",
  }),
  op(
    "aten::tensor_split.tensor_indices_or_sections(Tensor(a -> *) self, Tensor tensor_indices_or_sections, int dim=0) -> Tensor(a)[]",
    {
      kernel: "tensorSplitTensor",
      doc: "tensor_split with its sections (no dimension) or places in a tensor.",
    },
  ),
  op("aten::hsplit.int(Tensor(a -> *) self, int sections) -> Tensor(a)[]", {
    doc: "Equal pieces along dimension 1, or 0 of a vector.",
    kernel: "hsplitInt",
  }),
  op("aten::hsplit.array(Tensor(a -> *) self, int[] indices) -> Tensor(a)[]", { kernel: "hsplitArray" }),
  op("aten::vsplit.int(Tensor(a -> *) self, int sections) -> Tensor(a)[]", {
    doc: "Equal pieces along dimension 0.",
    kernel: "vsplitInt",
  }),
  op("aten::vsplit.array(Tensor(a -> *) self, int[] indices) -> Tensor(a)[]", { kernel: "vsplitArray" }),
  op("aten::dsplit.int(Tensor(a -> *) self, int sections) -> Tensor(a)[]", {
    doc: "Equal pieces along dimension 2.",
    kernel: "dsplitInt",
  }),
  op("aten::dsplit.array(Tensor(a -> *) self, int[] indices) -> Tensor(a)[]", { kernel: "dsplitArray" }),
  op("aten::unbind.int(Tensor(a -> *) self, int dim=0) -> Tensor(a)[]", {
    doc: "Every place of a dimension as a tensor without it.",
  }),
  op("aten::broadcast_tensors(Tensor[] tensors) -> Tensor[]", { doc: "All expanded to their common shape." }),
  op("aten::atleast_1d.Sequence(Tensor[] tensors) -> Tensor[]", { kernel: "atleast1dList" }),
  op("aten::atleast_2d.Sequence(Tensor[] tensors) -> Tensor[]", { kernel: "atleast2dList" }),
  op("aten::atleast_3d.Sequence(Tensor[] tensors) -> Tensor[]", { kernel: "atleast3dList" }),
]);
