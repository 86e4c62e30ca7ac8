// A tensor as ATen prints it: lines of numbers in columns, a scale in front where they are large or small together, each
// matrix of a larger tensor under its place, and the type and sizes at the end.

import { DType } from "../core/dtype";
import { isNone, release, Tensor } from "../core/tensor";
import { contiguousAs } from "../kernels/copy";
import { log10_64 } from "../math/f64/log";
import { powerOfTen } from "./decimal";
import { putFixed, putGeneral, putInt, putScientific } from "./numbers";
import { padBefore, putByte, putBytes, putRepeated, textLength } from "./sink";

const LINE: i64 = 80;

// Names of dtypes by code, eight bytes each, "CPU" before and "Type" behind.
const NAMES: usize = memory.data<u8>([
  66, 121, 116, 101, 0, 0, 0, 0, 67, 104, 97, 114, 0, 0, 0, 0, 83, 104, 111, 114, 116, 0, 0, 0, 73, 110, 116,
  0, 0, 0, 0, 0, 76, 111, 110, 103, 0, 0, 0, 0, 72, 97, 108, 102, 0, 0, 0, 0, 70, 108, 111, 97, 116, 0, 0, 0,
  68, 111, 117, 98, 108, 101, 0, 0, 66, 111, 111, 108, 0, 0, 0, 0, 66, 70, 108, 111, 97, 116, 49, 54,
]);
const CPU: usize = memory.data<u8>([67, 80, 85]);
const TYPE: usize = memory.data<u8>([84, 121, 112, 101]);
const COLUMNS: usize = memory.data<u8>([67, 111, 108, 117, 109, 110, 115, 32]); // "Columns "
const TO: usize = memory.data<u8>([32, 116, 111, 32]); // " to "
const STARS: usize = memory.data<u8>([32, 42, 10]); // " *\n"
const PLACE: usize = memory.data<u8>([46, 44, 46, 41, 32, 61, 32, 10]); // ".,.) = \n"

const enum Form {
  GENERAL = 0,
  FIXED = 1,
  SCIENTIFIC = 2,
}

// How numbers are printed: a C++ stream's state, which stays from one matrix to the next.
let form: Form = Form.GENERAL;
let precision: i32 = 6;
let width: i64 = 0;
let scale: f64 = 1;

/** Appends the text of a tensor; an error is recorded when memory is out. */
export function putTensor(t: Tensor): void {
  const numbers = contiguousAs(t, DType.FLOAT64);
  if (isNone(numbers)) return;
  form = Form.GENERAL;
  precision = 6;
  width = 0;
  const ndim = t.ndim as i32;
  if (ndim == 0) {
    putNumber(load<f64>(numbers.data));
    putByte(10);
  } else if (t.numel != 0) {
    if (ndim == 1) putVector(numbers.data, t.numel);
    else if (ndim == 2) putMatrix(numbers.data, t.size(0), t.size(1), 0);
    else putMatrices(numbers);
  }
  release(numbers);
  putByte(91);
  putByte(32);
  putBytes(CPU, 3);
  putTypeName(t.dtype);
  putBytes(TYPE, 4);
  putByte(123);
  for (let i = 0; i < ndim; i++) {
    if (i) putByte(44);
    putInt(t.size(i));
  }
  putByte(125);
  putByte(32);
  putByte(93);
}

function putTypeName(dtype: u32): void {
  const row: usize = dtype == DType.BFLOAT16 ? 9 : dtype == DType.BOOL ? 8 : dtype;
  const name = NAMES + (row << 3);
  let length: usize = 0;
  while (length < 8 && load<u8>(name + length)) length++;
  putBytes(name, length);
}

/** One number, right in its column. */
function putNumber(x: f64): void {
  const from = textLength();
  if (form == Form.FIXED) putFixed(x, precision);
  else if (form == Form.SCIENTIFIC) putScientific(x, precision, false);
  else putGeneral(x, precision);
  padBefore(from, width - ((textLength() - from) as i64));
}

