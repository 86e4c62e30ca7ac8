// Means of what was gathered at a place: every element divided by a count.

import { DType, dtypeShift } from "../../core/dtype";
import { scratch } from "../../core/scratch";
import { Tensor } from "../../core/tensor";
import { bf16ToF32, f16ToF32, f32ToBf16, f32ToF16 } from "../../math/half";

/** a / b toward minus infinity, b > 0. */
function floorDivide(a: i64, b: i64): i64 {
  const q = a / b;
  return a % b < 0 ? q - 1 : q;
}

function divideElement(at: usize, dtype: DType, count: i64): void {
  switch (dtype) {
    case DType.FLOAT32:
      store<f32>(at, load<f32>(at) / (count as f32));
      break;
    case DType.FLOAT64:
      store<f64>(at, load<f64>(at) / (count as f64));
      break;
    case DType.FLOAT16:
      store<u16>(at, f32ToF16(f16ToF32(load<u16>(at)) / (count as f32)) as u16);
      break;
    case DType.BFLOAT16:
      store<u16>(at, f32ToBf16(bf16ToF32(load<u16>(at)) / (count as f32)) as u16);
      break;
    case DType.INT64:
      store<i64>(at, floorDivide(load<i64>(at), count));
      break;
    case DType.INT32:
      store<i32>(at, floorDivide(load<i32>(at), count) as i32);
      break;
    case DType.INT16:
      store<i16>(at, floorDivide(load<i16>(at), count) as i16);
      break;
    case DType.INT8:
      store<i8>(at, floorDivide(load<i8>(at), count) as i8);
      break;
    default:
      store<u8>(at, floorDivide(load<u8>(at), count) as u8);
  }
}

/** Divides every element of `t` by its count (contiguous int64 of `t`'s sizes), integers toward minus infinity; 0 as 1. */
export function divideByCounts(t: Tensor, counts: Tensor): void {
  const ndim = t.ndim as i32;
  const position = scratch(((ndim as u64) << 2) + 4);
  if (!position) return;
  memory.fill(position, 0, (ndim as usize) << 2);
  const dtype = t.dtype as DType;
  const shift = dtypeShift(dtype) as i32;
  let at = t.data;
  const end = counts.data + ((counts.numel as usize) << 3);
  for (let c = counts.data; c < end; c += 8) {
    const count = load<i64>(c);
    if (count > 1) divideElement(at, dtype, count);
    for (let d = ndim - 1; d >= 0; d--) {
      const p = position + ((d as usize) << 2);
      const next = load<i32>(p) + 1;
      const step = t.stride(d) << shift;
      if (next < t.size(d)) {
        store<i32>(p, next);
        at += step;
        break;
      }
      store<i32>(p, 0);
      at -= (next - 1) * step;
    }
  }
}
