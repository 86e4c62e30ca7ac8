/** The base class of all networks: attributes that are parameters, buffers and submodules, and what runs over them. */

import type { DType } from "../../format/dtype.ts";
import type { TensorData } from "../../format/value.ts";
import { SconceError } from "../../loader/error.ts";
import { call } from "../dispatch.ts";
import { keep } from "../scope.ts";
import { Tensor } from "../tensor.ts";
import { type Copies, copyValue } from "./copy.ts";
import { scopeForward } from "./forward.ts";
import { Parameter } from "./parameter.ts";
import { type LoadOptions, type LoadReport, loadState } from "./state.ts";

/** The registered buffers of each module: name and whether `stateDict` has it. */
const registered = new WeakMap<Module, Map<string, { readonly persistent: boolean }>>();

const FLOATING: ReadonlySet<DType> = new Set<DType>(["float32", "float64", "float16", "bfloat16"]);

/** Names of submodules in the order of their coming, for modules that hold them under numbers and names alike. */
const childOrder = new WeakMap<Module, string[]>();

/** Makes a module's children keep the order of `addModule`; JavaScript puts properties named by integers first. */
export function keepChildOrder(module: Module): void {
  childOrder.set(module, []);
}

export interface NamedOptions {
  /** Put before every name. */
  prefix?: string;
  /** False: this module's own only. */
  recurse?: boolean;
}

/**
 * A network or a part of one: counterpart of `torch.nn.Module`.
 *
 *     class MyCell extends nn.Module {
 *       linear = new nn.Linear(4, 4);
 *
 *       forward(x: Tensor, h: Tensor) {
 *         const next = this.linear.forward(x).add(h).tanh();
 *         return [next, next];
 *       }
 *     }
 *
 * Own properties that hold a Parameter or a Module are the module's parameters and submodules, in the order of their
 * assignment and under their property names: these make the keys of `stateDict`. Buffers are registered by name.
 *
 * Call a module by its `forward`. The outermost `forward` frees the tensors made meanwhile, except its result, what was
 * assigned to attributes of modules, and what was given to `keep`.
 */
export abstract class Module {
  /** True while training: dropout drops and batch norm uses the batch. Set it with `train` and `eval`. */
  training = true;

  constructor() {
    scopeForward(this);
  }

  /** Computes the module's outputs. Every module has arguments of its own. */
  abstract forward(...args: never[]): unknown;

  /** Assigns a parameter, or null where this module goes without. Returns it. */
  registerParameter<P extends Parameter | null>(name: string, parameter: P): P {
    return assign(this, name, parameter);
  }

  /** Assigns a submodule, under a name that need not be an identifier. Returns it. */
  addModule<M extends Module>(name: string, module: M): M {
    const order = childOrder.get(this);
    if (order !== undefined && !order.includes(name)) order.push(name);
    return assign(this, name, module);
  }

  /**
   * Assigns a tensor that belongs to the module's state but is no parameter, such as a running mean, or null where this
   * module goes without. A buffer that is not persistent stays out of `stateDict`. Buffers outlive every scope.
   */
  registerBuffer<T extends Tensor | null>(
    name: string,
    tensor: T,
    options: { persistent?: boolean } = {},
  ): T {
    let buffers = registered.get(this);
    if (buffers === undefined) {
      buffers = new Map();
      registered.set(this, buffers);
    }
    buffers.set(name, { persistent: options.persistent ?? true });
    return assign(this, name, keep(tensor));
  }

  /** Direct submodules and their names. One that is there under two names comes once. */
  *namedChildren(): Generator<[string, Module]> {
    const seen = new Set<Module>();
    for (const [name, module] of ownModules(this)) {
      if (!seen.has(module)) yield [name, module];
      seen.add(module);
    }
  }

  *children(): Generator<Module> {
    for (const [, child] of this.namedChildren()) yield child;
  }

  /** This module under the name `prefix`, then all modules inside it, each once: `layers.0.linear`. */
  *namedModules(prefix = "", seen: Set<Module> = new Set()): Generator<[string, Module]> {
    if (seen.has(this)) return;
    seen.add(this);
    yield [prefix, this];
    for (const [name, child] of ownModules(this)) yield* child.namedModules(join(prefix, name), seen);
  }

