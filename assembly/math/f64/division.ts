// fmod, remainder and floor division of float64 numbers, with PyTorch's values for zeros and infinities.

/** C's fmod: x - n y, n = x / y truncated. The sign is x's; NaN for y = 0 and for an infinite x. */
export function fmod64(x: f64, y: f64): f64 {
  const fraction: u64 = 0x000fffffffffffff;
  const infinity: u64 = 0x7ff0000000000000;
  const sign = reinterpret<u64>(x) & 0x8000000000000000;
  let a = reinterpret<u64>(x) ^ sign;
  let b = (reinterpret<u64>(y) << 1) >> 1;
  if (b === 0 || a >= infinity || b > infinity) return (x * y) / (x * y);
  if (a < b) return x;
  // a 2^ea and b 2^eb with integers below 2^53, so that eleven more bits fit at each step.
  let ea = <i32>(a >> 52);
  let eb = <i32>(b >> 52);
  a = ea ? (a & fraction) | (fraction + 1) : a;
  b = eb ? (b & fraction) | (fraction + 1) : b;
  ea = max(ea, 1);
  eb = max(eb, 1);
  a %= b;
  for (let rest = ea - eb; rest > 0 && a !== 0; rest -= 11) {
    const step: u64 = min(rest, 11);
    a = (a << step) % b;
  }
  if (a === 0) return reinterpret<f64>(sign);
  const shift = clz(a) - 11;
  const exponent = <u64>eb;
  const normal = shift < exponent;
  const bits = normal ? (a << shift) + ((exponent - shift - 1) << 52) : a << (exponent - 1);
  return reinterpret<f64>(bits | sign);
}

/** Python's %: the sign is y's. PyTorch's remainder. */
export function remainder64(x: f64, y: f64): f64 {
  const r = fmod64(x, y);
  return r !== 0 && r < 0 !== y < 0 ? r + y : r;
}

/** Python's //: PyTorch's div with rounding_mode "floor", the same steps and so the same roundings. */
export function floorDivide64(x: f64, y: f64): f64 {
  if (y === 0) return x / y;
  const r = fmod64(x, y);
  let q = (x - r) / y;
  if (r !== 0 && r < 0 !== y < 0) q -= 1;
  if (q === 0) return copysign<f64>(0, x / y);
  const whole = floor(q);
  return q - whole > 0.5 ? whole + 1 : whole;
}
