/** Strings as JavaScript has them: positions count UTF-16 units, also of lone surrogates; what is not there is None. */

import { family, op } from "./define.ts";

const RANGE = "float? start=None, float? end=None";

export const jsStrings = family("kernels/js-strings", [
  op("js::strAdd(str a, str b) -> str", {
    doc: "Both, one after the other; surrogates that meet become a pair.",
  }),
  op("js::strLen(str s) -> float", { doc: "The number of units." }),
  op("js::strIdx(str s, float i) -> str?", { doc: "s[i]; None where there is no such unit." }),
  op("js::charAt(str s, float i=0) -> str", { doc: "A unit, or an empty text." }),
  op("js::charCodeAt(str s, float i=0) -> float", { doc: "A unit's number, or NaN." }),
  op("js::codePointAt(str s, float i=0) -> float?", {
    doc: "The code point that begins at a unit, or None.",
  }),
  op("js::strAt(str s, float i=0) -> str?", { doc: "A unit, negative from the end, or None." }),
  op(`js::strSlice(str s, ${RANGE}) -> str`, {
    doc: "The units from start to before end, negative from the end.",
  }),
  op("js::substring(str s, float start, float? end=None) -> str", {
    doc: "The units between two positions.",
  }),
  op("js::trim(str s) -> str", { doc: "Without white space and line ends at both ends." }),
  op("js::trimStart(str s) -> str"),
  op("js::trimEnd(str s) -> str"),
  op('js::padStart(str s, float length, str fill=" ") -> str', { doc: "Filled up to a length in front." }),
  op('js::padEnd(str s, float length, str fill=" ") -> str', { doc: "Filled up to a length behind." }),
  op("js::repeat(str s, float count) -> str", { doc: "The text count times." }),
  op("js::fromCharCode(float[] units) -> str", { doc: "The text of units." }),
  op("js::fromCodePoint(float[] points) -> str", { doc: "The text of code points." }),
  op("js::strLt(str a, str b) -> bool", { doc: "The order of units." }),
  op("js::strLe(str a, str b) -> bool"),
  op("js::strGt(str a, str b) -> bool"),
  op("js::strGe(str a, str b) -> bool"),
  op("js::chars(str s) -> str[]", { doc: "The code points, as iteration gives them." }),
  op('js::joinStrs(str[] l, str sep=",") -> str', { doc: "The items with sep between them." }),
]);

export const jsStringSearch = family("kernels/js-string-search", [
  op("js::indexOf(str s, str sub, float from=0) -> float", { doc: "The first place of sub, or -1." }),
  op("js::lastIndexOf(str s, str sub, float? from=None) -> float", { doc: "The last place of sub, or -1." }),
  op("js::includes(str s, str sub, float from=0) -> bool"),
  op("js::startsWith(str s, str sub, float from=0) -> bool"),
  op("js::endsWith(str s, str sub, float? end=None) -> bool"),
  op("js::split(str s, str? sep=None, float? limit=None) -> str[]", {
    doc: 'The parts between separators; units for "".',
  }),
  op("js::replace(str s, str old, str new) -> str", {
    doc: "The first old becomes new, in which $$ $& $` $' have their meaning.",
  }),
  op("js::replaceAll(str s, str old, str new) -> str", { doc: "Every old becomes new." }),
]);

export const jsStringCase = family("kernels/js-string-case", [
  op("js::toLowerCase(str s) -> str", {
    doc: "ASCII letters in lower case; refuses other letters that have cases.",
  }),
  op("js::toUpperCase(str s) -> str", {
    doc: "ASCII letters in upper case; refuses other letters that have cases.",
  }),
]);
