/** New parameters and buffers for the layers. */

import { call } from "../dispatch.ts";
import type { Tensor } from "../tensor.ts";
import { Parameter } from "./parameter.ts";

/** A parameter that is yet to be initialised. */
export function emptyParameter(...shape: number[]): Parameter {
  return parameterOf(call("aten::empty", [shape]) as Tensor);
}

/** A parameter filled with one number. */
export function filledParameter(value: number, ...shape: number[]): Parameter {
  return parameterOf(call("aten::full", [shape, value], { dtype: "float32" }) as Tensor);
}

function parameterOf(data: Tensor): Parameter {
  const parameter = new Parameter(data);
  data.dispose();
  return parameter;
}
