/** `node --import sconce/register`: TypeScript runs, and what it declares is registered. */

import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = new URL("../../..", import.meta.url).pathname;
/** The loader as JavaScript, where packages are found from. */
const built = join(root, "tests/.cache/register");
const data = "tests/script/source/data";

beforeAll(async () => {
  await build({
    entryPoints: ["index", "hooks", "load-module"].map((name) =>
      join(root, `ts-frontend/register/${name}.ts`),
    ),
    outdir: built,
    bundle: true,
    splitting: true,
    packages: "external",
    format: "esm",
    platform: "node",
    logLevel: "silent",
  });
});
afterAll(() => rmSync(built, { recursive: true, force: true }));

function node(...args: string[]): string {
  return execFileSync(process.execPath, ["--conditions=sconce-source", ...args], {
    cwd: root,
    encoding: "utf8",
  });
}

const declarations = {
  Options: "interface Options {\n  readonly factor: number;\n}",
  Pair: "interface Pair<T> {\n  readonly first: T;\n  readonly second: T;\n}",
};
const doubler = {
  file: `${data}/model.ts`,
  line: 14,
  column: 7,
  types: [
    ": Options",
    "readonly ",
    ": number",
    ": Tensor",
    "?: Pair<number>",
    ": Tensor",
    "satisfies Tensor",
  ],
  declarations,
  scope: ["nn"],
};
const report = {
  area: 24,
  result: [3, 6],
  keys: ["training", "bias", "options"],
  where: expect.stringMatching(/^model\.ts:24:36/),
  sources: [
    {
      file: `${data}/model.ts`,
      line: 10,
      column: 7,
      types: [": Point", ": number"],
      declarations,
      scope: ["scale", "Point"],
    },
    doubler,
    { ...doubler, method: "forward" },
  ],
};

describe("sconce/register", () => {
  test.each([
    ["alone", ["--import", `${built}/index.js`]],
    ["after tsx", ["--import", "tsx", "--import", `${built}/index.js`]],
    ["before tsx", ["--import", `${built}/index.js`, "--import", "tsx"]],
  ])("%s", (_, args) => {
    expect(JSON.parse(node(...args, `${data}/report.ts`))).toEqual(report);
  });

  test("syntax that is no type stops with the place", () => {
    const file = join(built, "enum.ts");
    mkdirSync(built, { recursive: true });
    writeFileSync(file, "const a: number = 1;\nexport enum E { A }\n");
    const { status, stderr } = spawnSync(process.execPath, ["--import", `${built}/index.js`, file], {
      encoding: "utf8",
    });
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/an enum is code.*\n.*enum\.ts:2:8\n.*export enum E.*\n.*\^\n.*const object/);
  });

  test("loadTypedModule imports with the hooks in place", () => {
    const code = `const { loadTypedModule } = await import(${JSON.stringify(`${built}/load-module.js`)});
      const { Doubler, point } = await loadTypedModule("${data}/model.ts");
      const { sourceOf } = await import("./ts-frontend/script/source/registry.ts");
      console.log(JSON.stringify([point, sourceOf(Doubler).text.line]));`;
    expect(JSON.parse(node("--input-type=module", "-e", code))).toEqual([{ x: 3, y: 4 }, 14]);
  });
});
