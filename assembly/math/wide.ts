// Float64 lane pairs behind float32 functions. Each core is good to about 2^-35, so that rounding its result once to
// float32 gives at most 0.51 ulp. They are not float64 functions (their inputs must be float32 values): see `f64/`.
import { F64x2 } from "./lanes";

const TABLE = memory.data<f64>([
  -700, // 0: bounds of e^x: far outside float32's range, and 2^k is still normal
  700,
  1.4426950408889634, // 2: log2(e)
  6755399441055744, // 3: 1.5 * 2^52; x + this - this is x rounded to an integer
  0.6931471805599453, // 4: ln 2
  1, // 5
  2, // 6
  0.5000000000105119, // 7: q in e^r = 1 + r + r^2 q(r), |r| <= ln(2) / 2
  0.16666666754134055,
  0.04166666595497591,
  0.008333289052450218,
  0.0013888984934388056,
  0.00019904910640412875,
  2.4796531177713096e-5,
  0.6666666667584513, // 14: p in ln((1 + s) / (1 - s)) = 2 s + s^3 p(s^2), s <= 3 - 2 sqrt(2)
  0.3999999560509986,
  0.28572111098067215,
  0.2217610117877491,
  0.19585499068147838,
  4503599627371519, // 19: 2^52 + 1023
  -Infinity, // 20
  Infinity,
  0.4142135623730951, // 22: tan(pi / 8)
  0.7853981633974483, // 23: pi / 4
  1.5707963267948966,
  3.141592653589793,
  -0.33333332494359785, // 26: p in atan(t) = t + t^3 p(t^2), |t| <= tan(pi / 8)
  0.19999903461928684,
  -0.1428199433344811,
  0.11044517251975655,
  -0.0847525111668557,
  0.047418550638350994,
  1e200, // 32
  0.6366197723675814, // 33: 2 / pi
  1.5707963267341256, // 34: pi / 2, first 33 bits: k * this is exact
  6.077100506506192e-11, // 35: pi / 2, the rest
  -0.16666666640695962, // 36: p in sin(r) = r + r^3 p(r^2), |r| <= pi / 4
  0.00833332929287374,
  -0.00019839308367543108,
  2.7180840843732346e-6,
  -0.4999999969322479, // 40: p in cos(r) = 1 + r^2 p(r^2)
  0.04166662021546456,
  -0.001388667716649488,
  2.4383145158133347e-5,
]);

const BITS = memory.data<u64>([
  0x3ff0000000000000, // 0: the bits of 1
  0x3fe6a09e00000000, // 1: sqrt(1/2), cut; mantissas are taken in [this, 2 * this)
  0x0009_5f62_0000_0000, // 2: 1023 * 2^52 - the above
  0x000fffffffffffff, // 3
  0x4330000000000000, // 4: the bits of 2^52
  0x8000000000000000, // 5
]);

/** Functions of two float64 lanes. NaN in a lane gives NaN in that lane. */
export abstract class Wide {
  @inline static at(index: usize): v128 {
    return F64x2.at(TABLE, index);
  }

  @inline static one(): v128 {
    return F64x2.at(TABLE, 5);
  }

  @inline static bits(index: usize): v128 {
    return F64x2.at(BITS, index);
  }

  @inline static abs(x: v128): v128 {
    return f64x2.abs(x);
  }

  /** 1.5 * 2^52 + round(x / ln 2). */
  @inline static expShifted(x: v128): v128 {
    return F64x2.madd(x, Wide.at(2), Wide.at(3));
  }

  @inline static expPower(shifted: v128): v128 {
    return i64x2.add(i64x2.shl(shifted, 52), Wide.bits(0));
  }

  @inline static expFraction(x: v128, shifted: v128): v128 {
    const r = f64x2.sub(x, f64x2.mul(f64x2.sub(shifted, Wide.at(3)), Wide.at(4)));
    let q = F64x2.madd(Wide.at(13), r, Wide.at(12));
    q = F64x2.madd(q, r, Wide.at(11));
    q = F64x2.madd(q, r, Wide.at(10));
    q = F64x2.madd(q, r, Wide.at(9));
    q = F64x2.madd(q, r, Wide.at(8));
    q = F64x2.madd(q, r, Wide.at(7));
    return F64x2.madd(f64x2.mul(r, r), q, r);
  }

  @inline static exp(x: v128): v128 {
    x = f64x2.pmax(f64x2.pmin(x, Wide.at(1)), Wide.at(0));
    const shifted = Wide.expShifted(x);
    const s = Wide.expPower(shifted);
    return F64x2.madd(s, Wide.expFraction(x, shifted), s);
  }

  @inline static expm1(x: v128): v128 {
    x = f64x2.pmax(f64x2.pmin(x, Wide.at(1)), Wide.at(0));
    const shifted = Wide.expShifted(x);
    const s = Wide.expPower(shifted);
    return F64x2.madd(s, Wide.expFraction(x, shifted), f64x2.sub(s, Wide.one()));
  }

  /** bits, exponent part counted from sqrt(1/2) */
  @inline static logBits(x: v128): v128 {
    return i64x2.add(x, Wide.bits(2));
  }

