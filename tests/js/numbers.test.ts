/** JavaScript's numbers: each operator against JavaScript itself, at every edge and over random numbers. */

import { beforeAll, describe, expect, it, test } from "vitest";
import { randomInts } from "../support/random.ts";
import { JsOps, type Plain } from "./engine.ts";
import { anyNumber, EDGES, numberLike } from "./samples.ts";

let ops: JsOps;
beforeAll(async () => {
  ops = await JsOps.create();
});

const UNARY: Record<string, (a: number) => number> = {
  bitnot: (a) => ~a,
  floor: Math.floor,
  ceil: Math.ceil,
  trunc: Math.trunc,
  round: Math.round,
  sqrt: Math.sqrt,
  abs: Math.abs,
  sign: Math.sign,
  fround: Math.fround,
  clz32: Math.clz32,
};

const BINARY: Record<string, (a: number, b: number) => number> = {
  mod: (a, b) => a % b,
  bitand: (a, b) => a & b,
  bitor: (a, b) => a | b,
  bitxor: (a, b) => a ^ b,
  shl: (a, b) => a << b,
  shr: (a, b) => a >> b,
  ushr: (a, b) => a >>> b,
  imul: Math.imul,
  min: Math.min,
  max: Math.max,
};

const TESTS: Record<string, (a: number) => boolean> = {
  isInteger: Number.isInteger,
  isFinite: Number.isFinite,
  isNaN: Number.isNaN,
  isSafeInteger: Number.isSafeInteger,
  "truthy.float": Boolean,
};

describe("functions of one number", () => {
  it.each(Object.keys(UNARY))("%s", (name) => {
    const run = ops.numeric(name, 1);
    const random = randomInts(11);
    const want = UNARY[name]!;
    const numbers = [...EDGES, ...Array.from({ length: 50_000 }, () => numberLike(random))];
    for (const a of numbers) if (!Object.is(run(a), want(a))) expect([a, run(a)]).toEqual([a, want(a)]);
  });

  it.each(Object.keys(TESTS))("%s", (name) => {
    for (const a of EDGES) expect([a, ops.call(name, a)]).toEqual([a, TESTS[name]!(a)]);
  });
});

describe("functions of two numbers", () => {
  it.each(Object.keys(BINARY))("%s", (name) => {
    const run = ops.numeric(name, 2);
    const random = randomInts(12);
    const want = BINARY[name]!;
    const check = (a: number, b: number) => {
      if (!Object.is(run(a, b), want(a, b))) expect([a, b, run(a, b)]).toEqual([a, b, want(a, b)]);
    };
    for (const a of EDGES) for (const b of EDGES) check(a, b);
    for (let i = 0; i < 100_000; i++) check(numberLike(random), numberLike(random));
    for (let i = 0; i < 50_000; i++) check(anyNumber(random), anyNumber(random));
  });

  test("sameValue", () => {
    for (const a of EDGES) {
      for (const b of EDGES) expect(ops.call("sameValue", a, b)).toBe(Object.is(a, b));
    }
  });
});

describe("conversions", () => {
  /** As the front end decides it (ts-frontend/eager/kinds.ts). */
  const isIntScalar = (a: number) => Number.isInteger(a) && a >= -(2 ** 63) && a < 2 ** 63;

  test("toInt and toInts take integers up to 2^53", () => {
    for (const a of EDGES) {
      const exact = Number.isInteger(a) && Math.abs(a) <= 2 ** 53;
      expect(ops.attempt("toInt", a)).toEqual(exact ? BigInt(a) : "! NOT_INTEGER");
      expect(ops.attempt("toInts", [a])).toEqual(exact ? [BigInt(a)] : "! NOT_INTEGER");
    }
    expect(() => ops.call("toInt", 2.5)).toThrow("expected an integer, got 2.5");
    expect(ops.call("toInts", [])).toEqual([]);
    expect(ops.call("toInts", [3, -0, 2 ** 53])).toEqual([3n, 0n, 2n ** 53n]);
  });

  test("fromInt, fromInts and fromScalar give safe integers only, as item() does", () => {
    const limit = 2n ** 53n;
    for (const a of [0n, -1n, limit - 1n, limit, -limit, 1n - limit, 2n ** 63n - 1n, -(2n ** 63n)]) {
      const want = Number.isSafeInteger(Number(a)) ? Number(a) : "! NOT_EXACT";
      expect(ops.attempt("fromInt", a)).toEqual(want);
      expect(ops.attempt("fromInts", [a])).toEqual(typeof want === "number" ? [want] : want);
      expect(ops.attempt("fromScalar", a)).toEqual(want);
    }
    expect([true, false, 2.5, -0].map((a) => ops.call("fromScalar", a))).toEqual([1, 0, 2.5, -0]);
    expect([true, false].map((a) => ops.call("ofBool", a))).toEqual([1, 0]);
  });

  test("toScalar is an int by the front end's rule", () => {
    for (const a of [...EDGES, 2 ** 63 - 1024, 2 ** 63, -(2 ** 63), -(2 ** 63) - 2048]) {
      expect(ops.call("toScalar", a)).toEqual(isIntScalar(a) ? BigInt(a) : a);
    }
  });

  test("truth of texts", () => {
    expect(["", "0", " "].map((a) => ops.call("truthy.str", a) as Plain)).toEqual([false, true, true]);
  });
});
