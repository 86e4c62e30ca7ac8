/** JavaScript's strings: each operator against JavaScript itself, over texts with astral characters and lone surrogates. */

import { beforeAll, describe, expect, it, test } from "vitest";
import { randomInts } from "../support/random.ts";
import { JsOps, type Plain, same } from "./engine.ts";
import { numberLike, type Random, someText } from "./samples.ts";

let ops: JsOps;
beforeAll(async () => {
  ops = await JsOps.create();
});

const ODD = [-0, 1.5, -1.5, 0.9, -0.9, Number.NaN, Infinity, -Infinity, 2 ** 31, 2 ** 32, -(2 ** 32), 1e300];
const position = (random: Random): number => (random(4) ? random(24) - 8 : ODD[random(ODD.length)]!);
const optional = (random: Random): number | null => (random(4) ? position(random) : null);
const given = (value: number | null): number | undefined => value ?? undefined;

/** A part of `s`, or of it with something else; often one that cuts pairs. */
function partLike(s: string, random: Random): string {
  if (random(3) === 0) return someText(random, 2);
  const start = random(s.length + 1);
  return s.slice(start, start + random(4));
}

const REPLACEMENTS = [
  "",
  "x",
  "$",
  "$$",
  "$&",
  "$`",
  "$'",
  "[$&]",
  "$1",
  "$0",
  "$<a>",
  "a$",
  "\ude00$&",
  "$&\ud83d",
  "$$$&$",
  "\ud800$'\udc00",
];

/** Arguments behind the text, and what JavaScript gives. */
type Case = (s: string, random: Random) => [Plain[], Plain | undefined];

const CASES: Record<string, Case> = {
  strAdd: (s, random) => {
    const b = someText(random);
    return [[b], s + b];
  },
  strLen: (s) => [[], s.length],
  strIdx: (s, random) => {
    const i = position(random);
    return [[i], s[i]];
  },
  charAt: (s, random) => {
    const i = position(random);
    return [[i], s.charAt(i)];
  },
  charCodeAt: (s, random) => {
    const i = position(random);
    return [[i], s.charCodeAt(i)];
  },
  codePointAt: (s, random) => {
    const i = position(random);
    return [[i], s.codePointAt(i)];
  },
  strAt: (s, random) => {
    const i = position(random);
    return [[i], s.at(i)];
  },
  strSlice: (s, random) => {
    const [start, end] = [optional(random), optional(random)];
    return [[start, end], s.slice(given(start), given(end))];
  },
  substring: (s, random) => {
    const [start, end] = [position(random), optional(random)];
    return [[start, end], s.substring(start, given(end))];
  },
  indexOf: (s, random) => {
    const [sub, from] = [partLike(s, random), position(random)];
    return [[sub, from], s.indexOf(sub, from)];
  },
  lastIndexOf: (s, random) => {
    const [sub, from] = [partLike(s, random), optional(random)];
    return [[sub, from], s.lastIndexOf(sub, given(from))];
  },
  includes: (s, random) => {
    const [sub, from] = [partLike(s, random), position(random)];
    return [[sub, from], s.includes(sub, from)];
  },
  startsWith: (s, random) => {
    const from = position(random);
    const sub = random(2) ? partLike(s, random) : s.slice(Math.max(0, from)).slice(0, random(4));
    return [[sub, from], s.startsWith(sub, from)];
  },
  endsWith: (s, random) => {
    const end = optional(random);
    const sub = random(2)
      ? partLike(s, random)
      : s.slice(0, Math.max(0, end ?? s.length)).slice(-1 - random(3));
    return [[sub, end], s.endsWith(sub, given(end))];
  },
  split: (s, random) => {
    const sep = random(6) ? partLike(s, random) : null;
    const limit = random(3) ? null : position(random);
    return [[sep, limit], s.split(sep ?? (undefined as unknown as string), given(limit))];
  },
  trim: (s) => [[], s.trim()],
  trimStart: (s) => [[], s.trimStart()],
  trimEnd: (s) => [[], s.trimEnd()],
  padStart: (s, random) => {
    const [length, fill] = [random(24) - 2 + random(2) / 2, someText(random, 3)];
    return [[length, fill], s.padStart(length, fill)];
  },
  padEnd: (s, random) => {
    const [length, fill] = [random(24) - 2 + random(2) / 2, someText(random, 3)];
    return [[length, fill], s.padEnd(length, fill)];
  },
  repeat: (s, random) => {
    const count = random(6) + random(2) / 2;
    return [[count], s.repeat(count)];
  },
  replace: (s, random) => {
    const [old, by] = [partLike(s, random), REPLACEMENTS[random(REPLACEMENTS.length)]!];
    return [[old, by], s.replace(old, by)];
  },
  replaceAll: (s, random) => {
    const [old, by] = [partLike(s, random), REPLACEMENTS[random(REPLACEMENTS.length)]!];
    return [[old, by], s.replaceAll(old, by)];
  },
  strLt: (s, random) => {
    const b = random(2) ? someText(random) : partLike(s, random);
    return [[b], s < b];
  },
  strLe: (s, random) => {
    const b = random(2) ? someText(random) : s.slice(0, random(9));
    return [[b], s <= b];
  },
  strGt: (s, random) => {
    const b = random(2) ? someText(random) : s.slice(0, random(4)) + someText(random, 2);
    return [[b], s > b];
  },
  strGe: (s, random) => {
    const b = random(2) ? someText(random) : s.slice(0, random(4)) + someText(random, 2);
    return [[b], s >= b];
  },
  chars: (s) => [[], [...s]],
};

