/** Reads `reference.jsonl`, which `make_reference.py` wrote. */

import { readFileSync } from "node:fs";

type Cell = number | string;

/** Float64 arguments and correctly rounded values. */
export interface Exact {
  name: string;
  inputs: number[][];
  y: number[];
}

/** PyTorch's values at the special numbers; with two arguments, at every pair, the second running faster. */
export interface Torch {
  name: string;
  arity: 1 | 2;
  float32: number[];
  float64: number[];
}

const records = readFileSync(new URL("./reference.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));

/** "nan", "inf", "-inf" and "-0" stand for themselves. */
const values = (cells: Cell[]): number[] =>
  cells.map((c) => (c === "nan" ? Number.NaN : Number(String(c).replace("inf", "Infinity"))));

export const special: number[] = values(records[0].special);

export const exact: Exact[] = records.filter((r) => r.exact).map((r) => ({ ...r, name: r.exact }));

export const torch: Torch[] = records
  .filter((r) => r.torch)
  .map((r) => ({ ...r, name: r.torch, float32: values(r.float32), float64: values(r.float64) }));
