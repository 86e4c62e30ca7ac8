#!/usr/bin/env python3
"""Finds the coefficient tables of this folder: minimax fits by the Remez exchange, in 260 bits (mpmath).

    python3 fit.py           prints every table with the error of its fit
    python3 fit.py --check   also fails if a source file does not hold exactly these numbers

Coefficients are rounded one after the other, lowest order first, and the rest is fitted again each time.
"""
import pathlib
import re
import struct
import sys

from mpmath import acos, atan, atanh, cos, erf, erfc, euler, exp, expm1, inf, log, log1p, loggamma, lu_solve
from mpmath import matrix, mp, mpf, pi, psi, sin, sqrt, tan, tanh

mp.prec = 260
F32, F64 = "f32", "f64"
NEAR_ZERO = mpf(2) ** -80


def rounded(value, kind):
    return mpf(struct.unpack("f", struct.pack("f", value))[0]) if kind == F32 else mpf(float(value))


def shown(value, kind):
    digits = 9 if kind == F32 else 17
    texts = (f"{float(value):.{n}g}" for n in range(1, digits + 1))
    return next(t for t in texts if rounded(mpf(t), kind) == value)


def nodes(low, high, count=200):
    middle, half = (mpf(low) + high) / 2, (mpf(high) - low) / 2
    return [middle - half * cos(pi * i / count) for i in range(count + 1)]


def minimax(values, rows, weights):
    """The c that makes the largest |weight (row . c - value)| least, by exchange of reference points."""
    terms, points = len(rows[0]), len(values)
    reference = [round(i * (points - 1) / terms) for i in range(terms + 1)]
    for _ in range(60):
        system, right = matrix(terms + 1, terms + 1), matrix(terms + 1, 1)
        for r, i in enumerate(reference):
            for j in range(terms):
                system[r, j] = rows[i][j]
            system[r, terms] = (-1) ** r / weights[i]
            right[r] = values[i]
        solution = lu_solve(system, right)
        c, level = [solution[j] for j in range(terms)], abs(solution[terms])
        errors = [w * (sum(a * b for a, b in zip(row, c)) - v) for w, row, v in zip(weights, rows, values)]
        if max(map(abs, errors)) <= level * mpf("1.0005"):
            return c
        peaks = alternating(errors, terms + 1)
        if peaks is None or peaks == reference:
            return c
        reference = peaks
    return c


def alternating(errors, wanted):
    """Indices of `wanted` extrema of alternating sign, the largest ones; None if there are fewer."""
    peaks = []
    for i, e in enumerate(errors):
        if peaks and (errors[peaks[-1]] > 0) == (e > 0):
            if abs(e) > abs(errors[peaks[-1]]):
                peaks[-1] = i
        elif e != 0:
            peaks.append(i)
    while len(peaks) > wanted:
        size = [abs(errors[i]) for i in peaks]
        k = size.index(min(size))
        if k in (0, len(peaks) - 1) or len(peaks) == wanted + 1:
            peaks.pop(0 if size[0] < size[-1] else -1)
        else:
            neighbour = k - 1 if size[k - 1] < size[k + 1] else k + 1
            del peaks[min(k, neighbour) : max(k, neighbour) + 1]
    return peaks if len(peaks) == wanted else None


def powers(x, count):
    return [x**i for i in range(count)]


def evaluate(c, x):
    return sum(a * x**i for i, a in enumerate(c))


def sampled(f, weight, low, high):
    xs = nodes(low, high)
    return xs, [f(x) for x in xs], [max(abs(weight(x)), mpf(10) ** -25) for x in xs]


def polynomial(f, low, high, count, weight, kind, fixed=()):
    """`count` coefficients of f on [low, high]; the first ones may be given."""
    xs, values, weights = sampled(f, weight, low, high)
    done = [rounded(v, kind) for v in fixed]
    while len(done) < count:
        # What is left is x^k times a polynomial. Divided by x^k, its errors alternate as they should.
        k = len(done)
        points = [(x, v, w) for x, v, w in zip(xs, values, weights) if k == 0 or abs(x) > NEAR_ZERO]
        rest = [(v - evaluate(done, x)) / x**k for x, v, w in points]
        rows = [powers(x, count - k) for x, v, w in points]
        c = minimax(rest, rows, [w * abs(x) ** k for x, v, w in points])
        done.append(rounded(c[0], kind))
    return done, max(w * abs(evaluate(done, x) - v) for x, v, w in zip(xs, values, weights))


