/** Programs from the text of their graphs, loaded into a runtime: for tests of the virtual machine. */

import { expect } from "vitest";
import { writeProgram } from "../../format/file/write.ts";
import type { Graph } from "../../format/ir/graph.ts";
import { parseGraph } from "../../format/ir/parse.ts";
import { addClass, emptyProgram, type FnSchema, type Program } from "../../format/ir/program.ts";
import { verifyProgram } from "../../format/ir/verify-program.ts";
import { findOp } from "../../format/ops/table.ts";
import { IntType, parseType } from "../../format/types.ts";
import { IValue } from "../../format/value.ts";
import { loadSync } from "../../loader/load.ts";
import type { Module, ModuleOptions } from "../../loader/module.ts";
import type { Runtime } from "../../loader/runtime.ts";

export interface Parts {
  /** Graph texts of free functions; the first is the root. */
  functions: Record<string, string>;
  /** Classes: attributes by type text, methods by graph text. */
  classes?: Record<string, { attributes?: Record<string, string>; methods?: Record<string, string> }>;
  /** Interfaces: methods by the graph text of one that fits. */
  interfaces?: Record<string, Record<string, string>>;
  /** Enums of ints: members by value. */
  enums?: Record<string, Record<string, number>>;
  sources?: Record<string, string>;
}

function schemaOf(graph: Graph): FnSchema {
  return {
    args: graph.inputs.map(({ name, type }, i) => ({ name: name ?? `a${i}`, type })),
    returns: graph.outputs.map(({ type }) => ({ type })),
  };
}

export function programOf(parts: Parts): Program {
  const program = emptyProgram({ kind: "function", name: Object.keys(parts.functions)[0]! });
  for (const [name, members] of Object.entries(parts.enums ?? {})) {
    const list = Object.entries(members).map(([member, value]) => ({
      name: member,
      value: IValue.int(value),
    }));
    program.classes.set(name, { kind: "enum", name, valueType: IntType, members: list });
  }
  for (const [name, methods] of Object.entries(parts.interfaces ?? {})) {
    const declared = Object.entries(methods).map(([method, text]) => ({
      name: method,
      schema: schemaOf(parseGraph(text)),
    }));
    program.classes.set(name, { kind: "interface", name, methods: declared });
  }
  for (const [name, { attributes, methods }] of Object.entries(parts.classes ?? {})) {
    const def = addClass(program, "class", name);
    for (const [attribute, type] of Object.entries(attributes ?? {})) {
      def.attributes.push({ name: attribute, type: parseType(type), kind: "attribute" });
    }
    for (const [method, text] of Object.entries(methods ?? {})) {
      const graph = parseGraph(text);
      def.methods.push({ name: method, schema: schemaOf(graph), graph });
    }
  }
  for (const [name, text] of Object.entries(parts.functions)) {
    const graph = parseGraph(text);
    program.functions.set(name, { name, schema: schemaOf(graph), graph });
  }
  for (const [name, text] of Object.entries(parts.sources ?? {})) program.sources.set(name, text);
  verifyProgram(program, { lookup: (op: string) => findOp(op)?.schema });
  return program;
}

/** The program as a module, whose `forward` is the first function. */
export function loadParts(runtime: Runtime, parts: Parts, options: ModuleOptions = {}): Module {
  return loadSync(writeProgram(programOf(parts)), runtime, options);
}

/** Runs `body` twice, and expects the second time to leave no byte behind. */
export function leavesNothing(runtime: Runtime, body: () => void): void {
  body();
  const before = runtime.exports.sc_live();
  body();
  expect(runtime.exports.sc_live()).toBe(before);
}
