// What the vector functions share: constants, polynomials, and the way between f32x4 and two f64x2 halves.
//
// Constants lie in static tables and are read by a splatting load: 7 bytes of code and one instruction, where
// an immediate v128 takes 18 bytes and three.

const ONE32 = memory.data<f32>([1]);
const SIGN32 = memory.data<f32>([-0.0]);
const ONE64 = memory.data<f64>([1]);

/** Four float32 lanes. */
export abstract class F32x4 {
  @inline static one(): v128 {
    return v128.load32_splat(ONE32);
  }

  /** The sign bit of each lane. */
  @inline static sign(x: v128): v128 {
    return v128.and(x, v128.load32_splat(SIGN32));
  }

  /** `table[index]` in every lane. */
  @inline static at(table: usize, index: usize): v128 {
    return v128.load32_splat(table + (index << 2));
  }

  /** a * b + c, rounded twice: a fused operation is not the same on every host. */
  @inline static madd(a: v128, b: v128, c: v128): v128 {
    return f32x4.add(f32x4.mul(a, b), c);
  }

  /** The polynomial in x with 4 coefficients from `table[first]`, lowest order first. */
  @inline static poly4(table: usize, first: usize, x: v128): v128 {
    let p = F32x4.madd(F32x4.at(table, first + 3), x, F32x4.at(table, first + 2));
    p = F32x4.madd(p, x, F32x4.at(table, first + 1));
    return F32x4.madd(p, x, F32x4.at(table, first));
  }

  @inline static poly5(table: usize, first: usize, x: v128): v128 {
    return F32x4.madd(F32x4.poly4(table, first + 1, x), x, F32x4.at(table, first));
  }

  @inline static poly6(table: usize, first: usize, x: v128): v128 {
    return F32x4.madd(F32x4.poly5(table, first + 1, x), x, F32x4.at(table, first));
  }

  @inline static poly7(table: usize, first: usize, x: v128): v128 {
    return F32x4.madd(F32x4.poly6(table, first + 1, x), x, F32x4.at(table, first));
  }

  @inline static poly8(table: usize, first: usize, x: v128): v128 {
    return F32x4.madd(F32x4.poly7(table, first + 1, x), x, F32x4.at(table, first));
  }
}

/** Two float64 lanes. */
export abstract class F64x2 {
  @inline static one(): v128 {
    return v128.load64_splat(ONE64);
  }

  /** `table[index]` in both lanes. */
  @inline static at(table: usize, index: usize): v128 {
    return v128.load64_splat(table + (index << 3));
  }

  /** a * b + c, rounded twice. */
  @inline static madd(a: v128, b: v128, c: v128): v128 {
    return f64x2.add(f64x2.mul(a, b), c);
  }

  /** The polynomial in x with 4 coefficients from `table[first]`, lowest order first. */
  @inline static poly4(table: usize, first: usize, x: v128): v128 {
    let p = F64x2.madd(F64x2.at(table, first + 3), x, F64x2.at(table, first + 2));
    p = F64x2.madd(p, x, F64x2.at(table, first + 1));
    return F64x2.madd(p, x, F64x2.at(table, first));
  }

  @inline static poly5(table: usize, first: usize, x: v128): v128 {
    return F64x2.madd(F64x2.poly4(table, first + 1, x), x, F64x2.at(table, first));
  }

  @inline static poly6(table: usize, first: usize, x: v128): v128 {
    return F64x2.madd(F64x2.poly5(table, first + 1, x), x, F64x2.at(table, first));
  }

  @inline static poly7(table: usize, first: usize, x: v128): v128 {
    return F64x2.madd(F64x2.poly6(table, first + 1, x), x, F64x2.at(table, first));
  }

  /** Lanes 0 and 1 of an f32x4; exact. */
  @inline static low(x: v128): v128 {
    return f64x2.promote_low_f32x4(x);
  }

  /** Lanes 2 and 3 of an f32x4; exact. */
  @inline static high(x: v128): v128 {
    return f64x2.promote_low_f32x4(i64x2.shuffle(x, x, 1, 1));
  }

  /** The f32x4 [low 0, low 1, high 0, high 1], each lane rounded once. */
  @inline static narrow(low: v128, high: v128): v128 {
    return i64x2.shuffle(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
  }
}
