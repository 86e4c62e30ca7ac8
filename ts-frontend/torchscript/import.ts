/** TorchScript archives as programs of Sconce: classes, functions, weights and state, with PyTorch's own meaning. */

import { GraphBuilder } from "../../format/ir/builder.ts";
import type { SourceRange } from "../../format/ir/graph.ts";
import { Graph } from "../../format/ir/graph.ts";
import { emptyProgram, type Fn, type Program } from "../../format/ir/program.ts";
import { VerifyError } from "../../format/ir/verify.ts";
import { verifyProgram } from "../../format/ir/verify-program.ts";
import { findOp } from "../../format/ops/table.ts";
import { fullName, type Schema } from "../../format/schema.ts";
import { AnyType, classType } from "../../format/types.ts";
import type { IValue } from "../../format/value.ts";
import { SconceError } from "../../loader/error.ts";
import type { TorchScriptArchive } from "./archive-reader.ts";
import { type Body, Definitions } from "./classes.ts";
import { CodeTable } from "./code-table.ts";
import type { ImportContext } from "./emit/context.ts";
import { emitFunction } from "./emit/statements.ts";
import { badCode } from "./error.ts";
import { Instances } from "./instances.ts";
import { knownSchemas } from "./schemas.gen.ts";
import { setStates } from "./set-state.ts";
import { TorchScriptSyntaxError } from "./syntax/lexer.ts";

/** An operator or construct that Sconce has not, and where the program uses it. */
export interface MissingOperator {
  /** `aten::fft_rfft`, or what else is missing in words. */
  readonly op: string;
  readonly uses: number;
  /** Each use, in the order of the code. */
  readonly places: readonly SourceRange[];
}

export interface Imported {
  readonly program: Program;
  /** Empty if everything is supported. Reaching one at run time raises UNSUPPORTED. */
  readonly missing: readonly MissingOperator[];
}

export interface ImportOptions {
  /** Refuse the file if anything is missing, reached or not. Default false. */
  readonly strict?: boolean;
}

/**
 * The program of an archive: everything that its root object can reach. Parameters keep their names, modules their
 * tree, nodes the place in the original Python.
 *
 * Throws SconceError: UNSUPPORTED for what cannot be left out, or with `strict` for anything missing; TORCHSCRIPT for
 * code that does not fit together. Counterpart of `torch.jit.load`.
 */
export function importTorchScript(archive: TorchScriptArchive, options: ImportOptions = {}): Imported {
  try {
    return new Importer(archive).run(options);
  } catch (error) {
    // code that parses and yet fits nothing: what the verifier finds is the archive's fault
    if (error instanceof VerifyError) throw badCode(error.message, error.range && { range: error.range });
    if (error instanceof TorchScriptSyntaxError) throw badCode(error.message);
    // what nests without a limit of its own: classes that hold classes that hold classes
    const { name, message } = error as Error;
    if (name !== "InternalError" && !(error instanceof RangeError && message.includes("call stack")))
      throw error;
    throw badCode("the code or the values of the archive are nested too deep");
  }
}

class Importer implements ImportContext {
  readonly definitions: Definitions;
  readonly version: number;
  readonly #archive: TorchScriptArchive;
  readonly #code: CodeTable;
  readonly #instances: Instances;
  readonly #program: Program;
  readonly #missing = new Map<string, SourceRange[]>();
  readonly #constants = new Map<number, IValue>();

  constructor(archive: TorchScriptArchive) {
    this.#archive = archive;
    this.version = archive.version;
    this.#program = emptyProgram({ kind: "function", name: "" });
    this.#code = new CodeTable(archive);
    this.definitions = new Definitions(this.#program, this.#code, (index) => this.constant(index));
    this.#instances = new Instances(this.definitions);
  }

  run({ strict = false }: ImportOptions): Imported {
    const { root, extraFiles } = this.#archive;
    const object = this.#instances.value(root, classType(root.typeName));
    if (object.kind !== "object") throw badCode("the root of the archive is no object");
    this.#program.root = { kind: "object", object };
    for (let body = this.definitions.pending.shift(); body; body = this.definitions.pending.shift()) {
      this.#lower(body);
    }
    setStates(this.#program, this.#instances.statesToSet);
    for (const [name, bytes] of extraFiles) this.#program.extraFiles.set(name, bytes);
    for (const [file, text] of this.#code.sources.texts()) this.#program.sources.set(file, text);
    this.#program.metadata.set("source", `TorchScript version ${this.version}`);
    const missing = [...this.#missing].map(([op, places]) => ({ op, uses: places.length, places }));
    if (strict && missing.length > 0) throw this.#refusal(missing);
    verifyProgram(this.#program, { lookup: lookupSchema });
    return { program: this.#program, missing };
  }

  constant(index: number): IValue | undefined {
    const pickled = this.#archive.constants[index];
    if (pickled === undefined) return undefined;
    const known = this.#constants.get(index);
    if (known !== undefined) return known;
    const value = this.#instances.value(pickled, AnyType);
    this.#constants.set(index, value);
    return value;
  }

  missing(op: string, place: SourceRange): void {
    const places = this.#missing.get(op) ?? [];
    places.push(place);
    this.#missing.set(op, places);
  }

  /** Lowers a body; one that holds what is not supported becomes a function that says so when it is called. */
  #lower(body: Body): void {
    const { fn, def, file } = body;
    try {
      emitFunction(this, body);
    } catch (error) {
      if (!(error instanceof SconceError) || error.code !== "UNSUPPORTED") throw error;
      const what = String(error.facts[0] ?? "this construct");
      const { where } = error;
      const place = where ? { file: where.file, line: where.line, col: where.column - 1 } : file.range(def);
      this.missing(what, place);
      refuseWhenCalled(fn, what, place);
    }
  }

  #refusal(missing: readonly MissingOperator[]): SconceError {
    const lines = missing.map(({ op, uses, places }) => {
      const { file, line } = places[0]!;
      return `    ${op}, ${uses === 1 ? "" : `${uses} times, first `}at ${file}:${line}`;
    });
    return new SconceError({
      code: "UNSUPPORTED",
      message: `the model uses what Sconce does not have:\n${lines.join("\n")}`,
      facts: missing.map(({ op }) => op),
      advice: "Convert it without strict: what is missing then raises an error only where it is reached.",
    });
  }
}

/** Gives the function a body whose only node has no operator of the table behind it. */
function refuseWhenCalled(fn: Fn, what: string, range: SourceRange): void {
  const name = what.includes("::") ? what : `sconce::${what.replace(/[^A-Za-z0-9_]+/g, "_")}`;
  const builder = new GraphBuilder(new Graph());
  for (const { name: arg, type } of fn.schema.args) builder.input(type, arg);
  builder.range = range;
  builder.returns(
    builder.node(
      name,
      [],
      fn.schema.returns.map(({ type }) => type),
    ).outputs,
  );
  fn.graph = builder.graph;
}

/** The schema of a full operator name, of PyTorch's operators that have no row too. */
export function lookupSchema(op: string): Schema | undefined {
  const row = findOp(op);
  if (row !== undefined) return row.schema;
  const dot = op.indexOf(".", op.indexOf("::"));
  return knownSchemas(dot < 0 ? op : op.slice(0, dot)).find((schema) => fullName(schema) === op);
}