function exponentOf(x: f64): f64 {
  return x == 0 ? 1 : floor(log10_64(x)) + 1;
}

/**
 * Chooses form, width and scale for `count` numbers by the sizes of the smallest and the largest. The largest is sought
 * among positive numbers and the first, as ATen does.
 */
function choose(data: usize, count: i64): void {
  const end = data + ((count as usize) << 3);
  let whole: bool = true;
  let least: f64 = -1;
  let most: f64 = -1;
  for (let at = data; at < end; at += 8) {
    const x = load<f64>(at);
    if (!isFinite(x)) continue;
    if (x != ceil(x)) whole = false;
    const size = abs(x);
    if (least < 0) {
      least = size;
      most = size;
    }
    if (size < least) least = size;
    if (x > most) most = size;
  }
  const low = least < 0 ? 1 : exponentOf(least);
  const high = least < 0 ? 1 : exponentOf(most);
  scale = 1;
  if (whole ? high > 9 : high - low > 4) {
    form = Form.SCIENTIFIC;
    precision = 4;
    width = !whole && (abs(high) > 99 || abs(low) > 99) ? 12 : 11;
  } else if (whole) {
    form = Form.GENERAL;
    width = (high as i64) + 1;
  } else {
    form = Form.FIXED;
    precision = 4;
    width = 7;
    if (high > 5 || high < 0) scale = powerOfTen((high as i32) - 1);
    else if (high != 0) width = (high as i64) + 6;
  }
}

/** The line "1e+06 *", in general form whatever the numbers have. */
function putScale(): void {
  putGeneral(scale, precision);
  putBytes(STARS, 3);
}

function putVector(data: usize, count: i64): void {
  choose(data, count);
  if (scale != 1) putScale();
  for (let i: i64 = 0; i < count; i++) {
    putNumber(load<f64>(data + ((i as usize) << 3)) / scale);
    putByte(10);
  }
}

/** A matrix in blocks of as many columns as fit a line. */
function putMatrix(data: usize, rows: i64, columns: i64, indent: i64): void {
  choose(data, rows * columns);
  putRepeated(32, indent);
  const fit = (LINE - indent) / (width + 1);
  for (let first: i64 = 0; first < columns; first += fit) {
    const last = min(first + fit, columns) - 1;
    if (fit < columns) {
      if (first != 0) putByte(10);
      putBytes(COLUMNS, 8);
      putInt(first + 1);
      putBytes(TO, 4);
      putInt(last + 1);
      putRepeated(32, indent);
    }
    if (scale != 1) {
      putScale();
      putRepeated(32, indent);
    }
    for (let row: i64 = 0; row < rows; row++) {
      for (let column = first; column <= last; column++) {
        putNumber(load<f64>(data + (((row * columns + column) as usize) << 3)) / scale);
        putByte(column == last ? 10 : 32);
      }
      if (row == rows - 1) continue;
      putRepeated(32, indent);
      if (scale != 1) putByte(32);
    }
  }
}

/** Every matrix of a tensor of three and more dimensions, the first dimension running fastest. */
function putMatrices(t: Tensor): void {
  const outer = (t.ndim as i32) - 2;
  const rows = t.size(outer) as i64;
  const columns = t.size(outer + 1) as i64;
  const count = (t.numel as i64) / (rows * columns);
  for (let k: i64 = 0; k < count; k++) {
    if (k) putByte(10);
    putByte(40);
    let left = k;
    let offset: i64 = 0;
    for (let i = 0; i < outer; i++) {
      const size = t.size(i) as i64;
      const place = left % size;
      left /= size;
      offset += place * (t.stride(i) as i64);
      putInt(place + 1);
      putByte(44);
    }
    putBytes(PLACE, 8);
    putMatrix(t.data + ((offset as usize) << 3), rows, columns, 1);
  }
}
