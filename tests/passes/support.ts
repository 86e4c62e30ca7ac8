/** Programs from text for tests of passes: graphs as PyTorch prints them, with a verifier after every step. */

import { expect } from "vitest";
import type { Graph } from "../../format/ir/graph.ts";
import { parseGraph } from "../../format/ir/parse.ts";
import { printGraph } from "../../format/ir/print.ts";
import {
  type AttributeKind,
  addClass,
  emptyProgram,
  type Fn,
  type Program,
} from "../../format/ir/program.ts";
import { checkProgram } from "../../format/ir/verify-program.ts";
import { resolveOverload } from "../../format/ops/resolve.ts";
import { findOp } from "../../format/ops/table.ts";
import { Scanner } from "../../format/scan.ts";
import { scanType } from "../../format/types.ts";
import { bytesOf, IValue, type TensorData, tensorFromBytes, tensorHash } from "../../format/value.ts";
import { isAmbiguous } from "../../ts-frontend/jit/script-module.ts";

/** A float32 tensor. */
export function tensor(values: readonly number[], shape: readonly number[] = [values.length]): TensorData {
  return tensorFromBytes("float32", shape, bytesOf(Float32Array.from(values)));
}

/** `$name` in a graph's text stands for one of these tensors. */
export type Tensors = Readonly<Record<string, TensorData>>;

export function graphOf(text: string, tensors: Tensors = {}): Graph {
  const named = text.replace(/\$(\w+)/g, (_, name: string) => {
    const found = tensors[name];
    if (found === undefined) throw new Error(`no tensor ${name}`);
    return `<Tensor sha256:${tensorHash(found)}>`;
  });
  return parseGraph(named, {
    tensors: new Map(Object.values(tensors).map((data) => [tensorHash(data), data])),
    resolve: (name, inputs) => resolveOverload(name, inputs)?.name,
  });
}

export function fnOf(name: string, graph: Graph): Fn {
  return {
    name,
    graph,
    schema: {
      args: graph.inputs.map(({ type }, i) => ({ name: `a${i}`, type })),
      returns: graph.outputs.map(({ type }) => ({ type })),
    },
  };
}

/** A program of one free function, `f`. */
export function functionProgram(text: string, tensors: Tensors = {}): Program {
  const program = emptyProgram({ kind: "function", name: "f" });
  program.functions.set("f", fnOf("f", graphOf(text, tensors)));
  expectVerified(program);
  return program;
}

/** An attribute: its type in TorchScript's notation and its kind, `parameter` if absent. */
export type Attributes = Readonly<Record<string, string | readonly [type: string, kind: AttributeKind]>>;

export interface ClassText {
  readonly attributes: Attributes;
  readonly methods?: Readonly<Record<string, string>>;
  readonly kind?: "module" | "class";
}

/** A program of classes, whose root is `object`; `more` adds to it. */
export function classProgram(
  classes: Readonly<Record<string, ClassText>>,
  object: IValue,
  tensors: Tensors = {},
  more: (program: Program) => void = () => {},
): Program {
  if (object.kind !== "object") throw new Error("the root is an object");
  const program = emptyProgram({ kind: "object", object });
  for (const [name, text] of Object.entries(classes)) {
    const def = addClass(program, text.kind ?? "module", name);
    for (const [attribute, told] of Object.entries(text.attributes)) {
      const [type, kind] = typeof told === "string" ? [told, "parameter" as const] : told;
      def.attributes.push({ name: attribute, type: scanType(new Scanner(type)), kind });
    }
    for (const [method, body] of Object.entries(text.methods ?? {})) {
      def.methods.push(fnOf(method, graphOf(body, tensors)));
    }
  }
  more(program);
  expectVerified(program);
  return program;
}

/** An object with these attributes. */
export function object(type: string, attrs: Readonly<Record<string, IValue>>): IValue & { kind: "object" } {
  return IValue.object(type, new Map(Object.entries(attrs))) as IValue & { kind: "object" };
}

export function expectVerified(program: Program): void {
  const lookup = (op: string) => findOp(op)?.schema;
  expect(checkProgram(program, { lookup }).map(String)).toEqual([]);
}

/** The text of a graph; tensors by the names given, where they are known. */
export function textOf(graph: Graph, tensors: Tensors = {}): string {
  let text = printGraph(graph, { ambiguous: isAmbiguous, ranges: false, scopes: false, objects: [] });
  for (const [name, data] of Object.entries(tensors)) {
    text = text.replaceAll(`<Tensor sha256:${tensorHash(data)}>`, `$${name}`);
  }
  return text;
}

/** The lines without what indents them all. */
export function dedent(text: string): string {
  const lines = text.replace(/^\n/, "").trimEnd().split("\n");
  const indent = Math.min(...lines.filter((line) => line.trim()).map((line) => line.search(/\S/)));
  return `${lines.map((line) => line.slice(indent)).join("\n")}\n`;
}

/** What the graph of function `f` is after `run` has changed the program, which stays well-formed. */
export function afterRun(run: (program: Program) => unknown, text: string, tensors: Tensors = {}): string {
  const program = functionProgram(dedent(text), tensors);
  run(program);
  expectVerified(program);
  return textOf(program.functions.get("f")!.graph, tensors);
}
