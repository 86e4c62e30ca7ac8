// The cross product.

import { DType } from "../core/dtype";
import { wrapDimOf } from "../core/shape";
import { emptyLike, isNone, NONE, newView, release, Tensor, updateNumel } from "../core/tensor";
import { Value } from "../core/value";
import { mismatch } from "../linalg/batch";
import { mul, sub } from "./arithmetic";
import { copyInto } from "./copy";

const one: usize = memory.data(16, 16);

/** A view of component `i` of three along dimension `dim`. */
function component(t: Tensor, dim: i32, i: i32): Tensor {
  const v = newView(t, t.ndim);
  if (isNone(v)) return NONE;
  memory.copy(v.dims, t.dims, (t.ndim as usize) << 3);
  v.setSize(dim, 1);
  v.offset += (i * t.stride(dim)) as u32;
  if (updateNumel(v)) return v;
  release(v);
  return NONE;
}

/** a[i] * b[j] */
function product(a: Tensor, i: i32, b: Tensor, j: i32, dim: i32): Tensor {
  const x = component(a, dim, i);
  const y = isNone(x) ? NONE : component(b, dim, j);
  const out = isNone(y) ? NONE : mul(x, y, NONE);
  release(x);
  release(y);
  return out;
}

/** Writes a[i] * b[j] - a[j] * b[i] into component `k` of `out`; false with an error recorded. */
function writeComponent(out: Tensor, k: i32, a: Tensor, b: Tensor, i: i32, j: i32, dim: i32): bool {
  const alpha = changetype<Value>(one);
  alpha.setInt(1);
  const p = product(a, i, b, j, dim);
  const q = isNone(p) ? NONE : product(a, j, b, i, dim);
  const difference = isNone(q) ? NONE : sub(p, q, alpha, NONE);
  const to = isNone(difference) ? NONE : component(out, dim, k);
  const done = !isNone(to) && copyInto(to, difference);
  release(p);
  release(q);
  release(difference);
  release(to);
  return done;
}

/** The cross product of vectors along a dimension of size 3; both tensors are broadcast. */
export function linalgCross(self: Tensor, other: Tensor, dim: i64): Tensor {
  if (self.ndim !== other.ndim || self.dtype !== other.dtype) {
    mismatch(self, other);
    return NONE;
  }
  const d = wrapDimOf(dim, self);
  if (d < 0) return NONE;
  if (self.size(d) !== 3 || other.size(d) !== 3) {
    mismatch(self, other);
    return NONE;
  }
  const shape = mul(self, other, NONE);
  const out = isNone(shape) ? NONE : emptyLike(shape, self.dtype as DType);
  release(shape);
  if (isNone(out)) return NONE;
  let done: bool = true;
  for (let k = 0; k < 3 && done; k++) done = writeComponent(out, k, self, other, (k + 1) % 3, (k + 2) % 3, d);
  if (done) return out;
  release(out);
  return NONE;
}

/** As linalg_cross; by default along the first dimension of size 3. */
export function cross(self: Tensor, other: Tensor, dim: Value): Tensor {
  if (!dim.isNone) return linalgCross(self, other, dim.int);
  for (let d: i32 = 0; d < (self.ndim as i32); d++) {
    if (self.size(d) === 3) return linalgCross(self, other, d);
  }
  mismatch(self, other);
  return NONE;
}
