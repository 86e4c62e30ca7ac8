/**
 * Times the matrix-product and convolution engines: `npx tsx bench/gemm.ts [gemm|resnet18|mobilenetv2|transposed]...`
 *
 * Compiles `tests/gemm/entry.ts` with the release flags and prints, per shape, the least CPU time of many runs and
 * GFLOP/s (of the direct algorithm, so Winograd may exceed the machine's peak). Shapes take turns, so that a slow spell
 * of the machine does not fall on one of them; networks end with the sum over their layers.
 */

import { compile, Engine } from "../tests/gemm/engine.ts";

interface Job {
  label: string;
  flops: number;
  /** How often the layer stands in its network. */
  count: number;
  run: () => void;
  /** Least milliseconds of CPU time. */
  best: number;
}

const SAMPLE_FLOPS = 2e7;
const ROUNDS = 40;

const engine = new Engine(compile().wasm);
const e = engine.exports;

function floats(length: number): number {
  return engine.put(Float32Array.from({ length }, (_, i) => Math.sin(i * 0.7)));
}

function gemmJobs([m, n, k]: [number, number, number]): Job[] {
  const a = floats(m * k);
  const b = floats(k * n);
  const c = engine.alloc(4 * m * n);
  const scratch = engine.alloc(e.gemmF32ScratchBytes(m, n, k));
  const packedA = engine.alloc(e.packedABytes(m, k));
  const packedB = engine.alloc(e.packedBBytes(k, n));
  e.packA(m, k, a, k, 1, packedA);
  e.packB(k, n, b, n, 1, packedB, 32 * k);
  const out = [c, n, 0, 0, 0, scratch] as const;
  const forms: [string, () => void][] = [
    ["A B", () => e.gemmF32(m, n, k, a, k, 1, b, n, 1, ...out)],
    ["A B'", () => e.gemmF32(m, n, k, a, k, 1, b, 1, k, ...out)],
    ["packed A", () => e.gemmPackedA(m, n, k, packedA, b, n, 1, ...out)],
    ["packed B", () => e.gemmPackedB(m, n, k, a, k, 1, packedB, ...out)],
  ];
  const label = `${m} x ${n} x ${k}`;
  return forms.map(([form, run]) => job(`${label.padEnd(20)} ${form}`, 2 * m * n * k, run));
}

const ALGORITHMS = ["direct", "dots", "pointwise", "patches", "winograd"];

/** [channels, outputs, groups, input size, kernel, stride, times in the network]; padding keeps the size. */
type Layer = [number, number, number, number, number, number, number];

function shape([channels, outputs, groups, size, kernel, stride]: Layer): number {
  const at = engine.alloc(e.CONV_SHAPE_BYTES.value as number);
  const pad = (kernel - 1) >> 1;
  const triples = [1, size, size, 1, kernel, kernel, 1, stride, stride, 0, pad, pad, 1, 1, 1];
  new Uint32Array(e.memory.buffer).set([1, channels, outputs, groups, ...triples], at / 4);
  e.convContiguousInput(at);
  e.convInferOutput(at);
  return at;
}

function convJob(layer: Layer): Job {
  const [channels, outputs, groups, size, kernel, stride, count] = layer;
  const at = shape(layer);
  const out = new Uint32Array(e.memory.buffer, at, 22)[21] as number;
  const weights = (outputs * channels * kernel * kernel) / groups;
  const [x, w, bias] = [floats(channels * size * size), floats(weights), floats(outputs)];
  const y = engine.alloc(4 * outputs * out * out);
  const packedBytes = e.convPackedBytes(at);
  const packed = packedBytes ? engine.alloc(packedBytes) : 0;
  if (packed) e.convPack(at, w, packed);
  const scratch = engine.alloc(e.convF32ScratchBytes(at, packed !== 0));
  const name = `${channels} -> ${outputs} ${size}x${size} k${kernel} s${stride}${groups > 1 ? ` g${groups}` : ""}`;
  const label = `${name.padEnd(32)} ${(ALGORITHMS[e.convAlgorithm(at)] as string).padEnd(9)} x${count}`;
  return job(label, 2 * weights * out * out, () => e.convF32(at, x, w, packed, bias, y, scratch), count);
}

function transposedJob([channels, outputs, size, kernel, stride]: number[]): Job {
  const [c, o, s, k, step] = [channels, outputs, size, kernel, stride] as [
    number,
    number,
    number,
    number,
    number,
  ];
  const pad = (k - step) >> 1;
  const out = (s - 1) * step - 2 * pad + k;
  const at = engine.alloc(e.CONV_SHAPE_BYTES.value as number);
  const triples = [1, s, s, 1, k, k, 1, step, step, 0, pad, pad, 1, 1, 1, 1, out, out];
  new Uint32Array(e.memory.buffer).set([1, c, o, 1, ...triples], at / 4);
  e.convContiguousInput(at);
  const [x, w] = [floats(c * s * s), floats(c * o * k * k)];
  const y = engine.alloc(4 * o * out * out);
  const packed = engine.alloc(e.convTransposePackedBytes(at));
  e.convTransposePack(at, w, packed);
  const scratch = engine.alloc(e.convTransposeF32ScratchBytes(at, true));
  const run = () => e.convTransposeF32(at, x, 0, packed, 0, y, scratch);
  return job(`${c} -> ${o} ${s}x${s} k${k} s${step}`.padEnd(32), 2 * c * o * k * k * s * s, run);
}

