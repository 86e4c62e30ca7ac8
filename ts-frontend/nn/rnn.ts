/** Recurrent layers and cells. */

import { call } from "../dispatch.ts";
import type { Tensor } from "../tensor.ts";
import { ops } from "./functional/op.ts";
import * as init from "./init.ts";
import { Module } from "./module.ts";
import { checkRank, optionError } from "./options.ts";
import type { Parameter } from "./parameter.ts";
import { fields, repr } from "./repr.ts";
import { emptyParameter } from "./weights.ts";

export interface RecurrentOptions {
  /** Layers on top of each other; 1 by default. */
  numLayers?: number;
  bias?: boolean;
  /** Input and output are [N, L, ...] instead of [L, N, ...]; the states stay [layers, N, ...]. */
  batchFirst?: boolean;
  /** Dropout between the layers, while training. */
  dropout?: number;
  /** A second pass from the end, whose outputs follow those of the first. */
  bidirectional?: boolean;
}

/** Uniform in ±1/√hidden. */
function resetUniformly(module: Module, hiddenSize: number): void {
  const bound = hiddenSize > 0 ? 1 / Math.sqrt(hiddenSize) : 0;
  for (const parameter of module.parameters()) init.uniform_(parameter, -bound, bound);
}

const squeeze = (x: Tensor, dim: number) => call("aten::squeeze", [x, dim]) as Tensor;
const unsqueeze = (x: Tensor, dim: number) => call("aten::unsqueeze", [x, dim]) as Tensor;

/** Weights of all layers and directions, named as in PyTorch: `weight_ih_l0`, `bias_hh_l1_reverse` … */
abstract class Recurrent extends Module {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly projSize: number;
  readonly numLayers: number;
  readonly bias: boolean;
  readonly batchFirst: boolean;
  readonly dropout: number;
  readonly bidirectional: boolean;

  constructor(
    gates: number,
    inputSize: number,
    hiddenSize: number,
    options: RecurrentOptions & { projSize?: number },
  ) {
    super();
    const {
      numLayers = 1,
      bias = true,
      batchFirst = false,
      dropout = 0,
      bidirectional = false,
      projSize = 0,
    } = options;
    if (!(dropout >= 0 && dropout <= 1))
      throw optionError(`a probability lies between 0 and 1, got ${dropout}`);
    if (projSize < 0 || projSize >= hiddenSize)
      throw optionError(`projSize ${projSize} must be below hiddenSize`);
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.projSize = projSize;
    this.numLayers = numLayers;
    this.bias = bias;
    this.batchFirst = batchFirst;
    this.dropout = dropout;
    this.bidirectional = bidirectional;

    const outputSize = projSize || hiddenSize;
    for (let layer = 0; layer < numLayers; layer++) {
      const layerInput = layer === 0 ? inputSize : outputSize * (bidirectional ? 2 : 1);
      for (const suffix of bidirectional ? [`_l${layer}`, `_l${layer}_reverse`] : [`_l${layer}`]) {
        this.registerParameter(`weight_ih${suffix}`, emptyParameter(gates * hiddenSize, layerInput));
        this.registerParameter(`weight_hh${suffix}`, emptyParameter(gates * hiddenSize, outputSize));
        if (bias) {
          this.registerParameter(`bias_ih${suffix}`, emptyParameter(gates * hiddenSize));
          this.registerParameter(`bias_hh${suffix}`, emptyParameter(gates * hiddenSize));
        }
        if (projSize > 0) this.registerParameter(`weight_hr${suffix}`, emptyParameter(projSize, hiddenSize));
      }
    }
    this.resetParameters();
  }

  resetParameters(): void {
    resetUniformly(this, this.hiddenSize);
  }

  override extraRepr(): string {
    const extra = fields({
      proj_size: this.projSize || undefined,
      num_layers: this.numLayers === 1 ? undefined : this.numLayers,
      bias: this.bias ? undefined : false,
      batch_first: this.batchFirst || undefined,
      dropout: this.dropout || undefined,
      bidirectional: this.bidirectional || undefined,
    });
    return `${repr(this.inputSize)}, ${repr(this.hiddenSize)}${extra === "" ? "" : `, ${extra}`}`;
  }
}

/** Runs the operator with states that are given, or zeros. Input and states gain a batch of one where they have none. */
function run(
  module: Recurrent,
  name: string,
  input: Tensor,
  given: readonly Tensor[] | undefined,
  sizes: readonly number[],
): readonly Tensor[] {
  checkRank(module, input, 2, 3);
  const { bias, numLayers, dropout, training, bidirectional, batchFirst } = module;
  const batched = input.dim() === 3;
  const batchDim = batchFirst ? 0 : 1;
  const sequence = batched ? input : unsqueeze(input, batchDim);
  const states = sizes.map((size, i) => {
    const state = given?.[i];
    if (state !== undefined) {
      checkRank(module, state, batched ? 3 : 2);
      return batched ? state : unsqueeze(state, 1);
    }
    const shape = [bidirectional ? 2 * numLayers : numLayers, sequence.size(batchDim), size];
    return call("aten::zeros", [shape], { dtype: input.dtype }) as Tensor;
  });
  const state = states.length === 1 ? states[0] : states;
  const weights = [...module.parameters()];
  const flags = [bias, numLayers, dropout, training, bidirectional, batchFirst];
  const results = ops(name, sequence, state, weights, ...flags);
  return batched ? results : results.map((result, i) => squeeze(result, i === 0 ? batchDim : 1));
}

