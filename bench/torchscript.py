"""The loops of script.ts for PyTorch's TorchScript interpreter.

Reads lines `name size` and answers each with a line of JSON: the result, and the CPU seconds of one call.
"""

import json
import sys
import time
from typing import Dict, List

import torch


@torch.jit.script
def scalar(n: int, x: float) -> float:
    s = 0.0
    for i in range(n):
        s += x
    return s


@torch.jit.script
def lists(n: int) -> float:
    xs: List[float] = []
    for i in range(1000):
        xs.append(float(i) * 0.5)
    s = 0.0
    for r in range(n):
        for i in range(1, len(xs)):
            xs[i] = xs[i - 1] * 0.5 + xs[i] * 0.25
            s += xs[i]
    return s


@torch.jit.script
def dicts(n: int) -> float:
    d: Dict[int, float] = {}
    for i in range(n):
        k = i % 1000
        if k in d:
            d[k] = d[k] + 1.0
        else:
            d[k] = 1.0
    s = 0.0
    for k in range(1000):
        s += d[k] * float(k)
    return s


CALLS = {"scalar": lambda n: scalar(n, 0.1), "lists": lists, "dicts": dicts}

torch.set_num_threads(1)
print(json.dumps({"version": torch.__version__}), flush=True)
for line in sys.stdin:
    name, size = line.split()
    start = time.process_time()
    result = CALLS[name](int(size))
    seconds = time.process_time() - start
    print(json.dumps({"result": result, "seconds": seconds}), flush=True)
