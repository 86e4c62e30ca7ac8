/** Linear algebra: equations, decompositions, norms and products of matrices. All compute in float64 and round once. */

import { family, op } from "./define.ts";

const ALIAS = "As the linalg operator of that name.";

export const linearSolve = family("kernels/linear-solve", [
  op("aten::linalg_det(Tensor A) -> Tensor", { doc: "Determinants of square matrices." }),
  op("aten::det(Tensor self) -> Tensor", { kernel: "linalgDet", doc: ALIAS }),
  op("aten::linalg_slogdet(Tensor A) -> (Tensor sign, Tensor logabsdet)", {
    doc: "Sign of the determinant, and logarithm of its size.",
  }),
  op("aten::slogdet(Tensor self) -> (Tensor sign, Tensor logabsdet)", {
    kernel: "linalgSlogdet",
    doc: ALIAS,
  }),
  op("aten::logdet(Tensor self) -> Tensor", {
    doc: "Logarithm of the determinant, NaN where it is negative.",
  }),
  op("aten::linalg_inv(Tensor A) -> Tensor", {
    doc: "Inverses of square matrices; a singular one is refused.",
  }),
  op("aten::inverse(Tensor self) -> Tensor", { kernel: "linalgInv", doc: ALIAS }),
  op("aten::linalg_inv_ex(Tensor A, *, bool check_errors=False) -> (Tensor inverse, Tensor info)", {
    doc: "Inverses, and for each 0 or the place of its first zero pivot.",
  }),
  op("aten::linalg_solve(Tensor A, Tensor B, *, bool left=True) -> Tensor", {
    doc: "X such that A X = B, or X A = B.",
  }),
  op(
    "aten::linalg_solve_ex(Tensor A, Tensor B, *, bool left=True, bool check_errors=False) -> (Tensor result, Tensor info)",
    { doc: "linalg_solve, and for each matrix 0 or the place of its first zero pivot." },
  ),
  op(
    "aten::linalg_solve_triangular(Tensor self, Tensor B, *, bool upper, bool left=True, bool unitriangular=False) -> Tensor",
    { doc: "X such that A X = B, or X A = B, for the upper or lower triangle of A." },
  ),
  op(
    "aten::triangular_solve(Tensor self, Tensor A, bool upper=True, bool transpose=False, bool unitriangular=False) -> (Tensor solution, Tensor cloned_coefficient)",
    { doc: "X such that A X = self for a triangle of A, and a copy of A." },
  ),
  op("aten::linalg_matrix_power(Tensor self, int n) -> Tensor", {
    doc: "The n-th power of square matrices; for n < 0 of their inverses.",
  }),
  op("aten::matrix_power(Tensor self, int n) -> Tensor", { kernel: "linalgMatrixPower", doc: ALIAS }),
]);

const RANK = "bool hermitian=False) -> Tensor";

