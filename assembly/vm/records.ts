// Records for the host: what a program printed or warned of, as text, kept until the host drains them.

import { appendValue, List, newList, newRecord } from "../core/containers";
import { releaseObject, Tag } from "../core/object";
import { scratchMark, scratchReset } from "../core/scratch";
import { Value } from "../core/value";
import { beginText, endText, putByte } from "../text/sink";
import { putValue } from "../text/value";

let records: List = changetype<List>(0);
const slot: usize = memory.data(16, 16);

/** Appends a record: a tuple of its kind (0 print, 1 warning) and the text of the `n` values at `v` with spaces between. */
export function record(kind: i64, n: u32, v: Value): void {
  if (!changetype<usize>(records)) records = newList(0);
  const tuple = newRecord(Tag.TUPLE, 2, 0);
  if (changetype<usize>(records) && changetype<usize>(tuple)) {
    const mark = scratchMark();
    beginText();
    for (let i: u32 = 0; i < n; i++) {
      if (i) putByte(32);
      putValue(v.at(i));
    }
    tuple.at(0).setInt(kind);
    tuple.at(1).setObject(Tag.STR, changetype<usize>(endText()));
    scratchReset(mark);
    const entry = changetype<Value>(slot);
    entry.set(Tag.TUPLE, changetype<usize>(tuple) as i64);
    appendValue(records, slot);
    entry.setNone();
  }
  releaseObject(changetype<usize>(tuple));
}

/** Number of records that wait. */
export function recordCount(): u32 {
  return changetype<usize>(records) ? records.length : 0;
}

/** The list of records, which becomes the caller's; null when there are none. */
export function takeRecords(): List {
  const taken = records;
  records = changetype<List>(0);
  return taken;
}
