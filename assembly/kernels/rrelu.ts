// Randomised leaky ReLU.

import { DType, dtypeShift, isFloating } from "../core/dtype";
import { badValue } from "../core/error";
import { emptyLike, isNone, NONE, release, sameSizes, Tensor, touch } from "../core/tensor";
import { Value } from "../core/value";
import { unit64 } from "../random/generator";
import { convertCopy, copyInto } from "./copy";
import { isDefault } from "./engine/draw";
import { intoOut } from "./engine/native";
import { numberF32, storeElement } from "./engine/number";
import { refuse } from "./engine/pointwise";
import { leakyRelu } from "./parametric";
import { loadFloat } from "./scalar";

const slope: usize = memory.data(16, 16);

export function rrelu(
  self: Tensor,
  lower: Value,
  upper: Value,
  training: bool,
  generator: Value,
  out: Tensor,
): Tensor {
  return rreluWithNoise(self, NONE, lower, upper, training, generator, out);
}

/** `noise` may be NONE: then the slopes are not kept. */
export function rreluWithNoise(
  self: Tensor,
  noise: Tensor,
  lower: Value,
  upper: Value,
  training: bool,
  generator: Value,
  out: Tensor,
): Tensor {
  if (!isDefault(generator)) return NONE;
  const dtype = self.dtype as DType;
  if (!isFloating(dtype)) return refuse(dtype);
  if (!training) {
    const mean = changetype<Value>(slope);
    mean.setFloat((lower.asFloat + upper.asFloat) / 2);
    return leakyRelu(self, mean, out);
  }
  if (dtype === DType.FLOAT16) return refuse(dtype);
  if (!isNone(noise) && (noise.dtype !== dtype || !sameSizes(noise, self))) {
    badValue(1, 0);
    return NONE;
  }
  const result = convertCopy(self, dtype);
  const slopes = isNone(noise) || isNone(result) ? NONE : emptyLike(self, dtype);
  if (isNone(result) || (!isNone(noise) && isNone(slopes))) {
    release(result);
    return NONE;
  }
  const low = dtype === DType.FLOAT64 ? lower.asFloat : (numberF32(lower, dtype) as f64);
  const high = dtype === DType.FLOAT64 ? upper.asFloat : (numberF32(upper, dtype) as f64);
  const shift = dtypeShift(dtype);
  for (let i: usize = 0; i < (self.numel as usize); i++) {
    const at = result.data + (i << shift);
    const x = loadFloat(at, dtype);
    let r: f64 = 1;
    if (x <= 0) {
      storeElement(slope, dtype, unit64() * (high - low) + low, 0);
      r = loadFloat(slope, dtype);
      storeElement(at, dtype, x * r, 0);
    }
    if (!isNone(slopes)) storeElement(slopes.data + (i << shift), dtype, r, 0);
  }
  const kept = isNone(slopes) || copyInto(noise, slopes);
  if (!isNone(noise)) touch(noise);
  release(slopes);
  if (kept) return intoOut(result, out);
  release(result);
  return NONE;
}
