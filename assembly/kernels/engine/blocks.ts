// Runs an elementwise loop over strided operands, block by block.
//
// A block is `rows` rows (dimension 1) of `width` elements (dimension 0). An operand goes to the loop as it lies in memory when
// it is of the loop's own type and dense over the block; any other is gathered into a buffer, or scattered from one.

import { DType, dtypeBytes } from "../../core/dtype";
import { scratch } from "../../core/scratch";
import { gatherBlock, isNative, narrow, scatterBlock } from "./convert";
import { KEEP, OPERANDS, Operands } from "./operands";
import { Plan } from "./plan";

/** A loop over `n` contiguous elements: the output, then up to three inputs (0 where there are fewer). */
export type Loop = (out: usize, a: usize, b: usize, c: usize, n: usize) => void;

/** Elements per gathered block: four buffers of eight-byte elements stay well inside the first-level cache. */
export const BLOCK: usize = 512;
/** Rows from this length on are handed to the loop one by one rather than gathered. */
const LONG: usize = 16;
/** Rows shorter than this, and those up to HALF that need little gathering, are taken several at a time. */
const SHORT: usize = 64;
const HALF: usize = BLOCK / 2;
/** Sides of the tile in which operands of another dimension order are gathered. */
const TILE_WIDTH: usize = 32;
const TILE_ROWS: usize = 16;

const index: usize = memory.data(256, 16); // i32[MAX_DIMS]: where dimensions from 2 on stand
const pointers: usize = memory.data(16, 16); // usize[OPERANDS]: first element of the present plane
const buffers: usize = memory.data(16, 16); // usize[OPERANDS]; 0 for operands used in place
const held: usize = memory.data(48, 16); // {pointer, width, rows} of what each buffer holds

let width: usize = 0;
let rows: usize = 0;

function word(base: usize, i: i32): usize {
  return base + ((i as usize) << 2);
}

function dtypeAt(i: i32): DType {
  return Operands.tensor(i).dtype as DType;
}

/** True when a row of operand `i` is dense memory of the loop's own type. */
function isRow(i: i32): bool {
  const dtype = dtypeAt(i);
  if (!isNative(dtype, Operands.compute(i)) || Operands.rounding(i) !== KEEP) return false;
  return Plan.step(i, 0) === (dtypeBytes(dtype) as i32) || Plan.size(0) === 1;
}

/** True when operand `i` is one number per row that the splat loop reads itself. */
function isSplat(i: i32): bool {
  if (i !== 2 || Plan.step(i, 0) !== 0 || Operands.rounding(i) !== KEEP) return false;
  return isNative(dtypeAt(i), Operands.compute(i));
}

/** How the plane is gone through. */
enum Way {
  /** In blocks, with buffers. */
  BLOCKS = 0,
  /** Row by row, every operand in place. */
  ROWS = 1,
  /** Row by row with the splat loop: operand 2 is one number per row. */
  SPLAT = 2,
}

/** Chooses the way, and for BLOCKS `width` and `rows`. `splat`: there is a splat loop. */
function chooseBlock(splat: bool): Way {
  const inner = Plan.size(0) as usize;
  const outer = Plan.size(1) as usize;
  let direct = true;
  let even = true; // operands are dense, or one number per row, or the same row again
  let crossed = false;
  let way = Way.ROWS;
  for (let i = 0; i < Operands.count; i++) {
    const along = abs(Plan.step(i, 0));
    const across = abs(Plan.step(i, 1));
    const row = isRow(i);
    const dense = row && across === Plan.size(0) * along;
    if (!dense && (i === 0 || (along !== 0 && across !== 0))) even = false;
    if (row) continue;
    if (splat && isSplat(i)) {
      way = Way.SPLAT;
      continue;
    }
    direct = false;
    if (across !== 0 && across < along) crossed = true;
  }
  // Rows that could be blocks too must be long enough to be worth a call of the loop each.
  const least = !even ? LONG : way === Way.SPLAT ? SHORT : 2 * SHORT;
  if (direct && (outer === 1 || inner >= least)) return way;
  width = inner;
  rows = 1;
  if (inner < SHORT || (even && inner <= HALF)) {
    rows = min(outer, BLOCK / inner);
  } else if (crossed) {
    width = TILE_WIDTH;
    rows = min(outer, TILE_ROWS);
  } else {
    width = min(inner, BLOCK);
  }
  return Way.BLOCKS;
}

/** True when operand `i` needs no buffer with the chosen block. */
function isDirect(i: i32): bool {
  if (!isRow(i)) return false;
  if (rows === 1) return true;
  return (
    width === (Plan.size(0) as usize) && Plan.step(i, 1) === Plan.size(0) * (dtypeBytes(dtypeAt(i)) as i32)
  );
}

