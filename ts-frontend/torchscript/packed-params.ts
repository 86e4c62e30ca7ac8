/** Weights that PyTorch keeps inside native objects, as the plain objects that Sconce's kernels take. */

import { IValue, type TensorData, tensorFromBytes } from "../../format/value.ts";
import { unsupportedCode } from "./error.ts";
import { type Pickled, PickleTuple, QTensor } from "./values.ts";

/** The class of `quantized::linear_dynamic`'s weights; its attributes are described in format/ops/quantized.ts. */
export const LINEAR_PACKED_PARAMS = "__torch__.torch.classes.quantized.LinearPackedParamsBase";

/** An object of this native class, from the state it was pickled with. */
export function nativeObject(typeName: string, state: Pickled): IValue & { kind: "object" } {
  if (typeName !== LINEAR_PACKED_PARAMS || !(state instanceof PickleTuple)) {
    throw unsupportedCode(`objects of class ${typeName}`);
  }
  const [weight, bias] = state.items;
  return packLinear(weight, bias);
}

/** `quantized::linear_prepack(weight, bias)`: a qint8 weight, or a float one for the fp16 operators. */
function packLinear(weight: Pickled | undefined, bias: Pickled | undefined): IValue & { kind: "object" } {
  const quantised = weight instanceof QTensor ? quantisation(weight) : undefined;
  const plain = quantised?.weight ?? (isTensor(weight) ? weight : undefined);
  if (plain === undefined || !(bias === null || isTensor(bias))) {
    throw unsupportedCode("packed weights of an unknown layout");
  }
  return {
    kind: "object",
    type: LINEAR_PACKED_PARAMS,
    attrs: new Map([
      ["weight", IValue.tensor(plain)],
      ["bias", bias === null ? IValue.none : IValue.tensor(bias)],
      ["scales", IValue.tensor(quantised?.scales ?? doubles([1]))],
      ["zero_points", IValue.tensor(quantised?.zeroPoints ?? longs([0n]))],
      ["axis", IValue.int(quantised?.axis ?? -1)],
    ]),
  };
}

function quantisation({ tensor, scheme }: QTensor) {
  if (scheme.kind === "per_tensor_affine") {
    const { scale, zeroPoint } = scheme;
    return { weight: tensor, scales: doubles([scale]), zeroPoints: longs([zeroPoint]), axis: -1 };
  }
  const { scales, zeroPoints, axis } = scheme;
  return { weight: tensor, scales, zeroPoints, axis };
}

function isTensor(value: Pickled | undefined): value is TensorData {
  return typeof value === "object" && value !== null && "strides" in value;
}

function doubles(values: readonly number[]): TensorData {
  return tensorFromBytes("float64", [values.length], new Uint8Array(Float64Array.from(values).buffer));
}

function longs(values: readonly bigint[]): TensorData {
  return tensorFromBytes("int64", [values.length], new Uint8Array(BigInt64Array.from(values).buffer));
}
