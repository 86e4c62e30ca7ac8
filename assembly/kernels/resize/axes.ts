// The axes of a resizing: for every output position, which input positions count and how much.
//
//   nearest 1 tap │ linear 2 │ cubic 4 │ with antialiasing as many as the filter covers
//
// Positions and weights are computed in the compute type, as PyTorch does, so that they agree with its.

import { scratch } from "../../core/scratch";

export enum Method {
  NEAREST = 0,
  NEAREST_EXACT = 1,
  LINEAR = 2,
  CUBIC = 3,
  LINEAR_AA = 4,
  CUBIC_AA = 5,
}

@unmanaged
export class Axis {
  size: i32;
  out: i32;
  /** Given factor, or 0. */
  factor: f64;
  /** Most taps of a position. */
  taps: i32;
  /** Every position has as many. */
  even: bool;
  /** i32[out]: taps of each position. */
  counts: usize;
  /** i32[out][taps]: input positions. */
  places: usize;
  /** f32 or f64 [out][taps]; 0 where the only weight is 1. */
  weights: usize;

  @inline count(o: i32): i32 {
    return load<i32>(this.counts + ((o as usize) << 2));
  }

  @inline place(o: i32, k: i32): i32 {
    return load<i32>(this.places + (((o * this.taps + k) as usize) << 2));
  }

  /** Fills the tables for compute type T, `last` for an input with its channels last; false with an error recorded when memory is out. */
  prepare<T extends number>(method: Method, align: bool, last: bool): bool {
    const scale = this.scale<T>(align);
    this.taps = method <= Method.NEAREST_EXACT ? 1 : method == Method.LINEAR ? 2 : 4;
    if (method >= Method.LINEAR_AA) {
      const reach = ceil<f64>(support<T>(method, scale) as f64) * 2 + 1;
      this.taps = min<f64>(reach, this.size as f64) as i32;
    }
    this.even = method < Method.LINEAR_AA;
    const cells = (this.out as u64) * (this.taps as u64);
    this.counts = scratch((this.out as u64) << 2);
    this.places = scratch(cells << 2);
    this.weights = scratch(cells * sizeof<T>());
    if (!this.counts || !this.places || !this.weights) return false;
    for (let o = 0; o < this.out; o++) {
      store<i32>(this.counts + ((o as usize) << 2), this.taps);
      if (last && method <= Method.NEAREST_EXACT) this.nearestLast(o, method == Method.NEAREST_EXACT);
      else if (method <= Method.NEAREST_EXACT) this.nearest<T>(o, scale, method == Method.NEAREST_EXACT);
      else if (method == Method.LINEAR) this.linear<T>(o, scale, align);
      else if (method == Method.CUBIC) this.cubic<T>(o, scale, align);
      else this.filtered<T>(o, scale, method);
    }
    if (method <= Method.NEAREST_EXACT) this.weights = 0;
    return true;
  }

  /** Makes the axis one that stays as it is, of one position. */
  prepareSingle(): bool {
    this.size = 1;
    this.out = 1;
    this.factor = 0;
    return this.prepare<f32>(Method.NEAREST, false, false);
  }

  /** Input positions for each output position. */
  scale<T extends number>(align: bool): T {
    if (align) return this.out > 1 ? ((((this.size - 1) as T) / ((this.out - 1) as T)) as T) : (0 as T);
    return this.factor > 0 ? ((1 / this.factor) as T) : (((this.size as T) / (this.out as T)) as T);
  }

  put<T extends number>(o: i32, k: i32, place: i32, weight: T): void {
    const at = (o * this.taps + k) as usize;
    store<i32>(this.places + (at << 2), max(min(place, this.size - 1), 0));
    store<T>(this.weights + at * sizeof<T>(), weight);
  }

  nearest<T extends number>(o: i32, scale: T, exact: bool): void {
    let place = (scale * (o as T)) as T;
    if (exact) place = ((centre<T>(scale, o, false) as T) + (0.5 as T)) as T;
    this.put<T>(o, 0, this.inside(place as f64), 1 as T);
  }

  /** Nearest as PyTorch does it for channels last: unless `exact`, the factor does not count for a size kept or doubled. */
  nearestLast(o: i32, exact: bool): void {
    const scale = this.scale<f32>(false);
    let place = this.inside(((exact ? (o as f32) + (0.5 as f32) : (o as f32)) * scale) as f64);
    if (!exact && this.out == this.size) place = o;
    if (!exact && this.out == 2 * this.size) place = o >> 1;
    this.put<f32>(o, 0, place, 1);
  }

