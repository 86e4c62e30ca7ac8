/** A PyTorch file as a `.sconce` file: read, import, optimize, write. */

import { programChunks } from "../../format/file/write.ts";
import type { Program } from "../../format/ir/program.ts";
import { Runtime } from "../../loader/runtime.ts";
import { evaluator } from "../passes/evaluate.ts";
import { optimize } from "../passes/index.ts";
import { countNodes } from "../passes/pass.ts";
import { readTorchScript } from "../torchscript/archive-reader.ts";
import { type Imported, importTorchScript, type MissingOperator } from "../torchscript/import.ts";
import { type ByteSource, openSource } from "../weights/source.ts";
import { openFile } from "./files.ts";
import { type NarrowDType, narrowWeights } from "./narrow.ts";
import { type ConvertReport, countElements, methodsOf, type PassReport } from "./report.ts";

/** The bytes of an archive, a File or Blob, a file to be read piece by piece, or its path where there are files. */
export type ConvertSource = ByteSource | string | URL;

export interface ConvertOptions {
  /**
   * Freeze, fold and fuse. Default true: weights become constants of the code, and only what the methods need is left.
   * False keeps the module tree, parameters, methods and training flag as they are in PyTorch.
   */
  readonly optimize?: boolean;
  /**
   * How matrices and kernels of float32 weights are stored. `float16` and `bfloat16` halve the file; they are cast to
   * float32 where they are used, so results are those of the rounded weights. Default float32: as they are.
   */
  readonly dtype?: "float32" | NarrowDType;
  /** Refuse a file that names anything Sconce has not, even where no call reaches it. Default false. */
  readonly strict?: boolean;
  /** Attributes and methods that the optimizer keeps beside `forward`, by dotted path. */
  readonly preservedAttrs?: readonly string[];
  /** Told, before the optimizer starts, what the program uses and Sconce has not. */
  readonly onMissing?: (missing: readonly MissingOperator[]) => void;
  /** Told of each step as it goes on; `total` is 0 while unknown. */
  readonly onProgress?: (step: ConvertStep, done: number, total: number) => void;
  readonly signal?: AbortSignal;
  /** The runtime that folds constants; by default a new one. */
  readonly runtime?: Runtime;
}

export type ConvertStep = "read" | "import" | "optimize" | "write";

export interface Converted {
  /** The `.sconce` file, for `load` or a file. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly report: ConvertReport;
}

export interface ConvertedChunks {
  /** The file in pieces, to be written one after the other; weights are not copied. */
  readonly chunks: readonly Uint8Array[];
  readonly report: ConvertReport;
}

/**
 * Converts what `torch.jit.save` wrote; the counterpart of `torch.jit.load` for whoever has no PyTorch.
 *
 *     const { bytes } = await convert(file);      // a File, a Blob, bytes, or a path
 *     const model = await load(bytes);
 *
 * Throws SconceError: UNSUPPORTED names a construct that cannot be left out (with `strict`, every operator that is
 * missing); FILE_… and PICKLE_… for damaged or hostile archives; TORCHSCRIPT for code that does not fit together.
 */
export async function convert(source: ConvertSource, options: ConvertOptions = {}): Promise<Converted> {
  const { chunks, report } = await convertToChunks(source, options);
  const bytes = new Uint8Array(report.bytes.after);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return { bytes, report };
}

/** As `convert`, for files too large to be held twice. */
export async function convertToChunks(
  source: ConvertSource,
  options: ConvertOptions = {},
): Promise<ConvertedChunks> {
  const clock = new Clock();
  const { imported, size } = await readSource(source, options);
  const { program, missing } = imported;
  const read = clock.lap();
  options.onMissing?.(missing);
  const before = countNodes(program);
  const elements = countElements(program);
  const runtime = options.runtime ?? (await Runtime.create());
  const { passes, notes } = optimizeProgram(program, runtime, options);
  const { dtype = "float32" } = options;
  const narrowed = dtype === "float32" ? { tensors: 0, of: 0 } : narrowWeights(program, dtype, runtime);
  const optimizing = clock.lap();
  options.signal?.throwIfAborted();
  options.onProgress?.("write", 0, 0);
  const chunks = programChunks(program);
  const report: ConvertReport = {
    missing,
    notes,
    methods: methodsOf(program),
    elements,
    nodes: { before, after: countNodes(program) },
    bytes: { before: size, after: chunks.reduce((sum, chunk) => sum + chunk.length, 0) },
    passes,
    narrowed,
    seconds: { read, optimize: optimizing, write: clock.lap() },
  };
  return { chunks, report };
}

class Clock {
  #last = performance.now();

  /** Seconds since the last lap. */
  lap(): number {
    const now = performance.now();
    const seconds = (now - this.#last) / 1000;
    this.#last = now;
    return seconds;
  }
}

async function readSource(
  source: ConvertSource,
  options: ConvertOptions,
): Promise<{ imported: Imported; size: number }> {
  const file = typeof source === "string" || source instanceof URL ? await openFile(source) : undefined;
  try {
    const from = file ?? (source as ByteSource);
    const archive = await readTorchScript(from, {
      ...(options.signal ? { signal: options.signal } : {}),
      onProgress: (done, total) => options.onProgress?.("read", done, total),
    });
    options.onProgress?.("import", 0, 0);
    const imported = importTorchScript(archive, { strict: options.strict ?? false });
    return { imported, size: openSource(from).size };
  } finally {
    await file?.close();
  }
}

function optimizeProgram(
  program: Program,
  runtime: Runtime,
  options: ConvertOptions,
): { passes: readonly PassReport[]; notes: readonly string[] } {
  if (options.optimize === false) return { passes: [], notes: [] };
  options.onProgress?.("optimize", 0, 0);
  const { passes, notFrozen } = optimize(program, {
    evaluate: evaluator(runtime),
    preservedAttrs: options.preservedAttrs ?? [],
  });
  return { passes, notes: notFrozen === undefined ? [] : [`attributes stay variable: ${notFrozen}`] };
}
