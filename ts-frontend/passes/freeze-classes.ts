/** After freezing: each object that can be followed gets a class of its own, with what the graphs still read or set. */

import type { Graph } from "../../format/ir/graph.ts";
import {
  type ClassDef,
  findClass,
  functionsOf,
  type Program,
  type TypeDef,
} from "../../format/ir/program.ts";
import { classType, type Type } from "../../format/types.ts";
import { IValue } from "../../format/value.ts";
import { dropFunctions, keepHooks, namesIn, typesOf } from "./functions.ts";
import { graphsIn } from "./graphs.ts";
import { type Entry, heldBy, type Objects, type ObjectValue, objectsIn } from "./objects.ts";
import { memoryOf } from "./program-aliases.ts";

/** An attribute of an object. */
export interface Slot {
  readonly owner: ObjectValue;
  readonly name: string;
}

/**
 * Rebuilds the classes and objects of a program whose entries' graphs hold no more calls than must be. `needed` are
 * attributes to keep whether or not a graph reads them. Gives the dotted names of the attributes that stay.
 */
export function rebuildClasses(
  program: Program,
  entries: readonly Entry[],
  objects: Objects,
  needed: readonly Slot[],
): string[] {
  return new Rebuilding(program, entries, objects, needed).run();
}

class Rebuilding {
  readonly #program: Program;
  readonly #entries: readonly Entry[];
  readonly #objects: Objects;
  readonly #used = new Map<ObjectValue, Set<string>>();
  /** New objects by old; what cannot be followed stays itself. */
  readonly #made = new Map<ObjectValue, ObjectValue>();
  readonly #classes = new Map<string, ClassDef>();
  readonly #staying = new Set<string>();
  readonly #kept: string[] = [];

  constructor(program: Program, entries: readonly Entry[], objects: Objects, needed: readonly Slot[]) {
    this.#program = program;
    this.#entries = entries;
    this.#objects = objects;
    for (const { owner, name } of needed) this.#use(owner, name);
    for (const { fn, self } of entries) {
      if (!objects.isOpaque(self)) this.#used.set(self, this.#used.get(self) ?? new Set());
      for (const node of fn.graph.nodes()) {
        if (node.op !== "prim::GetAttr" && node.op !== "prim::SetAttr") continue;
        const object = objects.of(node.inputs[0]!);
        if (object !== undefined) this.#use(object, node.attr("name", "s")!);
      }
    }
  }

