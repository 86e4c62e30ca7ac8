/** What the commands share: reading models and arrays, with progress on what takes long. */

import { readFile } from "node:fs/promises";
import { progress } from "@clack/prompts";
import { contiguousBytes, type TensorData, tensorFromBytes } from "../../format/value.ts";
import { SconceError } from "../../loader/error.ts";
import { load } from "../../loader/load.ts";
import type { Module } from "../../loader/module.ts";
import { arrayOf, bytesOfTensor, Tensor } from "../../loader/tensor.ts";
import { load as loadScript, type ScriptModule } from "../jit/index.ts";
import { readNpy, writeNpy } from "../weights/npy.ts";

/** Shows progress on a terminal once an operation has taken a second; `update` gets what is done and the whole. */
export async function withProgress<T>(
  what: string,
  work: (update: (done: number, total: number) => void) => Promise<T>,
): Promise<T> {
  const start = performance.now();
  let bar: ReturnType<typeof progress> | undefined;
  let shown = 0;
  const update = (done: number, total: number): void => {
    if (!process.stderr.isTTY || performance.now() - start < 1000 || total <= 0) return;
    if (!bar) {
      bar = progress({ max: 100, output: process.stderr });
      bar.start(what);
    }
    const percent = Math.floor((100 * done) / total);
    if (percent > shown) bar.advance(percent - shown, `${what} ${percent} %`);
    shown = Math.max(shown, percent);
  };
  try {
    return await work(update);
  } finally {
    bar?.stop(what);
  }
}

/** Teaches `load` to read PyTorch's files; only then is the importer loaded, which is large. */
async function learnFormats(source: string): Promise<void> {
  if (!/\.sconce$/.test(source)) await import("../convert/index.ts");
}

/** Loads a model to run: a `.sconce` file, or a PyTorch file that is converted first. Throws SconceError. */
export async function openModel(source: string): Promise<Module> {
  await learnFormats(source);
  return withProgress(`reading ${source}`, async (update) => {
    try {
      return await load(source, { onProgress: update });
    } catch (error) {
      throw fileError(error, source);
    }
  });
}

/** Reads a model with its graphs; a PyTorch file as it is, not optimized. Throws SconceError. */
export async function openScript(source: string): Promise<ScriptModule> {
  try {
    if (/\.(pt|pth|jit)$/.test(source)) {
      const { convert } = await import("../convert/index.ts");
      return await loadScript((await convert(source, { optimize: false })).bytes);
    }
    return await loadScript(source);
  } catch (error) {
    throw fileError(error, source);
  }
}

function fileError(error: unknown, path: string): unknown {
  const code = (error as { code?: string } | null)?.code;
  if (code !== "ENOENT" && code !== "EACCES" && code !== "EISDIR") return error;
  const why = code === "ENOENT" ? "does not exist" : code === "EISDIR" ? "is a folder" : "cannot be read";
  return new SconceError({
    code: "FETCH",
    message: `${path} ${why}`,
    facts: [path],
    advice: "Check the path.",
  });
}

/** The arrays of .npy files. */
export async function readInputs(paths: readonly string[] = []): Promise<Tensor[]> {
  return Promise.all(
    paths.map(async (path) => {
      try {
        return toTensor(readNpy(await readFile(path)));
      } catch (error) {
        throw fileError(error, path);
      }
    }),
  );
}

function toTensor(data: TensorData): Tensor {
  return new Tensor(arrayOf(data.dtype, new Uint8Array(contiguousBytes(data))), data.shape, data.dtype);
}

export function toNpy(tensor: Tensor): Uint8Array {
  return writeNpy(tensorFromBytes(tensor.dtype, tensor.shape, bytesOfTensor(tensor)));
}

/** Every tensor in a result, with the path that leads to it. */
export function tensorsIn(value: unknown, path = "output"): [string, Tensor][] {
  if (value instanceof Tensor) return [[path, value]];
  if (Array.isArray(value)) return value.flatMap((item, i) => tensorsIn(item, `${path}[${i}]`));
  if (value instanceof Map)
    return [...value].flatMap(([key, item]) => tensorsIn(item, `${path}[${String(key)}]`));
  if (value && typeof value === "object") {
    return Object.entries(value).flatMap(([key, item]) => tensorsIn(item, `${path}.${key}`));
  }
  return [];
}
