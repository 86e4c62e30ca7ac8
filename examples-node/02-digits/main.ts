/** `npm run demo`: PyTorch's weights into a network written in TypeScript, traced, saved, and run by another process. */

import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { jit, readWeights, torch } from "sconce/torch";
import { Digits } from "./network.ts";

const { values } = parseArgs({
  options: {
    "model-dir": {
      type: "string",
      default: new URL("../../tests/fixtures/data/digits", import.meta.url).pathname,
    },
    out: { type: "string", default: new URL("../../dist/demo", import.meta.url).pathname },
  },
});
const dir = values["model-dir"];

const network = new Digits();
network.loadStateDict(await readWeights(readFileSync(join(dir, "weights.safetensors"))));
network.eval();

const traced = jit.trace(network, [torch.zeros([2, 1, 8, 8])]);
console.log(traced.code);

mkdirSync(values.out, { recursive: true });
const file = join(values.out, "digits.sconce");
await traced.save(file);

const classify = new URL("classify.mjs", import.meta.url).pathname;
const { status } = spawnSync(process.execPath, [classify, file, dir], { stdio: "inherit" });
process.exitCode = status ?? 1;
