/** Dropout: active while training, the identity in evaluation. */

import type { Tensor } from "../tensor.ts";
import * as F from "./functional/index.ts";
import type { InPlace } from "./functional/op.ts";
import { Module } from "./module.ts";
import { optionError } from "./options.ts";
import { fields, float } from "./repr.ts";

abstract class DropoutBase extends Module {
  readonly p: number;
  readonly inplace: boolean;

  /** `p`: probability of an element to be dropped. */
  constructor(p = 0.5, { inplace = false }: InPlace = {}) {
    super();
    if (!(p >= 0 && p <= 1)) throw optionError(`a probability lies between 0 and 1, got ${p}`);
    this.p = p;
    this.inplace = inplace;
  }

  override extraRepr(): string {
    return fields({ p: float(this.p), inplace: this.inplace });
  }
}

/** Drops elements and divides the others by 1 − p. */
export class Dropout extends DropoutBase {
  forward(input: Tensor): Tensor {
    return F.dropout(input, this);
  }
}

/** Drops whole channels: of [N, C, L] and so on, dimension 1. */
abstract class ChannelDropout extends DropoutBase {
  forward(input: Tensor): Tensor {
    return F.featureDropout(input, this);
  }
}

export class Dropout1d extends ChannelDropout {}

export class Dropout2d extends ChannelDropout {}

export class Dropout3d extends ChannelDropout {}

/** Dropout that keeps mean and variance, for SELU. */
export class AlphaDropout extends DropoutBase {
  forward(input: Tensor): Tensor {
    return F.alphaDropout(input, this);
  }
}
