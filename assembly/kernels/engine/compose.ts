// Operators made of other operators: intermediate tensors are held until the operator is done.
//
//   const mark = composeBegin();
//   const d = minus(a, b);                     // NONE in, NONE out: only the last result need be looked at
//   return composeEnd(mark, sumOf(times(d, d)));
//
// A result of these functions belongs to the composition; one that is to outlive it goes through `composeEnd`.

import { List } from "../../core/containers";
import { fail } from "../../core/error";
import { Tag } from "../../core/object";
import { isNone, NONE, release, retain, Tensor } from "../../core/tensor";
import { Value } from "../../core/value";
import { ErrorCode } from "../../errors.gen";
import { wrapNumber } from "../../vm/args";
import { add, mul, sub } from "../arithmetic";
import { div } from "../division";

const MOST: i32 = 128;
const held: usize = memory.data(512, 16); // Tensor[MOST]
let count: i32 = 0;

const number: usize = memory.data(16, 16);
const one: usize = memory.data(16, 16);
const none: usize = memory.data(16, 16);

/** The argument None. */
export function noValue(): Value {
  return changetype<Value>(none);
}

/** The argument 1. */
export function oneValue(): Value {
  changetype<Value>(one).setInt(1);
  return changetype<Value>(one);
}

/** The argument `x`, until the next call. */
export function floatValue(x: f64): Value {
  changetype<Value>(number).setFloat(x);
  return changetype<Value>(number);
}

/** The argument `n`, until the next call. */
export function intValue(n: i64): Value {
  changetype<Value>(number).setInt(n);
  return changetype<Value>(number);
}

const list: usize = memory.data(32, 16);
const item: usize = memory.data(16, 16);

/** The argument [n], until the next call. */
export function intList(n: i64): List {
  const l = changetype<List>(list);
  l.refs = 0x4000_0000;
  l.kind = Tag.LIST;
  l.length = 1;
  l.room = 1;
  l.items = item;
  l.type = 0;
  changetype<Value>(item).setInt(n);
  return l;
}

/** Starts a composition, perhaps within another; for `composeEnd`. */
export function composeBegin(): i32 {
  return count;
}

/** Ends it: gives `t` with a reference for the caller, everything held since `mark` is released. */
export function composeEnd(mark: i32, t: Tensor): Tensor {
  if (!isNone(t)) retain(t);
  while (count > mark) release(changetype<Tensor>(load<u32>(held + ((--count as usize) << 2))));
  return t;
}

/** Hands the reference to `t` to the composition; NONE stays NONE. */
export function hold(t: Tensor): Tensor {
  if (isNone(t)) return NONE;
  if (count == MOST) {
    release(t);
    fail(ErrorCode.DEPTH_LIMIT);
    return NONE;
  }
  store<u32>(held + ((count as usize) << 2), changetype<usize>(t) as u32);
  count++;
  return t;
}

export function plus(a: Tensor, b: Tensor): Tensor {
  return isNone(a) || isNone(b) ? NONE : hold(add(a, b, oneValue(), NONE));
}

export function minus(a: Tensor, b: Tensor): Tensor {
  return isNone(a) || isNone(b) ? NONE : hold(sub(a, b, oneValue(), NONE));
}

export function times(a: Tensor, b: Tensor): Tensor {
  return isNone(a) || isNone(b) ? NONE : hold(mul(a, b, NONE));
}

export function over(a: Tensor, b: Tensor): Tensor {
  return isNone(a) || isNone(b) ? NONE : hold(div(a, b, NONE));
}

/** a + x. */
export function plusNumber(a: Tensor, x: f64): Tensor {
  return isNone(a) ? NONE : plus(a, wrapNumber(floatValue(x)));
}

/** x - a. */
export function numberMinus(x: f64, a: Tensor): Tensor {
  return isNone(a) ? NONE : minus(wrapNumber(floatValue(x)), a);
}

/** a · x. */
export function timesNumber(a: Tensor, x: f64): Tensor {
  return isNone(a) ? NONE : times(a, wrapNumber(floatValue(x)));
}

/** An operator of one tensor, as kernels are written. */
export type Unary = (self: Tensor, out: Tensor) => Tensor;

export function apply(operator: Unary, a: Tensor): Tensor {
  return isNone(a) ? NONE : hold(operator(a, NONE));
}
