/** `sconce/plugin` in builds: minified code still has its types, and source maps lead to the user's lines. */

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { join } from "node:path";
import { build as buildWithEsbuild } from "esbuild";
import { build as buildWithVite } from "vite";
import { afterAll, describe, expect, test } from "vitest";
import sconce from "../../../ts-frontend/plugin/index.ts";
import { markText } from "../../../ts-frontend/script/source/index.ts";
import { type Scriptable, sourceOf } from "../../../ts-frontend/script/source/registry.ts";

const root = new URL("../../..", import.meta.url).pathname;
const out = join(root, "tests/.cache/plugin");
const data = join(root, "tests/script/source/data");
const entry = join(data, "model.ts");
afterAll(() => rmSync(out, { recursive: true, force: true }));

async function expectTypes(file: string, modelFile: string): Promise<void> {
  const module = (await import(file)) as Record<string, unknown>;
  const area = sourceOf(module.area as Scriptable)!;
  expect(area.text).toMatchObject({ file: modelFile, line: 10, column: 7 });
  expect(area.text.text).toBe("function area(p       )         {\n  return p.x * p.y * scale;\n}");
  const { Point, scale } = area.scope() as { Point: unknown; scale: number };
  expect(scale).toBe(2);
  expect(module.point).toBeInstanceOf(Point);
  const doubler = sourceOf(module.Doubler as Scriptable)!;
  expect(doubler.text.marks.map((mark) => markText(doubler.text, mark))).toContain("?: Pair<number>");
  expect(Object.keys(doubler.text.declarations)).toEqual(["Options", "Pair"]);
  expect(new (module.Doubler as new (bias: number) => { bias: number })(3).bias).toBe(3);
}

function expectPlace(code: string, map: string): void {
  const lines = code.split("\n");
  const row = lines.findIndex((line) => line.includes(".mul("));
  const payload = JSON.parse(map);
  const found = new SourceMap(payload).findEntry(row, lines[row]!.indexOf(".mul(") + 1) as {
    originalLine: number;
  };
  expect(found.originalLine + 1).toBe(20);
  const at = payload.sources.findIndex((source: string) => source.endsWith("model.ts"));
  expect(payload.sourcesContent[at]).toBe(readFileSync(entry, "utf8"));
}

describe("sconce/plugin", () => {
  test("vite", async () => {
    await buildWithVite({
      root: data,
      configFile: false,
      logLevel: "silent",
      plugins: [sconce.vite()],
      build: {
        outDir: join(out, "vite"),
        emptyOutDir: true,
        sourcemap: true,
        minify: true,
        lib: { entry, formats: ["es"], fileName: "model" },
        rollupOptions: { external: ["sconce/torch"] },
      },
    });
    const file = join(out, "vite/model.js");
    await expectTypes(file, "model.ts");
    expectPlace(readFileSync(file, "utf8"), readFileSync(`${file}.map`, "utf8"));
  });

  test("esbuild", async () => {
    const file = join(out, "esbuild/model.js");
    await buildWithEsbuild({
      entryPoints: [entry],
      outfile: file,
      bundle: true,
      minify: true,
      sourcemap: true,
      format: "esm",
      external: ["sconce/torch"],
      plugins: [sconce.esbuild({ root: data })],
      logLevel: "silent",
    });
    await expectTypes(file, "model.ts");
    expectPlace(readFileSync(file, "utf8"), readFileSync(`${file}.map`, "utf8"));
  });

  test("leaves alone what does not import the package, and what is excluded", async () => {
    const transform = async (options: Parameters<typeof sconce.rollup>[0], name: string) => {
      const plugin = sconce.rollup(options) as unknown as {
        transform: {
          handler(this: unknown, code: string, id: string): Promise<{ code: string } | undefined>;
        };
      };
      const watched: string[] = [];
      const context = { addWatchFile: (file: string) => watched.push(file) };
      const file = join(data, name);
      const result = await plugin.transform.handler.call(context, readFileSync(file, "utf8"), `${file}?v=1`);
      return { code: result?.code, watched };
    };
    expect((await transform({}, "helpers.ts")).code).toBeUndefined();
    expect((await transform({ exclude: /model/ }, "model.ts")).code).toBeUndefined();
    expect((await transform({ include: /helpers/ }, "helpers.ts")).code).toContain('from "sconce/torch"');
    const { code, watched } = await transform({}, "model.ts");
    expect(code).toContain('"f":"tests/script/source/data/model.ts"');
    expect(new Set(watched)).toEqual(new Set([join(data, "helpers.ts")]));
    expect(sconce.webpack()).toBeDefined();
  });

  test("a syntax error names the place", async () => {
    const file = join(out, "broken.ts");
    writeFileSync(file, 'import { torch } from "sconce/torch";\nexport const a = torch.;\n');
    const broken = buildWithEsbuild({
      entryPoints: [file],
      write: false,
      bundle: true,
      external: ["sconce/torch"],
      plugins: [sconce.esbuild()],
      logLevel: "silent",
    });
    await expect(broken).rejects.toThrow(/broken\.ts:2:24/);
  });
});
