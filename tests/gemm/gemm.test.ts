/** Matrix products against the naive loop, bit for bit. */

import { beforeAll, describe, expect, test } from "vitest";
import { compile, Engine, firstDifference, Random } from "./engine.ts";

let engine: Engine;
let text: string;

beforeAll(() => {
  const built = compile();
  engine = new Engine(built.wasm);
  text = built.text;
});

/** A strided matrix: elements and where they are. */
interface Matrix {
  data: Float32Array<ArrayBuffer>;
  rs: number;
  cs: number;
}

type Layout = "rows" | "columns" | "gaps" | "one row" | "one column" | "one value";
const LAYOUTS: Layout[] = ["rows", "columns", "gaps", "one row", "one column", "one value"];

function matrix(random: Random, rows: number, columns: number, layout: Layout): Matrix {
  const [rs, cs] = {
    rows: [columns, 1],
    columns: [1, rows],
    gaps: [2 * columns * 3, 3],
    "one row": [0, 1],
    "one column": [1, 0],
    "one value": [0, 0],
  }[layout] as [number, number];
  const length = rows && columns ? (rows - 1) * rs + (columns - 1) * cs + 1 : 0;
  return { data: random.f32(length), rs, cs };
}

const START_MODES = ["zero", "accumulate", "column bias", "row bias", "scalar", "strided"] as const;
type StartMode = (typeof START_MODES)[number];

/** The start values and, for `accumulate`, what C holds. */
function startFor(random: Random, mode: StartMode, m: number, n: number, rsC: number): Matrix | undefined {
  switch (mode) {
    case "zero":
      return undefined;
    case "accumulate":
      return { data: random.f32(Math.max(0, (m - 1) * rsC + n)), rs: rsC, cs: 1 };
    case "column bias":
      return { data: random.f32(n), rs: 0, cs: 1 };
    case "row bias":
      return { data: random.f32(m), rs: 1, cs: 0 };
    case "scalar":
      return { data: random.f32(1), rs: 0, cs: 0 };
    case "strided":
      return { data: random.f32(m * n), rs: 1, cs: m };
  }
}

function naive(m: number, n: number, k: number, a: Matrix, b: Matrix, start: Matrix | undefined) {
  const c = new Float32Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = start ? (start.data[i * start.rs + j * start.cs] as number) : 0;
      for (let p = 0; p < k; p++) {
        const x = a.data[i * a.rs + p * a.cs] as number;
        const y = b.data[p * b.rs + j * b.cs] as number;
        sum = Math.fround(sum + Math.fround(x * y));
      }
      c[i * n + j] = sum;
    }
  }
  return c;
}

/** Runs every entry point that takes these operands; throws at the first element that is not the naive loop's. */
function checkProduct(
  m: number,
  n: number,
  k: number,
  a: Matrix,
  b: Matrix,
  mode: StartMode,
  random: Random,
) {
  const rsC = n + random.below(3);
  const start = startFor(random, mode, m, n, rsC);
  const expected = naive(m, n, k, a, b, start);
  for (const entry of ["strided", "packed A", "packed B"] as const) {
    engine.reset();
    const e = engine.exports;
    const scratch = engine.alloc(e.gemmF32ScratchBytes(m, n, k));
    const pa = engine.put(a.data);
    const pb = engine.put(b.data);
    let c = engine.alloc(4 * Math.max(0, (m - 1) * rsC + n));
    let from = 0;
    if (start && mode === "accumulate") from = c = engine.put(start.data);
    else if (start) from = engine.put(start.data);
    const rest = [c, rsC, from, start?.rs ?? 9, start?.cs ?? 9, scratch] as const;
    if (entry === "strided") {
      e.gemmF32(m, n, k, pa, a.rs, a.cs, pb, b.rs, b.cs, ...rest);
    } else if (entry === "packed A") {
      const packed = engine.alloc(e.packedABytes(m, k));
      e.packA(m, k, pa, a.rs, a.cs, packed);
      e.gemmPackedA(m, n, k, packed, pb, b.rs, b.cs, ...rest);
    } else {
      const packed = engine.alloc(e.packedBBytes(k, n));
      e.packB(k, n, pb, b.rs, b.cs, packed, 32 * k);
      e.gemmPackedB(m, n, k, pa, a.rs, a.cs, packed, ...rest);
    }
    engine.check();
    const got = new Float32Array(m * n);
    if (m && n) {
      const rows = engine.f32(c, (m - 1) * rsC + n);
      for (let i = 0; i < m; i++) got.set(rows.subarray(i * rsC, i * rsC + n), i * n);
      // Between C's rows nothing is written.
      const before = mode === "accumulate" ? start?.data : undefined;
      for (let i = 0; i + 1 < m; i++) {
        for (let at = i * rsC + n; at < (i + 1) * rsC; at++) {
          expect(rows[at]).toBe(before ? before[at] : Number.NaN);
        }
      }
    }
    const at = firstDifference(got, expected);
    if (at >= 0) {
      const place = `${entry} ${m}x${n}x${k} ${mode} A ${a.rs},${a.cs} B ${b.rs},${b.cs}`;
      throw new Error(`${place}: element ${at} is ${got[at]}, not ${expected[at]}`);
    }
  }
}

