/**
 * `npm run bench -- script`: scripted loops beside the same loops under PyTorch's TorchScript interpreter, in turn.
 *
 * Three loops: sums of numbers, items of a list, entries of a map; in TypeScript compiled by `jit.script`, and in Python
 * compiled by `torch.jit.script` (torchscript.py, one process for all rounds). Times are CPU time, medians of rounds in which
 * the two take turns. Results must be equal to the bit, and are printed, so that no loop is folded away. It also shows that
 * compile time grows linearly with the source.
 */

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { parseArgs } from "node:util";
import { SconceError } from "../dist/loader/index.js";
import { jit } from "../dist/ts-frontend/index.js";

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "7" },
    only: { type: "string" },
    python: { type: "string", default: "/usr/bin/python3" },
    json: { type: "boolean", default: false },
  },
});

/** How many times as fast as TorchScript each loop is promised to be. */
const GOAL = 5;

function scalar(n: number, x: number): number {
  let s = 0;
  for (let i = 0; i < n; i++) s += x;
  return s;
}

function lists(n: number): number {
  const xs: number[] = [];
  for (let i = 0; i < 1000; i++) xs.push(i * 0.5);
  let s = 0;
  for (let r = 0; r < n; r++) {
    for (let i = 1; i < xs.length; i++) {
      xs[i] = xs[i - 1]! * 0.5 + xs[i]! * 0.25;
      s += xs[i]!;
    }
  }
  return s;
}

function dicts(n: number): number {
  const d = new Map<number, number>();
  for (let i = 0; i < n; i++) {
    const k = i % 1000;
    const old = d.get(k);
    if (old === undefined) d.set(k, 1);
    else d.set(k, old + 1);
  }
  let s = 0;
  for (let k = 0; k < 1000; k++) s += (d.get(k) ?? 0) * k;
  return s;
}

interface Loop {
  readonly name: string;
  /** The scripted function, by the size alone. */
  readonly ours: (n: number) => number;
  /** The same run as plain TypeScript. */
  readonly plain: (n: number) => number;
  readonly size: number;
  /** Rounds of the innermost loop in one call. */
  readonly iterations: number;
}

const scripted = {
  scalar: jit.script(scalar, { signature: "(n: number, x: number) => number" }),
  lists: jit.script(lists, { signature: "(n: number) => number" }),
  dicts: jit.script(dicts, { signature: "(n: number) => number" }),
};

const LOOPS: readonly Loop[] = [
  {
    name: "scalar",
    ours: (n) => scripted.scalar(n, 0.1),
    plain: (n) => scalar(n, 0.1),
    size: 10_000_000,
    iterations: 10_000_000,
  },
  { name: "lists", ours: scripted.lists, plain: lists, size: 1000, iterations: 999_000 },
  { name: "dicts", ours: scripted.dicts, plain: dicts, size: 1_000_000, iterations: 1_000_000 },
];

/** A Python process that answers one loop after the other. */
class TorchScript {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;
  #said = "";

  constructor(python: string) {
    this.#process = spawn(python, [join(import.meta.dirname, "torchscript.py")]);
    this.#process.on("error", (error) => {
      this.#said += error.message;
    });
    this.#process.stderr.on("data", (text) => {
      this.#said += text;
    });
    // What is written to a process that is gone is found out by reading.
    this.#process.stdin.on("error", () => {});
    this.#reader = createInterface(this.#process.stdout);
    this.#lines = this.#reader[Symbol.asyncIterator]();
  }

  async #answer<T>(): Promise<T> {
    const { value, done } = await this.#lines.next();
    if (!done) return JSON.parse(value) as T;
    const missing = /No module named 'torch'|ENOENT/.test(this.#said);
    throw new SconceError({
      code: "NO_TORCH",
      message: missing ? `there is no PyTorch for ${values.python}` : `Python ended: ${this.#said}`,
      advice: "Install Debian's python3-torch, or name a Python that has PyTorch with --python.",
    });
  }

  async version(): Promise<string> {
    return (await this.#answer<{ version: string }>()).version;
  }

  run(name: string, size: number): Promise<{ result: number; seconds: number }> {
    this.#process.stdin.write(`${name} ${size}\n`);
    return this.#answer();
  }

  end(): void {
    this.#process.stdin.end();
    this.#reader.close();
  }
}

/** Seconds of CPU that this process has used. */
function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

interface Row {
  readonly name: string;
  /** Nanoseconds for each round of the innermost loop. */
  readonly ours: number;
  readonly theirs: number;
  readonly ratio: number;
  readonly result: number;
}

async function compare({ name, ours, plain, size, iterations }: Loop, peer: TorchScript): Promise<Row> {
  const result = ours(size);
  const other = (await peer.run(name, size)).result;
  if (!Object.is(result, plain(size)) || !Object.is(result, other))
    throw new Error(`${name}: ${result}, in TypeScript ${plain(size)}, in TorchScript ${other}`);
  ours(size);
  const a: number[] = [];
  const b: number[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    const start = cpu();
    ours(size);
    a.push(cpu() - start);
    b.push((await peer.run(name, size)).seconds);
  }
  const nanoseconds = 1e9 / iterations;
  return {
    name,
    ours: median(a) * nanoseconds,
    theirs: median(b) * nanoseconds,
    ratio: median(a.map((t, i) => b[i]! / t)),
    result,
  };
}

/** Milliseconds to compile a function of so many lines. */
function compileTime(lines: number): number {
  const body = Array.from({ length: lines - 3 }, (_, i) =>
    i % 4 === 3 ? `  if (s > ${i}) s -= ${i};` : `  s += x * ${i};`,
  );
  const text = `function long(x) {\n  let s = 0;\n${body.join("\n")}\n  return s;\n}`;
  const fn = new Function(`return ${text}`)() as (x: number) => number;
  const start = cpu();
  const made = jit.script(fn, { signature: "(x: number) => number" });
  const time = cpu() - start;
  if (!Object.is(made(3), fn(3))) throw new Error(`${lines} lines: ${made(3)}, not ${fn(3)}`);
  return 1000 * time;
}

const peer = new TorchScript(values.python);
const rows: Row[] = [];
try {
  const version = await peer.version();
  if (!values.json) console.log(`TorchScript of PyTorch ${version}, and Sconce:`);
  const only = values.only?.split(",");
  for (const loop of LOOPS) {
    if (only && !only.includes(loop.name)) continue;
    const row = await compare(loop, peer);
    rows.push(row);
    if (values.json) continue;
    const met = row.ratio >= GOAL ? "" : `  goal ${GOAL} NOT MET`;
    console.log(
      `${row.name.padEnd(8)} sconce ${row.ours.toFixed(2).padStart(8)} ns   TorchScript ${row.theirs.toFixed(2).padStart(8)} ns   ${row.ratio.toFixed(2)} ×   result ${row.result}${met}`,
    );
  }
} finally {
  peer.end();
}
compileTime(100);
const sizes = [100, 1000, 10_000];
const compile = sizes.map((lines) => ({ lines, ms: compileTime(lines) }));
if (values.json) console.log(JSON.stringify({ loops: rows, compile }));
else
  console.log(`compile  ${compile.map(({ lines, ms }) => `${lines} lines ${ms.toFixed(1)} ms`).join("   ")}`);
process.exitCode = rows.every(({ ratio }) => ratio >= GOAL) ? 0 : 1;
