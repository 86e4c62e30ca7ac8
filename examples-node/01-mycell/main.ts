/** The cell of PyTorch's TorchScript page: define it, trace it, look at it, save it, and load it in another process. */

import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jit, nn, type Tensor, torch } from "sconce/torch";

class MyCell extends nn.Module {
  linear = new nn.Linear(4, 4);

  forward(x: Tensor, h: Tensor): [Tensor, Tensor] {
    const hidden = this.linear.forward(x).add(h).tanh();
    return [hidden, hidden];
  }
}

torch.manualSeed(0);
const cell = new MyCell();
const exampleX = torch.rand([3, 4]);
const exampleH = torch.rand([3, 4]);
const traced = jit.trace(cell, [exampleX, exampleH]);

console.log(traced.graph);
console.log(traced.code);

const path = process.argv[2] ?? join(mkdtempSync(join(tmpdir(), "sconce-")), "mycell.sconce");
await traced.save(path);
const [output] = cell.forward(exampleX, exampleH);
console.log("eager:");
console.log(String(output));

console.log("loaded by another process, from one file:");
const load = new URL("load.mjs", import.meta.url).pathname;
const inputs = JSON.stringify([exampleX.tolist(), exampleH.tolist()]);
const { status } = spawnSync(process.execPath, [load, path, inputs], { stdio: "inherit" });
process.exitCode = status ?? 1;
