// Lists of tensors compared item by item: two tensors are equal when `eq` gives one element and that is true.

import { List } from "../core/containers";
import { fail, hasError } from "../core/error";
import { NONE, release, Tensor } from "../core/tensor";
import { ErrorCode } from "../errors.gen";
import { eq as eqTensor, lt as ltTensor } from "./compare";
import { remove as removeAt } from "./lists";
import { toBool } from "./scalar";

/** The only element of `t`, which is given up. */
function truth(t: Tensor): bool {
  if (!changetype<usize>(t)) return false;
  const holds = toBool(t);
  release(t);
  return holds;
}

/** Whether the one element of `a` is that of `b`. */
export function equalTensor(a: Tensor, b: Tensor): bool {
  return truth(eqTensor(a, b, NONE));
}

/** Whether the one element of `a` is less than that of `b`. */
export function lessTensor(a: Tensor, b: Tensor): bool {
  return truth(ltTensor(a, b, NONE));
}

export function eq(a: List, b: List): bool {
  if (a.length != b.length) return false;
  for (let i: i32 = 0; i < (a.length as i32); i++) {
    if (!equalTensor(a.tensor(i), b.tensor(i))) return false;
  }
  return true;
}

export function ne(a: List, b: List): bool {
  return !eq(a, b);
}

/** Place of the first equal tensor, or -1; looking ends at an error too. */
function find(self: List, el: Tensor): i32 {
  for (let i: i32 = 0; i < (self.length as i32); i++) {
    if (equalTensor(self.tensor(i), el)) return i;
    if (hasError()) return -1;
  }
  return -1;
}

export function indexOf(self: List, el: Tensor): i64 {
  const i = find(self, el);
  if (i < 0) fail(ErrorCode.NOT_IN_LIST);
  return i;
}

export function removeValue(self: List, el: Tensor): void {
  const i = find(self, el);
  if (i < 0) fail(ErrorCode.NOT_IN_LIST);
  else removeAt(self, i);
}

export function count(self: List, el: Tensor): i64 {
  let n: i64 = 0;
  for (let i: i32 = 0; i < (self.length as i32) && !hasError(); i++)
    n += equalTensor(self.tensor(i), el) ? 1 : 0;
  return n;
}
