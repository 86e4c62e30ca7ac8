// Operator names to ids, by binary search in the generated table.

import { NAME_IDS, NAME_OFFSETS, NAMES, OP_COUNT } from "../ops.gen";

/** The id of the operator with this full name, or -1. */
export function resolveOp(name: usize, length: u32): i32 {
  let low = 0;
  let high = OP_COUNT - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const at = NAME_OFFSETS + ((middle as usize) << 1);
    const from: u32 = load<u16>(at);
    const size: u32 = (load<u16>(at, 2) as u32) - from;
    const common = min(size, length);
    let order = memory.compare(name, NAMES + from, common);
    if (order == 0) order = (length as i32) - (size as i32);
    if (order == 0) return load<u16>(NAME_IDS + ((middle as usize) << 1));
    if (order < 0) high = middle - 1;
    else low = middle + 1;
  }
  return -1;
}
