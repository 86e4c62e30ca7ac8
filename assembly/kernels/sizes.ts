// Lists of sizes: broadcasting without tensors, and a list as a tensor.

import { List, newList } from "../core/containers";
import { DType } from "../core/dtype";
import { factInt, factSizes, fail } from "../core/error";
import { releaseObject } from "../core/object";
import { scratch } from "../core/scratch";
import { readInts } from "../core/shape";
import { empty, NONE, Tensor } from "../core/tensor";
import { ErrorCode } from "../errors.gen";

/** The size of dimension `d` of `ndim`, counted from the right; 1 beyond the first. */
function sizeAt(list: List, fromRight: u32): i64 {
  return fromRight < list.length ? list.int(list.length - 1 - fromRight) : 1;
}

/** aten::_infer_size: the sizes that two shapes broadcast to. */
export function inferSize(a: List, b: List): List {
  const ndim = max(a.length, b.length);
  const list = newList(ndim);
  for (let i: u32 = 0; changetype<usize>(list) && i < ndim; i++) {
    const x = sizeAt(a, i);
    const y = sizeAt(b, i);
    if (x == y || x == 1 || y == 1) {
      list.at(ndim - 1 - i).setInt(x == 1 ? y : x);
      continue;
    }
    releaseObject(changetype<usize>(list));
    return mismatch(a, b, ndim - 1 - i);
  }
  return list;
}

function mismatch(a: List, b: List, dim: u32): List {
  const x = readInts(a);
  const y = readInts(b);
  if (!x || !y) return changetype<List>(0);
  fail(ErrorCode.BROADCAST);
  factSizes(x, a.length);
  factSizes(y, b.length);
  factInt(dim);
  return changetype<List>(0);
}

/** aten::_list_to_tensor: ints as an int64 tensor of one dimension. */
export function listToTensor(self: List): Tensor {
  const size = scratch(4);
  if (!size) return NONE;
  store<u32>(size, self.length);
  const t = empty(DType.INT64, size, 1);
  if (changetype<usize>(t)) {
    for (let i: i32 = 0; i < (self.length as i32); i++) store<i64>(t.data + ((i as usize) << 3), self.int(i));
  }
  return t;
}
