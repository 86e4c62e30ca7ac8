// max_unpool: elements back to the places that max pooling took them from; zeros elsewhere.

import { List } from "../core/containers";
import { DType, isFloating } from "../core/dtype";
import { badValue, factInt, factShape, fail } from "../core/error";
import { emptyAs, MemoryFormat, suggestFormat } from "../core/layout";
import { readInts } from "../core/shape";
import { isNone, NONE, release, sameSizes, Tensor } from "../core/tensor";
import { ErrorCode } from "../errors.gen";
import { contiguousAs } from "./copy";
import { fromNative, nativeType } from "./engine/native";
import { refuse } from "./engine/pointwise";
import { mismatch } from "./engine/product";

const sizes: usize = memory.data(256, 16); // i32[MAX_DIMS]

/** True when `list`, argument `index`, has `n` items. */
function checkLength(list: List, index: i32, n: u32): bool {
  if (list.length == n) return true;
  badValue(index, list.length);
  return false;
}

function checkArguments(self: Tensor, indices: Tensor, spatial: i32): bool {
  const ndim = self.ndim as i32;
  if (indices.dtype != DType.INT64) {
    refuse(indices.dtype);
    return false;
  }
  if (ndim != spatial + 1 && ndim != spatial + 2) {
    fail(ErrorCode.NDIM);
    factInt(0);
    factInt(spatial + 2);
    factShape(self);
    return false;
  }
  if (!sameSizes(self, indices)) return mismatch(ErrorCode.SIZE_MISMATCH, self, indices);
  for (let d = ndim - spatial - 1; d < ndim; d++) {
    if (self.size(d)) continue;
    fail(ErrorCode.EMPTY_REDUCTION);
    factShape(self);
    return false;
  }
  if (isFloating(self.dtype)) return true;
  refuse(self.dtype);
  return false;
}

/** Offset in elements of place `i`, row-major over the last `spatial` dimensions of `t`; of plane `i` over the others. */
function offsetOf(t: Tensor, first: i32, last: i32, i: usize): usize {
  let offset: usize = 0;
  for (let d = last - 1; d >= first; d--) {
    const size = t.size(d) as usize;
    offset += (i % size) * (t.stride(d) as usize);
    i /= size;
  }
  return offset;
}

/** Writes the elements of contiguous `x`; false with an error recorded on a place outside. */
function spread(x: Tensor, places: Tensor, out: Tensor, spatial: i32): bool {
  const ndim = out.ndim as i32;
  const wide: bool = x.dtype == DType.FLOAT64;
  let each: usize = 1;
  let room: i64 = 1;
  for (let d = ndim - spatial; d < ndim; d++) {
    each *= x.size(d);
    room *= out.size(d);
  }
  for (let i: usize = 0; i < (x.numel as usize); i++) {
    const place = load<i64>(places.data + (i << 3));
    if (place < 0 || place >= room) {
      fail(ErrorCode.INDEX_OUT_OF_RANGE);
      factInt(place);
      factInt(ndim - spatial);
      factInt(room);
      return false;
    }
    const plane = offsetOf(out, 0, ndim - spatial, i / each);
    const at = plane + offsetOf(out, ndim - spatial, ndim, place as usize);
    if (wide) store<f64>(out.data + (at << 3), load<f64>(x.data + (i << 3)));
    else store<f32>(out.data + (at << 2), load<f32>(x.data + (i << 2)));
  }
  return true;
}

function unpool(self: Tensor, indices: Tensor, outputSize: List, spatial: i32): Tensor {
  if (!checkArguments(self, indices, spatial)) return NONE;
  const given = readInts(outputSize);
  if (!given) return NONE;
  const ndim = self.ndim as i32;
  const lead = ((ndim - spatial) as usize) << 2;
  memory.copy(sizes, self.dims, lead);
  memory.copy(sizes + lead, given, (spatial as usize) << 2);
  const native = nativeType(self.dtype);
  const x = contiguousAs(self, native);
  const places = isNone(x) ? NONE : contiguousAs(indices, DType.INT64);
  const format = spatial == 2 ? suggestFormat(self) : MemoryFormat.CONTIGUOUS;
  let out = isNone(places) ? NONE : emptyAs(native, sizes, ndim, format);
  if (!isNone(out)) {
    memory.fill(out.data, 0, out.storage.bytes);
    if (!spread(x, places, out, spatial)) {
      release(out);
      out = NONE;
    }
  }
  release(x);
  release(places);
  return fromNative(out, self.dtype);
}

/** Indices are places in the output's planes, row-major; where one comes twice the last element stays. */
export function maxUnpool2d(self: Tensor, indices: Tensor, outputSize: List): Tensor {
  return checkLength(outputSize, 2, 2) ? unpool(self, indices, outputSize, 2) : NONE;
}

/** Stride, which is positive, and padding are those of the pooling; the output's size alone decides. */
export function maxUnpool3d(
  self: Tensor,
  indices: Tensor,
  outputSize: List,
  stride: List,
  padding: List,
): Tensor {
  if (!checkLength(outputSize, 2, 3) || !checkLength(stride, 3, 3) || !checkLength(padding, 4, 3))
    return NONE;
  for (let i = 0; i < 3; i++) {
    if (stride.int(i) > 0) continue;
    badValue(3, stride.int(i));
    return NONE;
  }
  return unpool(self, indices, outputSize, 3);
}
