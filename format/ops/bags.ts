/** Bags of embeddings, and parts of tensors kept within a length. */

import { family, op } from "./define.ts";

export const bags = family("kernels/embedding-bag", [
  op(
    "aten::embedding_bag(Tensor weight, Tensor indices, Tensor offsets, bool scale_grad_by_freq=False, int mode=0, bool sparse=False, Tensor? per_sample_weights=None, bool include_last_offset=False) -> (Tensor, Tensor, Tensor, Tensor)",
    { doc: "Sums (mode 0), means (1) or largest elements (2) of bags of embeddings." },
  ),
  op(
    "aten::embedding_bag.padding_idx(Tensor weight, Tensor indices, Tensor offsets, bool scale_grad_by_freq, int mode, bool sparse, Tensor? per_sample_weights, bool include_last_offset, int? padding_idx) -> (Tensor, Tensor, Tensor, Tensor)",
    { kernel: "embeddingBagPadding", doc: "embedding_bag that leaves one row out." },
  ),
  op(
    "aten::_embedding_bag(Tensor weight, Tensor indices, Tensor offsets, bool scale_grad_by_freq=False, int mode=0, bool sparse=False, Tensor? per_sample_weights=None, bool include_last_offset=False, int padding_idx=-1) -> (Tensor, Tensor, Tensor, Tensor)",
    { kernel: "embeddingBagForGradients", doc: "As embedding_bag." },
  ),
  op(
    "aten::_embedding_bag_forward_only(Tensor weight, Tensor indices, Tensor offsets, bool scale_grad_by_freq=False, int mode=0, bool sparse=False, Tensor? per_sample_weights=None, bool include_last_offset=False, int padding_idx=-1) -> (Tensor, Tensor, Tensor, Tensor)",
    { kernel: "embeddingBagForwardOnly", doc: "As embedding_bag." },
  ),
]);

export const renorm = family("kernels/renorm", [
  op("aten::renorm(Tensor self, Scalar p, int dim, Scalar maxnorm) -> Tensor", {
    inplace: true,
    doc: "Shortens the parts along a dimension whose p-norm is larger than the limit.",
  }),
]);

export const bilinear = family("kernels/bilinear", [
  op("aten::bilinear(Tensor input1, Tensor input2, Tensor weight, Tensor? bias=None) -> Tensor", {
    doc: "input1 · weight · input2 + bias for every output.",
  }),
]);
