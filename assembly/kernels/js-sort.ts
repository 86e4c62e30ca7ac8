// Array.prototype.sort without a comparison: items by their texts, in the order of UTF-16 units; None last.

import { List, Str } from "../core/containers";
import { factTag, fail } from "../core/error";
import { releaseObject, retainObject, Tag } from "../core/object";
import { scratch } from "../core/scratch";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { compareUnits } from "../text/js-units";
import { strBool, strFloat, strInt } from "./js-number-text";

const NO_STR: Str = changetype<Str>(0);

/** An item's text with a reference for the caller; null with an error recorded where it has none. */
function textOf(v: Value): Str {
  switch (v.tag) {
    case Tag.STR:
      retainObject(v.object);
      return v.str;
    case Tag.FLOAT:
      return strFloat(v.float);
    case Tag.INT:
      return strInt(v.int);
    case Tag.BOOL:
      return strBool(v.bool);
    default:
      fail(ErrorCode.UNSORTABLE);
      factTag(v.tag);
      return NO_STR;
  }
}

// Rows of {text u32, unused u32, unused u64, slot}: what is sorted.
const ROW: usize = 32;

function comesFirst(a: usize, b: usize): bool {
  const x = load<u32>(a);
  const y = load<u32>(b);
  if (!x || !y) return x != 0 && !y;
  return compareUnits(changetype<Str>(x as usize), changetype<Str>(y as usize)) < 0;
}

function copyRow(to: usize, from: usize): void {
  memory.copy(to, from, ROW);
}

/** Merges two sorted runs of rows; of equal rows the left one stays in front. */
function merge(from: usize, to: usize, start: usize, middle: usize, end: usize): void {
  let i = start;
  let j = middle;
  for (let k = start; k < end; k++) {
    const second = i >= middle || (j < end && comesFirst(from + j * ROW, from + i * ROW));
    copyRow(to + k * ROW, from + (second ? j++ : i++) * ROW);
  }
}

export function sort(l: List): void {
  const n = l.length as usize;
  if (n < 2) return;
  let rows = scratch((n as u64) * (ROW as u64) * 2);
  if (!rows) return;
  let made: usize = 0;
  for (; made < n; made++) {
    const item = l.at(made as i32);
    const row = rows + made * ROW;
    store<u32>(row, 0);
    v128.store(row + 16, v128.load(changetype<usize>(item)));
    if (item.isNone) continue;
    const text = textOf(item);
    if (!changetype<usize>(text)) break;
    store<u32>(row, changetype<usize>(text) as u32);
  }
  let spare = rows + n * ROW;
  for (let width: usize = 1; width < n && made == n; width *= 2) {
    for (let start: usize = 0; start < n; start += 2 * width) {
      merge(rows, spare, start, min(start + width, n), min(start + 2 * width, n));
    }
    const swap = rows;
    rows = spare;
    spare = swap;
  }
  for (let i: usize = 0; i < made; i++) {
    releaseObject(load<u32>(rows + i * ROW));
    if (made == n) v128.store(changetype<usize>(l.at(i as i32)), v128.load(rows + i * ROW + 16));
  }
}
