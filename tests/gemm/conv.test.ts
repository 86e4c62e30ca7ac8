/** Convolutions against naive loops, bit for bit; Winograd's also against float64. */

import { beforeAll, describe, expect, test } from "vitest";
import {
  convolve,
  convolveTransposed,
  convolveWinograd,
  type Geometry,
  inferOut,
  type Triple,
  volume,
} from "./conv-oracle.ts";
import { compile, Engine, firstDifference, Random } from "./engine.ts";

let engine: Engine;

beforeAll(() => {
  engine = new Engine(compile().wasm);
});

const ALGORITHMS = ["direct", "dots", "pointwise", "patches", "winograd"] as const;
type Algorithm = (typeof ALGORITHMS)[number];

/** A convolution in short: what is left out is 1, padding 0, the output inferred. */
interface Short {
  batch?: number;
  channels: number;
  outputs: number;
  groups?: number;
  size: number[];
  kernel: number[];
  stride?: number | number[];
  pad?: number | number[];
  dilation?: number | number[];
  out?: number[];
}

function triple(values: number | number[] | undefined, dims: number, fill: number): Triple {
  const list = Array.isArray(values) ? values : new Array<number>(dims).fill(values ?? fill);
  return [...new Array<number>(3 - list.length).fill(fill), ...list] as Triple;
}

function geometry(s: Short): Geometry {
  const dims = s.size.length;
  const rest = {
    batch: s.batch ?? 1,
    channels: s.channels,
    outputs: s.outputs,
    groups: s.groups ?? 1,
    size: triple(s.size, dims, 1),
    kernel: triple(s.kernel, dims, 1),
    stride: triple(s.stride, dims, 1),
    pad: triple(s.pad, dims, 0),
    dilation: triple(s.dilation, dims, 1),
  };
  return { ...rest, out: s.out ? triple(s.out, dims, 1) : inferOut(rest) };
}

/** Input strides in elements; contiguous when not given. */
interface Strides {
  batch: number;
  channel: number;
  plane: number;
  row: number;
}

function putShape(g: Geometry, strides?: Strides): number {
  const at = engine.alloc(engine.exports.CONV_SHAPE_BYTES.value as number);
  const words = new Uint32Array(engine.exports.memory.buffer);
  const values = [g.size, g.kernel, g.stride, g.pad, g.dilation, g.out].flat();
  words.set([g.batch, g.channels, g.outputs, g.groups, ...values], at / 4);
  if (strides) words.set([strides.batch, strides.channel, strides.plane, strides.row], at / 4 + 22);
  else engine.exports.convContiguousInput(at);
  return at;
}

/** Spreads a contiguous input over larger strides, NaN between its rows. */
function spread(g: Geometry, x: Float32Array): { data: Float32Array<ArrayBuffer>; strides: Strides } {
  const [depth, height, width] = g.size;
  const row = width + 3;
  const plane = (height + 1) * row;
  const channel = depth * plane + 5;
  const batch = g.channels * channel + 7;
  const data = new Float32Array(g.batch * batch).fill(Number.NaN);
  for (let i = 0; i < x.length; i++) {
    const [w, h] = [i % width, Math.floor(i / width) % height];
    const d = Math.floor(i / (width * height)) % depth;
    const c = Math.floor(i / (width * height * depth)) % g.channels;
    const n = Math.floor(i / (width * height * depth * g.channels));
    data[n * batch + c * channel + d * plane + h * row + w] = x[i] as number;
  }
  return { data, strides: { batch, channel, plane, row } };
}

