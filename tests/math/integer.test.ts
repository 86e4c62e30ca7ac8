/** Integer division and power against BigInt. */

import { beforeAll, expect, test } from "vitest";
import { randomInts } from "../support/random.ts";
import { compile, Loops } from "./compile.ts";

let loops: Loops;

const NAMES = ["truncDivide", "truncModulo", "floorDivide", "floorModulo", "integerPower"];

beforeAll(async () => {
  const sources = NAMES.map((name) => ({ name, file: "integer", kind: "plain" }) as const);
  loops = new Loops(await compile(sources, "debug"));
});

const call = (name: string, a: bigint, b: bigint): bigint =>
  (loops.exports[name] as (a: bigint, b: bigint) => bigint)(a, b);

const wrap = (x: bigint): bigint => BigInt.asIntN(64, x);

const next = randomInts(4);
/** Integers of every length, with the ends of the range. */
const INTEGERS = [
  0n,
  1n,
  -1n,
  2n,
  -2n,
  2n ** 63n - 1n,
  -(2n ** 63n),
  ...Array.from({ length: 60 }, (_, i) => {
    const x = (BigInt(next(2 ** 31)) << 32n) | BigInt(next(2 ** 31) * 2);
    return BigInt.asIntN(64, (next(2) ? -x : x) >> BigInt(i));
  }),
];

test("division, every pair", () => {
  for (const a of INTEGERS) {
    for (const b of INTEGERS) {
      if (b === 0n) continue;
      const quotient = a / b;
      const rest = a % b;
      const across = rest !== 0n && rest < 0n !== b < 0n;
      expect(call("truncDivide", a, b), `${a} / ${b}`).toBe(wrap(quotient));
      expect(call("truncModulo", a, b), `${a} % ${b}`).toBe(rest);
      expect(call("floorDivide", a, b), `${a} // ${b}`).toBe(wrap(across ? quotient - 1n : quotient));
      expect(call("floorModulo", a, b), `${a} mod ${b}`).toBe(across ? rest + b : rest);
    }
  }
});

test("a divisor of 0 gives 0 and does not trap", () => {
  for (const name of NAMES.slice(0, 4)) expect(call(name, 5n, 0n)).toBe(0n);
});

test("power wraps around", () => {
  for (const a of INTEGERS) {
    for (const b of [0n, 1n, 2n, 3n, 7n, 62n, 63n, 64n, 65n, 101n]) {
      expect(call("integerPower", a, b), `${a} ** ${b}`).toBe(wrap(a ** b));
    }
  }
  expect(call("integerPower", 3n, 2n ** 62n)).toBe(call("integerPower", 9n, 2n ** 61n));
});

test("power with a negative exponent", () => {
  const power = (a: bigint, b: bigint): bigint => call("integerPower", a, b);
  expect([power(1n, -5n), power(-1n, -5n), power(-1n, -4n), power(2n, -1n), power(0n, -1n)]).toEqual([
    1n,
    -1n,
    1n,
    0n,
    0n,
  ]);
});