describe("f32", () => {
  const SIZES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 17, 23, 33, 40, 65];

  test("every number of rows, columns and terms up to 12", () => {
    const random = new Random(1);
    for (let m = 0; m <= 12; m++) {
      for (let n = 0; n <= 12; n++) {
        for (const k of [0, 1, 2, 3, 4, 5, 8, 11]) {
          const [a, b] = [
            matrix(random, m, k, "rows"),
            matrix(random, k, n, random.pick(["rows", "columns"])),
          ];
          checkProduct(m, n, k, a, b, random.pick(START_MODES), random);
        }
      }
    }
  });

  test.each(LAYOUTS)("A in layout '%s', B in any, any start", (layout) => {
    const random = new Random(LAYOUTS.indexOf(layout) + 2);
    for (let i = 0; i < 120; i++) {
      const [m, n, k] = [random.pick(SIZES), random.pick(SIZES), random.pick(SIZES)];
      const mode = START_MODES[i % START_MODES.length] as StartMode;
      const b = matrix(random, k, n, random.pick(LAYOUTS));
      checkProduct(m, n, k, matrix(random, m, k, layout), b, mode, random);
    }
  });

  test.each([
    [3, 4, 4],
    [67, 93, 531],
    [261, 40, 300],
    [500, 8, 257],
    [13, 1100, 70],
    [5, 530, 513],
    [1, 2100, 300],
    [2, 4100, 9],
    [2100, 1, 300],
    [4100, 2, 10],
    [4, 40, 5000],
    [5, 8, 3000],
    [1, 100, 5000],
  ])("%dx%dx%d crosses the blocks", (m, n, k) => {
    const random = new Random(m * n + k);
    for (const layout of ["rows", "columns"] as const) {
      for (const mode of ["zero", "accumulate", "row bias"] as const) {
        checkProduct(m, n, k, matrix(random, m, k, "rows"), matrix(random, k, n, layout), mode, random);
      }
    }
    checkProduct(
      m,
      n,
      k,
      matrix(random, m, k, "columns"),
      matrix(random, k, n, "gaps"),
      "column bias",
      random,
    );
  });

  test("infinities, NaN and signed zeros are those of the loop", () => {
    const random = new Random(77);
    const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0, 3e38, -3e38, 1e-45];
    for (const [m, n, k] of [
      [1, 9, 6],
      [3, 5, 4],
      [9, 17, 13],
      [7, 1, 12],
    ] as const) {
      for (let i = 0; i < 20; i++) {
        const a = matrix(random, m, k, "rows");
        const b = matrix(random, k, n, random.pick(["rows", "columns"]));
        a.data[random.below(a.data.length)] = random.pick(odd);
        b.data[random.below(b.data.length)] = random.pick(odd);
        checkProduct(m, n, k, a, b, random.pick(["zero", "row bias", "accumulate"] as const), random);
      }
    }
    const zeros: Matrix = { data: new Float32Array([-0]), rs: 0, cs: 0 };
    checkProduct(6, 9, 0, zeros, zeros, "scalar", random);
  });

  test("reads nothing behind its operands and scratch", () => {
    const random = new Random(5);
    const e = engine.exports;
    for (const [m, n, k] of [
      [1, 9, 7],
      [3, 7, 5],
      [1, 33, 6],
      [2, 5, 3],
      [10, 13, 9],
      [12, 45, 4],
    ] as const) {
      for (const b of [matrix(random, k, n, "rows"), matrix(random, k, n, "columns")]) {
        for (const a of [matrix(random, m, k, "rows"), matrix(random, m, k, "columns")]) {
          const expected = naive(m, n, k, a, b, undefined);
          for (const last of ["a", "b", "scratch"]) {
            engine.reset();
            const bytes = e.gemmF32ScratchBytes(m, n, k);
            const c = engine.alloc(4 * m * n);
            let scratch = last === "scratch" ? 0 : engine.alloc(bytes);
            let pa = last === "a" ? 0 : engine.put(a.data);
            let pb = last === "b" ? 0 : engine.put(b.data);
            scratch ||= engine.allocLast(bytes);
            pa ||= engine.putLast(a.data);
            pb ||= engine.putLast(b.data);
            e.gemmF32(m, n, k, pa, a.rs, a.cs, pb, b.rs, b.cs, c, n, 0, 0, 0, scratch);
            expect(firstDifference(engine.f32(c, m * n), expected)).toBe(-1);
          }
        }
      }
    }
  });

  test("micro-kernels are functions of their own in the release build", () => {
    for (const kernel of ["tile5x8", "tile4x8", "tile5x4", "tile4x4", "tile1x32", "tile1x8", "tapTile"]) {
      expect(text).toMatch(new RegExp(`\\(func \\$[^ ]*/${kernel} `));
    }
  });
});

