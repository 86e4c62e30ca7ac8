/** The unpickler: what each opcode makes, and what it refuses. */

import { describe, expect, it } from "vitest";
import {
  type GlobalHandler,
  PickleGlobal,
  PickleTuple,
  type UnpickleOptions,
  unpickle,
} from "../../ts-frontend/weights/pickle.ts";
import { randomInts } from "./fixtures.ts";

/** A pickle: strings are their ASCII bytes. */
function pickle(...parts: (number | string | readonly number[])[]): Uint8Array {
  const bytes = parts.flatMap((part) =>
    typeof part === "string" ? [...new TextEncoder().encode(part)] : part,
  );
  return Uint8Array.from([0x80, 2, ...bytes, 0x2e]);
}

const str = (text: string) => [0x8c, text.length, ...new TextEncoder().encode(text)];
const none: UnpickleOptions = { find: () => undefined };

/** `m.make(*args)` gives {args, state}; `m.name` is only a name. */
const handlers: Record<string, GlobalHandler> = {
  make: {
    call: (args) => ({ args, state: undefined }),
    build: (object, state) => ({ ...(object as object), state }),
  },
  name: {},
};
const known: UnpickleOptions = { find: (module, name) => (module === "m" ? handlers[name] : undefined) };

describe("values", () => {
  it.each<[string, Uint8Array, unknown]>([
    ["None", pickle("N"), null],
    ["True", pickle([0x88]), true],
    ["False", pickle([0x89]), false],
    ["a byte", pickle("K", [200]), 200n],
    ["two bytes", pickle("M", [1, 2]), 513n],
    ["four bytes", pickle("J", [254, 255, 255, 255]), -2n],
    ["a long", pickle([0x8a, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1]), 1n << 64n],
    ["a negative long", pickle([0x8a, 1, 0x80]), -128n],
    ["an empty long", pickle([0x8a, 0]), 0n],
    ["a float", pickle("G", [0xbf, 0xf8, 0, 0, 0, 0, 0, 0]), -1.5],
    ["a string", pickle("X", [3, 0, 0, 0], "h\u00e9"), "h\u00e9"],
    ["bytes", pickle("C", [2, 7, 8]), Uint8Array.of(7, 8)],
    ["a list", pickle("](K", [1], "K", [2], "e"), [1n, 2n]],
    ["appending", pickle("]K", [1], "a"), [1n]],
    ["an old list", pickle("(K", [1], "l"), [1n]],
    ["a tuple", pickle("K", [1], [0x85]), new PickleTuple([1n])],
    ["a longer tuple", pickle("(K", [1], "NNNt"), new PickleTuple([1n, null, null, null])],
    [
      "a dict",
      pickle("}(", str("a"), "K", [1], "K", [2], "Nu"),
      new Map<unknown, unknown>([
        ["a", 1n],
        [2n, null],
      ]),
    ],
    ["an old dict", pickle("(", str("a"), "Nd"), new Map([["a", null]])],
    ["one item", pickle("}", str("a"), "Ns"), new Map([["a", null]])],
    ["what stays after a pop", pickle("NK", [1], "0"), null],
    ["what stays after a popped mark", pickle("N(K", [1], "1"), null],
  ])("%s", (_, bytes, expected) => {
    expect(unpickle(bytes, none)).toStrictEqual(expected);
  });

  it("keeps identity through the memo, also of a list that holds itself", () => {
    const list = unpickle(pickle("]q", [0], "h", [0], "a"), none) as unknown[];
    expect(list[0]).toBe(list);
    const pair = unpickle(pickle("]r", [1, 2, 0, 0], "j", [1, 2, 0, 0], [0x86]), none) as PickleTuple;
    expect(pair.items[0]).toBe(pair.items[1]);
  });

  it("calls, builds and names globals through their handlers", () => {
    expect(unpickle(pickle("cm\nmake\nK", [1], [0x85], "R"), known)).toEqual({
      args: [1n],
      state: undefined,
    });
    expect(unpickle(pickle("cm\nmake\n)", [0x81], "}b"), known)).toEqual({ args: [], state: new Map() });
    const named = unpickle(pickle(str("m"), str("name"), [0x93]), known);
    expect(named).toBeInstanceOf(PickleGlobal);
    expect(String(named)).toBe("m.name");
  });

  it("asks its caller for persistent ids", () => {
    expect(unpickle(pickle("K", [7], "Q"), { ...none, persistent: (id) => ({ id }) })).toEqual({ id: 7n });
  });
});