def rational(f, low, high, top, bottom, weight, kind, first=None):
    """`top` + `bottom` coefficients of f = N / D, D(0) = 1: linear fits of N - f D, weighted by D.

    N(0) may be given; what is left then is divided by x, as in `polynomial`.
    """
    k = 0 if first is None else 1
    xs, values, weights = sampled(f, weight, low, high)
    points = [(x, v, w) for x, v, w in zip(xs, values, weights) if k == 0 or abs(x) > NEAR_ZERO]
    known = [mpf(first)] if k else []
    rest = [(v - evaluate(known, x)) / x**k for x, v, w in points]
    rows = [powers(x, top - k) + [-v * x ** (i - k) for i in range(1, bottom)] for x, v, w in points]
    denominators, best = [mpf(1)] * len(points), (None, inf)
    for _ in range(10):
        c = minimax(rest, rows, [w * abs(x) ** k / abs(d) for (x, v, w), d in zip(points, denominators)])
        numerator, denominator = known + c[: top - k], [mpf(1)] + c[top - k :]
        denominators = [evaluate(denominator, x) for x, v, w in points]
        c = [rounded(v, kind) for v in numerator + denominator]
        quotients = [evaluate(c[:top], x) / evaluate(c[top:], x) for x in xs]
        error = max(w * abs(q - v) for q, v, w in zip(quotients, values, weights))
        best = min(best, (c, error), key=lambda fit: fit[1])
    return best


def ratio(numerator, denominator, at_zero):
    """numerator / denominator, or its limit near 0."""
    return lambda x: numerator(x) / denominator(x) if abs(x) > NEAR_ZERO else at_zero


def in_square(numerator, order, at_zero):
    """numerator(sqrt(z)) / sqrt(z)^order."""
    return lambda z: numerator(sqrt(z)) / sqrt(z) ** order if z > NEAR_ZERO else at_zero


def relative_in_square(order, f):
    """The weight that makes an error in a series' factor of s^order relative to f(s)."""
    return lambda z: sqrt(z) ** order / f(sqrt(z)) if z > NEAR_ZERO else mpf(0)


def erfcx(x):
    return exp(x * x) * erfc(x)


LN2 = log(mpf(2))
HALF_LN2 = LN2 / 2 * mpf("1.0005")
ROOT2 = sqrt(mpf(2))
S_MAX = ((ROOT2 - 1) / (ROOT2 + 1) * mpf("1.0005")) ** 2
QUARTER_PI = (pi / 4 * mpf("1.0005")) ** 2
THIRD = mpf(1) / 3

exp_tail = ratio(lambda r: expm1(r) - r, lambda r: r * r, mpf(1) / 2)
exp_weight = lambda r: r * r / exp(r)
expm1_weight = lambda r: r * r / expm1(r) if abs(r) > NEAR_ZERO else mpf(0)
power2 = ratio(lambda r: mpf(2) ** r - 1, lambda r: r, LN2)
power2_weight = lambda r: r / mpf(2) ** r
log_tail = ratio(lambda f: log1p(f) - f + f * f / 2, lambda f: f**3, THIRD)
log_weight = lambda f: f**3 / log1p(f) if abs(f) > NEAR_ZERO else mpf(0)
log_series = in_square(lambda s: 2 * atanh(s) - 2 * s, 3, 2 * THIRD)
log_series2 = in_square(lambda s: atanh(s) - s - s**3 / 3, 5, mpf(1) / 5)
sin_series = in_square(lambda s: sin(s) - s, 3, -mpf(1) / 6)
cos_series = in_square(lambda s: cos(s) - 1, 2, -mpf(1) / 2)
cos_series2 = in_square(lambda s: cos(s) - 1 + s * s / 2, 4, mpf(1) / 24)
atan_series = in_square(lambda s: atan(s) - s, 3, -THIRD)
tanh_series = in_square(lambda s: tanh(s) - s, 3, -THIRD)
erf_series = in_square(lambda s: erf(s) - s, 1, 2 / sqrt(pi) - 1)
erf_weight = lambda z: 1 / (1 + erf_series(z))
normal_tail = lambda x: erfcx(x / ROOT2) / 2
normal_rest = lambda x: 1 / normal_tail(x) - rounded(sqrt(2 * pi), F32) * x
inverse = lambda f: lambda x: 1 / f(x)


def erfc_exponent(v):
    x = 1 / sqrt(v)
    return log(x * erfcx(x)) + mpf("0.5625")


def gamma_near(t):
    if abs(t) < NEAR_ZERO:
        return psi(0, 2)
    return +euler if abs(1 + t) < NEAR_ZERO else loggamma(2 + t) / (t * (1 + t))


def stirling_rest(v):
    if v < NEAR_ZERO:
        return mpf(1) / 12
    x = 1 / sqrt(v)
    return x * (loggamma(x) - (x - mpf(1) / 2) * log(x) + x - log(2 * pi) / 2)