function job(label: string, flops: number, run: () => void, count = 1): Job {
  return { label, flops, count, run, best: Number.POSITIVE_INFINITY };
}

function time(jobs: Job[]): void {
  for (let round = 0; round < ROUNDS; round++) {
    for (const j of jobs) {
      const repetitions = Math.ceil(SAMPLE_FLOPS / j.flops);
      const before = process.cpuUsage();
      for (let i = 0; i < repetitions; i++) j.run();
      const { user, system } = process.cpuUsage(before);
      j.best = Math.min(j.best, (user + system) / 1000 / repetitions);
    }
  }
}

const GEMM: [number, number, number][] = [
  [128, 128, 128],
  [256, 256, 256],
  [512, 512, 512],
  [1024, 1024, 1024],
  [64, 3136, 576],
  [512, 49, 4608],
  [128, 1536, 384],
  [4, 1024, 256],
  [2, 1024, 256],
  [1, 1024, 256],
  [1, 4096, 4096],
  [8, 8, 8],
  [3, 4, 4],
];

const NETWORKS: Record<string, Layer[]> = {
  resnet18: [
    [3, 64, 1, 224, 7, 2, 1],
    [64, 64, 1, 56, 3, 1, 4],
    [64, 128, 1, 56, 3, 2, 1],
    [64, 128, 1, 56, 1, 2, 1],
    [128, 128, 1, 28, 3, 1, 3],
    [128, 256, 1, 28, 3, 2, 1],
    [128, 256, 1, 28, 1, 2, 1],
    [256, 256, 1, 14, 3, 1, 3],
    [256, 512, 1, 14, 3, 2, 1],
    [256, 512, 1, 14, 1, 2, 1],
    [512, 512, 1, 7, 3, 1, 3],
  ],
  mobilenetv2: [
    [3, 32, 1, 224, 3, 2, 1],
    [32, 32, 32, 112, 3, 1, 1],
    [32, 16, 1, 112, 1, 1, 1],
    [16, 96, 1, 112, 1, 1, 1],
    [96, 96, 96, 112, 3, 2, 1],
    [96, 24, 1, 56, 1, 1, 1],
    [24, 144, 1, 56, 1, 1, 2],
    [144, 144, 144, 56, 3, 1, 1],
    [144, 24, 1, 56, 1, 1, 1],
    [144, 144, 144, 56, 3, 2, 1],
    [144, 32, 1, 28, 1, 1, 1],
    [32, 192, 1, 28, 1, 1, 3],
    [192, 192, 192, 28, 3, 1, 2],
    [192, 32, 1, 28, 1, 1, 2],
    [192, 192, 192, 28, 3, 2, 1],
    [192, 64, 1, 14, 1, 1, 1],
    [64, 384, 1, 14, 1, 1, 4],
    [384, 384, 384, 14, 3, 1, 4],
    [384, 64, 1, 14, 1, 1, 3],
    [384, 96, 1, 14, 1, 1, 1],
    [96, 576, 1, 14, 1, 1, 3],
    [576, 576, 576, 14, 3, 1, 2],
    [576, 96, 1, 14, 1, 1, 2],
    [576, 576, 576, 14, 3, 2, 1],
    [576, 160, 1, 7, 1, 1, 1],
    [160, 960, 1, 7, 1, 1, 3],
    [960, 960, 960, 7, 3, 1, 3],
    [960, 160, 1, 7, 1, 1, 2],
    [960, 320, 1, 7, 1, 1, 1],
    [320, 1280, 1, 7, 1, 1, 1],
  ],
};

const TRANSPOSED = [
  [128, 64, 28, 2, 2],
  [64, 64, 32, 4, 2],
  [64, 3, 32, 4, 2],
  [32, 32, 56, 3, 1],
];

const asked = process.argv.slice(2);
const SUITES: [string, () => Job[]][] = [
  ["gemm", () => GEMM.flatMap(gemmJobs)],
  ...Object.entries(NETWORKS).map(([name, layers]): [string, () => Job[]] => [
    name,
    () => layers.map(convJob),
  ]),
  ["transposed", () => TRANSPOSED.map(transposedJob)],
];
for (const [name, make] of SUITES) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  engine.reset();
  const jobs = make();
  time(jobs);
  engine.check();
  console.log(`\n${name}`);
  for (const j of jobs) {
    console.log(
      `  ${j.label}  ${j.best.toFixed(4).padStart(9)} ms  ${(j.flops / j.best / 1e6).toFixed(1).padStart(6)} GFLOP/s`,
    );
  }
  if (name in NETWORKS) {
    const sum = jobs.reduce((total, j) => total + j.best * j.count, 0);
    console.log(`  all convolutions: ${sum.toFixed(1)} ms`);
  }
}
