/**
 * Batch normalisation by running statistics right after a convolution becomes part of the convolution's weight and bias.
 * Counterpart of TorchScript's FoldFrozenConvBatchnorm; the one pass whose results may differ, by rounding.
 */

import { baseName, constantOf, type Graph, type Node, type Value } from "../../format/ir/graph.ts";
import { functionsOf } from "../../format/ir/program.ts";
import { Rewriter } from "../../format/ir/rewrite.ts";
import { IValue, numel, type TensorData } from "../../format/value.ts";
import { constBool, constInt, constTensor, isNone } from "./constants.ts";
import { argument } from "./effects.ts";
import { floatTensor, isWideFloat, newFloats, readFloats } from "./floats.ts";
import type { Pass } from "./pass.ts";
import { ProgramAliases } from "./program-aliases.ts";

export const foldBatchNorm: Pass = {
  name: "fold-batch-norm",
  run(program) {
    const memory = new ProgramAliases(program);
    const folded = new Map<string, Folded>();
    let changed = false;
    for (const { fn } of functionsOf(program)) {
      changed = new Folding(fn.graph, memory, folded).run() || changed;
    }
    return changed;
  },
};

interface Folded {
  readonly weight: TensorData;
  readonly bias: TensorData;
}

/** What batch normalisation does to channel c: x * scale[c] + shift[c]. */
interface Affine {
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

const CONVOLUTION = /^aten::(conv[123]d|conv_transpose[123]d|_?convolution|_convolution_mode)$/;

class Folding {
  readonly #graph: Graph;
  readonly #memory: ProgramAliases;
  /** What was folded before, by the tensors it was made of: a layer that is used twice is folded once. */
  readonly #folded: Map<string, Folded>;
  readonly #rewriter: Rewriter;

  constructor(graph: Graph, memory: ProgramAliases, folded: Map<string, Folded>) {
    this.#graph = graph;
    this.#memory = memory;
    this.#folded = folded;
    this.#rewriter = new Rewriter(graph);
  }

  run(): boolean {
    const gone = new Set<Node>();
    for (const node of [...this.#graph.nodes()]) {
      if (baseName(node.op) !== "aten::batch_norm") continue;
      const conv = node.inputs[0]!.node;
      if (conv === undefined || !this.#fold(conv, node)) continue;
      this.#rewriter.replaceUses(node.output, conv.output);
      gone.add(node);
    }
    this.#rewriter.eraseAll(gone);
    return gone.size > 0;
  }

  /** Puts the normalisation into the convolution's constants; false where it cannot be done. */
  #fold(conv: Node, norm: Node): boolean {
    if (!CONVOLUTION.test(baseName(conv.op)) || conv.block !== norm.block) return false;
    if (conv.output.uses.length !== 1 || constBool(argument(norm, "training")) !== false) return false;
    const weight = this.#constant(argument(conv, "weight"));
    const bias = this.#optional(argument(conv, "bias"));
    const eps = constantOf(argument(norm, "eps")!);
    const groups = constInt(argument(conv, "groups"));
    const transposed = isTransposed(conv);
    const mean = this.#constant(argument(norm, "running_mean"));
    const variance = this.#constant(argument(norm, "running_var"));
    const gamma = this.#optional(argument(norm, "weight"));
    const beta = this.#optional(argument(norm, "bias"));
    if (weight === undefined || mean === undefined || variance === undefined || eps?.kind !== "float")
      return false;
    if (bias === undefined || gamma === undefined || beta === undefined) return false;
    if (groups === undefined || groups < 1 || transposed === undefined || weight.shape.length < 3)
      return false;
    const channels = transposed ? weight.shape[1]! * groups : weight.shape[0]!;
    const vectors = [bias, gamma, beta, mean, variance].filter((vector) => vector !== null);
    const fits = vectors.every(
      ({ shape, dtype }) => shape.length === 1 && shape[0] === channels && dtype === weight.dtype,
    );
    if (!fits || !isWideFloat(weight.dtype)) return false;

    const key = [
      weight,
      ...[bias, gamma, beta, mean, variance].map((vector) => vector ?? "none"),
      eps.value,
      groups,
      transposed,
    ]
      .map((part) => (typeof part === "object" ? numberOf(part) : String(part)))
      .join();
    let folded = this.#folded.get(key);
    if (folded === undefined) {
      const affine = affineOf(gamma, beta, mean, variance, eps.value);
      folded = apply(affine, weight, bias, transposed ? groups : 0);
      if (folded === undefined) return false;
      this.#folded.set(key, folded);
    }
    this.#put(conv, "weight", folded.weight);
    this.#put(conv, "bias", folded.bias);
    return true;
  }

  /** A constant tensor that nobody writes. */
  #constant(value: Value | undefined): TensorData | undefined {
    const tensor = constTensor(value);
    return tensor === undefined || this.#memory.mayChange(constantOf(value!)!) ? undefined : tensor;
  }

