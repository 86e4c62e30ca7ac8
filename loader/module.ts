/** A loaded model: its methods, attributes, state, and what its file says of it. */

import { printType, type Type } from "../format/types.ts";
import type { IValue } from "../format/value.ts";
import { errorOf, SconceError, type SourceLocation } from "./error.ts";
import { type AttributeInfo, type ClassInfo, type Plain, ProgramInfo, type Signature } from "./program.ts";
import { type Runtime, SLOT } from "./runtime.ts";
import { withFieldNames, writeTagged } from "./tagged.ts";
import type { Tensor } from "./tensor.ts";
import { copyTensor, type JsValue, readJs, type TensorReader, writeJs } from "./types.ts";

/** Something the program printed (`print`) or warned of (`warning`). */
export interface Message {
  readonly kind: "print" | "warning";
  /** The values as TorchScript prints them, with spaces between, without a line end. */
  readonly text: string;
}

export interface CallLimits {
  /** Most instructions of one call; without it a call may run for ever. */
  readonly instructions?: number;
  /** Most nested calls; 10,000 by default. */
  readonly depth?: number;
}

export interface ModuleOptions {
  readonly limits?: CallLimits;
  /** Receives what the program prints and warns of; by default the console does. */
  readonly onMessage?: (message: Message) => void;
}

/** Most frames of a trace that are read. */
const MOST_FRAMES = 200;

const registry = new FinalizationRegistry<{ runtime: Runtime; address: number }>(({ runtime, address }) => {
  runtime.exports.sc_release(address);
});

export class Module {
  readonly runtime: Runtime;
  readonly #info: ProgramInfo;
  readonly #limits: CallLimits;
  readonly #onMessage: (message: Message) => void;
  #address: number;
  /** The root object's class, undefined for a file that holds a function. */
  readonly #class: ClassInfo | undefined;
  readonly #root: number;

  /** Wraps a program that `sc_load` gave, and takes its reference over. @internal */
  constructor(runtime: Runtime, address: number, options: ModuleOptions = {}) {
    this.runtime = runtime;
    this.#address = address;
    this.#limits = options.limits ?? {};
    this.#onMessage = options.onMessage ?? toConsole;
    this.#root = runtime.exports.sc_root(address);
    try {
      this.#info = new ProgramInfo(runtime, address);
      this.#class = this.#root < 0 ? this.#withRoot((slot) => this.#info.classOf(slot)) : undefined;
    } catch (error) {
      runtime.exports.sc_release(address);
      throw error;
    }
    registry.register(this, { runtime, address }, this);
  }

  /** Runs `forward`: arguments by its schema, checked; tensors in are copied, tensors out are copies. */
  forward(...args: JsValue[]): JsValue {
    return this.call("forward", args);
  }

  /** Runs a method by name, with keyword arguments after the positional ones. Throws SconceError. */
  call(
    method: string,
    args: readonly unknown[],
    kwargs: Readonly<Record<string, unknown>> = NO_KWARGS,
  ): JsValue {
    return this.callWith(method, args, kwargs, copyTensor) as JsValue;
  }