export const decompositions = family("kernels/decompositions", [
  op("aten::linalg_svdvals(Tensor A, *, str? driver=None) -> Tensor", { doc: "Singular values, falling." }),
  op(
    "aten::linalg_svd(Tensor A, bool full_matrices=True, *, str? driver=None) -> (Tensor U, Tensor S, Tensor Vh)",
    { doc: "Singular value decomposition; signs of vectors are not those of LAPACK." },
  ),
  op("aten::svd(Tensor self, bool some=True, bool compute_uv=True) -> (Tensor U, Tensor S, Tensor V)", {
    doc: "linalg_svd with V in place of its transpose.",
  }),
  op('aten::linalg_eigh(Tensor self, str UPLO="L") -> (Tensor eigenvalues, Tensor eigenvectors)', {
    doc: "Eigenvalues, rising, and eigenvectors of symmetric matrices; signs of vectors are not those of LAPACK.",
  }),
  op('aten::linalg_eigvalsh(Tensor self, str UPLO="L") -> Tensor', {
    doc: "Eigenvalues of symmetric matrices, rising.",
  }),
  op(`aten::linalg_matrix_rank.atol_rtol_float(Tensor self, *, float? atol=None, float? rtol=None, ${RANK}`, {
    kernel: "linalgMatrixRank",
    pass: "slots",
    doc: "The number of singular values above a tolerance.",
  }),
  op(
    `aten::linalg_matrix_rank.atol_rtol_tensor(Tensor input, *, Tensor? atol=None, Tensor? rtol=None, ${RANK}`,
    {
      kernel: "linalgMatrixRank",
      pass: "slots",
      doc: "The number of singular values above a tolerance.",
    },
  ),
  op(`aten::linalg_matrix_rank(Tensor self, float tol, ${RANK}`, {
    kernel: "matrixRankTol",
    pass: "slots",
    doc: "The number of singular values above tol.",
  }),
  op(`aten::linalg_matrix_rank.tol_tensor(Tensor input, Tensor tol, ${RANK}`, {
    kernel: "matrixRankTol",
    pass: "slots",
    doc: "The number of singular values above tol.",
  }),
  op(`aten::linalg_pinv.atol_rtol_float(Tensor self, *, float? atol=None, float? rtol=None, ${RANK}`, {
    pass: "slots",
    doc: "The pseudo-inverse: singular values below a tolerance count as 0.",
  }),
  op(`aten::linalg_pinv.atol_rtol_tensor(Tensor self, *, Tensor? atol=None, Tensor? rtol=None, ${RANK}`, {
    pass: "slots",
    doc: "The pseudo-inverse: singular values below a tolerance count as 0.",
  }),
  op(`aten::linalg_pinv(Tensor self, float rcond, ${RANK}`, {
    kernel: "linalgPinvRcond",
    pass: "slots",
    doc: "The pseudo-inverse, with a relative tolerance.",
  }),
  op(`aten::linalg_pinv.rcond_tensor(Tensor self, Tensor rcond, ${RANK}`, {
    kernel: "linalgPinvRcond",
    pass: "slots",
    doc: "The pseudo-inverse, with a relative tolerance.",
  }),
  op("aten::pinverse(Tensor self, float rcond=1.0000000000000001e-15) -> Tensor", {
    pass: "slots",
    doc: "The pseudo-inverse, with a relative tolerance.",
  }),
]);

export const factorisations = family("kernels/factorisations", [
  op('aten::linalg_qr(Tensor A, str mode="reduced") -> (Tensor Q, Tensor R)', {
    doc: "QR decomposition, with LAPACK's signs.",
  }),
  op("aten::qr(Tensor self, bool some=True) -> (Tensor Q, Tensor R)", { doc: ALIAS }),
  op("aten::linalg_cholesky(Tensor self, *, bool upper=False) -> Tensor", {
    doc: "L such that L Lᵀ is the symmetric matrix; one that is not positive definite is refused.",
  }),
  op("aten::cholesky(Tensor self, bool upper=False) -> Tensor", { kernel: "linalgCholesky", doc: ALIAS }),
  op(
    "aten::linalg_cholesky_ex(Tensor self, *, bool upper=False, bool check_errors=False) -> (Tensor L, Tensor info)",
    { doc: "linalg_cholesky, and for each matrix 0 or the place where it fails." },
  ),
  op("aten::cholesky_solve(Tensor self, Tensor input2, bool upper=False) -> Tensor", {
    doc: "X such that A X = self, for the Cholesky factor input2 of A.",
  }),
  op("aten::linalg_lu_factor(Tensor A, *, bool pivot=True) -> (Tensor LU, Tensor pivots)", {
    doc: "L and U in one matrix, and the exchanges of rows.",
  }),
  op(
    "aten::linalg_lu_factor_ex(Tensor A, *, bool pivot=True, bool check_errors=False) -> (Tensor LU, Tensor pivots, Tensor info)",
    { doc: "linalg_lu_factor, and for each matrix 0 or the place of its first zero pivot." },
  ),
  op("aten::linalg_lu(Tensor A, *, bool pivot=True) -> (Tensor P, Tensor L, Tensor U)", {
    doc: "P, L and U, whose product is the matrix.",
  }),
]);