def tables():
    """(file, what, coefficients and error, kind)"""
    one = lambda x: mpf(1)
    yield "exp.ts", "tail of e^r", polynomial(exp_tail, -HALF_LN2, HALF_LN2, 5, exp_weight, F32), F32
    yield "exp.ts", "2^r", polynomial(power2, -0.5, 0.5, 7, power2_weight, F32), F32
    table = polynomial(log_tail, 1 / ROOT2 - 1, ROOT2 - 1, 8, log_weight, F32)
    yield "log.ts", "tail of ln(1 + f)", table, F32
    yield "hyperbolic.ts", "2^r", polynomial(power2, -0.5, 0.5, 6, power2_weight, F32), F32
    yield "hyperbolic.ts", "tanh", polynomial(tanh_series, 0, 0.36, 5, relative_in_square(3, tanh), F32), F32
    yield "erf.ts", "erf near 0", polynomial(erf_series, 0, 0.81, 6, erf_weight, F32), F32
    log2_erfc = lambda x: log(erfc(x)) / LN2
    log2_erfc_weight = lambda x: LN2 * erfc(x) / erf(x)
    yield "erf.ts", "log2(erfc)", polynomial(log2_erfc, 0.9, 3.95, 7, log2_erfc_weight, F32), F32
    yield "erf.ts", "2^r", polynomial(power2, -0.5, 0.5, 5, power2_weight, F32), F32
    yield "erf.ts", "e^(x^2) erfc(x)", rational(erfcx, 0, 10.3, 6, 7, inverse(erfcx), F64), F64
    table = rational(normal_rest, 0, 14.6, 4, 5, normal_tail, F32, first=2)
    yield "activations.ts", "normal tail", table, F32
    yield "wide/exp.ts", "tail of e^r", polynomial(exp_tail, -HALF_LN2, HALF_LN2, 7, expm1_weight, F64), F64
    yield "wide/log.ts", "series of ln", polynomial(log_series, 0, S_MAX, 5, lambda z: z / 2, F64), F64
    table = polynomial(sin_series, 0, QUARTER_PI, 4, relative_in_square(3, sin), F64)
    yield "wide/trig.ts", "sin", table, F64
    table = polynomial(cos_series, 0, QUARTER_PI, 4, relative_in_square(2, cos), F64)
    yield "wide/trig.ts", "cos", table, F64
    tan_eighth = (tan(pi / 8) * mpf("1.0005")) ** 2
    table = polynomial(atan_series, 0, tan_eighth, 6, relative_in_square(3, atan), F64)
    yield "wide/trig.ts", "atan", table, F64
    yield "f64/exp.ts", "tail of e^r", polynomial(exp_tail, -HALF_LN2, HALF_LN2, 11, exp_weight, F64), F64
    yield "f64/log.ts", "series of ln", polynomial(log_series, 0, S_MAX, 7, lambda z: z / 2, F64), F64
    table = polynomial(log_series2, 0, S_MAX, 8, lambda z: z * z, F64)
    yield "f64/log.ts", "tail of atanh(s) / s", table, F64
    yield "f64/trig.ts", "sin", polynomial(sin_series, 0, QUARTER_PI, 6, relative_in_square(3, sin), F64), F64
    table = polynomial(cos_series2, 0, QUARTER_PI, 6, relative_in_square(4, cos), F64)
    yield "f64/trig.ts", "cos", table, F64
    yield "f64/erf.ts", "erf near 0", polynomial(erf_series, 0, 1, 12, erf_weight, F64), F64
    middle = lambda t: erfc(mpf("0.75") + t)
    table = polynomial(middle, -0.25, 0.25, 15, inverse(middle), F64, [middle(0)])
    yield "f64/erf.ts", "erfc(0.75 + t)", table, F64
    near, far, end = 1 / mpf("2.25") ** 2, 1 / mpf(28) ** 2, mpf(1)
    yield "f64/erf.ts", "erfc exponent, near", rational(erfc_exponent, near, end, 9, 9, one, F64), F64
    yield "f64/erf.ts", "erfc exponent, far", rational(erfc_exponent, far, near, 8, 8, one, F64), F64
    yield "f64/gamma.ts", "lgamma(2 + t)", polynomial(gamma_near, -1, 1, 29, inverse(gamma_near), F64), F64
    stirling_weight = lambda v: sqrt(v) / 7
    table = polynomial(stirling_rest, 0, mpf(1) / 64, 6, stirling_weight, F64)
    yield "f64/gamma.ts", "Stirling's rest", table, F64


def numbers_of(path):
    """The decimal numbers in a source file, comments aside."""
    text = re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text(), flags=re.S)
    return [mpf(t) for t in re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.])", text)]


def main():
    wrong = []
    for file, what, (coefficients, error), kind in tables():
        print(f"{file}: {what}, 2^{float(log(error, 2)):.1f}")
        print("  " + ", ".join(shown(c, kind) for c in coefficients), flush=True)
        if "--check" in sys.argv:
            found = numbers_of(pathlib.Path(__file__).parent / file)
            held = [rounded(v, kind) for v in found]
            n = len(coefficients)
            if not any(held[i : i + n] == coefficients for i in range(len(held) - n + 1)):
                wrong.append(f"{file}: {what}")
    if wrong:
        sys.exit("not in the source: " + "; ".join(wrong))


if __name__ == "__main__":
    main()
