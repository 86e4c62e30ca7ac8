/** The registrations that a module gets: run as JavaScript, they give text, types and scope of what the module has. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fileReader } from "../../../ts-frontend/script/source/file-reader.ts";
import { markText, parseSource, placeOf, type Source } from "../../../ts-frontend/script/source/index.ts";
import { insert } from "../../../ts-frontend/script/source/insertions.ts";
import { loadParser, type Parse } from "../../../ts-frontend/script/source/oxc.ts";
import { registrations } from "../../../ts-frontend/script/source/register-module.ts";
import { type Scriptable, sourceOf } from "../../../ts-frontend/script/source/registry.ts";

let parser: Parse;
const folder = mkdtempSync(join(tmpdir(), "sconce-source-"));
beforeAll(async () => {
  parser = await loadParser();
});
afterAll(() => rmSync(folder, { recursive: true }));

const registry = new URL("../../../ts-frontend/script/source/registry.ts", import.meta.url).pathname;
let count = 0;

/** Runs a module of TypeScript with its registrations, in a folder with other files beside it. */
async function load(code: string, files: Record<string, string> = {}) {
  const home = join(folder, String(count++));
  for (const [name, text] of Object.entries({ ...files, "model.ts": code })) {
    mkdirSync(dirname(join(home, name)), { recursive: true });
    writeFileSync(join(home, name), text);
  }
  const file = join(home, "model.ts");
  const parsed = parser(file, code);
  const insertions = registrations(parsed, {
    file: "src/model.ts",
    from: registry,
    reader: fileReader(parser),
  });
  const output = insert(code, insertions);
  expect(output.split("\n").length).toBe(code.split("\n").length);
  expect(() => parser(file, output)).not.toThrow();
  writeFileSync(file, output);
  const module = (await import(file)) as Record<string, unknown>;
  const of = (name: string): Source => sourceOf(module[name] as Scriptable)!;
  return { module, of, output };
}

describe("registrations", () => {
  test("have the text, its place, its types and the free variables", async () => {
    const { module, of } = await load(`// A model.
const scale: number = 2; const unused = 1;
  export function twice(x: number, y?: string): number {
    const unusedHere = Math.abs(x);
    return helper(unusedHere) * scale;
  }
function helper(x: number) { return x; }
export const arrow = async <T,>(x: T): Promise<T> => x;
export class Base { a = 1; }
export class Derived<T> extends Base { constructor(private b: T) { super(); } get c(): T { return this.b; } }
export { helper };
`);
    const twice = of("twice");
    expect(twice.text).toMatchObject({ file: "src/model.ts", line: 3, column: 9 });
    expect(twice.text.text.split("\n")[0]).toBe("function twice(x        , y         )         {");
    expect(twice.text.original.split("\n")[0]).toBe("function twice(x: number, y?: string): number {");
    expect(twice.text.marks.map((mark) => `${mark.kind} ${markText(twice.text, mark)}`)).toEqual([
      "binding : number",
      "binding ?: string",
      "return : number",
    ]);
    expect(placeOf(twice.text, twice.text.text.indexOf("return"))).toEqual({ line: 5, column: 4 });
    expect(twice.scope()).toEqual({ helper: module.helper, scale: 2 });
    expect(parseSource(twice.text).kind).toBe("function");
    expect(of("helper").scope()).toEqual({});
    expect(parseSource(of("arrow").text).node.type).toBe("ArrowFunctionExpression");
    const derived = of("Derived");
    expect(parseSource(derived.text).kind).toBe("class");
    expect(derived.scope()).toEqual({ Base: module.Base });
    expect(derived.text).toMatchObject({ line: 10, column: 7 });
  });

  test("come before the statement that makes a script in the same module", async () => {
    const { module } = await load(`import { sourceOf } from ${JSON.stringify(registry)};
export const found = [sourceOf(f)?.text.line];
function f() { return g(); }
class A {}
const g = () => 1
found.push(sourceOf(A)?.text.line, sourceOf(g)?.text.line);
export default class {}
`);
    expect(module.found).toEqual([3, 4, 5]);
    expect(sourceOf(module.default as Scriptable)?.text.line).toBe(7);
  });

  test("functions that stand in a call of script, and those of functions that call it", async () => {
    const { module } = await load(`const jit = { script: <T,>(fn: T): T => fn };
export const inline = jit.script((x: number) => x + outer);
const outer = 5;
export function main() {
  const local = 3;
  class Inner { run(): number { return local + outer; } }
  return [jit.script(nested), Inner];
  function nested(x: number): number { return x + local; }
}
export function plain() { return function inner() {}; }
`);
    expect(sourceOf(module.inline as Scriptable)?.scope()).toEqual({ outer: 5 });
    const [nested, Inner] = (module.main as () => Scriptable[])();
    expect(sourceOf(nested!)?.scope()).toEqual({ local: 3 });
    expect(sourceOf(Inner!)?.scope()).toEqual({ local: 3, outer: 5 });
    expect(sourceOf((module.plain as () => Scriptable)())).toBeUndefined();
  });

  test("are made once", async () => {
    const { output, of } = await load("export const f = (x: number) => x;");
    expect(output).toContain("__sconce_register(f");
    expect(
      registrations(parser("model.ts", output), {
        file: "model.ts",
        from: registry,
        reader: fileReader(parser),
      }),
    ).toEqual([]);
    expect(of("f")).toBeDefined();
  });

  test("a variable's declared type is kept", async () => {
    const { of } = await load("export const f: (x: number) => number = (x) => x;");
    expect(of("f").text.annotation).toBe("(x: number) => number");
  });

  test("syntax that cannot be kept is refused when it is scripted, and only there", async () => {
    const { module, of } = await load(`export function fine(x: number) { return x; }
export function broken() { enum E { A } return E.A; }
`);
    expect((module.broken as () => number)()).toBe(0);
    expect(of("fine").text.marks.length).toBe(1);
    expect(() => of("broken")).toThrowError(
      expect.objectContaining({
        code: "SYNTAX",
        where: expect.objectContaining({ file: "src/model.ts", line: 2, column: 28 }),
      }),
    );
  });

  test("scopes are read when they are asked for", async () => {
    const { module, of } = await load(`export let count = 0;
export const up = () => { count++; };
export const f = () => count + later;
const later = 1;
`);
    (module.up as () => void)();
    expect(of("f").scope()).toEqual({ count: 1, later: 1 });
  });

  test.each([
    ['"use strict"\nexport function f(x: number) {}', 2],
    ["#!/usr/bin/env node\nexport function f(x: number) {}", 2],
    ["\uFEFFexport function f(x: number) {}", 1],
    ["export const f = (x: number) => x\nexport const b = 1", 1],
    ["export const f = class {}\n/* what */", 1],
  ])("%s", async (code, line) => {
    expect((await load(code)).of("f").text.line).toBe(line);
  });
});

