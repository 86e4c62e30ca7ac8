/**
 * `npm run hosts`: the same files give the same bits on five hosts: this Node, a newer Node, Deno, Bun, and a page in
 * headless Chromium. Fails when one is absent or differs. The hosts are npm packages of tests/hosts; Chromium is the
 * system's (or the path in CHROMIUM).
 */

import { execFileSync, spawnSync } from "node:child_process";
import { createReadStream, existsSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import { extname, join, normalize } from "node:path";
import { makeModels } from "./hosts/models.ts";

const root = new URL("..", import.meta.url).pathname;
const folder = join(root, "tests/hosts");
const models = join(root, "dist/hosts");
const bin = (name: string): string => join(folder, "node_modules/.bin", name);

const TYPES: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
  ".sconce": "application/octet-stream",
};

/** What is used of playwright-core, whose types are not installed at the root. */
interface Playwright {
  readonly chromium: {
    launch(options: { executablePath: string; args: string[] }): Promise<{
      newPage(): Promise<{
        goto(url: string): Promise<unknown>;
        waitForFunction(expression: string, arg: undefined, options: { timeout: number }): Promise<unknown>;
        title(): Promise<string>;
      }>;
      close(): Promise<void>;
    }>;
  };
}

/** Serves the repository on a free port of this machine. */
function serve(): Promise<{ server: Server; port: number }> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://localhost").pathname);
    const file = join(root, path);
    if (!file.startsWith(root) || !existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
    createReadStream(file).pipe(response);
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve({ server, port: typeof address === "object" && address ? address.port : 0 });
    });
  });
}

/** The digest that the page puts into its title. */
async function inChromium(): Promise<string> {
  const executablePath =
    process.env.CHROMIUM ?? execFileSync("which", ["chromium"], { encoding: "utf8" }).trim();
  const { chromium } = createRequire(join(folder, "package.json"))("playwright-core") as Playwright;
  const { server, port } = await serve();
  const browser = await chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-sync",
    ],
  });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${port}/tests/hosts/page.html`);
    await page.waitForFunction('document.title !== "digest"', undefined, { timeout: 60_000 });
    return await page.title();
  } finally {
    await browser.close();
    server.close();
  }
}

function inProcess(command: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, [...args, join(folder, "run.js"), models], {
    encoding: "utf8",
    timeout: 120_000,
  });
  if (status !== 0) throw new Error(error?.message ?? stderr.trim().split("\n").slice(-6).join("\n"));
  return stdout.trim();
}

function version(command: string): string {
  return execFileSync(command, ["--version"], { encoding: "utf8" }).split("\n")[0]!.trim();
}

if (!existsSync(bin("deno"))) execFileSync("npm", ["ci", "--prefix", folder], { stdio: "inherit" });
await makeModels(models);

const hosts: readonly [string, () => string | Promise<string>][] = [
  [`Node ${process.version}`, () => inProcess(process.execPath, [])],
  [`Node ${version(bin("node"))}`, () => inProcess(bin("node"), [])],
  [version(bin("deno")), () => inProcess(bin("deno"), ["run", "--allow-read"])],
  [`Bun ${version(bin("bun"))}`, () => inProcess(bin("bun"), ["run"])],
  ["Chromium, headless", inChromium],
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