const NORM = "bool keepdim=False, *, ScalarType? dtype=None) -> Tensor";

export const matrixNorm = family("kernels/matrix-norm", [
  op(`aten::linalg_norm(Tensor self, Scalar? ord=None, int[1]? dim=None, ${NORM}`, {
    doc: "The norm of a vector or a matrix; without an order, of all elements as a vector.",
  }),
  op(`aten::linalg_norm.ord_str(Tensor self, str ord, int[1]? dim=None, ${NORM}`, {
    kernel: "linalgNormStr",
    doc: 'The "fro" or "nuc" norm of a matrix.',
  }),
  op(`aten::linalg_matrix_norm(Tensor self, Scalar ord, int[] dim=[-2, -1], ${NORM}`, {
    doc: "The norm of order ±1, ±2 or ±infinity over two dimensions.",
  }),
  op(`aten::linalg_matrix_norm.str_ord(Tensor self, str ord="fro", int[] dim=[-2, -1], ${NORM}`, {
    kernel: "linalgMatrixNormStr",
    doc: 'The "fro" or "nuc" norm over two dimensions.',
  }),
  op("aten::nuclear_norm(Tensor self, bool keepdim=False) -> Tensor", {
    doc: "The sum of a matrix's singular values.",
  }),
  op("aten::nuclear_norm.dim(Tensor self, int[2] dim, bool keepdim=False) -> Tensor", {
    kernel: "nuclearNormDims",
    doc: "The sum of singular values over two dimensions.",
  }),
  op("aten::linalg_cond(Tensor self, Scalar? p=None) -> Tensor", {
    doc: "The condition number by the p-norm (None: 2).",
  }),
  op("aten::linalg_cond.p_str(Tensor self, str p) -> Tensor", {
    kernel: "linalgCondStr",
    doc: 'The condition number by the "fro" or "nuc" norm.',
  }),
]);

export const matrixProducts = family("kernels/matrix-products", [
  op("aten::linalg_vecdot(Tensor x, Tensor y, *, int dim=-1) -> Tensor", {
    doc: "Dot products along a dimension.",
  }),
  op("aten::linalg_vander(Tensor x, *, int? N=None) -> Tensor", {
    doc: "Powers 0 … N - 1 of each element, in a new last dimension.",
  }),
  op("aten::linalg_multi_dot(Tensor[] tensors) -> Tensor", {
    doc: "The product of matrices in the cheapest order.",
  }),
  op("aten::chain_matmul(Tensor[] matrices) -> Tensor", { doc: "As linalg_multi_dot." }),
  op("aten::linalg_matrix_exp(Tensor self) -> Tensor", { doc: "Exponentials of square matrices." }),
  op("aten::matrix_exp(Tensor self) -> Tensor", { kernel: "linalgMatrixExp", doc: ALIAS }),
  op("aten::linalg_tensorinv(Tensor self, int ind=2) -> Tensor", {
    doc: "The inverse as a map from the last dimensions to the first ind.",
  }),
  op("aten::linalg_tensorsolve(Tensor self, Tensor other, int[]? dims=None) -> Tensor", {
    doc: "X such that tensordot(self, X) is other.",
  }),
]);

export const cross = family("kernels/cross", [
  op("aten::linalg_cross(Tensor self, Tensor other, *, int dim=-1) -> Tensor", {
    doc: "Cross products along a dimension of size 3.",
  }),
  op("aten::cross(Tensor self, Tensor other, int? dim=None) -> Tensor", {
    doc: "Cross products, by default along the first dimension of size 3.",
  }),
]);
