/** Activation functions as modules; functional/activation.ts has the formulas. */

import type { Tensor } from "../tensor.ts";
import * as F from "./functional/index.ts";
import type { InPlace } from "./functional/op.ts";
import * as init from "./init.ts";
import { Module } from "./module.ts";
import type { Parameter } from "./parameter.ts";
import { fields, float } from "./repr.ts";
import { emptyParameter } from "./weights.ts";

/** An activation that can overwrite its input. */
abstract class InPlaceActivation extends Module {
  readonly inplace: boolean;

  constructor({ inplace = false }: InPlace = {}) {
    super();
    this.inplace = inplace;
  }

  override extraRepr(): string {
    return fields({ inplace: this.inplace || undefined });
  }
}

export class ReLU extends InPlaceActivation {
  forward(input: Tensor): Tensor {
    return F.relu(input, this);
  }
}

export class SiLU extends InPlaceActivation {
  forward(input: Tensor): Tensor {
    return F.silu(input, this);
  }
}

export class Mish extends InPlaceActivation {
  forward(input: Tensor): Tensor {
    return F.mish(input, this);
  }
}

export class SELU extends InPlaceActivation {
  forward(input: Tensor): Tensor {
    return F.selu(input, this);
  }
}

export class Hardswish extends InPlaceActivation {
  forward(input: Tensor): Tensor {
    return F.hardswish(input, this);
  }
}

export class Hardsigmoid extends InPlaceActivation {
  forward(input: Tensor): Tensor {
    return F.hardsigmoid(input, this);
  }
}

export class Hardtanh extends InPlaceActivation {
  readonly minVal: number;
  readonly maxVal: number;

  constructor(options: InPlace & { minVal?: number; maxVal?: number } = {}) {
    super(options);
    this.minVal = options.minVal ?? -1;
    this.maxVal = options.maxVal ?? 1;
  }

  forward(input: Tensor): Tensor {
    return F.hardtanh(input, this);
  }

  override extraRepr(): string {
    return fields({
      min_val: float(this.minVal),
      max_val: float(this.maxVal),
      inplace: this.inplace || undefined,
    });
  }
}

export class ReLU6 extends Hardtanh {
  constructor(options: InPlace = {}) {
    super({ ...options, minVal: 0, maxVal: 6 });
  }

  override extraRepr(): string {
    return fields({ inplace: this.inplace || undefined });
  }
}

export class LeakyReLU extends InPlaceActivation {
  readonly negativeSlope: number;

  constructor(options: InPlace & { negativeSlope?: number } = {}) {
    super(options);
    this.negativeSlope = options.negativeSlope ?? 0.01;
  }

  forward(input: Tensor): Tensor {
    return F.leakyRelu(input, this);
  }

  override extraRepr(): string {
    return fields({ negative_slope: float(this.negativeSlope), inplace: this.inplace || undefined });
  }
}

/** An activation with a factor `alpha`, 1 by default. */
abstract class AlphaActivation extends InPlaceActivation {
  readonly alpha: number;

  constructor(options: InPlace & { alpha?: number } = {}) {
    super(options);
    this.alpha = options.alpha ?? 1;
  }

  override extraRepr(): string {
    return fields({ alpha: float(this.alpha), inplace: this.inplace || undefined });
  }
}

export class ELU extends AlphaActivation {
  forward(input: Tensor): Tensor {
    return F.elu(input, this);
  }
}

export class CELU extends AlphaActivation {
  forward(input: Tensor): Tensor {
    return F.celu(input, this);
  }
}

export class Threshold extends InPlaceActivation {
  readonly threshold: number;
  readonly value: number;

  constructor(threshold: number, value: number, options: InPlace = {}) {
    super(options);
    this.threshold = threshold;
    this.value = value;
  }

  forward(input: Tensor): Tensor {
    return F.threshold(input, this.threshold, this.value, this);
  }

  override extraRepr(): string {
    return fields({ threshold: this.threshold, value: this.value, inplace: this.inplace || undefined });
  }
}

