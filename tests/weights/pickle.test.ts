/** The unpickler: what each opcode makes, and what it refuses. */

import { describe, expect, it } from "vitest";
import { type UnpickleOptions, unpickle, unpickleFirst } from "../../ts-frontend/weights/pickle.ts";
import {
  type GlobalHandler,
  PickleDict,
  PickleGlobal,
  PickleList,
  PickleObject,
  PickleTuple,
} from "../../ts-frontend/weights/pickle-values.ts";
import { pickle, randomInts, str } from "./fixtures.ts";

const none: UnpickleOptions = { find: () => undefined };

class Box extends PickleObject {
  state: unknown = null;
}

/** `m.make(*args)` gives {args, state}; `m.name` is only a name; `m.object` holds its state. */
const handlers: Record<string, GlobalHandler> = {
  object: {
    create: () => new Box(),
    build: (box, state) => {
      (box as Box).state = state;
      return box;
    },
  },
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
    ["a list", pickle("](K", [1], "K", [2], "e"), new PickleList([1n, 2n])],
    ["appending", pickle("]K", [1], "a"), new PickleList([1n])],
    ["an old list", pickle("(K", [1], "l"), new PickleList([1n])],
    ["a tuple", pickle("K", [1], [0x85]), new PickleTuple([1n])],
    ["a longer tuple", pickle("(K", [1], "NNNt"), new PickleTuple([1n, null, null, null])],
    [
      "a dict",
      pickle("}(", str("a"), "K", [1], "K", [2], "Nu"),
      new PickleDict<unknown, unknown>([
        ["a", 1n],
        [2n, null],
      ]),
    ],
    ["an old dict", pickle("(", str("a"), "Nd"), new PickleDict([["a", null]])],
    ["one item", pickle("}", str("a"), "Ns"), new PickleDict([["a", null]])],
    ["what stays after a pop", pickle("NK", [1], "0"), null],
    ["what stays after a popped mark", pickle("N(K", [1], "1"), null],
  ])("%s", (_, bytes, expected) => {
    expect(unpickle(bytes, none)).toStrictEqual(expected);
  });

  it("keeps identity through the memo", () => {
    const pair = unpickle(pickle("]r", [1, 2, 0, 0], "j", [1, 2, 0, 0], [0x86]), none) as PickleTuple;
    expect(pair.items[0]).toBe(pair.items[1]);
  });

  it("keeps the place of a key that is set twice, and the sign of a key that is zero", () => {
    const twice = unpickle(pickle("}(", str("a"), "K", [1], str("b"), "N", str("a"), "K", [2], "u"), none);
    expect((twice as PickleDict).entries).toEqual([
      ["a", 2n],
      ["b", null],
    ]);
    const zero = unpickle(pickle("}G", [0x80, 0, 0, 0, 0, 0, 0, 0], "Ns"), none) as PickleDict;
    expect(zero.entries[0]![0]).toBe(-0);
  });

  it("tells how long a pickle is that is followed by something", () => {
    const bytes = Uint8Array.from([...pickle("K", [1]), 7, 7]);
    expect(unpickleFirst(bytes, none)).toEqual({ value: 1n, length: 5 });
  });

  it("calls, builds and names globals through their handlers", () => {
    expect(unpickle(pickle("cm\nmake\nK", [1], [0x85], "R"), known)).toEqual({
      args: [1n],
      state: undefined,
    });
    expect(unpickle(pickle("cm\nmake\n)", [0x81], "}b"), known)).toEqual({
      args: [],
      state: new PickleDict(),
    });
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

  it.each<[string, Uint8Array]>([
    ["list", pickle("]q", [0], "h", [0], "a")],
    ["dict", pickle("}q", [0], "Nh", [0], "s")],
    ["tuple through a list", pickle("]q", [0], [0x85], "q", [1], "0h", [0], "h", [1], "a")],
  ])("a %s that holds itself", (_, bytes) => {
    expect(() => unpickle(bytes, none)).toThrow(/holds itself/);
  });

  it("a cycle beside an object that hides it, but not one through an object", () => {
    // [object, inner] where the object's state is inner and inner holds the outer list
    const beside = pickle("]q", [0], "cm\nobject\n)", [0x81], "]q", [1], "h", [0], "abah", [1], "a");
    expect(() => unpickle(beside, known)).toThrow(/holds itself/);
    const through = unpickle(pickle("cm\nobject\n)", [0x81], "q", [0], "]h", [0], "ab"), known) as Box;
    expect((through.state as PickleList).items[0]).toBe(through);
  });

  it("depth that comes of sharing", () => {
    const deep = (n: number) => [..."N", ...new Array(n).fill(0x85)];
    // a tuple of height 600, and one of height 600 around it
    const bytes = pickle("(", ...deep(600), "q", [0], "h", [0], new Array(600).fill(0x85), "t");
    expect(() => unpickle(bytes, none)).toThrow(/more than 1000 deep/);
  });

  it("a small pickle that stands for 2^60 values", () => {
    const doubled = Array.from({ length: 60 }, () => [0x32, 0x86]).flat();
    expect(() => unpickle(pickle("N", doubled), none)).toThrow(/without measure/);
    expect(unpickle(pickle("N", doubled.slice(0, 32)), none)).toBeInstanceOf(PickleTuple);
  });

  it("leaves that its caller does not want", () => {
    const checkLeaf = (value: unknown) => {
      if (value === 7n) throw new Error("a seven");
    };
    expect(() => unpickle(pickle("]K", [7], "a"), { ...none, checkLeaf })).toThrow("a seven");
    expect(() => unpickle(pickle("}K", [7], "Ns"), { ...none, checkLeaf })).toThrow("a seven");
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