/** Runs raw and packed, contiguous and strided, with and without bias; returns the algorithm used. */
function checkConv(short: Short, random: Random): Algorithm {
  const g = geometry(short);
  const e = engine.exports;
  const x = random.f32(g.batch * g.channels * volume(g.size));
  const w = random.f32((g.outputs * g.channels * volume(g.kernel)) / g.groups);
  const b = random.f32(g.outputs);
  const length = g.batch * g.outputs * volume(g.out);
  let used: Algorithm = "direct";
  for (const bias of [undefined, b]) {
    const single = new Float32Array(length);
    const exact = new Float64Array(length);
    for (const form of ["raw", "packed", "strided"] as const) {
      engine.reset();
      const input = form === "strided" ? spread(g, x) : { data: x, strides: undefined };
      const shape = putShape(g, input.strides);
      const algorithm = ALGORITHMS[e.convAlgorithm(shape)] as Algorithm;
      if (form === "raw") {
        used = algorithm;
        if (algorithm === "winograd") {
          convolveWinograd(g, x, w, bias, single);
          convolve(g, x, w, bias, exact, (v) => v);
        } else {
          convolve(g, x, w, bias, single, Math.fround);
        }
      }
      const px = engine.put(input.data);
      let pw = engine.put(w);
      const pb = bias ? engine.put(bias) : 0;
      let packed = 0;
      const packedBytes = e.convPackedBytes(shape);
      expect(packedBytes > 0n).toBe(e.convPackedFormat(shape) !== 0);
      if (form !== "raw" && packedBytes) {
        packed = engine.alloc(packedBytes);
        e.convPack(shape, pw, packed);
        pw = 0;
      }
      const y = engine.alloc(4 * length);
      const scratch = engine.alloc(e.convF32ScratchBytes(shape, packed !== 0));
      e.convF32(shape, px, pw, packed, pb, y, scratch);
      engine.check();
      const got = engine.f32(y, length);
      const place = `${JSON.stringify(short)} ${form} ${algorithm}`;
      const at = firstDifference(got, single);
      if (at >= 0) throw new Error(`${place}: element ${at} is ${got[at]}, not ${single[at]}`);
      if (algorithm !== "winograd") continue;
      const most = exact.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
      const error = got.reduce((worst, v, i) => Math.max(worst, Math.abs(v - (exact[i] as number))), 0);
      expect(error, place).toBeLessThanOrEqual(2e-6 * most);
    }
  }
  return used;
}

