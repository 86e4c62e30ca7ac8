// Stacks of recurrent layers over whole sequences, padded or packed.
//
//   parameters of each layer, forward then backward:  w_ih [G·H, inputs], w_hh [G·H, P] (, b_ih, b_hh [G·H]) (, w_hr [P, H])
//   states [layers · directions, batch, P or H]       outputs [rows, directions · P], the next layer's inputs

import { List } from "../../core/containers";
import { DType, dtypeShift } from "../../core/dtype";
import { badValue, factInt, factShape, factText, fail } from "../../core/error";
import { scratchMark, scratchReset } from "../../core/scratch";
import { empty, isNone, NONE, release, retain, Tensor } from "../../core/tensor";
import { ErrorCode } from "../../errors.gen";
import { computeOf } from "../engine/convert";
import { nativeType } from "../engine/native";
import { Cell, gatesOf } from "./cells";
import { direction } from "./direction";
import { checkInput, checkMatrix, checkType, checkVector, hold, holdsAll, letGo } from "./params";

const RANDOM: usize = memory.data<u8>([114, 97, 110, 100, 111, 109, 32, 110, 117, 109, 98, 101, 114, 115]); // "random numbers"

const sizes: usize = memory.data(8, 16);

@unmanaged
export class Stack {
  cell: Cell;
  dtype: DType;
  params: List;
  layers: i32;
  directions: i32;
  biases: bool;
  /** The last parameter of every direction is a projection. */
  projects: bool;
  hidden: i32;
  outputs: i32;
  /** As in `Direction`. */
  steps: usize;
  sizes: usize;
  batch: i32;
  rows: i32;

  /** Parameters of one direction. */
  perDirection(): i32 {
    return 2 + (this.biases ? 2 : 0) + (this.projects ? 1 : 0);
  }

  /** Argument `index` is a state of `size` elements for every sequence. */
  checkState(t: Tensor, index: i32, size: i32): bool {
    if (!checkInput(t, index, 3) || !checkType(t, this.dtype)) return false;
    const count = (this.layers as i64) * (this.directions as i64);
    if ((t.size(0) as i64) == count && t.size(1) == this.batch && t.size(2) == size) return true;
    fail(ErrorCode.SIZE_MISMATCH);
    factShape(t);
    factInt(this.batch);
    return false;
  }

  /** Reads the settings that all sequence operators share; false with an error recorded. */
  configure(
    cell: Cell,
    params: List,
    biases: bool,
    layers: i64,
    dropout: f64,
    train: bool,
    both: bool,
  ): bool {
    this.cell = cell;
    this.params = params;
    this.biases = biases;
    this.directions = both ? 2 : 1;
    if (layers < 1 || layers > (params.length as i64)) {
      badValue(3, layers);
      return false;
    }
    this.layers = layers as i32;
    if (!train || dropout == 0 || layers == 1) return true;
    fail(ErrorCode.UNSUPPORTED);
    factText(RANDOM, 14);
    return false;
  }

  /** Checks every parameter, `inputs` being the size of the first layer's input; the other fields are set. */
  checkParams(inputs: i32): bool {
    const per = this.perDirection();
    if ((this.params.length as i64) != (per as i64) * (this.layers as i64) * (this.directions as i64)) {
      fail(ErrorCode.BAD_ARITY);
      factInt((per as i64) * (this.layers as i64) * (this.directions as i64));
      factInt(this.params.length);
      return false;
    }
    const width = (gatesOf(this.cell) as i64) * (this.hidden as i64);
    let size = inputs as i64;
    for (let i = 0; i < this.layers * this.directions; i++) {
      if (i == this.directions) size = (this.outputs as i64) * (this.directions as i64);
      const at = i * per;
      if (!checkMatrix(this.params.tensor(at), width, size, this.dtype)) return false;
      if (!checkMatrix(this.params.tensor(at + 1), width, this.outputs, this.dtype)) return false;
      for (let b = 2; b < (this.biases ? 4 : 2); b++) {
        if (!checkVector(this.params.tensor(at + b), width, this.dtype)) return false;
      }
      if (!this.projects) continue;
      if (!checkMatrix(this.params.tensor(at + per - 1), this.outputs, this.hidden, this.dtype)) return false;
    }
    return true;
  }

  /** Runs layer `layer` on the native `x` [rows, inputs], moving its states on; its outputs, or NONE. */
  runLayer(layer: i32, x: Tensor, h: Tensor, c: Tensor): Tensor {
    const native = nativeType(this.dtype);
    const width = this.outputs * this.directions;
    store<i32>(sizes, this.rows);
    store<i32>(sizes, width, 4);
    const y = empty(native, sizes, 2);
    if (isNone(y)) return NONE;
    const shift = dtypeShift(native);
    let done: bool = true;
    for (let i = 0; done && i < this.directions; i++) {
      const slot = layer * this.directions + i;
      const mark = scratchMark();
      this.prepare(slot);
      const d = direction();
      d.reverse = i == 1;
      d.x = x.data;
      d.h = h.data + (((slot * this.batch * this.outputs) as usize) << shift);
      d.c = isNone(c) ? 0 : c.data + (((slot * this.batch * this.hidden) as usize) << shift);
      d.y = y.data + (((i * this.outputs) as usize) << shift);
      d.yRow = width;
      done = holdsAll() && d.run();
      letGo();
      scratchReset(mark);
    }
    if (done) return y;
    release(y);
    return NONE;
  }

  /** Gives the direction the parameters numbered `slot` and what does not change. */
  prepare(slot: i32): void {
    const at = slot * this.perDirection();
    const list = this.params;
    const d = direction();
    d.cell = this.cell;
    d.compute = computeOf(this.dtype);
    d.wInput = hold(list.tensor(at));
    d.wState = hold(list.tensor(at + 1));
    d.bInput = this.biases ? hold(list.tensor(at + 2)) : NONE;
    d.bState = this.biases ? hold(list.tensor(at + 3)) : NONE;
    d.wProject = this.projects ? hold(list.tensor(at + this.perDirection() - 1)) : NONE;
    d.kept = d.wInput == list.tensor(at) && d.wState == list.tensor(at + 1);
    d.steps = this.steps;
    d.sizes = this.sizes;
    d.batch = this.batch;
    d.rows = this.rows;
    d.hidden = this.hidden;
    d.outputs = this.outputs;
  }

  /** Runs all layers on the native `x` [rows, inputs], moving the native states on; the last outputs, or NONE. */
  run(x: Tensor, h: Tensor, c: Tensor): Tensor {
    let now = retain(x);
    for (let layer = 0; layer < this.layers && !isNone(now); layer++) {
      const y = this.runLayer(layer, now, h, c);
      release(now);
      now = y;
    }
    return now;
  }
}

const only: usize = memory.data(64, 16); // Stack

/** The one stack that is set up and run at a time. */
export function stack(): Stack {
  return changetype<Stack>(only);
}
