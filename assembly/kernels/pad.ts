// Padding: with a number, by reflection, by repeating the edge, or around the circle.

import { List, Str } from "../core/containers";
import { dtypeShift } from "../core/dtype";
import { badValue, factInt, factShape, factText, fail } from "../core/error";
import { emptyAs, MemoryFormat, suggestFormat } from "../core/layout";
import { scratch } from "../core/scratch";
import { clampI32 } from "../core/shape";
import { empty, NONE, release, retain, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { cloneAs } from "./clone";
import { contiguousCopy, copyInto } from "./copy";
import { fillNumber } from "./engine/number";
import { narrow } from "./slice";

const number: usize = memory.data(16, 16);

/** PyTorch's numbers of the modes that copy elements from inside. */
enum Mode {
  REFLECT = 0,
  REPLICATE = 1,
  CIRCULAR = 2,
  CONSTANT = 3,
}

/** The pad before (`side` 0) or after (1) dimension `d`; the list starts with the last dimension. */
function padOf(pad: List, ndim: i32, d: i32, side: i32): i64 {
  const i = 2 * (ndim - 1 - d) + side;
  return i < (pad.length as i32) ? pad.int(i) : 0;
}

/** True when the list holds pairs, for at most as many dimensions as `self` has; else records an error. */
function checkPairs(self: Tensor, pad: List): bool {
  if (pad.length % 2 == 0 && pad.length <= 2 * (self.ndim as u32)) return true;
  fail(ErrorCode.BAD_ARITY);
  factInt(2 * (self.ndim as i64));
  factInt(pad.length);
  return false;
}

/** `self` without what negative pads take away; NONE with an error recorded when they take too much. */
function cropped(self: Tensor, pad: List): Tensor {
  const ndim = self.ndim as i32;
  let t = retain(self);
  for (let d = ndim - (pad.length as i32) / 2; d < ndim; d++) {
    const first = min<i64>(padOf(pad, ndim, d, 0), 0);
    const last = min<i64>(padOf(pad, ndim, d, 1), 0);
    if (first == 0 && last == 0) continue;
    const size = t.size(d) as i64;
    const part = narrow(
      t,
      d,
      first == 0 ? 0 : -max<i64>(first, -size - 1),
      max<i64>(size + first, -1) + last,
    );
    release(t);
    t = part;
    if (!changetype<usize>(t)) return t;
  }
  return t;
}

/** `out`, which is released on failure, with `value` around `inner`. */
function surround(out: Tensor, inner: Tensor, pad: List, value: Value): Tensor {
  if (!changetype<usize>(out)) return out;
  const ndim = out.ndim as i32;
  let done = fillNumber(out, value);
  let middle = retain(out);
  for (let d = 0; done && d < ndim; d++) {
    const part = narrow(middle, d, max<i64>(padOf(pad, ndim, d, 0), 0), inner.size(d));
    release(middle);
    middle = part;
    done = changetype<usize>(part) != 0;
  }
  done = done && copyInto(middle, inner);
  release(middle);
  if (done) return out;
  release(out);
  return NONE;
}

/** The padded sizes; false with PADDING recorded where a padded dimension would be empty. */
function paddedSizes(inner: Tensor, pad: List, sizes: usize): bool {
  const ndim = inner.ndim as i32;
  for (let d = 0; d < ndim; d++) {
    const first = padOf(pad, ndim, d, 0);
    const last = padOf(pad, ndim, d, 1);
    const added = min<i64>(max<i64>(first, 0), i32.MAX_VALUE) + min<i64>(max<i64>(last, 0), i32.MAX_VALUE);
    const size = (inner.size(d) as i64) + added;
    if (size == 0 && ndim - d <= (pad.length as i32) / 2) return badPad(inner.size(d), first, last);
    store<i32>(sizes + ((d as usize) << 2), clampI32(size));
  }
  return true;
}

export function constantPadNd(self: Tensor, pad: List, value: Value): Tensor {
  if (!checkPairs(self, pad)) return NONE;
  const ndim = self.ndim as i32;
  let grows = false;
  for (let i: i32 = 0; i < (pad.length as i32); i++) grows = grows || pad.int(i) > 0;
  const inner = cropped(self, pad);
  if (!changetype<usize>(inner)) return inner;
  const sizes = scratch(((ndim as u64) << 2) + 4);
  let out = NONE;
  if (!grows) {
    out = cloneAs(inner, MemoryFormat.PRESERVE);
  } else if (sizes && paddedSizes(inner, pad, sizes)) {
    out = surround(emptyAs(self.dtype, sizes, ndim, suggestFormat(self)), inner, pad, value);
  }
  release(inner);
  return out;
}

// The padded dimensions as planes of depth, height and width; those there are not have size 1.
const ins: usize = memory.data(16, 16); // i32[3]
const outs: usize = memory.data(16, 16);
const maps: usize = memory.data(16, 16); // usize[3]: i32 per output place, the input's place

function at(p: usize, i: i32): i32 {
  return load<i32>(p + ((i as usize) << 2));
}

function put(p: usize, i: i32, value: i32): void {
  store<i32>(p + ((i as usize) << 2), value);
}

/** The place in a dimension of `size` from which output place `i` takes its element. */
function sourceOf(i: i32, size: i32, first: i32, last: i32, mode: Mode): i32 {
  const place = i - first;
  if (mode == Mode.REPLICATE) return min(max(place, 0), size - 1);
  if (mode == Mode.REFLECT) {
    if (place < 0) return -place;
    return place < size ? place : 2 * (size - 1) - place;
  }
  // Around the circle of what negative pads leave.
  const start = max(-first, 0);
  const length = size - start - max(-last, 0);
  return start + ((i - max(first, 0) + length) % length);
}

function badPad(size: i32, first: i64, last: i64): bool {
  fail(ErrorCode.PADDING);
  factInt(first);
  factInt(last);
  factInt(size);
  return false;
}

/** Checks the pads of dimension `d` for the mode, and writes its size and map as the `k`-th of three. */
function mapDim(self: Tensor, pad: List, d: i32, k: i32, mode: Mode): bool {
  const ndim = self.ndim as i32;
  const size = self.size(d);
  const first = padOf(pad, ndim, d, 0);
  const last = padOf(pad, ndim, d, 1);
  const limit: i64 = mode == Mode.REFLECT ? (size as i64) - 1 : mode == Mode.CIRCULAR ? size : i32.MAX_VALUE;
  if (first > limit || last > limit) return badPad(size, first, last);
  const kept = (size as i64) + min<i64>(first, 0) + min<i64>(last, 0);
  const length = (size as i64) + first + last;
  if (length < 0 || length > i32.MAX_VALUE) return badPad(size, first, last);
  if (mode == Mode.CIRCULAR && kept <= 0 && length > 0) return badPad(size, first, last);
  const map = scratch(((length as u64) << 2) + 4);
  if (!map) return false;
  for (let i: i32 = 0; i < (length as i32); i++) {
    put(map, i, sourceOf(i, size, first as i32, last as i32, mode));
  }
  put(ins, k, size);
  put(outs, k, length as i32);
  put(maps, k, map as i32);
  return true;
}

/** Where the row's map runs along with the output: its first place, and how many follow. */
function straightRun(map: usize, n: i32, run: usize): void {
  let best: i32 = 0;
  let bestLength: i32 = 0;
  for (let i: i32 = 0; i < n; ) {
    let j = i + 1;
    while (j < n && at(map, j) == at(map, j - 1) + 1) j++;
    if (j - i > bestLength) {
      best = i;
      bestLength = j - i;
    }
    i = j;
  }
  put(run, 0, best);
  put(run, 1, bestLength);
}

function moveOne(to: usize, from: usize, shift: i32): void {
  if (shift == 2) store<u32>(to, load<u32>(from));
  else if (shift == 3) store<u64>(to, load<u64>(from));
  else if (shift == 1) store<u16>(to, load<u16>(from));
  else store<u8>(to, load<u8>(from));
}

/** One plane of contiguous memory. */
function padPlane(dst: usize, src: usize, shift: i32): void {
  const width = at(outs, 2);
  const map = at(maps, 2) as usize;
  straightRun(map, width, number);
  const start = at(number, 0);
  const end = start + at(number, 1);
  const bytes = (at(number, 1) as usize) << (shift as usize);
  for (let z: i32 = 0; z < at(outs, 0); z++) {
    for (let y: i32 = 0; y < at(outs, 1); y++) {
      const row = at(at(maps, 0), z) * at(ins, 1) + at(at(maps, 1), y);
      const from = src + (((row * at(ins, 2)) as usize) << (shift as usize));
      for (let x: i32 = 0; x < start; x++) moveOne(dst + (x << shift), from + (at(map, x) << shift), shift);
      memory.copy(dst + (start << shift), from + (at(map, start) << shift), bytes);
      for (let x = end; x < width; x++) moveOne(dst + (x << shift), from + (at(map, x) << shift), shift);
      dst += width << shift;
    }
  }
}

/** True when all of the last `count` dimensions came out empty. */
function isEmptied(count: i32): bool {
  for (let k = 3 - count; k < 3; k++) {
    if (at(outs, k) > 0) return false;
  }
  return true;
}

/** Pads the last `count` dimensions; those before them, at least one, are planes. */
function padInside(self: Tensor, pad: List, count: i32, mode: Mode): Tensor {
  const ndim = self.ndim as i32;
  const one = scratch(4);
  const sizes = one ? scratch((ndim as u64) << 2) : 0;
  if (!sizes) return NONE;
  put(one, 0, 0);
  memory.copy(sizes, self.dims, (ndim as usize) << 2);
  for (let k: i32 = 0; k < 3; k++) {
    const d = ndim - 3 + k;
    if (k < 3 - count) {
      put(ins, k, 1);
      put(outs, k, 1);
      put(maps, k, one as i32);
    } else {
      if (!mapDim(self, pad, d, k, mode)) return NONE;
      put(sizes, d, at(outs, k));
    }
  }
  if (mode != Mode.CIRCULAR && isEmptied(count)) {
    badPad(at(ins, 2), padOf(pad, ndim, ndim - 1, 0), padOf(pad, ndim, ndim - 1, 1));
    return NONE;
  }
  const out = empty(self.dtype, sizes, ndim);
  if (!changetype<usize>(out) || out.numel == 0) return out;
  const src = contiguousCopy(self);
  if (!changetype<usize>(src)) {
    release(out);
    return NONE;
  }
  const shift = dtypeShift(self.dtype) as i32;
  const inBytes = ((at(ins, 0) * at(ins, 1) * at(ins, 2)) as usize) << (shift as usize);
  const outBytes = ((at(outs, 0) * at(outs, 1) * at(outs, 2)) as usize) << (shift as usize);
  const planes = ((out.numel as usize) << (shift as usize)) / outBytes;
  for (let p: usize = 0; p < planes; p++) padPlane(out.data + p * outBytes, src.data + p * inBytes, shift);
  release(src);
  return out;
}

/** `self` has one or two dimensions more than are padded; only the first may be empty, as a batch or in REFLECT. */
function checkPlanes(self: Tensor, pad: List, count: i32, mode: Mode): bool {
  const ndim = self.ndim as i32;
  let fits = (pad.length as i32) == 2 * count && (ndim == count + 1 || ndim == count + 2);
  for (let d = ndim == count + 2 || (mode == Mode.REFLECT && count < 3) ? 1 : 0; fits && d < ndim; d++)
    fits = self.size(d) != 0;
  if (fits) return true;
  fail(ErrorCode.NDIM);
  factInt(0);
  factInt(count + 2);
  factShape(self);
  return false;
}

function padPlanes(self: Tensor, pad: List, count: i32, mode: Mode): Tensor {
  return checkPlanes(self, pad, count, mode) ? padInside(self, pad, count, mode) : NONE;
}

export function reflectionPad1d(self: Tensor, padding: List): Tensor {
  return padPlanes(self, padding, 1, Mode.REFLECT);
}

export function reflectionPad2d(self: Tensor, padding: List): Tensor {
  return padPlanes(self, padding, 2, Mode.REFLECT);
}

export function reflectionPad3d(self: Tensor, padding: List): Tensor {
  return padPlanes(self, padding, 3, Mode.REFLECT);
}

export function replicationPad1d(self: Tensor, padding: List): Tensor {
  return padPlanes(self, padding, 1, Mode.REPLICATE);
}

export function replicationPad2d(self: Tensor, padding: List): Tensor {
  return padPlanes(self, padding, 2, Mode.REPLICATE);
}

export function replicationPad3d(self: Tensor, padding: List): Tensor {
  return padPlanes(self, padding, 3, Mode.REPLICATE);
}

/** All dimensions after a batch and a channel one, around the circle. */
export function padCircular(self: Tensor, pad: List): Tensor {
  const count = (self.ndim as i32) - 2;
  if (count >= 1 && count <= 3 && (pad.length as i32) == 2 * count)
    return padInside(self, pad, count, Mode.CIRCULAR);
  fail(ErrorCode.BAD_ARITY);
  factInt(2 * count);
  factInt(pad.length);
  return NONE;
}

function padBy(self: Tensor, pad: List, mode: i64, value: Value): Tensor {
  const v = changetype<Value>(number);
  v.setFloat(value.isNone ? 0 : value.asFloat);
  if (mode == Mode.CONSTANT) return constantPadNd(self, pad, v);
  if (v.float != 0) {
    badValue(3, v.asInt);
    return NONE;
  }
  const ndim = self.ndim as i32;
  const count = (pad.length as i32) / 2;
  if (pad.length % 2 || count < 1 || count > 3 || (ndim != count + 1 && ndim != count + 2)) {
    fail(ErrorCode.NDIM);
    factInt(0);
    factInt(count + 2);
    factShape(self);
    return NONE;
  }
  if (mode == Mode.CIRCULAR) return padCircular(self, pad);
  return padPlanes(self, pad, count, mode as i32 as Mode);
}

export function padEnum(self: Tensor, pad: List, mode: i64, value: Value): Tensor {
  if (mode >= Mode.REFLECT && mode <= Mode.CONSTANT) return padBy(self, pad, mode, value);
  badValue(2, mode);
  return NONE;
}

function isText(s: Str, text: usize, bytes: u32): bool {
  return s.bytes == bytes && memory.compare(s.text, text, bytes) == 0;
}

const NAMES: usize = memory.data<u8>([
  // reflect, replicate, circular, constant
  114, 101, 102, 108, 101, 99, 116, 114, 101, 112, 108, 105, 99, 97, 116, 101, 99, 105, 114, 99, 117, 108, 97,
  114, 99, 111, 110, 115, 116, 97, 110, 116,
]);

export function pad(self: Tensor, pad: List, mode: Str, value: Value): Tensor {
  if (isText(mode, NAMES, 7)) return padBy(self, pad, Mode.REFLECT, value);
  if (isText(mode, NAMES + 7, 9)) return padBy(self, pad, Mode.REPLICATE, value);
  if (isText(mode, NAMES + 16, 8)) return padBy(self, pad, Mode.CIRCULAR, value);
  if (isText(mode, NAMES + 24, 8)) return padBy(self, pad, Mode.CONSTANT, value);
  fail(ErrorCode.BAD_TEXT);
  factInt(2);
  factText(mode.text, mode.bytes);
  return NONE;
}
