// Reference counts: every heap object starts with { refs u32, kind u32 }. The last release destroys it, without
// recursion: objects to destroy wait in a list threaded through their `refs` word, so that a chain of any length is
// freed in constant stack.

import { Blob, destroyBlob, destroyProgram, Program } from "../program/program";
import { destroyList, destroyRecord, List, Record } from "./containers";
import { Dict, destroyDict } from "./dict";
import { free } from "./heap";
import { destroyStorage, destroyTensor, Storage, Tensor } from "./tensor";

/** What a value is. Those from TENSOR on point to a counted object, whose `kind` is the same number. */
export const enum Tag {
  NONE = 0,
  BOOL = 1,
  INT = 2,
  FLOAT = 3,
  /** A function of the program: its index. */
  FUNCTION = 4,
  TENSOR = 8,
  STR = 9,
  LIST = 10,
  TUPLE = 11,
  DICT = 12,
  OBJECT = 13,
  DEVICE = 14,
  /** A member of an enum: a record of its number, its name and its value. */
  ENUM = 15,
  /** A record of a value, or of the error that took its place and the frames it came from. */
  FUTURE = 16,
  /** A nested tensor: a record of rows and lengths (kernels/nested.ts). */
  NESTED = 17,
  STORAGE = 24,
  BLOB = 25,
  PROGRAM = 26,
}

let pending: usize = 0;
let draining: bool = false;

export function retainObject(object: usize): void {
  if (object) store<u32>(object, load<u32>(object) + 1);
}

/** Gives one reference up; 0 is ignored. */
export function releaseObject(object: usize): void {
  if (!object) return;
  const refs = load<u32>(object) - 1;
  if (refs) {
    store<u32>(object, refs);
    return;
  }
  store<u32>(object, pending as u32);
  pending = object;
  if (draining) return;
  draining = true;
  while (pending) {
    const next = pending;
    pending = load<u32>(next);
    destroy(next);
  }
  draining = false;
}

function destroy(object: usize): void {
  switch (load<u32>(object, 4)) {
    case Tag.TENSOR:
      destroyTensor(changetype<Tensor>(object));
      break;
    case Tag.STORAGE:
      destroyStorage(changetype<Storage>(object));
      break;
    case Tag.LIST:
      destroyList(changetype<List>(object));
      break;
    case Tag.TUPLE:
    case Tag.OBJECT:
    case Tag.ENUM:
    case Tag.FUTURE:
    case Tag.NESTED:
      destroyRecord(changetype<Record>(object));
      break;
    case Tag.DICT:
      destroyDict(changetype<Dict>(object));
      break;
    case Tag.PROGRAM:
      destroyProgram(changetype<Program>(object));
      break;
    case Tag.BLOB:
      destroyBlob(changetype<Blob>(object));
      break;
    default:
      free(object);
  }
}
