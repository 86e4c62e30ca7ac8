/** The models of PyTorch's TorchScript page: a cell, a module with an `if`, and functions that call each other. */

import { jit, nn, type Tensor, torch } from "sconce/torch";

export class MyCell extends nn.Module {
  linear = new nn.Linear(4, 4);

  forward(x: Tensor, h: Tensor): [Tensor, Tensor] {
    const hidden = this.linear.forward(x).add(h).tanh();
    return [hidden, hidden];
  }
}

export class MyModule extends nn.Module {
  weight: nn.Parameter;

  constructor(n: number, m: number) {
    super();
    this.weight = new nn.Parameter(torch.rand([n, m]));
  }

  forward(input: Tensor): Tensor {
    let output: Tensor;
    if (input.sum().item() > 0) output = this.weight.mv(input);
    else output = this.weight.add(input);
    return output;
  }
}

function double(x: Tensor, y: Tensor): Tensor {
  return x.mul(2).add(y);
}

const tracedDouble = jit.trace(double, [torch.rand([3]), torch.rand([3])]);

/** To script: its loop and its `if` are kept, and it calls a trace. */
export function grow(x: Tensor, limit: number): Tensor {
  let y = x;
  while (y.sum().item() < limit) {
    if (y.min().item() < 0) y = y.abs();
    else y = tracedDouble.forward(y, y);
  }
  return y;
}

function larger(x: Tensor, y: Tensor): Tensor {
  if (x.max().item() > y.max().item()) return x;
  return y;
}

const scriptedLarger = jit.script(larger);

/** To trace: what is scripted in it keeps its `if`. */
export function largerPlus(x: Tensor, y: Tensor, z: Tensor): Tensor {
  return scriptedLarger(x, y).add(z);
}
