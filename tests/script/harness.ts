/**
 * The language suite's way of working: a program is a function of a file in `programs/`, and it must do the same eagerly
 * and in every form of a script.
 */

import { format } from "node:util";
import * as fc from "fast-check";
import { jit, nn, torch } from "sconce/torch";
import { beforeAll, describe, expect, test } from "vitest";
import type { Graph } from "../../format/ir/graph.ts";
import { graphHash } from "../../format/ir/hash.ts";
import { parseGraph } from "../../format/ir/parse.ts";
import { printGraph } from "../../format/ir/print.ts";
import { resolveOverload } from "../../format/ops/resolve.ts";
import { SconceError } from "../../loader/error.ts";
import type { Message, ModuleOptions } from "../../loader/module.ts";
import { fromBytes, isAmbiguous, ScriptModule } from "../../ts-frontend/jit/script-module.ts";
import { compileCode } from "../../ts-frontend/script/code/compile-code.ts";
import type { ScriptOptions } from "../../ts-frontend/script/script.ts";
import { registerSource } from "../../ts-frontend/script/source/registry.ts";
import { Tensor } from "../../ts-frontend/tensor.ts";
import { evaluate, type ProgramFile, readPrograms, readText } from "./program-file.ts";

/** Arguments: as they are, or made anew for every run where they hold tensors. */
export type Arguments = readonly unknown[] | (() => readonly unknown[]);

// biome-ignore lint/suspicious/noExplicitAny: programs take what they like
export type Program = ((...args: any[]) => unknown) & {
  cases?: readonly Arguments[];
  /** Arguments of any kind, by fast-check. */
  inputs?: fc.Arbitrary<readonly unknown[]>;
};

/** What a run did, in a form that is compared as text. */
interface Outcome {
  readonly result: string;
  readonly printed: readonly string[];
}

type Runner = (args: readonly unknown[]) => Outcome;

// -- what is compared ---------------------------------------------------------------------------------------------

/** A value as text that tells apart what JavaScript does: NaN, -0, lone surrogates, the order of maps. */
export function show(value: unknown): string {
  if (value == null) return "nothing";
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value === "bigint") return String(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "boolean") return String(value);
  if (value instanceof Tensor) {
    return `tensor(${value.dtype} [${value.shape}] ${[...(value.data as Iterable<number>)].map(show)})`;
  }
  if (Array.isArray(value)) return `[${Array.from(value, show).join(", ")}]`;
  // Sets come out of a program as maps to true, records as maps.
  if (value instanceof Map || value instanceof Set) {
    const shown = [...value.entries()].map(([k, v]) =>
      value instanceof Set ? `${show(k)} => true` : `${show(k)} => ${show(v)}`,
    );
    return `{${shown.join(", ")}}`;
  }
  if (typeof value === "object") return show(new Map(Object.entries(value)));
  throw new TypeError(`${typeof value} cannot be compared`);
}

function showError(error: unknown): string {
  if (error instanceof SconceError) {
    if (error.code === "RAISED") return `throws ${error.facts[1]}: ${error.facts[0]}`;
    return `fails ${error.code}: ${error.message}`;
  }
  if (error instanceof Error) return `throws ${error.name}: ${error.message}`;
  return `throws ${String(error)}`;
}

function fresh(args: Arguments): readonly unknown[] {
  return typeof args === "function" ? args() : structuredClone(args);
}

// -- the ways -----------------------------------------------------------------------------------------------------

function eagerly(program: Program): Runner {
  return (args) => {
    const printed: string[] = [];
    const { log, warn } = console;
    console.log = (...items) => printed.push(`print ${format(...items)}`);
    console.warn = (...items) => printed.push(`warning ${format(...items)}`);
    try {
      return { result: show(program(...args)), printed };
    } catch (error) {
      return { result: showError(error), printed };
    } finally {
      Object.assign(console, { log, warn });
    }
  };
}

const printed: string[] = [];
const options: ModuleOptions = {
  onMessage: ({ kind, text }: Message) => printed.push(`${kind} ${text}`),
};

function running(module: ScriptModule): Runner {
  return (args) => {
    printed.length = 0;
    try {
      return { result: show(module.call("forward", args)), printed: [...printed] };
    } catch (error) {
      return { result: showError(error), printed: [...printed] };
    }
  };
}

export const WAYS = ["from its text", "with types", "after saving", "from its code"] as const;
type Way = (typeof WAYS)[number];

