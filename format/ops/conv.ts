/** Convolutions. */

import { family, op } from "./define.ts";

export const conv = family("kernels/conv", [
  op(
    "aten::conv1d(Tensor input, Tensor weight, Tensor? bias=None, int[1] stride=[1], int[1] padding=[0], int[1] dilation=[1], int groups=1) -> Tensor",
    { doc: "1-dimensional convolution of [N, C, …] or [C, …] with [O, C / groups, …]." },
  ),
  op(
    'aten::conv1d.padding(Tensor input, Tensor weight, Tensor? bias=None, int[1] stride=[1], str padding="valid", int[1] dilation=[1], int groups=1) -> Tensor',
    { kernel: "conv1dNamed", doc: "1-dimensional convolution with padding valid or same." },
  ),
  op(
    "aten::conv2d(Tensor input, Tensor weight, Tensor? bias=None, int[2] stride=1, int[2] padding=0, int[2] dilation=1, int groups=1) -> Tensor",
    { doc: "2-dimensional convolution of [N, C, …] or [C, …] with [O, C / groups, …]." },
  ),
  op(
    'aten::conv2d.padding(Tensor input, Tensor weight, Tensor? bias=None, int[2] stride=1, str padding="valid", int[2] dilation=1, int groups=1) -> Tensor',
    { kernel: "conv2dNamed", doc: "2-dimensional convolution with padding valid or same." },
  ),
  op(
    "aten::conv3d(Tensor input, Tensor weight, Tensor? bias=None, int[3] stride=1, int[3] padding=0, int[3] dilation=1, int groups=1) -> Tensor",
    { doc: "3-dimensional convolution of [N, C, …] or [C, …] with [O, C / groups, …]." },
  ),
  op(
    'aten::conv3d.padding(Tensor input, Tensor weight, Tensor? bias=None, int[3] stride=1, str padding="valid", int[3] dilation=1, int groups=1) -> Tensor',
    { kernel: "conv3dNamed", doc: "3-dimensional convolution with padding valid or same." },
  ),
  op(
    "aten::conv_transpose1d(Tensor input, Tensor weight, Tensor? bias=None, int[1] stride=[1], int[1] padding=[0], int[1] output_padding=[0], int groups=1, int[1] dilation=[1]) -> Tensor",
    { kernel: "convTranspose1d", doc: "1-dimensional transposed convolution with [C, O / groups, …]." },
  ),
  op(
    "aten::conv_transpose2d.input(Tensor input, Tensor weight, Tensor? bias=None, int[2] stride=1, int[2] padding=0, int[2] output_padding=0, int groups=1, int[2] dilation=1) -> Tensor",
    { kernel: "convTranspose2d", doc: "2-dimensional transposed convolution with [C, O / groups, …]." },
  ),
  op(
    "aten::conv_transpose3d.input(Tensor input, Tensor weight, Tensor? bias=None, int[3] stride=1, int[3] padding=0, int[3] output_padding=0, int groups=1, int[3] dilation=1) -> Tensor",
    { kernel: "convTranspose3d", doc: "3-dimensional transposed convolution with [C, O / groups, …]." },
  ),
  op(
    "aten::convolution(Tensor input, Tensor weight, Tensor? bias, int[] stride, int[] padding, int[] dilation, bool transposed, int[] output_padding, int groups) -> Tensor",
    { doc: "Convolution or transposed convolution of one to three dimensions." },
  ),
  op(
    "aten::_convolution(Tensor input, Tensor weight, Tensor? bias, int[] stride, int[] padding, int[] dilation, bool transposed, int[] output_padding, int groups, bool benchmark, bool deterministic, bool cudnn_enabled, bool allow_tf32) -> Tensor",
    { kernel: "convolutionFull", doc: "As convolution; the flags that choose a backend do nothing." },
  ),
  op(
    "aten::_convolution.deprecated(Tensor input, Tensor weight, Tensor? bias, int[] stride, int[] padding, int[] dilation, bool transposed, int[] output_padding, int groups, bool benchmark, bool deterministic, bool cudnn_enabled) -> Tensor",
    { kernel: "convolutionDeprecated", doc: "As convolution; the flags that choose a backend do nothing." },
  ),
  op(
    "aten::_convolution_mode(Tensor input, Tensor weight, Tensor? bias, int[] stride, str padding, int[] dilation, int groups) -> Tensor",
    { kernel: "convolutionMode", doc: "Convolution of one to three dimensions with padding valid or same." },
  ),
]);
