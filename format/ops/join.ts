/** Several tensors as one. */

import { family, op } from "./define.ts";

export const join = family("kernels/join", [
  op("aten::cat(Tensor[] tensors, int dim=0) -> Tensor", {
    doc: "The tensors one after another along a dimension; one-dimensional empty ones are passed over.",
  }),
  op("aten::concat(Tensor[] tensors, int dim=0) -> Tensor", { kernel: "cat", doc: "Another name of cat." }),
  op("aten::concatenate(Tensor[] tensors, int dim=0) -> Tensor", {
    kernel: "cat",
    doc: "Another name of cat.",
  }),
  op("aten::stack(Tensor[] tensors, int dim=0) -> Tensor", {
    doc: "Tensors of one shape side by side along a new dimension.",
  }),
  op("aten::_stack(Tensor[] tensors, int dim=0) -> Tensor", {
    kernel: "stack",
    doc: "stack, as PyTorch names it inside.",
  }),
  op("aten::hstack(Tensor[] tensors) -> Tensor", { doc: "cat along dimension 1, or 0 of vectors." }),
  op("aten::vstack(Tensor[] tensors) -> Tensor", { doc: "cat along dimension 0, vectors as rows." }),
  op("aten::row_stack(Tensor[] tensors) -> Tensor", { kernel: "vstack", doc: "Another name of vstack." }),
  op("aten::dstack(Tensor[] tensors) -> Tensor", { doc: "cat along dimension 2, vectors as (1, n, 1)." }),
  op("aten::column_stack(Tensor[] tensors) -> Tensor", { doc: "cat along dimension 1, vectors as columns." }),
]);
