// einsum, tensordot and inner: products of tensors summed over named dimensions.
//
// Every operand of an equation is seen with the same dimensions: those of the output in their order, then the others,
// which are summed; a dimension that an operand does not name has size 1. Operands are contracted from left to right,
// and a dimension is summed as soon as no later operand varies along it.

import { List, Str } from "../core/containers";
import { factInt, factShape, factText, fail } from "../core/error";
import { scratch } from "../core/scratch";
import { wrapDim } from "../core/shape";
import { isNone, MAX_DIMS, NONE, newView, release, retain, Tensor, updateNumel } from "../core/tensor";
import { ErrorCode } from "../errors.gen";
import { mul } from "./arithmetic";
import { contract, sumBits } from "./engine/contract";
import { mismatch } from "./engine/product";
import { dot } from "./matmul";

const LABELS: i32 = 52;
const ELLIPSIS: i32 = 52;
const COMMA: u8 = 44;
const DOT: u8 = 46;
const DASH: u8 = 45;
const ARROW: u8 = 62;
const SPACE: u8 = 32;

/** First dimension of a label (or of the ellipsis) in the common dimensions; -1 as long as it has none. */
const places: usize = memory.data(256, 16); // i32[LABELS + 1]
/** How often a label stands on the left. */
const counts: usize = memory.data(256, 16); // i32[LABELS + 1]

let text: usize = 0;
let textEnd: usize = 0;
/** Common dimensions, and how many of them are the output's. */
let dims: i32 = 0;
let outDims: i32 = 0;
/** Dimensions that the ellipsis stands for at most. */
let dotted: i32 = 0;

function word(base: usize, i: i32): usize {
  return base + ((i as usize) << 2);
}

/** The next label from `at` on, spaces skipped: its number, ELLIPSIS, -1 at a comma, arrow or the end, -2 for an error. */
let next: usize = 0;
function label(at: usize): i32 {
  while (at < textEnd && load<u8>(at) == SPACE) at++;
  next = at;
  if (at >= textEnd) return -1;
  const c = load<u8>(at);
  if (c == COMMA || c == DASH) return -1;
  next = at + 1;
  if (c >= 65 && c <= 90) return c - 65;
  if (c >= 97 && c <= 122) return c - 97 + 26;
  if (c == DOT && at + 3 <= textEnd && load<u8>(at, 1) == DOT && load<u8>(at, 2) == DOT) {
    next = at + 3;
    return ELLIPSIS;
  }
  return -2;
}

/** Records that the equation cannot be read at `at`; gives false. */
function badEquation(at: usize): bool {
  fail(ErrorCode.BAD_VALUE);
  factInt(0);
  factText(at, (textEnd - at) as u32);
  return false;
}

/** Counts labels on the left and checks them against the operands' dimensions; `text` is left at the arrow or the end. */
function readInputs(tensors: List): bool {
  let at = text;
  for (let i: i32 = 0; ; i++) {
    if (i >= (tensors.length as i32)) return badEquation(at);
    const t = tensors.tensor(i);
    let named: i32 = 0;
    let open = false;
    const start = at;
    for (;;) {
      const l = label(at);
      at = next;
      if (l == -1) break;
      if (l == -2 || (l == ELLIPSIS && open)) return badEquation(at);
      if (l == ELLIPSIS) open = true;
      else named++;
      store<i32>(word(counts, l), load<i32>(word(counts, l)) + 1);
    }
    const rest = (t.ndim as i32) - named;
    if (rest < 0 || (rest > 0 && !open)) {
      fail(ErrorCode.NDIM);
      factInt(i);
      factInt(named);
      factShape(t);
      return false;
    }
    dotted = max(dotted, rest);
    if (at < textEnd && load<u8>(at) == COMMA) {
      at++;
      continue;
    }
    if (i + 1 != (tensors.length as i32)) return badEquation(start);
    text = at;
    return true;
  }
}

function give(l: i32): void {
  store<i32>(word(places, l), dims);
  dims += l == ELLIPSIS ? dotted : 1;
}

/** Gives every label its dimension: the output's first, as written or, without an arrow, in order of the alphabet. */
function orderLabels(): bool {
  for (let l = 0; l <= LABELS; l++) store<i32>(word(places, l), -1);
  if (text < textEnd) {
    if (text + 1 >= textEnd || load<u8>(text, 1) != ARROW) return badEquation(text);
    let at = text + 2;
    for (;;) {
      const l = label(at);
      if (l == -1 && next >= textEnd) break;
      if (l < 0 || load<i32>(word(places, l)) >= 0) return badEquation(at);
      if (l != ELLIPSIS && load<i32>(word(counts, l)) == 0) return badEquation(at);
      at = next;
      give(l);
    }
  } else {
    if (load<i32>(word(counts, ELLIPSIS))) give(ELLIPSIS);
    for (let l = 0; l < LABELS; l++) if (load<i32>(word(counts, l)) == 1) give(l);
  }
  outDims = dims;
  for (let l = 0; l <= LABELS; l++) {
    if (load<i32>(word(counts, l)) && load<i32>(word(places, l)) < 0) give(l);
  }
  if (dims <= MAX_DIMS) return true;
  fail(ErrorCode.TOO_MANY_DIMS);
  factInt(dims);
  return false;
}

