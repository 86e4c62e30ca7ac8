/** Numbers to text and back, against JavaScript's own, on a million values and at every edge. */

import { beforeAll, describe, expect, test } from "vitest";
import { randomInts } from "../support/random.ts";
import { NumberText } from "./engine.ts";

let text: NumberText;
beforeAll(() => {
  text = new NumberText();
}, 120_000);

const BLOCK = 20_000;

/** Blocks of numbers: `count` numbers made by `make`. */
function* blocks(count: number, make: (i: number) => number): Generator<Float64Array> {
  for (let done = 0; done < count; done += BLOCK) {
    yield Float64Array.from({ length: Math.min(BLOCK, count - done) }, (_, i) => make(done + i));
  }
}

const bits = new DataView(new ArrayBuffer(8));

function fromBits(high: number, low: number): number {
  bits.setUint32(0, high);
  bits.setUint32(4, low);
  return bits.getFloat64(0);
}

/** Any finite float64. */
function anyNumber(random: (limit: number) => number): number {
  for (;;) {
    const x = fromBits(random(2 ** 32), random(2 ** 32));
    if (Number.isFinite(x)) return x;
  }
}

/** All 53 bits random, between 2^-33 and 2^31. */
function commonNumber(random: (limit: number) => number): number {
  return fromBits((random(2) * 2048 + 990 + random(64)) * 2 ** 20 + random(2 ** 20), random(2 ** 32));
}

/** The powers of two and their neighbours, the smallest and largest numbers, and short decimals. */
function edges(): Float64Array {
  const found: number[] = [0, -0, Number.MAX_VALUE, Number.NaN, Infinity, -Infinity];
  for (let e = 0; e < 2047; e++) {
    for (const low of [0, 1]) found.push(fromBits(e * 2 ** 20, low));
    found.push(fromBits(e * 2 ** 20 + 0xfffff, 0xffffffff));
  }
  for (let e = 0; e < 52; e++) found.push(2 ** e * Number.MIN_VALUE, 3 * 2 ** e * Number.MIN_VALUE);
  for (let e = -324; e < 309; e++) for (const m of [1, 2, 5, 9, 123]) found.push(Number(`${m}e${e}`));
  return Float64Array.from(found);
}

function expectSame(got: readonly string[], want: readonly string[], numbers: Float64Array): void {
  for (const [i, line] of want.entries())
    if (got[i] !== line) expect([numbers[i], got[i]]).toEqual([0, line]);
}

function expectRead(lines: readonly string[]): void {
  const got = text.read(lines);
  for (const [i, line] of lines.entries()) {
    if (!Object.is(got[i], Number(line))) expect([line, got[i]]).toEqual([line, Number(line)]);
  }
}

describe("the shortest form", () => {
  test("of 1,000,000 numbers of any and of common size", () => {
    const random = randomInts(1);
    const make = (i: number): number => (i % 4 ? commonNumber(random) : anyNumber(random));
    for (const numbers of blocks(1_000_000, make)) {
      expectSame(text.write(numbers, "shortest"), Array.from(numbers, String), numbers);
    }
  }, 120_000);

  test("of numbers with few digits, of whole numbers and of edges", () => {
    const random = randomInts(2);
    const short = (): number => (random(2_000_000) - 1_000_000) / 10 ** random(12);
    const whole = (): number => random(2 ** 32) * 2 ** random(40);
    for (const make of [short, whole]) {
      for (const numbers of blocks(100_000, make)) {
        expectSame(text.write(numbers, "shortest"), Array.from(numbers, String), numbers);
      }
    }
    const numbers = edges();
    expectSame(text.write(numbers, "shortest"), Array.from(numbers, String), numbers);
  }, 120_000);
});

