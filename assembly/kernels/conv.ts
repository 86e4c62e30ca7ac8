// Convolutions and transposed convolutions of one to three dimensions.

import { List, Str } from "../core/containers";
import { NONE, Tensor } from "../core/tensor";
import { badNdim, convolve, convolveNamed, convolveTransposed } from "./engine/convolve";
import { AXES } from "./engine/window";

export function conv1d(
  x: Tensor,
  w: Tensor,
  bias: Tensor,
  stride: List,
  padding: List,
  dilation: List,
  groups: i64,
): Tensor {
  return convolve(x, w, bias, 1, stride, padding, dilation, groups);
}

export function conv2d(
  x: Tensor,
  w: Tensor,
  bias: Tensor,
  stride: List,
  padding: List,
  dilation: List,
  groups: i64,
): Tensor {
  return convolve(x, w, bias, 2, stride, padding, dilation, groups);
}

export function conv3d(
  x: Tensor,
  w: Tensor,
  bias: Tensor,
  stride: List,
  padding: List,
  dilation: List,
  groups: i64,
): Tensor {
  return convolve(x, w, bias, 3, stride, padding, dilation, groups);
}

export function conv1dNamed(
  x: Tensor,
  w: Tensor,
  bias: Tensor,
  stride: List,
  padding: Str,
  dilation: List,
  groups: i64,
): Tensor {
  return convolveNamed(x, w, bias, 1, stride, padding, dilation, groups);
}

export function conv2dNamed(
  x: Tensor,
  w: Tensor,
  bias: Tensor,
  stride: List,
  padding: Str,
  dilation: List,
  groups: i64,
): Tensor {
  return convolveNamed(x, w, bias, 2, stride, padding, dilation, groups);
}

export function conv3dNamed(
  x: Tensor,
  w: Tensor,
  bias: Tensor,
  stride: List,
  padding: Str,
  dilation: List,
  groups: i64,
): Tensor {
  return convolveNamed(x, w, bias, 3, stride, padding, dilation, groups);
}

/** Spatial dimensions of a weight, 1 to 3; 0 with NDIM recorded. */
function spatialOf(w: Tensor): i32 {
  const spatial = (w.ndim as i32) - 2;
  if (spatial >= 1 && spatial <= AXES) return spatial;
  badNdim(w, 1, 4);
  return 0;
}

export function convolutionMode(
  x: Tensor,
  w: Tensor,
  bias: Tensor,
  stride: List,
  padding: Str,
  dilation: List,
  groups: i64,
): Tensor {
  const spatial = spatialOf(w);
  return spatial ? convolveNamed(x, w, bias, spatial, stride, padding, dilation, groups) : NONE;
}

export function convolution(
  x: Tensor,
  w: Tensor,
  bias: Tensor,
  stride: List,
  padding: List,
  dilation: List,
  transposed: bool,
  outPadding: List,
  groups: i64,
): Tensor {
  const spatial = spatialOf(w);
  if (!spatial) return NONE;
  if (transposed)
    return convolveTransposed(x, w, bias, spatial, stride, padding, dilation, outPadding, groups);
  return convolve(x, w, bias, spatial, stride, padding, dilation, groups);
}

export function convolutionFull(
  x: Tensor,
  w: Tensor,
  bias: Tensor,
  stride: List,
  padding: List,
  dilation: List,
  transposed: bool,
  outPadding: List,
  groups: i64,
  benchmark: bool,
  deterministic: bool,
  cudnnEnabled: bool,
  allowTf32: bool,
): Tensor {
  return convolution(x, w, bias, stride, padding, dilation, transposed, outPadding, groups);
}

export function convolutionDeprecated(
  x: Tensor,
  w: Tensor,
  bias: Tensor,
  stride: List,
  padding: List,
  dilation: List,
  transposed: bool,
  outPadding: List,
  groups: i64,
  benchmark: bool,
  deterministic: bool,
  cudnnEnabled: bool,
): Tensor {
  return convolution(x, w, bias, stride, padding, dilation, transposed, outPadding, groups);
}

export function convTranspose1d(
  x: Tensor,
  w: Tensor,
  bias: Tensor,
  stride: List,
  padding: List,
  outPadding: List,
  groups: i64,
  dilation: List,
): Tensor {
  return convolveTransposed(x, w, bias, 1, stride, padding, dilation, outPadding, groups);
}

export function convTranspose2d(
  x: Tensor,
  w: Tensor,
  bias: Tensor,
  stride: List,
  padding: List,
  outPadding: List,
  groups: i64,
  dilation: List,
): Tensor {
  return convolveTransposed(x, w, bias, 2, stride, padding, dilation, outPadding, groups);
}

export function convTranspose3d(
  x: Tensor,
  w: Tensor,
  bias: Tensor,
  stride: List,
  padding: List,
  outPadding: List,
  groups: i64,
  dilation: List,
): Tensor {
  return convolveTransposed(x, w, bias, 3, stride, padding, dilation, outPadding, groups);
}
