"""Calls of the torch.nn modules that tests/fixtures/data/nn has not, in the same form: data/more.json.

    /usr/bin/python3 make_more.py       # with PyTorch 1.13
"""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "fixtures"))

from ivalue import write_json  # noqa: E402
from make_nn import Family  # noqa: E402


def cases(c, m):
    c.add("Bilinear", {"in1_features": 3, "in2_features": 4, "out_features": 2}, m.f(5, 3), m.f(5, 4))
    c.add("Bilinear", {"in1_features": 3, "in2_features": 4, "out_features": 2, "bias": False}, m.f(2, 3, 3), m.f(2, 3, 4))
    c.add("CosineSimilarity", {}, m.f(4, 6), m.f(4, 6))
    c.add("CosineSimilarity", {"dim": 0, "eps": 0.5}, m.f(4, 6), m.f(4, 6))

    c.add("Conv3d", {"in_channels": 2, "out_channels": 4, "kernel_size": [2, 3, 1], "stride": [1, 2, 1], "padding": [0, 1, 1], "groups": 2},
          m.f(1, 2, 4, 5, 3))
    c.add("Conv3d", {"in_channels": 2, "out_channels": 3, "kernel_size": 2, "padding": "same"}, m.f(1, 2, 3, 3, 4))
    c.add("ConvTranspose1d", {"in_channels": 3, "out_channels": 2, "kernel_size": 3, "stride": 2, "padding": 1, "output_padding": 1}, m.f(2, 3, 5))
    c.add("ConvTranspose1d", {"in_channels": 2, "out_channels": 2, "kernel_size": 4, "dilation": 2, "bias": False}, m.f(1, 2, 4))

    for training in (False, True):
        c.add("BatchNorm3d", {"num_features": 2}, m.f(2, 2, 2, 3, 2), training=training)
        for name, shape in (("InstanceNorm1d", (2, 3, 7)), ("InstanceNorm2d", (2, 3, 4, 5)), ("InstanceNorm3d", (1, 3, 2, 3, 2))):
            c.add(name, {"num_features": 3}, m.f(*shape), training=training)
            c.add(name, {"num_features": 3, "affine": True, "track_running_stats": True, "eps": 0.01}, m.f(*shape), training=training)
            c.add(name, {"num_features": 3}, m.f(*shape[1:]), training=training)

    c.add("MaxPool3d", {"kernel_size": 2, "stride": 1, "padding": 1}, m.f(1, 2, 3, 4, 3))
    c.add("MaxPool1d", {"kernel_size": 3, "return_indices": True}, m.f(2, 2, 9))
    c.add("AvgPool3d", {"kernel_size": [1, 2, 2], "divisor_override": 3}, m.f(1, 2, 2, 4, 5))
    c.add("AdaptiveAvgPool3d", {"output_size": [1, None, 2]}, m.f(1, 2, 3, 4, 5))
    c.add("AdaptiveMaxPool1d", {"output_size": 4}, m.f(2, 3, 10))
    c.add("AdaptiveMaxPool2d", {"output_size": [None, 3]}, m.f(2, 3, 4, 7))

    c.add("ReflectionPad1d", {"padding": [2, 1]}, m.f(1, 2, 4))
    c.add("ReplicationPad1d", {"padding": 2}, m.f(1, 2, 4))
    c.add("ConstantPad2d", {"padding": [1, 0, -1, 2], "value": -0.5}, m.f(1, 2, 3, 3))
    c.add("ConstantPad3d", {"padding": 1, "value": 2.0}, m.f(1, 1, 2, 2, 2))

    for mode, shape in (("nearest", (1, 2, 5)), ("linear", (1, 2, 5)), ("bicubic", (1, 2, 4, 5)), ("trilinear", (1, 1, 3, 4, 2)),
                        ("nearest", (1, 1, 3, 4, 2))):
        c.add("Upsample", {"scale_factor": 1.7, "mode": mode}, m.f(*shape))
        c.add("Upsample", {"scale_factor": 1.7, "mode": mode, "recompute_scale_factor": True}, m.f(*shape))

    for p in (0.3, 1.0):
        c.add("AlphaDropout", {"p": p}, m.f(3, 7), training=True, seed=1)
        c.add("Dropout1d", {"p": p}, m.f(2, 5, 3), training=True, seed=2)
        c.add("Dropout1d", {"p": p}, m.f(5, 3), training=True, seed=3)
        c.add("Dropout2d", {"p": p}, m.f(2, 6, 2, 2), training=True, seed=4)
        c.add("Dropout3d", {"p": p}, m.f(6, 2, 1, 2), training=True, seed=5)
    c.add("Dropout", {"p": 0.4, "inplace": True}, m.f(4, 5), training=True, seed=6)
    c.add("AlphaDropout", {"p": 0.3}, m.f(3, 7))
    c.add("Dropout1d", {"p": 0.3}, m.f(5, 3))


if __name__ == "__main__":
    family = Family("more")
    cases(family, family.maker)
    os.makedirs(os.path.join(HERE, "data"), exist_ok=True)
    write_json(os.path.join(HERE, "data", "more.json"), family.rows)
    print("more: %d cases" % len(family.rows))
