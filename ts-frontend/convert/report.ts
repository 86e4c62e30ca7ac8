/** What a conversion tells of itself. */

import { type ClassDef, findClass, functionsOf, type Program } from "../../format/ir/program.ts";
import { printType } from "../../format/types.ts";
import { type IValue, numel, type StorageData } from "../../format/value.ts";
import type { MissingOperator } from "../torchscript/import.ts";

/** The schema of a method: the object it belongs to left out. */
export interface MethodReport {
  readonly name: string;
  readonly inputs: readonly { readonly name: string; readonly type: string; readonly required: boolean }[];
  readonly outputs: readonly string[];
}

/** What one pass did that changed something. */
export interface PassReport {
  readonly name: string;
  /** Nodes of the whole program. */
  readonly before: number;
  readonly after: number;
}

export interface ConvertReport {
  /** Operators that raise an error if the program reaches them. */
  readonly missing: readonly MissingOperator[];
  readonly notes: readonly string[];
  readonly methods: readonly MethodReport[];
  /** Elements of all parameters and buffers, those that the optimizer made constants included. */
  readonly elements: number;
  readonly nodes: { readonly before: number; readonly after: number };
  readonly bytes: { readonly before: number; readonly after: number };
  readonly passes: readonly PassReport[];
  /** Tensors stored in a narrower dtype, of those that hold float weights. */
  readonly narrowed: { readonly tensors: number; readonly of: number };
  readonly seconds: { readonly read: number; readonly optimize: number; readonly write: number };
}

/** The methods of the root object, `forward` first. */
export function methodsOf(program: Program): MethodReport[] {
  const { root } = program;
  const methods: ClassDef["methods"] =
    root.kind === "object"
      ? (findClass(program, root.object.type)?.methods ?? [])
      : [program.functions.get(root.name)!];
  const reports = methods.map(({ name, schema }) => ({
    name,
    inputs: schema.args.slice(root.kind === "object" ? 1 : 0).map((arg) => ({
      name: arg.name,
      type: printType(arg.type),
      required: arg.default === undefined,
    })),
    outputs: schema.returns.map((r) => printType(r.type)),
  }));
  return reports.sort((a, b) => Number(b.name === "forward") - Number(a.name === "forward"));
}

/** Elements of the tensors that the root object holds and that graphs have as constants, each storage counted once. */
export function countElements(program: Program): number {
  const seen = new Set<StorageData | IValue>();
  let count = 0;
  const visit = (value: IValue): void => {
    if (value.kind === "tensor") {
      if (!seen.has(value.tensor.storage)) count += numel(value.tensor.shape);
      seen.add(value.tensor.storage);
    } else if (value.kind === "object") {
      if (seen.has(value)) return;
      seen.add(value);
      for (const inner of value.attrs.values()) visit(inner);
    } else if (value.kind === "list" || value.kind === "tuple") {
      for (const item of value.items) visit(item);
    } else if (value.kind === "dict") {
      for (const [, item] of value.entries) visit(item);
    }
  };
  if (program.root.kind === "object") visit(program.root.object);
  for (const { fn } of functionsOf(program)) {
    for (const node of fn.graph.nodes()) {
      for (const attr of node.attrs.values()) {
        if (attr.kind === "ival") visit(attr.value);
        else if (attr.kind === "t") visit({ kind: "tensor", tensor: attr.value });
      }
    }
  }
  return count;
}
