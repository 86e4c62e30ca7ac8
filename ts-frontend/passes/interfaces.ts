/** Interface-typed attributes that only ever hold objects of one class get that class as their type: calls can be inlined. */

import { functionsOf, type Program } from "../../format/ir/program.ts";
import { classType } from "../../format/types.ts";
import type { IValue } from "../../format/value.ts";
import { graphsIn } from "./graphs.ts";
import { type ObjectValue, objectsIn } from "./objects.ts";

/** Narrows what it can, except attributes of these names, which may be set from outside. */
export function resolveInterfaces(program: Program, except: ReadonlySet<string>): void {
  const set = new Set(except);
  const created = new Set<string>();
  const objects: IValue[] = program.root.kind === "object" ? [program.root.object] : [];
  const graphs = [...functionsOf(program)].flatMap(({ fn }) => [...graphsIn(fn.graph)]);
  for (const graph of graphs) {
    for (const node of graph.nodes()) {
      if (node.op === "prim::SetAttr") set.add(node.attr("name", "s")!);
      if (node.op === "prim::CreateObject" && node.output.type.kind === "Class")
        created.add(node.output.type.name);
      const value = node.attr("value", "ival");
      if (value !== undefined) objects.push(...objectsIn(value));
    }
  }
  const held = classesHeld(objects);
  const narrowed = new Map<string, string>();
  for (const def of program.classes.values()) {
    if (def.kind !== "module" || created.has(def.name)) continue;
    for (const attribute of def.attributes) {
      const classes = held.get(`${def.name} ${attribute.name}`);
      if (attribute.type.kind !== "Interface" || set.has(attribute.name) || classes?.size !== 1) continue;
      const [only] = classes as Set<string>;
      if (!program.classes.has(only!)) continue;
      attribute.type = classType(only!);
      narrowed.set(`${def.name} ${attribute.name}`, only!);
    }
  }
  if (narrowed.size === 0) return;
  for (const graph of graphs) {
    for (const node of graph.nodes()) {
      const from = node.inputs[0]?.type;
      if (node.op !== "prim::GetAttr" || from?.kind !== "Class") continue;
      const only = narrowed.get(`${from.name} ${node.attr("name", "s")}`);
      if (only !== undefined) node.output.type = classType(only);
    }
  }
}

/** The classes of the objects that attributes hold, by class and attribute; not of attributes that hold anything else. */
function classesHeld(roots: readonly IValue[]): Map<string, Set<string>> {
  const held = new Map<string, Set<string>>();
  const seen = new Set<ObjectValue>();
  const waiting = roots.flatMap((value) => [...objectsIn(value)]);
  for (let object = waiting.pop(); object !== undefined; object = waiting.pop()) {
    if (seen.has(object)) continue;
    seen.add(object);
    for (const [name, value] of object.attrs) {
      waiting.push(...objectsIn(value));
      const key = `${object.type} ${name}`;
      const classes = held.get(key) ?? new Set();
      held.set(key, classes.add(value.kind === "object" ? value.type : `not an object: ${value.kind}`));
    }
  }
  return held;
}
