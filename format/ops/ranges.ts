/** Evenly spaced numbers. */

import { family, op } from "./define.ts";

export const ranges = family("kernels/ranges", [
  op(
    "aten::arange(Scalar end, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor",
    { doc: "0, 1, \u2026 before end; int64 unless a number is a float." },
  ),
  op(
    "aten::arange.start(Scalar start, Scalar end, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor",
    { kernel: "arangeStart", doc: "start, start + 1, \u2026 before end." },
  ),
  op(
    "aten::arange.start_step(Scalar start, Scalar end, Scalar step=1, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor",
    { kernel: "arangeStep", doc: "start, start + step, \u2026 before end." },
  ),
  op(
    "aten::range(Scalar start, Scalar end, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor",
    { doc: "start, start + 1, \u2026 up to end." },
  ),
  op(
    "aten::range.step(Scalar start, Scalar end, Scalar step=1, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor",
    { kernel: "rangeStep", doc: "start, start + step, \u2026 up to end." },
  ),
  op(
    "aten::linspace(Scalar start, Scalar end, int steps, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor",
    { doc: "steps numbers from start to end, both among them." },
  ),
  op(
    "aten::logspace(Scalar start, Scalar end, int steps, float base=10., *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor",
    { doc: "Powers of base whose exponents are steps numbers from start to end." },
  ),
]);
