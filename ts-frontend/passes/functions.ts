/** Which methods and functions a program still needs, and which types. */

import type { Graph, Node } from "../../format/ir/graph.ts";
import { type ClassDef, type Fn, functionsOf, type Program } from "../../format/ir/program.ts";
import type { Type } from "../../format/types.ts";
import { graphsIn } from "./graphs.ts";
import type { Entry } from "./objects.ts";

/**
 * Drops every method and free function that nothing calls. What stays: the entries, which are free functions meanwhile,
 * what calls in them that could not be inlined may reach, and what interfaces ask for.
 */
export function dropFunctions(program: Program, entries: readonly Entry[]): void {
  const needed = new Set<Fn>();
  const waiting: Fn[] = entries.map(({ fn }) => fn);
  const byName = new Map<string, Fn[]>();
  for (const { fn, owner } of functionsOf(program)) {
    if (owner !== undefined) byName.set(fn.name, [...(byName.get(fn.name) ?? []), fn]);
  }
  const wantMethod = (name: string): void => void waiting.push(...(byName.get(name) ?? []));
  const interfaces = new Set<string>();
  for (const def of program.classes.values()) {
    if (def.kind !== "module" && def.kind !== "class") continue;
    for (const { type } of def.attributes) for (const name of namesIn(type)) interfaces.add(name);
  }
  const wantInterfaces = (): void => {
    for (const name of interfaces) {
      const def = program.classes.get(name);
      if (def?.kind === "interface") for (const method of def.methods) wantMethod(method.name);
    }
    interfaces.clear();
  };
  wantInterfaces();
  for (let fn = waiting.pop(); fn !== undefined; fn = waiting.pop()) {
    if (needed.has(fn)) continue;
    needed.add(fn);
    for (const called of calledFrom(fn.graph)) {
      if (called.kind === "method") wantMethod(called.name);
      else if (program.functions.has(called.name)) waiting.push(program.functions.get(called.name)!);
    }
    for (const type of typesOf(fn.graph)) for (const name of namesIn(type)) interfaces.add(name);
    wantInterfaces();
  }
  for (const def of program.classes.values()) {
    if (def.kind !== "module" && def.kind !== "class") continue;
    def.methods = def.methods.filter((fn) => needed.has(fn));
    keepHooks(def, def);
  }
  for (const [name, fn] of program.functions) if (!needed.has(fn)) program.functions.delete(name);
}

/** Gives a class the hooks and properties of `from` for which it has the methods. */
export function keepHooks(def: ClassDef, from: ClassDef): void {
  const has = (name: string | undefined) => def.methods.some((fn) => fn.name === name);
  def.forwardPreHooks = from.forwardPreHooks.filter(has);
  def.forwardHooks = from.forwardHooks.filter(has);
  def.properties = from.properties.flatMap(({ name, getter, setter }) => {
    if (!has(getter)) return [];
    return [{ name, getter, ...(setter !== undefined && has(setter) ? { setter } : {}) }];
  });
}

type Called = { kind: "function" | "method"; name: string };

/** Names of what the graph calls; a method by its name alone, since its object may be of any class. */
function* calledFrom(graph: Graph): Generator<Called> {
  for (const inner of graphsIn(graph)) {
    for (const node of inner.nodes()) {
      const name = node.attr("name", "s");
      if (name === undefined) continue;
      if (node.op === "prim::CallMethod") yield { kind: "method", name };
      if (node.op === "prim::Constant") yield { kind: "function", name };
    }
  }
}

/** Every type that a graph mentions. */
export function* typesOf(graph: Graph): Generator<Type> {
  for (const inner of graphsIn(graph)) {
    for (const value of inner.values()) yield value.type;
    for (const node of inner.nodes()) yield* typesOfAttrs(node);
  }
}

function* typesOfAttrs(node: Node): Generator<Type> {
  for (const attr of node.attrs.values()) {
    if (attr.kind === "ty") yield attr.value;
    if (attr.kind === "tys") yield* attr.value;
  }
}

/** Names of the classes, interfaces and enums in a type. */
export function* namesIn(type: Type): Generator<string> {
  switch (type.kind) {
    case "Class":
    case "Interface":
    case "Enum":
      yield type.name;
      return;
    case "List":
    case "Optional":
    case "Future":
    case "RRef":
      yield* namesIn(type.elem);
      return;
    case "Dict":
      yield* namesIn(type.key);
      yield* namesIn(type.value);
      return;
    case "Tuple":
      for (const elem of type.elems) yield* namesIn(elem);
      return;
    case "Union":
      for (const member of type.members) yield* namesIn(member);
  }
}
