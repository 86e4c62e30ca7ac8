// One step of a recurrent cell: lstm_cell, gru_cell, rnn_tanh_cell, rnn_relu_cell.

import { List } from "../core/containers";
import { DType } from "../core/dtype";
import { badValue, factShape, fail } from "../core/error";
import { isNone, NONE, release, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { convertCopy } from "./copy";
import { computeOf } from "./engine/convert";
import { fromNative, nativeType } from "./engine/native";
import { Cell, gatesOf } from "./rnn/cells";
import { direction } from "./rnn/direction";
import { checkInput, checkMatrix, checkType, checkVector, hold, holdsAll, letGo } from "./rnn/params";

/** True when state `t`, argument 1, is [batch, hidden] for `input`. */
function checkState(t: Tensor, input: Tensor, hidden: i32): bool {
  if (t.size(0) == input.size(0) && t.size(1) == hidden) return checkType(t, input.dtype as DType);
  fail(ErrorCode.SIZE_MISMATCH);
  factShape(input);
  factShape(t);
  return false;
}

/** Checks all arguments; `c` is NONE for cells without. */
function check(
  cell: Cell,
  input: Tensor,
  h: Tensor,
  c: Tensor,
  wInput: Tensor,
  wState: Tensor,
  bInput: Tensor,
  bState: Tensor,
): bool {
  if (!checkInput(input, 0, 2) || !checkInput(h, 1, 2) || !checkState(h, input, h.size(1))) return false;
  if (!isNone(c) && (!checkInput(c, 1, 2) || !checkState(c, input, h.size(1)))) return false;
  const dtype = input.dtype as DType;
  const width = (gatesOf(cell) as i64) * (h.size(1) as i64);
  if (!checkMatrix(wInput, width, input.size(1), dtype)) return false;
  if (!checkMatrix(wState, width, h.size(1), dtype)) return false;
  if (!isNone(bInput) && !checkVector(bInput, width, dtype)) return false;
  return isNone(bState) || checkVector(bState, width, dtype);
}

/** Moves the native states `h` and `c` on by one step. */
function step(
  cell: Cell,
  input: Tensor,
  h: Tensor,
  c: Tensor,
  wInput: Tensor,
  wState: Tensor,
  bInput: Tensor,
  bState: Tensor,
): bool {
  const d = direction();
  const x = hold(input);
  d.cell = cell;
  d.compute = computeOf(input.dtype as DType);
  d.wInput = hold(wInput);
  d.wState = hold(wState);
  d.bInput = hold(bInput);
  d.bState = hold(bState);
  d.wProject = NONE;
  d.kept = d.wInput == wInput && d.wState == wState;
  d.reverse = false;
  d.steps = 1;
  d.sizes = 0;
  d.batch = input.size(0);
  d.rows = d.batch;
  d.hidden = h.size(1);
  d.outputs = d.hidden;
  d.h = h.data;
  d.c = isNone(c) ? 0 : c.data;
  d.y = 0;
  d.yRow = 0;
  let done: bool = holdsAll();
  if (done) {
    d.x = x.data;
    done = d.run();
  }
  letGo();
  return done;
}

/** The next h of a cell whose only state it is. */
function next(
  cell: Cell,
  input: Tensor,
  h: Tensor,
  wInput: Tensor,
  wState: Tensor,
  bInput: Tensor,
  bState: Tensor,
): Tensor {
  if (!check(cell, input, h, NONE, wInput, wState, bInput, bState)) return NONE;
  const dtype = input.dtype as DType;
  const out = convertCopy(h, nativeType(dtype));
  if (isNone(out) || step(cell, input, out, NONE, wInput, wState, bInput, bState))
    return fromNative(out, dtype);
  release(out);
  return NONE;
}

export function lstmCell(
  input: Tensor,
  hx: List,
  wIh: Tensor,
  wHh: Tensor,
  bIh: Tensor,
  bHh: Tensor,
  r: Value,
): void {
  if (hx.length != 2) {
    badValue(1, hx.length);
    return;
  }
  if (isNone(hx.tensor(1))) {
    fail(ErrorCode.NONE_VALUE);
    return;
  }
  if (!check(Cell.LSTM, input, hx.tensor(0), hx.tensor(1), wIh, wHh, bIh, bHh)) return;
  const dtype = input.dtype as DType;
  const h = convertCopy(hx.tensor(0), nativeType(dtype));
  const c = isNone(h) ? NONE : convertCopy(hx.tensor(1), nativeType(dtype));
  if (!isNone(c) && step(Cell.LSTM, input, h, c, wIh, wHh, bIh, bHh)) {
    r.at(0).setTensor(fromNative(h, dtype));
    r.at(1).setTensor(fromNative(c, dtype));
    return;
  }
  release(h);
  release(c);
}

export function gruCell(
  input: Tensor,
  hx: Tensor,
  wIh: Tensor,
  wHh: Tensor,
  bIh: Tensor,
  bHh: Tensor,
): Tensor {
  return next(Cell.GRU, input, hx, wIh, wHh, bIh, bHh);
}

export function rnnTanhCell(
  input: Tensor,
  hx: Tensor,
  wIh: Tensor,
  wHh: Tensor,
  bIh: Tensor,
  bHh: Tensor,
): Tensor {
  return next(Cell.TANH, input, hx, wIh, wHh, bIh, bHh);
}

export function rnnReluCell(
  input: Tensor,
  hx: Tensor,
  wIh: Tensor,
  wHh: Tensor,
  bIh: Tensor,
  bHh: Tensor,
): Tensor {
  return next(Cell.RELU, input, hx, wIh, wHh, bIh, bHh);
}