describe("f64", () => {
  test("bits of the naive loop at any strides", () => {
    const random = new Random(9);
    const e = engine.exports;
    for (let i = 0; i < 200; i++) {
      const [m, n, k] = [random.below(11), random.below(11), random.below(20)];
      const [rsA, csA] = random.pick([
        [k, 1],
        [1, m],
        [0, 1],
      ] as const);
      const [rsB, csB] = random.pick([
        [n, 1],
        [1, k],
        [2 * n, 2],
      ] as const);
      const [rsS, csS] = random.pick([
        [0, 0],
        [0, 1],
        [1, 0],
        [1, m],
      ] as const);
      const [a, b, s] = [random.f64(m * k + k + 1), random.f64(2 * n * k + n), random.f64(m * n + m + n + 1)];
      const zero = random.below(3) === 0;
      engine.reset();
      const scratch = engine.alloc(e.gemmF64ScratchBytes(k));
      const c = engine.alloc(8 * m * n);
      const [pa, pb, ps] = [engine.put(a), engine.put(b), zero ? 0 : engine.put(s)];
      e.gemmF64(m, n, k, pa, rsA, csA, pb, rsB, csB, c, n, ps, rsS, csS, scratch);
      engine.check();
      const expected = new Float64Array(m * n);
      for (let r = 0; r < m; r++) {
        for (let q = 0; q < n; q++) {
          let sum = zero ? 0 : (s[r * rsS + q * csS] as number);
          for (let p = 0; p < k; p++)
            sum += (a[r * rsA + p * csA] as number) * (b[p * rsB + q * csB] as number);
          expected[r * n + q] = sum;
        }
      }
      expect(firstDifference(engine.f64(c, m * n), expected)).toBe(-1);
    }
  });
});

describe("integers", () => {
  const ARRAYS = { 8: Int8Array, 16: Int16Array, 32: Int32Array, 64: BigInt64Array } as const;

  test.each([8, 16, 32, 64] as const)("%d bits wrap around", (bits) => {
    const random = new Random(bits);
    const ints = (length: number) => {
      const values = new ARRAYS[bits](length);
      const bytes = new Uint8Array(values.buffer);
      for (let i = 0; i < bytes.length; i++) bytes[i] = random.below(256);
      return values;
    };
    for (let i = 0; i < 60; i++) {
      const [m, n, k] = [random.below(7), random.below(7), random.below(9)];
      const transposed = random.below(2) === 1;
      const [rsB, csB] = transposed ? [1, k] : [n, 1];
      const mode = random.pick(["zero", "bias", "accumulate"] as const);
      const [a, b, s] = [ints(m * k), ints(k * n), ints(Math.max(m * n, n))];
      engine.reset();
      const [pa, pb] = [engine.put(a), engine.put(b)];
      const ps = engine.put(s);
      const c = mode === "accumulate" ? ps : engine.alloc((m * n * bits) / 8);
      engine.exports.gemmI(
        bits,
        m,
        n,
        k,
        pa,
        k,
        1,
        pb,
        rsB,
        csB,
        c,
        n,
        mode === "zero" ? 0 : ps,
        mode === "bias" ? 0 : n,
        1,
      );
      engine.check();
      const got = new ARRAYS[bits](engine.exports.memory.buffer as ArrayBuffer, c, m * n);
      for (let r = 0; r < m; r++) {
        for (let q = 0; q < n; q++) {
          let sum = 0n;
          if (mode !== "zero") sum = BigInt(s[(mode === "bias" ? 0 : r * n) + q] as number);
          for (let p = 0; p < k; p++)
            sum += BigInt(a[r * k + p] as number) * BigInt(b[p * rsB + q * csB] as number);
          expect(BigInt(got[r * n + q] as number)).toBe(BigInt.asIntN(bits, sum));
        }
      }
    }
  });
});
