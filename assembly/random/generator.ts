// PyTorch's CPU generator: the Mersenne Twister mt19937, and how its 32-bit words become numbers.
//
// A generator is a block of memory; the runtime has one of its own, and a host may make more and draw from them:
//
//   0  seed u64      8  words used u32      12  a normal number is kept u32      16  that number f64
//   24 state u32[624]

const WORDS: u32 = 624;
const SHIFT: u32 = 397;

/** Bytes of a generator. */
export const GENERATOR_BYTES: usize = 2520;

/** What generators start from until they are seeded: PyTorch's own default. */
export const DEFAULT_SEED: u64 = 67280421310721;

const USED: usize = 8;
const KEPT: usize = 12;
const NUMBER: usize = 16;
const STATE: usize = 24;

const own: usize = memory.data(2520, 16);
let current: usize = own;
seedGenerator(own, DEFAULT_SEED);

/** Starts generator `g` over; the low 32 bits of the seed matter. */
export function seedGenerator(g: usize, seed: u64): void {
  store<u64>(g, seed);
  let last = seed as u32;
  store<u32>(g, last, STATE);
  for (let i: u32 = 1; i < WORDS; i++) {
    last = 1812433253 * (last ^ (last >> 30)) + i;
    store<u32>(g + ((i as usize) << 2), last, STATE);
  }
  store<u32>(g, WORDS, USED);
  store<u32>(g, 0, KEPT);
}

/** Draws from `g` from now on, or from the runtime's own generator for 0; gives the address of the one in use. */
export function useGenerator(g: usize): usize {
  current = g ? g : own;
  return current;
}

/** Starts the generator in use over. */
export function seedCurrent(seed: u64): void {
  seedGenerator(current, seed);
}

function stateAt(g: usize, i: u32): usize {
  return g + STATE + ((i as usize) << 2);
}

/** Makes the next 624 words of state. */
function twist(g: usize): void {
  // Four at a time as long as all they need lies ahead; what is read is older than what is written.
  let i: u32 = 0;
  for (; i + SHIFT + 4 <= WORDS; i += 4) twistFour(stateAt(g, i), stateAt(g, i + SHIFT));
  for (; i + SHIFT < WORDS; i++) twistOne(g, i);
  for (; i + 5 <= WORDS; i += 4) twistFour(stateAt(g, i), stateAt(g, i + SHIFT - WORDS));
  for (; i < WORDS; i++) twistOne(g, i);
}

function twistFour(at: usize, far: usize): void {
  const y = v128.bitselect(v128.load(at), v128.load(at, 4), i32x4.splat(0x80000000));
  const odd = i32x4.ne(v128.and(y, i32x4.splat(1)), i32x4.splat(0));
  const turn = v128.and(odd, i32x4.splat(0x9908b0df));
  v128.store(at, v128.xor(v128.xor(v128.load(far), i32x4.shr_u(y, 1)), turn));
}

function twistOne(g: usize, i: u32): void {
  const next = i + 1 === WORDS ? 0 : i + 1;
  const far = i + SHIFT < WORDS ? i + SHIFT : i + SHIFT - WORDS;
  const y = (load<u32>(stateAt(g, i)) & 0x80000000) | (load<u32>(stateAt(g, next)) & 0x7fffffff);
  store<u32>(stateAt(g, i), load<u32>(stateAt(g, far)) ^ (y >> 1) ^ (y & 1 ? 0x9908b0df : 0));
}

/** The next 32 bits. */
export function word(): u32 {
  const g = current;
  let used = load<u32>(g, USED);
  if (used === WORDS) {
    twist(g);
    used = 0;
  }
  store<u32>(g, used + 1, USED);
  let y = load<u32>(stateAt(g, used));
  y ^= y >> 11;
  y ^= (y << 7) & 0x9d2c5680;
  y ^= (y << 15) & 0xefc60000;
  return y ^ (y >> 18);
}

/** The next 64 bits: the first word is the upper half. */
export function word64(): u64 {
  const high = word() as u64;
  return (high << 32) | (word() as u64);
}

/** A number in [0, 1) of the low `digits` bits of a word. */
export function unitOf(digits: u32): f32 {
  const one: u32 = 1 << digits;
  return ((word() & (one - 1)) as f32) / (one as f32);
}

/** A float32 in [0, 1). */
export function unit32(): f32 {
  return ((word() & 0xffffff) as f32) * (5.9604644775390625e-8 as f32); // 2^-24
}

/** Draws `n` float32 in [0, 1) to `to`: `unit32` over and over, four at a time where it can. */
export function fillUnits(to: usize, n: usize): void {
  const g = current;
  const end = to + (n << 2);
  while (to < end) {
    const used = load<u32>(g, USED);
    if (used + 4 > WORDS || to + 16 > end) {
      store<f32>(to, unit32());
      to += 4;
      continue;
    }
    store<u32>(g, used + 4, USED);
    let y = v128.load(stateAt(g, used));
    y = v128.xor(y, i32x4.shr_u(y, 11));
    y = v128.xor(y, v128.and(i32x4.shl(y, 7), i32x4.splat(0x9d2c5680)));
    y = v128.xor(y, v128.and(i32x4.shl(y, 15), i32x4.splat(0xefc60000)));
    y = v128.and(v128.xor(y, i32x4.shr_u(y, 18)), i32x4.splat(0xffffff));
    v128.store(to, f32x4.mul(f32x4.convert_i32x4_s(y), f32x4.splat(5.9604644775390625e-8)));
    to += 16;
  }
}

/** A float64 in [0, 1). */
export function unit64(): f64 {
  return ((word64() & 0x1fffffffffffff) as f64) * 1.1102230246251565e-16; // 2^-53
}

/** True when the last pair of normal numbers has one left: `takeNormal` gives it. */
export function hasNormal(): bool {
  return load<u32>(current, KEPT) !== 0;
}

export function takeNormal(): f64 {
  store<u32>(current, 0, KEPT);
  return load<f64>(current, NUMBER);
}

export function keepNormal(x: f64): void {
  store<u32>(current, 1, KEPT);
  store<f64>(current, x, NUMBER);
}
