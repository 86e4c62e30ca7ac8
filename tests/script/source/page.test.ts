/** A page built by Vite through `sconce/plugin` scripts a module in headless Chromium, types and all. */

import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { build } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import sconce from "../../../ts-frontend/plugin/index.ts";

const root = new URL("../../..", import.meta.url).pathname;
const page = join(root, "tests/script/source/page");
const out = mkdtempSync(join(tmpdir(), "sconce-page-"));
const profile = mkdtempSync(join(tmpdir(), "sconce-chromium-"));
const TYPES: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
};

beforeAll(async () => {
  await build({
    root: page,
    configFile: false,
    logLevel: "silent",
    plugins: [sconce.vite()],
    resolve: { conditions: ["sconce-source"], alias: { "#host": join(page, "host.ts") } },
    build: { outDir: out, emptyOutDir: true, target: "esnext", minify: true },
  });
  cpSync(join(root, "dist/wasm/sconce.wasm"), join(out, "sconce.wasm"));
});
afterAll(() => {
  for (const folder of [out, profile])
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
});

/** Opens the page and gives what it posts. */
function resultOf(path: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const server = createServer((request, response) => {
      if (request.method === "POST") {
        let body = "";
        request.on("data", (chunk) => {
          body += chunk;
        });
        request.on("end", () => {
          response.end();
          finish(() => resolve(JSON.parse(body)));
        });
        return;
      }
      const name = request.url === "/" ? "/index.html" : new URL(request.url!, "http://localhost").pathname;
      try {
        response.setHeader("content-type", TYPES[extname(name)] ?? "application/octet-stream");
        response.end(readFileSync(join(path, name)));
      } catch {
        response.writeHead(404).end();
      }
    });
    const finish = (then: () => void) => {
      clearTimeout(limit);
      server.close();
      server.closeAllConnections();
      if (!chromium?.kill()) return then();
      chromium.once("exit", then);
    };
    const limit = setTimeout(() => finish(() => reject(new Error("the page gave no result"))), 100_000);
    let chromium: ReturnType<typeof spawn> | undefined;
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      const flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        `--user-data-dir=${profile}`,
      ];
      chromium = spawn(process.env.CHROMIUM ?? "chromium", [...flags, `http://127.0.0.1:${port}/`], {
        stdio: "ignore",
      });
      chromium.on("error", (error) => finish(() => reject(error)));
    });
  });
}

test("scripted and eager agree", { timeout: 120_000 }, async () => {
  const pairs = (await resultOf(out)) as [unknown, unknown][];
  expect(pairs).toHaveLength(4);
  for (const [eager, scripted] of pairs) expect(scripted).toEqual(eager);
  expect(pairs[1]![1]).toEqual([2, 3]);
});
