"""Weight files as PyTorch 1.13 and NumPy write them: data/*.pt, data/*.npy. Run by hand; the files are committed.

    /usr/bin/python3 make.py
"""
import os

import numpy as np
import torch
from torch import nn

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")
DTYPES = ("float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool")


class RunsCode:
    def __reduce__(self):
        return os.system, ("echo unpickled",)


def save(name, value, **options):
    torch.save(value, os.path.join(FOLDER, name + ".pt"), **options)


def torch_files():
    base = torch.arange(12.0)
    tied = nn.Parameter(torch.arange(4.0))
    tagged = torch.arange(3.0)
    tagged.note = "a Python attribute"
    views = {"base": base, "middle": base[3:9].view(2, 3), "transposed": base.view(3, 4).t(), "step": base[1::5],
             "expanded": base[7].expand(2, 2), "tied": tied, "tied_too": tied, "tagged": tagged,
             "empty": torch.empty(0, 3), "scalar": torch.tensor(2.5)}
    dtypes = {d: torch.tensor([0, 1, 1, 0, 1]).to(getattr(torch, d)) for d in DTYPES}
    save("views", views)
    save("dtypes", dtypes)
    save("legacy_views", views, _use_new_zipfile_serialization=False)
    save("legacy_dtypes", dtypes, _use_new_zipfile_serialization=False, pickle_protocol=4)
    save("quantized", {"q": torch.quantize_per_tensor(base, 0.5, 1, torch.qint8)})
    torch.manual_seed(0)
    model = nn.Linear(2, 3)
    checkpoint = {"epoch": 3, "loss": 0.25, "tags": ["a", ("b", None)], "model": model.state_dict(), "half": model.weight.half(),
                  "optimizer": torch.optim.SGD(model.parameters(), lr=0.1).state_dict()}
    save("checkpoint", checkpoint)
    save("protocol4", checkpoint, pickle_protocol=4)
    save("module", model)
    save("code", {"weight": RunsCode()})
    save("complex", {"z": torch.zeros(2, dtype=torch.complex64)})
    save("legacy", {"a": base}, _use_new_zipfile_serialization=False)
    save("number", 5)
    torch.jit.save(torch.jit.script(model), os.path.join(FOLDER, "script.pt"))


def numpy_files():
    grid = np.arange(6, dtype=np.float32).reshape(2, 3)
    arrays = {"c": grid, "fortran": np.asfortranarray(grid), "scalar": np.float64(2.5), "vector": np.arange(4, dtype=np.int16),
              "empty": np.zeros((0, 2), np.uint8), "bool": np.array([True, False]), "half": np.arange(3).astype(np.float16),
              "big_endian": grid.astype(">f4"), "complex": grid.astype(np.complex64), "text": np.array(["a"]),
              "records": np.zeros(2, [("x", "<f4"), ("y", "<i4")])}
    for name, array in arrays.items():
        np.save(os.path.join(FOLDER, name + ".npy"), array)
    with open(os.path.join(FOLDER, "version2.npy"), "wb") as f:
        np.lib.format.write_array(f, grid, version=(2, 0))


if __name__ == "__main__":
    os.makedirs(FOLDER, exist_ok=True)
    torch_files()
    numpy_files()
