// Where an error happened: the frames of a failed task, and the source places of their nodes from the debug segment.

import { newRecord, newStr } from "../core/containers";
import { clearError, hasError } from "../core/error";
import { Tag } from "../core/object";
import { Value } from "../core/value";
import {
  openCursor,
  readArray,
  readInt,
  readText,
  seek,
  skip,
  takeNil,
  tell,
  textLength,
} from "../program/msgpack";
import { Frame, Task } from "./task";

/**
 * Writes the place of the node that the task's top frame, or one `depth` frames below it, is at: a tuple (file str, line
 * int, column int). None when the file does not say or there is no such frame.
 */
export function placeOf(task: Task, depth: u32, to: Value): void {
  to.setNone();
  let at = task.frame;
  for (let i: u32 = 0; i < depth && at; i++) at = changetype<Frame>(at).previous;
  const p = task.program;
  if (!at || !p.debug) return;
  const frame = changetype<Frame>(at);
  const node = load<u32>(frame.fn.code + ((frame.pc as usize) << 2), 4);
  openCursor(p.debug, p.debugBytes);
  readArray();
  const files = tell();
  skip();
  skip();
  readArray();
  for (let i: u32 = 0; i < frame.index; i++) skip();
  if (!hasError() && !takeNil()) {
    readArray();
    if (!takeNil()) skip();
    if (!takeNil() && readArray() >= 3 * node + 3) {
      for (let i: u32 = 0; i < 3 * node; i++) readInt();
      const file = readInt();
      const line = readInt();
      const column = readInt();
      if (file >= 0 && !hasError()) writePlace(files, file, line, column, to);
    }
  }
  clearError();
}

function writePlace(files: usize, file: i64, line: i64, column: i64, to: Value): void {
  seek(files);
  if (file >= (readArray() as i64)) return;
  for (let i: i64 = 0; i < file; i++) skip();
  const text = readText();
  const name = newStr(text, textLength);
  const place = newRecord(Tag.TUPLE, 3, 0);
  if (!changetype<usize>(name) || !changetype<usize>(place)) return;
  place.at(0).setObject(Tag.STR, changetype<usize>(name));
  place.at(1).setInt(line);
  place.at(2).setInt(column);
  to.setObject(Tag.TUPLE, changetype<usize>(place));
}
