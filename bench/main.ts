/**
 * `npm run bench -- DIR`: Sconce beside onnxruntime-web (wasm, one thread) in one process, pair by pair.
 *
 * DIR holds what a PyTorch script exported of each model: NAME.onnx, NAME.state_dict.pt and NAME.in0.npy …; both runtimes get
 * the same weights and inputs, and their outputs are compared first. Times are CPU time of this process, medians of
 * rounds in which the two take turns; the ratio is onnxruntime-web's time over Sconce's: above 1, Sconce is faster.
 */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import * as ort from "onnxruntime-web/wasm";
import { load, Tensor } from "../dist/loader/index.js";
import {
  type Tensor as Eager,
  jit,
  type Module,
  nn,
  readNpy,
  readWeights,
  torch,
} from "../dist/ts-frontend/index.js";
import { mobilenetV2, resnet18, resnet50 } from "../dist/ts-frontend/models/index.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "9" },
    only: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const dir = positionals[0];
if (!dir) {
  console.error("usage: npm run bench -- DIR [--rounds N] [--only NAME,NAME] [--json]");
  process.exit(2);
}

class MyCell extends nn.Module {
  linear = new nn.Linear(4, 4);
  forward(x: Eager, h: Eager): [Eager, Eager] {
    const hidden = this.linear.forward(x).add(h).tanh();
    return [hidden, hidden];
  }
}

interface Case {
  readonly name: string;
  readonly make: () => Module | ((...inputs: Eager[]) => Eager);
  /** Slowest ratio that the project promises; absent: shown only. */
  readonly goal?: number;
}

const CASES: readonly Case[] = [
  { name: "mm512", make: () => (a: Eager, b: Eager) => a.matmul(b), goal: 1.3 },
  { name: "resnet18", make: () => resnet18(), goal: 1 },
  { name: "mobilenet_v2", make: () => mobilenetV2() },
  { name: "resnet50", make: () => resnet50() },
  { name: "mycell", make: () => new MyCell(), goal: 2 },
];

/** Seconds of CPU that this process has used. */
function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** CPU milliseconds per call over at least `atLeast` milliseconds. */
async function time(call: () => unknown, atLeast: number): Promise<number> {
  let runs = 0;
  const start = cpu();
  const wall = performance.now();
  do {
    await call();
    runs++;
  } while (performance.now() - wall < atLeast);
  return (1000 * (cpu() - start)) / runs;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

function readInputs(name: string): Tensor[] {
  const inputs: Tensor[] = [];
  for (let i = 0; existsSync(join(dir!, `${name}.in${i}.npy`)); i++) {
    const { dtype, shape, storage, offset } = readNpy(readFileSync(join(dir!, `${name}.in${i}.npy`)));
    const floats = new Float32Array(new Uint8Array(storage.bytes).buffer, offset * 4);
    inputs.push(
      new Tensor(
        floats.slice(
          0,
          shape.reduce((a: number, b: number) => a * b, 1),
        ),
        shape,
        dtype,
      ),
    );
  }
  return inputs;
}

async function compare({
  name,
  make,
  goal,
}: Case): Promise<{ name: string; ours: number; theirs: number; ratio: number; met: boolean }> {
  const inputs = readInputs(name);
  const model = make();
  if (model instanceof nn.Module) {
    const weights = join(dir!, `${name}.state_dict.pt`);
    model.loadStateDict(await readWeights(readFileSync(weights)));
    model.eval();
  }
  const example = inputs.map((t) => torch.fromArray(t.data as Float32Array, t.shape));
  const ours = await load(jit.trace(model as Module, example, { checkTrace: false }).toBytes());

  ort.env.wasm.numThreads = 1;
  const session = await ort.InferenceSession.create(readFileSync(join(dir!, `${name}.onnx`)));
  const feeds = Object.fromEntries(
    inputs.map((t, i) => [
      session.inputNames[i]!,
      new ort.Tensor("float32", t.data as Float32Array, t.shape),
    ]),
  );
  const callOurs = (): unknown => ours.forward(...inputs);
  const callTheirs = (): Promise<unknown> => session.run(feeds);

  const result = ours.forward(...inputs);
  const first = (Array.isArray(result) ? result[0] : result) as Tensor;
  const other = (await session.run(feeds))[session.outputNames[0]!]!.data as Float32Array;
  let worst = 0;
  let largest = 0;
  for (let i = 0; i < other.length; i++) {
    worst = Math.max(worst, Math.abs(Number(first.data[i]) - other[i]!));
    largest = Math.max(largest, Math.abs(other[i]!));
  }
  if (!(worst <= 1e-3 * largest)) throw new Error(`${name}: the outputs differ by ${worst} of ${largest}`);

  await time(callOurs, 500);
  await time(callTheirs, 500);
  const a: number[] = [];
  const b: number[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    a.push(await time(callOurs, 400));
    b.push(await time(callTheirs, 400));
  }
  const ratio = median(a.map((t, i) => b[i]! / t));
  return { name, ours: median(a), theirs: median(b), ratio, met: goal === undefined || ratio >= goal };
}

const only = values.only?.split(",");
const rows = [];
for (const item of CASES) {
  if (only && !only.includes(item.name)) continue;
  if (!existsSync(join(dir, `${item.name}.onnx`))) continue;
  const row = await compare(item);
  rows.push(row);
  if (values.json) continue;
  const goal = item.goal === undefined ? "" : `  goal ${item.goal}${row.met ? "" : "  NOT MET"}`;
  console.log(
    `${row.name.padEnd(14)} sconce ${row.ours.toFixed(4).padStart(9)} ms   onnxruntime-web ${row.theirs.toFixed(4).padStart(9)} ms   ${row.ratio.toFixed(2)} ×${goal}`,
  );
}
if (values.json) console.log(JSON.stringify(rows));
process.exitCode = rows.every((row) => row.met) ? 0 : 1;
