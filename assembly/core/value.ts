// A value: a tagged 16-byte slot, as registers, list items, arguments and results hold it.
//
//   0  tag u32 (Tag)      4  unused u32      8  bits: bool 0/1, i64, f64, or the address of a counted object
//
// A slot that holds an object owns one reference to it, unless it is a borrowed argument.

import { List, Record, Str } from "./containers";
import { Dict } from "./dict";
import { DType } from "./dtype";
import { releaseObject, retainObject, Tag } from "./object";
import { NONE, Tensor, TensorFlag } from "./tensor";

export const SLOT: usize = 16;

/** f64 to i64 as PyTorch on x86-64: toward zero; NaN and what does not fit give the smallest i64. */
export function truncate(x: f64): i64 {
  return abs(x) < 9223372036854775808.0 ? (x as i64) : i64.MIN_VALUE;
}

/** f64 to i32 in the same way. */
export function truncate32(x: f64): i32 {
  return x > -2147483649.0 && x < 2147483648.0 ? (x as i32) : i32.MIN_VALUE;
}

@unmanaged
export class Value {
  tag: u32;
  spare: u32;
  bits: i64;

  /** The slot `i` places on. */
  @inline at(i: i32): Value {
    return changetype<Value>(changetype<usize>(this) + ((i as usize) << 4));
  }

  @inline get isNone(): bool {
    return this.tag == Tag.NONE;
  }

  @inline get isFloat(): bool {
    return this.tag == Tag.FLOAT;
  }

  @inline get isTensor(): bool {
    return this.tag == Tag.TENSOR;
  }

  @inline get int(): i64 {
    return this.bits;
  }

  @inline get bool(): bool {
    return this.bits != 0;
  }

  @inline get float(): f64 {
    return reinterpret<f64>(this.bits);
  }

  @inline get object(): usize {
    return this.bits as usize;
  }

  /** The object's address, or 0 for None: the bits of an empty slot mean nothing. */
  @inline get objectOrNull(): usize {
    return this.tag === Tag.NONE ? 0 : this.object;
  }

  @inline get tensorOrNone(): Tensor {
    return changetype<Tensor>(this.objectOrNull);
  }

  @inline get listOrNull(): List {
    return changetype<List>(this.objectOrNull);
  }

  @inline get strOrNull(): Str {
    return changetype<Str>(this.objectOrNull);
  }

  @inline get dictOrNull(): Dict {
    return changetype<Dict>(this.objectOrNull);
  }

  @inline get tensor(): Tensor {
    return changetype<Tensor>(this.object);
  }

  @inline get list(): List {
    return changetype<List>(this.object);
  }

  @inline get str(): Str {
    return changetype<Str>(this.object);
  }

  @inline get record(): Record {
    return changetype<Record>(this.object);
  }

  @inline get dict(): Dict {
    return changetype<Dict>(this.object);
  }

  /** An int, bool or float slot as f64 (a Scalar argument). */
  @inline get asFloat(): f64 {
    return this.tag == Tag.FLOAT ? reinterpret<f64>(this.bits) : (this.bits as f64);
  }

  /** An int, bool or float slot as i64, floats truncated. */
  @inline get asInt(): i64 {
    return this.tag == Tag.FLOAT ? truncate(reinterpret<f64>(this.bits)) : this.bits;
  }

  /** The int, or `fallback` for None. */
  @inline intOr(fallback: i64): i64 {
    return this.tag == Tag.NONE ? fallback : this.bits;
  }

  /** The dtype, or `fallback` for None. */
  @inline dtypeOr(fallback: DType): DType {
    return this.tag == Tag.NONE ? fallback : (this.bits as i32 as DType);
  }

  @inline set(tag: u32, bits: i64): void {
    this.tag = tag;
    this.bits = bits;
  }

  /** Becomes a copy of `from`, with a reference of its own; what it held before is not released. */
  @inline copy(from: Value): void {
    const tag = from.tag;
    const bits = from.bits;
    this.set(tag, bits);
    if (tag >= (Tag.TENSOR as u32)) retainObject(bits as usize);
  }

  @inline setNone(): void {
    this.set(Tag.NONE, 0);
  }

  @inline setInt(value: i64): void {
    this.set(Tag.INT, value);
  }

  @inline setBool(value: bool): void {
    this.set(Tag.BOOL, value ? 1 : 0);
  }

  @inline setFloat(value: f64): void {
    this.set(Tag.FLOAT, reinterpret<i64>(value));
  }

  /** Takes the reference over; a null object leaves None. */
  @inline setObject(tag: u32, object: usize): void {
    if (object) this.set(tag, object as i64);
    else this.setNone();
  }

  @inline setTensor(t: Tensor): void {
    this.setObject(Tag.TENSOR, changetype<usize>(t));
  }
}

/** True for tags whose bits are the address of a counted object. */
export function isObjectTag(tag: u32): bool {
  return tag >= (Tag.TENSOR as u32);
}

/** Copies a slot, adding a reference. */
export function copyValue(to: usize, from: usize): void {
  changetype<Value>(to).copy(changetype<Value>(from));
}

/** Copies a slot and leaves None behind: the reference moves. */
export function moveValue(to: usize, from: usize): void {
  changetype<Value>(to).set(load<u32>(from), load<i64>(from, 8));
  store<u32>(from, Tag.NONE);
}

/** Releases what the slot holds and leaves None. */
export function dropValue(at: usize): void {
  const tag = load<u32>(at);
  store<u32>(at, Tag.NONE);
  if (isObjectTag(tag)) releaseObject(load<u32>(at, 8));
}

export function dropValues(at: usize, count: usize): void {
  for (let i: usize = 0; i < count; i++) {
    const slot = at + (i << 4);
    if (isObjectTag(load<u32>(slot))) dropValue(slot);
    else store<u32>(slot, Tag.NONE);
  }
}

/** Up to so many slots are cleared one by one: engines call a function to fill memory. */
const FEW: usize = 32;

export function clearValues(at: usize, count: usize): void {
  if (count > FEW) {
    memory.fill(at, 0, count << 4);
    return;
  }
  for (let i: usize = 0; i < count; i++) v128.store(at + (i << 4), i64x2.splat(0));
}

/** Marks a tensor as a number in type promotion. */
export function markWrapped(t: Tensor): Tensor {
  if (changetype<usize>(t) != changetype<usize>(NONE)) t.flags |= TensorFlag.WRAPPED as u8;
  return t;
}
