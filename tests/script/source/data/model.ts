// A model in TypeScript, run by `node --import sconce/register`.

import { nn, type Tensor } from "sconce/torch";
import { type Pair, Point, scale } from "./helpers.js";

interface Options {
  readonly factor: number;
}

export function area(p: Point): number {
  return p.x * p.y * scale;
}

export class Doubler extends nn.Module {
  readonly options: Options = { factor: 2 };
  constructor(readonly bias: number) {
    super();
  }
  forward(x: Tensor, pair?: Pair<number>): Tensor {
    return x.mul(this.options.factor + (pair?.first ?? this.bias)) satisfies Tensor;
  }
}

export const where = (): string => new Error().stack!.split("\n")[1]!;

export const point: Point = new Point(3, 4);
