/** Functions of plain numbers: conversions, rounding, and those of Python's math module. */

import { family, op, type Row } from "./define.ts";

/** A function of a number that gives a float, for every kind of number. */
function real(name: string, doc: string): Row[] {
  const kernel = `${name}Float`;
  return [
    op(`aten::${name}.float(float a) -> float`, { kernel, doc }),
    op(`aten::${name}.int(int a) -> float`, { kernel, pass: "floats" }),
    op(`aten::${name}.Scalar(Scalar a) -> Scalar`, { kernel, pass: "floats" }),
  ];
}

/** A function of two numbers that gives a float, for every pair of kinds; `scalar` names the overload of Scalars. */
function real2(name: string, kernel: string, scalar: string, doc: string): Row[] {
  return [
    op(`aten::${name}.float(float a, float b) -> float`, { kernel, doc }),
    op(`aten::${name}.int(int a, int b) -> float`, { kernel, pass: "floats" }),
    op(`aten::${name}.int_float(int a, float b) -> float`, { kernel, pass: "floats" }),
    op(`aten::${name}.float_int(float a, int b) -> float`, { kernel, pass: "floats" }),
    op(`aten::${name}${scalar}(Scalar a, Scalar b) -> float`, { kernel, pass: "floats" }),
  ];
}

const logBase = ["float_float(float a, float b)", "int_int(int a, int b)", "int_float(int a, float b)"];

export const numberFunctions = family("kernels/number-functions", [
  op("aten::Int.float(float a) -> int", { kernel: "intOfFloat", doc: "Toward zero." }),
  op("aten::Int.bool(bool a) -> int", { kernel: "intOfBool" }),
  op("aten::Int.Scalar(Scalar a) -> int", {
    kernel: "intOfNumber",
    doc: "Toward zero; a float must fit 32 bits.",
  }),
  op("aten::Int.str(str a) -> int", { kernel: "intOfStr", doc: "Decimal digits with an optional sign." }),
  op("aten::Float.int(int a) -> float", { kernel: "floatOf", pass: "floats" }),
  op("aten::Float.bool(bool a) -> float", { kernel: "floatOf", pass: "floats" }),
  op("aten::Float.Scalar(Scalar a) -> float", { kernel: "floatOf", pass: "floats" }),
  op("aten::Bool.int(int a) -> bool", { kernel: "boolOfInt", doc: "Whether it is not 0." }),
  op("aten::Bool.float(float a) -> bool", { kernel: "boolOfFloat", doc: "Whether it is not 0." }),
  op("aten::ceil.float(float a) -> int", { kernel: "ceilFloat", doc: "The next whole number up." }),
  op("aten::ceil.int(int a) -> int", { kernel: "roundInt" }),
  op("aten::ceil.Scalar(Scalar a) -> Scalar", { kernel: "ceilNumber" }),
  op("aten::floor.float(float a) -> int", { kernel: "floorFloat", doc: "The next whole number down." }),
  op("aten::floor.int(int a) -> int", { kernel: "roundInt" }),
  op("aten::floor.Scalar(Scalar a) -> Scalar", { kernel: "floorNumber" }),
  ...real("round", "The nearest whole number as a float, the even one at halves."),
  ...real("sqrt", "The square root."),
  ...real("exp", "e to a number."),
  ...real("expm1", "e to a number, less 1."),
  ...real("log", "The natural logarithm."),
  ...logBase.map((form) => op(`aten::log.${form} -> float`, { kernel: "logBase", pass: "floats" })),
  op("aten::log.float_int(float a, int b) -> float", { kernel: "logBase", pass: "floats" }),
  op("aten::log.Scalar_Scalar(Scalar a, Scalar b) -> float", {
    kernel: "logBase",
    pass: "floats",
    doc: "The logarithm to a base.",
  }),
  ...real("log10", "The decimal logarithm."),
  ...real("log1p", "The natural logarithm of 1 and a number."),
  ...real("sin", "The sine."),
  ...real("cos", "The cosine."),
  ...real("tan", "The tangent."),
  ...real("asin", "The arc sine."),
  ...real("acos", "The arc cosine."),
  ...real("atan", "The arc tangent."),
  ...real("sinh", "The hyperbolic sine."),
  ...real("cosh", "The hyperbolic cosine."),
  ...real("tanh", "The hyperbolic tangent."),
  ...real("asinh", "The inverse hyperbolic sine."),
  ...real("acosh", "The inverse hyperbolic cosine."),
  ...real("atanh", "The inverse hyperbolic tangent."),
  ...real("erf", "The error function."),
  ...real("erfc", "1 less the error function."),
  ...real("lgamma", "The logarithm of the gamma function."),
  ...real("gamma", "The gamma function."),
  ...real("angle", "0 for a number that is not negative, else π."),
  ...real("fabs", "The number without its sign, as a float."),
  ...real("degrees", "Radians as degrees."),
  ...real("radians", "Degrees as radians."),
  ...real2("atan2", "atan2Float", ".Scalar_Scalar", "The angle of the point (b, a)."),
  ...real2("copysign", "copysignFloat", "", "The size of a with the sign of b."),
  ...real2("mathremainder", "ieeeRemainder", "", "IEEE remainder: less the nearest multiple of b."),
  op("aten::isnan.float(float a) -> bool", { kernel: "isNanFloat" }),
  op("aten::isinf.float(float a) -> bool", { kernel: "isInfFloat" }),
  op("aten::isfinite.float(float a) -> bool", { kernel: "isFiniteFloat" }),
  op("aten::modf(float a) -> (float, float)", { doc: "Fraction and whole part." }),
  op("aten::frexp(float a) -> (float, int)", { doc: "Mantissa in [0.5, 1) and exponent of 2." }),
  op("aten::ldexp(float x, int i) -> float", { doc: "x times 2 to the i." }),
  op("aten::gcd.int(int a, int b) -> int", { kernel: "gcd", doc: "The greatest common divisor." }),
  op("aten::factorial.int(int a) -> int", {
    kernel: "factorial",
    doc: "1 · 2 · … · a; wraps around at 64 bits.",
  }),
  op("aten::divmod.int(int x, int y) -> (int, int)", {
    kernel: "divmodInt",
    doc: "Floor division and remainder.",
  }),
  op("aten::divmod.float(float x, float y) -> (float, float)", { kernel: "divmodFloat" }),
  op("aten::divmod.int_float(int x, float y) -> (float, float)", { kernel: "divmodIntFloat" }),
  op("aten::divmod.float_int(float x, int y) -> (float, float)", { kernel: "divmodFloatInt" }),
]);
