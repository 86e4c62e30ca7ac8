/** ResNet-18 from the models module: traced with symbolic sizes, saved, and timed by another process. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { resnet18 } from "sconce/models";
import { jit, readWeights, torch } from "sconce/torch";

const { values } = parseArgs({ options: { weights: { type: "string" }, out: { type: "string" } } });

torch.manualSeed(0);
const model = resnet18();
if (values.weights) model.loadStateDict(await readWeights(readFileSync(values.weights)));
model.eval();

const start = performance.now();
const traced = jit.trace(model, [torch.rand([1, 3, 64, 64])], { checkTrace: false });
console.log(`traced in ${Math.round(performance.now() - start)} ms`);

const path = values.out ?? join(mkdtempSync(join(tmpdir(), "sconce-")), "resnet18.sconce");
await traced.save(path);
const { status } = spawnSync(process.execPath, [new URL("run.mjs", import.meta.url).pathname, path], {
  stdio: "inherit",
});
process.exitCode = status ?? 1;
