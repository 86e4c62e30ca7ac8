// The engines' functions as wasm exports, for tests and benchmarks (AssemblyScript).

export {
  convF32,
  convF32ScratchBytes,
  convPack,
  convPackedBytes,
  convPackedFormat,
} from "../../assembly/conv/conv-f32";
export { convF64, convTransposeF64 } from "../../assembly/conv/conv-f64";
export {
  convTransposeF32,
  convTransposeF32ScratchBytes,
  convTransposePack,
  convTransposePackedBytes,
} from "../../assembly/conv/transpose-f32";
export { gemmF32, gemmF32ScratchBytes, gemmPackedA, gemmPackedB } from "../../assembly/gemm/gemm-f32";
export { gemmF64, gemmF64ScratchBytes } from "../../assembly/gemm/gemm-f64";
export { packA, packB, packedABytes, packedBBytes } from "../../assembly/gemm/pack-f32";

import { ConvShape, convAlgorithm as algorithmOf } from "../../assembly/conv/shape";
import { gemmInt } from "../../assembly/gemm/gemm-int";

export const convShapeBytes: usize = offsetof<ConvShape>();

export function convAlgorithm(s: ConvShape): i32 {
  return algorithmOf(s);
}

export function convContiguousInput(s: ConvShape): void {
  s.contiguousInput();
}

export function convInferOutput(s: ConvShape): void {
  s.inferOutput();
}

/** `gemmInt` for elements of `bits` bits, contiguous A, B transposed or not, start C or zeros. */
export function gemmI(
  bits: i32,
  m: usize,
  n: usize,
  k: usize,
  a: usize,
  rsA: usize,
  csA: usize,
  b: usize,
  rsB: usize,
  csB: usize,
  c: usize,
  rsC: usize,
  start: usize,
  rsStart: usize,
  csStart: usize,
): void {
  if (bits == 8) gemmInt<i8>(m, n, k, a, rsA, csA, b, rsB, csB, c, rsC, start, rsStart, csStart);
  else if (bits == 16) gemmInt<i16>(m, n, k, a, rsA, csA, b, rsB, csB, c, rsC, start, rsStart, csStart);
  else if (bits == 32) gemmInt<i32>(m, n, k, a, rsA, csA, b, rsB, csB, c, rsC, start, rsStart, csStart);
  else gemmInt<i64>(m, n, k, a, rsA, csA, b, rsB, csB, c, rsC, start, rsStart, csStart);
}