  #use(object: ObjectValue, name: string): void {
    const names = this.#used.get(object) ?? new Set();
    this.#used.set(object, names.add(name));
  }

  run(): string[] {
    const program = this.#program;
    const root = (program.root as { object: ObjectValue }).object;
    const hooks = new Map([...program.classes.values()].map((def) => [def.name, { ...def }]));
    dropFunctions(program, this.#entries);
    this.#findStaying(root);
    const made = this.#make(root, "");
    this.#retype();
    this.#placeEntries(hooks);
    for (const name of program.classes.keys()) if (!this.#staying.has(name)) program.classes.delete(name);
    for (const [name, def] of this.#classes) program.classes.set(name, def);
    program.root = { kind: "object", object: made };
    this.#dropDerived();
    return this.#kept;
  }

  // --- What stays as it is --------------------------------------------------------------------------------------

  /** Names of the classes, interfaces and enums that something which is not rebuilt mentions. */
  #findStaying(root: ObjectValue): void {
    const types: Type[] = [];
    for (const { fn } of functionsOf(this.#program)) types.push(...this.#openTypes(fn.graph));
    const seen = new Set<ObjectValue>();
    const visit = (object: ObjectValue): void => {
      if (seen.has(object)) return;
      seen.add(object);
      const follow = !this.#objects.isOpaque(object);
      if (!follow) types.push(classType(object.type));
      for (const { name, type } of this.#attributes(object, follow)) {
        const value = heldBy(this.#program, object, name);
        if (value?.kind !== "object" || !follow) types.push(type);
        if (value !== undefined) for (const inner of objectsIn(value)) visit(inner);
      }
    };
    visit(root);
    for (const { self } of this.#entries) visit(self);
    this.#close(types);
  }

  #attributes(object: ObjectValue, follow: boolean): ClassDef["attributes"] {
    const attributes = findClass(this.#program, object.type)?.attributes ?? [];
    return follow ? attributes.filter(({ name }) => this.#used.get(object)?.has(name)) : attributes;
  }

  /** The types of a graph's values, except of objects that are followed. */
  *#openTypes(graph: Graph): Generator<Type> {
    for (const value of graph.values()) if (this.#objects.of(value) === undefined) yield value.type;
    for (const inner of graphsIn(graph)) {
      if (inner !== graph) yield* typesOf(inner);
      for (const node of inner.nodes()) {
        for (const attr of node.attrs.values()) {
          if (attr.kind === "ty") yield attr.value;
          if (attr.kind === "tys") yield* attr.value;
          if (attr.kind === "ival") for (const object of objectsIn(attr.value)) yield classType(object.type);
        }
        const value = node.attr("value", "ival");
        if (value?.kind === "enum") yield { kind: "Enum", name: value.type };
      }
    }
  }

  #close(types: readonly Type[]): void {
    const waiting = types.flatMap((type) => [...namesIn(type)]);
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      const def = this.#program.classes.get(name);
      if (def === undefined || this.#staying.has(name)) continue;
      this.#staying.add(name);
      if (def.kind === "enum") waiting.push(...namesIn(def.valueType));
      else {
        for (const { schema } of def.methods) {
          for (const { type } of [...schema.args, ...schema.returns]) waiting.push(...namesIn(type));
        }
        if (def.kind !== "interface") for (const { type } of def.attributes) waiting.push(...namesIn(type));
      }
    }
  }

  // --- What is made anew ----------------------------------------------------------------------------------------

  #make(object: ObjectValue, prefix: string): ObjectValue {
    const known = this.#made.get(object);
    if (known !== undefined) return known;
    if (this.#objects.isOpaque(object)) {
      this.#made.set(object, object);
      for (const { name, kind } of this.#attributes(object, false)) {
        if (kind !== "module") this.#kept.push(prefix + name);
      }
      return object;
    }
    const old = findClass(this.#program, object.type)!;
    const name = this.#freshName(old.name);
    const def: ClassDef = { ...old, name, attributes: [], methods: [], properties: [] };
    def.forwardPreHooks = [];
    def.forwardHooks = [];
    this.#classes.set(name, def);
    const made = IValue.object(name) as ObjectValue;
    this.#made.set(object, made);
    for (const attribute of this.#attributes(object, true)) {
      const value = heldBy(this.#program, object, attribute.name)!;
      if (value.kind === "object") {
        const inner = this.#make(value, `${prefix}${attribute.name}.`);
        def.attributes.push({ ...attribute, type: inner === value ? attribute.type : classType(inner.type) });
        made.attrs.set(attribute.name, inner);
        continue;
      }
      def.attributes.push({ ...attribute });
      if (attribute.kind !== "constant") made.attrs.set(attribute.name, value);
      this.#kept.push(prefix + attribute.name);
    }
    return made;
  }

  /** The name itself, or where that stays in use as TorchScript would mangle it. */
  #freshName(name: string): string {
    const free = (candidate: string) => !this.#staying.has(candidate) && !this.#classes.has(candidate);
    if (free(name)) return name;
    const parts = name.replace(/___torch_mangle_\d+\./, "").split(".");
    for (let i = 0; ; i++) {
      const mangled = [...parts.slice(0, -1), `___torch_mangle_${i}`, parts.at(-1)!].join(".");
      if (free(mangled)) return mangled;
    }
  }

  #retype(): void {
    for (const { fn } of this.#entries) {
      for (const value of fn.graph.values()) {
        const made = this.#made.get(this.#objects.of(value)!);
        if (made !== undefined) value.type = classType(made.type);
      }
    }
  }

  /** Methods of new classes, in the order of the old. */
  #placeEntries(before: ReadonlyMap<string, TypeDef>): void {
    const program = this.#program;
    for (const { fn, self } of this.#entries) {
      const [first, ...rest] = fn.schema.args;
      fn.schema = { ...fn.schema, args: [{ ...first!, type: fn.graph.inputs[0]!.type }, ...rest] };
      const made = this.#made.get(self);
      const old = findClass(program, self.type)!;
      const def = made === undefined || made === self ? old : this.#classes.get(made.type)!;
      const at = def.methods.findIndex(({ name }) => name === fn.name);
      if (at < 0) def.methods.push(fn);
      else def.methods[at] = fn;
      if (def === old) continue;
      keepHooks(def, before.get(old.name) as ClassDef);
    }
    for (const [name, fn] of program.functions) {
      if (this.#entries.some((entry) => entry.fn === fn)) program.functions.delete(name);
    }
  }

  /** Copies of weights that are no longer there go. */
  #dropDerived(): void {
    if (this.#program.derived.length === 0) return;
    const values: IValue[] = [(this.#program.root as { object: ObjectValue }).object];
    for (const { fn } of functionsOf(this.#program)) {
      for (const node of fn.graph.nodes()) {
        const value = node.attr("value", "ival");
        if (value !== undefined) values.push(value);
      }
    }
    const memory = memoryOf(values);
    this.#program.derived = this.#program.derived.filter(({ tensor }) => memory.has(tensor.storage));
  }
}
