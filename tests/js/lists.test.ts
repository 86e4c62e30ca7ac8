/** JavaScript's arrays and maps: each operator against JavaScript itself, over random lists, positions and keys. */

import { beforeAll, describe, expect, it, test } from "vitest";
import { randomInts } from "../support/random.ts";
import { JsOps, type Plain, same } from "./engine.ts";
import { EDGES, numberLike, type Random, someText } from "./samples.ts";

let ops: JsOps;
beforeAll(async () => {
  ops = await JsOps.create();
});

const POSITIONS = [
  0,
  -0,
  1,
  2,
  3,
  5,
  -1,
  -2,
  -5,
  1.5,
  -1.5,
  0.9,
  Number.NaN,
  Infinity,
  -Infinity,
  2 ** 31,
  2 ** 32,
  -(2 ** 32),
  1e300,
];

const NUMBERS: readonly number[] = [0, -0, 1, 2.5, Number.NaN, Infinity, 1];

/** Lists of one kind of items, of up to 12. */
function someList(random: Random): Plain[] {
  const makers: (() => Plain)[] = [
    () => numberLike(random),
    () => NUMBERS[random(NUMBERS.length)]!,
    () => someText(random),
    () => random(2) === 0,
    () => (random(3) ? random(4) : null),
  ];
  return Array.from({ length: random(12) }, makers[random(makers.length)]!);
}

const position = (random: Random): number =>
  random(3) ? random(30) - 15 : POSITIONS[random(POSITIONS.length)]!;
const optional = (random: Random): number | null => (random(4) ? position(random) : null);
const orMissing = (value: number | null): number | undefined => value ?? undefined;
const orNone = (value: Plain | undefined): Plain => value ?? null;

/** What each operator does, done by JavaScript: it changes `l` and gives the result. */
type Case = (l: Plain[], random: Random) => { args: Plain[]; want: (l: Plain[]) => Plain | undefined };

const item = (l: Plain[], random: Random): Plain =>
  l[random(l.length + 1)] ?? NUMBERS[random(NUMBERS.length)]!;

const CASES: Record<string, Case> = {
  idx: (_, random) => {
    const i = position(random);
    return { args: [i], want: (l) => l[i] };
  },
  listLen: () => ({ args: [], want: (l) => l.length }),
  push: (l, random) => {
    const v = item(l, random);
    return { args: [v], want: (list) => list.push(v) };
  },
  pop: () => ({ args: [], want: (l) => l.pop() }),
  shift: () => ({ args: [], want: (l) => l.shift() }),
  unshift: (l, random) => {
    const v = item(l, random);
    return { args: [v], want: (list) => list.unshift(v) };
  },
  listSlice: (_, random) => {
    const [start, end] = [optional(random), optional(random)];
    return { args: [start, end], want: (l) => l.slice(orMissing(start), orMissing(end)) };
  },
  splice: (l, random) => {
    const [start, count] = [position(random), optional(random)];
    const items = Array.from({ length: random(5) }, () => item(l, random));
    return {
      args: [start, count, items],
      want: (list) =>
        count === null && items.length === 0
          ? list.splice(start)
          : list.splice(start, count ?? 1e9, ...items),
    };
  },
  listAt: (_, random) => {
    const i = position(random);
    return { args: [i], want: (l) => l.at(i) };
  },
  listIndexOf: (l, random) => {
    const [v, from] = [item(l, random), position(random)];
    return { args: [v, from], want: (list) => list.indexOf(v, from) };
  },
  listLastIndexOf: (l, random) => {
    const v = item(l, random);
    return { args: [v], want: (list) => list.lastIndexOf(v) };
  },
  listIncludes: (l, random) => {
    const v = item(l, random);
    return { args: [v], want: (list) => list.includes(v) };
  },
  reverse: () => ({
    args: [],
    want: (l) => {
      l.reverse();
      return null;
    },
  }),
  fill: (l, random) => {
    const [v, start, end] = [item(l, random), optional(random), optional(random)];
    return {
      args: [v, start, end],
      want: (list) => {
        list.fill(v, orMissing(start), orMissing(end));
        return null;
      },
    };
  },
  concatLists: (_, random) => {
    const other = someList(random);
    return { args: [other], want: (l) => l.concat(other) };
  },
};

