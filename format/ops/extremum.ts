/** Largest and smallest elements over dimensions, and where they are. */

import { family, op } from "./define.ts";

export const extremum = family("kernels/extremum", [
  op("aten::max(Tensor self) -> Tensor", {
    kernel: "maxAll",
    doc: "The largest element; NaN when there is one.",
  }),
  op("aten::max.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)", {
    kernel: "maxDim",
    doc: "The largest elements along a dimension, and the first place of each.",
  }),
  op("aten::min(Tensor self) -> Tensor", {
    kernel: "minAll",
    doc: "The smallest element; NaN when there is one.",
  }),
  op("aten::min.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)", {
    kernel: "minDim",
    doc: "The smallest elements along a dimension, and the first place of each.",
  }),
  op("aten::amax(Tensor self, int[1] dim=[], bool keepdim=False) -> Tensor", {
    doc: "The largest elements over dimensions, all of them for an empty list.",
  }),
  op("aten::amin(Tensor self, int[1] dim=[], bool keepdim=False) -> Tensor", {
    doc: "The smallest elements over dimensions, all of them for an empty list.",
  }),
  op("aten::aminmax(Tensor self, *, int? dim=None, bool keepdim=False) -> (Tensor min, Tensor max)", {
    doc: "The smallest and the largest elements, in all or along a dimension.",
  }),
  op("aten::argmax(Tensor self, int? dim=None, bool keepdim=False) -> Tensor", {
    doc: "Place of the largest element, in the flattened tensor or along a dimension.",
  }),
  op("aten::argmin(Tensor self, int? dim=None, bool keepdim=False) -> Tensor", {
    doc: "Place of the smallest element, in the flattened tensor or along a dimension.",
  }),
]);
