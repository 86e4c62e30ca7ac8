// Connectionist temporal classification: the likelihood that a network's outputs spell a target, over all alignments.
//
// Between the target's labels, before and after stand blanks: l' = ∅ a ∅ b ∅. At every step the logarithms of the
// probabilities of having come to each place of l' are kept, in float64.

import { List } from "../core/containers";
import { DType, isFloating } from "../core/dtype";
import { badValue, factInt, factShape, fail } from "../core/error";
import { scratch } from "../core/scratch";
import { empty, isNone, NONE, release, Tensor } from "../core/tensor";
import { ErrorCode } from "../errors.gen";
import { exp64 } from "../math/f64/exp";
import { log64 } from "../math/f64/log";
import { contiguousAs } from "./copy";
import { fromNative, nativeType } from "./engine/native";
import { refuse } from "./engine/pointwise";
import { mismatch } from "./engine/product";
import { Reduction } from "./loss/reduction";

const size: usize = memory.data(16, 16); // i32[1]

/** Lengths of inputs and targets: i64 each. */
let inputLengths: usize = 0;
let targetLengths: usize = 0;

function lengthAt(lengths: usize, i: usize): i64 {
  return load<i64>(lengths + (i << 3));
}

/** The list's ints in scratch memory; 0 with an error recorded unless there are `n` of them. */
function fromList(list: List, index: i32, n: i32): usize {
  if ((list.length as i32) != n) {
    badValue(index, list.length);
    return 0;
  }
  const to = scratch((n as u64) << 3);
  for (let i = 0; to && i < n; i++) store<i64>(to + ((i as usize) << 3), list.int(i));
  return to;
}

/** As `fromList`, of a tensor of ints. */
function fromTensor(t: Tensor, index: i32, n: i32): usize {
  if (isFloating(t.dtype)) {
    refuse(t.dtype);
    return 0;
  }
  if ((t.numel as i32) != n) {
    badValue(index, t.numel);
    return 0;
  }
  const ints = contiguousAs(t, DType.INT64);
  const to = isNone(ints) ? 0 : scratch((n as u64) << 3);
  if (to) memory.copy(to, ints.data, (n as usize) << 3);
  release(ints);
  return to;
}

function batchOf(logProbs: Tensor): i32 {
  return logProbs.ndim == 3 ? logProbs.size(1) : 1;
}

/** True for log probabilities [T, N, C] or [T, C] with a blank among the classes. */
function checkInput(logProbs: Tensor, blank: i64): bool {
  if (logProbs.ndim != 2 && logProbs.ndim != 3) {
    fail(ErrorCode.NDIM);
    factInt(0);
    factInt(3);
    factShape(logProbs);
    return false;
  }
  if (!isFloating(logProbs.dtype)) {
    refuse(logProbs.dtype);
    return false;
  }
  if (blank >= 0 && blank < (logProbs.size((logProbs.ndim as i32) - 1) as i64)) return true;
  badValue(4, blank);
  return false;
}

/** True when lengths fit: inputs 1 to T, targets those there are, end to end or in rows. */
function checkLengths(logProbs: Tensor, targets: Tensor): bool {
  const n = batchOf(logProbs) as usize;
  const rows = targets.ndim == 2;
  let total: i64 = 0;
  for (let i: usize = 0; i < n; i++) {
    const t = lengthAt(inputLengths, i);
    const l = lengthAt(targetLengths, i);
    // PyTorch reads what it has not written for inputs without steps.
    if (t < 1 || t > (logProbs.size(0) as i64)) {
      badValue(2, t);
      return false;
    }
    const most: i64 = rows ? targets.size(1) : targets.numel;
    if (l < 0 || l > most) {
      badValue(3, l);
      return false;
    }
    total += l;
  }
  const fits: bool = rows
    ? (targets.size(0) as usize) == n
    : targets.ndim == 1 && (targets.numel as i64) == total;
  return fits || mismatch(ErrorCode.SIZE_MISMATCH, logProbs, targets);
}

function sumOfLogs(a: f64, b: f64, c: f64): f64 {
  const top = max<f64>(a, max<f64>(b, c));
  if (top == -Infinity) return top;
  return log64(exp64(a - top) + exp64(b - top) + exp64(c - top)) + top;
}

/** Label number `s` of l', where the target's labels are at `labels`. */
function labelAt(labels: usize, s: i64, blank: i64): i64 {
  return s & 1 ? load<i64>(labels + (((s >> 1) as usize) << 3)) : blank;
}

/** Minus the log likelihood of one target; `alpha` has room for 2 L + 1 f64. */
function alignments(
  probs: usize,
  step: usize,
  steps: i64,
  labels: usize,
  l: i64,
  blank: i64,
  alpha: usize,
  wide: bool,
): f64 {
  const places = 2 * l + 1;
  for (let s: i64 = 0; s < places; s++) store<f64>(alpha + ((s as usize) << 3), -Infinity);
  for (let t: i64 = 0; t < steps; t++) {
    const row = probs + (t as usize) * step;
    for (let s = places - 1; s >= 0; s--) {
      const at = alpha + ((s as usize) << 3);
      const label = labelAt(labels, s, blank);
      const p: f64 = wide
        ? load<f64>(row + ((label as usize) << 3))
        : load<f32>(row + ((label as usize) << 2));
      if (t == 0) {
        if (s < 2) store<f64>(at, p);
        continue;
      }
      const before = s > 0 ? load<f64>(at - 8) : -Infinity;
      const skips = s > 1 && label != labelAt(labels, s - 2, blank);
      store<f64>(at, sumOfLogs(load<f64>(at), before, skips ? load<f64>(at - 16) : -Infinity) + p);
    }
  }
  const last = alpha + ((places as usize) << 3);
  return -sumOfLogs(load<f64>(last - 8), l ? load<f64>(last - 16) : -Infinity, -Infinity);
}

