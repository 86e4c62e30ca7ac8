/** `npm run examples`: runs every example as its README says, and checks what it shows. */

import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { hostCommand, inChromium, installHosts } from "./hosts/chromium.ts";

const root = new URL("..", import.meta.url).pathname;
const digits = join(root, "dist/demo/digits.sconce");

function run(command: string, args: readonly string[], cwd = root): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    timeout: 300_000,
  });
  if (status !== 0)
    throw new Error(error?.message ?? `${stdout}\n${stderr}`.trim().split("\n").slice(-12).join("\n"));
  return stdout;
}

const tsx = join(root, "node_modules/.bin/tsx");

/** Runs TypeScript with its types kept for `jit.script`. */
function runTyped(path: string): string {
  return run(process.execPath, ["--import", "sconce/register", path]);
}

/** Builds a page and gives what it says once that begins with `word`, or with `failed`. */
function page(name: string, word: string): Promise<string> {
  const folder = join(root, name);
  if (!existsSync(join(folder, "node_modules/vite"))) {
    execFileSync("npm", ["ci", "--ignore-scripts"], { cwd: folder, stdio: "ignore" });
  }
  run("npm", ["run", "build"], folder);
  const status = "document.querySelector('#status').textContent";
  return inChromium(join(folder, "dist"), "/", `/^(${word}|failed)/.test(${status})`, status);
}

function pageOfDigits(): Promise<string> {
  const folder = join(root, "examples-browser/01-run/public");
  mkdirSync(folder, { recursive: true });
  copyFileSync(digits, join(folder, "digits.sconce"));
  return page("examples-browser/01-run", "drawn");
}

/** Each example, and what its output must contain. */
const examples: readonly [string, () => string | Promise<string>, RegExp][] = [
  [
    "examples-node/01-mycell",
    () => run(tsx, ["examples-node/01-mycell/main.ts"]),
    /aten::tanh[\s\S]*forward\(Tensor/,
  ],
  [
    "examples-node/02-digits",
    () => run(tsx, ["examples-node/02-digits/main.ts"]),
    /demo: (\d+) of 360 right \(PyTorch: \1\)/,
  ],
  [
    "examples-node/03-resnet18",
    () => run(tsx, ["examples-node/03-resnet18/main.ts"]),
    /160 × 160: .* best classes/,
  ],
  [
    "examples-node/04-convert",
    () => run("npm", ["start", "--", "--model", "tests/fixtures/data/programs/vad/model.pt"]),
    /speech from 0\.8\d s to 2\.0\d s\n[\s\S]*3 stretches of speech/,
  ],
  [
    "examples-node/05-script",
    () => runTyped("examples-node/05-script/main.ts"),
    /prim::If[\s\S]*prim::CallFunction[\s\S]*8 runs of four files agree/,
  ],
  [
    "examples-node/06-beam-search",
    () => runTyped("examples-node/06-beam-search/main.ts"),
    /12 searches of the file agree .* [1-9]\d* stopped early/,
  ],
  [
    "examples-node/07-text",
    () => runTyped("examples-node/07-text/main.ts"),
    /unknown: 日本語 2 ×[\s\S]*9 texts encoded/,
  ],
  [
    "examples-deno/01-run",
    () =>
      run(
        hostCommand("deno"),
        ["run", "--allow-read", "main.ts", digits],
        join(root, "examples-deno/01-run"),
      ),
    /the bar reads as 1/,
  ],
  [
    "examples-deno/02-script",
    () =>
      run(
        hostCommand("deno"),
        ["run", "--allow-read", "--allow-write", "main.js"],
        join(root, "examples-deno/02-script"),
      ),
    /3\.6180 after \d+ rounds, as by the eager run/,
  ],
  ["examples-browser/01-run", pageOfDigits, /drawn 0 1 7, read 0 1 7/],
  [
    "examples-browser/02-script",
    () => page("examples-browser/02-script", "generations"),
    /40 of 40, 0 of 0, 1 of 40, as by the eager run/,
  ],
];

installHosts();
let failures = 0;
for (const [name, start, expected] of examples) {
  try {
    const output = await start();
    if (!expected.test(output)) throw new Error(`${expected} is not in its output:\n${output.slice(-2000)}`);
    console.log(`${name}: ran, ${output.trim().split("\n").at(-1)}`);
  } catch (error) {
    failures++;
    console.log(`${name}: FAILED\n${(error as Error).message}`);
  }
}
console.log(failures ? `examples: ${failures} failed` : `examples: all ${examples.length} ran`);
process.exitCode = failures ? 1 : 0;
