/** `sconce convert --check`: the converted model against the same archive converted without the optimizer. */

import { load } from "../../loader/load.ts";
import type { Tensor } from "../../loader/tensor.ts";
import { convert } from "../convert/index.ts";
import { tensorsIn } from "./model.ts";

export interface Check {
  readonly passed: boolean;
  /** Largest distance of two elements, and the largest element. */
  readonly difference: number;
  readonly largest: number;
  readonly text: string;
}

/** Share of the largest element by which two answers may differ. */
const TOLERANCE = 1e-3;
/** The same where weights were rounded to half their bits. */
const NARROW_TOLERANCE = 0.1;

/** Runs `forward` of both on the inputs and compares every tensor of the results. */
export async function checkConversion(
  source: string,
  output: string,
  inputs: readonly Tensor[],
  narrowed: boolean,
): Promise<Check> {
  const plain = await convert(source, { optimize: false });
  using reference = await load(plain.bytes);
  using converted = await load(output);
  const want = tensorsIn(reference.call("forward", inputs));
  const got = tensorsIn(converted.call("forward", inputs));
  let difference = 0;
  let largest = 0;
  for (const [i, [path, a]] of want.entries()) {
    const b = got[i]?.[1];
    if (b?.dtype !== a.dtype || b.shape.join() !== a.shape.join() || got.length !== want.length) {
      return failed(
        `${path} is ${a.dtype} [${a.shape}], converted ${b ? `${b.dtype} [${b.shape}]` : "nothing"}`,
      );
    }
    const [x, y] = [numbers(a), numbers(b)];
    for (let k = 0; k < x.length; k++) {
      if (x[k] === y[k] || (Number.isNaN(x[k]) && Number.isNaN(y[k]))) continue;
      const distance = Math.abs(x[k]! - y[k]!);
      if (!Number.isFinite(distance)) return failed(`${path}: element ${k} is ${x[k]}, converted ${y[k]}`);
      difference = Math.max(difference, distance);
    }
    for (const value of x) if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
  }
  const passed = difference <= (narrowed ? NARROW_TOLERANCE : TOLERANCE) * Math.max(largest, 1);
  const text = `largest difference ${difference.toExponential(2)} in ${want.length} tensors with elements up to ${largest.toPrecision(3)}`;
  return { passed, difference, largest, text: passed ? text : `${text}: TOO MUCH` };
}

function failed(text: string): Check {
  return { passed: false, difference: Number.POSITIVE_INFINITY, largest: 0, text: `FAILED: ${text}` };
}

function numbers(tensor: Tensor): Float64Array {
  const half = tensor.dtype === "float16" || tensor.dtype === "bfloat16";
  const list = half ? ([tensor.tolist()] as unknown[]).flat(Number.POSITIVE_INFINITY) : tensor.data;
  return Float64Array.from(list as ArrayLike<number | bigint>, Number);
}
