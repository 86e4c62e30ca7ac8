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

async function page(): Promise<string> {
  const folder = join(root, "examples-browser/01-run");
  mkdirSync(join(folder, "public"), { recursive: true });
  copyFileSync(digits, join(folder, "public/digits.sconce"));
  if (!existsSync(join(folder, "node_modules/vite"))) {
    execFileSync("npm", ["ci", "--ignore-scripts"], { cwd: folder, stdio: "ignore" });
  }
  run("npm", ["run", "build"], folder);
  const status = "document.querySelector('#status').textContent";
  return inChromium(join(folder, "dist"), "/", `/^(drawn|failed)/.test(${status})`, status);
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
    "examples-deno/01-run",
    () =>
      run(
        hostCommand("deno"),
        ["run", "--allow-read", "main.ts", digits],
        join(root, "examples-deno/01-run"),
      ),
    /the bar reads as 1/,
  ],
  ["examples-browser/01-run", page, /drawn 0 1 7, read 0 1 7/],
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