/** The operand whose labels begin at `at` with the common dimensions; a label that comes twice is its diagonal. */
function commonView(t: Tensor, at: usize): Tensor {
  const v = newView(t, dims);
  if (isNone(v)) return NONE;
  for (let d = 0; d < dims; d++) {
    v.setSize(d, 1);
    v.setStride(d, 0);
  }
  let named: i32 = 0;
  for (let p = at, l = label(p); l != -1; p = next, l = label(p)) if (l != ELLIPSIS) named++;
  const rest = (t.ndim as i32) - named;
  let seen: u64 = 0;
  let d: i32 = 0;
  for (let p = at, l = label(p); l != -1; p = next, l = label(p)) {
    const place = load<i32>(word(places, l));
    if (l == ELLIPSIS) {
      for (let i = 0; i < rest; i++) {
        v.setSize(place + dotted - rest + i, t.size(d));
        v.setStride(place + dotted - rest + i, t.stride(d++));
      }
      continue;
    }
    const again = ((seen >> (place as u64)) & 1) != 0;
    seen |= (1 as u64) << (place as u64);
    if (again && v.size(place) != t.size(d)) {
      release(v);
      mismatch(ErrorCode.SIZE_MISMATCH, t, t);
      return NONE;
    }
    v.setSize(place, t.size(d));
    v.setStride(place, (again ? v.stride(place) : 0) + t.stride(d++));
  }
  // Keeps `next` behind this operand.
  if (updateNumel(v)) return v;
  release(v);
  return NONE;
}

/** True when sizes agree wherever both differ from 1. */
function agree(a: Tensor, b: Tensor): bool {
  for (let d = 0; d < dims; d++) {
    if (a.size(d) == b.size(d) || a.size(d) == 1 || b.size(d) == 1) continue;
    return mismatch(ErrorCode.SIZE_MISMATCH, a, b);
  }
  return true;
}

/** Bits of the summed dimensions along which none of the views from `from` on varies. */
function finished(views: usize, from: i32, count: i32): u64 {
  let bits: u64 = 0;
  for (let d = outDims; d < dims; d++) {
    let later = false;
    for (let i = from; i < count && !later; i++) {
      later = changetype<Tensor>(load<u32>(word(views, i))).size(d) != 1;
    }
    if (!later) bits |= (1 as u64) << (d as u64);
  }
  return bits;
}

/** Contracts the views, which are released. */
function contractAll(views: usize, count: i32): Tensor {
  let t = changetype<Tensor>(load<u32>(views));
  for (let i = 1; i < count; i++) {
    const operand = changetype<Tensor>(load<u32>(word(views, i)));
    const bits = finished(views, i + 1, count);
    const next = isNone(t) || !agree(t, operand) ? NONE : contract(t, operand, bits);
    release(t);
    release(operand);
    t = next;
  }
  return t;
}

/** The first `outDims` dimensions of `t`, which is released; the others are summed where they are not 1. */
function outputOf(t: Tensor): Tensor {
  let bits: u64 = 0;
  for (let d = outDims; d < dims; d++) if (t.size(d) != 1) bits |= (1 as u64) << (d as u64);
  const sum = bits ? sumBits(t, bits, true) : retain(t);
  release(t);
  const v = isNone(sum) ? NONE : newView(sum, outDims);
  if (!isNone(v)) {
    for (let d = 0; d < outDims; d++) {
      v.setSize(d, sum.size(d));
      v.setStride(d, sum.stride(d));
    }
  }
  release(sum);
  return v;
}

export function einsum(equation: Str, tensors: List, path: List): Tensor {
  if (tensors.length == 0) {
    fail(ErrorCode.EMPTY_LIST);
    return NONE;
  }
  const start = equation.text;
  text = start;
  textEnd = start + equation.bytes;
  dims = 0;
  dotted = 0;
  memory.fill(counts, 0, 256);
  if (!readInputs(tensors) || !orderLabels()) return NONE;
  const count = tensors.length as i32;
  const views = scratch(((count as u64) << 2) + 4);
  if (!views) return NONE;
  let at = start;
  let made: i32 = 0;
  for (; made < count; made++) {
    const v = commonView(tensors.tensor(made), at);
    if (isNone(v)) break;
    store<u32>(word(views, made), changetype<usize>(v) as u32);
    at = next + 1;
  }
  if (made < count) {
    for (let i = 0; i < made; i++) release(changetype<Tensor>(load<u32>(word(views, i))));
    return NONE;
  }
  const t = contractAll(views, count);
  return isNone(t) ? NONE : outputOf(t);
}

