/** `sconce`: load a model file and run it. Small enough for a page that does nothing else. */

export type { DType } from "../format/dtype.ts";
export { type Fact, SconceError, type SourceLocation } from "./error.ts";
export { type LoadOptions, load, type Source } from "./load.ts";
export { type CallLimits, type Message, Module, type ModuleOptions } from "./module.ts";
export type { AttributeInfo, Parameter, Signature } from "./program.ts";
export { Runtime, type RuntimeOptions, type WasmSource } from "./runtime.ts";
export { type NestedArray, Tensor, type TypedArray, tensor } from "./tensor.ts";
export type { JsValue } from "./types.ts";