const BLANKS = [
  " ",
  "\t",
  "\n",
  "\u00a0",
  "\u3000",
  "\ufeff",
  "\u2028",
  "\u200b",
  "\u1680",
  "\u2003",
  "\u205f",
];

/** Short and long texts, blanks at the ends of some. */
function subject(name: string, i: number, random: Random): string {
  const text = someText(random, i % 8 ? 7 : 60);
  if (!name.startsWith("trim")) return text;
  const blank = () => Array.from({ length: random(4) }, () => BLANKS[random(BLANKS.length)]).join("");
  return blank() + text + blank();
}

describe("operators", () => {
  it.each(Object.keys(CASES))(
    "%s",
    (name) => {
      const random = randomInts(41);
      for (let i = 0; i < 10_000; i++) {
        const s = subject(name, i, random);
        const [args, want] = CASES[name]!(s, random);
        const got = ops.call(name, s, ...args);
        if (!same(got, want ?? null)) expect([s, args, got]).toEqual([s, args, want ?? null]);
      }
    },
    60_000,
  );

  test("joinStrs", () => {
    const random = randomInts(42);
    for (let i = 0; i < 4000; i++) {
      const list = Array.from({ length: random(5) }, () => someText(random, 3));
      const sep = someText(random, 2);
      expect(ops.call("joinStrs", list, sep)).toBe(list.join(sep));
      expect(ops.call("joinStrs", list)).toBe(list.join());
    }
  });

  test("fromCharCode and fromCodePoint", () => {
    const random = randomInts(43);
    const surrogate = () => 0xd800 + random(0x800);
    for (let i = 0; i < 4000; i++) {
      const units = Array.from({ length: random(6) }, () => (random(2) ? surrogate() : numberLike(random)));
      expect(ops.call("fromCharCode", units)).toBe(String.fromCharCode(...units));
      const points = Array.from({ length: random(6) }, () => (random(2) ? surrogate() : random(0x110000)));
      expect(ops.call("fromCodePoint", points)).toBe(String.fromCodePoint(...points));
    }
    for (const point of [-1, 0x110000, 0.5, Number.NaN, Infinity]) {
      expect(ops.attempt("fromCodePoint", [point])).toBe("! CODE_POINT");
    }
  });
});

describe("texts of equal units are equal", () => {
  test("however a pair comes together", () => {
    const pair = "\u{1f600}";
    const halves = ["\ud83d", "\ude00"];
    expect(ops.call("strAdd", halves[0]!, halves[1]!)).toBe(pair);
    expect(ops.call("joinStrs", halves, "")).toBe(pair);
    expect(ops.call("replace", "\ud83dx", "x", "\ude00")).toBe(pair);
    expect(ops.call("replaceAll", `\ud83d${"x"}`, "x", "\ude00")).toBe(pair);
    expect(ops.call("padStart", "\ude00", 2, "\ud83d")).toBe(pair);
    expect(ops.call("repeat", "\ude00\ud83d", 2)).toBe(`\ude00${pair}\ud83d`);
  });
});

describe("limits", () => {
  test("repeat", () => {
    for (const count of [-1, -Infinity, Infinity])
      expect(ops.attempt("repeat", "a", count)).toBe("! REPEAT_COUNT");
    expect(ops.call("repeat", "a", Number.NaN)).toBe("");
    expect(ops.call("repeat", "", 2 ** 40)).toBe("");
    expect(ops.attempt("repeat", "ab", 2 ** 29)).toBe("! TEXT_LENGTH");
    expect(ops.attempt("repeat", "é", 1e300)).toBe("! TEXT_LENGTH");
    expect(ops.attempt("padEnd", "a", 2 ** 30)).toBe("! TEXT_LENGTH");
    expect(ops.call("padEnd", "a", 2 ** 30, "")).toBe("a");
  });
});

describe("letter case", () => {
  /** Whether the text is mapped, and then as JavaScript does. */
  function isMapped(text: string): boolean {
    const lower = ops.attempt("toLowerCase", text);
    if (lower === "! CASE_MAPPING") return false;
    const upper = ops.attempt("toUpperCase", text);
    if (lower !== text.toLowerCase() || upper !== text.toUpperCase())
      expect([text, lower, upper]).toEqual([text, text.toLowerCase(), text.toUpperCase()]);
    return true;
  }

  test("every code point is mapped as JavaScript does, or refused", () => {
    const CHUNK = 64;
    let kept = 0;
    for (let from = 0; from < 0x110000; from += CHUNK) {
      const points = Array.from({ length: CHUNK }, (_, i) => String.fromCodePoint(from + i));
      const cased = points.filter((point) => point.toLowerCase() !== point || point.toUpperCase() !== point);
      for (const point of cased) isMapped(point);
      const caseless = points.filter((point) => !cased.includes(point));
      if (isMapped(caseless.join("-"))) kept += caseless.length;
      else if (from < 0x3000) for (const point of caseless) if (isMapped(point)) kept++;
    }
    expect(kept).toBeGreaterThan(0x40000);
  }, 60_000);

  test("the message names the letter", () => {
    expect(() => ops.call("toLowerCase", "straÉe")).toThrow(
      'the case of the letter "É" cannot be changed here',
    );
    expect(ops.call("toUpperCase", "héllo 中😀".replace("é", "e"))).toBe("HELLO 中😀");
  });
});
