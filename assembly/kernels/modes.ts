// What a program may ask of PyTorch's surroundings: gradients, autocast, tracing. Only the gradient mode can be set;
// it is True at the start of each call, and nothing but a program's own questions depends on it.

import { Str } from "../core/containers";
import { Value } from "../core/value";

let grad: bool = true;

/** Called at the start of each call. */
export function resetModes(): void {
  grad = true;
}

export function isGradEnabled(): bool {
  return grad;
}

export function setGradEnabled(val: bool): void {
  grad = val;
}

export function no(): bool {
  return false;
}

export function yes(): bool {
  return true;
}

/** A counter of PyTorch's own logging: nothing to do. */
export function addStatValue(key: Str, val: i64): void {}

/** What no tensor has here: a gradient, a name. */
export function none(a: Value, r: Value): void {
  r.setNone();
}
