/** Norms of tensors seen as vectors, and logsumexp. */

import { family, op } from "./define.ts";

export const vectorNorm = family("kernels/vector-norm", [
  op("aten::norm.Scalar(Tensor self, Scalar p=2) -> Tensor", { doc: "The p-norm of all elements." }),
  op("aten::norm.ScalarOpt_dtype(Tensor self, Scalar? p, *, ScalarType dtype) -> Tensor", {
    kernel: "normDtype",
    doc: "The p-norm (None: 2) of all elements, converted to a dtype first.",
  }),
  op("aten::norm.ScalarOpt_dim(Tensor self, Scalar? p, int[1] dim, bool keepdim=False) -> Tensor", {
    kernel: "normDims",
    doc: "The p-norm (None: 2) over dimensions, all of them for an empty list.",
  }),
  op(
    "aten::norm.ScalarOpt_dim_dtype(Tensor self, Scalar? p, int[1] dim, bool keepdim, *, ScalarType dtype) -> Tensor",
    {
      kernel: "normDimsDtype",
      doc: "The p-norm (None: 2) over dimensions of elements converted to a dtype first.",
    },
  ),
  op(
    "aten::linalg_vector_norm(Tensor self, Scalar ord=2, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor",
    { doc: "The norm of the given order over dimensions, all of them for None." },
  ),
  op("aten::frobenius_norm(Tensor self) -> Tensor", { doc: "Root of the sum of squares of all elements." }),
  op("aten::frobenius_norm.dim(Tensor self, int[1] dim, bool keepdim=False) -> Tensor", {
    kernel: "frobeniusNormDims",
    doc: "Root of the sum of squares over dimensions.",
  }),
  op("aten::logsumexp(Tensor self, int[1] dim, bool keepdim=False) -> Tensor", {
    doc: "Logarithm of the sum of e^x over dimensions.",
  }),
]);
