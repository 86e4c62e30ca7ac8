/** Which object of the program each value of a frozen module's graphs is, and which objects cannot be followed. */

import type { Graph, Node, Value } from "../../format/ir/graph.ts";
import { type Attribute, type Fn, findClass, type Program } from "../../format/ir/program.ts";
import type { IValue } from "../../format/value.ts";

export type ObjectValue = IValue & { kind: "object" };

/** A function that a host may call, and the object that is its first argument. */
export interface Entry {
  readonly fn: Fn;
  readonly self: ObjectValue;
}

/** The class's attribute of this name. */
export function attributeOf(program: Program, object: ObjectValue, name: string): Attribute | undefined {
  return findClass(program, object.type)?.attributes.find((attribute) => attribute.name === name);
}

/** What the object's attribute holds; a constant's value belongs to the class. */
export function heldBy(program: Program, object: ObjectValue, name: string): IValue | undefined {
  return object.attrs.get(name) ?? attributeOf(program, object, name)?.value;
}

/** The objects in a value, those in lists, tuples and dicts too, but not those in objects. */
export function* objectsIn(value: IValue): Generator<ObjectValue> {
  if (value.kind === "object") yield value;
  else if (value.kind === "list" || value.kind === "tuple")
    for (const item of value.items) yield* objectsIn(item);
  else if (value.kind === "dict") for (const item of value.entries.flat()) yield* objectsIn(item);
}

/**
 * Follows objects through the graphs of the entries, from `self` by attribute reads. An object that goes any other way
 * (into a list, out of the graph, to a call that is not inlined) is opaque: anything may happen to it and to what it
 * reaches. An attribute that some graph sets is dynamic: what it holds is not known beforehand.
 */
export class Objects {
  readonly #program: Program;
  readonly #entries: readonly Entry[];
  readonly #opaque = new Set<ObjectValue>();
  readonly #dynamic = new Map<ObjectValue, Set<string>>();
  #values = new Map<Value, ObjectValue>();

  constructor(program: Program, entries: readonly Entry[]) {
    this.#program = program;
    this.#entries = entries;
    this.refresh();
  }

  #size(): number {
    let size = this.#opaque.size;
    for (const names of this.#dynamic.values()) size += names.size;
    return size;
  }

  /** The object that a value is; undefined if it is none, or cannot be followed. */
  of(value: Value): ObjectValue | undefined {
    const object = this.#values.get(value);
    return object === undefined || this.#opaque.has(object) ? undefined : object;
  }

  isOpaque(object: ObjectValue): boolean {
    return this.#opaque.has(object);
  }

  isDynamic(object: ObjectValue, name: string): boolean {
    return this.#opaque.has(object) || this.#dynamic.get(object)?.has(name) === true;
  }

  /** Everything opaque or held by a dynamic attribute: what code outside the entries' graphs may reach. */
  *outside(): Generator<IValue> {
    yield* this.#opaque;
    for (const [object, names] of this.#dynamic) {
      for (const name of names) {
        const value = heldBy(this.#program, object, name);
        if (value !== undefined) yield value;
      }
    }
  }

  /** The object is beyond what can be followed, and so is all that it reaches. */
  makeOpaque(object: ObjectValue): void {
    if (this.#opaque.has(object)) return;
    this.#opaque.add(object);
    for (const value of object.attrs.values()) for (const inner of objectsIn(value)) this.makeOpaque(inner);
  }

  /** The attribute may be set at any time. */
  makeDynamic(object: ObjectValue, name: string): void {
    const names = this.#dynamic.get(object) ?? new Set();
    this.#dynamic.set(object, names.add(name));
    const value = heldBy(this.#program, object, name);
    for (const inner of value === undefined ? [] : objectsIn(value)) this.makeOpaque(inner);
  }

  /** Follows everything once more, after something was made opaque or dynamic from outside. */
  refresh(): void {
    for (let before = -1; before !== this.#size(); ) {
      before = this.#size();
      this.#values = new Map();
      for (const { fn, self } of this.#entries) this.#follow(fn.graph, self);
    }
  }

  #follow(graph: Graph, self: ObjectValue): void {
    this.#bind(graph.inputs[0]!, self);
    for (const node of graph.nodes()) this.#node(node);
  }

  #bind(value: Value, object: ObjectValue): void {
    this.#values.set(value, object);
    // Lists and dicts of objects cannot be followed.
    for (const held of object.attrs.values()) {
      if (held.kind !== "object") for (const inner of objectsIn(held)) this.makeOpaque(inner);
    }
    for (const { user, index } of value.uses) {
      const op = "op" in user ? user.op : "return";
      const followed =
        index === 0 && (op === "prim::GetAttr" || op === "prim::SetAttr" || op === "prim::unchecked_cast");
      if (!followed) this.makeOpaque(object);
    }
  }

  #node(node: Node): void {
    const object = node.inputs[0] && this.#values.get(node.inputs[0]);
    if (object === undefined) return;
    if (node.op === "prim::unchecked_cast") this.#bind(node.output, object);
    else if (node.op === "prim::SetAttr") this.makeDynamic(object, node.attr("name", "s")!);
    else if (node.op === "prim::GetAttr") {
      const name = node.attr("name", "s")!;
      const value = heldBy(this.#program, object, name);
      if (value?.kind !== "object") return;
      if (this.isDynamic(object, name)) this.makeOpaque(value);
      else this.#bind(node.output, value);
    }
  }
}
