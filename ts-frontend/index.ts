/**
 * `sconce/torch`: tensors, operators and everything else that model authors write with. The runtime is ready when the
 * import is: every call after it is synchronous.
 */

export type { DType } from "../format/dtype.ts";
export { SconceError } from "../loader/error.ts";
export { call, type Options } from "./dispatch.ts";
export { Dim } from "./eager/dim.ts";
export type { TensorArray } from "./eager/elements.ts";
export type { NestedData } from "./eager/from-data.ts";
export { Generator } from "./eager/generator.ts";
export { ellipsis, type Index, Slice, slice } from "./eager/indexing.ts";
export { MemoryView } from "./eager/memory-view.ts";
export type {
  Device,
  DTypeLike,
  Int,
  Ints,
  Layout,
  MemoryFormat,
  Scalar,
  TensorOptions,
} from "./eager/types.ts";
export * as jit from "./jit/index.ts";
export * as math from "./math.ts";
export * as nn from "./nn/index.ts";
export type { Module } from "./nn/module.ts";
export { ops, type RawNamespace, type RawOperators } from "./ops.ts";
export type { PrintOptions } from "./print.ts";
export { keep, noGrad, scope } from "./scope.ts";
export {
  type Buffer,
  type Constant,
  type ExternalClass,
  Future,
  type int,
  type NamedTuple,
  type Parameter,
  ScriptClass,
  ScriptEnum,
  type Submodule,
} from "./script/builtins.ts";
export { registerSource } from "./script/source/registry.ts";
export { type Nested, Tensor, type ToOptions } from "./tensor.ts";
export * as torch from "./torch.ts";
export { readNpy, readWeights, writeNpy, writeSafetensors } from "./weights/index.ts";