  /** The same, or null for None. */
  #optional(value: Value | undefined): TensorData | null | undefined {
    return isNone(value) ? null : this.#constant(value);
  }

  /** Gives the convolution a new constant; the old one goes, so that its memory can be freed. */
  #put(conv: Node, name: string, tensor: TensorData): void {
    const old = argument(conv, name)!;
    const index = conv.inputs.indexOf(old, name === "bias" ? 2 : 1);
    const constant = this.#rewriter.before(conv, (builder) => builder.constant(IValue.tensor(tensor)));
    if (old.name !== undefined && !isNone(old)) constant.name = old.name;
    this.#rewriter.setInput(conv, index, constant);
    if (old.uses.length === 0 && old.node?.op === "prim::Constant") this.#rewriter.erase(old.node);
  }
}

const numbers = new WeakMap<object, number>();
let count = 0;

function numberOf(thing: object): string {
  if (!numbers.has(thing)) numbers.set(thing, count++);
  return `#${numbers.get(thing)}`;
}

/** Whether a convolution's weight is [in, out / groups, …]; undefined if only a call can tell. */
function isTransposed(conv: Node): boolean | undefined {
  const base = baseName(conv.op);
  if (base.startsWith("aten::conv_transpose")) return true;
  const flag = argument(conv, "transposed");
  return flag === undefined ? false : constBool(flag);
}

function affineOf(
  gamma: TensorData | null,
  beta: TensorData | null,
  mean: TensorData,
  variance: TensorData,
  eps: number,
): Affine {
  const means = readFloats(mean);
  const variances = readFloats(variance);
  const gammas = gamma && readFloats(gamma);
  const betas = beta && readFloats(beta);
  const scale = Float64Array.from(variances, (v, c) => (gammas ? gammas[c]! : 1) / Math.sqrt(v + eps));
  const shift = Float64Array.from(means, (m, c) => (betas ? betas[c]! : 0) - m * scale[c]!);
  return { scale, shift };
}

/**
 * Weight and bias with the normalisation in them, rounded once; `groups` is 0 unless the convolution is transposed.
 * Undefined where a number would not be finite.
 */
function apply(
  affine: Affine,
  weight: TensorData,
  bias: TensorData | null,
  groups: number,
): Folded | undefined {
  const { scale, shift } = affine;
  const old = readFloats(weight);
  const size = numel(weight.shape);
  const weights = newFloats(weight.dtype, size);
  const [first, second] = weight.shape as [number, number];
  const row = first === 0 ? 0 : size / first;
  const cell = groups === 0 ? row : second === 0 ? 0 : row / second;
  for (let at = 0; at < size; at += Math.max(cell, 1)) {
    const outer = Math.floor(at / row);
    const channel =
      groups === 0 ? outer : Math.floor(outer / (first / groups)) * second + Math.floor((at % row) / cell);
    const factor = scale[channel]!;
    for (let i = at; i < at + cell; i++) weights[i] = old[i]! * factor;
  }
  const biases = newFloats(weight.dtype, shift.length);
  const oldBias = bias && readFloats(bias);
  for (let c = 0; c < shift.length; c++) biases[c] = (oldBias ? oldBias[c]! * scale[c]! : 0) + shift[c]!;
  if (![weights, biases].every((list) => list.every(Number.isFinite))) return undefined;
  return {
    weight: floatTensor(weight.dtype, weight.shape, weights),
    bias: floatTensor(weight.dtype, [shift.length], biases),
  };
}
