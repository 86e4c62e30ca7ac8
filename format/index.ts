/** `sconce/format`: what a program is, on paper and on disk. Types, schemas, values, the IR, and the `.sconce` file. */

export {
  type DType,
  type DTypeInfo,
  dtypeFromCode,
  dtypeFromName,
  dtypes,
  UnsupportedDTypeError,
} from "./dtype.ts";
export { FormatError, type FormatErrorCode } from "./file/error.ts";
export { type ReadOptions, readProgram } from "./file/read.ts";
export { programChunks, type WriteOptions, writeProgram } from "./file/write.ts";
export { xxh64 } from "./file/xxh64.ts";
export { GraphBuilder, type OutputSpec } from "./ir/builder.ts";
export {
  Attr,
  type AttrKind,
  type AttrValues,
  Block,
  baseName,
  constantOf,
  Graph,
  Node,
  nodesOf,
  overloadName,
  type SchemaLookup,
  type SourceRange,
  type Use,
  Value,
} from "./ir/graph.ts";
export { graphHash } from "./ir/hash.ts";
export { isNondeterministic } from "./ir/nondeterministic.ts";
export { type ParseOptions, parseGraph } from "./ir/parse.ts";
export { type PrintOptions, printGraph } from "./ir/print.ts";
export * from "./ir/program.ts";
export { cloneGraph, copyNodes, Rewriter } from "./ir/rewrite.ts";
export { checkGraph, VerifyError, type VerifyOptions, verifyGraph } from "./ir/verify.ts";
export { checkProgram, verifyProgram } from "./ir/verify-program.ts";
export { FormatSyntaxError } from "./scan.ts";
export {
  type Alias,
  type Argument,
  type DefaultValue,
  type EnumKind,
  formatSchema,
  fullName,
  parseSchema,
  type Return,
  type Schema,
} from "./schema.ts";
export * from "./types.ts";
export { type Bindings, substitute, unify } from "./unify.ts";
export * from "./value.ts";
