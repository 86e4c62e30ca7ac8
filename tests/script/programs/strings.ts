/** Strings: UTF-16 units, methods, comparison, templates. */

import { fc } from "../harness.ts";

const text = fc.string({ unit: "grapheme" });
const samples = [
  "",
  "a",
  "Hello, World",
  "  padded\t",
  "äöü",
  "日本語",
  "a😀b",
  "\ud83d",
  "\ude00x",
  "a,b,,c",
  "\u0000z",
];

export function lengths(s: string): number[] {
  return [s.length, s.charCodeAt(0), s.charCodeAt(s.length - 1), s.charCodeAt(s.length)];
}
lengths.cases = samples.map((s) => [s]);
lengths.inputs = fc.tuple(text);

export function units(s: string): string[] {
  const out: string[] = [];
  for (let i = 0; i < s.length; i++) out.push(s[i]!);
  return out;
}
units.cases = samples.map((s) => [s]);

export function codePoints(s: string): string[] {
  const out: string[] = [];
  for (const c of s) out.push(`${c}:${c.length}`);
  return out;
}
codePoints.cases = samples.map((s) => [s]);
codePoints.inputs = fc.tuple(text);

export function joined(a: string, b: string): string[] {
  return [a + b, `${a}${b}`, `<${a}|${b}>`, a.concat(b, "!"), a + 1 + b, 1 + 2 + a];
}
joined.cases = [
  ["a", "b"],
  ["", ""],
  ["\ud83d", "\ude00"],
];
joined.inputs = fc.tuple(text, text);

export function compared(a: string, b: string): boolean[] {
  return [a < b, a <= b, a > b, a >= b, a === b, a !== b];
}
compared.cases = [
  ["a", "b"],
  ["a", "a"],
  ["a", "B"],
  ["", "a"],
  ["\uffff", "😀"],
  ["ab", "a"],
  ["ä", "z"],
];
compared.inputs = fc.tuple(text, text);

export function templateOfAll(n: number, flag: boolean, s: string, missing: string | undefined): string {
  return `${n} ${flag} ${s} ${missing} ${null} ${n + 1} ${`inner ${s}`}`;
}
templateOfAll.cases = [
  [1.5, true, "x", undefined],
  [-0, false, "", "there"],
];

export function cut(s: string, from: number, to: number): string[] {
  return [
    s.slice(from),
    s.slice(from, to),
    s.substring(from, to),
    s.slice(-2),
    s.charAt(from),
    s.at(from) ?? "none",
  ];
}
cut.cases = [
  ["hello", 1, 3],
  ["hello", -3, -1],
  ["hello", 3, 1],
  ["hi", 10, 20],
  ["", 0, 1],
  ["a😀b", 2, 3],
];
cut.inputs = fc.tuple(text, fc.integer({ min: -5, max: 8 }), fc.integer({ min: -5, max: 8 }));

export function searched(s: string, part: string): string {
  return [
    s.indexOf(part),
    s.lastIndexOf(part),
    s.indexOf(part, 2),
    Number(s.includes(part)),
    Number(s.startsWith(part)),
    Number(s.endsWith(part)),
    Number(s.startsWith(part, 1)),
  ].join(" ");
}
searched.cases = [
  ["banana", "an"],
  ["banana", ""],
  ["", "a"],
  ["aaa", "aa"],
  ["banana", "x"],
];
searched.inputs = fc.tuple(
  fc.string({ unit: fc.constantFrom("a", "b") }),
  fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 2 }),
);

export function split(s: string, by: string): string[][] {
  return [s.split(by), s.split(""), s.split(by, 2), s.split(" ")];
}
split.cases = [
  ["a,b,,c", ","],
  ["", ","],
  ["abc", ""],
  ["a b  c", "b"],
  ["a😀b", ""],
];

export function trimmed(s: string): string[] {
  return [s.trim(), s.trimStart(), s.trimEnd(), `[${s.trim()}]`];
}
trimmed.cases = [["  a b\t\n"], [""], ["\u00a0x\ufeff"], ["   "]];

export function padded(s: string, n: number): string[] {
  return [s.padStart(n), s.padEnd(n, "-"), s.padStart(n, "ab"), s.repeat(Math.max(0, n))];
}
padded.cases = [
  ["x", 5],
  ["hello", 3],
  ["", 2],
  ["a", 0],
];

