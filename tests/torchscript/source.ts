/** Archives made of source text alone, for tests of the importer. */

import { writeProgram } from "../../format/file/write.ts";
import { printGraph } from "../../format/ir/print.ts";
import { findClass } from "../../format/ir/program.ts";
import type { IValue } from "../../format/value.ts";
import { loadSync } from "../../loader/load.ts";
import { Runtime } from "../../loader/runtime.ts";
import type { TorchScriptArchive } from "../../ts-frontend/torchscript/archive-reader.ts";
import { type Imported, importTorchScript } from "../../ts-frontend/torchscript/import.ts";
import { PickleDict, type Pickled, ScriptObject } from "../../ts-frontend/torchscript/values.ts";

export interface SourceOptions {
  readonly version?: number;
  /** The root object's class; `__torch__.M` by default. */
  readonly root?: string;
  readonly state?: Pickled;
  readonly constants?: readonly Pickled[];
  readonly files?: Readonly<Record<string, string>>;
}

/** An object of a class, its attributes given. */
export function scriptObject(
  typeName: string,
  attributes: Readonly<Record<string, Pickled>> = {},
): ScriptObject {
  const object = new ScriptObject(typeName);
  object.state = new PickleDict<Pickled, Pickled>(Object.entries(attributes));
  return object;
}

/** An archive whose `__torch__.py` is `text`. */
export function sourceArchive(text: string, options: SourceOptions = {}): TorchScriptArchive {
  const root = scriptObject(options.root ?? "__torch__.M");
  if (options.state !== undefined) root.state = options.state;
  return {
    version: options.version ?? 10,
    code: new Map([["__torch__.py", text], ...Object.entries(options.files ?? {})]),
    debug: () => undefined,
    constants: options.constants ?? [],
    root,
    extraFiles: new Map(),
  };
}

/** A module `M` whose forward has these parameters and this body. */
export function moduleText(parameters: string, returns: string, ...body: string[]): string {
  const comma = parameters === "" ? "" : ", ";
  return [
    "class M(Module):",
    "  __parameters__ = []",
    "  __buffers__ = []",
    `  def forward(self: __torch__.M${comma}${parameters}) -> ${returns}:`,
    ...body.map((line) => `    ${line}`),
    "",
  ].join("\n");
}

/** `forward` in TorchScript's notation, without places. */
export function graphOf({ program }: Imported, method = "forward", type = "__torch__.M"): string {
  const fn = findClass(program, type)?.methods.find(({ name }) => name === method);
  if (fn === undefined) throw new Error(`no method ${method}`);
  return printGraph(fn.graph, {
    ranges: false,
    ambiguous: (node) => node.op.startsWith("aten::"),
  });
}

const runtime = await Runtime.create();

/** What `forward` gives. */
export function run(archive: TorchScriptArchive, ...args: IValue[]): IValue {
  const { program } = importTorchScript(archive);
  const module = loadSync(writeProgram(program, { sha256: false }), runtime);
  try {
    return module.callRaw("forward", args)[0]!;
  } finally {
    module.dispose();
  }
}
