/** Source text of functions that were not registered. */

import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { fromFunction } from "../../../ts-frontend/script/source/from-function.ts";
import { isHelper, parseSource, placeOf, type Scriptable } from "../../../ts-frontend/script/source/index.ts";
import { wholeExpression } from "../../../ts-frontend/script/source/parse.ts";
import { untransform } from "../../../ts-frontend/script/source/untransform.ts";

/** A function whose text is exactly this. */
function made(text: string): Scriptable {
  return new Function(`return ${text}`)() as Scriptable;
}

function kinds(fn: Scriptable): string {
  const source = fromFunction(fn);
  const parsed = parseSource(source);
  const member = parsed.kind === "function" ? parsed.member : undefined;
  return [parsed.kind, parsed.node.type, ...(member ? [member.kind, source.wrapper] : [])].join(" ");
}

describe("every form of function is parsed", () => {
  const key = "computed";
  class Private {
    #hidden(x: number) {
      return x;
    }
    use() {
      return this.#hidden(1);
    }
    static hidden(object: Private) {
      return object.#hidden;
    }
  }
  const object = {
    plain(x: number) {
      return x;
    },
    async later() {},
    *many() {
      yield 1;
    },
    async *both() {
      yield 1;
    },
    get value() {
      return 1;
    },
    get() {
      return 2;
    },
    async(x: number) {
      return x;
    },
    static() {},
    [key]() {},
    "quoted name"() {},
    12() {},
    function() {},
  };
  const getter = Object.getOwnPropertyDescriptor(object, "value")!.get!;

  test.each<[string, Scriptable, string]>([
    ["function", made("function f(x) { return x; }"), "function FunctionExpression"],
    ["anonymous", made("function (x) { return x; }"), "function FunctionExpression"],
    ["arrow", made("(x) => x"), "function ArrowFunctionExpression"],
    ["bare arrow", made("x => ({ x })"), "function ArrowFunctionExpression"],
    ["async arrow", made("async x => x"), "function ArrowFunctionExpression"],
    ["generator", made("function* () {}"), "function FunctionExpression"],
    ["class", made("class A { constructor() { this.x = 1; } }"), "class ClassExpression"],
    ["extending class", made("class extends Map { constructor() { super(); } }"), "class ClassExpression"],
    ["method", object.plain, "function FunctionExpression init object"],
    ["async method", object.later, "function FunctionExpression init object"],
    ["generator method", object.many, "function FunctionExpression init object"],
    ["async generator", object.both, "function FunctionExpression init object"],
    ["getter", getter, "function FunctionExpression get object"],
    ["method named get", object.get, "function FunctionExpression init object"],
    ["method named async", object.async, "function FunctionExpression init object"],
    ["method named static", object.static, "function FunctionExpression init object"],
    ["computed", object.computed, "function FunctionExpression init object"],
    ["quoted", object["quoted name"], "function FunctionExpression init object"],
    ["number", object[12], "function FunctionExpression init object"],
    ["method named function", object.function, "function FunctionExpression"],
    ["private method", Private.hidden(new Private()), "function FunctionExpression method class"],
    ["uses a private method", Private.prototype.use, "function FunctionExpression init object"],
  ])("%s", (_, fn, expected) => {
    expect(kinds(fn)).toBe(expected);
  });
});

describe("places", () => {
  test("count from the function where its file is not known", () => {
    const source = fromFunction((made("{ f(x) {\n  return x;\n} }") as unknown as { f(): void }).f);
    expect(source).toMatchObject({ file: "<f>", line: 1, column: -2, wrapper: "object" });
    expect(placeOf(source, source.text.indexOf("f(x)"))).toEqual({ line: 1, column: 0 });
    expect(placeOf(source, source.text.indexOf("return"))).toEqual({ line: 2, column: 2 });
  });

  test("are the file's where it holds the text once, as in plain JavaScript", () => {
    const from = new URL("../../../ts-frontend/script/source/from-function.ts", import.meta.url).href;
    const code = `import { writeFileSync } from "node:fs";
      const { fromFunction } = await import(${JSON.stringify(from)});
      const places = (await import(process.argv[1])).run(fromFunction);
      console.log(JSON.stringify(places));`;
    const file = new URL("./data/plain.js", import.meta.url).pathname;
    const out = execFileSync(
      process.execPath,
      ["--conditions=sconce-source", "--import", "tsx", "--input-type=module", "-e", code, file],
      { encoding: "utf8", cwd: new URL("../../..", import.meta.url) },
    );
    const [f, method, twice] = JSON.parse(out) as { file: string; line: number; column: number }[];
    expect(f).toMatchObject({ file, line: 4, column: 7 });
    expect(method).toMatchObject({ file, line: 9, column: 0 });
    expect(twice).toMatchObject({ file: "<twice>", line: 1, column: 0 });
  });
});

describe("refusals", () => {
  test("native and bound functions", () => {
    expect(() => fromFunction(Math.exp)).toThrow(/exp is part of the JavaScript engine/);
    expect(() => fromFunction(((x: number) => x).bind(null))).toThrow(/made by bind\(\).*\n.*scope/);
    expect(() => fromFunction(Map)).toThrowError(expect.objectContaining({ code: "NO_SOURCE" }));
  });
});

describe("what tools put around names is taken out", () => {
  const clean = (text: string) => untransform(text, wholeExpression(text));
  test.each([
    [
      '() => { const g = /* @__PURE__ */ __name((x) => x, "g"); return g(1); }',
      "() => { const g = /* @__PURE__ */       ((x) => x     ); return g(1); }",
    ],
    [
      '() => { function g() {} __name(g, "g"); return g(); }',
      "() => { function g() {}                ; return g(); }",
    ],
    ['class A { static { __name(this, "A"); } x = 1; }', "class A {                               x = 1; }"],
    ["(x) => (0, a.b)(x)", "(x) => (   a.b)(x)"],
    ["(x) => (0, f)(x)", "(x) => (   f)(x)"],
    ["(x) => (0, __vi_import_0__.f)(x)", "(x) => (                   f)(x)"],
    ["(x) => __vite_ssr_import_12__.torch.relu(x)", "(x) =>                         torch.relu(x)"],
    [
      "(x) => _own_WEBPACK__WEBPACK_IMPORTED_MODULE_0__.f(x)",
      "(x) =>                                                 f(x)",
    ],
    ["(x) => import_torch.torch.relu(x)", "(x) =>              torch.relu(x)"],
    ["(x) => torch_1.nn.f(x)", "(x) =>         nn.f(x)"],
    ["(x) => layer_1.weight.mv(x)", "(x) => layer_1.weight.mv(x)"],
    ["(x) => (1, f)(x)", "(x) => (1, f)(x)"],
  ])("%s", (text, expected) => {
    const cleaned = clean(text);
    expect(cleaned.replace(/ +/g, " ")).toBe(expected.replace(/ +/g, " "));
    expect(cleaned.length).toBe(text.length);
    expect(wholeExpression(cleaned)).toBeDefined();
  });

  test("other helpers are known by name", () => {
    for (const name of ["__spreadArray", "__publicField", "_async_to_generator", "cov_abc1"])
      expect(isHelper(name)).toBe(true);
    for (const name of ["__proto", "spread", "_private", "__mine"]) expect(isHelper(name)).toBe(false);
  });
});
