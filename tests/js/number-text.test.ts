/** Numbers to text and back as JavaScript does it, a million of them. */

import { beforeAll, describe, expect, it, test } from "vitest";
import { randomInts } from "../support/random.ts";
import { JsOps } from "./engine.ts";
import { anyNumber, EDGES, numberLike } from "./samples.ts";

let ops: JsOps;
beforeAll(async () => {
  ops = await JsOps.create();
});

const parseWhole: (text: string) => number = Number.parseInt;

/** What a call gives, or that it throws. */
function orThrows(run: () => string): string {
  try {
    return run();
  } catch {
    return "throws";
  }
}

describe("to text", () => {
  test("str, of 300,000 numbers", () => {
    const run = ops.numeric("str.float", 1);
    const random = randomInts(21);
    const check = (a: number) => {
      if (run(a) !== String(a)) expect([a, run(a)]).toEqual([a, String(a)]);
    };
    for (const a of EDGES) check(a);
    for (let i = 0; i < 300_000; i++) check(i % 4 ? numberLike(random) : anyNumber(random));
  }, 120_000);

  test("str of ints and booleans", () => {
    for (const a of [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 12345678901234567n]) {
      expect(ops.call("str.int", a)).toBe(String(a));
    }
    expect([ops.call("str.bool", true), ops.call("str.bool", false)]).toEqual(["true", "false"]);
  });

  test("toRadix, of 150,000 numbers", () => {
    const run = ops.numeric("toRadix", 2);
    const random = randomInts(22);
    const check = (a: number, radix: number) => {
      const want = a.toString(radix);
      if (run(a, radix) !== want) expect([a, radix, run(a, radix)]).toEqual([a, radix, want]);
    };
    for (const a of EDGES) for (let radix = 2; radix <= 36; radix++) check(a, radix);
    for (let i = 0; i < 150_000; i++) {
      check(i % 4 ? numberLike(random) : anyNumber(random), 2 + random(35));
    }
    expect(ops.call("toRadix", 255, 16.9)).toBe("ff");
    for (const radix of [1, 37, 0, -1, Number.NaN, Infinity]) {
      expect(ops.attempt("toRadix", 5, radix)).toBe("! NUMBER_RANGE");
    }
  }, 120_000);

  const FORMS: Record<string, (a: number, digits: number) => string> = {
    toFixed: (a, digits) => a.toFixed(digits),
    toPrecision: (a, digits) => a.toPrecision(digits),
    toExponential: (a, digits) => a.toExponential(digits),
  };

  it.each(Object.keys(FORMS))(
    "%s, of 100,000 numbers",
    (name) => {
      const run = ops.numeric(name, 2);
      const random = randomInts(23);
      const want = FORMS[name]!;
      const check = (a: number, digits: number) => {
        const got = orThrows(() => String(run(a, digits)));
        const right = orThrows(() => want(a, digits));
        if (got !== right) expect([a, digits, got]).toEqual([a, digits, right]);
      };
      const counts = [0, 1, 2, 3, 7, 16, 17, 21, 50, 99, 100, 101, -1, 2.9, -0.5, Number.NaN, Infinity];
      for (const a of EDGES) for (const digits of counts) check(a, digits);
      for (let i = 0; i < 100_000; i++) check(numberLike(random), random(i % 8 ? 20 : 101));
      // Halves: exact ties at the last digit that is kept.
      for (let i = 0; i < 20_000; i++) check((random(20_000) - 10_000) / 2 ** random(12), random(11));
    },
    120_000,
  );

  test("precision and digits that are not given", () => {
    const random = randomInts(24);
    for (let i = 0; i < 20_000; i++) {
      const a = i < EDGES.length ? EDGES[i]! : numberLike(random);
      expect(ops.call("toExponential", a)).toBe(a.toExponential());
      expect(ops.call("toPrecision", a)).toBe(a.toPrecision());
      expect(ops.call("toFixed", a)).toBe(a.toFixed());
    }
  }, 120_000);
});

const SPACES =
  "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff";

const TEXTS = [
  "", " ", "0", "-0", "+0", "00", "007", "1", "+1", "-1", "--1", "1.", ".1", ".", "-.", "1.5", "-1.5e3", "1e", "1e+", "1E5", "e5",
  "1e400", "-1e400", "1e-400", "-1e-400", "Infinity", "-Infinity", "+Infinity", "Infinityx", "infinity", "inf", "NaN", "nan",
  "0x", "0x1", "0X1F", "-0x1F", "0xg", "0x1g", "0b101", "0b102", "0B11", "0o17", "0o18", "0O7", "0b", "1_000", "1,000", "12px",
  "px12", "1 2", "3 .5", "1.2.3", "1e5.5", "0.1e-7", "9007199254740993", "0x20000000000001", "0x1ffffffffffffe7", "1n", "1f",
  "123456789012345678901234567890", "0b11111111111111111111111111111111111111111111111111111111111111111", "\u0660", "１",
  `0x${"f".repeat(300)}`, `${"9".repeat(400)}`, `0.${"0".repeat(400)}1`, "\0", "1\0", "\ud800", "1\ud800", "é1", "1é", "😀",
  "\u200b1", "1\u200b", "\u180e1", "\u00851", "\u{2028}1\u{2029}", "1e1000000000000", "1e-1000000000000", "0e1000000000000",
  ...[...SPACES].flatMap((space) => [`${space}1`, `1${space}`, `${space}1${space}2`, space]), `${SPACES}-12.5${SPACES}`,
]; // biome-ignore format: a table

const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCXYZ";

describe("from text", () => {
  test.each(TEXTS.map((text) => [text]))("%j", (text) => {
    expect(ops.call("toNumber", text)).toBe(Number(text));
    expect(ops.call("parseFloat", text)).toBe(Number.parseFloat(text));
    expect(ops.call("parseInt", text)).toBe(parseWhole(text));
    for (const radix of [0, 2, 3, 7, 8, 10, 11, 16, 32, 36, 1, 37, -1, 2 ** 32 + 16, 16.7, Number.NaN]) {
      expect([radix, ops.call("parseInt", text, radix)]).toEqual([radix, Number.parseInt(text, radix)]);
    }
  });

  test("the texts of 150,000 numbers", () => {
    const random = randomInts(25);
    for (let i = 0; i < 50_000; i++) {
      const a = i % 4 ? numberLike(random) : anyNumber(random);
      const text = random(2) ? String(a) : a.toExponential(random(30));
      for (const name of ["toNumber", "parseFloat"]) {
        const got = ops.call(name, text);
        if (!Object.is(got, Number(text))) expect([name, text, got]).toEqual([name, text, Number(text)]);
      }
      const whole = ops.call("parseInt", text);
      if (!Object.is(whole, parseWhole(text))) expect([text, whole]).toEqual([text, parseWhole(text)]);
    }
  }, 120_000);

  test("parseInt of 60,000 texts in every base", () => {
    const random = randomInts(26);
    for (let i = 0; i < 60_000; i++) {
      const radix = 2 + random(35);
      const length = 1 + random(i % 16 ? 30 : 400);
      let text = random(4) ? "" : "-";
      for (let k = 0; k < length; k++) text += DIGITS[random(random(50) ? radix : DIGITS.length)];
      const got = ops.call("parseInt", text, radix);
      const want = Number.parseInt(text, radix);
      if (!Object.is(got, want)) expect([text, radix, got]).toEqual([text, radix, want]);
    }
  }, 120_000);
});
