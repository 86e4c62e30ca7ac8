// One step of recurrent cells: from gates to new states, element by element.
//
// A row of gates holds `n` elements of each gate, in PyTorch's order:
//
//   lstm   input │ forget │ cell │ output        c' = f c + i g,  h' = o tanh c'
//   gru    reset │ update │ new                  n = tanh(x + r y),  h' = (h - n) z + n
//   plain  state                                 h' = tanh or relu
//
// For gru the gates of the input and of the state come apart, since the reset gate scales part of the latter.

import { sigmoidF32x4 } from "../../math/activations";
import { sigmoid64 } from "../../math/f64/activations";
import { tanh64 } from "../../math/f64/hyperbolic";
import { tanhF32x4 } from "../../math/hyperbolic";
import { Compute } from "../engine/convert";
import { Lanes } from "../engine/map";

export enum Cell {
  LSTM = 0,
  GRU = 1,
  TANH = 2,
  RELU = 3,
}

/** Gates of a cell: rows of its weights for each hidden element. */
export function gatesOf(cell: Cell): i32 {
  return cell == Cell.LSTM ? 4 : cell == Cell.GRU ? 3 : 1;
}

abstract class Part {
  /** `n` lanes, at most four. */
  @inline static load(p: usize, n: usize): v128 {
    return n >= 4 ? v128.load(p) : Lanes.load(p, n);
  }

  @inline static store(p: usize, value: v128, n: usize): void {
    if (n >= 4) v128.store(p, value);
    else Lanes.store(p, value, n);
  }
}

/** States of `n` elements from one row of gates: `c` is read and written, `h` written. */
export function lstmRow(gates: usize, c: usize, h: usize, n: usize, type: Compute): void {
  if (type != Compute.F32) {
    const gate = n << 3;
    for (let at: usize = 0; at < gate; at += 8) {
      const row = gates + at;
      const kept = sigmoid64(load<f64>(row + gate)) * load<f64>(c + at);
      const cell = kept + sigmoid64(load<f64>(row)) * tanh64(load<f64>(row + 2 * gate));
      store<f64>(c + at, cell);
      store<f64>(h + at, sigmoid64(load<f64>(row + 3 * gate)) * tanh64(cell));
    }
    return;
  }
  const gate = n << 2;
  for (let i: usize = 0; i < n; i += 4) {
    const left = n - i;
    const at = i << 2;
    const row = gates + at;
    const kept = f32x4.mul(sigmoidF32x4(Part.load(row + gate, left)), Part.load(c + at, left));
    const added = f32x4.mul(sigmoidF32x4(Part.load(row, left)), tanhF32x4(Part.load(row + 2 * gate, left)));
    const cell = f32x4.add(kept, added);
    Part.store(c + at, cell, left);
    Part.store(h + at, f32x4.mul(sigmoidF32x4(Part.load(row + 3 * gate, left)), tanhF32x4(cell)), left);
  }
}

/** The state of `n` elements from one row of the input's gates and one of the state's; `h` is read and written. */
export function gruRow(x: usize, y: usize, h: usize, n: usize, type: Compute): void {
  if (type != Compute.F32) {
    const gate = n << 3;
    for (let at: usize = 0; at < gate; at += 8) {
      const reset = sigmoid64(load<f64>(x + at) + load<f64>(y + at));
      const update = sigmoid64(load<f64>(x + at + gate) + load<f64>(y + at + gate));
      const fresh = tanh64(load<f64>(x + at + 2 * gate) + reset * load<f64>(y + at + 2 * gate));
      store<f64>(h + at, (load<f64>(h + at) - fresh) * update + fresh);
    }
    return;
  }
  const gate = n << 2;
  for (let i: usize = 0; i < n; i += 4) {
    const left = n - i;
    const at = i << 2;
    const a = x + at;
    const b = y + at;
    const reset = sigmoidF32x4(f32x4.add(Part.load(a, left), Part.load(b, left)));
    const update = sigmoidF32x4(f32x4.add(Part.load(a + gate, left), Part.load(b + gate, left)));
    const scaled = f32x4.mul(reset, Part.load(b + 2 * gate, left));
    const fresh = tanhF32x4(f32x4.add(Part.load(a + 2 * gate, left), scaled));
    const moved = f32x4.mul(f32x4.sub(Part.load(h + at, left), fresh), update);
    Part.store(h + at, f32x4.add(moved, fresh), left);
  }
}

/** h = tanh or relu of `n` sums; relu keeps NaN. */
export function plainRow(sums: usize, h: usize, n: usize, relu: bool, type: Compute): void {
  if (type != Compute.F32) {
    for (let at: usize = 0; at < n << 3; at += 8) {
      const x = load<f64>(sums + at);
      store<f64>(h + at, relu ? max<f64>(x, 0) : tanh64(x));
    }
    return;
  }
  for (let i: usize = 0; i < n; i += 4) {
    const left = n - i;
    const at = i << 2;
    const x = Part.load(sums + at, left);
    Part.store(h + at, relu ? f32x4.max(x, f32x4.splat(0)) : tanhF32x4(x), left);
  }
}
