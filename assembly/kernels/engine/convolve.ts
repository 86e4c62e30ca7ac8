// Convolutions of tensors over assembly/conv: arguments checked, geometry, weights packed, outputs allocated.
//
// float32 runs as it is, float16 and bfloat16 in float32, float64 in float64, and integers there too, refused when sums
// could be too large to be exact. Weights that stay the same from call to
// call are packed once (core/derived.ts).

import {
  convF32,
  convF32ScratchBytes,
  convPack,
  convPackedBytes,
  convPackedFormat,
  PackedFormat,
} from "../../conv/conv-f32";
import { convF64, convTransposeF64 } from "../../conv/conv-f64";
import { CONV_SHAPE_BYTES, ConvShape } from "../../conv/shape";
import {
  convTransposeF32,
  convTransposeF32ScratchBytes,
  convTransposePack,
  convTransposePackedBytes,
} from "../../conv/transpose-f32";
import { List, Str } from "../../core/containers";
import { DerivedFormat, derive, derivedIsNew } from "../../core/derived";
import { DType, isFloating } from "../../core/dtype";
import { badValue, factInt, factShape, factText, fail } from "../../core/error";
import { scratch } from "../../core/scratch";
import { empty, isContiguous, isNone, NONE, release, retain, Tensor } from "../../core/tensor";
import { ErrorCode } from "../../errors.gen";
import { contiguousAs, convertCopy } from "../copy";
import { fromNative } from "./native";
import { refuse } from "./pointwise";
import { sameDtype } from "./product";
import { AXES, Axis, beginWindow, checkImage, checkWindowList, kernelTooLarge, listAt } from "./window";

/** Extents from here on would not fit the engines' 32 bits. */
const LIMIT: i64 = 0x3fff_ffff;
const sizes: usize = memory.data(32, 16); // i32[5]

/** True when input, weight and bias fit each other; the window's kernel and input sizes are set. */
function checkArguments(
  x: Tensor,
  w: Tensor,
  bias: Tensor,
  spatial: i32,
  groups: i64,
  transposed: bool,
): bool {
  if (w.ndim != spatial + 2) return badNdim(w, 1, spatial + 2);
  if (!checkImage(x, 0, spatial)) return false;
  if (!sameDtype(x, w) || (!isNone(bias) && !sameDtype(x, bias))) return false;
  if (x.dtype == DType.BOOL) return refused(DType.BOOL);
  const channels: i64 = x.size((x.ndim as i32) - spatial - 1);
  const last: i64 = w.size(1);
  const first: i64 = w.size(0);
  if (groups < 1 || first == 0 || first % groups != 0) return badGroups(groups);
  const wanted = transposed ? first : last * groups;
  if (channels != wanted) return badChannels(wanted, channels);
  const outputs = transposed ? last * groups : first;
  if (!isNone(bias) && bias.ndim != 1) return badNdim(bias, 2, 1);
  if (!isNone(bias) && bias.size(0) != outputs) return badChannels(outputs, bias.size(0));
  for (let i = 0; i < spatial; i++) {
    const a = Axis.at(AXES - spatial + i);
    a.size = x.size((x.ndim as i32) - spatial + i);
    a.kernel = w.size(2 + i);
    if (a.kernel == 0) return kernelTooLarge(spatial);
  }
  return true;
}

export function badNdim(t: Tensor, arg: i32, want: i32): bool {
  fail(ErrorCode.NDIM);
  factInt(arg);
  factInt(want);
  factShape(t);
  return false;
}

function refused(dtype: DType): bool {
  refuse(dtype);
  return false;
}

function badGroups(groups: i64): bool {
  fail(ErrorCode.BAD_VALUE);
  factInt(6);
  factInt(groups);
  return false;
}

function badChannels(want: i64, got: i64): bool {
  fail(ErrorCode.CHANNELS);
  factInt(want);
  factInt(got);
  return false;
}

/** Sets strides, dilations and, when `padding` is a list, paddings of the window. */
function setWindow(spatial: i32, stride: List, padding: List, dilation: List): bool {
  if (!checkWindowList(stride, spatial, 3, 1) || !checkWindowList(dilation, spatial, 5, 1)) return false;
  if (changetype<usize>(padding) && !checkWindowList(padding, spatial, 4, 0)) return false;
  for (let i = 0; i < spatial; i++) {
    const a = Axis.at(AXES - spatial + i);
    a.stride = listAt(stride, i);
    a.dilation = listAt(dilation, i);
    a.pad = changetype<usize>(padding) ? listAt(padding, i) : 0;
    a.padEnd = a.pad;
  }
  return true;
}

/** Output sizes of a convolution; false with an error recorded when the kernel does not fit. */
function setOutputs(spatial: i32): bool {
  for (let i = AXES - spatial; i < AXES; i++) {
    const a = Axis.at(i);
    const extent = a.dilation * (a.kernel - 1) + 1;
    const padded = a.size + a.pad + a.padEnd;
    if (padded < extent || padded > LIMIT) return kernelTooLarge(spatial);
    a.out = (padded - extent) / a.stride + 1;
  }
  return true;
}

