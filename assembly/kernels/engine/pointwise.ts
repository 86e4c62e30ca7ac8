// Elementwise operators by compute type: pick the loop for the dtype, check the output's dtype, run the engine.
//
// An operator names its loops by a class of element operations (engine/map.ts) and runs:
//
//   useMath2<Add>();  return pointwise(self, other, NONE, out, resultType(self, other));
//
// or, for the usual forms, in one call: `binary<Mul>(self, other, out)`, `floatUnary<Exp>(self, out)`.

import { DType } from "../../core/dtype";
import { factDtype, fail } from "../../core/error";
import { NONE, Tensor } from "../../core/tensor";
import { ErrorCode } from "../../errors.gen";
import { Loop } from "./blocks";
import { Compute, computeOf } from "./convert";
import { iterBegin, iterInput, iterInputAs, iterRun, iterSplat } from "./iter";
import {
  Float1,
  Float2,
  Float3,
  Int1,
  Int2,
  Math1,
  Math2,
  Math3,
  map1F32,
  map1F64,
  map1I64,
  map1U8,
  map2F32,
  map2F64,
  map2I64,
  map2U8,
  map3F32,
  map3F64,
  map3I64,
  mapSplatF32,
  Test1,
  Test2,
  Truth1,
  Truth2,
  test1F32,
  test1F64,
  test1I64,
  test2F32,
  test2F64,
  test2I64,
} from "./map";
import { canCast, floatType, resultType } from "./promote";

/** Stands where an operator has no loop for a compute type: the operator is refused for such dtypes. */
export function noLoop(out: usize, a: usize, b: usize, c: usize, n: usize): void {}

let loopF32: Loop = noLoop;
let loopF64: Loop = noLoop;
let loopI64: Loop = noLoop;
/** For f32: the second input is one number per call. Only some operators have it. */
let splatF32: Loop = noLoop;

/** Names the loops of the next `pointwise…` call, one per compute type. */
export function setLoops(f32Loop: Loop, f64Loop: Loop, i64Loop: Loop): void {
  loopF32 = f32Loop;
  loopF64 = f64Loop;
  loopI64 = i64Loop;
  splatF32 = noLoop;
}

/** One input, floating types only: `v` and `d`. */
export function useFloat1<OP extends Float1>(): void {
  splatF32 = noLoop;
  loopF32 = (out, a, b, c, n) => {
    map1F32<OP>(out, a, n);
  };
  loopF64 = (out, a, b, c, n) => {
    map1F64<OP>(out, a, n);
  };
  loopI64 = noLoop;
}

/** One input: `v`, `d` and `n`. */
export function useMath1<OP extends Math1>(): void {
  useFloat1<OP>();
  loopI64 = (out, a, b, c, n) => {
    map1I64<OP>(out, a, n);
  };
}

/** Two inputs, floating types only: `v` and `d`. */
export function useFloat2<OP extends Float2>(): void {
  splatF32 = noLoop;
  loopF32 = (out, a, b, c, n) => {
    map2F32<OP>(out, a, b, n);
  };
  loopF64 = (out, a, b, c, n) => {
    map2F64<OP>(out, a, b, n);
  };
  loopI64 = noLoop;
}

/** Two inputs: `v`, `d` and `n`. */
export function useMath2<OP extends Math2>(): void {
  useFloat2<OP>();
  loopI64 = (out, a, b, c, n) => {
    map2I64<OP>(out, a, b, n);
  };
}

/** One input, integers only: `n`. */
export function useInt1<OP extends Int1>(): void {
  splatF32 = noLoop;
  loopF32 = noLoop;
  loopF64 = noLoop;
  loopI64 = (out, a, b, c, n) => {
    map1I64<OP>(out, a, n);
  };
}

/** Beside `useMath2` or `useFloat2`, for operators that are often given a number or a bias: an f32 loop of their own. */
export function useSplat<OP extends Float2>(): void {
  splatF32 = (out, a, b, c, n) => {
    mapSplatF32<OP>(out, a, b, n);
  };
}

/** Two inputs, integers only: `n`. */
export function useInt2<OP extends Int2>(): void {
  splatF32 = noLoop;
  loopF32 = noLoop;
  loopF64 = noLoop;
  loopI64 = (out, a, b, c, n) => {
    map2I64<OP>(out, a, b, n);
  };
}

/** Three inputs, floating types only: `v` and `d`. */
export function useFloat3<OP extends Float3>(): void {
  splatF32 = noLoop;
  loopF32 = (out, a, b, c, n) => {
    map3F32<OP>(out, a, b, c, n);
  };
  loopF64 = (out, a, b, c, n) => {
    map3F64<OP>(out, a, b, c, n);
  };
  loopI64 = noLoop;
}

/** Three inputs: `v`, `d` and `n`. */
export function useMath3<OP extends Math3>(): void {
  useFloat3<OP>();
  loopI64 = (out, a, b, c, n) => {
    map3I64<OP>(out, a, b, c, n);
  };
}

/** One input, truth out: `v` gives a mask, `d` and `n` a bool. */
export function useTest1<OP extends Test1>(): void {
  splatF32 = noLoop;
  loopF32 = (out, a, b, c, n) => {
    test1F32<OP>(out, a, n);
  };
  loopF64 = (out, a, b, c, n) => {
    test1F64<OP>(out, a, n);
  };
  loopI64 = (out, a, b, c, n) => {
    test1I64<OP>(out, a, n);
  };
}

