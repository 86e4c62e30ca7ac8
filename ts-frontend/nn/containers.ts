/** Modules that hold other modules, or parameters, by position or by name. */

import { SconceError } from "../../loader/error.ts";
import { keepChildOrder, Module, ownModules } from "./module.ts";
import type { Parameter } from "./parameter.ts";

function noForward(module: Module): never {
  throw new SconceError({
    code: "NO_METHOD",
    message: `${module.constructor.name} only holds modules: it has no forward`,
    facts: ["forward"],
    advice: "Call the modules in it.",
  });
}

function at<T>(container: object, items: readonly T[], index: number): T {
  const item = items.at(index);
  if (item !== undefined && Number.isInteger(index)) return item;
  throw new SconceError({
    code: "INDEX_RANGE",
    message: `index ${index} is out of range for ${items.length} elements of ${container.constructor.name}`,
    facts: [index, items.length],
  });
}

/** Submodules under the names "0", "1", and so on. */
abstract class Numbered extends Module {
  constructor() {
    super();
    keepChildOrder(this);
  }

  /** Number of modules. */
  get length(): number {
    return this.items.length;
  }

  /** All modules in order, repeated ones repeatedly. */
  protected get items(): Module[] {
    return Array.from(ownModules(this), ([, module]) => module);
  }

  /** The module at a position; negative ones count from the end. Throws SconceError (INDEX_RANGE). */
  get(index: number): Module {
    return at(this, this.items, index);
  }

  /** Adds a module at the end. Returns this. */
  append(module: Module): this {
    this.addModule(String(this.length), module);
    return this;
  }

  [Symbol.iterator](): Iterator<Module> {
    return this.items[Symbol.iterator]();
  }
}

/**
 * Modules that run one after the other, each on the result of the one before. They are named by position, or as the
 * properties of an object are:
 *
 *     new nn.Sequential(new nn.Linear(4, 8), new nn.ReLU())
 *     new nn.Sequential({ hidden: new nn.Linear(4, 8), activation: new nn.ReLU() })
 */
export class Sequential extends Numbered {
  constructor(...modules: readonly Module[] | readonly [Readonly<Record<string, Module>>]) {
    super();
    const [first] = modules;
    if (first !== undefined && !(first instanceof Module)) {
      for (const [name, module] of Object.entries(first)) this.addModule(name, module);
      return;
    }
    for (const [index, module] of (modules as readonly Module[]).entries())
      this.addModule(String(index), module);
  }

  // biome-ignore lint/suspicious/noExplicitAny: as many types as there are modules
  forward(input: any): any {
    let value: unknown = input;
    for (const module of this.items) value = (module.forward as (input: unknown) => unknown)(value);
    return value;
  }
}

/** A list of modules that has no forward of its own. */
export class ModuleList<M extends Module = Module> extends Numbered {
  constructor(modules: Iterable<M> = []) {
    super();
    for (const module of modules) this.append(module);
  }

  protected override get items(): M[] {
    return super.items as M[];
  }

  override get(index: number): M {
    return super.get(index) as M;
  }

  override append(module: M): this {
    return super.append(module);
  }

  /** Adds modules at the end. Returns this. */
  extend(modules: Iterable<M>): this {
    for (const module of modules) this.append(module);
    return this;
  }

  /** Positions and modules: `for (const [i, layer] of this.layers.entries())`. */
  entries(): IterableIterator<[number, M]> {
    return this.items.entries();
  }

  override [Symbol.iterator](): Iterator<M> {
    return this.items[Symbol.iterator]();
  }

  forward(): never {
    return noForward(this);
  }
}

/** Modules by name, in the order of their coming, without a forward. */
export class ModuleDict<M extends Module = Module> extends Module {
  constructor(modules: Readonly<Record<string, M>> = {}) {
    super();
    keepChildOrder(this);
    for (const [name, module] of Object.entries(modules)) this.set(name, module);
  }

  /** Adds or replaces a module. Throws SconceError (BAD_KEY) for a name that a method or attribute has. */
  set(name: string, module: M): this {
    const taken = name in this && !this.has(name);
    if (taken || name === "" || name.includes(".")) {
      throw new SconceError({
        code: "BAD_KEY",
        message: `a module cannot be named "${name}"`,
        facts: [name],
        advice: "Use another name, without dots.",
      });
    }
    this.addModule(name, module);
    return this;
  }

  /** Throws SconceError (KEY_NOT_FOUND). */
  get(name: string): M {
    if (this.has(name)) return (this as unknown as Record<string, M>)[name]!;
    throw new SconceError({
      code: "KEY_NOT_FOUND",
      message: `there is no module "${name}"; there are ${this.keys().join(", ") || "none"}`,
      facts: [name],
    });
  }

  has(name: string): boolean {
    return Object.hasOwn(this, name) && (this as unknown as Record<string, unknown>)[name] instanceof Module;
  }

  keys(): string[] {
    return this.entries().map(([name]) => name);
  }

  values(): M[] {
    return this.entries().map(([, module]) => module);
  }

  entries(): [string, M][] {
    return [...ownModules(this)] as [string, M][];
  }

  [Symbol.iterator](): Iterator<[string, M]> {
    return this.entries()[Symbol.iterator]();
  }

  forward(): never {
    return noForward(this);
  }
}

/** A list of parameters under the names "0", "1", and so on. */
export class ParameterList extends Module {
  constructor(parameters: Iterable<Parameter> = []) {
    super();
    for (const parameter of parameters) this.append(parameter);
  }

  get length(): number {
    return [...this].length;
  }

  /** The parameter at a position; negative ones count from the end. Throws SconceError (INDEX_RANGE). */
  get(index: number): Parameter {
    return at(this, [...this], index);
  }

  /** Adds a parameter at the end. Returns this. */
  append(parameter: Parameter): this {
    this.registerParameter(String(this.length), parameter);
    return this;
  }

  *[Symbol.iterator](): Iterator<Parameter> {
    yield* this.parameters({ recurse: false });
  }

  override extraRepr(): string {
    const lines = [...this].map(
      (parameter, i) =>
        `(${i}): Parameter containing: [torch.${parameter.dtype} of size ${parameter.shape.join("x")}]`,
    );
    return lines.join("\n");
  }

  forward(): never {
    return noForward(this);
  }
}
