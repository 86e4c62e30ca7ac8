/** Runs folders of TorchScript programs with PyTorch's answers: `scripts` (NAME.pt, NAME.json) and `models` (NAME/model.pt). */

import { existsSync, openAsBlob, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ops } from "../../format/ops/table.ts";
import { SconceError } from "../../loader/error.ts";
import { loadSync } from "../../loader/load.ts";
import type { Module } from "../../loader/module.ts";
import { Runtime } from "../../loader/runtime.ts";
import { difference, fromJson, type JsonValue, UnsupportedValue, type WideTolerance } from "./ivalue.ts";
import { idleBytes, SUMS, type Verdict } from "./ops.ts";
import { sameMeaning } from "./raises.ts";

/** The bytes of a `.sconce` file from those of an archive. */
export type Converter = (archive: Blob, options: { readonly optimize: boolean }) => Promise<Uint8Array>;

export interface ProgramCase {
  readonly name: string;
  readonly archive: string;
  readonly record: ProgramRecord;
  /** Where files that the record names lie. */
  readonly folder: string;
}

interface ProgramRecord {
  readonly test?: string;
  readonly source?: string;
  readonly stateful?: boolean;
  readonly extra_files?: Readonly<Record<string, string>>;
  readonly calls: readonly CallRecord[];
}

interface CallRecord {
  readonly method?: string;
  readonly inputs: readonly JsonValue[];
  readonly expect?: JsonValue;
  readonly raises?: string;
  readonly atol?: number;
  readonly rtol?: number;
}

export interface CallResult {
  readonly verdict: Verdict;
  readonly why?: string;
}

export interface ProgramResult {
  readonly name: string;
  readonly test: string;
  readonly calls: readonly CallResult[];
  /** Seconds of conversion and of the calls. */
  readonly seconds: number;
}

/** A fresh runtime replaces one that trapped, whose memory says nothing any more. */
interface Machine {
  runtime: Runtime;
}

async function newRuntime(): Promise<Runtime> {
  const runtime = await Runtime.create();
  runtime.opName = (id) => ops[id]?.name;
  return runtime;
}

/** What a folder holds, or undefined when it holds no programs. */
export function programKind(dir: string): "scripts" | "models" | undefined {
  const entries = readdirSync(dir, { withFileTypes: true });
  if (entries.some((entry) => entry.isDirectory() && existsSync(join(dir, entry.name, "case.json"))))
    return "models";
  return entries.some((entry) => entry.name.endsWith(".pt")) ? "scripts" : undefined;
}

