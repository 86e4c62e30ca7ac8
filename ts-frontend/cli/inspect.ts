/** `sconce inspect` */

import { graphHash } from "../../format/ir/hash.ts";
import { functionsOf } from "../../format/ir/program.ts";
import { findOp } from "../../format/ops/table.ts";
import { printType } from "../../format/types.ts";
import { type IValue, numel, tensorHash } from "../../format/value.ts";
import type { ScriptModule } from "../jit/index.ts";
import { openScript } from "./model.ts";
import { archiveText, summarizeFile, tensorTable, weightsText } from "./pytorch-file.ts";
import { table } from "./table.ts";

interface Options {
  json?: boolean;
  weights?: boolean;
}

interface Weight {
  name: string;
  dtype: string;
  shape: readonly number[];
  elements: number;
  sha256?: string;
}

/** Shows what a file holds. */
export async function inspect(source: string, options: Options): Promise<void> {
  const file = await summarizeFile(source);
  if (file?.kind === "weights") {
    console.log(options.json ? JSON.stringify(file.summary, null, 2) : weightsText(file.summary));
    return;
  }
  if (file !== undefined && !options.json) {
    console.log(archiveText(file.summary));
    if (options.weights) console.log(tensorTable(file.summary.tensors));
    console.log("");
  }
  let script: ScriptModule;
  try {
    script = await openScript(source);
  } catch (error) {
    if (file === undefined || !options.json) throw error;
    console.log(JSON.stringify({ archive: file.summary, refused: (error as Error).message }, null, 2));
    process.exitCode = 1;
    return;
  }
  const { program } = script;
  const counts = new Map<string, number>();
  for (const { fn } of functionsOf(program)) {
    for (const node of fn.graph.nodes()) counts.set(node.op, (counts.get(node.op) ?? 0) + 1);
  }
  const operators = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  const weights =
    program.root.kind === "object" ? weightsOf(program.root.object, options.weights ?? false) : [];
  const methods = script.methods.map((name) => {
    const { schema, graph } = script.method(name);
    const args = schema.args.filter((arg, i) => i > 0 || arg.name !== "self");
    return {
      name,
      inputs: args.map((arg) => ({
        name: arg.name,
        type: printType(arg.type),
        required: arg.default === undefined,
      })),
      outputs: schema.returns.map((r) => printType(r.type)),
      hash: graphHash(graph),
    };
  });
  const report = {
    ...(file === undefined ? {} : { archive: file.summary }),
    methods,
    operators: operators.map(([name, nodes]) => ({ name, nodes, supported: findOp(name) !== undefined })),
    parameters: weights.reduce((sum, w) => sum + w.elements, 0),
    weights,
    metadata: Object.fromEntries(program.metadata),
    extraFiles: [...program.extraFiles].map(([name, bytes]) => ({ name, bytes: bytes.length })),
  };
  if (options.json) {
    console.log(JSON.stringify(report, null, 2));
    return;
  }
  for (const method of methods) {
    console.log(`${method.name}  sha256 ${method.hash.slice(0, 16)}…`);
    console.log(
      table([
        ...method.inputs.map((input) => ["  in", input.name, input.type, input.required ? "" : "optional"]),
        ...method.outputs.map((type) => ["  out", "", type, ""]),
      ]),
    );
  }
  console.log(`\n${report.parameters} elements in ${weights.length} parameters and buffers`);
  if (options.weights) {
    console.log(
      table(weights.map((w) => [`  ${w.name}`, w.dtype, `[${w.shape.join(", ")}]`, w.sha256 ?? ""])),
    );
  }
  console.log(`\n${operators.length} operators`);
  console.log(
    table(
      report.operators.map((op) => [`  ${op.name}`, `${op.nodes} ×`, op.supported ? "" : "NOT SUPPORTED"]),
    ),
  );
  if (report.extraFiles.length) {
    console.log("\nextra files");
    console.log(table(report.extraFiles.map((file) => [`  ${file.name}`, `${file.bytes} bytes`])));
  }
  for (const [key, value] of program.metadata) console.log(`\n${key}: ${value}`);
}

function weightsOf(root: IValue & { kind: "object" }, hashes: boolean): Weight[] {
  const found: Weight[] = [];
  const seen = new Set<IValue>();
  const visit = (object: IValue & { kind: "object" }, prefix: string): void => {
    if (seen.has(object)) return;
    seen.add(object);
    for (const [name, value] of object.attrs) {
      if (value.kind === "object") visit(value, `${prefix}${name}.`);
      if (value.kind !== "tensor") continue;
      const { dtype, shape } = value.tensor;
      const sha256 = hashes ? { sha256: tensorHash(value.tensor) } : {};
      found.push({ name: prefix + name, dtype, shape, elements: numel(shape), ...sha256 });
    }
  };
  visit(root, "");
  return found;
}
