/** Numbers as JavaScript has them: conversions, arithmetic and text. A number is a float; the results are V8's. */

import { family, op, type Row } from "./define.ts";

function unary(name: string, doc: string): Row {
  return op(`js::${name}(float a) -> float`, { kernel: `${name}Number`, doc });
}

function binary(name: string, doc: string): Row {
  return op(`js::${name}(float a, float b) -> float`, { kernel: `${name}Number`, doc });
}

function test(name: string, doc: string): Row {
  return op(`js::${name}(float a) -> bool`, { kernel: `${name}Number`, doc });
}

export const jsNumbers = family("kernels/js-numbers", [
  op("js::toInt(float a) -> int", {
    doc: "The number as an int; refuses a fraction and what is beyond 2^53.",
  }),
  op("js::toInts(float[] a) -> int[]"),
  op("js::fromInt(int a) -> float", { doc: "The int as a number; refuses what a number holds inexactly." }),
  op("js::fromInts(int[] a) -> float[]"),
  op("js::toScalar(float a) -> Scalar", {
    doc: "An int when it is integral and fits 64 bits, else a float.",
  }),
  op("js::fromScalar(Scalar a) -> float", {
    doc: "The number; refuses an int that it would hold inexactly.",
  }),
  op("js::ofBool(bool a) -> float", { doc: "1 for true, 0 for false." }),
  binary("mod", "The remainder with the dividend's sign, exact."),
  binary("bitand", "Bitwise, of 32 bits."),
  binary("bitor", "Bitwise, of 32 bits."),
  binary("bitxor", "Bitwise, of 32 bits."),
  unary("bitnot", "Bitwise, of 32 bits."),
  binary("shl", "32 bits shifted to the left by the lowest five bits of b."),
  binary("shr", "32 bits shifted to the right with their sign."),
  binary("ushr", "32 bits shifted to the right without a sign."),
  unary("floor", "The next whole number down."),
  unary("ceil", "The next whole number up."),
  unary("trunc", "The whole part."),
  unary("round", "The nearest whole number, at halves the greater."),
  unary("sqrt", "The square root."),
  unary("abs", "The number without its sign."),
  unary("sign", "1, -1, or the zero or NaN itself."),
  unary("fround", "The nearest float32."),
  unary("clz32", "Leading zero bits of 32."),
  binary("imul", "The product of 32 bits."),
  binary("min", "The lesser number; NaN wins, and -0 is less than 0."),
  binary("max", "The greater number; NaN wins, and 0 is greater than -0."),
  op("js::truthy.float(float a) -> bool", {
    kernel: "truthyFloat",
    doc: "Neither 0 nor NaN; for a text, not empty.",
  }),
  op("js::truthy.str(str a) -> bool", { kernel: "truthyStr" }),
  test("isInteger", "Whether it is a whole number."),
  test("isFinite", "Whether it is neither infinite nor NaN."),
  test("isNaN", "Whether it is NaN."),
  test("isSafeInteger", "Whether it is a whole number below 2^53."),
  op("js::sameValue(float a, float b) -> bool", { doc: "Object.is: NaN is NaN, and 0 is not -0." }),
]);

export const jsNumberText = family("kernels/js-number-text", [
  op("js::str.float(float a) -> str", {
    kernel: "strFloat",
    doc: "The shortest digits that read back as the number.",
  }),
  op("js::str.bool(bool a) -> str", { kernel: "strBool" }),
  op("js::str.int(int a) -> str", { kernel: "strInt" }),
  op("js::toRadix(float a, float radix) -> str", {
    doc: "Number.prototype.toString with a radix from 2 to 36.",
  }),
  op("js::toFixed(float a, float digits=0) -> str", { doc: "With 0 to 100 digits behind the point." }),
  op("js::toPrecision(float a, float? precision=None) -> str", { doc: "With 1 to 100 digits in all." }),
  op("js::toExponential(float a, float? digits=None) -> str", {
    doc: "One digit, 0 to 100 behind the point, and an exponent.",
  }),
  op("js::parseFloat(str a) -> float", {
    kernel: "parseNumber",
    doc: "The decimal number at the start of the text, or NaN.",
  }),
  op("js::parseInt(str a, float radix=0) -> float", {
    kernel: "parseWhole",
    doc: "The whole number at the start of the text, or NaN.",
  }),
  op("js::toNumber(str a) -> float", {
    doc: "Number(a): the whole text as a number, or NaN; 0 for an empty one.",
  }),
]);
