/** Advanced indexing: places and masks in tensors. */

import { family, op } from "./define.ts";

export const indexing = family("kernels/index", [
  op("aten::index.Tensor(Tensor self, Tensor?[] indices) -> Tensor", {
    doc: "x[a, :, b]: places that index tensors or masks name, None for a whole dimension.",
  }),
  op("aten::index.Tensor_hacked_twin(Tensor self, Tensor[] indices) -> Tensor", {
    kernel: "index",
    doc: "index without None.",
  }),
  op(
    "aten::index_put_(Tensor(a!) self, Tensor?[] indices, Tensor values, bool accumulate=False) -> Tensor(a!)",
    { kernel: "indexPutInPlace", doc: "x[a, :, b] = values, or += with accumulate." },
  ),
  op(
    "aten::index_put_.hacked_twin(Tensor(a!) self, Tensor[] indices, Tensor values, bool accumulate=False) -> Tensor(a!)",
    { kernel: "indexPutInPlace", doc: "index_put_ without None." },
  ),
  op("aten::index_put(Tensor self, Tensor?[] indices, Tensor values, bool accumulate=False) -> Tensor", {
    doc: "A copy of self after index_put_.",
  }),
  op(
    "aten::index_put.hacked_twin(Tensor self, Tensor[] indices, Tensor values, bool accumulate=False) -> Tensor",
    { kernel: "indexPut", doc: "index_put without None." },
  ),
  op(
    "aten::_index_put_impl_(Tensor(a!) self, Tensor?[] indices, Tensor values, bool accumulate=False, bool unsafe=False) -> Tensor(a!)",
    { kernel: "indexPutImpl", doc: "index_put_, as PyTorch names it inside." },
  ),
]);
