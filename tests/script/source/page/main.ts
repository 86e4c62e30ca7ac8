// A page that scripts a module with its TypeScript types, after a build that took them away, and reports what it gives.

import { jit, nn, type Tensor, torch } from "sconce/torch";
import { clip, type Limits } from "./limits.ts";

class Gate extends nn.Module {
  readonly linear = new nn.Linear(2, 2);
  readonly limits: Limits = { low: -1, high: 2 };

  forward(x: Tensor, rounds: number): Tensor {
    let y = x;
    for (let i = 0; i < rounds; i++) {
      if (y.sum().item() > 0) y = this.linear.forward(y);
      else y = y.neg().add(1);
    }
    return y.mul(clip(rounds, this.limits.low, this.limits.high));
  }
}

async function report(): Promise<unknown> {
  torch.manualSeed(1);
  const gate = new Gate();
  const scripted = jit.script(gate);
  const cases: [Tensor, number][] = [
    [torch.tensor([1, 2]), 3],
    [torch.tensor([-1, -2]), 1],
    [torch.tensor([-1, -2]), 0],
    [torch.tensor([0.5, -2]), 5],
  ];
  return cases.map(([x, rounds]) => [
    gate.forward(x, rounds).tolist(),
    (scripted.forward(x, rounds) as Tensor).tolist(),
  ]);
}

const result = await report().catch((error: Error) => ({ error: error.message }));
await fetch("/result", { method: "POST", body: JSON.stringify(result) });