describe("f32", () => {
  const SHAPES: [Algorithm, Short][] = [
    ["direct", { channels: 6, outputs: 6, groups: 6, size: [9, 11], kernel: [3, 3], pad: 1 }],
    ["direct", { batch: 2, channels: 5, outputs: 10, groups: 5, size: [14, 14], kernel: [3, 3], pad: 1 }],
    ["direct", { channels: 7, outputs: 7, groups: 7, size: [7, 7], kernel: [3, 3], pad: 1, stride: 2 }],
    ["direct", { channels: 3, outputs: 3, groups: 3, size: [7, 7], kernel: [5, 5], pad: 2 }],
    ["direct", { channels: 3, outputs: 3, groups: 3, size: [40, 130], kernel: [7, 7], pad: 3, stride: 2 }],
    ["direct", { channels: 2, outputs: 2, groups: 2, size: [70, 300], kernel: [3, 3], pad: 1 }],
    ["direct", { channels: 4, outputs: 4, groups: 4, size: [2, 3], kernel: [3, 3], pad: 1 }],
    ["direct", { channels: 4, outputs: 4, groups: 4, size: [1000], kernel: [4], pad: 3 }],
    ["direct", { channels: 64, outputs: 2, size: [20, 600], kernel: [3, 3], pad: 1 }],
    [
      "direct",
      { channels: 8, outputs: 8, groups: 2, size: [13, 9], kernel: [3, 3], pad: [2, 0], dilation: 2 },
    ],
    ["direct", { channels: 4, outputs: 4, groups: 4, size: [5, 6, 7], kernel: [3, 3, 3], pad: 1 }],
    ["dots", { batch: 2, channels: 24, outputs: 10, size: [1, 1], kernel: [1, 1] }],
    ["dots", { channels: 6, outputs: 9, groups: 3, size: [4, 5], kernel: [3, 4], pad: [0, 0], stride: 9 }],
    ["dots", { channels: 5, outputs: 7, size: [2, 1], kernel: [3, 3], pad: 1 }],
    ["pointwise", { batch: 2, channels: 19, outputs: 13, size: [7, 7], kernel: [1, 1] }],
    ["pointwise", { channels: 12, outputs: 3, size: [9, 10], kernel: [1, 1] }],
    ["pointwise", { channels: 12, outputs: 24, groups: 3, size: [5, 9], kernel: [1, 1] }],
    ["pointwise", { channels: 300, outputs: 270, size: [9, 9], kernel: [1, 1] }],
    ["patches", { channels: 5, outputs: 17, size: [9, 10], kernel: [3, 3] }],
    ["patches", { channels: 3, outputs: 20, size: [29, 31], kernel: [7, 7], pad: 3, stride: 2 }],
    ["patches", { batch: 2, channels: 40, outputs: 11, size: [12, 9], kernel: [3, 3], pad: 1, stride: 2 }],
    ["patches", { channels: 12, outputs: 36, groups: 3, size: [20, 21], kernel: [3, 3], pad: 1 }],
    ["patches", { channels: 9, outputs: 12, size: [10, 12], kernel: [1, 1], stride: 2 }],
    ["patches", { channels: 5, outputs: 9, size: [11, 13], kernel: [3, 3], pad: 4, dilation: [4, 3] }],
    ["patches", { channels: 2, outputs: 12, size: [33, 35], kernel: [16, 17], stride: [5, 3], pad: 2 }],
    ["patches", { channels: 4, outputs: 10, size: [700], kernel: [3], pad: 1 }],
    ["patches", { channels: 4, outputs: 10, size: [3, 1030], kernel: [2, 5], stride: [1, 2], pad: 2 }],
    ["patches", { channels: 300, outputs: 12, size: [6, 5], kernel: [1, 3], pad: [0, 1] }],
    [
      "patches",
      {
        batch: 2,
        channels: 3,
        outputs: 12,
        size: [5, 6, 7],
        kernel: [3, 2, 3],
        pad: [1, 0, 1],
        stride: [2, 1, 2],
      },
    ],
    ["winograd", { channels: 16, outputs: 16, size: [12, 14], kernel: [3, 3], pad: 1 }],
    ["winograd", { batch: 2, channels: 8, outputs: 3, size: [9, 11], kernel: [3, 3], pad: 1 }],
    ["winograd", { channels: 17, outputs: 23, size: [7, 7], kernel: [3, 3], pad: 1 }],
    ["winograd", { channels: 9, outputs: 11, size: [13, 10], kernel: [3, 3], pad: [0, 2] }],
    ["winograd", { channels: 520, outputs: 6, size: [8, 8], kernel: [3, 3], pad: 1 }],
    ["winograd", { channels: 250, outputs: 7, size: [14, 22], kernel: [3, 3], pad: 1 }],
    ["winograd", { channels: 250, outputs: 6, size: [3, 100], kernel: [3, 3], pad: 1 }],
  ];

  test.each(SHAPES)("%s %j", (algorithm, short) => {
    expect(checkConv(short, new Random(short.channels + short.outputs))).toBe(algorithm);
  });

  test("padding on one side only, as the output sizes say", () => {
    const random = new Random(3);
    for (const [channels, outputs, groups] of [
      [6, 6, 6],
      [5, 12, 1],
      [12, 12, 1],
    ] as const) {
      for (const pad of [0, 1] as const) {
        for (const out of [
          [9, 10],
          [8, 11],
        ]) {
          const size = [9, 11];
          checkConv({ channels, outputs, groups, size, kernel: [3, 3], pad, out }, random);
        }
      }
    }
  });

  test("random shapes", () => {
    const random = new Random(2024);
    const used = new Map<Algorithm, number>();
    for (let i = 0; i < 250; i++) {
      const groups = random.pick([1, 1, 1, 2, 3, 4]);
      const ig = 1 + random.below(random.pick([3, 12]));
      const og = 1 + random.below(random.pick([4, 14]));
      const dims = random.pick([1, 2, 2, 2, 3]);
      const every = (f: () => number) => Array.from({ length: dims }, f);
      const plain = random.below(8) === 0;
      const short = {
        batch: 1 + random.below(2),
        channels: groups * ig,
        outputs: groups * og,
        groups,
        kernel: every(() => (plain ? 1 : random.pick([1, 2, 3, 3, 4]))),
        stride: every(() => (plain ? 1 : random.pick([1, 1, 2, 3]))),
        pad: every(() => (plain ? 0 : random.below(3))),
        dilation: every(() => random.pick([1, 1, 2])),
        size: every(() => 5 + random.below(dims === 3 ? 4 : 14)),
      };
      if (volume(geometry(short).out) < 1) continue;
      const algorithm = checkConv(short, random);
      used.set(algorithm, (used.get(algorithm) ?? 0) + 1);
    }
    expect([...used.keys()].sort()).toEqual(expect.arrayContaining(["direct", "patches", "pointwise"]));
  });

  test("reads nothing behind its input, weights and scratch", () => {
    const random = new Random(8);
    const e = engine.exports;
    for (const short of [
      { channels: 3, outputs: 3, groups: 3, size: [7, 7], kernel: [3, 3], pad: 1 },
      { channels: 3, outputs: 3, groups: 3, size: [2, 3], kernel: [1, 3], pad: [0, 1] },
      { channels: 3, outputs: 3, groups: 3, size: [8, 9], kernel: [3, 3], pad: 1, stride: 2 },
      { channels: 3, outputs: 12, size: [9, 10], kernel: [3, 3], pad: 1, stride: 2 },
      { channels: 8, outputs: 12, size: [9, 7], kernel: [3, 3], pad: 0 },
      { channels: 5, outputs: 12, size: [5, 7], kernel: [1, 1] },
      { channels: 5, outputs: 12, size: [1, 1], kernel: [1, 1] },
    ] satisfies Short[]) {
      const g = geometry(short);
      const x = random.f32(g.channels * volume(g.size));
      const w = random.f32((g.outputs * g.channels * volume(g.kernel)) / (g.groups ?? 1));
      for (const last of ["x", "w", "scratch"]) {
        engine.reset();
        const shape = putShape(g);
        const y = engine.alloc(4 * g.outputs * volume(g.out));
        const bytes = e.convF32ScratchBytes(shape, false);
        let scratch = last === "scratch" ? 0 : engine.alloc(bytes);
        let px = last === "x" ? 0 : engine.put(x);
        let pw = last === "w" ? 0 : engine.put(w);
        scratch ||= engine.allocLast(bytes);
        px ||= engine.putLast(x);
        pw ||= engine.putLast(w);
        expect(() => e.convF32(shape, px, pw, 0, 0, y, scratch)).not.toThrow();
      }
    }
  });

  test("no channels, no batch: the bias, nothing", () => {
    const random = new Random(4);
    checkConv({ channels: 0, outputs: 12, size: [5, 5], kernel: [3, 3], pad: 1 }, random);
    checkConv({ channels: 0, outputs: 3, size: [5, 5], kernel: [3, 3], pad: 1 }, random);
    checkConv({ channels: 0, outputs: 12, size: [5, 5], kernel: [1, 1] }, random);
    checkConv({ batch: 0, channels: 8, outputs: 12, size: [5, 5], kernel: [3, 3], pad: 1 }, random);
  });
});