  /** As `call`, with a reader that decides what becomes of result tensors. @internal */
  callWith(
    method: string,
    args: readonly unknown[],
    kwargs: Readonly<Record<string, unknown>>,
    tensor: TensorReader<unknown>,
  ): unknown {
    const index = this.#method(method);
    const signature = this.#info.signature(index);
    const self = this.#class ? 1 : 0;
    const { parameters } = signature;
    checkArity(method, parameters, args, kwargs);
    return this.#run(
      index,
      parameters.length + self,
      (slots) => {
        parameters.forEach((parameter, i) => {
          const slot = slots + (i + self) * SLOT;
          const value = i < args.length && !parameter.kwarg ? args[i] : kwargs[parameter.name];
          if (value === undefined && parameter.default !== null) {
            this.runtime.exports.sc_value(this.#address, parameter.default, slot);
          } else {
            writeJs(this.runtime, slot, value, parameter.type, parameter.path);
          }
        });
      },
      (results) => {
        const { returns } = signature;
        const values = returns.map((r, i) =>
          readJs(this.runtime, results + i * SLOT, r.type, tensor, this.#fieldsOf),
        );
        return values.length === 1 ? values[0] : values.length ? values : undefined;
      },
    );
  }

  /**
   * Runs a method on tagged values: arguments are checked against the schema and converted as PyTorch does it (an int
   * where a float is wanted), defaults filled in, tensors copied in and out. Throws SconceError.
   */
  callRaw(method: string, args: readonly IValue[], kwargs: Readonly<Record<string, IValue>> = {}): IValue[] {
    const index = this.#method(method);
    const { parameters, returns } = this.#info.signature(index);
    const self = this.#class ? 1 : 0;
    checkArity(method, parameters, args, kwargs);
    return this.#run(
      index,
      parameters.length + self,
      (slots) => {
        parameters.forEach((parameter, i) => {
          const slot = slots + (i + self) * SLOT;
          const value = (i < args.length && !parameter.kwarg ? args[i] : kwargs[parameter.name]) ?? NONE;
          if (value === NONE && parameter.default !== null) {
            this.runtime.exports.sc_value(this.#address, parameter.default, slot);
          } else {
            writeTagged(this.runtime, slot, value, parameter.type, parameter.path);
          }
        });
      },
      (results) => returns.map((r, i) => withFieldNames(this.runtime.readValue(results + i * SLOT), r.type)),
    );
  }

  #run<T>(index: number, count: number, write: (slots: number) => void, read: (results: number) => T): T {
    const { runtime } = this;
    const { exports } = runtime;
    const slots = runtime.pushSlots(count);
    let task = 0;
    try {
      if (this.#class) exports.sc_value(this.#address, -1 - this.#root, slots);
      write(slots);
      runtime.setLimits(this.#limits.instructions ?? 0, this.#limits.depth ?? 10_000);
      task = runtime.checked(exports.sc_begin(this.#address, index, slots, count));
      const status = exports.sc_run(task, 0);
      if (status !== 0) this.#fail(task);
      return read(exports.sc_results(task) >>> 0);
    } finally {
      if (task) exports.sc_end(task);
      runtime.popSlots(count);
      if (exports.sc_record_count()) this.#drain();
    }
  }

  /** Throws the error that stopped a task, with the places of its frames. */
  #fail(task: number): never {
    const { code, facts, op } = this.runtime.takeError((id) => this.#info.opName(id));
    throw errorOf(code, facts, op, this.#trace(task));
  }

  /** The calls that a failed task is in, from the outermost; of very many, the innermost ones. */
  #trace(task: number): SourceLocation[] {
    const trace: SourceLocation[] = [];
    for (let depth = 0; depth < MOST_FRAMES; depth++) {
      const place = plainSlot(this.runtime, (slot) => this.runtime.exports.sc_place(task, depth, slot));
      if (!Array.isArray(place)) break;
      const [file, line, column, index] = place as [string | null, number, number, number];
      if (file === null) continue;
      const text = this.#info.sourceLine(file, line);
      trace.push({
        file,
        line,
        column: column + 1,
        ...(text === undefined ? {} : { text }),
        function: this.#info.functionName(index),
      });
    }
    return trace.reverse();
  }

  #drain(): void {
    const { runtime } = this;
    const slot = runtime.pushSlots(1);
    try {
      const { sc_records, sc_items, sc_length } = runtime.exports;
      sc_records(slot);
      const { view } = runtime;
      const records = view.getUint32(slot + 8, true);
      const messages = Array.from({ length: sc_length(records) }, (_, i): Message => {
        const record = sc_items(view.getUint32((sc_items(records) >>> 0) + i * SLOT + 8, true)) >>> 0;
        const kind = view.getUint32(record + 8, true) ? "warning" : "print";
        return { kind, text: runtime.displayString(view.getUint32(record + SLOT + 8, true)) };
      });
      for (const message of messages) this.#onMessage(message);
    } finally {
      runtime.popSlots(1);
    }
  }

  /**
   * Seeds the generator that this module draws from, and with it all modules of its runtime; load into a runtime of its
   * own a module that shall have one for itself. `torch.manual_seed`
   */
  manualSeed(seed: number | bigint): void {
    this.runtime.manualSeed(seed);
  }

  /** Names of the methods, `forward` among them. */
  get methods(): string[] {
    this.#alive();
    return this.#class ? [...this.#class.methods.keys()] : ["forward"];
  }

  /** A method's parameters (its object left out) and results. */
  schema(method = "forward"): Signature {
    return this.#info.signature(this.#method(method));
  }

  /** The schema as text: `forward(Tensor x, int n=…) -> (Tensor, Tensor)`. */
  schemaText(method = "forward"): string {
    const { parameters, returns } = this.schema(method);
    const shown = parameters.map((p) => `${printType(p.type)} ${p.name}${p.default === null ? "" : "=…"}`);
    const results = returns.map((r) => printType(r.type));
    return `${method}(${shown.join(", ")}) -> ${results.length === 1 ? results[0] : `(${results.join(", ")})`}`;
  }

  #method(name: string): number {
    this.#alive();
    const index = this.#class ? this.#class.methods.get(name) : name === "forward" ? this.#root : undefined;
    if (index !== undefined) return index;
    throw new SconceError({
      code: "NO_METHOD",
      message: `there is no method ${name}`,
      facts: [name],
      advice: `The file has: ${this.methods.join(", ")}.`,
    });
  }

  /** Attributes of the root module: name, kind and type. */
  get attributes(): readonly AttributeInfo[] {
    this.#alive();
    return this.#class?.attributes ?? [];
  }

  /** Reads an attribute by dotted path, such as `encoder.scale`. Throws SconceError. */
  getAttribute(path: string): JsValue {
    return this.#attribute(
      path,
      (slot, type) => readJs(this.runtime, slot, type, copyTensor, this.#fieldsOf) as JsValue,
    );
  }

  /** Writes an attribute; the value is checked against its type. Constants cannot be written. */
  setAttribute(path: string, value: JsValue): void {
    this.#attribute(path, (slot, type, constant) => {
      if (constant)
        throw new SconceError({ code: "NO_ATTRIBUTE", message: `${path} is a constant`, facts: [path] });
      const fresh = this.runtime.pushSlots(1);
      try {
        writeJs(this.runtime, fresh, value, type, `attribute ${path}`);
        const { view, exports } = this.runtime;
        exports.sc_drop(slot, 1);
        view.setBigUint64(slot, view.getBigUint64(fresh, true), true);
        view.setBigUint64(slot + 8, view.getBigUint64(fresh + 8, true), true);
        view.setUint32(fresh, 0, true);
      } finally {
        this.runtime.popSlots(1);
      }
    });
  }

