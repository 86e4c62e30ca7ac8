// Records for the host: what a program printed or warned, kept until the host drains them.

import { appendValue, List, newList, newRecord } from "../core/containers";
import { releaseObject, Tag } from "../core/object";
import { copyValue, Value } from "../core/value";

let records: List = changetype<List>(0);
const slot: usize = memory.data(16, 16);

/** Appends a record: a tuple of its kind (0 print, 1 warning) and the `n` values at `v`. */
export function record(kind: i64, n: u32, v: Value): void {
  if (!changetype<usize>(records)) records = newList(0);
  const tuple = newRecord(Tag.TUPLE, n + 1, 0);
  if (changetype<usize>(records) && changetype<usize>(tuple)) {
    tuple.at(0).setInt(kind);
    for (let i: u32 = 0; i < n; i++)
      copyValue(changetype<usize>(tuple.at(i + 1)), changetype<usize>(v.at(i)));
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
