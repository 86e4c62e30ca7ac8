/** A program at hand: run it, look at it, save it. What `jit.trace` and `jit.load` give. */

import { FormatError } from "../../format/file/error.ts";
import { readProgram } from "../../format/file/read.ts";
import { writeProgram } from "../../format/file/write.ts";
import type { Graph, Node } from "../../format/ir/graph.ts";
import { baseName, overloadName } from "../../format/ir/graph.ts";
import { printGraph } from "../../format/ir/print.ts";
import { type Fn, findClass, type Program } from "../../format/ir/program.ts";
import { resolveOverload } from "../../format/ops/resolve.ts";
import type { Type } from "../../format/types.ts";
import type { IValue, TensorData } from "../../format/value.ts";
import { SconceError } from "../../loader/error.ts";
import { loadSync } from "../../loader/load.ts";
import type { Module as LoadedModule, ModuleOptions } from "../../loader/module.ts";
import { bytesOfTensor, Tensor as HostTensor } from "../../loader/tensor.ts";
import type { JsValue } from "../../loader/types.ts";
import { Sym } from "../eager/dim.ts";
import { runtime } from "../eager/runtime.ts";
import { inlineCalls } from "../passes/inline.ts";
import { recorder, unrecorded } from "../record.ts";
import { rememberProgram } from "../script/compiled-functions.ts";
import { defineMethods } from "../script/define.ts";
import { Tensor } from "../tensor.ts";
import { type Code, functionCode, programCode, schemaText } from "./code/index.ts";
import { valueFromJs } from "./state.ts";
import { writeFile } from "./write-file.ts";

/** Whether a graph's text must name the overload, because types alone would find another; see PrintOptions. */
export function isAmbiguous(node: Node): boolean | "default" {
  const found = resolveOverload(
    baseName(node.op),
    node.inputs.map((value) => value.type),
  );
  if (overloadName(node.op) === "") return found !== undefined && found.name !== node.op && "default";
  return found?.name !== node.op;
}

export interface SaveOptions {
  /** Files to store beside the program: text or bytes by name. */
  readonly extraFiles?: Readonly<Record<string, string | Uint8Array>>;
  /** Free text about the model. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * A traced model or one loaded from a file: counterpart of `torch.jit.ScriptModule`.
 *
 * It runs on the same runtime as eager tensors: inputs are not copied, results are eager tensors.
 */
export class ScriptModule {
  /** The program in IR form. Change it only before the first call. */
  readonly program: Program;
  readonly #options: ModuleOptions;
  #loaded: LoadedModule | undefined;

  constructor(program: Program, options: ModuleOptions = {}) {
    this.program = program;
    this.#options = options;
    rememberProgram(this, () => this.program);
  }

  #module(): LoadedModule {
    this.#loaded ??= loadSync(writeProgram(this.program), runtime, this.#options);
    return this.#loaded;
  }

  /** Runs `forward`. Throws SconceError, as every method. */
  // biome-ignore lint/suspicious/noExplicitAny: what comes out is known only to the program; `call<T>` takes a type.
  forward(...args: unknown[]): any {
    return this.call("forward", args);
  }

