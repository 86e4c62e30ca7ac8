/** Differences and sums of neighbours, and products made of parts. */

import { family, op } from "./define.ts";

export const differences = family("kernels/differences", [
  op("aten::diff(Tensor self, int n=1, int dim=-1, Tensor? prepend=None, Tensor? append=None) -> Tensor", {
    doc: "Differences of neighbours along a dimension, n times over.",
  }),
  op("aten::trapezoid.x(Tensor y, Tensor x, *, int dim=-1) -> Tensor", {
    kernel: "trapezoidX",
    doc: "The integral along a dimension by the trapezoidal rule, over points x.",
  }),
  op("aten::trapezoid.dx(Tensor y, *, Scalar dx=1, int dim=-1) -> Tensor", {
    kernel: "trapezoidDx",
    doc: "The integral along a dimension by the trapezoidal rule, points dx apart.",
  }),
  op("aten::trapz.x(Tensor y, Tensor x, *, int dim=-1) -> Tensor", {
    kernel: "trapezoidX",
    doc: "Another name of trapezoid.",
  }),
  op("aten::trapz.dx(Tensor y, *, float dx=1., int dim=-1) -> Tensor", {
    kernel: "trapzDx",
    doc: "Another name of trapezoid.",
  }),
  op("aten::cumulative_trapezoid.x(Tensor y, Tensor x, *, int dim=-1) -> Tensor", {
    kernel: "cumulativeTrapezoidX",
    doc: "The running integral by the trapezoidal rule, over points x.",
  }),
  op("aten::cumulative_trapezoid.dx(Tensor y, *, Scalar dx=1, int dim=-1) -> Tensor", {
    kernel: "cumulativeTrapezoidDx",
    doc: "The running integral by the trapezoidal rule, points dx apart.",
  }),
  op("aten::kron(Tensor self, Tensor other) -> Tensor", { doc: "The Kronecker product." }),
  op("aten::ldexp.Tensor(Tensor self, Tensor other) -> Tensor", {
    inplace: "ldexp_",
    doc: "self · 2^other.",
  }),
  op("aten::trace(Tensor self) -> Tensor", { doc: "The sum of the diagonal of a matrix." }),
  op("aten::sum_to_size(Tensor self, int[] size) -> Tensor", {
    doc: "The sum over what broadcasting from size would have repeated.",
  }),
]);
