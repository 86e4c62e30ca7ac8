// Numbers to text and back over arrays, for tests (AssemblyScript).

import { alloc, free, heapInit } from "../../assembly/core/heap";
import { scratchReset } from "../../assembly/core/scratch";
import { decimalRange, decimalValue, readDecimal } from "../../assembly/text/decimal";
import { putFixed, putGeneral, putScientific, putShortest } from "../../assembly/text/numbers";
import { beginText, endText, putByte } from "../../assembly/text/sink";

export { alloc, heapInit };

let text: usize = 0;

/** Writes `count` float64 at `numbers` in a form (0 shortest, 1 %g, 2 %e, 3 %f), a line each; their length. */
export function write(numbers: usize, count: i32, form: i32, precision: i32): u32 {
  scratchReset(0);
  beginText();
  for (let i: i32 = 0; i < count; i++) {
    const x = load<f64>(numbers + ((i as usize) << 3));
    if (form == 0) putShortest(x);
    else if (form == 1) putGeneral(x, precision);
    else if (form == 2) putScientific(x, precision, false);
    else putFixed(x, precision);
    putByte(10);
  }
  free(text);
  const s = endText();
  text = changetype<usize>(s);
  return s.bytes;
}

/** Address of what `write` wrote. */
export function written(): usize {
  return text + 16;
}

/** Reads lines of decimal numbers into float64 at `numbers`; NaN where a line is none. Returns how many lines there are. */
export function read(lines: usize, bytes: usize, numbers: usize): i32 {
  const end = lines + bytes;
  let count: i32 = 0;
  for (let at = lines; at < end; at++) {
    const start = at;
    while (load<u8>(at) != 10) at++;
    const stop = readDecimal(start, at);
    store<f64>(numbers + ((count++ as usize) << 3), stop == at && at > start ? decimalValue : NaN);
  }
  return count;
}

/** Whether the last number read was out of range. */
export function outOfRange(): bool {
  return decimalRange;
}