  linear<T extends number>(o: i32, scale: T, align: bool): void {
    if (this.size == this.out) {
      this.put<T>(o, 0, o, 1 as T);
      this.put<T>(o, 1, o, 0 as T);
      return;
    }
    const real = align ? (scale as f64) * (o as f64) : centre<T>(scale, o, false);
    const place = this.inside(real);
    const part = max<f64>(min<f64>(real - (place as f64), 1), 0) as T;
    this.put<T>(o, 0, place, ((1 as T) - part) as T);
    this.put<T>(o, 1, place + 1, part);
  }

  cubic<T extends number>(o: i32, scale: T, align: bool): void {
    const real = align ? (scale as f64) * (o as f64) : centre<T>(scale, o, true);
    const low = floor<f64>(real);
    // Positions up to four before the first and after the last are told apart.
    const first = this.inside(low + 4, 8) - 4;
    const t = (real - low) as T;
    const u = ((1 as T) - t) as T;
    this.put<T>(o, 0, first - 1, outerCubic<T>((t + (1 as T)) as T, -0.75 as T));
    this.put<T>(o, 1, first, innerCubic<T>(t, -0.75 as T));
    this.put<T>(o, 2, first + 1, innerCubic<T>(u, -0.75 as T));
    this.put<T>(o, 3, first + 2, outerCubic<T>((u + (1 as T)) as T, -0.75 as T));
  }

  filtered<T extends number>(o: i32, scale: T, method: Method): void {
    const reach = support<T>(method, scale) as f64;
    const inverse = (scale >= (1 as T) ? (1 as T) / scale : (1 as T)) as T;
    const middle = ((scale as f64) * ((o as f64) + 0.5)) as T as f64;
    const first = this.inside(middle - reach + 0.5);
    const last = min<f64>(max<f64>(trunc<f64>(middle + reach + 0.5), 0), this.size as f64) as i32;
    const count = max(min(last - first, this.taps), 1);
    let total: T = 0 as T;
    for (let k = 0; k < count; k++) {
      const x = (((first + k) as f64) - middle + 0.5) as T;
      const weight = filter<T>(method, abs<T>((x * inverse) as T));
      this.put<T>(o, k, first + k, weight);
      total = (total + weight) as T;
    }
    store<i32>(this.counts + ((o as usize) << 2), count);
    if (total == (0 as T)) return;
    for (let k = 0; k < count; k++) {
      const at = this.weights + ((o * this.taps + k) as usize) * sizeof<T>();
      store<T>(at, (load<T>(at) / total) as T);
    }
  }

  /** `x` cut to a whole number, at least 0 and less than `size` and `more` together; NaN gives 0. */
  inside(x: f64, more: i32 = 0): i32 {
    const most = this.size - 1 + more;
    if (!(x > 0)) return 0;
    return x < (most as f64) ? (x as i32) : most;
  }
}

/** a * b + c; in float32 rounded once, as PyTorch's builds do. */
function fused<T extends number>(a: T, b: T, c: T): T {
  if (sizeof<T>() == 4) return ((a as f64) * (b as f64) + (c as f64)) as T;
  return (a * b + c) as T;
}

/** Input position that lies over the middle of output `o`, not rounded; for all but cubic not before the first. */
function centre<T extends number>(scale: T, o: i32, cubic: bool): f64 {
  const x = (scale as f64) * ((o as f64) + 0.5) - 0.5;
  return cubic ? x : max<f64>(x, 0);
}

/** Reach of an antialiasing filter. */
function support<T extends number>(method: Method, scale: T): T {
  const half: f64 = method == Method.LINEAR_AA ? 1 : 2;
  return (scale >= (1 as T) ? half * (scale as f64) : half) as T;
}

/** The cubic kernel at a distance below 1. */
function innerCubic<T extends number>(x: T, a: T): T {
  const first = fused<T>((a + (2 as T)) as T, x, (-a - (3 as T)) as T);
  return fused<T>((first * x) as T, x, 1 as T);
}

/** The cubic kernel at a distance from 1 to 2. */
function outerCubic<T extends number>(x: T, a: T): T {
  const first = fused<T>(a, x, (-5 * a) as T);
  return fused<T>(fused<T>(first, x, (8 * a) as T), x, (-4 * a) as T);
}

/** The antialiasing filter at distance `x`. */
function filter<T extends number>(method: Method, x: T): T {
  if (method == Method.LINEAR_AA) return x < (1 as T) ? (((1 as T) - x) as T) : (0 as T);
  if (x < (1 as T)) return innerCubic<T>(x, -0.5 as T);
  return x < (2 as T) ? outerCubic<T>(x, -0.5 as T) : (0 as T);
}

const axes: usize = memory.data(144, 16); // Axis[3]

/** Depth, height and width. */
export function axis(i: i32): Axis {
  return changetype<Axis>(axes + (i as usize) * offsetof<Axis>());
}
