/** Places and lines of a text. */

import { describe, expect, test } from "vitest";
import { packMarks, packPatches, unpack } from "../../../ts-frontend/script/source/packed-text.ts";
import {
  lineTextOf,
  markText,
  placeOf,
  type TypedText,
} from "../../../ts-frontend/script/source/typed-text.ts";

describe("TypedText", () => {
  const original = "(x: number) => {\r\n  return x as\u2028 T;\r  y();\n}";
  const marks = [
    { kind: "binding", start: 2, end: 10, anchor: 1 },
    {
      kind: "as",
      start: original.indexOf("as"),
      end: original.indexOf("T") + 1,
      anchor: original.indexOf("x as") + 1,
    },
  ] as const;
  const source = unpack({
    t: original,
    f: "a.ts",
    l: 7,
    c: 12,
    m: packMarks(marks),
    p: packPatches([[original.indexOf("T"), ";"]]),
  }) as TypedText;

  test("is unpacked to what was packed", () => {
    expect(source.text).toBe("(x        ) => {\r\n  return x   \u2028 ;;\r  y();\n}");
    expect(source.marks).toEqual(marks);
    expect(source.marks.map((mark) => markText(source, mark))).toEqual([": number", "as\u2028 T"]);
    expect(source).toMatchObject({ original, file: "a.ts", declarations: {} });
  });

  test("has places in the user's file, whatever ends a line", () => {
    const at = (text: string) => placeOf(source, original.indexOf(text));
    expect(at("(x")).toEqual({ line: 7, column: 12 });
    expect(at("=>")).toEqual({ line: 7, column: 24 });
    expect(at("return")).toEqual({ line: 8, column: 2 });
    expect(at("T;")).toEqual({ line: 9, column: 1 });
    expect(at("y()")).toEqual({ line: 10, column: 2 });
    expect(placeOf(source, original.length - 1)).toEqual({ line: 11, column: 0 });
  });

  test("shows lines with their types", () => {
    expect(lineTextOf(source, 3)).toBe("(x: number) => {");
    expect(lineTextOf(source, original.indexOf("return"))).toBe("  return x as");
    expect(lineTextOf(source, original.indexOf("T"))).toBe(" T;");
    expect(lineTextOf(source, original.length - 1)).toBe("}");
  });
});
