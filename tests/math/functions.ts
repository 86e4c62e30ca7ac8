/** The functions under test: where they are, exact values, domains and bounds of error. */

import type { Source } from "./compile.ts";
import { erf, erfc, normal } from "./oracle.ts";

/** Inputs of a sweep: uniform in [low, high]; or of either sign or positive, their logarithm uniform. */
export type Range = [low: number, high: number] | ["powers" | "positive powers", low: number, high: number];

export interface Function1 {
  name: string;
  file: string;
  exact: (x: number) => number;
  /** Most units in the last place between the float32 result and the exact value. */
  ulp: number;
  ranges: Range[];
  /** Neither rises nor falls the wrong way, also between neighbouring float32. */
  monotonic?: 1 | -1;
}

const sigmoid = (x: number): number => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)));
const mish = (x: number): number => {
  const e = Math.exp(Math.min(x, 40));
  return (x * (e * (e + 2))) / (e * (e + 2) + 2);
};
const geluTanh = (x: number): number => x * sigmoid(Math.sqrt(8 / Math.PI) * (x + 0.044715 * x ** 3));

const WHOLE: Range = ["powers", -149, 128];
const SMALL: Range = ["powers", -149, 0];
const POSITIVE: Range = ["positive powers", -149, 128];
/** A result that is a float64 result rounded once. */
const ROUNDED = 0.52;

export const UNARY: Function1[] = [
  { name: "exp", file: "exp", exact: Math.exp, ulp: 0.8, ranges: [[-105, 89], [-1, 1], SMALL] },
  { name: "exp2", file: "exp", exact: (x) => 2 ** x, ulp: 1.1, ranges: [[-150, 128], [-1, 1], SMALL] },
  {
    name: "expm1",
    file: "exp",
    exact: Math.expm1,
    ulp: ROUNDED,
    ranges: [[-90, 89], [-1, 1], SMALL],
    monotonic: 1,
  },
  { name: "log", file: "log", exact: Math.log, ulp: 0.9, ranges: [POSITIVE, [0.5, 2], [0.99, 1.01]] },
  { name: "log2", file: "log", exact: Math.log2, ulp: ROUNDED, ranges: [POSITIVE, [0.5, 2]], monotonic: 1 },
  { name: "log10", file: "log", exact: Math.log10, ulp: ROUNDED, ranges: [POSITIVE, [0.5, 2]], monotonic: 1 },
  {
    name: "log1p",
    file: "log",
    exact: Math.log1p,
    ulp: ROUNDED,
    ranges: [POSITIVE, [-1, 2], SMALL],
    monotonic: 1,
  },
  {
    name: "sin",
    file: "trig",
    exact: Math.sin,
    ulp: ROUNDED,
    ranges: [WHOLE, [-10, 10], [-1e6, 1e6], [1e6, 1.1e6]],
  },
  {
    name: "cos",
    file: "trig",
    exact: Math.cos,
    ulp: ROUNDED,
    ranges: [WHOLE, [-10, 10], [-1e6, 1e6], [1e6, 1.1e6]],
  },
  {
    name: "tan",
    file: "trig",
    exact: Math.tan,
    ulp: ROUNDED,
    ranges: [WHOLE, [-10, 10], [-1e6, 1e6], [1e6, 1.1e6]],
  },
  { name: "asin", file: "arc", exact: Math.asin, ulp: ROUNDED, ranges: [[-1, 1], SMALL], monotonic: 1 },
  { name: "acos", file: "arc", exact: Math.acos, ulp: ROUNDED, ranges: [[-1, 1], SMALL], monotonic: -1 },
  { name: "atan", file: "arc", exact: Math.atan, ulp: ROUNDED, ranges: [WHOLE, [-5, 5]], monotonic: 1 },
  {
    name: "sinh",
    file: "hyperbolic",
    exact: Math.sinh,
    ulp: ROUNDED,
    ranges: [[-90, 90], [-2, 2], SMALL],
    monotonic: 1,
  },
  { name: "cosh", file: "hyperbolic", exact: Math.cosh, ulp: ROUNDED, ranges: [[-90, 90], [-2, 2], SMALL] },
  { name: "tanh", file: "hyperbolic", exact: Math.tanh, ulp: 2, ranges: [WHOLE, [-10, 10], [-1, 1]] },
  {
    name: "asinh",
    file: "hyperbolic",
    exact: Math.asinh,
    ulp: ROUNDED,
    ranges: [WHOLE, [-5, 5]],
    monotonic: 1,
  },
  {
    name: "acosh",
    file: "hyperbolic",
    exact: Math.acosh,
    ulp: ROUNDED,
    ranges: [
      ["positive powers", 0, 128],
      [1, 3],
    ],
    monotonic: 1,
  },
  {
    name: "atanh",
    file: "hyperbolic",
    exact: Math.atanh,
    ulp: ROUNDED,
    ranges: [[-1, 1], SMALL],
    monotonic: 1,
  },
  { name: "erf", file: "erf", exact: erf, ulp: 2, ranges: [WHOLE, [-4, 4], [-1, 1]] },
  { name: "erfc", file: "erf", exact: erfc, ulp: ROUNDED, ranges: [[-6, 11], [-1, 1], SMALL], monotonic: -1 },
  { name: "reciprocal", file: "power", exact: (x) => 1 / x, ulp: 0.5, ranges: [WHOLE] },
  { name: "rsqrt", file: "power", exact: (x) => 1 / Math.sqrt(x), ulp: 1.5, ranges: [POSITIVE] },
  { name: "sigmoid", file: "activations", exact: sigmoid, ulp: 2, ranges: [[-104, 20], [-5, 5], SMALL] },
  {
    name: "silu",
    file: "activations",
    exact: (x) => x * sigmoid(x),
    ulp: 3,
    ranges: [[-87, 100], [-5, 5], SMALL],
  },
  {
    name: "gelu",
    file: "activations",
    exact: (x) => x * normal(x),
    ulp: 6,
    ranges: [[-12.9, 20], [-5, 5], SMALL],
  },
  {
    name: "geluTanh",
    file: "activations",
    exact: geluTanh,
    ulp: ROUNDED,
    ranges: [[-10, 10], [-2, 2], SMALL],
  },
  { name: "mish", file: "activations", exact: mish, ulp: ROUNDED, ranges: [[-100, 50], [-5, 5], SMALL] },
];

