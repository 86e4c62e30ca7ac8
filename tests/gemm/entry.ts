// The engines' functions as wasm exports, for tests and benchmarks (AssemblyScript).

import { gemmInt } from "../../assembly/gemm/gemm-int";

export {
  convF32,
  convF32ScratchBytes,
  convPack,
  convPackedBytes,
  convPackedFormat,
} from "../../assembly/conv/conv-f32";
export { convF64, convTransposeF64 } from "../../assembly/conv/conv-f64";
export {
  CONV_SHAPE_BYTES,
  convAlgorithm,
  convContiguousInput,
  convInferOutput,
} from "../../assembly/conv/shape";
export {
  convTransposeF32,
  convTransposeF32ScratchBytes,
  convTransposePack,
  convTransposePackedBytes,
} from "../../assembly/conv/transpose-f32";
export { gemmF32, gemmF32ScratchBytes, gemmPackedA, gemmPackedB } from "../../assembly/gemm/gemm-f32";
export { gemmF64, gemmF64ScratchBytes } from "../../assembly/gemm/gemm-f64";
export { packA, packB, packedABytes, packedBBytes } from "../../assembly/gemm/pack-f32";

/** `gemmInt` for elements of `bits` bits. */
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
  switch (bits) {
    case 8:
      gemmInt<i8>(m, n, k, a, rsA, csA, b, rsB, csB, c, rsC, start, rsStart, csStart);
      break;
    case 16:
      gemmInt<i16>(m, n, k, a, rsA, csA, b, rsB, csB, c, rsC, start, rsStart, csStart);
      break;
    case 32:
      gemmInt<i32>(m, n, k, a, rsA, csA, b, rsB, csB, c, rsC, start, rsStart, csStart);
      break;
    default:
      gemmInt<i64>(m, n, k, a, rsA, csA, b, rsB, csB, c, rsC, start, rsStart, csStart);
  }
}
