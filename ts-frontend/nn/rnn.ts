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

/** A state as the operators take it, with a batch dimension: the one that is given, or zeros. */
function stateOf(
  module: Recurrent,
  sequence: Tensor,
  given: Tensor | undefined,
  size: number,
  batched: boolean,
): Tensor {
  if (given === undefined) {
    const layers = module.bidirectional ? 2 * module.numLayers : module.numLayers;
    const batch = sequence.size(module.batchFirst ? 0 : 1);
    return call("aten::zeros", [[layers, batch, size]], { dtype: sequence.dtype }) as Tensor;
  }
  checkRank(module, given, batched ? 3 : 2);
  return batched ? given : unsqueeze(given, 1);
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
    checkRank(this, input, 2, 3);
    const { bias, numLayers, dropout, training, bidirectional, batchFirst } = this;
    const batched = input.dim() === 3;
    const batchDim = batchFirst ? 0 : 1;
    const sequence = batched ? input : unsqueeze(input, batchDim);
    const state = [
      stateOf(this, sequence, states?.[0], this.projSize || this.hiddenSize, batched),
      stateOf(this, sequence, states?.[1], this.hiddenSize, batched),
    ];
    const weights = [...this.parameters()];
    const results = ops(
      "lstm",
      sequence,
      state,
      weights,
      bias,
      numLayers,
      dropout,
      training,
      bidirectional,
      batchFirst,
    );
    const [output, h, c] = results as [Tensor, Tensor, Tensor];
    if (batched) return [output, [h, c]];
    return [squeeze(output, batchDim), [squeeze(h, 1), squeeze(c, 1)]];
  }
}

/** Gated recurrent units. `forward(input [L, N, inputSize], h)` gives `[output [L, N, D·hiddenSize], h]`; see LSTM. */
export class GRU extends Recurrent {
  constructor(inputSize: number, hiddenSize: number, options: RecurrentOptions = {}) {
    super(3, inputSize, hiddenSize, options);
  }

  forward(input: Tensor, state?: Tensor): [Tensor, Tensor] {
    checkRank(this, input, 2, 3);
    const { bias, numLayers, dropout, training, bidirectional, batchFirst } = this;
    const batched = input.dim() === 3;
    const batchDim = batchFirst ? 0 : 1;
    const sequence = batched ? input : unsqueeze(input, batchDim);
    const first = stateOf(this, sequence, state, this.hiddenSize, batched);
    const weights = [...this.parameters()];
    const results = ops(
      "gru",
      sequence,
      first,
      weights,
      bias,
      numLayers,
      dropout,
      training,
      bidirectional,
      batchFirst,
    );
    const [output, h] = results as [Tensor, Tensor];
    return batched ? [output, h] : [squeeze(output, batchDim), squeeze(h, 1)];
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

/** A cell's state as a batch: the one that is given, or zeros. */
function cellStateOf(module: Cell, x: Tensor, given: Tensor | undefined, batched: boolean): Tensor {
  if (given === undefined)
    return call("aten::zeros", [[x.size(0), module.hiddenSize]], { dtype: x.dtype }) as Tensor;
  return batched ? given : unsqueeze(given, 0);
}

/** One step of an LSTM: input [N, inputSize] and [h, c] of [N, hiddenSize] each give the next [h, c]. */
export class LSTMCell extends Cell {
  constructor(inputSize: number, hiddenSize: number, options: { bias?: boolean } = {}) {
    super(4, inputSize, hiddenSize, options);
  }

  forward(input: Tensor, states?: readonly [Tensor, Tensor]): [Tensor, Tensor] {
    checkRank(this, input, 1, 2);
    const batched = input.dim() === 2;
    const x = batched ? input : unsqueeze(input, 0);
    const full = [cellStateOf(this, x, states?.[0], batched), cellStateOf(this, x, states?.[1], batched)];
    const { weight_ih, weight_hh, bias_ih, bias_hh } = this;
    const next = ops("lstm_cell", x, full, weight_ih, weight_hh, bias_ih, bias_hh);
    const [h, c] = next as [Tensor, Tensor];
    return batched ? [h, c] : [squeeze(h, 0), squeeze(c, 0)];
  }
}

/** One step of a GRU: input [N, inputSize] and h [N, hiddenSize] give the next h. */
export class GRUCell extends Cell {
  constructor(inputSize: number, hiddenSize: number, options: { bias?: boolean } = {}) {
    super(3, inputSize, hiddenSize, options);
  }

  forward(input: Tensor, state?: Tensor): Tensor {
    checkRank(this, input, 1, 2);
    const batched = input.dim() === 2;
    const x = batched ? input : unsqueeze(input, 0);
    const { weight_ih, weight_hh, bias_ih, bias_hh } = this;
    const full = cellStateOf(this, x, state, batched);
    const next = call("aten::gru_cell", [x, full, weight_ih, weight_hh, bias_ih, bias_hh]) as Tensor;
    return batched ? next : squeeze(next, 0);
  }
}
