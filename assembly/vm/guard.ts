// Trace guards: a value that left the tensor world during tracing must still be what it was.

import { factFloat, factInt, factTag, factText, fail } from "../core/error";
import { Tag } from "../core/object";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import {
  openCursor,
  readArray,
  readIndex,
  readText,
  seek,
  skip,
  takeNil,
  textLength,
} from "../program/msgpack";
import { Program, sameName } from "../program/program";

const MESSAGE: usize = memory.data<u8>([109, 101, 115, 115, 97, 103, 101]);

/** Compares the operand with what payload 0, 2 and 3 of the instruction at `at` say. */
export function checkGuard(p: Program, at: usize, v: Value): void {
  const isFloat = load<u32>(at, 16) == 1;
  const expected = load<i64>(at, 24);
  const wanted = isFloat ? Tag.FLOAT : Tag.INT;
  if (v.tag != wanted && !(v.tag == Tag.BOOL && !isFloat)) {
    fail(ErrorCode.BAD_ARGUMENT);
    factInt(0);
    factTag(wanted);
    factTag(v.tag);
    return;
  }
  if (v.bits == expected) return;
  if (isFloat && v.float != v.float && isNaN<f64>(reinterpret<f64>(expected))) return;
  const text = message(p, load<u32>(at, 20)); // before `fail`: nothing is read while an error stands
  fail(ErrorCode.GUARD);
  factText(text, text ? textLength : 0);
  fact(v.tag, expected);
  fact(v.tag, v.bits);
}

function fact(tag: u32, bits: i64): void {
  if (tag == Tag.FLOAT) factFloat(reinterpret<f64>(bits));
  else factInt(bits);
}

/** The node's `message` attribute, its length in `textLength`; `attrs` is the address of its attributes. */
function message(p: Program, attrs: usize): usize {
  openCursor(p.header, p.headerBytes);
  seek(attrs);
  if (takeNil()) return 0;
  for (let n = readArray(); n >= 3; n -= 3) {
    const row = p.keys + ((readIndex(p.keyCount) as usize) << 3);
    readIndex(15);
    if (sameName(load<u32>(row), load<u32>(row, 4), MESSAGE, 7)) return readText();
    skip();
  }
  return 0;
}
