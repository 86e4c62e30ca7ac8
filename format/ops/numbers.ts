/** Arithmetic and comparison of plain numbers. */

import { family, op, type Row } from "./define.ts";

/** The overloads of a binary operator in which floats and ints meet: the ints become floats. */
function mixed(name: string, result: "float" | "bool", kernel: string): Row[] {
  return [
    op(`aten::${name}.float(float a, float b) -> ${result}`, { kernel }),
    op(`aten::${name}.int_float(int a, float b) -> ${result}`, { kernel, pass: "floats" }),
    op(`aten::${name}.float_int(float a, int b) -> ${result}`, { kernel, pass: "floats" }),
  ];
}

/** A binary operator that keeps ints ints. */
function arithmetic(name: string, doc: string): Row[] {
  return [
    op(`aten::${name}.int(int a, int b) -> int`, { kernel: `${name}Int`, doc }),
    ...mixed(name, "float", `${name}Float`),
    op(`aten::${name}(Scalar a, Scalar b) -> Scalar`, { kernel: `${name}Numbers` }),
  ];
}

function comparison(name: string, doc: string): Row[] {
  return [
    op(`aten::${name}.int(int a, int b) -> bool`, { kernel: `${name}Int`, doc }),
    ...mixed(name, "bool", `${name}Float`),
    op(`aten::${name}(Scalar a, Scalar b) -> bool`, { kernel: `${name}Numbers` }),
  ];
}

function extremum(name: "max" | "min", doc: string): Row[] {
  return [
    op(`prim::${name}.int(int a, int b) -> int`, { kernel: `${name}Int`, doc }),
    op(`prim::${name}.float(float a, float b) -> float`, { kernel: `${name}Float` }),
    op(`prim::${name}.int_float(int a, float b) -> float`, { kernel: `${name}Float`, pass: "floats" }),
    op(`prim::${name}.float_int(float a, int b) -> float`, { kernel: `${name}Float`, pass: "floats" }),
    op(`prim::${name}(Scalar a, Scalar b) -> Scalar`, { kernel: `${name}Numbers` }),
  ];
}

export const numbers = family("kernels/numbers", [
  ...arithmetic("add", "The sum; ints wrap around at 64 bits."),
  ...arithmetic("sub", "The difference; ints wrap around at 64 bits."),
  ...arithmetic("mul", "The product; ints wrap around at 64 bits."),
  ...arithmetic("floordiv", "The quotient rounded down; ints refuse a divisor of 0."),
  ...arithmetic("remainder", "The remainder with the divisor's sign; ints refuse a divisor of 0."),
  op("aten::div.int(int a, int b) -> float", {
    kernel: "divFloat",
    pass: "floats",
    doc: "The quotient as a float; an infinity or NaN for a divisor of 0.",
  }),
  op("aten::div.float(float a, float b) -> float", { kernel: "divFloat" }),
  op("aten::div(Scalar a, Scalar b) -> float", { kernel: "divFloat", pass: "floats" }),
  op("aten::pow.int(int a, int b) -> float", {
    kernel: "powFloat",
    pass: "floats",
    doc: "The power as a float.",
  }),
  ...mixed("pow", "float", "powFloat"),
  op("aten::pow.Scalar_Scalar(Scalar a, Scalar b) -> float", { kernel: "powNumbers", pass: "floats" }),
  op("aten::pow.int_to_int(int a, int b) -> int", {
    kernel: "powInt",
    doc: "The power; wraps around at 64 bits.",
  }),
  op("aten::fmod.int(int a, int b) -> float", {
    kernel: "fmodFloat",
    pass: "floats",
    doc: "The remainder with the dividend's sign, as a float.",
  }),
  ...mixed("fmod", "float", "fmodFloat"),
  op("aten::fmod(Scalar a, Scalar b) -> float", { kernel: "fmodFloat", pass: "floats" }),
  op("aten::__round_to_zero_floordiv.int(int a, int b) -> int", {
    kernel: "roundToZeroInt",
    doc: "The quotient rounded toward zero.",
  }),
  op("aten::neg.int(int a) -> int", { kernel: "negInt", doc: "The number with the other sign." }),
  op("aten::neg.float(float a) -> float", { kernel: "negFloat" }),
  op("aten::neg.Scalar(Scalar a) -> Scalar", { kernel: "negNumber" }),
  op("prim::abs.int(int a) -> int", { kernel: "absInt", doc: "The number without its sign." }),
  op("prim::abs.float(float a) -> float", { kernel: "absFloat" }),
  op("prim::abs.Scalar(Scalar a) -> Scalar", { kernel: "absNumber" }),
  ...extremum("max", "The larger number."),
  ...extremum("min", "The smaller number."),
  ...comparison("eq", "Whether both are equal."),
  ...comparison("ne", "Whether both differ."),
  ...comparison("lt", "Whether a is less than b."),
  ...comparison("le", "Whether a is less than b or equal to it."),
  ...comparison("gt", "Whether a is greater than b."),
  ...comparison("ge", "Whether a is greater than b or equal to it."),
  op("aten::eq.bool(bool a, bool b) -> bool", { kernel: "eqBool" }),
  op("aten::ne.bool(bool a, bool b) -> bool", { kernel: "neBool" }),
  op("aten::__not__(bool self) -> bool", { kernel: "not", doc: "True for false." }),
  op("aten::__and__.bool(bool a, bool b) -> bool", { kernel: "andBool", doc: "Whether both hold." }),
  op("aten::__or__.bool(bool a, bool b) -> bool", { kernel: "orBool", doc: "Whether one holds." }),
  op("aten::__xor__.bool(bool a, bool b) -> bool", { kernel: "xorBool", doc: "Whether exactly one holds." }),
  op("aten::__and__.int(int a, int b) -> int", { kernel: "andInt", doc: "Bitwise." }),
  op("aten::__or__.int(int a, int b) -> int", { kernel: "orInt", doc: "Bitwise." }),
  op("aten::__xor__.int(int a, int b) -> int", { kernel: "xorInt", doc: "Bitwise." }),
  op("aten::__lshift__.int(int a, int b) -> int", {
    kernel: "lshiftInt",
    doc: "By the lowest six bits of b.",
  }),
  op("aten::__rshift__.int(int a, int b) -> int", {
    kernel: "rshiftInt",
    doc: "By the lowest six bits of b.",
  }),
  op("aten::__is__(t1 self, t2 obj) -> bool", {
    kernel: "is",
    doc: "Whether both are the same object or value.",
  }),
  op("aten::__isnot__(t1 self, t2 obj) -> bool", { kernel: "isNot" }),
  op("aten::__range_length(int lo, int hi, int step) -> int", {
    kernel: "rangeLength",
    doc: "How many numbers range(lo, hi, step) has.",
  }),
  op("aten::__derive_index(int index, int start, int step) -> int", {
    kernel: "deriveIndex",
    doc: "start + index * step.",
  }),
]);
