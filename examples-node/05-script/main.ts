/** Traces and scripts the models of model.ts, shows them, saves them, and compares what the files do with the eager runs. */

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { Tensor as FileTensor, load } from "sconce";
import { jit, Tensor, torch } from "sconce/torch";
import { grow, largerPlus, MyCell, MyModule } from "./model.ts";

const folder = process.argv[2] ?? mkdtempSync(join(tmpdir(), "sconce-"));
let compared = 0;

interface Compiled {
  readonly graph: string;
  readonly code: string;
  save(path: string): Promise<void>;
}

/** What it computes, as plain arrays. */
function plain(value: unknown): unknown {
  return Array.isArray(value) ? value.map(plain) : (value as { tolist(): unknown }).tolist();
}

/** Prints and saves a program, loads the file, and runs it on each list of arguments beside the eager function. */
async function show<A extends (Tensor | number)[]>(
  name: string,
  compiled: Compiled,
  eager: (...args: A) => unknown,
  runs: readonly A[],
): Promise<void> {
  console.log(`--- ${name}\n${compiled.graph}\n${compiled.code}`);
  const path = join(folder, `${name}.sconce`);
  await compiled.save(path);
  const loaded = await load(path);
  for (const args of runs) {
    const given = args.map((arg) => (arg instanceof Tensor ? new FileTensor(arg.data, arg.shape) : arg));
    const found = plain(loaded.forward(...given));
    const expected = plain(eager(...args));
    if (!isDeepStrictEqual(found, expected)) {
      throw new Error(`${name} gives ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`);
    }
    compared++;
  }
}

torch.manualSeed(0);

const cell = new MyCell();
const x = torch.rand([3, 4]);
const h = torch.rand([3, 4]);
await show("MyCell, traced", jit.trace(cell, [x, h]), (x: Tensor, h: Tensor) => cell.forward(x, h), [[x, h]]);

// A trace of it would keep one of the two branches; here both are taken.
const module = new MyModule(4, 3);
await show("MyModule, scripted", jit.script(module), (input: Tensor) => module.forward(input), [
  [torch.tensor([1, 2, 3])],
  [torch.tensor([-1, -2, -3])],
]);

await show("a script that calls a trace", jit.script(grow), grow, [
  [torch.tensor([1, 2, 3]), 100],
  [torch.tensor([-1, 2, 3]), 1000],
  [torch.tensor([-1, 2, 3]), 0],
]);

const low = torch.zeros([3]);
const high = torch.ones([3]);
await show("a trace that calls a script", jit.trace(largerPlus, [low, high, low]), largerPlus, [
  [low, high, high],
  [high, low, high],
]);

console.log(`${compared} runs of four files agree with the eager runs`);
