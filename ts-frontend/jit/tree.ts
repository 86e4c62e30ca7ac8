/** The module tree that a trace follows: who owns which tensor, and the class that each module becomes. */

import type { Module } from "../nn/module.ts";
import type { Tensor } from "../tensor.ts";

/** One module of the tree, at the first path that leads to it. */
export class ModuleNode {
  readonly module: Module;
  readonly parent: ModuleNode | null;
  /** Name under which the parent holds it; empty for the root. */
  readonly name: string;
  /** Qualified name of its class in the program. */
  readonly className: string;
  readonly children: { readonly name: string; readonly node: ModuleNode }[] = [];
  readonly parameters: readonly (readonly [string, Tensor])[];
  readonly buffers: readonly (readonly [string, Tensor])[];

  constructor(module: Module, parent: ModuleNode | null, name: string, className: string) {
    this.module = module;
    this.parent = parent;
    this.name = name;
    this.className = className;
    this.parameters = [...module.namedParameters({ recurse: false })];
    this.buffers = [...module.namedBuffers({ recurse: false })];
  }

  /** Names that lead here from `ancestor`, or null when it is none. */
  pathFrom(ancestor: ModuleNode): string[] | null {
    const path: string[] = [];
    for (let node: ModuleNode | null = this; node; node = node.parent) {
      if (node === ancestor) return path.reverse();
      path.push(node.name);
    }
    return null;
  }
}

/** A tree with its indices: module to node, and parameter or buffer to owner. */
export class ModuleTree {
  readonly root: ModuleNode;
  /** In the order in which a depth-first walk meets them. */
  readonly nodes: ModuleNode[] = [];
  readonly #byModule = new Map<Module, ModuleNode>();
  readonly #owners = new Map<Tensor, { node: ModuleNode; name: string }>();
  readonly #names = new Map<string, number>();

  constructor(root: Module) {
    this.root = this.#add(root, null, "");
  }

  #add(module: Module, parent: ModuleNode | null, name: string): ModuleNode {
    const known = this.#byModule.get(module);
    if (known) return known;
    const node = new ModuleNode(module, parent, name, this.#className(module));
    this.#byModule.set(module, node);
    this.nodes.push(node);
    for (const [key, tensor] of [...node.parameters, ...node.buffers]) {
      if (!this.#owners.has(tensor)) this.#owners.set(tensor, { node, name: key });
    }
    for (const [key, child] of module.namedChildren()) {
      node.children.push({ name: key, node: this.#add(child, node, key) });
    }
    return node;
  }

  /** `__torch__.MyCell`; a second module of the class gets a mangled name, as in PyTorch. */
  #className(module: Module): string {
    const base = module.constructor.name.replace(/[^A-Za-z0-9_]/g, "_") || "Module";
    const seen = this.#names.get(base) ?? 0;
    this.#names.set(base, seen + 1);
    return seen === 0 ? `__torch__.${base}` : `__torch__.___torch_mangle_${seen - 1}.${base}`;
  }

  /** The module that holds a compiled one as an attribute, and its name there. */
  ownerOfCompiled(compiled: object): { node: ModuleNode; name: string } | undefined {
    for (const node of this.nodes) {
      for (const [name, value] of Object.entries(node.module)) if (value === compiled) return { node, name };
    }
    return undefined;
  }

  nodeOf(module: Module): ModuleNode | undefined {
    return this.#byModule.get(module);
  }

  /** The module that holds this tensor as parameter or buffer, and its name there. */
  ownerOf(tensor: Tensor): { node: ModuleNode; name: string } | undefined {
    return this.#owners.get(tensor);
  }
}

/** Names of the methods of a module's class that a trace shadows: its own and inherited ones, up to `base`. */
export function methodsOf(module: object, base: object): string[] {
  const names = new Set<string>();
  for (
    let p = Object.getPrototypeOf(module);
    p && p !== base && p !== Object.prototype;
    p = Object.getPrototypeOf(p)
  ) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(p))) {
      if (typeof value === "function" && name !== "constructor" && !(name in base && name !== "forward"))
        names.add(name);
    }
  }
  return [...names];
}
