// Linear layers with packed weights of fewer bits. The packed parameters are an object of five slots, in this order:
//
//   weight        int8 [N, K] (linear_dynamic), float16 or float32 [N, K] (linear_dynamic_fp16)
//   bias          float32 [N] or None
//   scales        float32 or float64: one for all of the weight, or N
//   zero points   int64, as many as scales
//   axis          -1: one scale for all; 0: one for each output
//
// Dynamic quantisation: the input's own range gives a scale and a zero point, its elements become 8-bit integers, products
// are summed exactly in integers, and the sum times both scales is the result, in float32.

import { Record } from "../core/containers";
import { DType } from "../core/dtype";
import { factDtype, factFloat, factInt, factShape, factTag, fail } from "../core/error";
import { Tag } from "../core/object";
import { scratch } from "../core/scratch";
import { empty, isNone, NONE, release, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { relu } from "./activations";
import { contiguousAs, convertCopy } from "./copy";
import { refuse } from "./engine/pointwise";
import { mismatch } from "./engine/product";
import { linear } from "./matmul";

const enum Slot {
  WEIGHT = 0,
  BIAS = 1,
  SCALES = 2,
  ZERO_POINTS = 3,
  AXIS = 4,
}
const SLOTS: u32 = 5;

/** The least scale, as PyTorch has it. */
const LEAST_SCALE: f32 = 6.1e-5;

/** Products of 255 · 128 that four lanes of i32 can hold: elements between two transfers to i64. */
const RUN: usize = 1 << 16;

/** True for an object of the five slots; else records what is there instead. */
function checkPacked(v: Value): bool {
  let bad = v;
  let want = Tag.OBJECT;
  if (v.tag == Tag.OBJECT && v.record.length == SLOTS) {
    const r = v.record;
    const bias = r.at(Slot.BIAS);
    if (bias.tag != Tag.NONE && bias.tag != Tag.TENSOR) bad = bias;
    want = Tag.TENSOR;
    for (let i: i32 = Slot.SCALES; i <= Slot.ZERO_POINTS; i++) if (!r.at(i).isTensor) bad = r.at(i);
    if (!r.at(Slot.WEIGHT).isTensor) bad = r.at(Slot.WEIGHT);
    if (bad == v && r.at(Slot.AXIS).tag == Tag.INT) return true;
    if (bad == v) {
      bad = r.at(Slot.AXIS);
      want = Tag.INT;
    }
  }
  fail(ErrorCode.BAD_ARGUMENT);
  factInt(1);
  factTag(want);
  factTag(bad.tag);
  return false;
}

/** True when scales and zero points are vectors, one for all or one for each of `n` outputs. */
function checkScales(r: Record, n: i32): bool {
  const scales = r.at(Slot.SCALES).tensor;
  const points = r.at(Slot.ZERO_POINTS).tensor;
  const axis = r.at(Slot.AXIS).int;
  const count = axis == -1 ? 1 : n;
  if (axis < -1 || axis > 0 || (scales.numel as i32) != count || scales.numel != points.numel)
    return mismatch(ErrorCode.SIZE_MISMATCH, scales, points);
  if (scales.dtype != DType.FLOAT64 && scales.dtype != DType.FLOAT32) refuse(scales.dtype as DType);
  else if (points.dtype != DType.INT64) refuse(points.dtype as DType);
  else return true;
  return false;
}

/** True when weight [N, K], bias [N] and the last dimension of x fit each other. */
function checkShapes(x: Tensor, r: Record): bool {
  const weight = r.at(Slot.WEIGHT).tensor;
  const bias = r.at(Slot.BIAS).tensorOrNone;
  if (x.ndim == 0 || weight.ndim != 2) {
    fail(ErrorCode.NDIM);
    factInt(x.ndim == 0 ? 0 : 1);
    factInt(x.ndim == 0 ? 1 : 2);
    factShape(x.ndim == 0 ? x : weight);
    return false;
  }
  if (x.dtype != DType.FLOAT32) {
    refuse(x.dtype as DType);
    return false;
  }
  if (x.size((x.ndim as i32) - 1) != weight.size(1)) return mismatch(ErrorCode.INNER_SIZE, x, weight);
  if (isNone(bias)) return true;
  if (bias.ndim != 1 || bias.size(0) != weight.size(0))
    return mismatch(ErrorCode.SIZE_MISMATCH, bias, weight);
  if (bias.dtype == DType.FLOAT32) return true;
  refuse(bias.dtype as DType);
  return false;
}

// The quantisation of the running call.
let scale: f64 = 1;
let zeroPoint: i32 = 0;

/** Chooses scale and zero point so that [least, most] and 0 fit integers from 0 to `top`. */
function choose(least: f32, most: f32, top: f64): void {
  let low = min<f32>(least, 0) as f64;
  let high = max<f32>(most, 0) as f64;
  scale = (high - low) / top;
  const rounded = scale as f32;
  if (rounded == 0 || 1 / rounded == (Infinity as f32)) scale = 0.1;
  if (scale < (LEAST_SCALE as f64)) {
    const old = scale as f32;
    scale = LEAST_SCALE as f64;
    if (low == 0) high = (LEAST_SCALE * (top as f32)) as f64;
    else if (high == 0) low = -(LEAST_SCALE * (top as f32)) as f64;
    else {
      const factor = LEAST_SCALE / old;
      low = ((low as f32) * factor) as f64;
      high = ((high as f32) * factor) as f64;
    }
  }
  // The end of the range that is farther from 0 gives the more exact point.
  const fromLow = -abs<f64>(low / scale) < top - abs<f64>(high / scale);
  const point = fromLow ? -low / scale : top - high / scale;
  zeroPoint = nearest<f64>(max<f64>(0, min<f64>(top, point))) as i32;
}

/** The range of `n` elements at `p`, for `choose`; false with an error recorded when one is NaN or infinite. */
function chooseFor(p: usize, n: usize, reduceRange: bool): bool {
  let least: f32 = n ? load<f32>(p) : 0;
  let most = least;
  for (const end = p + (n << 2); p < end; p += 4) {
    const x = load<f32>(p);
    least = min<f32>(least, x);
    most = max<f32>(most, x);
  }
  const distance = most - least;
  if (abs<f32>(distance) < (Infinity as f32)) {
    choose(least, most, reduceRange ? 127 : 255);
    return true;
  }
  fail(ErrorCode.BAD_SCALAR);
  factFloat(distance);
  factDtype(DType.UINT8);
  return false;
}

/** The element as an integer, 0 to 255, without its zero point. */
function quantised(x: f32, inverse: f32): i32 {
  const q = nearest<f32>(x * inverse + (zeroPoint as f32));
  return (max<f32>(0, min<f32>(255, q)) as i32) - zeroPoint;
}

/** Quantises a row of `k` elements to i16 at `to`; gives their sum. */
function quantiseRow(to: usize, from: usize, k: usize): i64 {
  const inverse = (1 / (scale as f32)) as f32;
  let sum: i64 = 0;
  for (let i: usize = 0; i < k; i++) {
    const q = quantised(load<f32>(from + (i << 2)), inverse);
    store<i16>(to + (i << 1), q as i16);
    sum += q;
  }
  return sum;
}

/** The sum of products of `k` i16 at `x` and i8 at `w`. */
function dot(x: usize, w: usize, k: usize): i64 {
  let total: i64 = 0;
  while (k) {
    const n = min(k, RUN);
    k -= n;
    let lanes = i32x4.splat(0);
    for (const end = x + ((n & ~7) << 1); x < end; x += 16) {
      lanes = i32x4.add(lanes, i32x4.dot_i16x8_s(v128.load(x), v128.load_ext<i8>(w)));
      w += 8;
    }
    for (const end = x + ((n & 7) << 1); x < end; x += 2)
      total += (load<i16>(x) as i32) * (load<i8>(w++) as i32);
    total += i32x4.extract_lane(lanes, 0) as i64;
    total += i32x4.extract_lane(lanes, 1) as i64;
    total += i32x4.extract_lane(lanes, 2) as i64;
    total += i32x4.extract_lane(lanes, 3) as i64;
  }
  return total;
}

/** out[m, n] for all rows; `x` is contiguous, `weight` contiguous int8. False when memory is out. */
function multiply(x: Tensor, weight: Tensor, r: Record, out: Tensor): bool {
  const n: usize = weight.size(0);
  const k: usize = weight.size(1);
  const rows: usize = n ? (out.numel as usize) / n : 0;
  const ints = scratch((rows as u64) * ((k as u64) << 1));
  const sums = ints ? scratch((rows as u64) << 3) : 0;
  const scales = sums ? contiguousAs(r.at(Slot.SCALES).tensor, DType.FLOAT64) : NONE;
  const points = isNone(scales) ? NONE : contiguousAs(r.at(Slot.ZERO_POINTS).tensor, DType.INT64);
  const given = r.at(Slot.BIAS).tensorOrNone;
  const bias = isNone(points) || isNone(given) ? NONE : contiguousAs(given, DType.FLOAT32);
  const done = !isNone(points) && isNone(bias) == isNone(given);
  if (done) {
    for (let m: usize = 0; m < rows; m++) {
      store<i64>(sums + (m << 3), quantiseRow(ints + ((m * k) << 1), x.data + ((m * k) << 2), k));
    }
    const each: usize = r.at(Slot.AXIS).int < 0 ? 0 : 8;
    for (let j: usize = 0; j < n; j++) {
      const factor = (scale as f32) * (load<f64>(scales.data + j * each) as f32);
      const point = load<i64>(points.data + j * each);
      const start: f32 = isNone(bias) ? 0 : load<f32>(bias.data + (j << 2));
      for (let m: usize = 0; m < rows; m++) {
        const total = dot(ints + ((m * k) << 1), weight.data + j * k, k) - point * load<i64>(sums + (m << 3));
        store<f32>(out.data + ((m * n + j) << 2), (total as f32) * factor + start);
      }
    }
  }
  release(scales);
  release(points);
  release(bias);
  return done;
}

/** [..., N] for x [..., K]. */
function newResult(x: Tensor, n: i32): Tensor {
  const ndim = x.ndim as i32;
  const sizes = scratch((ndim as u64) << 2);
  if (!sizes) return NONE;
  memory.copy(sizes, x.dims, (ndim as usize) << 2);
  store<i32>(sizes + (((ndim - 1) as usize) << 2), n);
  return empty(DType.FLOAT32, sizes, ndim);
}

/** y = x · weightᵀ + bias with 8-bit inputs and weights; `reduceRange`: the inputs take 7 bits, as PyTorch's modules ask. */
export function linearDynamic(x: Tensor, packed: Value, reduceRange: bool): Tensor {
  if (!checkPacked(packed)) return NONE;
  const r = packed.record;
  const weight = r.at(Slot.WEIGHT).tensor;
  if (weight.dtype != DType.INT8) return refuse(weight.dtype as DType);
  if (!checkShapes(x, r) || !checkScales(r, weight.size(0))) return NONE;
  const input = contiguousAs(x, DType.FLOAT32);
  const w = isNone(input) ? NONE : contiguousAs(weight, DType.INT8);
  let out = isNone(w) ? NONE : newResult(x, weight.size(0));
  if (!isNone(out)) {
    if (!chooseFor(input.data, input.numel, reduceRange) || !multiply(input, w, r, out)) {
      release(out);
      out = NONE;
    }
  }
  release(input);
  release(w);
  return out;
}

/** relu of `t`, which is released. */
function rectified(t: Tensor): Tensor {
  if (isNone(t)) return NONE;
  const out = relu(t, t);
  release(t);
  return out;
}

export function linearReluDynamic(x: Tensor, packed: Value, reduceRange: bool): Tensor {
  return rectified(linearDynamic(x, packed, reduceRange));
}

/** y = x · weightᵀ + bias in float32 with a weight rounded to float16. */
export function linearDynamicFp16(x: Tensor, packed: Value): Tensor {
  if (!checkPacked(packed)) return NONE;
  const weight = packed.record.at(Slot.WEIGHT).tensor;
  if (weight.dtype != DType.FLOAT16 && weight.dtype != DType.FLOAT32) return refuse(weight.dtype as DType);
  if (!checkShapes(x, packed.record)) return NONE;
  const half = convertCopy(weight, DType.FLOAT16);
  const w = isNone(half) ? NONE : convertCopy(half, DType.FLOAT32);
  const out = isNone(w) ? NONE : linear(x, w, packed.record.at(Slot.BIAS).tensorOrNone);
  release(half);
  release(w);
  return out;
}

export function linearReluDynamicFp16(x: Tensor, packed: Value): Tensor {
  return rectified(linearDynamicFp16(x, packed));
}
