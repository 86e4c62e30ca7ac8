/** Losses: of predictions and targets, element by element; of classes; of margins. */

import { family, op } from "./define.ts";

export const losses = family("kernels/losses", [
  op("aten::mse_loss(Tensor self, Tensor target, int reduction=1) -> Tensor", {
    doc: "Squared differences.",
  }),
  op("aten::l1_loss(Tensor self, Tensor target, int reduction=1) -> Tensor", {
    doc: "Absolute differences.",
  }),
  op("aten::smooth_l1_loss(Tensor self, Tensor target, int reduction=1, float beta=1.) -> Tensor", {
    doc: "Squared differences where they are small, absolute ones else.",
  }),
  op("aten::huber_loss(Tensor self, Tensor target, int reduction=1, float delta=1.) -> Tensor", {
    doc: "Half the squared differences where they are small, delta times absolute ones else.",
  }),
  op("aten::soft_margin_loss(Tensor self, Tensor target, int reduction=1) -> Tensor", {
    doc: "log(1 + exp(-self * target)).",
  }),
  op("aten::kl_div(Tensor self, Tensor target, int reduction=1, *, bool log_target=False) -> Tensor", {
    doc: "Divergence of the target's distribution from the one whose logarithms self holds.",
  }),
  op(
    "aten::binary_cross_entropy(Tensor self, Tensor target, Tensor? weight=None, int reduction=1) -> Tensor",
    {
      doc: "Cross entropy of two outcomes, self being the probability of one.",
    },
  ),
  op(
    "aten::binary_cross_entropy_with_logits(Tensor self, Tensor target, Tensor? weight=None, Tensor? pos_weight=None, int reduction=1) -> Tensor",
    { doc: "binary_cross_entropy of the sigmoid of self." },
  ),
  op(
    "aten::poisson_nll_loss(Tensor input, Tensor target, bool log_input, bool full, float eps, int reduction) -> Tensor",
    { doc: "Negative log likelihood of counts." },
  ),
  op("aten::hinge_embedding_loss(Tensor self, Tensor target, float margin=1., int reduction=1) -> Tensor", {
    doc: "Distances of similar pairs (target 1), and how far those of others (-1) are within the margin.",
  }),
]);

export const nllLoss = family("kernels/nll-loss", [
  op(
    "aten::nll_loss(Tensor self, Tensor target, Tensor? weight=None, int reduction=1, int ignore_index=-100) -> Tensor",
    { doc: "Minus the elements of self at the target classes." },
  ),
  op(
    "aten::nll_loss2d(Tensor self, Tensor target, Tensor? weight=None, int reduction=1, int ignore_index=-100) -> Tensor",
    { doc: "nll_loss of every place of images." },
  ),
  op(
    "aten::nll_loss_nd(Tensor self, Tensor target, Tensor? weight=None, int reduction=1, int ignore_index=-100) -> Tensor",
    { doc: "nll_loss with any dimensions after the classes." },
  ),
  op(
    "aten::nll_loss_forward(Tensor self, Tensor target, Tensor? weight, int reduction, int ignore_index) -> (Tensor output, Tensor total_weight)",
    { doc: "nll_loss, and the weight of what was counted." },
  ),
  op(
    "aten::nll_loss2d_forward(Tensor self, Tensor target, Tensor? weight, int reduction, int ignore_index) -> (Tensor output, Tensor total_weight)",
    { doc: "nll_loss2d, and the weight of what was counted." },
  ),
  op(
    "aten::cross_entropy_loss(Tensor self, Tensor target, Tensor? weight=None, int reduction=1, int ignore_index=-100, float label_smoothing=0.) -> Tensor",
    { doc: "nll_loss of log_softmax; the target may hold probabilities instead of classes." },
  ),
]);

export const marginLosses = family("kernels/margin-losses", [
  op(
    "aten::multi_margin_loss(Tensor self, Tensor target, Scalar p=1, Scalar margin=1, Tensor? weight=None, int reduction=1) -> Tensor",
    { doc: "How far the scores of wrong classes come within a margin of the right one's." },
  ),
  op("aten::multilabel_margin_loss(Tensor self, Tensor target, int reduction=1) -> Tensor", {
    doc: "multi_margin_loss with several right classes in every row.",
  }),
  op(
    "aten::multilabel_margin_loss_forward(Tensor self, Tensor target, int reduction) -> (Tensor output, Tensor is_target)",
    { doc: "multilabel_margin_loss, and which classes are right." },
  ),
]);

export const ctcLoss = family("kernels/ctc-loss", [
  op(
    "aten::ctc_loss.IntList(Tensor log_probs, Tensor targets, int[] input_lengths, int[] target_lengths, int blank=0, int reduction=1, bool zero_infinity=False) -> Tensor",
    { doc: "Minus the log likelihood of sequences of labels over all alignments with the outputs." },
  ),
  op(
    "aten::ctc_loss.Tensor(Tensor log_probs, Tensor targets, Tensor input_lengths, Tensor target_lengths, int blank=0, int reduction=1, bool zero_infinity=False) -> Tensor",
    { kernel: "ctcLossTensor", doc: "ctc_loss with lengths in tensors." },
  ),
]);
