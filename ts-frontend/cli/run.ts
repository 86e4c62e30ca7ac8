/** `sconce run` */

import { writeFile } from "node:fs/promises";
import { SconceError } from "../../loader/error.ts";
import { Tensor } from "../../loader/tensor.ts";
import { openModel, readInputs, tensorsIn, toNpy } from "./model.ts";

interface Options {
  input?: string[];
  output?: string[];
  method: string;
  json?: boolean;
}

/** Runs a method; writes tensors to .npy files, or prints them. */
export async function run(source: string, options: Options): Promise<void> {
  const [module, inputs] = [await openModel(source), await readInputs(options.input)];
  const result = module.call(options.method, inputs);
  const found = tensorsIn(result);
  const outputs = options.output ?? [];
  if (outputs.length > found.length) {
    throw new SconceError({
      code: "BAD_ARITY",
      message: `${outputs.length} output files for ${found.length} tensors`,
      advice: `The result holds: ${found.map(([path]) => path).join(", ") || "no tensor"}.`,
    });
  }
  await Promise.all(outputs.map((path, i) => writeFile(path, toNpy(found[i]![1]))));
  if (options.json) {
    console.log(JSON.stringify(toJson(result)));
    return;
  }
  if (found.length === 0) console.log(String(result));
  found.forEach(([path, tensor], i) => {
    console.log(`${path}: ${tensor.toString()}${outputs[i] ? ` → ${outputs[i]}` : ""}`);
  });
}

function toJson(value: unknown): unknown {
  if (value instanceof Tensor) {
    const data = Array.from(value.data as ArrayLike<number | bigint>, (x) =>
      typeof x === "bigint" ? String(x) : x,
    );
    return { dtype: value.dtype, shape: value.shape, data };
  }
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return value.map(toJson);
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([key, item]) => [String(key), toJson(item)]));
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item)]));
  }
  return value ?? null;
}
