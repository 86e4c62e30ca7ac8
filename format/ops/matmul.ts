/** Matrix products. */

import { family, op } from "./define.ts";

export const matmul = family("kernels/matmul", [
  op("aten::linear(Tensor input, Tensor weight, Tensor? bias=None) -> Tensor", {
    doc: "input · weightᵀ + bias over the last dimension.",
  }),
  op("aten::matmul(Tensor self, Tensor other) -> Tensor", {
    doc: "The product of vectors, matrices or batches of matrices.",
  }),
  op("aten::linalg_matmul(Tensor self, Tensor other) -> Tensor", { kernel: "matmul", doc: "As matmul." }),
  op("aten::mm(Tensor self, Tensor mat2) -> Tensor", { doc: "The product of two matrices." }),
  op("aten::bmm(Tensor self, Tensor mat2) -> Tensor", { doc: "The products of two batches of matrices." }),
  op("aten::mv(Tensor self, Tensor vec) -> Tensor", { doc: "The product of a matrix and a vector." }),
  op("aten::dot(Tensor self, Tensor tensor) -> Tensor", {
    doc: "The sum of the products of two vectors' elements.",
  }),
  op("aten::vdot(Tensor self, Tensor other) -> Tensor", { kernel: "dot", doc: "As dot, for real numbers." }),
  op("aten::outer(Tensor self, Tensor vec2) -> Tensor", { doc: "All products of two vectors' elements." }),
  op("aten::ger(Tensor self, Tensor vec2) -> Tensor", { kernel: "outer", doc: "As outer." }),
  op("aten::addmm(Tensor self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor", {
    inplace: true,
    doc: "beta * self + alpha * mat1 · mat2; beta 0 leaves self out.",
  }),
  op("aten::addmv(Tensor self, Tensor mat, Tensor vec, *, Scalar beta=1, Scalar alpha=1) -> Tensor", {
    inplace: true,
    doc: "beta * self + alpha * mat · vec; beta 0 leaves self out.",
  }),
  op("aten::addr(Tensor self, Tensor vec1, Tensor vec2, *, Scalar beta=1, Scalar alpha=1) -> Tensor", {
    inplace: true,
    doc: "beta * self + alpha times all products of two vectors' elements.",
  }),
  op("aten::baddbmm(Tensor self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor", {
    inplace: true,
    doc: "beta * self + alpha times the products of two batches of matrices.",
  }),
  op("aten::addbmm(Tensor self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor", {
    inplace: true,
    doc: "beta * self + alpha times the sum over the batch of the products of two batches of matrices.",
  }),
]);
