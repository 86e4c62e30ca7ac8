// What the page's module calls: numbers, whose types only the plugin can tell.

import type { Tensor } from "sconce/torch";

export interface Limits {
  readonly low: number;
  readonly high: number;
}

export function clip(x: number, low: number, high: number): number {
  if (x < low) return low;
  return x > high ? high : x;
}

export type Input = Tensor;
