#!/usr/bin/env python3
"""Writes reference.jsonl: exact float64 values (mpmath, 300 bits) and PyTorch's values at special numbers.

    python3 make_reference.py       needs mpmath and torch (Debian: python3-mpmath, python3-torch)
"""
import json
import math
import pathlib
import random

import mpmath as m
import torch
import torch.nn.functional as F
from mpmath import mp, mpf

mp.prec = 300
rng = random.Random(1)
POINTS = 80


def uniform(low, high):
    return lambda: rng.uniform(low, high)


def powers(low, high, sign=True):
    return lambda: (rng.choice([-1, 1]) if sign else 1) * 2 ** rng.uniform(low, high)


def sigmoid(x):
    return 1 / (1 + m.exp(-x))


def lgamma(x):
    return m.log(abs(m.gamma(x)))


def gelu_tanh(x):
    return x * sigmoid(m.sqrt(8 / m.pi) * (x + mpf("0.044715") * x**3))


ANY, SMALL, POSITIVE = powers(-1074, 1023), powers(-300, 0), powers(-1074, 1023, sign=False)
ANGLES = [uniform(-10, 10), uniform(-2e6, 2e6), powers(20, 1023)]

# name: function, generators taken in turn
UNARY = {
    "exp": (m.exp, [uniform(-745, 709), uniform(-1, 1), SMALL]),
    "exp2": (lambda x: mpf(2) ** x, [uniform(-1074, 1023), uniform(-1, 1), SMALL]),
    "expm1": (m.expm1, [uniform(-50, 709), uniform(-1, 1), SMALL]),
    "log": (m.log, [POSITIVE, uniform(0.5, 2)]),
    "log2": (lambda x: m.log(x) / m.log(2), [POSITIVE, uniform(0.5, 2)]),
    "log10": (m.log10, [POSITIVE, uniform(0.5, 2)]),
    "log1p": (m.log1p, [POSITIVE, uniform(-1, 2), SMALL]),
    "sin": (m.sin, ANGLES),
    "cos": (m.cos, ANGLES),
    "tan": (m.tan, ANGLES),
    "asin": (m.asin, [uniform(-1, 1), SMALL]),
    "acos": (m.acos, [uniform(-1, 1), SMALL]),
    "atan": (m.atan, [uniform(-5, 5), powers(-60, 60)]),
    "sinh": (m.sinh, [uniform(-710, 710), uniform(-2, 2), SMALL]),
    "cosh": (m.cosh, [uniform(-710, 710), uniform(-2, 2)]),
    "tanh": (m.tanh, [uniform(-20, 20), uniform(-1, 1), SMALL]),
    "asinh": (m.asinh, [ANY, uniform(-3, 3)]),
    "acosh": (m.acosh, [powers(0, 1023, sign=False), uniform(1, 3)]),
    "atanh": (m.atanh, [uniform(-1, 1), SMALL]),
    "erf": (m.erf, [uniform(-6, 6), SMALL]),
    "erfc": (m.erfc, [uniform(-6, 26), uniform(0.4, 3)]),
    "reciprocal": (lambda x: 1 / x, [powers(-1000, 1000)]),
    "rsqrt": (lambda x: 1 / m.sqrt(x), [POSITIVE]),
    "sigmoid": (sigmoid, [uniform(-740, 40), uniform(-5, 5)]),
    "silu": (lambda x: x * sigmoid(x), [uniform(-700, 40), uniform(-5, 5)]),
    "gelu": (lambda x: x * m.erfc(-x / m.sqrt(2)) / 2, [uniform(-5, 5), uniform(-1, 1)]),
    "geluTanh": (gelu_tanh, [uniform(-4, 5), uniform(-1, 1)]),
    "mish": (lambda x: x * m.tanh(m.log1p(m.exp(x))), [uniform(-700, 50), uniform(-5, 5)]),
    "lgamma": (lgamma, [uniform(0, 10), powers(-1000, 1000, sign=False), uniform(0.8, 2.2)]),
    "lgamma of negative numbers": (lgamma, [uniform(-30, 0)]),
}
BINARY = {
    "pow": (
        m.power,
        [
            (POSITIVE, uniform(-2, 2)),
            (uniform(0.5, 2), uniform(-700, 700)),
            (uniform(0.999, 1.001), uniform(-3e5, 3e5)),
        ],
    ),
    "atan2": (m.atan2, [(uniform(-5, 5), uniform(-5, 5)), (powers(-60, 60), powers(-60, 60))]),
}