  *modules(): Generator<Module> {
    for (const [, module] of this.namedModules()) yield module;
  }

  /** Parameters and their dotted names, each once. */
  *namedParameters(options: NamedOptions = {}): Generator<[string, Parameter]> {
    yield* members(this, options, ownParameters);
  }

  *parameters(options: NamedOptions = {}): Generator<Parameter> {
    for (const [, parameter] of this.namedParameters(options)) yield parameter;
  }

  /** Buffers and their dotted names, each once, also those that are not persistent. */
  *namedBuffers(options: NamedOptions = {}): Generator<[string, Tensor]> {
    yield* members(this, options, ownBuffers);
  }

  *buffers(options: NamedOptions = {}): Generator<Tensor> {
    for (const [, buffer] of this.namedBuffers(options)) yield buffer;
  }

  /** The module at a dotted path; this one for "". Throws SconceError (NO_ATTRIBUTE). */
  getSubmodule(path: string): Module {
    for (const [name, module] of this.namedModules()) if (name === path) return module;
    throw new SconceError({
      code: "NO_ATTRIBUTE",
      message: `${this.constructor.name} has no submodule ${path}`,
      facts: [path],
      advice: "namedModules() gives all paths.",
    });
  }

  /**
   * Parameters and persistent buffers by their dotted names, in PyTorch's order. The tensors are the module's own, not
   * copies; tied ones come under each of their names.
   */
  stateDict(options: { prefix?: string } = {}): Map<string, Tensor> {
    const state = new Map<string, Tensor>();
    collectState(this, options.prefix ?? "", state);
    return state;
  }

  /**
   * Copies values into the parameters and buffers of the same names, converting dtypes: counterpart of
   * `load_state_dict`. Takes another module's `stateDict()`, or what `readWeights` gives.
   *
   * Throws SconceError (STATE_DICT) that lists every shape that differs and, unless `strict` is false, every missing and
   * unexpected name; then nothing was copied. Returns the missing and unexpected names.
   */
  loadStateDict(state: ReadonlyMap<string, Tensor | TensorData>, options: LoadOptions = {}): LoadReport {
    const optional = new Set<string>();
    const ignored = new Set<string>();
    for (const [path, module] of this.namedModules()) {
      for (const name of module.optionalState()) optional.add(join(path, name));
      for (const name of module.ignoredState()) ignored.add(join(path, name));
    }
    return loadState(this.constructor.name, this.stateDict(), state, { optional, ignored, ...options });
  }

  /** Names of own state that files of other versions lack; it then stays as it is. */
  protected optionalState(): readonly string[] {
    return [];
  }

  /** Names that files of other versions have beside the module's state; they are passed over. */
  protected ignoredState(): readonly string[] {
    return [];
  }

  /** Switches the tree to training, or away from it. Returns this. */
  train(mode = true): this {
    for (const module of this.modules()) module.training = mode;
    return this;
  }

  /** Switches the tree to evaluation. Returns this. */
  eval(): this {
    return this.train(false);
  }

  /** Calls `fn` with every module, children before their parent. Returns this. */
  apply(fn: (module: Module) => void): this {
    for (const child of this.children()) child.apply(fn);
    fn(this);
    return this;
  }

  /**
   * Converts parameters and buffers of floating dtypes. They become new tensors, and a Parameter taken out of the module
   * before is no longer the module's; tied ones stay tied. Returns this.
   */
  to(dtype: DType): this {
    const converted = new Map<Tensor, Tensor>();
    const convert = (tensor: Tensor): Tensor => {
      const known = converted.get(tensor);
      if (known !== undefined) return known;
      const data = call("aten::to", [tensor, dtype]) as Tensor;
      const result = tensor instanceof Parameter ? new Parameter(data) : keep(data);
      converted.set(tensor, result);
      return result;
    };
    for (const module of this.modules()) {
      for (const [name, tensor] of [...ownParameters(module), ...ownBuffers(module)]) {
        if (FLOATING.has(tensor.dtype) && tensor.dtype !== dtype) assign(module, name, convert(tensor));
      }
    }
    return this;
  }

