/** Padding. */

import { family, op } from "./define.ts";

export const pad = family("kernels/pad", [
  op('aten::pad(Tensor self, int[] pad, str mode="constant", float? value=None) -> Tensor', {
    doc: "Pads the last dimensions (the last one first): constant, reflect, replicate or circular.",
  }),
  op("aten::_pad_enum(Tensor self, int[] pad, int mode, float? value=None) -> Tensor", {
    doc: "pad, its mode by number.",
  }),
  op("aten::_pad_circular(Tensor self, int[] pad) -> Tensor", { doc: "pad around the circle." }),
  op("aten::constant_pad_nd(Tensor self, int[] pad, Scalar value=0) -> Tensor", {
    doc: "Pads with a number; negative pads take places away.",
  }),
  op("aten::reflection_pad1d(Tensor self, int[2] padding) -> Tensor", {
    kernel: "reflectionPad1d",
    doc: "Pads the last dimension by reflection at the edge.",
  }),
  op("aten::reflection_pad2d(Tensor self, int[4] padding) -> Tensor", {
    kernel: "reflectionPad2d",
    doc: "Pads the last two dimensions by reflection at the edge.",
  }),
  op("aten::reflection_pad3d(Tensor self, int[6] padding) -> Tensor", {
    kernel: "reflectionPad3d",
    doc: "Pads the last three dimensions by reflection at the edge.",
  }),
  op("aten::replication_pad1d(Tensor self, int[2] padding) -> Tensor", {
    kernel: "replicationPad1d",
    doc: "Pads the last dimension with its edge.",
  }),
  op("aten::replication_pad2d(Tensor self, int[4] padding) -> Tensor", {
    kernel: "replicationPad2d",
    doc: "Pads the last two dimensions with their edges.",
  }),
  op("aten::replication_pad3d(Tensor self, int[6] padding) -> Tensor", {
    kernel: "replicationPad3d",
    doc: "Pads the last three dimensions with their edges.",
  }),
]);
