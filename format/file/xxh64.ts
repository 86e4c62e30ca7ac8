/** XXH64 with seed 0, the checksum of `.sconce` files, in 32-bit arithmetic: BigInt only makes the result. */

/** A 64-bit number as two 32-bit halves. */
interface Wide {
  high: number;
  low: number;
}

const P1: Wide = { high: 0x9e3779b1 | 0, low: 0x85ebca87 | 0 };
const P2: Wide = { high: 0xc2b2ae3d | 0, low: 0x27d4eb4f };
const P3: Wide = { high: 0x165667b1, low: 0x9e3779f9 | 0 };
const P4: Wide = { high: 0x85ebca77 | 0, low: 0xc2b2ae63 | 0 };
const P5: Wide = { high: 0x27d4eb2f, low: 0x165667c5 };

const STRIPE = 32;
/** Stripes that one lane takes before the next lane has its turn: the bytes stay in cache for all four. */
const TURN = 512;

/** High half of the product of two unsigned 32-bit numbers, from 16-bit digits. */
function mulHigh(a: number, b: number): number {
  const a0 = a & 0xffff;
  const a1 = a >>> 16;
  const b0 = b & 0xffff;
  const b1 = b >>> 16;
  const u = Math.imul(a1, b0);
  const w = Math.imul(a0, b1);
  const m = (u & 0xffff) + (w & 0xffff) + (Math.imul(a0, b0) >>> 16);
  return (Math.imul(a1, b1) + (u >>> 16) + (w >>> 16) + (m >>> 16)) | 0;
}

/** Low 64 bits of a · b, into a. */
function multiply(a: Wide, b: Wide): void {
  a.high = (mulHigh(a.low, b.low) + Math.imul(a.high, b.low) + Math.imul(a.low, b.high)) | 0;
  a.low = Math.imul(a.low, b.low);
}

function add(a: Wide, b: Wide): void {
  const low = (a.low >>> 0) + (b.low >>> 0);
  a.high = (a.high + b.high + (low > 0xffffffff ? 1 : 0)) | 0;
  a.low = low | 0;
}

function xor(a: Wide, b: Wide): void {
  a.high ^= b.high;
  a.low ^= b.low;
}

function rotate(a: Wide, bits: number): void {
  const { high, low } = a;
  a.high = (high << bits) | (low >>> (32 - bits));
  a.low = (low << bits) | (high >>> (32 - bits));
}

/** a ^= a >>> bits. */
function xorShift(a: Wide, bits: number): void {
  if (bits >= 32) {
    a.low ^= a.high >>> (bits - 32);
  } else {
    a.low ^= (a.low >>> bits) | (a.high << (32 - bits));
    a.high ^= a.high >>> bits;
  }
}

/** Runs one lane over `count` stripes: acc = rotl(acc + word · P2, 31) · P1 for its word of each. */
function runLane(acc: Wide, view: DataView, start: number, count: number): void {
  let high = acc.high;
  let low = acc.low;
  for (let i = 0, at = start; i < count; i++, at += STRIPE) {
    const wordLow = view.getInt32(at, true);
    const wordHigh = view.getInt32(at + 4, true);
    const high2 = mulHigh(wordLow, P2.low) + Math.imul(wordHigh, P2.low) + Math.imul(wordLow, P2.high);
    const sum = (low >>> 0) + (Math.imul(wordLow, P2.low) >>> 0);
    const sumHigh = (high + high2 + (sum > 0xffffffff ? 1 : 0)) | 0;
    const sumLow = sum | 0;
    const turnedHigh = (sumHigh << 31) | (sumLow >>> 1);
    const turnedLow = (sumLow << 31) | (sumHigh >>> 1);
    high = (mulHigh(turnedLow, P1.low) + Math.imul(turnedHigh, P1.low) + Math.imul(turnedLow, P1.high)) | 0;
    low = Math.imul(turnedLow, P1.low);
  }
  acc.high = high;
  acc.low = low;
}

/** The lanes' start values for seed 0: P1 + P2, P2, 0, -P1. */
function startLanes(): Wide[] {
  const first = { ...P1 };
  add(first, P2);
  const last = { high: ~P1.high, low: -P1.low | 0 };
  return [first, { ...P2 }, { high: 0, low: 0 }, last];
}

function mergeLanes(lanes: Wide[]): Wide {
  const hash: Wide = { high: 0, low: 0 };
  lanes.forEach((lane, i) => {
    const turned = { ...lane };
    rotate(turned, [1, 7, 12, 18][i]!);
    add(hash, turned);
  });
  for (const lane of lanes) {
    xor(hash, round({ high: 0, low: 0 }, lane));
    multiply(hash, P1);
    add(hash, P4);
  }
  return hash;
}

function round(acc: Wide, word: Wide): Wide {
  const product = { ...word };
  multiply(product, P2);
  add(product, acc);
  rotate(product, 31);
  multiply(product, P1);
  return product;
}

/** XXH64, seed 0, of these bytes: an unsigned 64-bit number. */
export function xxh64(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stripes = Math.floor(bytes.length / STRIPE);
  let hash: Wide = { ...P5 };
  if (stripes > 0) {
    const lanes = startLanes();
    for (let done = 0; done < stripes; done += TURN) {
      const count = Math.min(TURN, stripes - done);
      for (let i = 0; i < 4; i++) runLane(lanes[i]!, view, done * STRIPE + i * 8, count);
    }
    hash = mergeLanes(lanes);
  }
  add(hash, { high: Math.floor(bytes.length / 0x100000000), low: bytes.length | 0 });
  mixTail(hash, view, stripes * STRIPE);
  xorShift(hash, 33);
  multiply(hash, P2);
  xorShift(hash, 29);
  multiply(hash, P3);
  xorShift(hash, 32);
  return (BigInt(hash.high >>> 0) << 32n) | BigInt(hash.low >>> 0);
}

/** Mixes in the bytes after the last whole stripe: by eight, by four, one by one. */
function mixTail(hash: Wide, view: DataView, start: number): void {
  let at = start;
  for (; at + 8 <= view.byteLength; at += 8) {
    xor(
      hash,
      round({ high: 0, low: 0 }, { high: view.getInt32(at + 4, true), low: view.getInt32(at, true) }),
    );
    rotate(hash, 27);
    multiply(hash, P1);
    add(hash, P4);
  }
  if (at + 4 <= view.byteLength) {
    const word = { high: 0, low: view.getInt32(at, true) };
    multiply(word, P1);
    xor(hash, word);
    rotate(hash, 23);
    multiply(hash, P2);
    add(hash, P3);
    at += 4;
  }
  for (; at < view.byteLength; at++) {
    const byte = { high: 0, low: view.getUint8(at) };
    multiply(byte, P5);
    xor(hash, byte);
    rotate(hash, 11);
    multiply(hash, P1);
  }
}
