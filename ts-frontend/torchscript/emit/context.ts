/** What lowering a function needs from around it, and the steps that statements and expressions share. */

import { GraphBuilder } from "../../../format/ir/builder.ts";
import type { SourceRange, Value } from "../../../format/ir/graph.ts";
import { isSubtype, type Type, typeEquals } from "../../../format/types.ts";
import { IValue } from "../../../format/value.ts";
import type { Definitions } from "../classes.ts";
import type { CodeFile } from "../code-table.ts";
import { badCode, unsupportedCode } from "../error.ts";
import type { Span } from "../syntax/ast.ts";

/** What is the same for every function of an archive. */
export interface ImportContext {
  readonly definitions: Definitions;
  /** The version of the archive's operators. */
  readonly version: number;
  /** `CONSTANTS.cN`. */
  constant(index: number): IValue | undefined;
  /** An operator without a row is used here. */
  missing(op: string, place: SourceRange): void;
}

export class FunctionContext {
  readonly imports: ImportContext;
  readonly file: CodeFile;
  readonly builder: GraphBuilder;

  constructor(imports: ImportContext, file: CodeFile, builder = new GraphBuilder()) {
    this.imports = imports;
    this.file = file;
    this.builder = builder;
  }

  get definitions(): Definitions {
    return this.imports.definitions;
  }

  isSubtype(a: Type, b: Type): boolean {
    return isSubtype(a, b, this.definitions.facts);
  }

  /** Nodes made from now on come from here. */
  mark(span: Span): void {
    this.builder.range = this.file.range(span);
  }

  refuse(message: string, at: Span): never {
    throw badCode(message, this.file.place(at));
  }

  unsupported(what: string, at: Span): never {
    throw unsupportedCode(what, this.file.place(at));
  }

  none(type?: Type): Value {
    return this.builder.constant(IValue.none, type);
  }

  int(value: number | bigint): Value {
    return this.builder.constant(IValue.int(value));
  }

  /** The value under a wider or narrower static type. */
  cast(value: Value, type: Type): Value {
    if (typeEquals(value.type, type)) return value;
    return this.builder.op("prim::unchecked_cast", [value], type);
  }
}