/** `t` with `count` dimensions of size 1. */
function blank(t: Tensor, count: i32): Tensor {
  const v = newView(t, count);
  if (isNone(v)) return NONE;
  for (let d = 0; d < count; d++) {
    v.setSize(d, 1);
    v.setStride(d, 0);
  }
  return v;
}

/** The dimensions in `list` as bits; all bits with an error recorded when one is out of range or named twice. */
function bitsOf(t: Tensor, list: List): u64 {
  let bits: u64 = 0;
  for (let i: i32 = 0; i < (list.length as i32); i++) {
    const d = wrapDim(list.int(i), t.ndim);
    if (d < 0) return u64.MAX_VALUE;
    const bit = (1 as u64) << (d as u64);
    if (bits & bit) {
      fail(ErrorCode.REPEATED_DIM);
      factInt(d);
      return u64.MAX_VALUE;
    }
    bits |= bit;
  }
  return bits;
}

/** `t` with its free dimensions from `free` on and the contracted ones, in the list's order, from `outDims` on. */
function arranged(t: Tensor, list: List, bits: u64, free: i32): Tensor {
  const v = blank(t, dims);
  if (isNone(v)) return NONE;
  for (let d: i32 = 0; d < (t.ndim as i32); d++) {
    if ((bits >> (d as u64)) & 1) continue;
    v.setSize(free, t.size(d));
    v.setStride(free++, t.stride(d));
  }
  for (let i: i32 = 0; i < (list.length as i32); i++) {
    const d = wrapDim(list.int(i), t.ndim);
    v.setSize(outDims + i, t.size(d));
    v.setStride(outDims + i, t.stride(d));
  }
  return v;
}

export function tensordot(self: Tensor, other: Tensor, dimsSelf: List, dimsOther: List): Tensor {
  const summed = dimsSelf.length as i32;
  if (dimsSelf.length != dimsOther.length) {
    fail(ErrorCode.BAD_ARITY);
    factInt(summed);
    factInt(dimsOther.length);
    return NONE;
  }
  const bitsSelf = bitsOf(self, dimsSelf);
  const bitsOther = bitsSelf == u64.MAX_VALUE ? bitsSelf : bitsOf(other, dimsOther);
  if (bitsOther == u64.MAX_VALUE) return NONE;
  const free = (self.ndim as i32) - summed;
  outDims = free + (other.ndim as i32) - summed;
  dims = outDims + summed;
  const a = arranged(self, dimsSelf, bitsSelf, 0);
  const b = isNone(a) ? NONE : arranged(other, dimsOther, bitsOther, free);
  let t = NONE;
  if (!isNone(b) && agree(a, b)) {
    let bits: u64 = 0;
    for (let d = outDims; d < dims; d++) bits |= (1 as u64) << (d as u64);
    t = contract(a, b, bits);
  }
  release(a);
  release(b);
  return isNone(t) ? NONE : outputOf(t);
}

/** The sum of products over the last dimensions; a plain product where one tensor is a number. */
export function inner(self: Tensor, other: Tensor): Tensor {
  if (self.ndim == 0 || other.ndim == 0) return mul(self, other, NONE);
  if (self.ndim == 1 && other.ndim == 1) return dot(self, other);
  const lastSelf = (self.ndim as i32) - 1;
  const lastOther = (other.ndim as i32) - 1;
  if (self.size(lastSelf) != other.size(lastOther)) {
    mismatch(ErrorCode.SIZE_MISMATCH, self, other);
    return NONE;
  }
  outDims = lastSelf + lastOther;
  dims = outDims + 1;
  const a = blank(self, dims);
  const b = isNone(a) ? NONE : blank(other, dims);
  let t = NONE;
  if (!isNone(b)) {
    for (let d = 0; d <= lastSelf; d++) {
      a.setSize(d == lastSelf ? outDims : d, self.size(d));
      a.setStride(d == lastSelf ? outDims : d, self.stride(d));
    }
    for (let d = 0; d <= lastOther; d++) {
      b.setSize(lastSelf + d, other.size(d));
      b.setStride(lastSelf + d, other.stride(d));
    }
    t = contract(a, b, (1 as u64) << (outDims as u64));
  }
  release(a);
  release(b);
  return isNone(t) ? NONE : outputOf(t);
}
