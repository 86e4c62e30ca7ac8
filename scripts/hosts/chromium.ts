/** A page in headless Chromium, served from a folder of this machine. */

import { execFileSync } from "node:child_process";
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import { extname, join, normalize } from "node:path";

const hosts = new URL("../../tests/hosts/", import.meta.url).pathname;

const TYPES: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
};

/** What is used of playwright-core, whose types are not installed at the root. */
interface Playwright {
  readonly chromium: {
    launch(options: { executablePath: string; args: string[] }): Promise<{
      newPage(): Promise<{
        goto(url: string): Promise<unknown>;
        waitForFunction(expression: string, arg: undefined, options: { timeout: number }): Promise<unknown>;
        evaluate(expression: string): Promise<string>;
      }>;
      close(): Promise<void>;
    }>;
  };
}

/** Installs the packages of tests/hosts when they are not there. */
export function installHosts(): void {
  if (existsSync(join(hosts, "node_modules/playwright-core"))) return;
  execFileSync("npm", ["ci", "--prefix", hosts], { stdio: "inherit" });
}

/** The path of a command of tests/hosts: `node`, `deno`, `bun`. */
export function hostCommand(name: string): string {
  return join(hosts, "node_modules/.bin", name);
}

function serve(root: string): Promise<{ server: Server; port: number }> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://localhost").pathname);
    const file = join(root, path.endsWith("/") ? `${path}index.html` : path);
    if (!file.startsWith(root) || !existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end();
      return;
    }
    const type = TYPES[extname(file)] ?? "application/octet-stream";
    response.writeHead(200, { "content-type": type, "content-length": statSync(file).size });
    createReadStream(file).pipe(response);
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve({ server, port: typeof address === "object" && address ? address.port : 0 });
    });
  });
}

/**
 * Opens `path` of the folder `root`, waits until the expression `done` holds, and gives the expression `result` as text.
 * Chromium is the system's, or the one that CHROMIUM names.
 */
export async function inChromium(root: string, path: string, done: string, result: string): Promise<string> {
  const executablePath =
    process.env.CHROMIUM ?? execFileSync("which", ["chromium"], { encoding: "utf8" }).trim();
  const { chromium } = createRequire(join(hosts, "package.json"))("playwright-core") as Playwright;
  const { server, port } = await serve(root);
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
    await page.goto(`http://127.0.0.1:${port}${path}`);
    await page.waitForFunction(done, undefined, { timeout: 60_000 });
    return await page.evaluate(result);
  } finally {
    await browser.close();
    server.close();
  }
}
