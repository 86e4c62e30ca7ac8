/** Tensors that a module owns as its weights. */

import { keep } from "../scope.ts";
import { Tensor } from "../tensor.ts";

/**
 * A tensor that becomes a module's parameter when it is assigned to one of its attributes: counterpart of
 * `torch.nn.Parameter`. It shares the memory of `data` and outlives every scope. Sconce records no gradients.
 */
export class Parameter extends Tensor {
  constructor(data: Tensor) {
    super(data);
    keep(this);
  }
}