  readonly #fieldsOf = (slot: number) => this.#info.fieldsOf(slot);

  #attribute<T>(path: string, use: (slot: number, type: Type, constant: boolean) => T): T {
    const unknown = (): never => {
      throw new SconceError({
        code: "NO_ATTRIBUTE",
        message: `there is no attribute ${path}`,
        facts: [path],
        advice: "Module.attributes lists those the file has.",
      });
    };
    if (!this.#class) unknown();
    return this.#withRoot((root) => {
      const names = path.split(".");
      let object = root;
      for (const [i, name] of names.entries()) {
        const attribute = this.#info.classOf(object)?.attributes.find((a) => a.name === name) ?? unknown();
        if (attribute.slot < 0) {
          if (i < names.length - 1) unknown();
          const slot = this.runtime.pushSlots(1);
          try {
            this.runtime.exports.sc_value(this.#address, attribute.value ?? 0, slot);
            return use(slot, attribute.type, true);
          } finally {
            this.runtime.popSlots(1);
          }
        }
        object = this.#info.attributeSlot(object, attribute);
        if (i === names.length - 1) return use(object, attribute.type, false);
        if (attribute.type.kind !== "Class") unknown();
      }
      return unknown();
    });
  }

  /** Parameters and buffers by dotted path, as copies: PyTorch's `state_dict()`. */
  stateDict(): Map<string, Tensor> {
    const state = new Map<string, Tensor>();
    if (this.#class) this.#withRoot((slot) => this.#collect(slot, "", state, 0));
    return state;
  }

  #collect(object: number, prefix: string, state: Map<string, Tensor>, depth: number): void {
    const info = this.#info.classOf(object);
    for (const kind of ["parameter", "buffer", "module"] as const) {
      for (const attribute of info.attributes) {
        if (attribute.kind !== kind) continue;
        const slot = this.#info.attributeSlot(object, attribute);
        const value = this.runtime.view.getUint32(slot, true);
        if (kind === "module") {
          if (value === 13 && depth < 200)
            this.#collect(slot, `${prefix}${attribute.name}.`, state, depth + 1);
        } else if (value === 8) {
          state.set(
            prefix + attribute.name,
            copyTensor(this.runtime, this.runtime.view.getUint32(slot + 8, true)),
          );
        }
      }
    }
  }

  /** Free text that the file carries: who made it, from what. */
  get metadata(): Map<string, string> {
    this.#alive();
    const flat = (this.#info.header("meta") ?? []) as string[];
    const pairs = Array.from({ length: flat.length / 2 }, (_, i): [string, string] => [
      flat[2 * i]!,
      flat[2 * i + 1]!,
    ]);
    return new Map(pairs);
  }

  /** Full names of the operators that the file uses. */
  get operators(): string[] {
    this.#alive();
    return this.#info.header("ops") as string[];
  }

  /** Names of the files stored beside the program. */
  get extraFiles(): string[] {
    this.#alive();
    return ((this.#info.header("extra") ?? []) as [string, number][]).map(([name]) => name);
  }

  /** The bytes of an extra file, copied; undefined when there is none of this name. */
  extraFile(name: string): Uint8Array | undefined {
    this.#alive();
    const found = ((this.#info.header("extra") ?? []) as [string, number][]).find(([file]) => file === name);
    return found && this.#info.segment(found[1]);
  }

  /** Frees the program; the module cannot be used afterwards. */
  dispose(): void {
    if (!this.#address) return;
    registry.unregister(this);
    this.runtime.exports.sc_release(this.#address);
    this.#address = 0;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #alive(): void {
    if (this.#address) return;
    throw new SconceError({
      code: "NOT_LOADED",
      message: "the module was disposed",
      advice: "Load the file again.",
    });
  }

  #withRoot<T>(use: (slot: number) => T): T {
    this.#alive();
    const slot = this.runtime.pushSlots(1);
    try {
      this.runtime.exports.sc_value(this.#address, -1 - this.#root, slot);
      return use(slot);
    } finally {
      this.runtime.popSlots(1);
    }
  }
}

function plainSlot(runtime: Runtime, write: (slot: number) => void): Plain {
  const slot = runtime.pushSlots(1);
  try {
    write(slot);
    const value = runtime.readValue(slot);
    if (value.kind !== "tuple") return null;
    return value.items.map((item) =>
      item.kind === "int" ? Number(item.value) : item.kind === "str" ? item.value : null,
    );
  } finally {
    runtime.popSlots(1);
  }
}

const NO_KWARGS = {};
const NONE: IValue = { kind: "none" };

function checkArity(
  method: string,
  parameters: Signature["parameters"],
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
): void {
  const fail = (message: string): never => {
    const names = parameters.map((p) => p.name).join(", ");
    throw new SconceError({ code: "BAD_ARITY", message, advice: `Its parameters are: ${names || "none"}.` });
  };
  let positional = 0;
  for (const [i, p] of parameters.entries()) {
    if (!p.kwarg) positional++;
    if (i < args.length && !p.kwarg && args[i] !== undefined) continue;
    if (p.default === null && p.type.kind !== "Optional" && !(p.name in kwargs)) {
      fail(`${method}() is missing its argument ${p.name}`);
    }
  }
  if (args.length > positional) fail(`${method}() takes ${positional} arguments, got ${args.length}`);
  if (kwargs === NO_KWARGS) return;
  for (const name of Object.keys(kwargs)) {
    if (!parameters.some((p) => p.name === name)) fail(`${method}() has no parameter ${name}`);
  }
}

function toConsole({ kind, text }: Message): void {
  if (kind === "warning") console.warn(text);
  else console.log(text);
}