/** Output sizes of a transposed convolution; an empty batch may have outputs of size 0, as in PyTorch. */
function setTransposedOutputs(spatial: i32, outPadding: List, emptyBatch: bool): bool {
  if (!checkWindowList(outPadding, spatial, 7, 0)) return false;
  const least: i64 = emptyBatch ? 0 : 1;
  for (let i = 0; i < spatial; i++) {
    const a = Axis.at(AXES - spatial + i);
    a.outPad = listAt(outPadding, i);
    if (!emptyBatch && a.outPad >= a.stride && a.outPad >= a.dilation) {
      badValue(7, a.outPad);
      return false;
    }
    const whole = (a.size - 1) * a.stride + a.dilation * (a.kernel - 1) + 1 + a.outPad;
    a.out = whole - 2 * a.pad;
    if (a.out < least || whole > LIMIT) return kernelTooLarge(spatial);
  }
  return true;
}

/** The geometry for the engines, in scratch memory; 0 when memory is out. */
function newShape(x: Tensor, spatial: i32, outputs: i64, groups: i64): ConvShape {
  const s = changetype<ConvShape>(scratch(CONV_SHAPE_BYTES as u64));
  if (!changetype<usize>(s)) return s;
  const ndim = x.ndim as i32;
  s.batch = ndim == spatial + 2 ? x.size(0) : 1;
  s.channels = x.size(ndim - spatial - 1);
  s.outputs = outputs as usize;
  s.groups = groups as usize;
  const d = Axis.at(0);
  const h = Axis.at(1);
  const w = Axis.at(2);
  s.depth = d.size as usize;
  s.height = h.size as usize;
  s.width = w.size as usize;
  s.kernelD = d.kernel as usize;
  s.kernelH = h.kernel as usize;
  s.kernelW = w.kernel as usize;
  s.strideD = d.stride as usize;
  s.strideH = h.stride as usize;
  s.strideW = w.stride as usize;
  s.padD = d.pad as usize;
  s.padH = h.pad as usize;
  s.padW = w.pad as usize;
  s.dilationD = d.dilation as usize;
  s.dilationH = h.dilation as usize;
  s.dilationW = w.dilation as usize;
  s.outD = d.out as usize;
  s.outH = h.out as usize;
  s.outW = w.out as usize;
  s.rowStride = spatial > 1 && s.height > 1 ? (x.stride(ndim - 2) as usize) : s.width;
  s.planeStride = spatial > 2 && s.depth > 1 ? (x.stride(ndim - 3) as usize) : s.height * s.rowStride;
  s.channelStride = x.stride(ndim - spatial - 1);
  s.batchStride = ndim == spatial + 2 ? x.stride(0) : 0;
  return s;
}

/** `t` as the engines read it: native, its rows contiguous; one reference. Converted tensors are contiguous. */
function readable(t: Tensor, native: DType): Tensor {
  if (t.dtype != native) return convertCopy(t, native);
  const rows = t.stride((t.ndim as i32) - 1) == 1 || t.size((t.ndim as i32) - 1) == 1;
  return rows ? retain(t) : contiguousAs(t, native);
}

function newOutput(x: Tensor, s: ConvShape, spatial: i32, native: DType): Tensor {
  const batched = x.ndim == spatial + 2;
  let n = 0;
  if (batched) store<i32>(sizes, s.batch as i32);
  if (batched) n++;
  store<i32>(sizes + ((n as usize) << 2), s.outputs as i32);
  n++;
  for (let i = AXES - spatial; i < AXES; i++)
    store<i32>(sizes + ((n++ as usize) << 2), Axis.at(i).out as i32);
  return empty(native, sizes, n);
}

/** The packed copy of the weight that this shape wants, or 0. */
function packedFor(s: ConvShape, w: Tensor, transposed: bool): usize {
  if (!isContiguous(w)) return 0;
  const filter = s.groupChannels() * s.taps();
  if (transposed) {
    const rows = s.groupOutputs() * s.taps();
    return derive(
      w,
      DerivedFormat.TRANSPOSED,
      convTransposePackedBytes(s),
      s.groups,
      rows,
      s.groupChannels(),
      0,
    );
  }
  switch (convPackedFormat(s)) {
    case PackedFormat.PANELS:
      return derive(w, DerivedFormat.CONVOLUTION, convPackedBytes(s), s.groups, s.outputs, filter, 0);
    case PackedFormat.WINOGRAD:
      return derive(w, DerivedFormat.WINOGRAD, convPackedBytes(s), s.outputs, s.channels, 0, 0);
    default:
      return 0;
  }
}

/** Runs the described convolution. */
function run(x: Tensor, w: Tensor, bias: Tensor, spatial: i32, groups: i64, transposed: bool): Tensor {
  const own = x.dtype as DType;
  const native = own == DType.FLOAT64 || !isFloating(own) ? DType.FLOAT64 : DType.FLOAT32;
  const image = readable(x, native);
  const s = isNone(image)
    ? changetype<ConvShape>(0)
    : newShape(image, spatial, transposed ? (w.size(1) as i64) * groups : (w.size(0) as i64), groups);
  const out = changetype<usize>(s) ? newOutput(x, s, spatial, native) : NONE;
  const start = isNone(out) || isNone(bias) ? NONE : contiguousAs(bias, native);
  let done = !isNone(out) && (isNone(bias) || !isNone(start));
  if (done && out.numel) done = fill(s, image, w, start, out, transposed);
  release(image);
  release(start);
  if (done) return fromNative(out, x.dtype as DType);
  release(out);
  return NONE;
}

