/** Normalisation by means and variances: of rows, groups, batches and instances. */

import { family, op } from "./define.ts";

export const layerNorm = family("kernels/layer-norm", [
  op(
    "aten::layer_norm(Tensor input, SymInt[] normalized_shape, Tensor? weight=None, Tensor? bias=None, float eps=1.0000000000000001e-05, bool cudnn_enable=True) -> Tensor",
    { doc: "Brings the last dimensions to mean 0 and variance 1, then scales and shifts them." },
  ),
  op(
    "aten::native_layer_norm(Tensor input, SymInt[] normalized_shape, Tensor? weight, Tensor? bias, float eps) -> (Tensor, Tensor, Tensor)",
    { doc: "layer_norm, the means, and the reciprocals of the standard deviations." },
  ),
  op(
    "aten::rms_norm(Tensor input, SymInt[] normalized_shape, Tensor? weight=None, float? eps=None) -> Tensor",
    { doc: "Divides the last dimensions by the root of their mean square, then scales them." },
  ),
]);

export const groupNorm = family("kernels/group-norm", [
  op(
    "aten::group_norm(Tensor input, int num_groups, Tensor? weight=None, Tensor? bias=None, float eps=1.0000000000000001e-05, bool cudnn_enabled=True) -> Tensor",
    { doc: "Brings groups of channels to mean 0 and variance 1, then scales and shifts every channel." },
  ),
  op(
    "aten::native_group_norm(Tensor input, Tensor? weight, Tensor? bias, SymInt N, SymInt C, SymInt HxW, int group, float eps) -> (Tensor, Tensor, Tensor)",
    { doc: "group_norm, the means, and the reciprocals of the standard deviations." },
  ),
]);

export const batchNorm = family("kernels/batch-norm", [
  op(
    "aten::batch_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, float momentum, float eps, bool cudnn_enabled) -> Tensor",
    {
      doc: "Normalises channels by running statistics; in training by the batch's, moving the running ones.",
    },
  ),
  op(
    "aten::native_batch_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, float momentum, float eps) -> (Tensor, Tensor, Tensor)",
    { doc: "batch_norm, and in training the batch's means and reciprocals of standard deviations." },
  ),
  op(
    "aten::_native_batch_norm_legit(Tensor input, Tensor? weight, Tensor? bias, Tensor(a!) running_mean, Tensor(b!) running_var, bool training, float momentum, float eps) -> (Tensor, Tensor, Tensor)",
    { kernel: "nativeBatchNorm", doc: "native_batch_norm, as exported programs name it." },
  ),
  op(
    "aten::_native_batch_norm_legit.no_stats(Tensor input, Tensor? weight, Tensor? bias, bool training, float momentum, float eps) -> (Tensor, Tensor, Tensor)",
    { kernel: "nativeBatchNormLegitNoStats", doc: "native_batch_norm without running statistics." },
  ),
  op(
    "aten::_native_batch_norm_legit_no_training(Tensor input, Tensor? weight, Tensor? bias, Tensor running_mean, Tensor running_var, float momentum, float eps) -> (Tensor, Tensor, Tensor)",
    { doc: "native_batch_norm by running statistics." },
  ),
  op(
    "aten::instance_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool use_input_stats, float momentum, float eps, bool cudnn_enabled) -> Tensor",
    { doc: "Normalises every channel of every sample by its own statistics, or by running ones." },
  ),
]);