  /** Runs a method by name; tensors come out as eager tensors, tuples as arrays, dicts as Maps. */
  call<T = unknown>(
    method: string,
    args: readonly unknown[],
    kwargs: Readonly<Record<string, unknown>> = {},
  ): T {
    if (recorder === null) return this.#run(method, args, kwargs) as T;
    const plain = args.map((arg) => (arg instanceof Sym ? Sym.peek(arg) : arg));
    const result = unrecorded(() => this.#run(method, plain, kwargs));
    recorder.program(this, this.program, this.method(method), args, result);
    return result as T;
  }

  #run(method: string, args: readonly unknown[], kwargs: Readonly<Record<string, unknown>>): unknown {
    return this.#module().callWith(method, args, kwargs, (_, address) => {
      runtime.exports.sc_retain(address);
      return new Tensor(address);
    });
  }

  /** Names of the root's methods. */
  get methods(): string[] {
    return this.#functions().map((fn) => fn.name);
  }

  #functions(): readonly Fn[] {
    const { root, functions } = this.program;
    if (root.kind === "function") return [{ ...functions.get(root.name)!, name: "forward" }];
    return findClass(this.program, root.object.type)?.methods ?? [];
  }

  /** A method of the root by name: its signature and its graph. Throws SconceError (NO_METHOD). */
  method(name = "forward"): Fn {
    const fn = this.#functions().find((f) => f.name === name);
    if (fn) return fn;
    throw new SconceError({
      code: "NO_METHOD",
      message: `there is no method ${name}`,
      facts: [name],
      advice: `The program has: ${this.methods.join(", ")}.`,
    });
  }

  /** The text of `forward`'s graph in PyTorch's notation; submodules stand as calls. */
  get graph(): string {
    return this.graphOf("forward");
  }

  /** The text of any method's graph. */
  graphOf(method: string): string {
    return printGraph(this.method(method).graph, { ambiguous: isAmbiguous });
  }

  /** `forward`'s graph with every call replaced by what is called. */
  get inlinedGraph(): string {
    return printGraph(this.inlined(), { ambiguous: isAmbiguous });
  }

  /** The IR of a method with every call inlined: a copy. */
  inlined(method = "forward"): Graph {
    return inlineCalls(this.program, this.method(method).graph);
  }

  /** `forward` as TypeScript. */
  get code(): string {
    return this.codeOf("forward");
  }

  /** Any method as TypeScript. */
  codeOf(method: string): string {
    return this.codeWithConstants(method).code;
  }

  /** A method as TypeScript, and what `CONSTANTS.name` in it stands for. */
  codeWithConstants(method = "forward"): Code {
    return functionCode(this.method(method), this.program);
  }

  /**
   * The whole program as a TypeScript module: classes with all their methods, functions, and the constants that they
   * name. It passes `tsc` against `sconce/torch`.
   */
  programCode(): Code {
    return programCode(this.program);
  }

  /** A method's signature in PyTorch's notation: `forward(__torch__.Net self, Tensor x) -> Tensor`. */
  schema(method = "forward"): string {
    return schemaText(this.method(method));
  }

  /** The `.sconce` file: the same model gives the same bytes. State that calls have changed is stored as it is now. */
  toBytes(options: SaveOptions = {}): Uint8Array {
    this.#refresh();
    const encoder = new TextEncoder();
    const extraFiles = new Map(this.program.extraFiles);
    for (const [name, content] of Object.entries(options.extraFiles ?? {})) {
      extraFiles.set(name, typeof content === "string" ? encoder.encode(content) : content);
    }
    const metadata = new Map([...this.program.metadata, ...Object.entries(options.metadata ?? {})]);
    return writeProgram({ ...this.program, extraFiles, metadata });
  }

  /** Writes the file (Node, Deno, Bun). In a browser use `toBytes`. */
  async save(path: string | URL, options: SaveOptions = {}): Promise<void> {
    await writeFile(path, this.toBytes(options));
  }

  /** Parameters and buffers by dotted path, as copies of the present state. */
  stateDict(): Map<string, HostTensor> {
    return this.#module().stateDict();
  }

  /** Copies what calls have written to parameters, buffers and attributes back into the program's values. */
  #refresh(): void {
    const { root } = this.program;
    if (!this.#loaded || root.kind !== "object") return;
    const seen = new Set<IValue>();
    const visit = (object: IValue & { kind: "object" }, prefix: string): void => {
      if (seen.has(object)) return;
      seen.add(object);
      for (const attribute of findClass(this.program, object.type)?.attributes ?? []) {
        const old = object.attrs.get(attribute.name);
        if (!old || attribute.kind === "constant") continue;
        const path = prefix + attribute.name;
        if (old.kind === "object") visit(old, `${path}.`);
        else object.attrs.set(attribute.name, this.#present(path, old, attribute.type));
      }
    };
    visit(root.object, "");
  }

  #present(path: string, old: IValue, type: Type): IValue {
    const now = this.#loaded!.getAttribute(path);
    if (now instanceof HostTensor && old.kind === "tensor" && fitsInPlace(old.tensor, now)) {
      old.tensor.storage.bytes.set(bytesOfTensor(now), 0);
      return old;
    }
    return valueFromJs(now, type) ?? old;
  }

  // --- State ---------------------------------------------------------------------------------------------------------

  /** Reads an attribute by dotted path, such as `encoder.scale`. Throws SconceError (NO_ATTRIBUTE). */
  getAttribute(path: string): JsValue {
    return this.#module().getAttribute(path);
  }

  /** Writes an attribute by dotted path; the value is checked against its type. */
  setAttribute(path: string, value: JsValue): void {
    this.#module().setAttribute(path, value);
  }

  /** Whether the module is in training mode; false for a function. */
  get training(): boolean {
    const { root } = this.program;
    return (
      root.kind === "object" && root.object.attrs.has("training") && this.getAttribute("training") === true
    );
  }

  /** Puts the module and all modules in it into training mode, or into evaluation mode. Returns this. */
  train(mode = true): this {
    for (const path of this.#modulePaths()) this.setAttribute(`${path}training`, mode);
    return this;
  }

  /** Evaluation mode: `train(false)`. */
  eval(): this {
    return this.train(false);
  }

  /** Paths of all modules that have a training flag, each with a dot at the end. */
  #modulePaths(): string[] {
    const { root } = this.program;
    const paths: string[] = [];
    const seen = new Set<IValue>();
    const visit = (object: IValue & { kind: "object" }, prefix: string): void => {
      if (seen.has(object)) return;
      seen.add(object);
      if (object.attrs.get("training")?.kind === "bool") paths.push(prefix);
      for (const [name, value] of object.attrs)
        if (value.kind === "object") visit(value, `${prefix}${name}.`);
    };
    if (root.kind === "object") visit(root.object, "");
    return paths;
  }

  /** A module of its own with the same program and a copy of the present state. */
  copy(): ScriptModule {
    return fromBytes(this.toBytes(), this.#options);
  }

  /**
   * Adds methods, written as in a class body, to the module: `define("double(x) { return this.forward(x).mul(2); }")`.
   * Types are those of JSDoc comments; without one a parameter is a tensor. `scope` gives the values of free names.
   * Counterpart of `torch.jit.ScriptModule.define`. Throws SconceError with a code SCRIPT_…; then nothing has changed.
   */
  define(source: string, scope: Readonly<Record<string, unknown>> = {}): this {
    this.#refresh();
    defineMethods(this.program, source, scope);
    this.dispose();
    return this;
  }

  /** Frees what the runtime holds of the program; a later call loads it again. */
  dispose(): void {
    this.#loaded?.dispose();
    this.#loaded = undefined;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  toString(): string {
    const { root } = this.program;
    const name = root.kind === "object" ? root.object.type.split(".").at(-1) : root.name;
    return `ScriptModule(${name}: ${this.methods.join(", ")})`;
  }
}

/** True when the tensor covers its storage in order, so that new elements can be written over the old. */
function fitsInPlace(old: TensorData, now: HostTensor): boolean {
  return (
    old.dtype === now.dtype &&
    old.shape.join() === now.shape.join() &&
    old.offset === 0 &&
    old.storage.bytes.length === bytesOfTensor(now).length
  );
}

/** A module from the bytes of a `.sconce` file, with its graphs. To run only, use `load` of `sconce`. Throws SconceError. */
export function fromBytes(bytes: Uint8Array, options: ModuleOptions = {}): ScriptModule {
  try {
    return new ScriptModule(readProgram(bytes), options);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new SconceError({
      code: "FILE_MALFORMED",
      message: error.message,
      advice: "Transfer the file again.",
    });
  }
}