describe("arrays", () => {
  it.each(Object.keys(CASES))("%s", (name) => {
    const random = randomInts(31);
    for (let i = 0; i < 4000; i++) {
      const list = someList(random);
      const { args, want } = CASES[name]!(list, random);
      const mine = [...list];
      const result = orNone(want(mine));
      const got = ops.run(name, list, ...args);
      if (!same(got.value, result) || !same(got.self, mine))
        expect([list, args, got]).toEqual([list, args, { value: result, self: mine }]);
    }
  });

  test("sort without a comparison", () => {
    const random = randomInts(32);
    for (let i = 0; i < 6000; i++) {
      const list = i % 3 ? someList(random) : Array.from({ length: random(60) }, () => someText(random));
      // A list that has None holds what was undefined.
      const sorted = list
        .map((x) => x ?? undefined)
        .sort()
        .map(orNone);
      const got = ops.run("sort", list).self;
      if (!same(got, sorted)) expect([list, got]).toEqual([list, sorted]);
    }
    expect(ops.attempt("sort", [[1], [0]])).toBe("! UNSORTABLE");
  });

  test("what JavaScript would give undefined for is refused where a value is needed", () => {
    expect(ops.call("at", ["a", "b"], 1)).toBe("b");
    expect(() => ops.call("at", ["a", "b"], 2)).toThrow(
      "there is no index 2 in an array of length 2: JavaScript gives undefined",
    );
    for (const i of [-1, 0.5, Number.NaN, 2 ** 32])
      expect(ops.attempt("at", ["a"], i)).toBe("! UNDEFINED_ITEM");
    expect(ops.call("present", "x")).toBe("x");
    expect(() => ops.call("present", null)).toThrow("undefined or null where a value is needed");
  });

  test("items are set where they are, or next", () => {
    expect(ops.run("setIdx", [1, 2], 1, 5).self).toEqual([1, 5]);
    expect(ops.run("setIdx", [1, 2], -0, 5).self).toEqual([5, 2]);
    expect(ops.run("setIdx", ["a"], 1, "b").self).toEqual(["a", "b"]);
    for (const i of [3, -1, 0.5, Number.NaN, Infinity]) {
      expect(ops.attempt("setIdx", [1, 2], i, 5)).toBe("! NO_ITEM");
    }
  });

  test("length", () => {
    expect(ops.run("setLength", ["a", "b", "c"], 1).self).toEqual(["a"]);
    expect(ops.run("setLength", ["a"], 1).self).toEqual(["a"]);
    for (const n of [3, -1, 0.5, Number.NaN])
      expect(ops.attempt("setLength", [1, 2], n)).toBe("! LIST_LENGTH");
    expect(ops.call("newList", 3, "x")).toEqual(["x", "x", "x"]);
    for (const n of [-1, 0.5, 2 ** 32, Number.NaN]) expect(ops.attempt("newList", n, 0)).toBe("! NEW_LENGTH");
    expect(ops.attempt("newList", 2 ** 31, 0)).toBe("! OUT_OF_MEMORY");
  });
});

describe("maps", () => {
  const KEYS: Record<string, (random: Random) => Plain> = {
    number: (random) => EDGES[random(EDGES.length)]!,
    "few numbers": (random) => NUMBERS[random(NUMBERS.length)]!,
    string: (random) => someText(random),
    boolean: (random) => random(2) === 0,
    bigint: (random) => BigInt(random(20)) << 58n,
  };

  it.each(Object.keys(KEYS))("do as Map does, keys of %s", (kind) => {
    const random = randomInts(33);
    for (let round = 0; round < 100; round++) {
      let now: Plain = new Map();
      const model = new Map<Plain, Plain>();
      for (let i = 0; i < 40; i++) {
        const key = KEYS[kind]!(random);
        const step = random(12);
        if (step < 6) {
          now = ops.run("mapSet", now, key, i).self;
          model.set(key, i);
        } else if (step < 9) {
          const { value, self } = ops.run("mapDelete", now, key);
          expect(value).toBe(model.delete(key));
          now = self;
        } else if (step === 11 && random(8) === 0) {
          now = ops.run("mapClear", now).self;
          model.clear();
        }
        expect(ops.call("mapGet", now, key)).toEqual(orNone(model.get(key)));
        expect(ops.call("mapHas", now, key)).toBe(model.has(key));
      }
      expect(ops.call("mapSize", now)).toBe(model.size);
      expect(ops.call("mapKeys", now)).toEqual([...model.keys()]);
      expect(ops.call("mapValues", now)).toEqual([...model.values()]);
    }
  });

  test("a key that is not there", () => {
    expect(ops.call("mapAt", new Map([[Number.NaN, 5]]), Number.NaN)).toBe(5);
    expect(() => ops.call("mapAt", new Map([["a", 5]]), "b")).toThrow("the key b is not in the dictionary");
  });

  test("the version changes when a key comes in", () => {
    const version = (map: Plain) => ops.call("mapVersion", map) as number;
    const map = new Map<Plain, Plain>([["a", 1]]);
    expect(version(new Map())).toBe(0);
    expect(version(map)).toBe(1);
    expect(version(map.set("b", 2))).toBe(2);
  });
});

describe("records", () => {
  test("names in JavaScript's order", () => {
    const random = randomInts(34);
    const names = [
      "0",
      "1",
      "10",
      "2",
      "00",
      "01",
      "-1",
      "1.5",
      "4294967294",
      "4294967295",
      "99999999999",
      "",
      "b",
      "a",
      "1e3",
    ];
    for (let i = 0; i < 2000; i++) {
      const record: Record<string, number> = {};
      let dict: Plain = new Map();
      for (let k = random(20); k > 0; k--) {
        const name = random(3) ? names[random(names.length)]! : String(random(200));
        record[name] = k;
        dict = ops.run("recSet", dict, name, k).self;
        expect(ops.call("recGet", dict, name)).toBe(k);
      }
      expect(ops.call("recKeys", dict)).toEqual(Object.keys(record));
    }
  });

  test("names of Object.prototype", () => {
    for (const name of Object.getOwnPropertyNames(Object.prototype)) {
      expect(ops.attempt("recGet", new Map(), name)).toBe("! INHERITED_NAME");
      expect(ops.attempt("recHas", new Map(), name)).toBe("! INHERITED_NAME");
      expect(ops.call("recGet", new Map([[name, 5]]), name)).toBe(5);
      expect(ops.call("recHas", new Map([[name, 5]]), name)).toBe(true);
      const set = ops.attempt("recSet", new Map(), name, 1);
      expect(set).toBe(name === "__proto__" ? "! INHERITED_NAME" : null);
    }
    expect(ops.call("recGet", new Map([["a", 5]]), "b")).toBe(null);
    expect(ops.call("recHas", new Map([["a", 5]]), "b")).toBe(false);
  });
});
