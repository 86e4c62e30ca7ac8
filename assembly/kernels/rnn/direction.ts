// One direction of one recurrent layer: all steps of a sequence.
//
// The input's part of the gates is one matrix product for all steps; every step adds its state's part:
//
//   x [rows, inputs] ── · W_ihᵀ + b ──► gates [rows, G·H]
//                                          │ step t: rows of that step
//   h [batch, P] ────── · W_hhᵀ ──────────►+──► cell ──► h, c, y[t]
//
// Steps may have fewer sequences than the one before (packed sequences); the states of those that ended stay as they are.

import { DerivedFormat, derive, derivedIsNew } from "../../core/derived";
import { DType } from "../../core/dtype";
import { scratch } from "../../core/scratch";
import { isNone, Tensor } from "../../core/tensor";
import { gemmF32, gemmF32ScratchBytes, gemmPackedB } from "../../gemm/gemm-f32";
import { gemmF64, gemmF64ScratchBytes } from "../../gemm/gemm-f64";
import { packB, packedBBytes } from "../../gemm/pack-f32";
import { Compute } from "../engine/convert";
import { Cell, gatesOf, gruRow, lstmRow, plainRow } from "./cells";

/** A weight [n, k], contiguous and native, that multiplies from the right, transposed. */
@unmanaged
export class Weight {
  data: usize;
  k: usize;
  n: usize;
  /** The same in panels, or 0. */
  packed: usize;
  area: usize;
  compute: Compute;

  /**
   * Prepares products with up to `rows` rows, `times` in number; false when memory is out. `t` is a parameter's own
   * memory when `kept`, so that its packed copy is kept with it.
   */
  begin(t: Tensor, rows: usize, times: usize, kept: bool): bool {
    this.data = t.data;
    this.n = t.size(0);
    this.k = t.size(1);
    this.packed = 0;
    if (t.dtype == DType.FLOAT64) {
      this.compute = Compute.F64;
      this.area = scratch(gemmF64ScratchBytes(this.k));
      return this.area != 0;
    }
    this.compute = Compute.F32;
    this.area = scratch(gemmF32ScratchBytes(rows, this.n, this.k));
    if (!this.area) return false;
    const bytes = packedBBytes(this.k, this.n);
    let fill: bool = false;
    if (kept) {
      this.packed = derive(t, DerivedFormat.COLUMN_PANELS, bytes, this.k, this.n, 1, this.k);
      fill = derivedIsNew;
    }
    if (!this.packed && times > 2) {
      this.packed = scratch(bytes);
      fill = true;
    }
    if (this.packed && fill) packB(this.k, this.n, this.data, 1, this.k, this.packed, this.k << 5);
    return true;
  }

  /** c[m, n] = start + a[m, k] · Wᵀ; rows of `c` are `cRow` elements apart, `startRow` those of `start` (0: one for all). */
  multiply(m: usize, a: usize, c: usize, cRow: usize, start: usize, startRow: usize): void {
    const n = this.n;
    const k = this.k;
    if (this.compute == Compute.F64) {
      gemmF64(m, n, k, a, k, 1, this.data, 1, k, c, cRow, start, startRow, 1, this.area);
    } else if (this.packed) {
      gemmPackedB(m, n, k, a, k, 1, this.packed, c, cRow, start, startRow, 1, this.area);
    } else {
      gemmF32(m, n, k, a, k, 1, this.data, 1, k, c, cRow, start, startRow, 1, this.area);
    }
  }
}

const weights: usize = memory.data(96, 16); // Weight[3]

function weight(i: i32): Weight {
  return changetype<Weight>(weights + (i as usize) * offsetof<Weight>());
}

/** What is to be run. Tensors are contiguous and native; `kept` tells whether weights are the parameters themselves. */
@unmanaged
export class Direction {
  cell: Cell;
  compute: Compute;
  kept: bool;
  reverse: bool;
  steps: usize;
  /** Sequences of every step, i64 each, never growing; or 0 when all steps have `batch`. */
  sizes: usize;
  batch: usize;
  /** Sum of the sequences of all steps. */
  rows: usize;
  hidden: usize;
  /** Elements of h: `hidden`, or fewer with a projection. */
  outputs: usize;
  x: usize;
  wInput: Tensor;
  wState: Tensor;
  /** NONE without them. */
  bInput: Tensor;
  bState: Tensor;
  /** NONE without a projection. */
  wProject: Tensor;
  /** States [batch, outputs] and [batch, hidden], read and written; `c` for lstm only. */
  h: usize;
  c: usize;
  /** Where the states of all steps go, rows `yRow` elements apart; 0 for nowhere. */
  y: usize;
  yRow: usize;

