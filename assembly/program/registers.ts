// Which values share a register. Each has its own to begin with, of its own number; wishes (graph.ts) are granted where no
// value of the one class is needed while one of the other is. So what a loop carries stays where it is.

import { info, NEVER, ValueInfo, Wish, wishCount, wishes } from "./graph";

/** Classes of more values than this are not joined any further: joining compares all with all. */
const MOST: u32 = 64;

/** The first value of the class that `v` is in: its register. */
function rootOf(v: u32): u32 {
  let root = v;
  while (info(root).parent != root) root = info(root).parent;
  for (let at = v; at != root; ) {
    const value = info(at);
    at = value.parent;
    value.parent = root;
  }
  return root;
}

/** Stretches of places during which both hold something. */
function meet(from: u32, to: u32, otherFrom: u32, otherTo: u32): bool {
  return from == otherFrom || (from < otherTo && otherFrom < to);
}

function conflict(a: ValueInfo, b: ValueInfo): bool {
  return (
    meet(a.start, a.end, b.start, b.end) ||
    (a.leave != 0 && meet(a.again, a.leave, b.start, b.end)) ||
    (b.leave != 0 && meet(a.start, a.end, b.again, b.leave)) ||
    (a.leave != 0 && b.leave != 0 && meet(a.again, a.leave, b.again, b.leave))
  );
}

function classesConflict(a: u32, b: u32): bool {
  for (let i = a + 1; i; i = info(i - 1).next) {
    for (let k = b + 1; k; k = info(k - 1).next) {
      if (conflict(info(i - 1), info(k - 1))) return true;
    }
  }
  return false;
}

function join(v: u32, w: u32): void {
  const a = info(v);
  const b = info(w);
  // What nothing uses is dropped at once, and what must be freed is not kept where numbers are.
  if (a.isConstant || b.isConstant || a.isNumber != b.isNumber || b.lastUse == NEVER) return;
  const one = rootOf(v);
  const other = rootOf(w);
  if (one == other || info(one).members + info(other).members > MOST || classesConflict(one, other)) return;
  const root = info(min(one, other));
  const rest = info(max(one, other));
  rest.parent = min(one, other);
  root.members += rest.members;
  let last = root;
  while (last.next) last = info(last.next - 1);
  last.next = max(one, other) + 1;
}

/** Grants the graph's wishes, and gives every value that is no constant its register. */
export function shareRegisters(values: u32): void {
  for (let kind: u32 = Wish.ROUND; kind <= (Wish.BRANCH as u32); kind++) {
    for (let i: usize = 0; i < (wishCount as usize); i++) {
      const wish = wishes + i * 12;
      if (load<u32>(wish) == kind) join(load<u32>(wish, 4), load<u32>(wish, 8));
    }
  }
  for (let v: u32 = 0; v < values; v++) {
    if (!info(v).isConstant) info(v).word = rootOf(v);
  }
}