export function replaced(s: string, a: string, b: string): string[] {
  return [s.replace(a, b), s.replaceAll(a, b), s.split(a).join(b)];
}
replaced.cases = [
  ["banana", "an", "X"],
  ["aaa", "aa", "b"],
  ["abc", "z", "y"],
  ["a.b.c", ".", ""],
];

export function cased(s: string): string[] {
  return [s.toUpperCase(), s.toLowerCase()];
}
cased.cases = [["Hello World 123"], [""], ["aZ_"]];

export function builtInLoop(n: number): string {
  let s = "";
  for (let i = 0; i < n; i++) {
    s += String.fromCharCode(97 + (i % 26));
    if (i % 5 === 4) s += " ";
  }
  return s;
}
builtInLoop.cases = [[0], [7], [30]];

export function fromCodes(): string[] {
  return [
    String.fromCharCode(72, 105),
    String.fromCodePoint(0x1f600, 65),
    String.fromCharCode(0xd83d, 0xde00),
  ];
}
fromCodes.cases = [[]];

export function reversedWords(s: string): string {
  const words = s.split(" ").filter((w) => w.length > 0);
  words.reverse();
  return words.join(" ");
}
reversedWords.cases = [["the quick brown fox"], [""], [" one "]];

export function isPalindrome(s: string): boolean {
  let i = 0;
  let j = s.length - 1;
  while (i < j) {
    if (s[i] !== s[j]) return false;
    i++;
    j--;
  }
  return true;
}
isPalindrome.cases = [["racecar"], ["ab"], [""], ["a"]];

export function countVowels(s: string): number {
  let n = 0;
  for (const c of s.toLowerCase()) if ("aeiou".includes(c)) n++;
  return n;
}
countVowels.cases = [["Programming LANGUAGE"], [""]];

export function caesar(s: string, shift: number): string {
  let out = "";
  for (let i = 0; i < s.length; i++) {
    const code = s.charCodeAt(i);
    if (code >= 97 && code <= 122) out += String.fromCharCode(((code - 97 + shift) % 26) + 97);
    else if (code >= 65 && code <= 90) out += String.fromCharCode(((code - 65 + shift) % 26) + 65);
    else out += s[i];
  }
  return out;
}
caesar.cases = [
  ["Hello, World!", 3],
  ["xyz", 5],
];

export function tokens(s: string): string[] {
  const out: string[] = [];
  let word = "";
  for (const c of s) {
    if (c === " " || c === "\n") {
      if (word !== "") out.push(word);
      word = "";
    } else if (c === "." || c === ",") {
      if (word) out.push(word);
      out.push(c);
      word = "";
    } else word += c;
  }
  if (word.length > 0) out.push(word);
  return out;
}
tokens.cases = [["Hello, big  world."], [""], ["x"], [",.\n."]];

export function isDigits(s: string): boolean {
  if (s.length === 0) return false;
  for (let i = 0; i < s.length; i++) {
    const c = s[i]!;
    if (c < "0" || c > "9") return false;
  }
  return true;
}
isDigits.cases = [["123"], [""], ["12a"], ["٣"]];

export function codePointValues(s: string): number[] {
  const out: number[] = [];
  for (let i = 0; i < s.length; i++) out.push(s.codePointAt(i) ?? -1);
  return out;
}
codePointValues.cases = samples.map((s) => [s]);

export function runLengths(s: string): string {
  let out = "";
  let i = 0;
  while (i < s.length) {
    let j = i;
    while (j < s.length && s[j] === s[i]) j++;
    out += `${s[i]}${j - i}`;
    i = j;
  }
  return out;
}
runLengths.cases = [["aaabccd"], [""], ["x"]];

export function spreadCharacters(s: string): string[] {
  return [...s, "|", ...s.slice(0, 2)];
}
spreadCharacters.cases = [["abc"], ["😀"], [""]];

export function stringTruthiness(s: string): string {
  return s ? "some" : "none";
}
stringTruthiness.cases = [[""], ["0"], [" "]];

export function startsUpper(words: string[]): string[] {
  return words.map((w) => w.charAt(0).toUpperCase() + w.slice(1));
}
startsUpper.cases = [[["hello", "", "World"]]];
