#!/usr/bin/env python3
"""Prints the schemas of the installed PyTorch, one per line: symbols in order of name, the overloads of each in the
order in which PyTorch tries them. Input of scripts/known-ops.ts."""

import torch

SYMBOLS = sorted({schema.name for schema in torch._C._jit_get_all_schemas()})
for symbol in SYMBOLS:
    for schema in torch._C._jit_get_schemas_for_operator(symbol):
        print(schema)
