/** Distances and similarities of vectors, and the losses made of them. */

import { family, op } from "./define.ts";

export const distances = family("kernels/distances", [
  op("aten::cdist(Tensor x1, Tensor x2, float p=2., int? compute_mode=None) -> Tensor", {
    doc: "p-norm distances of the rows of one batch of matrices to those of another.",
  }),
  op("aten::_cdist_forward(Tensor x1, Tensor x2, float p, int? compute_mode) -> Tensor", {
    kernel: "cdist",
    doc: "As cdist.",
  }),
  op("aten::pdist(Tensor self, float p=2.) -> Tensor", {
    doc: "p-norm distances of a matrix's rows, each to every later one.",
  }),
  op("aten::_pdist_forward(Tensor self, float p=2.) -> Tensor", { kernel: "pdist", doc: "As pdist." }),
  op("aten::dist(Tensor self, Tensor other, Scalar p=2) -> Tensor", { doc: "The p-norm of the difference." }),
  op(
    "aten::pairwise_distance(Tensor x1, Tensor x2, float p=2., float eps=9.9999999999999995e-07, bool keepdim=False) -> Tensor",
    { doc: "The p-norm of x1 - x2 + eps over the last dimension." },
  ),
  op("aten::cosine_similarity(Tensor x1, Tensor x2, int dim=1, float eps=1e-08) -> Tensor", {
    doc: "The cosine of the angle between vectors along a dimension.",
  }),
  op(
    "aten::cosine_embedding_loss(Tensor input1, Tensor input2, Tensor target, float margin=0., int reduction=1) -> Tensor",
    { doc: "1 - cosine for similar pairs (target 1), the cosine beyond a margin for others (-1)." },
  ),
  op(
    "aten::margin_ranking_loss(Tensor input1, Tensor input2, Tensor target, float margin=0., int reduction=1) -> Tensor",
    { doc: "How far the input that should rank higher (target 1: input1) does not by the margin." },
  ),
  op(
    "aten::triplet_margin_loss(Tensor anchor, Tensor positive, Tensor negative, float margin=1., float p=2., float eps=9.9999999999999995e-07, bool swap=False, int reduction=1) -> Tensor",
    { doc: "How far the negative is nearer to the anchor than the positive and a margin." },
  ),
]);
