/** Pooling: the largest element or the average of every window. */

import { family, op } from "./define.ts";

export const maxPool = family("kernels/max-pool", [
  op(
    "aten::max_pool1d(Tensor self, int[1] kernel_size, int[1] stride=[], int[1] padding=[0], int[1] dilation=[1], bool ceil_mode=False) -> Tensor",
    { doc: "Largest element of every window along the last dimension." },
  ),
  op(
    "aten::max_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False) -> Tensor",
    { doc: "Largest element of every window over the last two dimensions." },
  ),
  op(
    "aten::max_pool3d(Tensor self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, int[3] dilation=1, bool ceil_mode=False) -> Tensor",
    { doc: "Largest element of every window over the last three dimensions." },
  ),
  op(
    "aten::max_pool1d_with_indices(Tensor self, int[1] kernel_size, int[1] stride=[], int[1] padding=[0], int[1] dilation=[1], bool ceil_mode=False) -> (Tensor, Tensor)",
    { doc: "max_pool1d, and where the largest elements are." },
  ),
  op(
    "aten::max_pool2d_with_indices(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False) -> (Tensor, Tensor)",
    { doc: "max_pool2d, and where in their planes the largest elements are." },
  ),
  op(
    "aten::max_pool3d_with_indices(Tensor self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, int[3] dilation=1, bool ceil_mode=False) -> (Tensor, Tensor)",
    { doc: "max_pool3d, and where in their volumes the largest elements are." },
  ),
]);

export const avgPool = family("kernels/avg-pool", [
  op(
    "aten::avg_pool1d(Tensor self, int[1] kernel_size, int[1] stride=[], int[1] padding=[0], bool ceil_mode=False, bool count_include_pad=True) -> Tensor",
    { doc: "Average of every window along the last dimension." },
  ),
  op(
    "aten::avg_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, bool ceil_mode=False, bool count_include_pad=True, int? divisor_override=None) -> Tensor",
    { doc: "Average of every window over the last two dimensions." },
  ),
  op(
    "aten::avg_pool3d(Tensor self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, bool ceil_mode=False, bool count_include_pad=True, int? divisor_override=None) -> Tensor",
    { doc: "Average of every window over the last three dimensions." },
  ),
]);

export const adaptivePool = family("kernels/adaptive-pool", [
  op("aten::adaptive_avg_pool1d(Tensor self, int[1] output_size) -> Tensor", {
    doc: "Averages of the parts into which the last dimension is divided.",
  }),
  op("aten::adaptive_avg_pool2d(Tensor self, SymInt[2] output_size) -> Tensor", {
    doc: "Averages of the parts into which the last two dimensions are divided.",
  }),
  op("aten::_adaptive_avg_pool2d(Tensor self, SymInt[2] output_size) -> Tensor", {
    doc: "adaptive_avg_pool2d, as exported programs name it.",
  }),
  op("aten::adaptive_avg_pool3d(Tensor self, int[3] output_size) -> Tensor", {
    doc: "Averages of the parts into which the last three dimensions are divided.",
  }),
  op("aten::_adaptive_avg_pool3d(Tensor self, int[3] output_size) -> Tensor", {
    doc: "adaptive_avg_pool3d, as exported programs name it.",
  }),
  op("aten::adaptive_max_pool1d(Tensor self, int[1] output_size) -> (Tensor, Tensor)", {
    doc: "Largest elements, and their places, of the parts into which the last dimension is divided.",
  }),
  op("aten::adaptive_max_pool2d(Tensor self, int[2] output_size) -> (Tensor, Tensor)", {
    doc: "Largest elements, and their places, of the parts into which the last two dimensions are divided.",
  }),
  op("aten::adaptive_max_pool3d(Tensor self, int[3] output_size) -> (Tensor, Tensor)", {
    doc: "Largest elements, and their places, of the parts into which the last three dimensions are divided.",
  }),
]);

export const unpool = family("kernels/unpool", [
  op("aten::max_unpool2d(Tensor self, Tensor indices, int[2] output_size) -> Tensor", {
    doc: "Elements back to the places that max pooling took them from, zeros elsewhere.",
  }),
  op(
    "aten::max_unpool3d(Tensor self, Tensor indices, int[3] output_size, int[3] stride, int[3] padding) -> Tensor",
    { doc: "As max_unpool2d, of volumes." },
  ),
]);