  /** Runs all steps; false with an error recorded when memory is out. */
  run(): bool {
    const shift: usize = this.compute == Compute.F32 ? 2 : 3;
    const width = (gatesOf(this.cell) as usize) * this.hidden;
    const gates = scratch(((this.rows as u64) * (width as u64)) << shift);
    const stateGates =
      this.cell == Cell.GRU ? scratch(((this.batch as u64) * (width as u64)) << shift) : gates;
    const projects = !isNone(this.wProject);
    const full = projects ? scratch(((this.batch as u64) * (this.hidden as u64)) << shift) : this.h;
    const biases = scratch((width as u64) << shift);
    if (!gates || !stateGates || !full || !biases) return false;
    const start = this.startBias(biases, width, shift);
    if (!weight(0).begin(this.wInput, this.rows, 1, this.kept)) return false;
    if (!weight(1).begin(this.wState, this.batch, this.steps, this.kept)) return false;
    if (projects && !weight(2).begin(this.wProject, this.batch, this.steps, this.kept)) return false;
    weight(0).multiply(this.rows, this.x, gates, width, start, 0);
    let row: usize = this.reverse ? this.rows : 0;
    for (let i: usize = 0; i < this.steps; i++) {
      const step = this.reverse ? this.steps - 1 - i : i;
      const m: usize = this.sizes ? (load<i64>(this.sizes + (step << 3)) as usize) : this.batch;
      if (this.reverse) row -= m;
      this.step(m, gates + ((row * width) << shift), stateGates, full, width, shift);
      if (this.y) this.copyOut(m, this.y + ((row * this.yRow) << shift), shift);
      if (!this.reverse) row += m;
    }
    return true;
  }

  /** What the input's product begins from, 0 for zeros; `to` has room for the sum of both biases. */
  startBias(to: usize, width: usize, shift: usize): usize {
    const a = isNone(this.bInput) ? 0 : this.bInput.data;
    if (this.cell == Cell.GRU || isNone(this.bState)) return a;
    const b = this.bState.data;
    if (!a) return b;
    for (let at: usize = 0; at < width << shift; at += (1 as usize) << shift) {
      if (shift == 2) store<f32>(to + at, load<f32>(a + at) + load<f32>(b + at));
      else store<f64>(to + at, load<f64>(a + at) + load<f64>(b + at));
    }
    return to;
  }

  /** One step of `m` sequences, whose input gates are at `gates`. */
  step(m: usize, gates: usize, stateGates: usize, full: usize, width: usize, shift: usize): void {
    if (this.cell == Cell.GRU) {
      const bias = isNone(this.bState) ? 0 : this.bState.data;
      weight(1).multiply(m, this.h, stateGates, width, bias, 0);
    } else {
      weight(1).multiply(m, this.h, gates, width, gates, width);
    }
    const n = this.hidden;
    for (let i: usize = 0; i < m; i++) {
      const row = gates + ((i * width) << shift);
      const h = full + ((i * n) << shift);
      if (this.cell == Cell.LSTM) lstmRow(row, this.c + ((i * n) << shift), h, n, this.compute);
      else if (this.cell == Cell.GRU) gruRow(row, stateGates + ((i * width) << shift), h, n, this.compute);
      else plainRow(row, h, n, this.cell == Cell.RELU, this.compute);
    }
    if (!isNone(this.wProject)) weight(2).multiply(m, full, this.h, this.outputs, 0, 0);
  }

  /** The states of `m` sequences to rows at `to`. */
  copyOut(m: usize, to: usize, shift: usize): void {
    const bytes = this.outputs << shift;
    if (this.yRow == this.outputs) {
      memory.copy(to, this.h, m * bytes);
      return;
    }
    for (let i: usize = 0; i < m; i++)
      memory.copy(to + ((i * this.yRow) << shift), this.h + i * bytes, bytes);
  }
}

const only: usize = memory.data(128, 16); // Direction

/** The one direction that is set up and run at a time. */
export function direction(): Direction {
  return changetype<Direction>(only);
}
