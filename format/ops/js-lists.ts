/** Arrays as JavaScript has them: positions are numbers, and what is not there is undefined (None). */

import { family, op } from "./define.ts";

const RANGE = "float? start=None, float? end=None";

export const jsLists = family("kernels/js-lists", [
  op("js::idx(t[](a) l, float i) -> t(*)?", { doc: "l[i]; None where there is no such item." }),
  op("js::at(t[](a) l, float i) -> t(*)", {
    doc: "l[i]; refuses an index where JavaScript gives undefined.",
  }),
  op("js::present(t(a)? v) -> t(a)", { doc: "The value; refuses None." }),
  op("js::setIdx(t[](a!) l, float i, t(b -> *) v) -> ()", {
    doc: "l[i] = v, of an item that is there or the next one.",
  }),
  op("js::listLen(t[] l) -> float", { doc: "The number of items." }),
  op("js::push(t[](a!) l, t(b -> *) v) -> float", { doc: "Appends an item; the new length." }),
  op("js::pop(t[](a!) l) -> t(*)?", { doc: "Takes the last item out." }),
  op("js::shift(t[](a!) l) -> t(*)?", { doc: "Takes the first item out." }),
  op("js::unshift(t[](a!) l, t(b -> *) v) -> float", { doc: "Puts an item in front; the new length." }),
  op(`js::listSlice(t[] l, ${RANGE}) -> t[]`, { doc: "The items from start to before end, as a new array." }),
  op("js::splice(t[](a!) l, float start, float? count, t[] items) -> t[]", {
    doc: "Puts items in the place of count others from start on, and gives those.",
  }),
  op("js::listAt(t[](a) l, float i) -> t(*)?", { doc: "An item, negative from the end." }),
  op("js::listIndexOf(t[] l, t v, float from=0) -> float", {
    doc: "The first place of an item that is === v, or -1.",
  }),
  op("js::listLastIndexOf(t[] l, t v) -> float", { doc: "The last place of an item that is === v, or -1." }),
  op("js::listIncludes(t[] l, t v) -> bool", { doc: "Whether an item is v; NaN is NaN here." }),
  op("js::reverse(t[](a!) l) -> ()"),
  op(`js::fill(t[](a!) l, t(b -> *) v, ${RANGE}) -> ()`, {
    doc: "Every item from start to before end is v.",
  }),
  op("js::setLength(t[](a!) l, float n) -> ()", { doc: "Cuts to n items; refuses to make holes." }),
  op("js::newList(float n, t(b -> *) fill) -> t[]", {
    kernel: "newListOf",
    doc: "An array of n times the same item.",
  }),
  op("js::concatLists(t[] a, t[] b) -> t[]", { doc: "The items of both." }),
]);

export const jsSort = family("kernels/js-sort", [
  op("js::sort(t[](a!) l) -> ()", { doc: "By the items' texts, in the order of UTF-16 units; stable." }),
]);