/** The losses of the batch into `losses`, f64 each; false with an error recorded. */
function eachLoss(x: Tensor, targets: Tensor, blank: i64, losses: usize): bool {
  const n = batchOf(x) as usize;
  const classes = x.size((x.ndim as i32) - 1) as i64;
  const wide: bool = x.dtype == DType.FLOAT64;
  const width: usize = (classes as usize) << (wide ? 3 : 2);
  for (let i: usize = 0; i < (targets.numel as usize); i++) {
    const k = load<i64>(targets.data + (i << 3));
    if (k >= 0 && k < classes) continue;
    fail(ErrorCode.INDEX_OUT_OF_RANGE);
    factInt(k);
    factInt((x.ndim as i32) - 1);
    factInt(classes);
    return false;
  }
  let labels = targets.data;
  for (let i: usize = 0; i < n; i++) {
    const l = lengthAt(targetLengths, i);
    const alpha = scratch(((2 * l + 1) as u64) << 3);
    if (!alpha) return false;
    const own = targets.ndim == 2 ? targets.data + ((i * (targets.size(1) as usize)) << 3) : labels;
    const loss = alignments(
      x.data + i * width,
      n * width,
      lengthAt(inputLengths, i),
      own,
      l,
      blank,
      alpha,
      wide,
    );
    store<f64>(losses + (i << 3), loss);
    labels += (l as usize) << 3;
  }
  return true;
}

/** What `reduction` makes of the losses; the mean is of losses per label. */
function reduced(
  losses: usize,
  n: i32,
  vector: bool,
  reduction: i64,
  zeroInfinity: bool,
  native: DType,
): Tensor {
  const whole = reduction == Reduction.MEAN || reduction == Reduction.SUM;
  store<i32>(size, n);
  const out = empty(native, size, vector && !whole ? 1 : 0);
  let sum: f64 = 0;
  for (let i: usize = 0; !isNone(out) && i < (n as usize); i++) {
    let loss = load<f64>(losses + (i << 3));
    if (zeroInfinity && loss == Infinity) loss = 0;
    if (reduction == Reduction.MEAN) loss /= max<i64>(lengthAt(targetLengths, i), 1) as f64;
    sum += loss;
    const x = whole ? (reduction == Reduction.MEAN ? sum / (n as f64) : sum) : loss;
    const at = whole ? 0 : i;
    if (native == DType.FLOAT64) store<f64>(out.data + (at << 3), x);
    else store<f32>(out.data + (at << 2), x as f32);
  }
  return out;
}

/** The loss for the lengths that were read. */
function loss(logProbs: Tensor, targets: Tensor, blank: i64, reduction: i64, zeroInfinity: bool): Tensor {
  const n = batchOf(logProbs);
  if (n == 0) {
    fail(ErrorCode.EMPTY_REDUCTION);
    factShape(logProbs);
    return NONE;
  }
  if (!checkLengths(logProbs, targets)) return NONE;
  const native = nativeType(logProbs.dtype);
  const losses = scratch((n as u64) << 3);
  const x = losses ? contiguousAs(logProbs, native) : NONE;
  const labels = isNone(x) ? NONE : contiguousAs(targets, DType.INT64);
  let out = NONE;
  if (!isNone(labels) && eachLoss(x, labels, blank, losses))
    out = reduced(losses, n, logProbs.ndim == 3, reduction, zeroInfinity, native);
  release(x);
  release(labels);
  return fromNative(out, logProbs.dtype);
}

/** Log probabilities [T, N, C] or [T, C]; targets [N, S], or all labels end to end; `zeroInfinity` drops impossible ones. */
export function ctcLoss(
  logProbs: Tensor,
  targets: Tensor,
  inputLengths_: List,
  targetLengths_: List,
  blank: i64,
  reduction: i64,
  zeroInfinity: bool,
): Tensor {
  if (!checkInput(logProbs, blank)) return NONE;
  inputLengths = fromList(inputLengths_, 2, batchOf(logProbs));
  targetLengths = inputLengths ? fromList(targetLengths_, 3, batchOf(logProbs)) : 0;
  return targetLengths ? loss(logProbs, targets, blank, reduction, zeroInfinity) : NONE;
}

export function ctcLossTensor(
  logProbs: Tensor,
  targets: Tensor,
  inputLengths_: Tensor,
  targetLengths_: Tensor,
  blank: i64,
  reduction: i64,
  zeroInfinity: bool,
): Tensor {
  if (!checkInput(logProbs, blank)) return NONE;
  inputLengths = fromTensor(inputLengths_, 2, batchOf(logProbs));
  targetLengths = inputLengths ? fromTensor(targetLengths_, 3, batchOf(logProbs)) : 0;
  return targetLengths ? loss(logProbs, targets, blank, reduction, zeroInfinity) : NONE;
}