/** Output sizes of a transposed convolution. */
function transposedOut(short: Short, extra: number[]): number[] {
  const g = geometry({ ...short, out: short.size });
  return short.size.map((size, i) => {
    const at = 3 - short.size.length + i;
    const [kernel, stride, pad, dilation] = [g.kernel, g.stride, g.pad, g.dilation].map(
      (t) => t[at] as number,
    ) as [number, number, number, number];
    return (size - 1) * stride - 2 * pad + dilation * (kernel - 1) + (extra[i] ?? 0) + 1;
  });
}

describe("f32 transposed", () => {
  function check(short: Short, extra: number[], random: Random): void {
    const g = geometry({ ...short, out: transposedOut(short, extra) });
    const e = engine.exports;
    const x = random.f32(g.batch * g.channels * volume(g.size));
    const w = random.f32((g.outputs * g.channels * volume(g.kernel)) / g.groups);
    const b = random.f32(g.outputs);
    const length = g.batch * g.outputs * volume(g.out);
    for (const bias of [undefined, b]) {
      const expected = new Float32Array(length);
      convolveTransposed(g, x, w, bias, expected, Math.fround);
      for (const form of ["raw", "packed", "strided"] as const) {
        engine.reset();
        const input = form === "strided" ? spread(g, x) : { data: x, strides: undefined };
        const shape = putShape(g, input.strides);
        const px = engine.put(input.data);
        const pw = engine.put(w);
        const pb = bias ? engine.put(bias) : 0;
        let packed = 0;
        if (form !== "raw") {
          packed = engine.alloc(e.convTransposePackedBytes(shape));
          e.convTransposePack(shape, pw, packed);
        }
        const y = engine.alloc(4 * length);
        const scratch = engine.alloc(e.convTransposeF32ScratchBytes(shape, packed !== 0));
        e.convTransposeF32(shape, px, packed ? 0 : pw, packed, pb, y, scratch);
        engine.check();
        const at = firstDifference(engine.f32(y, length), expected);
        if (at >= 0) throw new Error(`${JSON.stringify(short)} ${form}: element ${at}`);
      }
    }
  }

  test.each<[Short, number[]]>([
    [{ channels: 6, outputs: 5, size: [4, 5], kernel: [3, 3], stride: 2, pad: 1 }, [1, 1]],
    [{ batch: 2, channels: 8, outputs: 12, groups: 4, size: [7, 6], kernel: [2, 2], stride: 2 }, [0, 0]],
    [{ channels: 3, outputs: 4, size: [9, 8], kernel: [4, 3], stride: 1, pad: [2, 1], dilation: 2 }, [0, 0]],
    [{ channels: 2, outputs: 3, size: [11], kernel: [5], stride: 3, pad: 1 }, [2]],
    [
      { channels: 4, outputs: 6, groups: 2, size: [3, 4, 5], kernel: [3, 2, 3], stride: 2, pad: 1 },
      [1, 0, 1],
    ],
    [{ channels: 3, outputs: 300, size: [24, 30], kernel: [3, 3], stride: 2, pad: 1 }, [1, 1]],
  ])("%j", (short, extra) => {
    check(short, extra, new Random(short.channels));
  });

  test("random shapes", () => {
    const random = new Random(99);
    for (let i = 0; i < 80; i++) {
      const groups = random.pick([1, 1, 2, 3]);
      const dims = random.pick([1, 2, 2, 3]);
      const every = (f: () => number) => Array.from({ length: dims }, f);
      const stride = every(() => 1 + random.below(3));
      const short = {
        batch: 1 + random.below(2),
        channels: groups * (1 + random.below(6)),
        outputs: groups * (1 + random.below(6)),
        groups,
        kernel: every(() => 1 + random.below(4)),
        stride,
        pad: every(() => random.below(2)),
        dilation: every(() => 1 + random.below(2)),
        size: every(() => 2 + random.below(6)),
      };
      const extra = stride.map((s) => random.below(s));
      if (transposedOut(short, extra).some((size) => size < 1)) continue;
      check(short, extra, random);
    }
  });
});

