// Recurrent layers over sequences: lstm, gru, rnn_tanh and rnn_relu, of padded and of packed sequences.

import { List } from "../core/containers";
import { DType } from "../core/dtype";
import { badValue, factInt, factShape, fail } from "../core/error";
import { isNone, NONE, newView, release, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { contiguousAs, contiguousCopy, convertCopy } from "./copy";
import { fromNative, nativeType } from "./engine/native";
import { Cell } from "./rnn/cells";
import { stack } from "./rnn/layers";
import { checkInput } from "./rnn/params";

/** A view of the three-dimensional `t` with its first two dimensions swapped. */
function swapped(t: Tensor): Tensor {
  const v = newView(t, 3);
  if (isNone(v)) return NONE;
  for (let d = 0; d < 3; d++) {
    const from = d == 2 ? 2 : 1 - d;
    v.setSize(d, t.size(from));
    v.setStride(d, t.stride(from));
  }
  return v;
}

/** [rows, n] seen as [steps, batch, n], batch first when asked for; releases `t`. */
function unfolded(t: Tensor, steps: i32, batch: i32, batchFirst: bool): Tensor {
  if (isNone(t)) return NONE;
  const n = t.size(1);
  const v = newView(t, 3);
  release(t);
  if (isNone(v)) return NONE;
  v.setSize(0, steps);
  v.setSize(1, batch);
  v.setSize(2, n);
  v.setStride(0, max(batch, 1) * max(n, 1));
  v.setStride(1, max(n, 1));
  v.setStride(2, 1);
  if (!batchFirst) return v;
  const out = swapped(v);
  release(v);
  return out;
}

/** Runs the stack on the native `x`; sets r to the states, and gives the outputs in the stack's dtype. */
function runStack(x: Tensor, hx: Tensor, cx: Tensor, r: Value): Tensor {
  const s = stack();
  const native = nativeType(s.dtype);
  const h = convertCopy(hx, native);
  const c = isNone(h) || isNone(cx) ? NONE : convertCopy(cx, native);
  const y = isNone(h) || isNone(c) != isNone(cx) ? NONE : s.run(x, h, c);
  if (isNone(y)) {
    release(h);
    release(c);
    return NONE;
  }
  r.at(1).setTensor(fromNative(h, s.dtype));
  if (!isNone(c)) r.at(2).setTensor(fromNative(c, s.dtype));
  return fromNative(y, s.dtype);
}

/** Sizes of states and parameters; `cx` is NONE for cells without. */
function checkSizes(hx: Tensor, cx: Tensor, inputs: i32): bool {
  const s = stack();
  const lstm = s.cell == Cell.LSTM;
  if (!checkInput(hx, 1, 3) || (lstm && !checkInput(cx, 1, 3))) return false;
  s.outputs = hx.size(2);
  s.hidden = lstm ? cx.size(2) : s.outputs;
  s.projects = s.outputs != s.hidden;
  if (!s.checkState(hx, 1, s.outputs) || (lstm && !s.checkState(cx, 1, s.hidden))) return false;
  return s.checkParams(inputs);
}

/** Padded sequences: input [steps, batch, inputs], or batch first. */
function padded(input: Tensor, hx: Tensor, cx: Tensor, batchFirst: bool, r: Value): void {
  if (!checkInput(input, 0, 3)) return;
  const s = stack();
  s.dtype = input.dtype as DType;
  const steps = input.size(batchFirst ? 1 : 0);
  s.steps = steps;
  s.sizes = 0;
  s.batch = input.size(batchFirst ? 0 : 1);
  // The input has fewer than 2^31 elements, but may have none.
  const rows = (steps as i64) * (s.batch as i64);
  if (steps == 0 || rows > 0x7fff_ffff) {
    fail(ErrorCode.EMPTY_REDUCTION);
    factShape(input);
    return;
  }
  s.rows = rows as i32;
  if (!checkSizes(hx, cx, input.size(2))) return;
  const timeFirst = batchFirst ? swapped(input) : input;
  const x = isNone(timeFirst) ? NONE : contiguousAs(timeFirst, nativeType(s.dtype));
  if (batchFirst) release(timeFirst);
  if (isNone(x)) return;
  const y = runStack(x, hx, cx, r);
  release(x);
  r.at(0).setTensor(unfolded(y, steps, s.batch, batchFirst));
}

/** Reads `batchSizes`: as many sequences for every step, never growing, adding up to the rows of `data`. */
function checkBatchSizes(batchSizes: Tensor, data: Tensor): bool {
  let sum: i64 = 0;
  let last: i64 = i64.MAX_VALUE;
  for (let i: usize = 0; i < (batchSizes.numel as usize); i++) {
    const size = load<i64>(batchSizes.data + (i << 3));
    if (size <= 0 || size > last || size > (data.size(0) as i64) - sum) {
      badValue(1, size);
      return false;
    }
    sum += size;
    last = size;
  }
  if (sum == (data.size(0) as i64) && sum > 0) return true;
  fail(ErrorCode.SIZE_MISMATCH);
  factShape(data);
  factInt(sum);
  return false;
}

/** Packed sequences: data [rows, inputs], the sequences of one step after those of the one before. */
function packed(data: Tensor, batchSizes: Tensor, hx: Tensor, cx: Tensor, r: Value): void {
  if (!checkInput(data, 0, 2)) return;
  if (batchSizes.ndim != 1 || batchSizes.dtype != DType.INT64) {
    fail(ErrorCode.NDIM);
    factInt(1);
    factInt(1);
    factShape(batchSizes);
    return;
  }
  const sizes = contiguousCopy(batchSizes);
  if (isNone(sizes)) return;
  if (checkBatchSizes(sizes, data)) {
    const s = stack();
    s.dtype = data.dtype as DType;
    s.steps = sizes.numel;
    s.sizes = sizes.data;
    s.batch = load<i64>(sizes.data) as i32;
    s.rows = data.size(0);
    const x = checkSizes(hx, cx, data.size(1)) ? contiguousAs(data, nativeType(s.dtype)) : NONE;
    if (!isNone(x)) r.at(0).setTensor(runStack(x, hx, cx, r));
    release(x);
  }
  release(sizes);
}

/** True when `hx`, argument `index`, has the two states of an lstm. */
function checkPair(hx: List, index: i32): bool {
  if (hx.length == 2) return true;
  badValue(index, hx.length);
  return false;
}

export function lstmInput(
  input: Tensor,
  hx: List,
  params: List,
  hasBiases: bool,
  numLayers: i64,
  dropout: f64,
  train: bool,
  bidirectional: bool,
  batchFirst: bool,
  r: Value,
): void {
  if (!checkPair(hx, 1)) return;
  if (!stack().configure(Cell.LSTM, params, hasBiases, numLayers, dropout, train, bidirectional)) return;
  padded(input, hx.tensor(0), hx.tensor(1), batchFirst, r);
}

export function lstmData(
  data: Tensor,
  batchSizes: Tensor,
  hx: List,
  params: List,
  hasBiases: bool,
  numLayers: i64,
  dropout: f64,
  train: bool,
  bidirectional: bool,
  r: Value,
): void {
  if (!checkPair(hx, 2)) return;
  if (!stack().configure(Cell.LSTM, params, hasBiases, numLayers, dropout, train, bidirectional)) return;
  packed(data, batchSizes, hx.tensor(0), hx.tensor(1), r);
}

export function gruInput(
  input: Tensor,
  hx: Tensor,
  params: List,
  hasBiases: bool,
  numLayers: i64,
  dropout: f64,
  train: bool,
  bidirectional: bool,
  batchFirst: bool,
  r: Value,
): void {
  if (!stack().configure(Cell.GRU, params, hasBiases, numLayers, dropout, train, bidirectional)) return;
  padded(input, hx, NONE, batchFirst, r);
}

export function gruData(
  data: Tensor,
  batchSizes: Tensor,
  hx: Tensor,
  params: List,
  hasBiases: bool,
  numLayers: i64,
  dropout: f64,
  train: bool,
  bidirectional: bool,
  r: Value,
): void {
  if (!stack().configure(Cell.GRU, params, hasBiases, numLayers, dropout, train, bidirectional)) return;
  packed(data, batchSizes, hx, NONE, r);
}

export function rnnTanhInput(
  input: Tensor,
  hx: Tensor,
  params: List,
  hasBiases: bool,
  numLayers: i64,
  dropout: f64,
  train: bool,
  bidirectional: bool,
  batchFirst: bool,
  r: Value,
): void {
  if (!stack().configure(Cell.TANH, params, hasBiases, numLayers, dropout, train, bidirectional)) return;
  padded(input, hx, NONE, batchFirst, r);
}

export function rnnTanhData(
  data: Tensor,
  batchSizes: Tensor,
  hx: Tensor,
  params: List,
  hasBiases: bool,
  numLayers: i64,
  dropout: f64,
  train: bool,
  bidirectional: bool,
  r: Value,
): void {
  if (!stack().configure(Cell.TANH, params, hasBiases, numLayers, dropout, train, bidirectional)) return;
  packed(data, batchSizes, hx, NONE, r);
}

export function rnnReluInput(
  input: Tensor,
  hx: Tensor,
  params: List,
  hasBiases: bool,
  numLayers: i64,
  dropout: f64,
  train: bool,
  bidirectional: bool,
  batchFirst: bool,
  r: Value,
): void {
  if (!stack().configure(Cell.RELU, params, hasBiases, numLayers, dropout, train, bidirectional)) return;
  padded(input, hx, NONE, batchFirst, r);
}

export function rnnReluData(
  data: Tensor,
  batchSizes: Tensor,
  hx: Tensor,
  params: List,
  hasBiases: bool,
  numLayers: i64,
  dropout: f64,
  train: bool,
  bidirectional: bool,
  r: Value,
): void {
  if (!stack().configure(Cell.RELU, params, hasBiases, numLayers, dropout, train, bidirectional)) return;
  packed(data, batchSizes, hx, NONE, r);
}