/** The largest magnitude in a contiguous float64 tensor; 0 for NONE. */
function magnitude(t: Tensor): f64 {
  if (isNone(t)) return 0;
  let top: f64 = 0;
  for (let i: usize = 0; i < (t.numel as usize); i++)
    top = max<f64>(top, abs<f64>(load<f64>(t.data + (i << 3))));
  return top;
}

/** True when integers held as float64 cannot reach sums beyond 2^53. */
function isExact(x: Tensor, w: Tensor, bias: Tensor): bool {
  const bound = magnitude(x) * magnitude(w) * (w.numel as f64) + magnitude(bias);
  return bound < 9007199254740992;
}

function fill(s: ConvShape, x: Tensor, weight: Tensor, bias: Tensor, out: Tensor, transposed: bool): bool {
  const native = out.dtype as DType;
  const start = isNone(bias) ? 0 : bias.data;
  const packed = native == DType.FLOAT32 ? packedFor(s, weight, transposed) : 0;
  const fresh = derivedIsNew;
  let w = NONE;
  if (!packed || fresh) {
    w = contiguousAs(weight, native);
    if (isNone(w)) return false;
  }
  const from = isNone(w) ? 0 : w.data;
  let area: usize = 1;
  if (!isFloating(weight.dtype as DType) && !isExact(x, w, bias)) {
    refuse(weight.dtype as DType);
    area = 0;
  } else if (native == DType.FLOAT64) {
    if (transposed) convTransposeF64(s, x.data, from, start, out.data);
    else convF64(s, x.data, from, start, out.data);
  } else if (transposed) {
    if (packed && fresh) convTransposePack(s, from, packed);
    area = scratch(convTransposeF32ScratchBytes(s, packed != 0));
    if (area) convTransposeF32(s, x.data, from, packed, start, out.data, area);
  } else {
    if (packed && fresh) convPack(s, from, packed);
    area = scratch(convF32ScratchBytes(s, packed != 0));
    if (area) convF32(s, x.data, from, packed, start, out.data, area);
  }
  release(w);
  return area != 0;
}

/** A convolution of `spatial` dimensions with paddings on both sides. */
export function convolve(
  x: Tensor,
  w: Tensor,
  bias: Tensor,
  spatial: i32,
  stride: List,
  padding: List,
  dilation: List,
  groups: i64,
): Tensor {
  beginWindow();
  if (!checkArguments(x, w, bias, spatial, groups, false) || !setWindow(spatial, stride, padding, dilation))
    return NONE;
  return setOutputs(spatial) ? run(x, w, bias, spatial, groups, false) : NONE;
}

export function convolveTransposed(
  x: Tensor,
  w: Tensor,
  bias: Tensor,
  spatial: i32,
  stride: List,
  padding: List,
  dilation: List,
  outPadding: List,
  groups: i64,
): Tensor {
  beginWindow();
  if (!checkArguments(x, w, bias, spatial, groups, true) || !setWindow(spatial, stride, padding, dilation))
    return NONE;
  return setTransposedOutputs(spatial, outPadding, x.numel == 0)
    ? run(x, w, bias, spatial, groups, true)
    : NONE;
}

const SAME: usize = memory.data<u8>([115, 97, 109, 101]); // "same"
const VALID: usize = memory.data<u8>([118, 97, 108, 105, 100]); // "valid"

function isWord(s: Str, word: usize, length: u32): bool {
  return s.bytes == length && memory.compare(s.text, word, length) == 0;
}

/** A convolution with padding "valid" (none) or "same" (outputs of the input's sizes, the odd zero at the end). */
export function convolveNamed(
  x: Tensor,
  w: Tensor,
  bias: Tensor,
  spatial: i32,
  stride: List,
  padding: Str,
  dilation: List,
  groups: i64,
): Tensor {
  const none = changetype<List>(0);
  beginWindow();
  if (!checkArguments(x, w, bias, spatial, groups, false) || !setWindow(spatial, stride, none, dilation))
    return NONE;
  if (isWord(padding, SAME, 4)) {
    for (let i = AXES - spatial; i < AXES; i++) {
      const a = Axis.at(i);
      if (a.stride != 1) {
        badValue(3, a.stride);
        return NONE;
      }
      const total = a.dilation * (a.kernel - 1);
      a.pad = total / 2;
      a.padEnd = total - a.pad;
    }
  } else if (!isWord(padding, VALID, 5)) {
    fail(ErrorCode.BAD_VALUE);
    factInt(4);
    factText(padding.text, padding.bytes);
    return NONE;
  }
  return setOutputs(spatial) ? run(x, w, bias, spatial, groups, false) : NONE;
}