SPECIAL = [math.nan, math.inf, -math.inf, 0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 3.0, -3.0, 1e30, -1e30]
TORCH_UNARY = {
    "exp": torch.exp, "exp2": torch.exp2, "expm1": torch.expm1, "log": torch.log, "log2": torch.log2,
    "log10": torch.log10, "log1p": torch.log1p, "sin": torch.sin, "cos": torch.cos, "tan": torch.tan,
    "asin": torch.asin, "acos": torch.acos, "atan": torch.atan, "sinh": torch.sinh, "cosh": torch.cosh,
    "tanh": torch.tanh, "asinh": torch.asinh, "acosh": torch.acosh, "atanh": torch.atanh, "erf": torch.erf,
    "erfc": torch.erfc, "reciprocal": torch.reciprocal, "rsqrt": torch.rsqrt, "sigmoid": torch.sigmoid,
    "silu": F.silu, "gelu": F.gelu, "geluTanh": lambda x: F.gelu(x, approximate="tanh"), "mish": F.mish,
    "lgamma": torch.lgamma, "softplus": lambda x: F.softplus(x, 1.0, 20.0),
}  # fmt: skip
TORCH_BINARY = {
    "pow": torch.pow, "atan2": torch.atan2, "fmod": torch.fmod, "remainder": torch.remainder,
    "floorDivide": lambda a, b: torch.div(a, b, rounding_mode="floor"),
}  # fmt: skip


def exact(f, *xs):
    value = f(*map(mpf, xs))
    return float(value.real)


def finite_points(f, generators, arity):
    """Arguments in turn from the generators, and values that are not infinite or zero."""
    rows = []
    while len(rows) < POINTS:
        g = generators[len(rows) % len(generators)]
        xs = [g()] if arity == 1 else [g[0](), g[1]()]
        y = exact(f, *xs)
        if y != 0 and math.isfinite(y):
            rows.append([*xs, y])
    return [list(column) for column in zip(*rows)]


def text(x):
    """A number for JSON, PyTorch's to seven digits; NaN, infinities and -0 as strings."""
    if math.isnan(x) or math.isinf(x):
        return str(x)
    if x == 0:
        return "-0" if math.copysign(1, x) < 0 else 0
    return float(f"{x:.7g}")


def torch_values(f, dtype, arity):
    values = torch.tensor(SPECIAL, dtype=dtype)
    n = len(SPECIAL)
    if arity == 1:
        # More than a vector register holds: all through PyTorch's vector code.
        return [text(y) for y in f(values.repeat(8)).tolist()[:n]]
    return [text(y) for y in f(values.repeat_interleave(n), values.repeat(n)).tolist()]


def main():
    records = [{"special": [text(x) for x in SPECIAL]}]
    for arity, functions in ((1, UNARY), (2, BINARY)):
        for name, (f, generators) in functions.items():
            *inputs, y = finite_points(f, generators, arity)
            records.append({"exact": name, "inputs": inputs, "y": y})
    for arity, functions in ((1, TORCH_UNARY), (2, TORCH_BINARY)):
        for name, f in functions.items():
            single = torch_values(f, torch.float32, arity)
            double = torch_values(f, torch.float64, arity)
            records.append({"torch": name, "arity": arity, "float32": single, "float64": double})
    lines = [json.dumps(record, separators=(",", ":")) + "\n" for record in records]
    pathlib.Path(__file__).with_name("reference.jsonl").write_text("".join(lines))


main()
