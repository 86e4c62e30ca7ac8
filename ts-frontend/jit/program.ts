/** From what a tracer recorded to a program: classes with attributes and methods, and the root object with its state. */

import { Attr } from "../../format/ir/graph.ts";
import { graphHash } from "../../format/ir/hash.ts";
import { addClass, emptyProgram, type Program } from "../../format/ir/program.ts";
import { verifyProgram } from "../../format/ir/verify-program.ts";
import { findOp } from "../../format/ops/table.ts";
import { BoolType, classType, TensorType } from "../../format/types.ts";
import { IValue, type TensorData, typeOfValue } from "../../format/value.ts";
import { programOfCompiled } from "../script/compiled-functions.ts";
import type { Tensor } from "../tensor.ts";
import { mergeProgram } from "./merge.ts";
import type { Tracer } from "./tracer.ts";
import type { ModuleNode } from "./tree.ts";
import { dataOf } from "./values.ts";

/** Names the recorded methods: calls with the same graph share one, others become `forward1`, `forward2` … */
function nameMethods(tracer: Tracer): Map<ModuleNode, Map<string, number>> {
  const chosen = new Map<ModuleNode, Map<string, number>>();
  const hashes = new Map<ModuleNode, Map<string, string>>();
  tracer.methods.forEach(({ node, frame }, i) => {
    if (!node) return;
    const names = chosen.get(node) ?? new Map<string, number>();
    const known = hashes.get(node) ?? new Map<string, string>();
    chosen.set(node, names);
    hashes.set(node, known);
    const hash = `${frame.name} ${graphHash(frame.builder.graph)}`;
    let name = known.get(hash);
    if (name === undefined) {
      name = frame.name;
      for (let k = 1; names.has(name); k++) name = `${frame.name}${k}`;
      known.set(hash, name);
      names.set(name, i);
    }
    frame.callNode?.attrs.set("name", Attr.str(name));
  });
  return chosen;
}

/** Builds and verifies the program of a finished trace. */
export function programOf(tracer: Tracer, functionName: string): Program {
  const program = tracer.tree ? moduleProgram(tracer) : functionProgram(tracer, functionName);
  for (const [name, def] of tracer.library.classes) program.classes.set(name, def);
  for (const [name, fn] of tracer.library.functions) program.functions.set(name, fn);
  for (const [file, text] of tracer.library.sources) program.sources.set(file, text);
  for (const [file, text] of tracer.places.sources()) program.sources.set(file, text);
  program.metadata.set("producer", "sconce jit.trace");
  verifyProgram(program, { lookup: (name) => findOp(name)?.schema });
  return program;
}

function functionProgram(tracer: Tracer, name: string): Program {
  const program = emptyProgram({ kind: "function", name });
  const { frame } = tracer.methods.at(-1)!;
  program.functions.set(name, { ...frame.toFn(), name });
  return program;
}

function moduleProgram(tracer: Tracer): Program {
  const tree = tracer.tree!;
  const methods = nameMethods(tracer);
  const tensors = new Map<Tensor, TensorData>();
  const data = (tensor: Tensor): IValue => {
    let found = tensors.get(tensor);
    if (!found) {
      found = dataOf(tensor);
      tensors.set(tensor, found);
    }
    return IValue.tensor(found);
  };
  const objects = new Map(
    tree.nodes.map((node) => [node, IValue.object(node.className) as IValue & { kind: "object" }]),
  );
  const program = emptyProgram({ kind: "object", object: objects.get(tree.root)! });
  for (const node of tree.nodes) {
    const def = addClass(program, "module", node.className);
    const { attrs } = objects.get(node)!;
    def.attributes.push({ name: "training", type: BoolType, kind: "attribute" });
    attrs.set("training", IValue.bool(node.module.training));
    for (const kind of ["parameter", "buffer"] as const) {
      for (const [name, tensor] of kind === "parameter" ? node.parameters : node.buffers) {
        def.attributes.push({ name, type: TensorType, kind });
        attrs.set(name, data(tensor));
      }
    }
    for (const [name, value] of Object.entries(node.module)) {
      const compiled = typeof value === "object" && value !== null ? programOfCompiled(value) : undefined;
      if (compiled?.root.kind !== "object") continue;
      const taken = (other: string): boolean => tree.nodes.some((one) => one.className === other);
      const object = mergeProgram(tracer.library, compiled, taken).value(compiled.root.object);
      def.attributes.push({ name, type: typeOfValue(object), kind: "module" });
      attrs.set(name, object);
    }
    for (const { name, node: child } of node.children) {
      def.attributes.push({ name, type: classType(child.className), kind: "module" });
      attrs.set(name, objects.get(child)!);
    }
    for (const [name, index] of methods.get(node) ?? []) {
      def.methods.push({ ...tracer.methods[index]!.frame.toFn(), name });
    }
  }
  return program;
}
