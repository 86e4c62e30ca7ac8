// Integer division and power as PyTorch defines them, on int64; narrower integers widen and wrap. Nothing
// traps: where PyTorch raises (a divisor of 0), the caller checks first, and gets 0 if it did not.

/** a / b towards zero. The lowest int64 by -1 wraps to itself. */
export function truncDivide(a: i64, b: i64): i64 {
  if (b === 0) return 0;
  return b === -1 ? -a : a / b;
}

/** C's a % b: the sign is a's. PyTorch's fmod of integers. */
export function truncModulo(a: i64, b: i64): i64 {
  return b === 0 || b === -1 ? 0 : a % b;
}

/** Python's a // b. The lowest int64 by -1 wraps to itself. */
export function floorDivide(a: i64, b: i64): i64 {
  const q = truncDivide(a, b);
  return a < 0 !== b < 0 && q * b !== a ? q - 1 : q;
}

/** Python's a % b: the sign is b's. PyTorch's remainder of integers. */
export function floorModulo(a: i64, b: i64): i64 {
  const r = truncModulo(a, b);
  return r !== 0 && r < 0 !== b < 0 ? r + b : r;
}

/** base^exponent, wrapping around. A negative exponent gives 0 unless the base is 1 or -1, as in PyTorch. */
export function integerPower(base: i64, exponent: i64): i64 {
  if (exponent < 0) {
    if (base === 1) return 1;
    if (base === -1) return exponent & 1 ? -1 : 1;
    return 0;
  }
  let result: i64 = 1;
  for (; exponent !== 0; exponent >>= 1) {
    if (exponent & 1) result *= base;
    base *= base;
  }
  return result;
}
