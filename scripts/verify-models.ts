/**
 * `npm run verify:models -- DIR`: full-size networks with PyTorch's weights give PyTorch's outputs.
 *
 * DIR holds a folder for each network: `state_dict.pt`, `case.json` and the .npy files that it names, with calls as
 * `{"inputs": [{"npy": FILE}], "expect": {"npy": FILE}}`. A call passes when no output is further from PyTorch's than
 * 1e-4 of the largest one. Networks that `sconce/models` has not are passed over.
 *
 *   --traced   also trace each network and run the program
 *
 * Exits with 1 when a call fails, with 2 when there is nothing to verify.
 */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { contiguousBytes } from "../format/value.ts";
import { type Tensor, torch } from "../ts-frontend/index.ts";
import * as jit from "../ts-frontend/jit/index.ts";
import * as models from "../ts-frontend/models/index.ts";
import type { Module } from "../ts-frontend/nn/index.ts";
import { readNpy, readWeights } from "../ts-frontend/weights/index.ts";

const LIMIT = 1e-4;

const makers: Readonly<Record<string, () => Module & { forward(x: Tensor): Tensor }>> = {
  resnet18: models.resnet18,
  resnet34: models.resnet34,
  resnet50: models.resnet50,
  mobilenet_v2: models.mobilenetV2,
  vit_b_16: models.vitB16,
};

interface Call {
  inputs: { npy: string }[];
  expect: { npy: string };
}

function readTensor(path: string): Tensor {
  const data = readNpy(readFileSync(path));
  return torch.fromBuffer(contiguousBytes(data), { dtype: data.dtype, shape: data.shape });
}

/** Largest difference, relative to the largest element wanted. */
function distance(got: Tensor, want: Tensor): number {
  if (got.shape.join() !== want.shape.join()) {
    throw new Error(`shape [${got.shape.join(", ")}], PyTorch has [${want.shape.join(", ")}]`);
  }
  const a = got.data as Float32Array;
  const b = want.data as Float32Array;
  let worst = 0;
  let largest = 0;
  for (let i = 0; i < b.length; i++) {
    // a NaN must not compare as close
    if (!(Math.abs(a[i]! - b[i]!) <= worst)) worst = Math.abs(a[i]! - b[i]!);
    largest = Math.max(largest, Math.abs(b[i]!));
  }
  return worst / largest;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { traced: { type: "boolean" } },
});
const [dir] = positionals;
if (dir === undefined || !existsSync(dir)) {
  console.error("usage: npm run verify:models -- DIR [--traced]");
  process.exit(2);
}

let calls = 0;
let failed = 0;

function report(name: string, what: string, size: string, started: number, difference: number): void {
  calls++;
  const passes = difference <= LIMIT;
  if (!passes) failed++;
  const seconds = ((performance.now() - started) / 1000).toFixed(2);
  const figures = `largest difference ${difference.toExponential(2)} of the largest output, ${seconds} s`;
  console.log(
    `${passes ? "ok  " : "FAIL"} ${name.padEnd(14)} ${what.padEnd(7)} ${size.padEnd(18)} ${figures}`,
  );
}

for (const name of readdirSync(dir).sort()) {
  const folder = join(dir, name);
  const maker = makers[name];
  if (!maker || !existsSync(join(folder, "state_dict.pt")) || !existsSync(join(folder, "case.json")))
    continue;
  const model = maker().eval();
  model.loadStateDict(await readWeights(readFileSync(join(folder, "state_dict.pt"))));
  const cases = JSON.parse(readFileSync(join(folder, "case.json"), "utf8")) as { calls: Call[] };
  let traced: jit.ScriptModule | undefined;
  for (const call of cases.calls) {
    const inputs = call.inputs.map(({ npy }) => readTensor(join(folder, npy)));
    const expected = readTensor(join(folder, call.expect.npy));
    const size = `[${inputs[0]!.shape.join(", ")}]`;
    const start = performance.now();
    report(name, "eager", size, start, distance(model.forward(inputs[0]!), expected));
    if (!values.traced) continue;
    // the later calls, whose images have other sizes where the network takes them, run the trace of the first
    traced ??= jit.trace(model, inputs, { checkTrace: false });
    const restart = performance.now();
    report(name, "traced", size, restart, distance(traced.call("forward", inputs) as Tensor, expected));
  }
  traced?.dispose();
}
if (calls === 0) {
  console.error(`${dir} has no folder of ${Object.keys(makers).join(", ")} with state_dict.pt and case.json`);
  process.exit(2);
}
console.log(`verify:models: ${calls - failed} of ${calls} calls within ${LIMIT} of the largest output`);
process.exitCode = failed === 0 ? 0 : 1;
