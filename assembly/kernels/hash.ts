// aten::hash, with the numbers of PyTorch's CPU builds: libstdc++'s hash of bytes (a Murmur hash of 64 bits) for
// floats and strings, the value itself for ints, the address for tensors.

import { factTag, fail } from "../core/error";
import { Tag } from "../core/object";
import { scratch } from "../core/scratch";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { deviceIndex, deviceKind } from "./device";

const M: u64 = 0xc6a4_a793_5bd1_e995;

function fold(x: u64): u64 {
  return x ^ (x >> 47);
}

/** The hash of `bytes` bytes at `at`. */
function hashBytes(at: usize, bytes: u32): u64 {
  let h: u64 = 0xc70f_6907 ^ ((bytes as u64) * M);
  const whole = at + ((bytes & ~7) as usize);
  for (; at < whole; at += 8) h = (h ^ (fold(load<u64>(at) * M) * M)) * M;
  const rest = bytes & 7;
  if (rest) {
    let last: u64 = 0;
    for (let i = rest; i > 0; i--) last = (last << 8) | (load<u8>(at + ((i - 1) as usize)) as u64);
    h = (h ^ last) * M;
  }
  return fold(fold(h) * M);
}

function combine(seed: u64, h: u64): u64 {
  return seed ^ (h + 0x9e37_79b9 + (seed << 6) + (seed >> 2));
}

function hashFloat(x: f64): u64 {
  if (x == 0) return 0;
  const at = scratch(8);
  if (!at) return 0;
  store<f64>(at, x);
  return hashBytes(at, 8);
}

function hashOf(v: Value): u64 {
  switch (v.tag) {
    case Tag.NONE:
      return 0;
    case Tag.BOOL:
    case Tag.INT:
    case Tag.TENSOR:
      return v.bits as u64;
    case Tag.FLOAT:
      return hashFloat(v.float);
    case Tag.STR:
      return hashBytes(v.str.text, v.str.bytes);
    case Tag.DEVICE:
      return ((deviceKind(v.str) as u64) << 16) | ((deviceIndex(v.str) & 0xff) as u64);
    case Tag.TUPLE: {
      let seed: u64 = 0;
      for (let i: i32 = 0; i < (v.record.length as i32); i++) seed = combine(seed, hashOf(v.record.at(i)));
      return seed;
    }
    default:
      fail(ErrorCode.BAD_KEY);
      factTag(v.tag);
      return 0;
  }
}

export function hash(value: Value): i64 {
  return hashOf(value) as i64;
}
