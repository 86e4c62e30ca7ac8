// Where an error happened: the frames of a failed task, and the source places of their nodes from the debug segment.

import { newRecord, newStr, Record } from "../core/containers";
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
import { Program } from "../program/program";
import { frameBehindTrail, trailOf } from "./error-value";
import { Frame, Task } from "./task";

/** Function and node of a frame, as `findFrame` found them. */
let fnIndex: u32 = 0;
let node: u32 = 0;

/** Finds the frame `depth` frames below the innermost, those that an error was caught in first. */
function findFrame(task: Task, depth: u32): bool {
  const trail = trailOf();
  const gone: u32 = changetype<usize>(trail) ? trail.length >> 1 : 0;
  if (depth < gone) {
    fnIndex = trail.int(2 * depth) as u32;
    node = trail.int(2 * depth + 1) as u32;
    return true;
  }
  let at = frameBehindTrail(task);
  for (let i: u32 = gone; i < depth && at; i++) at = changetype<Frame>(at).previous;
  if (!at) return false;
  const frame = changetype<Frame>(at);
  fnIndex = frame.index;
  node = load<u32>(frame.fn.code + ((frame.pc as usize) << 2), 4);
  return true;
}

/**
 * Writes where the task's innermost frame, or one `depth` frames below it, is: a tuple (file str or None when the file does
 * not say, line int, column int, function int). None when there is no such frame.
 */
export function placeOf(task: Task, depth: u32, to: Value): void {
  to.setNone();
  if (!findFrame(task, depth)) return;
  const place = newRecord(Tag.TUPLE, 4, 0);
  if (!changetype<usize>(place)) return;
  place.at(3).setInt(fnIndex);
  to.setObject(Tag.TUPLE, changetype<usize>(place));
  if (task.program.debug) readPlace(task.program, place);
  clearError();
}

function readPlace(p: Program, place: Record): void {
  openCursor(p.debug, p.debugBytes);
  readArray();
  const files = tell();
  skip();
  skip();
  readArray();
  for (let i: u32 = 0; i < fnIndex; i++) skip();
  if (hasError() || takeNil()) return;
  readArray();
  if (!takeNil()) skip();
  if (takeNil() || readArray() < 3 * node + 3) return;
  for (let i: u32 = 0; i < 3 * node; i++) readInt();
  const file = readInt();
  const line = readInt();
  const column = readInt();
  if (file < 0 || hasError()) return;
  seek(files);
  if (file >= (readArray() as i64)) return;
  for (let i: i64 = 0; i < file; i++) skip();
  const text = readText();
  if (hasError()) return;
  place.at(0).setObject(Tag.STR, changetype<usize>(newStr(text, textLength)));
  place.at(1).setInt(line);
  place.at(2).setInt(column);
}
