// Lane helpers of the vector functions: constants held in static memory, and the way between f32x4 and pairs of f64x2.
//
// Constants come from tables (`memory.data`) by a splatting load: engines build an immediate v128 from three
// instructions at every use, and it costs 18 bytes of code.

/** Four float32 lanes. */
export abstract class F32x4 {
  /** `table[index]` in every lane. */
  @inline static at(table: usize, index: usize): v128 {
    return v128.load32_splat(table + (index << 2));
  }

  /** a * b + c, rounded twice: a fused operation is not the same on every host. */
  @inline static madd(a: v128, b: v128, c: v128): v128 {
    return f32x4.add(f32x4.mul(a, b), c);
  }
}

/** Two float64 lanes: half of an f32x4, widened. */
export abstract class F64x2 {
  /** `table[index]` in both lanes. */
  @inline static at(table: usize, index: usize): v128 {
    return v128.load64_splat(table + (index << 3));
  }

  /** a * b + c, rounded twice. */
  @inline static madd(a: v128, b: v128, c: v128): v128 {
    return f64x2.add(f64x2.mul(a, b), c);
  }

  /** Lanes 0 and 1 of an f32x4, exact. */
  @inline static low(x: v128): v128 {
    return f64x2.promote_low_f32x4(x);
  }

  /** Lanes 2 and 3 of an f32x4, exact. */
  @inline static high(x: v128): v128 {
    return f64x2.promote_low_f32x4(i64x2.shuffle(x, x, 1, 1));
  }

  /** The f32x4 [low0, low1, high0, high1], each rounded once. */
  @inline static narrow(low: v128, high: v128): v128 {
    return i64x2.shuffle(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
  }
}
