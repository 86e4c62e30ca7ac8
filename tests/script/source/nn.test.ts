/** The sources of nn: registered when a script is first made, whatever of them is compiled. */

import { describe, expect, test } from "vitest";
import { nn } from "../../../ts-frontend/index.ts";
import { op } from "../../../ts-frontend/nn/functional/op.ts";
import { parseSource, readSource, type Scriptable } from "../../../ts-frontend/script/source/index.ts";
import { sourceOf } from "../../../ts-frontend/script/source/registry.ts";

const functions = (object: object): [string, Scriptable][] =>
  Object.entries(object).filter((entry): entry is [string, Scriptable] => typeof entry[1] === "function");

describe("the sources of nn", () => {
  test("every layer has one, and so has what it extends", () => {
    readSource(nn.Linear);
    for (const [name, layer] of functions(nn)) {
      if (["Module", "Parameter"].includes(name)) continue;
      for (let one: unknown = layer; one !== nn.Module; one = Object.getPrototypeOf(one)) {
        const source = sourceOf(one as Scriptable)!;
        expect(source, name).toBeDefined();
        expect(parseSource(source.text).kind, name).toBe("class");
        for (const [used, value] of Object.entries(source.scope()))
          expect(value, `${name} ${used}`).toBeDefined();
      }
    }
  });

  test("every function has one, with values for all its free variables", () => {
    for (const [name, fn] of functions(nn.functional)) {
      const source = sourceOf(fn)!;
      expect(source, name).toBeDefined();
      expect(parseSource(source.text).kind).toBe("function");
      for (const [used, value] of Object.entries(source.scope()))
        expect(value, `${name} ${used}`).not.toBeUndefined();
    }
  });

  test("places are those of the files, names those of the modules", () => {
    const { text, scope } = readSource(nn.functional.gelu);
    expect(text.file).toBe("sconce/ts-frontend/nn/functional/activation.ts");
    expect(text.text.startsWith("function gelu(")).toBe(true);
    expect(scope()).toEqual({ op });
    expect(Object.keys(text.declarations)).toContain("InPlace");
  });

  test("functions that a module keeps to itself have one too", () => {
    const { stateOf } = readSource(nn.LSTM).scope() as { stateOf: Scriptable };
    expect(stateOf.name).toBe("stateOf");
    expect(parseSource(readSource(stateOf).text).kind).toBe("function");
    expect(readSource(stateOf).text.text).toContain("function stateOf(");
  });
});