export const BINARY: { name: string; file: string }[] = [
  { name: "pow", file: "power" },
  { name: "atan2", file: "arc" },
  { name: "fmod", file: "division" },
  { name: "remainder", file: "division" },
  { name: "floorDivide", file: "division" },
];

export const SOFTPLUS = { name: "softplus", file: "activations" };

/** The name of the float64 function: a digit at the end is set apart. */
export const name64 = (name: string): string => name + (/\d$/.test(name) ? "_64" : "64");

export const name32 = (name: string): string => `${name}F32x4`;

export const VECTOR_SOURCES: Source[] = [
  ...UNARY.map(({ name, file }) => ({ name: name32(name), file, kind: "f32x4", inputs: 1 }) as const),
  ...BINARY.map(({ name, file }) => ({ name: name32(name), file, kind: "f32x4", inputs: 2 }) as const),
  { name: name32(SOFTPLUS.name), file: SOFTPLUS.file, kind: "f32x4", inputs: 3 },
];

export const SCALAR_SOURCES: Source[] = [
  ...UNARY.map(
    ({ name, file }) => ({ name: name64(name), file: `f64/${file}`, kind: "f64", inputs: 1 }) as const,
  ),
  ...BINARY.map(
    ({ name, file }) => ({ name: name64(name), file: `f64/${file}`, kind: "f64", inputs: 2 }) as const,
  ),
  { name: name64(SOFTPLUS.name), file: `f64/${SOFTPLUS.file}`, kind: "f64", inputs: 3 },
  { name: "lgamma64", file: "f64/gamma", kind: "f64", inputs: 1 },
];
