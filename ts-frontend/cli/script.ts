/** `sconce script`: TypeScript, with its types, to a .sconce file. */

import { stat } from "node:fs/promises";
import { SconceError } from "../../loader/error.ts";
import { ScriptModule, script as scriptIt } from "../jit/index.ts";
import { Module } from "../nn/module.ts";
import { loadTypedModule } from "../register/load-module.ts";

interface Options {
  output?: string;
  signature?: string;
  eval?: boolean;
  json?: boolean;
}

/** Compiles an export of a TypeScript file and saves it. */
export async function script(source: string, options: Options): Promise<void> {
  const { path, name, made } = split(source);
  const start = performance.now();
  const exports = await loadTypedModule(path);
  const module = await compile(pick(exports, name, path), made, options);
  const output = options.output ?? `${path.replace(/\.[cm]?[jt]sx?$/, "")}.sconce`;
  await module.save(output);
  const { size } = await stat(output);
  const seconds = (performance.now() - start) / 1000;
  const schemas = module.methods.map((method) => module.schema(method));
  if (options.json) {
    console.log(
      JSON.stringify({ source: path, export: name ?? "default", output, bytes: size, seconds, schemas }),
    );
    return;
  }
  console.log(`${output}: ${size} bytes, compiled in ${seconds.toFixed(1)} s`);
  for (const schema of schemas) console.log(`  ${schema}`);
}

/** `model.ts:name` and `model.ts:make()`: the file, the export, and whether it is called. */
function split(source: string): { path: string; name: string | undefined; made: boolean } {
  const match = /^(.*\.[cm]?[jt]sx?):([\w$]+)(\(\))?$/.exec(source);
  return match
    ? { path: match[1]!, name: match[2]!, made: match[3] !== undefined }
    : { path: source, name: undefined, made: false };
}

/** The export of that name; by default the default export, or the only one. */
function pick(exports: Record<string, unknown>, name: string | undefined, path: string): unknown {
  const all = Object.keys(exports).filter(
    (key) => typeof exports[key] === "function" || typeof exports[key] === "object",
  );
  const wanted = name ?? ("default" in exports ? "default" : all.length === 1 ? all[0] : undefined);
  if (wanted !== undefined && wanted in exports) return exports[wanted];
  throw new SconceError({
    code: "NO_EXPORT",
    message: wanted === undefined ? `${path} has several exports` : `${path} has no export ${wanted}`,
    facts: [path, wanted ?? ""],
    advice:
      all.length > 0
        ? `Name one of them: ${all.map((key) => `${path}:${key}`).join(", ")}.`
        : "Export a function or a module.",
  });
}

async function compile(exported: unknown, made: boolean, options: Options): Promise<ScriptModule> {
  let target = exported;
  if (made) {
    if (typeof target !== "function") throw notScriptable(target);
    target = await (target as () => unknown)();
  } else if (typeof target === "function" && target.prototype instanceof Module) {
    target = new (target as new () => Module)();
  }
  if (target instanceof ScriptModule) return target;
  const compiled = (target as { module?: unknown } | null)?.module;
  if (compiled instanceof ScriptModule) return compiled;
  const how = options.signature === undefined ? {} : { signature: options.signature };
  if (target instanceof Module) return scriptIt(options.eval ? target.eval() : target, how);
  if (typeof target !== "function") throw notScriptable(target);
  return scriptIt(target as () => unknown, how).module;
}

function notScriptable(target: unknown): SconceError {
  const what =
    target === null
      ? "null"
      : typeof target === "object"
        ? (target.constructor?.name ?? "an object")
        : typeof target;
  return new SconceError({
    code: "SCRIPT_NOT_SCRIPTABLE",
    message: `the export is ${what}; a function, a module, a class of modules or what jit.script gave is wanted`,
    advice:
      "To make a module with arguments, export a function that makes it and name it with (): model.ts:make()",
  });
}