/** Moves to the next plane (dimensions from 2 on); false after the last. */
function advance(): bool {
  for (let d = 2; d < Plan.ndim; d++) {
    const at = word(index, d);
    const size = Plan.size(d);
    const i = load<i32>(at) + 1;
    const wrap = i === size;
    store<i32>(at, wrap ? 0 : i);
    for (let k = 0; k < Operands.count; k++) {
      const p = word(pointers, k);
      const step = Plan.step(k, d);
      store<u32>(p, load<u32>(p) + (wrap ? -(size - 1) * step : step));
    }
    if (!wrap) return true;
  }
  return false;
}

/**
 * Runs the loop over the plan; `splat`, or null, is the loop whose second input is one number per call. False with an
 * error recorded when scratch memory is out.
 */
export function runBlocks(loop: Loop, splat: Loop | null): bool {
  for (let d = 2; d < Plan.ndim; d++) store<i32>(word(index, d), 0);
  for (let i = 0; i < Operands.count; i++) store<u32>(word(pointers, i), Operands.tensor(i).data as u32);
  const way = chooseBlock(splat !== null);
  if (way !== Way.BLOCKS) {
    const rowLoop = splat !== null && way === Way.SPLAT ? splat : loop;
    do runRows(rowLoop);
    while (advance());
    return true;
  }
  const bytes = (BLOCK << 3) + 64;
  const area = scratch(((OPERANDS as usize) * bytes) as u64);
  if (!area) return false;
  for (let i = 0; i < Operands.count; i++) {
    store<u32>(word(buffers, i), (isDirect(i) ? 0 : area + (i as usize) * bytes) as u32);
  }
  memory.fill(held, 0, 48);
  const inner = Plan.size(0) as usize;
  const outer = Plan.size(1) as usize;
  do {
    for (let y: usize = 0; y < outer; y += rows) {
      for (let x: usize = 0; x < inner; x += width) {
        runBlock(loop, x, y, min(width, inner - x), min(rows, outer - y));
      }
    }
  } while (advance());
  return true;
}

/** Every row of the plane, where all operands are used in place. */
function runRows(loop: Loop): void {
  const inner = Plan.size(0) as usize;
  let p0 = load<u32>(pointers) as usize;
  let p1 = load<u32>(pointers, 4) as usize;
  let p2 = Operands.count > 2 ? (load<u32>(pointers, 8) as usize) : 0;
  let p3 = Operands.count > 3 ? (load<u32>(pointers, 12) as usize) : 0;
  const s0 = Plan.step(0, 1);
  const s1 = Plan.step(1, 1);
  const s2 = Plan.step(2, 1);
  const s3 = Plan.step(3, 1);
  for (let y = Plan.size(1); y > 0; y--) {
    loop(p0, p1, p2, p3, inner);
    p0 += s0;
    p1 += s1;
    p2 += s2;
    p3 += s3;
  }
}

function runBlock(loop: Loop, x: usize, y: usize, w: usize, r: usize): void {
  const a = Operands.count > 1 ? source(1, x, y, w, r) : 0;
  const b = Operands.count > 2 ? source(2, x, y, w, r) : 0;
  const c = Operands.count > 3 ? source(3, x, y, w, r) : 0;
  const to = address(0, x, y);
  const buffer = load<u32>(buffers) as usize;
  if (!buffer) {
    loop(to, a, b, c, w * r);
    return;
  }
  loop(buffer, a, b, c, w * r);
  scatterBlock(to, Plan.step(0, 0), Plan.step(0, 1), buffer, w, r, dtypeAt(0), Operands.compute(0));
}

function address(i: i32, x: usize, y: usize): usize {
  const p = load<u32>(word(pointers, i)) as usize;
  return p + (x as isize) * (Plan.step(i, 0) as isize) + (y as isize) * (Plan.step(i, 1) as isize);
}

/** Where the loop reads operand `i` of the block from: its memory, or its buffer, filled unless it holds that block. */
function source(i: i32, x: usize, y: usize, w: usize, r: usize): usize {
  const at = address(i, x, y);
  const buffer = load<u32>(word(buffers, i)) as usize;
  if (!buffer) return at;
  const holds = held + (i as usize) * 12;
  const heldWidth = load<u32>(holds, 4) as usize;
  if (at === (load<u32>(holds) as usize)) {
    if (r === 1 ? w <= heldWidth : w === heldWidth && r <= (load<u32>(holds, 8) as usize)) return buffer;
  }
  const c = Operands.compute(i);
  gatherBlock(buffer, at, Plan.step(i, 0), Plan.step(i, 1), w, r, dtypeAt(i), c);
  const roundTo = Operands.rounding(i);
  if (roundTo !== KEEP) narrow(buffer, w * r, roundTo as DType, c);
  store<u32>(holds, at as u32);
  store<u32>(holds, w as u32, 4);
  store<u32>(holds, r as u32, 8);
  return buffer;
}
