/** Tensors as text, letter for letter as PyTorch prints them. */

import type { DType } from "../format/dtype.ts";
import { type Element, reader, type TensorArray } from "./eager/elements.ts";

export interface PrintOptions {
  /** Digits after the point (4). */
  precision: number;
  /** A tensor of more elements is summarised (1000). */
  threshold: number;
  /** Items shown at either end of a summarised dimension (3). */
  edgeitems: number;
  /** Characters per line (80). */
  linewidth: number;
  /** Whether numbers are in scientific notation; null decides by the values. */
  sciMode: boolean | null;
}

const profiles = {
  default: { precision: 4, threshold: 1000, edgeitems: 3, linewidth: 80 },
  short: { precision: 2, threshold: 1000, edgeitems: 2, linewidth: 80 },
  full: { precision: 4, threshold: Infinity, edgeitems: 3, linewidth: 80 },
} as const;

const current: PrintOptions = { ...profiles.default, sciMode: null };

/** Changes how tensors are printed: `torch.set_printoptions`. A profile is applied before the other options. */
export function setPrintOptions(options: Partial<PrintOptions> & { profile?: keyof typeof profiles }): void {
  const { profile, ...rest } = options;
  Object.assign(current, profile ? profiles[profile] : {}, { sciMode: null }, rest);
}

/** A tensor read for printing: `array` holds the elements in row-major order. */
export interface Printable {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly array: TensorArray;
}

/** `tensor([[1., 2.]])`. */
export function formatTensor(tensor: Printable): string {
  const { dtype, shape, array } = tensor;
  const prefix = "tensor(";
  const suffixes: string[] = [];
  let body = "[]";
  if (array.length === 0) {
    if (shape.length !== 1) suffixes.push(`size=(${shape.join(", ")})`);
    if (dtype !== "float32") suffixes.push(`dtype=torch.${dtype}`);
  } else {
    if (dtype !== "float32" && dtype !== "int64" && dtype !== "bool") suffixes.push(`dtype=torch.${dtype}`);
    const summarize = array.length > current.threshold;
    const read = reader(dtype);
    const value = (i: number): Element => read(array[i]!);
    const shown: Element[] = [];
    collect(shape, 0, 0, summarize, (i) => shown.push(value(i)));
    const isFloat = dtype === "float32" || dtype === "float64" || dtype === "float16" || dtype === "bfloat16";
    const style = isFloat ? floatStyle(shown as number[]) : plainStyle(shown);
    body = nested(
      shape,
      0,
      0,
      prefix.length,
      summarize,
      (i) => style.format(value(i)).padStart(style.width),
      style.width,
    );
  }
  return withSuffixes(prefix + body, suffixes, prefix.length);
}

/** The indices to show of a dimension: all, or those at both ends with null for what is left out. */
function indices(size: number, summarize: boolean): (number | null)[] {
  const { edgeitems } = current;
  if (!summarize || size <= 2 * edgeitems) return Array.from({ length: size }, (_, i) => i);
  const edge = Array.from({ length: edgeitems }, (_, i) => i);
  return [...edge, null, ...edge.map((i) => size - edgeitems + i)];
}

function stepOf(shape: readonly number[], dim: number): number {
  return shape.slice(dim + 1).reduce((product, size) => product * size, 1);
}

/** Visits every element that will be shown. */
function collect(
  shape: readonly number[],
  dim: number,
  at: number,
  summarize: boolean,
  visit: (index: number) => void,
): void {
  if (dim === shape.length) return visit(at);
  const step = stepOf(shape, dim);
  for (const i of indices(shape[dim]!, summarize)) {
    if (i !== null) collect(shape, dim + 1, at + i * step, summarize, visit);
  }
}

function nested(
  shape: readonly number[],
  dim: number,
  at: number,
  indent: number,
  summarize: boolean,
  show: (index: number) => string,
  width: number,
): string {
  if (dim === shape.length) return show(at);
  const step = stepOf(shape, dim);
  const chosen = indices(shape[dim]!, summarize);
  const gap = " ".repeat(indent + 1);
  if (dim < shape.length - 1) {
    const parts = chosen.map((i) =>
      i === null ? "..." : nested(shape, dim + 1, at + i * step, indent + 1, summarize, show, width),
    );
    return `[${parts.join(`,${"\n".repeat(shape.length - dim - 1)}${gap}`)}]`;
  }
  const items = chosen.map((i) => (i === null ? " ..." : show(at + i)));
  const perLine = Math.max(1, Math.floor((current.linewidth - indent) / (width + 2)));
  const lines: string[] = [];
  for (let i = 0; i < items.length; i += perLine) lines.push(items.slice(i, i + perLine).join(", "));
  return `[${lines.join(`,\n${gap}`)}]`;
}