/** Two inputs, truth out: `v` gives a mask, `d` and `n` a bool. */
export function useTest2<OP extends Test2>(): void {
  splatF32 = noLoop;
  loopF32 = (out, a, b, c, n) => {
    test2F32<OP>(out, a, b, n);
  };
  loopF64 = (out, a, b, c, n) => {
    test2F64<OP>(out, a, b, n);
  };
  loopI64 = (out, a, b, c, n) => {
    test2I64<OP>(out, a, b, n);
  };
}

/** Records that `dtype` is not supported by the running operator; for `return refuse(dtype)`. */
export function refuse(dtype: DType): Tensor {
  fail(ErrorCode.DTYPE);
  factDtype(dtype);
  return NONE;
}

function pick(dtype: DType): Loop {
  const c = computeOf(dtype);
  const loop = c === Compute.F32 ? loopF32 : c === Compute.F64 ? loopF64 : loopI64;
  if (loop === noLoop) refuse(dtype);
  return loop;
}

/**
 * Applies the loops in use to one, two or three inputs (NONE for those there are not), computed in and giving `dtype`,
 * into `out` (NONE: a new tensor).
 */
export function pointwise(a: Tensor, b: Tensor, c: Tensor, out: Tensor, dtype: DType): Tensor {
  if (changetype<usize>(out) && !canCast(dtype, out.dtype as DType)) return NONE;
  const loop = pick(dtype);
  if (loop === noLoop) return NONE;
  iterBegin(out, dtype, computeOf(dtype));
  inputs(a, b, c, dtype);
  if (splatF32 !== noLoop && loop === loopF32) iterSplat(splatF32);
  return iterRun(loop);
}

/** As `pointwise`, but the loops give truth bytes (a bool tensor) from inputs computed in `dtype`. */
export function pointwiseTest(a: Tensor, b: Tensor, out: Tensor, dtype: DType): Tensor {
  const loop = pick(dtype);
  if (loop === noLoop) return NONE;
  iterBegin(out, DType.BOOL, Compute.U8);
  inputs(a, b, NONE, dtype);
  return iterRun(loop);
}

function inputs(a: Tensor, b: Tensor, c: Tensor, dtype: DType): void {
  iterInputAs(a, dtype);
  if (changetype<usize>(b)) iterInputAs(b, dtype);
  if (changetype<usize>(c)) iterInputAs(c, dtype);
}

/** As `pointwise` on truth bytes in and out: the inputs of any dtype count as true where they are not zero. */
export function pointwiseTruth(a: Tensor, b: Tensor, out: Tensor, loop: Loop): Tensor {
  iterBegin(out, DType.BOOL, Compute.U8);
  iterInput(a, Compute.U8);
  if (changetype<usize>(b)) iterInput(b, Compute.U8);
  return iterRun(loop);
}

/** self OP other in their common dtype: `v`, `d` and `n`. */
export function binary<OP extends Math2>(self: Tensor, other: Tensor, out: Tensor): Tensor {
  useMath2<OP>();
  return pointwise(self, other, NONE, out, resultType(self, other));
}

/** A function of two floating tensors, float32 for integers and bool: `v` and `d`. */
export function floatBinary<OP extends Float2>(self: Tensor, other: Tensor, out: Tensor): Tensor {
  useFloat2<OP>();
  return pointwise(self, other, NONE, out, floatType(resultType(self, other)));
}

/** A function of one tensor in its own dtype: `v`, `d` and `n`. */
export function unary<OP extends Math1>(self: Tensor, out: Tensor): Tensor {
  useMath1<OP>();
  return pointwise(self, NONE, NONE, out, self.dtype as DType);
}

/** A function of a floating tensor, float32 for integers and bool: `v` and `d`. */
export function floatUnary<OP extends Float1>(self: Tensor, out: Tensor): Tensor {
  useFloat1<OP>();
  return pointwise(self, NONE, NONE, out, floatType(self.dtype as DType));
}

/** A comparison in the common dtype: `v` gives a mask, `d` and `n` a bool. */
export function compare<OP extends Test2>(self: Tensor, other: Tensor, out: Tensor): Tensor {
  useTest2<OP>();
  return pointwiseTest(self, other, out, resultType(self, other));
}

/** A test of one tensor: `v` gives a mask, `d` and `n` a bool. */
export function test<OP extends Test1>(self: Tensor, out: Tensor): Tensor {
  useTest1<OP>();
  return pointwiseTest(self, NONE, out, self.dtype as DType);
}

/** A test of one tensor's truth: `t`. */
export function truth1<OP extends Truth1>(self: Tensor, out: Tensor): Tensor {
  return pointwiseTruth(self, NONE, out, (o, a, b, c, n) => {
    map1U8<OP>(o, a, n);
  });
}

/** A test of two tensors' truth: `t`. */
export function truth2<OP extends Truth2>(self: Tensor, other: Tensor, out: Tensor): Tensor {
  return pointwiseTruth(self, other, out, (o, a, b, c, n) => {
    map2U8<OP>(o, a, b, n);
  });
}
