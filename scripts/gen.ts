/** Writes every generated file from the tables in `format/`; with --check, fails when one is not up to date. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { generateDispatch } from "./gen/dispatch.ts";
import { generateErrorCodes, generateErrorDocs } from "./gen/errors.ts";
import { generateFast } from "./gen/fast.ts";
import { modelSources } from "./gen/model-sources.ts";
import { generateNnSources } from "./gen/nn-sources.ts";
import { generateOpDocs } from "./gen/op-docs.ts";
import { generateTensorMethods, generateTorchFunctions } from "./gen/torch-api.ts";

const root = join(import.meta.dirname ?? dirname(new URL(import.meta.url).pathname), "..");

const outputs: Record<string, () => string | Promise<string>> = {
  "assembly/ops.gen.ts": generateDispatch,
  "assembly/vm/fast.gen.ts": generateFast,
  "assembly/errors.gen.ts": generateErrorCodes,
  "docs/ops.md": generateOpDocs,
  "docs/errors.md": generateErrorDocs,
  "ts-frontend/tensor.gen.ts": generateTensorMethods,
  "ts-frontend/torch.gen.ts": generateTorchFunctions,
  "ts-frontend/nn/sources.gen.ts": () => generateNnSources(root),
  ...modelSources(root),
};

const check = process.argv.includes("--check");
let stale = 0;
for (const [path, generate] of Object.entries(outputs)) {
  const file = join(root, path);
  const text = await generate();
  if (existsSync(file) && readFileSync(file, "utf8") === text) continue;
  if (check) {
    console.error(`${path} is not what the tables say: run \`npm run gen\``);
    stale++;
  } else {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    console.log(`wrote ${path}`);
  }
}
process.exitCode = stale ? 1 : 0;
