/** What is known of a tensor's dtype without running anything. */

import { type DType, dtypeFromCode } from "../../format/dtype.ts";
import { baseName, constantOf, type Node, type Value } from "../../format/ir/graph.ts";
import { findOp } from "../../format/ops/table.ts";
import { constTensor } from "./constants.ts";
import { argument } from "./effects.ts";

const COMPARISON =
  /^aten::(eq|ne|lt|le|gt|ge|isnan|isinf|isfinite|isclose|logical_(and|or|xor|not)|not_equal|less(_equal)?|greater(_equal)?)$/;

/** Operators whose result has the dtype of this argument, if that is a floating one. */
const SAME = new Map<string, string>([
  ...["relu", "sigmoid", "tanh", "gelu", "silu", "neg", "clone"].map((name): [string, string] => [
    `aten::${name}`,
    "self",
  ]),
  ...["conv1d", "conv2d", "conv3d", "_convolution", "linear"].map((name): [string, string] => [
    `aten::${name}`,
    "weight",
  ]),
]);

/** Dtype-changing operators among those whose result is a view of their first argument by schema. */
const NOT_A_VIEW = /^aten::(to|view|as_tensor|float_power|type_as|real|imag|view_as_real|view_as_complex)$/;

/** The dtype that the tensor has if it exists at all; undefined if that cannot be said. */
export function dtypeOf(value: Value, depth = 8): DType | undefined {
  const constant = constTensor(value);
  if (constant !== undefined) return constant.dtype;
  const { node } = value;
  if (node === undefined || depth === 0 || value.type.kind !== "Tensor") return undefined;
  const base = baseName(node.op);
  if (COMPARISON.test(base) && node.outputs.length === 1 && findOp(node.op) !== undefined) return "bool";
  const told = givenDtype(node);
  if (told !== undefined) return told;
  const same = SAME.get(base);
  if (same === undefined) {
    const from = viewed(node, base);
    return from && dtypeOf(from, depth - 1);
  }
  const from = argument(node, same);
  const found = from && dtypeOf(from, depth - 1);
  return found !== undefined && isFloating(found) ? found : undefined;
}

export function isFloating(dtype: DType): boolean {
  return /^b?float/.test(dtype);
}

/** The dtype that an argument of a conversion or a factory names. */
function givenDtype(node: Node): DType | undefined {
  if (node.outputs.length !== 1) return undefined;
  const dtype = argument(node, "dtype");
  const code = dtype && constantOf(dtype);
  if (
    code?.kind !== "int" ||
    !/^aten::(to|zeros|ones|full|empty|arange|_to_copy|eye|new_|.*_like)/.test(node.op)
  )
    return undefined;
  try {
    return dtypeFromCode(Number(code.value));
  } catch {
    return undefined;
  }
}

function viewed(node: Node, base: string): Value | undefined {
  const schema = findOp(node.op)?.schema;
  const [arg] = schema?.args ?? [];
  const [ret, more] = schema?.returns ?? [];
  if (arg?.alias === undefined || ret?.alias === undefined || more !== undefined) return undefined;
  if (arg.type.kind !== "Tensor" || ret.type.kind !== "Tensor" || arg.alias.set !== ret.alias.set)
    return undefined;
  return NOT_A_VIEW.test(base) ? undefined : node.inputs[0];
}
