/** What is registered is found again, methods of classes included. */

import { describe, expect, test } from "vitest";
import { registerSource } from "../../../ts-frontend/index.ts";
import { readSource, sourceOf, type TypedText } from "../../../ts-frontend/script/source/index.ts";

const textOf = (text: string): TypedText => ({
  text,
  original: text,
  file: "model.ts",
  line: 3,
  column: 4,
  marks: [],
  declarations: {},
});

describe("registerSource", () => {
  test("gives text and scope back", () => {
    const f = (x: number) => x + later;
    registerSource(f, textOf("(x) => x + later"), () => ({ later }));
    const later = 2;
    expect(sourceOf(f)?.text.text).toBe("(x) => x + later");
    expect(sourceOf(f)?.scope()).toEqual({ later: 2 });
    expect(readSource(f)).toEqual(sourceOf(f));
  });

  test("evaluates a text once, when it is asked for", () => {
    const f = () => 1;
    let made = 0;
    registerSource(f, () => {
      made++;
      return textOf("() => 1");
    });
    expect(made).toBe(0);
    expect(sourceOf(f)?.text).toBe(sourceOf(f)?.text);
    expect(made).toBe(1);
  });

  test("a class stands for its methods, not for those it inherits", () => {
    class Base {
      forward() {}
    }
    class A extends Base {
      static make() {}
      get size() {
        return 1;
      }
      run() {}
      field = () => 1;
    }
    registerSource(A, textOf("class A {}"));
    expect(sourceOf(A)?.method).toBeUndefined();
    expect(sourceOf(A.prototype.run)?.method).toEqual({ owner: A, name: "run", isStatic: false });
    expect(sourceOf(A.make)?.method).toEqual({ owner: A, name: "make", isStatic: true });
    const getter = Object.getOwnPropertyDescriptor(A.prototype, "size")!.get!;
    expect(sourceOf(getter)?.method?.name).toBe("size");
    expect(sourceOf(A.prototype.forward)).toBeUndefined();
    expect(sourceOf(new A().field)).toBeUndefined();
  });

  test("what is no function is passed over", () => {
    expect(() => registerSource(undefined, textOf(""))).not.toThrow();
  });

  test("without registration the text is the engine's", () => {
    expect(readSource(function twice() {}).text.text).toContain("function twice()");
  });
});