interface Compiled {
  readonly modules: Partial<Record<Way, ScriptModule>>;
  readonly failures: Partial<Record<Way, unknown>>;
}

const compiled = new Map<Program, Compiled>();

async function attempt(
  program: Program,
  way: Way,
  make: () => ScriptModule | Promise<ScriptModule>,
): Promise<void> {
  const entry = compiled.get(program) ?? { modules: {}, failures: {} };
  compiled.set(program, entry);
  try {
    entry.modules[way] = await make();
  } catch (error) {
    entry.failures[way] = error;
  }
}

async function fromCode(module: ScriptModule): Promise<ScriptModule> {
  const { code, constants } = module.programCode();
  return new ScriptModule(await compileCode(code, { constants }), options);
}

function moduleOf(program: Program, way: Way): ScriptModule {
  const { modules, failures } = compiled.get(program)!;
  const module = modules[way];
  if (!module) throw failures[way] ?? new Error(`nothing was compiled ${way}`);
  return module;
}

/** Compiles all programs of a file in every way. Those from the text come first: afterwards the types are registered. */
async function compileAll(
  file: ProgramFile,
  members: Readonly<Record<string, unknown>>,
  programs: ReadonlyMap<string, Program>,
): Promise<void> {
  const scope = { ...members, torch, nn, jit };
  const twins = evaluate(file, { torch, nn, jit, fc });
  for (const [name, program] of programs) {
    const signature = file.signatures.get(name)!;
    const own = { ...options, scope: { ...scope, ...twins }, signature, types: file.types };
    await attempt(program, "from its text", () => jit.script(twins[name]!, own).module);
  }
  for (const [name, text] of file.texts) registerSource(members[name], text, () => scope);
  for (const program of programs.values()) {
    await attempt(program, "with types", () => jit.script(program, options).module);
    await attempt(program, "after saving", () =>
      fromBytes(moduleOf(program, "with types").toBytes(), options),
    );
    await attempt(program, "from its code", () => fromCode(moduleOf(program, "with types")));
  }
}

/** Defines the tests of a program file; `members` is its namespace. */
export function testPrograms(group: string, url: URL, members: Readonly<Record<string, unknown>>): void {
  const programs = programsOf(members);
  describe(group, () => {
    beforeAll(async () => {
      await compileAll(await readPrograms(url), members, programs);
    });
    for (const [name, program] of programs) {
      test(name, () => {
        for (const way of WAYS) {
          const run = running(moduleOf(program, way));
          for (const args of program.cases ?? []) check(program, way, run, args);
          if (program.inputs) {
            fc.assert(
              fc.property(program.inputs, (args) => {
                check(program, way, run, args);
              }),
              { numRuns: 60 },
            );
          }
        }
        const { program: ir } = moduleOf(program, "with types");
        for (const { graph } of ir.functions.values()) {
          expect(graphHash(readBack(printGraph(graph, { ambiguous: isAmbiguous })))).toBe(graphHash(graph));
        }
      });
    }
  });
}

function readBack(text: string): Graph {
  return parseGraph(text, { resolve: (name, inputs) => resolveOverload(name, inputs)?.name });
}

function check(program: Program, way: Way, run: Runner, args: Arguments): void {
  const expected = eagerly(program)(fresh(args));
  expect({ way, args: showArguments(args), ...run(fresh(args)) }).toEqual({
    way,
    args: showArguments(args),
    ...expected,
  });
}

function showArguments(args: Arguments): string {
  return typeof args === "function" ? String(args) : args.map(show).join(", ");
}

/** The functions of a file that have arguments to run with. */
export function programsOf(members: Readonly<Record<string, unknown>>): Map<string, Program> {
  const found = new Map<string, Program>();
  for (const [name, member] of Object.entries(members)) {
    const program = member as Program;
    if (typeof member === "function" && (program.cases || program.inputs)) found.set(name, program);
  }
  return found;
}

/** The code and message with which a script is refused: of the function `f` of a TypeScript text. */
export async function refusalOf(text: string, options: ScriptOptions = {}): Promise<string> {
  const file = await readText("model.ts", text);
  const known = { torch, nn, jit };
  const members = evaluate({ ...file, javascript: file.plain }, known);
  for (const [name, source] of file.texts)
    registerSource(members[name], source, () => ({ ...known, ...members }));
  try {
    jit.script(members.f!, options);
  } catch (error) {
    if (error instanceof SconceError) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error("it was not refused");
}

export { fc };