/**
 * Long short-term memory. `forward(input [L, N, inputSize], [h, c])` gives `[output [L, N, D·H], [h, c]]` with states
 * h [D·layers, N, H] and c [D·layers, N, hiddenSize]; D is 2 if bidirectional, H is projSize if given, else hiddenSize.
 * The batch dimension may be missing; states are zeros where none are given.
 */
export class LSTM extends Recurrent {
  constructor(inputSize: number, hiddenSize: number, options: RecurrentOptions & { projSize?: number } = {}) {
    super(4, inputSize, hiddenSize, options);
  }

  forward(input: Tensor, states?: readonly [Tensor, Tensor]): [Tensor, [Tensor, Tensor]] {
    const sizes = [this.projSize || this.hiddenSize, this.hiddenSize];
    const [output, h, c] = run(this, "lstm", input, states, sizes);
    return [output!, [h!, c!]];
  }
}

/** Gated recurrent units. `forward(input [L, N, inputSize], h)` gives `[output [L, N, D·hiddenSize], h]`; see LSTM. */
export class GRU extends Recurrent {
  constructor(inputSize: number, hiddenSize: number, options: RecurrentOptions = {}) {
    super(3, inputSize, hiddenSize, options);
  }

  forward(input: Tensor, state?: Tensor): [Tensor, Tensor] {
    const [output, h] = run(this, "gru", input, state && [state], [this.hiddenSize]);
    return [output!, h!];
  }
}

/** One step of a recurrent layer. */
abstract class Cell extends Module {
  readonly inputSize: number;
  readonly hiddenSize: number;
  weight_ih: Parameter;
  weight_hh: Parameter;
  bias_ih: Parameter | null;
  bias_hh: Parameter | null;

  constructor(gates: number, inputSize: number, hiddenSize: number, { bias = true }: { bias?: boolean }) {
    super();
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.weight_ih = emptyParameter(gates * hiddenSize, inputSize);
    this.weight_hh = emptyParameter(gates * hiddenSize, hiddenSize);
    this.bias_ih = bias ? emptyParameter(gates * hiddenSize) : null;
    this.bias_hh = bias ? emptyParameter(gates * hiddenSize) : null;
    this.resetParameters();
  }

  resetParameters(): void {
    resetUniformly(this, this.hiddenSize);
  }

  override extraRepr(): string {
    const bias = this.bias_ih === null ? ", bias=False" : "";
    return `${this.inputSize}, ${this.hiddenSize}${bias}`;
  }
}

/** Input and states of a cell as batches; zeros for states that are not given. */
function batchOf(
  module: Cell,
  input: Tensor,
  given: readonly Tensor[] | undefined,
  count: number,
): { x: Tensor; states: Tensor[] } {
  checkRank(module, input, 1, 2);
  const batched = input.dim() === 2;
  const x = batched ? input : unsqueeze(input, 0);
  const states = Array.from({ length: count }, (_, i) => {
    const state = given?.[i];
    if (state !== undefined) return batched ? state : unsqueeze(state, 0);
    return call("aten::zeros", [[x.size(0), module.hiddenSize]], { dtype: x.dtype }) as Tensor;
  });
  return { x, states };
}

/** One step of an LSTM: input [N, inputSize] and [h, c] of [N, hiddenSize] each give the next [h, c]. */
export class LSTMCell extends Cell {
  constructor(inputSize: number, hiddenSize: number, options: { bias?: boolean } = {}) {
    super(4, inputSize, hiddenSize, options);
  }

  forward(input: Tensor, states?: readonly [Tensor, Tensor]): [Tensor, Tensor] {
    const { x, states: full } = batchOf(this, input, states, 2);
    const { weight_ih, weight_hh, bias_ih, bias_hh } = this;
    const next = ops("lstm_cell", x, full, weight_ih, weight_hh, bias_ih, bias_hh);
    const [h, c] = input.dim() === 2 ? next : next.map((state) => squeeze(state, 0));
    return [h!, c!];
  }
}

/** One step of a GRU: input [N, inputSize] and h [N, hiddenSize] give the next h. */
export class GRUCell extends Cell {
  constructor(inputSize: number, hiddenSize: number, options: { bias?: boolean } = {}) {
    super(3, inputSize, hiddenSize, options);
  }

  forward(input: Tensor, state?: Tensor): Tensor {
    const { x, states } = batchOf(this, input, state && [state], 1);
    const { weight_ih, weight_hh, bias_ih, bias_hh } = this;
    const next = call("aten::gru_cell", [x, states[0], weight_ih, weight_hh, bias_ih, bias_hh]) as Tensor;
    return input.dim() === 2 ? next : squeeze(next, 0);
  }
}