describe("declarations", () => {
  test("of the file and of those it imports, renamed where two have one name", async () => {
    const { of } = await load(
      `import type { Far, Options as Chosen } from "./far.js";
import { type Near } from "./lib/index.js";
interface Options { a: number; near: Near }
type Unused = { own: 1 };
export function f(a: Options, b: Far<number>, c: Chosen, d: Local): void {}
enum Local { A, B }
interface Parts { a: 1 }
interface Parts { b: Map<string, Options[]> }
export const g = (p: Parts) => p;
`,
      {
        "far.ts": `import type { Near } from "./lib/index.ts";
export interface Far<T> extends Options { next?: Far<T>; near: Near; t: T }
export interface Options { b: string }
`,
        "lib/index.ts": "export * from './near.ts'; export * from '../far.ts';",
        "lib/near.ts": "import type { Far } from '../far.ts'; export type Near = { far: Far<1> | null };",
      },
    );
    expect(of("f").text.declarations).toEqual({
      Options: "interface Options { a: number; near: Near }",
      Near: "type Near = { far: Far<1> | null };",
      Far: "interface Far<T> extends Chosen { next?: Far<T>; near: Near; t: T }",
      Chosen: "interface Chosen { b: string }",
      Local: "enum Local { A, B }",
      Parts: "interface Parts { a: 1 }\ninterface Parts { b: Map<string, Options[]> }",
    });
    expect(of("g").text.declarations).toEqual(of("f").text.declarations);
  });

  test("names of other files that are taken here get others", async () => {
    const { of } = await load(
      `import type { Outer } from "./other.ts";
type Inner = 1;
export const f = (a: Outer, b: Inner) => a;`,
      { "other.ts": "type Inner = 2; export type Outer = Inner[];" },
    );
    expect(of("f").text.declarations).toEqual({
      Inner: "type Inner = 1;",
      Outer: "type Outer = Inner_1[];",
      Inner_1: "type Inner_1 = 2;",
    });
  });

  test("classes that types name are in the scope; where only their type is imported, their text is a declaration", async () => {
    const { module, of } = await load(
      `import { Point } from "./point.ts";
import type { Line } from "./point.ts";
export class Here {}
export function f(p: Point, q: Here): void {}
export const g = (l: Line) => l;
export { Point };`,
      { "point.ts": "export class Point { x = 1 }\nexport class Line { from: Point | null = null }" },
    );
    expect(of("f").scope()).toEqual({ Point: module.Point, Here: module.Here });
    expect(of("g").text.declarations).toEqual({
      Line: "class Line { from: Point | null = null }",
      Point: "class Point { x = 1 }",
    });
  });

  test("a name with two meanings in one file is left out", async () => {
    const { of } = await load(
      `export function f(a: A): void { type A = 1; }
export function g(a: unknown): void { type A = 2; let b: A; }`,
    );
    expect(of("f").text.declarations).toEqual({});
  });
});