  half(): this {
    return this.to("float16");
  }

  bfloat16(): this {
    return this.to("bfloat16");
  }

  float(): this {
    return this.to("float32");
  }

  double(): this {
    return this.to("float64");
  }

  /**
   * An independent copy, as Python's `copy.deepcopy` makes it: parameters, buffers, submodules, arrays, Maps and plain
   * objects are copied, other attributes shared; what was tied is tied in the copy. Fields named with `#` get lost.
   */
  clone(): this {
    return copyModule(this, new Map()) as this;
  }

  /** What `toString` puts between the parentheses, such as `in_features=4`: PyTorch's own text. */
  extraRepr(): string {
    return "";
  }

  /** The tree, as PyTorch prints it. */
  toString(): string {
    const extra = this.extraRepr();
    const children = [...ownModules(this)].map(([name, child]) =>
      `(${name}): ${child}`.replaceAll("\n", "\n  "),
    );
    if (children.length === 0 && !extra.includes("\n")) return `${this.constructor.name}(${extra})`;
    const lines = [...(extra === "" ? [] : extra.split("\n")), ...children];
    return `${this.constructor.name}(\n${lines.map((line) => `  ${line}\n`).join("")})`;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

/** Defines an own property, also under a name that a prototype has. */
function assign<T>(module: Module, name: string, value: T): T {
  Object.defineProperty(module, name, { value, writable: true, enumerable: true, configurable: true });
  return value;
}

function join(prefix: string, name: string): string {
  return prefix === "" ? name : `${prefix}.${name}`;
}

/** Own properties that hold modules, with their names; repeated modules come repeatedly. */
export function* ownModules(module: Module): Generator<[string, Module]> {
  for (const name of childOrder.get(module) ?? Object.keys(module)) {
    const value = (module as unknown as Record<string, unknown>)[name];
    if (value instanceof Module) yield [name, value];
  }
}

function* ownParameters(module: Module): Generator<[string, Parameter]> {
  const buffers = registered.get(module);
  for (const [name, value] of Object.entries(module)) {
    if (value instanceof Parameter && !buffers?.has(name)) yield [name, value];
  }
}

function* ownBuffers(module: Module): Generator<[string, Tensor]> {
  for (const name of registered.get(module)?.keys() ?? []) {
    const value = (module as unknown as Record<string, unknown>)[name];
    if (value instanceof Tensor) yield [name, value];
  }
}

function* members<T>(
  root: Module,
  { prefix = "", recurse = true }: NamedOptions,
  own: (module: Module) => Iterable<[string, T]>,
): Generator<[string, T]> {
  const seen = new Set<T>();
  const modules: Iterable<[string, Module]> = recurse ? root.namedModules(prefix) : [[prefix, root]];
  for (const [path, module] of modules) {
    for (const [name, value] of own(module)) {
      if (!seen.has(value)) yield [join(path, name), value];
      seen.add(value);
    }
  }
}

function collectState(module: Module, prefix: string, state: Map<string, Tensor>): void {
  const buffers = registered.get(module);
  for (const [name, parameter] of ownParameters(module)) state.set(prefix + name, parameter);
  for (const [name, buffer] of ownBuffers(module)) {
    if (buffers!.get(name)!.persistent) state.set(prefix + name, buffer);
  }
  for (const [name, child] of ownModules(module)) collectState(child, `${prefix}${name}.`, state);
}

function copyModule(module: Module, copies: Copies): Module {
  const copy = Object.create(Object.getPrototypeOf(module)) as Module;
  copies.set(module, copy);
  scopeForward(copy);
  const special = (value: object) => (value instanceof Module ? copyModule(value, copies) : undefined);
  for (const [name, value] of Object.entries(module)) assign(copy, name, copyValue(value, copies, special));
  const buffers = registered.get(module);
  if (buffers !== undefined) registered.set(copy, new Map(buffers));
  const order = childOrder.get(module);
  if (order !== undefined) childOrder.set(copy, [...order]);
  return copy;
}
