/** Dropout: active while training, the identity in evaluation. */

import { call } from "../dispatch.ts";
import type { Tensor } from "../tensor.ts";
import * as F from "./functional/index.ts";
import type { InPlace } from "./functional/op.ts";
import { Module } from "./module.ts";
import { checkRank, optionError } from "./options.ts";
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

/** Drops whole channels, and takes one sample as a batch of one. */
function dropChannels(module: DropoutBase, input: Tensor, rank: number): Tensor {
  checkRank(module, input, rank - 1, rank);
  if (input.dim() === rank) return F.featureDropout(input, module);
  const batch = call("aten::unsqueeze", [input, 0]);
  return call("aten::squeeze", [F.featureDropout(batch as Tensor, module), 0]) as Tensor;
}

/** Drops whole channels of [N, C, L] or [C, L]. */
export class Dropout1d extends DropoutBase {
  forward(input: Tensor): Tensor {
    return dropChannels(this, input, 3);
  }
}

/** Drops whole channels of [N, C, H, W]; in [N, C, L] too the first dimension is the batch. */
export class Dropout2d extends DropoutBase {
  forward(input: Tensor): Tensor {
    checkRank(this, input, 3, 4);
    return F.featureDropout(input, this);
  }
}

/** Drops whole channels of [N, C, D, H, W] or [C, D, H, W]. */
export class Dropout3d extends DropoutBase {
  forward(input: Tensor): Tensor {
    return dropChannels(this, input, 5);
  }
}

/** Dropout that keeps mean and variance, for SELU. */
export class AlphaDropout extends DropoutBase {
  forward(input: Tensor): Tensor {
    return F.alphaDropout(input, this);
  }
}
