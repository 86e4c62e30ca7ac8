/** Resizing of images, signals and volumes. Sizes are given, or follow from factors. */

import { family, op } from "./define.ts";

export const upsample = family("kernels/upsample", [
  op("aten::upsample_nearest1d.vec(Tensor input, SymInt[]? output_size, float[]? scale_factors) -> Tensor", {
    kernel: "upsampleNearest1dVec",
    doc: "Repeats or drops elements of the last dimension.",
  }),
  op("aten::upsample_nearest1d(Tensor self, SymInt[1] output_size, float? scales=None) -> Tensor", {
    doc: "Repeats or drops elements of the last dimension.",
  }),
  op("aten::upsample_nearest2d.vec(Tensor input, SymInt[]? output_size, float[]? scale_factors) -> Tensor", {
    kernel: "upsampleNearest2dVec",
    doc: "Repeats or drops elements of the last two dimensions.",
  }),
  op(
    "aten::upsample_nearest2d(Tensor self, SymInt[2] output_size, float? scales_h=None, float? scales_w=None) -> Tensor",
    {
      doc: "Repeats or drops elements of the last two dimensions.",
    },
  ),
  op("aten::upsample_nearest3d.vec(Tensor input, SymInt[]? output_size, float[]? scale_factors) -> Tensor", {
    kernel: "upsampleNearest3dVec",
    doc: "Repeats or drops elements of the last three dimensions.",
  }),
  op(
    "aten::upsample_nearest3d(Tensor self, SymInt[3] output_size, float? scales_d=None, float? scales_h=None, float? scales_w=None) -> Tensor",
    {
      doc: "Repeats or drops elements of the last three dimensions.",
    },
  ),
  op(
    "aten::_upsample_nearest_exact1d.vec(Tensor input, SymInt[]? output_size, float[]? scale_factors) -> Tensor",
    {
      kernel: "upsampleNearestExact1dVec",
      doc: "Repeats or drops elements of the last dimension, from the middle of each output element.",
    },
  ),
  op("aten::_upsample_nearest_exact1d(Tensor self, SymInt[1] output_size, float? scales=None) -> Tensor", {
    doc: "Repeats or drops elements of the last dimension, from the middle of each output element.",
  }),
  op(
    "aten::_upsample_nearest_exact2d.vec(Tensor input, SymInt[]? output_size, float[]? scale_factors) -> Tensor",
    {
      kernel: "upsampleNearestExact2dVec",
      doc: "Repeats or drops elements of the last two dimensions, from the middle of each output element.",
    },
  ),
  op(
    "aten::_upsample_nearest_exact2d(Tensor self, SymInt[2] output_size, float? scales_h=None, float? scales_w=None) -> Tensor",
    {
      doc: "Repeats or drops elements of the last two dimensions, from the middle of each output element.",
    },
  ),
  op(
    "aten::_upsample_nearest_exact3d.vec(Tensor input, SymInt[]? output_size, float[]? scale_factors) -> Tensor",
    {
      kernel: "upsampleNearestExact3dVec",
      doc: "Repeats or drops elements of the last three dimensions, from the middle of each output element.",
    },
  ),
  op(
    "aten::_upsample_nearest_exact3d(Tensor self, SymInt[3] output_size, float? scales_d=None, float? scales_h=None, float? scales_w=None) -> Tensor",
    {
      doc: "Repeats or drops elements of the last three dimensions, from the middle of each output element.",
    },
  ),
  op(
    "aten::upsample_linear1d.vec(Tensor input, SymInt[]? output_size, bool align_corners, float[]? scale_factors) -> Tensor",
    {
      kernel: "upsampleLinear1dVec",
      doc: "Resizes the last dimension by linear interpolation.",
    },
  ),
  op(
    "aten::upsample_linear1d(Tensor self, SymInt[1] output_size, bool align_corners, float? scales=None) -> Tensor",
    {
      doc: "Resizes the last dimension by linear interpolation.",
    },
  ),
  op(
    "aten::upsample_bilinear2d.vec(Tensor input, SymInt[]? output_size, bool align_corners, float[]? scale_factors) -> Tensor",
    {
      kernel: "upsampleBilinear2dVec",
      doc: "Resizes the last two dimensions by linear interpolation.",
    },
  ),
  op(
    "aten::upsample_bilinear2d(Tensor self, SymInt[2] output_size, bool align_corners, float? scales_h=None, float? scales_w=None) -> Tensor",
    {
      doc: "Resizes the last two dimensions by linear interpolation.",
    },
  ),
  op(
    "aten::upsample_trilinear3d.vec(Tensor input, SymInt[]? output_size, bool align_corners, float[]? scale_factors) -> Tensor",
    {
      kernel: "upsampleTrilinear3dVec",
      doc: "Resizes the last three dimensions by linear interpolation.",
    },
  ),
  op(
    "aten::upsample_trilinear3d(Tensor self, SymInt[3] output_size, bool align_corners, float? scales_d=None, float? scales_h=None, float? scales_w=None) -> Tensor",
    {
      doc: "Resizes the last three dimensions by linear interpolation.",
    },
  ),
  op(
    "aten::upsample_bicubic2d.vec(Tensor input, SymInt[]? output_size, bool align_corners, float[]? scale_factors) -> Tensor",
    {
      kernel: "upsampleBicubic2dVec",
      doc: "Resizes the last two dimensions by cubic interpolation.",
    },
  ),
  op(
    "aten::upsample_bicubic2d(Tensor self, SymInt[2] output_size, bool align_corners, float? scales_h=None, float? scales_w=None) -> Tensor",
    {
      doc: "Resizes the last two dimensions by cubic interpolation.",
    },
  ),
  op(
    "aten::_upsample_bilinear2d_aa.vec(Tensor input, SymInt[]? output_size, bool align_corners, float[]? scale_factors) -> Tensor",
    {
      kernel: "upsampleBilinear2dAaVec",
      doc: "Resizes the last two dimensions with a linear filter that does not alias when shrinking.",
    },
  ),
  op(
    "aten::_upsample_bilinear2d_aa(Tensor self, SymInt[2] output_size, bool align_corners, float? scales_h=None, float? scales_w=None) -> Tensor",
    {
      doc: "Resizes the last two dimensions with a linear filter that does not alias when shrinking.",
    },
  ),
  op(
    "aten::_upsample_bicubic2d_aa.vec(Tensor input, SymInt[]? output_size, bool align_corners, float[]? scale_factors) -> Tensor",
    {
      kernel: "upsampleBicubic2dAaVec",
      doc: "Resizes the last two dimensions with a cubic filter that does not alias when shrinking.",
    },
  ),
  op(
    "aten::_upsample_bicubic2d_aa(Tensor self, SymInt[2] output_size, bool align_corners, float? scales_h=None, float? scales_w=None) -> Tensor",
    {
      doc: "Resizes the last two dimensions with a cubic filter that does not alias when shrinking.",
    },
  ),
]);