describe("reading", () => {
  test("the shortest and longer forms of 1,000,000 numbers", () => {
    const random = randomInts(3);
    let turn = 0;
    const make = (i: number): number => Math.abs(i % 4 ? commonNumber(random) : anyNumber(random));
    for (const numbers of blocks(1_000_000, make)) {
      const digits = turn++ % 4;
      expectRead(Array.from(numbers, (x) => (digits ? x.toExponential(14 + digits) : String(x))));
    }
    expectRead(
      Array.from(
        edges().filter((x) => x >= 0 && x < Infinity && !Object.is(x, -0)),
        String,
      ),
    );
  }, 120_000);

  test("halfway between two numbers, and just beside", () => {
    const random = randomInts(4);
    const lines: string[] = [];
    for (let i = 0; i < 3000; i++) {
      // A number of 54 bits: halfway between two of 53. Scaled by 2 to the e it is an exact decimal.
      const odd = 2n ** 53n + BigInt(random(2 ** 32)) * 2n ** 20n + BigInt(random(2 ** 20)) * 2n + 1n;
      const e = random(900);
      const whole = odd << BigInt(e);
      lines.push(`${whole}`, `${whole - 1n}`, `${whole + 1n}`);
      const fraction = odd * 5n ** BigInt(e);
      lines.push(`${fraction}e-${e}`, `${fraction}0000000001e-${e + 10}`, `${fraction - 1n}e-${e}`);
    }
    for (let e = 1020; e < 1075; e++) {
      const odd = BigInt(random(2 ** 32)) * 2n + 1n;
      lines.push(`${odd * 5n ** BigInt(e + 1)}e-${e + 1}`, `${odd * 5n ** BigInt(e + 1) + 1n}e-${e + 1}`);
    }
    for (let i = 0; i < lines.length; i += 300) expectRead(lines.slice(i, i + 300));
  }, 60_000);

  test("many digits, zeros, exponents of any size", () => {
    expectRead([
      "0", "00", "0.000", "0e999999999999", "1e999999999", "1e-999999999", "123456789012345678901234567890",
      `0.${"0".repeat(400)}1e400`, `${"1".repeat(400)}e-400`, `1${"0".repeat(900)}e-900`, `0.${"9".repeat(2000)}`,
      `2.22507385850720113605740979670913197593481954635164564${"0".repeat(900)}1e-308`, "5e-324", "2.4e-324", "2.5e-324",
      "1.7976931348623158e308", "1.7976931348623159e308", "1.", ".5", "0.1e1", "100e-2", "9007199254740993",
    ]); // biome-ignore format: a table
    expect(text.read(["", ".", "1x", "e5", "1e", "1e+", "-1"])).toEqual(new Float64Array(7).fill(Number.NaN));
  });

  test("says when a number is too large or too small to keep its digits", () => {
    for (const lost of ["1e309", "1e-330", "1e-310", "5e-324"])
      expect(text.outOfRange(lost), lost).toBe(true);
    const exact = `${5n ** 1074n}e-1074`;
    for (const kept of ["1e308", "2.2250738585072014e-308", "0e999", exact]) {
      expect(text.outOfRange(kept), kept).toBe(false);
    }
  });
});

describe("C's forms", () => {
  test("%e and %f as toExponential and toFixed where there is no tie", () => {
    const random = randomInts(5);
    const sized = (): number => (random(2 ** 32) / 2 ** 20 - 2048) * 10 ** (random(30) - 15);
    const tie = (longer: string, kept: number): boolean => /^50*(e|$)/.test(longer.slice(kept));
    for (const numbers of blocks(40_000, sized)) {
      for (const n of [0, 4, 16]) {
        const clear = numbers.filter((x) => !tie(x.toExponential(99).replace(/[-.]/g, ""), n + 1));
        const want = Array.from(clear, (x) => x.toExponential(n).replace(/e([+-])(\d)$/, "e$10$2"));
        expectSame(text.write(clear, "scientific", n), want, clear);
      }
      for (const n of [1, 4, 10]) {
        const clear = numbers.filter((x) => {
          const longer = x.toFixed(99);
          return Math.abs(x) < 1e21 && !tie(longer, longer.indexOf(".") + 1 + n);
        });
        const want = Array.from(clear, (x) => x.toFixed(n));
        expectSame(text.write(clear, "fixed", n), want, clear);
      }
    }
  }, 120_000);

  test("ties go to the even digit, as in C and not as in JavaScript", () => {
    expect(text.write(Float64Array.of(0.5, 1.5, 2.5, -0.5, 0.4), "fixed", 0)).toEqual([
      "0",
      "2",
      "2",
      "-0",
      "0",
    ]);
    expect(text.write(Float64Array.of(0.125, 0.375, 9.5), "fixed", 2)).toEqual(["0.12", "0.38", "9.50"]);
    expect(text.write(Float64Array.of(2.5, 9.5, 95), "scientific", 0)).toEqual(["2e+00", "1e+01", "1e+02"]);
  });

  test("%g", () => {
    const numbers = Float64Array.of(
      0,
      -0,
      100000,
      1e6,
      123456.5,
      1234567,
      1e-4,
      1e-5,
      0.1,
      1e100,
      1e-310,
      -3.25,
    );
    expect(text.write(numbers, "general", 6)).toEqual([
      "0", "-0", "100000", "1e+06", "123456", "1.23457e+06", "0.0001", "1e-05", "0.1", "1e+100", "1e-310", "-3.25",
    ]); // biome-ignore format: a table
    expect(text.write(Float64Array.of(0.1, 1 / 3, Infinity, -Infinity, Number.NaN), "general", 17)).toEqual([
      "0.10000000000000001", "0.33333333333333331", "inf", "-inf", "nan",
    ]); // biome-ignore format: a table
  });
});
