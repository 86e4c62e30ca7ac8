/**
 * `npm run hosts`: the same files give the same bits, and the same archives convert to the same files, on five hosts: this
 * Node, a newer Node, Deno, Bun, and a page in headless Chromium. Fails when one is absent or differs. The hosts are npm
 * packages of tests/hosts; Chromium is the system's (or the path in CHROMIUM).
 */

import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { hostCommand, inChromium, installHosts } from "./hosts/chromium.ts";
import { makeBundle, makeModels } from "./hosts/models.ts";

const root = new URL("..", import.meta.url).pathname;
const models = join(root, "dist/hosts");

function inProcess(command: string, args: readonly string[]): string {
  const script = join(root, "tests/hosts/run.js");
  const { status, stdout, stderr, error } = spawnSync(command, [...args, script, models], {
    encoding: "utf8",
    timeout: 120_000,
  });
  if (status !== 0) throw new Error(error?.message ?? stderr.trim().split("\n").slice(-6).join("\n"));
  return stdout.trim();
}

function version(name: string): string {
  return execFileSync(hostCommand(name), ["--version"], { encoding: "utf8" }).split("\n")[0]!.trim();
}

installHosts();
await makeModels(models);
await makeBundle(models);

const hosts: readonly [string, () => string | Promise<string>][] = [
  [`Node ${process.version}`, () => inProcess(process.execPath, [])],
  [`Node ${version("node")}`, () => inProcess(hostCommand("node"), [])],
  [version("deno"), () => inProcess(hostCommand("deno"), ["run", "--allow-read"])],
  [`Bun ${version("bun")}`, () => inProcess(hostCommand("bun"), ["run"])],
  [
    "Chromium, headless",
    () => inChromium(root, "/tests/hosts/page.html", 'document.title !== "digest"', "document.title"),
  ],
];

const digests = new Set<string>();
let failures = 0;
for (const [name, run] of hosts) {
  try {
    const digest = await run();
    if (!/^[0-9a-f]{64}$/.test(digest)) throw new Error(digest);
    digests.add(digest);
    console.log(`${name.padEnd(28)} ${digest}`);
  } catch (error) {
    failures++;
    console.log(`${name.padEnd(28)} FAILED: ${(error as Error).message}`);
  }
}
const same = digests.size === 1 && failures === 0;
console.log(
  same ? `hosts: ${hosts.length} hosts, the same bits` : `hosts: ${failures} failed, ${digests.size} digests`,
);
process.exitCode = same ? 0 : 1;