describe("f64", () => {
  test("convolution and transposed convolution are the naive loops", () => {
    const random = new Random(31);
    const e = engine.exports;
    for (let i = 0; i < 60; i++) {
      const groups = random.pick([1, 2, 3]);
      const dims = random.pick([1, 2, 3]);
      const every = (f: () => number) => Array.from({ length: dims }, f);
      const short: Short = {
        batch: 1 + random.below(2),
        channels: groups * (1 + random.below(3)),
        outputs: groups * (1 + random.below(3)),
        groups,
        kernel: every(() => 1 + random.below(3)),
        stride: every(() => 1 + random.below(2)),
        pad: every(() => random.below(2)),
        dilation: every(() => 1 + random.below(2)),
        size: every(() => 5 + random.below(3)),
      };
      for (const transposed of [false, true]) {
        const out = transposed ? { out: transposedOut(short, []) } : {};
        const g = geometry({ ...short, ...out });
        const length = g.batch * g.outputs * volume(g.out);
        const x = random.f64(g.batch * g.channels * volume(g.size));
        const w = random.f64((g.outputs * g.channels * volume(g.kernel)) / g.groups);
        const b = random.pick([undefined, random.f64(g.outputs)]);
        const expected = new Float64Array(length);
        (transposed ? convolveTransposed : convolve)(g, x, w, b, expected, (v) => v);
        engine.reset();
        const shape = putShape(g);
        const [px, pw, pb] = [engine.put(x), engine.put(w), b ? engine.put(b) : 0];
        const y = engine.alloc(8 * length);
        (transposed ? e.convTransposeF64 : e.convF64)(shape, px, pw, pb, y);
        engine.check();
        expect(firstDifference(engine.f64(y, length), expected)).toBe(-1);
      }
    }
  });
});

test("inferOutput is PyTorch's formula", () => {
  const g = geometry({
    channels: 1,
    outputs: 1,
    size: [10, 11, 12],
    kernel: [3, 2, 5],
    stride: [2, 3, 1],
    pad: [1, 0, 2],
  });
  const shape = putShape({ ...g, out: [0, 0, 0] });
  engine.exports.convInferOutput(shape);
  const words = new Uint32Array(engine.exports.memory.buffer, shape + 19 * 4, 3);
  expect([...words]).toEqual([5, 4, 12]);
});