  @inline static logExponent(i: v128): v128 {
    return f64x2.sub(v128.or(i64x2.shr_u(i, 52), Wide.bits(4)), Wide.at(19));
  }

  @inline static logMantissa(i: v128): v128 {
    return i64x2.add(v128.and(i, Wide.bits(3)), Wide.bits(1));
  }

  /** k ln 2 + ln(1 + f) */
  @inline static logSum(k: v128, f: v128): v128 {
    const s = f64x2.div(f, f64x2.add(f, Wide.at(6)));
    const z = f64x2.mul(s, s);
    let p = F64x2.madd(Wide.at(18), z, Wide.at(17));
    p = F64x2.madd(p, z, Wide.at(16));
    p = F64x2.madd(p, z, Wide.at(15));
    p = F64x2.madd(p, z, Wide.at(14));
    return F64x2.madd(k, Wide.at(4), f64x2.mul(s, F64x2.madd(p, z, Wide.at(6))));
  }

  /** y where 0 < x < infinity; else ln's value or NaN. */
  @inline static logSpecial(x: v128, y: v128): v128 {
    const zero = f64x2.splat(0);
    const ordinary = v128.and(f64x2.gt(x, zero), f64x2.lt(x, Wide.at(21)));
    const special = v128.bitselect(Wide.at(20), f64x2.sqrt(x), f64x2.eq(x, zero));
    return v128.bitselect(y, special, ordinary);
  }

  @inline static log(x: v128): v128 {
    const i = Wide.logBits(x);
    return Wide.logSpecial(x, Wide.logSum(Wide.logExponent(i), f64x2.sub(Wide.logMantissa(i), Wide.one())));
  }

  @inline static log1p(x: v128): v128 {
    const u = f64x2.add(x, Wide.one());
    const i = Wide.logBits(u);
    const k = Wide.logExponent(i);
    const f = v128.bitselect(x, f64x2.sub(Wide.logMantissa(i), Wide.one()), f64x2.eq(k, f64x2.splat(0)));
    return Wide.logSpecial(u, Wide.logSum(k, f));
  }

  /** The angle of (x, |y|), in [0, pi]. */
  @inline static angle(y: v128, x: v128): v128 {
    const a = f64x2.pmin(f64x2.abs(y), Wide.at(32)), b = f64x2.pmin(f64x2.abs(x), Wide.at(32));
    const small = f64x2.pmin(a, b), big = f64x2.pmax(b, a);
    const fold = f64x2.gt(small, f64x2.mul(big, Wide.at(22)));
    const num = f64x2.sub(small, v128.and(big, fold));
    const den = f64x2.add(big, v128.and(small, fold));
    const t = v128.and(f64x2.div(num, den), f64x2.ne(den, f64x2.splat(0)));
    const z = f64x2.mul(t, t);
    let p = F64x2.madd(Wide.at(31), z, Wide.at(30));
    p = F64x2.madd(p, z, Wide.at(29));
    p = F64x2.madd(p, z, Wide.at(28));
    p = F64x2.madd(p, z, Wide.at(27));
    p = F64x2.madd(p, z, Wide.at(26));
    let r = F64x2.madd(f64x2.mul(z, t), p, t);
    r = f64x2.add(r, v128.and(Wide.at(23), fold));
    r = v128.bitselect(f64x2.sub(Wide.at(24), r), r, f64x2.gt(a, b));
    return v128.bitselect(f64x2.sub(Wide.at(25), r), r, i64x2.lt_s(x, i64x2.splat(0)));
  }

  /** round(x / (pi/2)), shifted */
  @inline static quadrant(x: v128): v128 {
    return F64x2.madd(x, Wide.at(33), Wide.at(3));
  }
  @inline static reduced(x: v128, quadrant: v128): v128 {
    const k = f64x2.sub(quadrant, Wide.at(3));
    return f64x2.sub(f64x2.sub(x, f64x2.mul(k, Wide.at(34))), f64x2.mul(k, Wide.at(35)));
  }
  @inline static sinPolynomial(r: v128, z: v128): v128 {
    let p = F64x2.madd(Wide.at(39), z, Wide.at(38));
    p = F64x2.madd(p, z, Wide.at(37));
    p = F64x2.madd(p, z, Wide.at(36));
    return f64x2.mul(r, F64x2.madd(p, z, Wide.one()));
  }
  @inline static cosPolynomial(z: v128): v128 {
    let p = F64x2.madd(Wide.at(43), z, Wide.at(42));
    p = F64x2.madd(p, z, Wide.at(41));
    p = F64x2.madd(p, z, Wide.at(40));
    return F64x2.madd(p, z, Wide.one());
  }
  /** sin of reduced */
  @inline static sinOf(r: v128, quadrant: v128): v128 {
    const z = f64x2.mul(r, r);
    const odd = i64x2.sub(i64x2.splat(0), v128.and(quadrant, i64x2.splat(1)));
    const y = v128.bitselect(Wide.cosPolynomial(z), Wide.sinPolynomial(r, z), odd);
    return v128.xor(y, i64x2.shl(v128.and(quadrant, i64x2.splat(2)), 62));
  }
}