export class GELU extends Module {
  readonly approximate: "none" | "tanh";

  constructor({ approximate = "none" }: { approximate?: "none" | "tanh" } = {}) {
    super();
    this.approximate = approximate;
  }

  forward(input: Tensor): Tensor {
    return F.gelu(input, { approximate: this.approximate });
  }

  override extraRepr(): string {
    return `approximate='${this.approximate}'`;
  }
}

export class Sigmoid extends Module {
  forward(input: Tensor): Tensor {
    return F.sigmoid(input);
  }
}

export class Tanh extends Module {
  forward(input: Tensor): Tensor {
    return F.tanh(input);
  }
}

export class Softsign extends Module {
  forward(input: Tensor): Tensor {
    return F.softsign(input);
  }
}

export class Tanhshrink extends Module {
  forward(input: Tensor): Tensor {
    return F.tanhshrink(input);
  }
}

export class LogSigmoid extends Module {
  forward(input: Tensor): Tensor {
    return F.logsigmoid(input);
  }
}

export class Softplus extends Module {
  readonly beta: number;
  readonly threshold: number;

  constructor({ beta = 1, threshold = 20 }: { beta?: number; threshold?: number } = {}) {
    super();
    this.beta = beta;
    this.threshold = threshold;
  }

  forward(input: Tensor): Tensor {
    return F.softplus(input, { beta: this.beta, threshold: this.threshold });
  }

  override extraRepr(): string {
    return fields({ beta: this.beta, threshold: this.threshold });
  }
}

/** A shrinking function with a threshold `lambd`, 0.5 by default. */
abstract class Shrink extends Module {
  readonly lambd: number;

  constructor({ lambd = 0.5 }: { lambd?: number } = {}) {
    super();
    this.lambd = lambd;
  }

  override extraRepr(): string {
    return float(this.lambd);
  }
}

export class Softshrink extends Shrink {
  forward(input: Tensor): Tensor {
    return F.softshrink(input, { lambd: this.lambd });
  }
}

export class Hardshrink extends Shrink {
  forward(input: Tensor): Tensor {
    return F.hardshrink(input, { lambd: this.lambd });
  }
}

/** Leaky ReLU with a learnt slope, one for all or one for each channel (dimension 1). */
export class PReLU extends Module {
  readonly numParameters: number;
  /** [numParameters] */
  weight: Parameter;

  constructor({ numParameters = 1, init: slope = 0.25 }: { numParameters?: number; init?: number } = {}) {
    super();
    this.numParameters = numParameters;
    this.weight = init.constant_(emptyParameter(numParameters), slope);
  }

  forward(input: Tensor): Tensor {
    return F.prelu(input, this.weight);
  }

  override extraRepr(): string {
    return fields({ num_parameters: this.numParameters });
  }
}

/** A function along one dimension. PyTorch guesses a missing dimension; here it is required. */
abstract class AlongDim extends Module {
  readonly dim: number;

  constructor(dim: number) {
    super();
    this.dim = dim;
  }

  override extraRepr(): string {
    return fields({ dim: this.dim });
  }
}

export class Softmax extends AlongDim {
  forward(input: Tensor): Tensor {
    return F.softmax(input, this.dim);
  }
}

export class Softmin extends AlongDim {
  forward(input: Tensor): Tensor {
    return F.softmin(input, this.dim);
  }
}

export class LogSoftmax extends AlongDim {
  forward(input: Tensor): Tensor {
    return F.logSoftmax(input, this.dim);
  }
}

/** Softmax over the channels of [N, C, H, W] or [C, H, W]. */
export class Softmax2d extends Module {
  forward(input: Tensor): Tensor {
    return F.softmax(input, -3);
  }
}

export class GLU extends Module {
  readonly dim: number;

  constructor({ dim = -1 }: { dim?: number } = {}) {
    super();
    this.dim = dim;
  }

  forward(input: Tensor): Tensor {
    return F.glu(input, { dim: this.dim });
  }

  override extraRepr(): string {
    return fields({ dim: this.dim });
  }
}