describe("refusals", () => {
  it.each<[string, Uint8Array, string, string]>([
    ["an unknown global", pickle("cos\nsystem\n"), "PICKLE_GLOBAL", "os.system"],
    ["a call of a mere name", pickle("cm\nname\n)R"), "PICKLE_GLOBAL", "m.name"],
    ["the state of a plain value", pickle("]}b"), "PICKLE_GLOBAL", "a plain value"],
    ["INST", pickle("(im\nmake\n"), "PICKLE_OPCODE", "INST"],
    ["an extension code", pickle([0x82, 1]), "PICKLE_OPCODE", "EXT1"],
    ["a number as text", pickle("I1\n"), "PICKLE_OPCODE", "INT"],
    ["an opcode that does not exist", pickle([0xff]), "PICKLE_OPCODE", "0xff"],
    ["persistent ids nobody asked for", pickle("NQ"), "PICKLE_OPCODE", "outside itself"],
    ["a call of a number", pickle("K", [1], ")R"), "FILE_MALFORMED", "no global"],
    ["an empty stack", pickle("a"), "FILE_MALFORMED", "empty stack"],
    ["a missing mark", pickle("t"), "FILE_MALFORMED", "mark"],
    ["a memo entry that was not set", pickle("h", [3]), "FILE_MALFORMED", "memo entry 3"],
    ["values left over", pickle("NN"), "FILE_MALFORMED", "left over"],
    ["a mark left over", pickle("N("), "FILE_MALFORMED", "empty stack"],
    ["an odd number of items", pickle("}(Nu"), "FILE_MALFORMED", "no dict"],
    ["a list as a key", pickle("}]Ns"), "FILE_MALFORMED", "dict key"],
    ["text that is not UTF-8", pickle([0x8c, 1, 0xff]), "FILE_MALFORMED", "UTF-8"],
    ["a string longer than the file", pickle("X", [255, 255, 255, 255]), "FILE_TRUNCATED", "ends early"],
    ["a missing STOP", pickle("N").slice(0, -1), "FILE_TRUNCATED", "ends early"],
    ["protocol 0", new TextEncoder().encode("I1\n."), "FILE_MALFORMED", "protocol 2"],
    ["protocol 9", Uint8Array.of(0x80, 9, 0x4e, 0x2e), "FILE_MALFORMED", "protocol 9"],
  ])("%s", (_, bytes, code, text) => {
    expect(() => unpickle(bytes, known)).toThrow(
      expect.objectContaining({ name: "SconceError", code, message: expect.stringContaining(text) }),
    );
  });

  it("nesting deeper than the limit, without recursing", () => {
    const deep = (n: number) => pickle("N", new Array(n).fill(0x85));
    expect(unpickle(deep(1000), none)).toBeInstanceOf(PickleTuple);
    expect(() => unpickle(deep(1001), none)).toThrow(/more than 1000 deep/);
    expect(() => unpickle(deep(500_000), none)).toThrow(/more than 1000 deep/);
    expect(() => unpickle(deep(3), { ...none, maxDepth: 2 })).toThrow(/more than 2 deep/);
  });

  it("nothing but typed errors come of random opcodes", () => {
    const random = randomInts(5);
    const alphabet = [..."NKM]}()(atelsudR0b2.\x85\x86\x87\x88\x89\x81q", ..."hjr"].map((c) =>
      c.charCodeAt(0),
    );
    for (let i = 0; i < 5000; i++) {
      const bytes = Uint8Array.from([
        0x80,
        2,
        ...Array.from({ length: 30 }, () => alphabet[random(alphabet.length)]!),
      ]);
      try {
        unpickle(bytes, known);
      } catch (error) {
        expect((error as Error).name).toBe("SconceError");
      }
    }
  });
});