function withSuffixes(text: string, suffixes: readonly string[], indent: number): string {
  let out = text;
  let length = text.length - text.lastIndexOf("\n") + 1;
  for (const suffix of suffixes) {
    if (length + suffix.length + 2 > current.linewidth) {
      out += `,\n${" ".repeat(indent)}${suffix}`;
      length = indent + suffix.length;
    } else {
      out += `, ${suffix}`;
      length += suffix.length + 2;
    }
  }
  return `${out})`;
}

interface Style {
  readonly width: number;
  format(value: Element): string;
}

function plainStyle(values: readonly Element[]): Style {
  const format = (value: Element): string =>
    typeof value === "boolean" ? (value ? "True" : "False") : String(value);
  return { width: Math.max(1, ...values.map((value) => format(value).length)), format };
}

function floatStyle(values: readonly number[]): Style {
  const { precision } = current;
  const finite = values.filter((value) => Number.isFinite(value) && value !== 0);
  const whole = finite.every((value) => Number.isInteger(value));
  const sizes = finite.map(Math.abs);
  const largest = sizes.reduce((a, b) => Math.max(a, b), 0);
  const smallest = sizes.reduce((a, b) => Math.min(a, b), Infinity);
  const wide =
    finite.length > 0 && (largest / smallest > 1000 || largest > 1e8 || (!whole && smallest < 1e-4));
  const scientific = (value: number): string => toScientific(value, precision);
  const integral = (value: number): string => toFixed(value, 0) + (Number.isFinite(value) ? "." : "");
  const fixed = (value: number): string => toFixed(value, precision);
  const natural = wide ? scientific : whole ? integral : fixed;
  // A forced notation keeps the width of the natural one, as in PyTorch.
  const width = finite.reduce((most, value) => Math.max(most, natural(value).length), 1);
  const forced = current.sciMode === null ? natural : current.sciMode ? scientific : whole ? integral : fixed;
  return { width, format: (value) => forced(value as number) };
}

/** |x| · 10^power rounded to an integer, ties to even: decided on the exact value. */
function scaled(x: number, power: number): bigint {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, x);
  const word = bits.getBigUint64(0);
  const field = Number((word >> 52n) & 0x7ffn);
  const mantissa = (word & 0xf_ffff_ffff_ffffn) | (field ? 1n << 52n : 0n);
  const exponent = Math.max(field, 1) - 1075;
  const up = (exponent > 0 ? 1n << BigInt(exponent) : 1n) * (power > 0 ? 10n ** BigInt(power) : 1n);
  const down = (exponent < 0 ? 1n << BigInt(-exponent) : 1n) * (power < 0 ? 10n ** BigInt(-power) : 1n);
  const value = mantissa * up;
  const quotient = value / down;
  const twice = 2n * (value % down);
  return twice > down || (twice === down && quotient % 2n === 1n) ? quotient + 1n : quotient;
}

function signOf(x: number): string {
  return x < 0 || Object.is(x, -0) ? "-" : "";
}

function special(x: number): string | undefined {
  if (Number.isNaN(x)) return "nan";
  return Number.isFinite(x) ? undefined : `${signOf(x)}inf`;
}

/** Python's `"{:.4f}"`. */
export function toFixed(x: number, digits: number): string {
  const name = special(x);
  if (name) return name;
  const text = scaled(x, digits)
    .toString()
    .padStart(digits + 1, "0");
  const point = text.length - digits;
  return `${signOf(x)}${text.slice(0, point)}${digits > 0 ? `.${text.slice(point)}` : ""}`;
}

/** Python's `"{:.4e}"`. */
export function toScientific(x: number, digits: number): string {
  const name = special(x);
  if (name) return name;
  let exponent = x === 0 ? 0 : Number(x.toExponential().split("e")[1]);
  let text = scaled(x, digits - exponent).toString();
  if (x !== 0 && text.length < digits + 1) text = scaled(x, digits - --exponent).toString();
  if (text.length > digits + 1) text = scaled(x, digits - ++exponent).toString();
  text = text.padStart(digits + 1, "0");
  const power = String(Math.abs(exponent)).padStart(2, "0");
  return `${signOf(x)}${text[0]}${digits > 0 ? `.${text.slice(1)}` : ""}e${exponent < 0 ? "-" : "+"}${power}`;
}
