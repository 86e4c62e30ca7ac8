// prim::tolist: a tensor's elements as nested lists of one static type.

import { newList } from "../core/containers";
import { DType, dtypeShift, isFloating } from "../core/dtype";
import { factDtype, factInt, factShape, factTag, factText, fail } from "../core/error";
import { Tag } from "../core/object";
import { Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { openCursor } from "../program/msgpack";
import { Program } from "../program/program";
import { elementOf } from "./types";

/** Kinds of elements, as the operator's third argument numbers them. */
const enum Elem {
  INT = 0,
  FLOAT = 1,
  BOOL = 2,
  COMPLEX = 3,
}

const COMPLEX_NAME: usize = memory.data<u8>([99, 111, 109, 112, 108, 101, 120]);

/** `v`: the tensor, the lists' nesting, the elements' kind. `type` is the result's static type. */
export function toList(p: Program, type: u32, v: Value, r: Value): void {
  if (v.tag != Tag.TENSOR || v.at(1).tag != Tag.INT || v.at(2).tag != Tag.INT) {
    fail(ErrorCode.BAD_ARGUMENT);
    factInt(0);
    factTag(Tag.TENSOR);
    factTag(v.tag);
    return;
  }
  const t = v.tensor;
  if (!checkElements(t, v.at(2).int)) return;
  if (v.at(1).int != (t.ndim as i64)) {
    fail(ErrorCode.NDIM);
    factInt(0);
    factInt(v.at(1).int);
    factShape(t);
    return;
  }
  openCursor(p.header, p.headerBytes);
  fill(p, type, t, 0, t.data, r);
}

function checkElements(t: Tensor, elem: i64): bool {
  if (elem == Elem.COMPLEX) {
    fail(ErrorCode.UNSUPPORTED);
    factText(COMPLEX_NAME, 7);
    return false;
  }
  const dtype = t.dtype as DType;
  if (elem == Elem.FLOAT && isFloating(dtype)) {
    if (dtype == DType.FLOAT32 || dtype == DType.FLOAT64) return true;
  }
  const wanted: DType = elem == Elem.FLOAT ? DType.FLOAT32 : elem == Elem.BOOL ? DType.BOOL : DType.INT64;
  if (dtype == wanted && elem != Elem.FLOAT) return true;
  fail(ErrorCode.TO_LIST);
  factDtype(wanted);
  factDtype(dtype);
  return false;
}

/** The part of `t` at address `at`, from dimension `dim` on. */
function fill(p: Program, type: u32, t: Tensor, dim: i32, at: usize, r: Value): void {
  if (dim == (t.ndim as i32)) {
    switch (t.dtype as DType) {
      case DType.FLOAT32:
        r.setFloat(load<f32>(at) as f64);
        break;
      case DType.FLOAT64:
        r.setFloat(load<f64>(at));
        break;
      case DType.BOOL:
        r.setBool(load<u8>(at) != 0);
        break;
      default:
        r.setInt(load<i64>(at));
    }
    return;
  }
  const list = newList(t.size(dim));
  if (!changetype<usize>(list)) return;
  const elem = elementOf(p, type);
  list.type = elem;
  r.setObject(Tag.LIST, changetype<usize>(list));
  const step = (t.stride(dim) as usize) << dtypeShift(t.dtype as DType);
  for (let i: i32 = 0; i < (list.length as i32); i++) {
    fill(p, elem ? elem - 1 : type, t, dim + 1, at, list.at(i));
    at += step;
  }
}
