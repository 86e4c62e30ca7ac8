/** Takes the code of one program into another: classes and functions, under names that are free there. */

import { Attr, type Graph } from "../../format/ir/graph.ts";
import {
  addClass,
  type ClassDef,
  type Fn,
  type FnSchema,
  type Program,
  type TypeDef,
} from "../../format/ir/program.ts";
import { cloneGraph } from "../../format/ir/rewrite.ts";
import {
  classType,
  dictOf,
  enumType,
  futureOf,
  interfaceType,
  listOf,
  optionalOf,
  rrefOf,
  type Type,
  tupleOf,
  unionOf,
} from "../../format/types.ts";
import { IValue } from "../../format/value.ts";

/** What the names of a merged program became. */
export class Renaming {
  readonly #names: ReadonlyMap<string, string>;

  constructor(names: ReadonlyMap<string, string>) {
    this.#names = names;
  }

  name(name: string): string {
    return this.#names.get(name) ?? name;
  }

  type(type: Type): Type {
    switch (type.kind) {
      case "Class":
        return classType(this.name(type.name));
      case "Interface":
        return interfaceType(this.name(type.name));
      case "Enum":
        return enumType(this.name(type.name));
      case "List":
        return listOf(this.type(type.elem));
      case "Optional":
        return optionalOf(this.type(type.elem));
      case "Future":
        return futureOf(this.type(type.elem));
      case "RRef":
        return rrefOf(this.type(type.elem));
      case "Dict":
        return dictOf(this.type(type.key), this.type(type.value));
      case "Union":
        return unionOf(type.members.map((member) => this.type(member)));
      case "Tuple":
        return tupleOf(
          type.elems.map((elem) => this.type(elem)),
          type.names,
          type.name,
        );
      default:
        return type;
    }
  }

  schema(schema: FnSchema): FnSchema {
    return {
      args: schema.args.map((arg) => ({ ...arg, type: this.type(arg.type) })),
      returns: schema.returns.map((ret) => ({ ...ret, type: this.type(ret.type) })),
    };
  }

  fn(fn: Fn, name: string): Fn {
    const graph = cloneGraph(fn.graph);
    this.#graph(graph);
    return { name, schema: this.schema(fn.schema), graph };
  }

  #graph(graph: Graph): void {
    for (const value of graph.values()) value.type = this.type(value.type);
    for (const node of graph.nodes()) {
      for (const [key, attr] of node.attrs) {
        if (attr.kind === "ty") node.attrs.set(key, Attr.type(this.type(attr.value)));
        else if (attr.kind === "tys")
          node.attrs.set(key, Attr.types(attr.value.map((type) => this.type(type))));
        else if (attr.kind === "g") this.#graph(attr.value);
        else if (attr.kind === "ival") node.attrs.set(key, Attr.ivalue(this.value(attr.value)));
        else if (attr.kind === "s" && key === "name" && node.op === "prim::Constant") {
          node.attrs.set(key, Attr.str(this.name(attr.value)));
        }
      }
    }
  }

  readonly #objects = new Map<IValue, IValue>();

  /** The same value; objects are copies of the renamed class that share tensors with the original. */
  value(value: IValue): IValue {
    switch (value.kind) {
      case "object": {
        const known = this.#objects.get(value);
        if (known) return known;
        const copy = IValue.object(this.name(value.type)) as IValue & { kind: "object" };
        this.#objects.set(value, copy);
        for (const [name, attr] of value.attrs) copy.attrs.set(name, this.value(attr));
        return copy;
      }
      case "tuple":
        return IValue.tuple(value.items.map((item) => this.value(item)));
      default:
        return value;
    }
  }
}

const merged = new WeakMap<Program, Map<Program, Renaming>>();

/**
 * Adds the classes, functions and sources of `from` to `into`. Names that `taken` has, or that `into` gives to something
 * else, are changed. A program that was added before is not added again.
 */
export function mergeProgram(
  into: Program,
  from: Program,
  taken: (name: string) => boolean = () => false,
): Renaming {
  const known = merged.get(into)?.get(from);
  if (known) return known;
  const names = new Map<string, string>();
  const free = (name: string): boolean =>
    !into.classes.has(name) &&
    !into.functions.has(name) &&
    !taken(name) &&
    ![...names.values()].includes(name);
  for (const name of [...from.classes.keys(), ...from.functions.keys()]) {
    let unique = name;
    const own = name.replace(/^__torch__\./, "");
    for (let k = 0; !free(unique); k++) unique = `__torch__.___torch_merge_${k}.${own}`;
    names.set(name, unique);
  }
  const renaming = new Renaming(names);
  const all = merged.get(into) ?? new Map<Program, Renaming>();
  merged.set(into, all.set(from, renaming));
  for (const [name, def] of from.classes) addDefinition(into, renaming, renaming.name(name), def);
  for (const [name, fn] of from.functions) {
    into.functions.set(renaming.name(name), renaming.fn(fn, renaming.name(name)));
  }
  for (const [file, text] of from.sources) if (!into.sources.has(file)) into.sources.set(file, text);
  return renaming;
}

function addDefinition(into: Program, renaming: Renaming, name: string, def: TypeDef): void {
  if (def.kind === "enum") {
    into.classes.set(name, { ...def, name });
    return;
  }
  if (def.kind === "interface") {
    const methods = def.methods.map((method) => ({ ...method, schema: renaming.schema(method.schema) }));
    into.classes.set(name, { ...def, name, methods });
    return;
  }
  const copy: ClassDef = addClass(into, def.kind, name);
  for (const attribute of def.attributes) {
    const value = attribute.value && renaming.value(attribute.value);
    copy.attributes.push({ ...attribute, type: renaming.type(attribute.type), ...(value ? { value } : {}) });
  }
  for (const method of def.methods) copy.methods.push(renaming.fn(method, method.name));
  copy.forwardPreHooks.push(...def.forwardPreHooks);
  copy.forwardHooks.push(...def.forwardHooks);
  copy.properties.push(...def.properties);
}
