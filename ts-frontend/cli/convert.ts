/** `sconce convert` */

import { open, rename, rm } from "node:fs/promises";
import { spinner } from "@clack/prompts";
import type { SourceRange } from "../../format/ir/graph.ts";
import {
  type ConvertReport,
  type ConvertStep,
  convertToChunks,
  type MissingOperator,
} from "../convert/index.ts";
import { type Check, checkConversion } from "./check.ts";
import { readInputs } from "./model.ts";
import { table } from "./table.ts";

interface Options {
  output?: string;
  optimize: boolean;
  dtype: "float32" | "float16" | "bfloat16";
  strict?: boolean;
  preserve?: string[];
  check?: string[];
  verbose?: boolean;
  json?: boolean;
}

/** Converts a PyTorch file; what is missing is listed before any work on it. */
export async function convert(source: string, options: Options): Promise<void> {
  const output = options.output ?? `${source.replace(/\.(pt|pth|jit|ts|zip)$/, "")}.sconce`;
  const inputs = options.check ? await readInputs(options.check) : undefined;
  const start = performance.now();
  const steps = showSteps(source);
  let report: ConvertReport;
  let check: Check | undefined;
  try {
    const { chunks, report: made } = await convertToChunks(source, {
      optimize: options.optimize,
      dtype: options.dtype,
      strict: options.strict ?? false,
      preservedAttrs: options.preserve ?? [],
      onProgress: steps.update,
      onMissing: (missing) => {
        if (missing.length && !options.json) {
          steps.pause();
          console.error(missingTable(missing));
        }
      },
    });
    await writeChunks(output, chunks);
    report = made;
    if (inputs) check = await checkConversion(source, output, inputs, options.dtype !== "float32");
  } finally {
    steps.stop();
  }
  const seconds = (performance.now() - start) / 1000;
  const peak = process.resourceUsage().maxRSS * 1024;
  if (options.json) {
    console.log(
      JSON.stringify({
        ...report,
        output,
        seconds: { ...report.seconds, all: seconds },
        peak_bytes: peak,
        check,
      }),
    );
  } else {
    console.log(summary(source, output, report, seconds, peak));
    if (options.verbose) console.log(passTable(report));
    if (check) console.log(`check: ${check.text}`);
  }
  if (check && !check.passed) process.exitCode = 1;
}

/** Writes the pieces one after the other beside `path`, and gives it the name when all is there. */
async function writeChunks(path: string, chunks: readonly Uint8Array[]): Promise<void> {
  const part = `${path}.part`;
  const file = await open(part, "w");
  try {
    for (const chunk of chunks) await file.writeFile(chunk);
    await file.close();
    await rename(part, path);
  } catch (error) {
    await file.close().catch(() => {});
    await rm(part, { force: true });
    throw error;
  }
}

interface Steps {
  update(step: ConvertStep, done: number, total: number): void;
  /** Clears the line for other output. */
  pause(): void;
  stop(): void;
}

const STEP_NAMES: Readonly<Record<ConvertStep, string>> = {
  read: "reading",
  import: "reading the code",
  optimize: "optimizing",
  write: "writing",
};

/** Shows on a terminal what is being done, once it has taken half a second. */
function showSteps(source: string): Steps {
  const start = performance.now();
  let shown: ReturnType<typeof spinner> | undefined;
  const stop = (): void => {
    shown?.clear();
    shown = undefined;
  };
  return {
    update(step, done, total) {
      if (!process.stderr.isTTY || performance.now() - start < 500) return;
      const percent = total > 0 ? ` ${Math.floor((100 * done) / total)} %` : "";
      const text = `${source}: ${STEP_NAMES[step]}${percent}`;
      if (shown) return shown.message(text);
      shown = spinner({ output: process.stderr });
      shown.start(text);
    },
    pause: stop,
    stop,
  };
}

const MOST_PLACES = 3;

/** What is missing, how often it is used, and the lines of the original Python. */
function missingTable(missing: readonly MissingOperator[]): string {
  const rows = missing.map(({ op, uses, places }) => {
    const shown = [...new Set(places.map(placeText))];
    const more = shown.length > MOST_PLACES ? `, and ${shown.length - MOST_PLACES} more` : "";
    return [`  ${op}`, `${uses} ×`, shown.slice(0, MOST_PLACES).join(", ") + more];
  });
  return `not supported; the model raises an error where it reaches one of these:\n${table(rows)}`;
}

function placeText({ file, line }: SourceRange): string {
  return `${file}:${line}`;
}

function size(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function summary(
  source: string,
  output: string,
  report: ConvertReport,
  seconds: number,
  peak: number,
): string {
  const { read, optimize, write } = report.seconds;
  const shown = (n: number): string => `${n.toFixed(1)} s`;
  const methods = report.methods.map(({ name, inputs, outputs }) => {
    const args = inputs.map((input) => `${input.type} ${input.name}${input.required ? "" : "=…"}`);
    const results = outputs.length === 1 ? outputs[0]! : `(${outputs.join(", ")})`;
    return `  ${name}(${args.join(", ")}) -> ${results}`;
  });
  const rows = [
    ["  weights", `${report.elements.toLocaleString("en")} elements`],
    ["  size", `${size(report.bytes.before)} → ${size(report.bytes.after)}`],
    ["  nodes", `${report.nodes.before} → ${report.nodes.after}`],
    [
      "  time",
      `${shown(seconds)} (reading ${shown(read)}, optimizing ${shown(optimize)}, writing ${shown(write)})`,
    ],
    ["  memory", `${size(peak)} at most`],
  ];
  if (report.narrowed.of > 0)
    rows.push(["  narrowed", `${report.narrowed.tensors} of ${report.narrowed.of} float weights`]);
  const warnings = report.notes.map((text) => `  note: ${text}`);
  return [`${source} → ${output}`, ...methods, table(rows), ...warnings].join("\n");
}

function passTable(report: ConvertReport): string {
  const rows = report.passes.map(({ name, before, after }) => [`  ${name}`, `${before} → ${after} nodes`]);
  return rows.length ? `passes\n${table(rows)}` : "passes: none";
}
