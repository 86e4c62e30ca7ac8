/** Clamping between numbers or tensors. */

import { family, op } from "./define.ts";

export const clamp = family("kernels/clamp", [
  op("aten::clamp(Tensor self, Scalar? min=None, Scalar? max=None) -> Tensor", {
    inplace: true,
    doc: "self between min and max; one of them at least.",
  }),
  op("aten::clamp.Tensor(Tensor self, Tensor? min=None, Tensor? max=None) -> Tensor", {
    kernel: "clampTensor",
    inplace: true,
    doc: "self between min and max; one of them at least.",
  }),
  op("aten::clip(Tensor self, Scalar? min=None, Scalar? max=None) -> Tensor", {
    kernel: "clamp",
    inplace: true,
    doc: "clamp under its other name.",
  }),
  op("aten::clip.Tensor(Tensor self, Tensor? min=None, Tensor? max=None) -> Tensor", {
    kernel: "clampTensor",
    inplace: true,
    doc: "clamp under its other name.",
  }),
  op("aten::clamp_min(Tensor self, Scalar min) -> Tensor", {
    inplace: true,
    doc: "The larger of self and min.",
  }),
  op("aten::clamp_min.Tensor(Tensor self, Tensor min) -> Tensor", {
    kernel: "clampMinTensor",
    inplace: true,
    doc: "The larger of self and min.",
  }),
  op("aten::clamp_max(Tensor self, Scalar max) -> Tensor", {
    inplace: true,
    doc: "The smaller of self and max.",
  }),
  op("aten::clamp_max.Tensor(Tensor self, Tensor max) -> Tensor", {
    kernel: "clampMaxTensor",
    inplace: true,
    doc: "The smaller of self and max.",
  }),
  op("aten::hardtanh(Tensor self, Scalar min_val=-1, Scalar max_val=1) -> Tensor", {
    inplace: true,
    doc: "self between min_val and max_val, in self's dtype.",
  }),
  op("aten::relu6(Tensor self) -> Tensor", { inplace: true, doc: "self between 0 and 6." }),
]);