/** The cases of a folder, in order of name; `filter` is tried on the name and on the test it comes from. */
export function listPrograms(dir: string, filter?: RegExp): ProgramCase[] {
  const models = programKind(dir) === "models";
  const files = readdirSync(dir)
    .sort()
    .map((entry) => (models ? join(dir, entry, "case.json") : join(dir, entry)))
    .filter((file) => file.endsWith(".json") && existsSync(file));
  const cases = files.map((file): ProgramCase => {
    const folder = dirname(file);
    const name = models ? folder.slice(dir.length).replace(/^\//, "") : file.slice(folder.length + 1, -5);
    const archive = models ? join(folder, "model.pt") : `${file.slice(0, -5)}.pt`;
    return { name, archive, folder, record: JSON.parse(readFileSync(file, "utf8")) as ProgramRecord };
  });
  return filter ? cases.filter((c) => filter.test(c.name) || filter.test(c.record.test ?? "")) : cases;
}

/** Runs each program in every variant; a call is right only if it is right in all of them. */
export async function runPrograms(
  cases: readonly ProgramCase[],
  convert: Converter,
  variants: readonly boolean[],
  onProgress: (result: ProgramResult, done: number) => void = () => {},
): Promise<ProgramResult[]> {
  const machine: Machine = { runtime: await newRuntime() };
  const results: ProgramResult[] = [];
  for (const program of cases) {
    const start = performance.now();
    let calls: CallResult[] = program.record.calls.map(() => ({ verdict: "right" }));
    for (const optimize of variants) {
      const label = optimize ? "optimized" : "not optimized";
      const judged = await runVariant(program, convert, optimize, machine);
      calls = calls.map((before, i) => worse(before, judged[i]!, label));
    }
    const { name, record } = program;
    const seconds = (performance.now() - start) / 1000;
    const result: ProgramResult = { name, test: record.test ?? record.source ?? "", calls, seconds };
    results.push(result);
    onProgress(result, results.length);
  }
  return results;
}

const BADNESS: Readonly<Record<Verdict, number>> = { right: 0, unsupported: 1, wrong: 2 };

function worse(before: CallResult, now: CallResult, label: string): CallResult {
  if (BADNESS[now.verdict] <= BADNESS[before.verdict]) return before;
  return { ...now, why: `${label}: ${now.why ?? ""}` };
}

async function runVariant(
  program: ProgramCase,
  convert: Converter,
  optimize: boolean,
  machine: Machine,
): Promise<CallResult[]> {
  const { record } = program;
  let bytes: Uint8Array;
  try {
    bytes = await convert(await openAsBlob(program.archive), { optimize });
  } catch (error) {
    const verdict = refusal(error, "convert", record.test);
    return record.calls.map(() => verdict);
  }
  const results: CallResult[] = [];
  if (record.stateful) {
    results.push(...(await withModule(program, bytes, machine, record.calls)));
  } else {
    for (const call of record.calls) results.push(...(await withModule(program, bytes, machine, [call])));
  }
  return results;
}

/** Only "unsupported: …" counts as a refusal; tests whose answer is no fact of the program may be refused in any way. */
function refusal(error: unknown, when: string, test?: string): CallResult {
  if (!(error instanceof SconceError)) {
    return { verdict: "wrong", why: `${when}: ${(error as Error).stack?.split("\n").slice(0, 3).join(" ")}` };
  }
  if (test && NO_FACT.test(test)) return { verdict: "right" };
  const why = `${when}: ${error.code} ${error.message.split("\n").slice(0, 2).join(" ")}`;
  return { verdict: error.code === "UNSUPPORTED" ? "unsupported" : "wrong", why };
}

/** Hashing by address, and reading what was never set: any typed error is right. */
const NO_FACT = /\.(test_hash_tensor|test_uninitialized)$/;

/**
 * Calls in order on one fresh instance; what it leaves in memory makes its last call wrong. The machine keeps some room
 * that its largest call needed, so only what a second run leaves as well counts as lost.
 */
async function withModule(
  program: ProgramCase,
  bytes: Uint8Array,
  machine: Machine,
  calls: readonly CallRecord[],
): Promise<CallResult[]> {
  const { results, left } = await runOnce(program, bytes, machine, calls);
  if (!left) return results;
  const again = await runOnce(program, bytes, machine, calls);
  if (again.left) results[calls.length - 1] = { verdict: "wrong", why: `${again.left} bytes are not freed` };
  return results;
}

async function runOnce(
  program: ProgramCase,
  bytes: Uint8Array,
  machine: Machine,
  calls: readonly CallRecord[],
): Promise<{ results: CallResult[]; left: number }> {
  const { runtime } = machine;
  const before = idleBytes(runtime);
  let module: Module | undefined;
  try {
    module = loadSync(bytes, runtime, { onMessage: () => {} });
    const loaded = module;
    const results = calls.map((call) => judge(program, loaded, call));
    const lost = missingFile(program.record, loaded);
    if (lost) results[0] = { verdict: "wrong", why: lost };
    module.dispose();
    return { results, left: idleBytes(runtime) - before };
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) machine.runtime = await newRuntime();
    else module?.dispose();
    const verdict = refusal(error, "load", program.record.test);
    return { results: calls.map(() => verdict), left: 0 };
  }
}

/** The extra file that the loaded module lacks or changed. */
function missingFile(record: ProgramRecord, module: Module): string | undefined {
  for (const [name, text] of Object.entries(record.extra_files ?? {})) {
    const bytes = module.extraFile(name);
    if (!bytes || new TextDecoder().decode(bytes) !== text)
      return `the extra file ${name} is lost or changed`;
  }
  return undefined;
}

function judge(program: ProgramCase, module: Module, call: CallRecord): CallResult {
  const read = (json: JsonValue) => fromJson(json, program.folder);
  try {
    const inputs = call.inputs.map(read);
    const results = module.callRaw(call.method ?? "forward", inputs);
    if (call.raises !== undefined) {
      return { verdict: "wrong", why: `expected an error: ${call.raises}` };
    }
    const want = read(call.expect ?? null);
    if (results.length !== 1) return { verdict: "wrong", why: `${results.length} results` };
    const why = difference(results[0]!, want, toleranceOf(module, call));
    return why ? { verdict: "wrong", why } : { verdict: "right" };
  } catch (error) {
    if (error instanceof UnsupportedValue) return { verdict: "unsupported", why: error.message };
    if (error instanceof WebAssembly.RuntimeError) throw error;
    const verdict = refusal(error, "call", program.record.test);
    if (call.raises === undefined || verdict.verdict !== "wrong" || !(error instanceof SconceError))
      return verdict;
    if (sameMeaning(error, call.raises)) return { verdict: "right" };
    return { verdict: "wrong", why: `expected "${call.raises}", ${verdict.why}` };
  }
}

/** The case's own tolerance; without one, the wider one where the program sums products. */
function toleranceOf(module: Module, call: CallRecord): WideTolerance | undefined {
  if (call.atol !== undefined || call.rtol !== undefined)
    return {
      ...(call.atol === undefined ? {} : { atol: call.atol }),
      ...(call.rtol === undefined ? {} : { rtol: call.rtol }),
    };
  return module.operators.some((name) => SUMS.test(name))
    ? { atol: 1e-4, rtol: 1e-4, dtype: "float32" }
    : undefined;
}
