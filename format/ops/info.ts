/** What a tensor is. */

import { family, op } from "./define.ts";

export const info = family("kernels/info", [
  op("aten::size(Tensor self) -> int[]", { doc: "All sizes." }),
  op("aten::size.int(Tensor self, int dim) -> int", { kernel: "sizeInt", doc: "The size of one dimension." }),
  op("aten::sym_size(Tensor self) -> SymInt[]", {
    kernel: "size",
    doc: "size, as exported programs name it.",
  }),
  op("aten::sym_size.int(Tensor self, int dim) -> SymInt", {
    kernel: "sizeInt",
    doc: "size, as exported programs name it.",
  }),
  op("aten::stride(Tensor self) -> int[]", { doc: "All strides, in elements." }),
  op("aten::stride.int(Tensor self, int dim) -> int", {
    kernel: "strideInt",
    doc: "The stride of one dimension, in elements.",
  }),
  op("aten::sym_stride(Tensor self) -> SymInt[]", {
    kernel: "stride",
    doc: "stride, as exported programs name it.",
  }),
  op("aten::sym_stride.int(Tensor self, int dim) -> SymInt", {
    kernel: "strideInt",
    doc: "stride, as exported programs name it.",
  }),
  op("aten::dim(Tensor self) -> int", { nested: ["self"], doc: "The number of dimensions." }),
  op("aten::numel(Tensor self) -> int", { doc: "The number of elements." }),
  op("aten::sym_numel(Tensor self) -> SymInt", {
    kernel: "numel",
    doc: "numel, as exported programs name it.",
  }),
  op("aten::len.Tensor(Tensor t) -> int", { kernel: "len", doc: "The size of the first dimension." }),
  op("aten::storage_offset(Tensor self) -> int", {
    doc: "Where the first element lies in its storage, in elements.",
  }),
  op("aten::sym_storage_offset(Tensor self) -> SymInt", {
    kernel: "storageOffset",
    doc: "storage_offset, as exported programs name it.",
  }),
  op("aten::is_contiguous(Tensor self) -> bool", {
    kernel: "contiguous",
    doc: "Whether the elements lie in row-major order without gaps.",
  }),
  op("aten::is_contiguous.memory_format(Tensor self, MemoryFormat memory_format) -> bool", {
    kernel: "contiguousAs",
    doc: "Whether the elements lie in the format's order without gaps.",
  }),
  op("aten::is_floating_point(Tensor self) -> bool", { doc: "Whether the dtype is a floating one." }),
  op("aten::is_complex(Tensor self) -> bool", {
    kernel: "never",
    doc: "False: there are no complex tensors.",
  }),
  op("aten::is_signed(Tensor self) -> bool", { doc: "Whether the dtype holds negative numbers." }),
  op("aten::is_conj(Tensor self) -> bool", { kernel: "never", doc: "False: there are no complex tensors." }),
  op("aten::is_neg(Tensor self) -> bool", { kernel: "never", doc: "False: there are no complex tensors." }),
  op("aten::is_inference(Tensor self) -> bool", {
    kernel: "never",
    doc: "False: no tensor is bound to PyTorch's inference mode.",
  }),
  op("aten::is_leaf(Tensor self) -> bool", { kernel: "always", doc: "True: there are no gradients." }),
  op("aten::is_same_size(Tensor self, Tensor other) -> bool", { doc: "Whether the sizes are equal." }),
  op("aten::is_set_to(Tensor self, Tensor tensor) -> bool", {
    doc: "Whether both are the same view of the same memory.",
  }),
  op("aten::element_size(Tensor self) -> int", { doc: "Bytes of one element." }),
  op("aten::get_device(Tensor self) -> int", { doc: "-1: the number of the cpu." }),
  op("prim::dtype(Tensor a) -> int", { nested: ["a"], doc: "The dtype's number." }),
  op("prim::device(Tensor a) -> Device", { nested: ["a"], doc: "The device, always the cpu." }),
  op("prim::layout(Tensor a) -> Layout", { doc: "0: strided, the only layout." }),
  op("prim::requires_grad(Tensor a) -> bool", {
    kernel: "neverEvenNested",
    nested: ["a"],
    doc: "False: there are no gradients.",
  }),
  op("aten::retains_grad(Tensor self) -> bool", { kernel: "never", doc: "False: there are no gradients." }),
  op("prim::is_cpu(Tensor a) -> bool", { kernel: "always", doc: "True." }),
  op("prim::is_cuda(Tensor a) -> bool", {
    kernel: "neverEvenNested",
    nested: ["a"],
    doc: "False: tensors are on the cpu.",
  }),
  op("prim::is_nested(Tensor a) -> bool", {
    nested: ["a"],
    doc: "True for what _nested_tensor_from_mask made, and encoder layers of it.",
  }),
  op("prim::is_quantized(Tensor a) -> bool", {
    kernel: "never",
    doc: "False: tensors are dense and on the cpu.",
  }),
  op("prim::is_sparse(Tensor a) -> bool", {
    kernel: "never",
    doc: "False: tensors are dense and on the cpu.",
  }),
  op("prim::is_sparse_csr(Tensor a) -> bool", {
    kernel: "never",
    doc: "False: tensors are dense and on the cpu.",
  }),
  op("prim::is_mkldnn(Tensor a) -> bool", {
    kernel: "never",
    doc: "False: tensors are dense and on the cpu.",
  }),
  op("prim::is_meta(Tensor a) -> bool", { kernel: "never", doc: "False: tensors are dense and on the cpu." }),
  op("prim::is_mps(Tensor a) -> bool", { kernel: "never", doc: "False: tensors are dense and on the cpu." }),
  op("prim::is_xpu(Tensor a) -> bool", { kernel: "never", doc: "False: tensors are dense and on the cpu." }),
  op("prim::is_vulkan(Tensor a) -> bool", {
    kernel: "never",
    doc: "False: tensors are dense and on the cpu.",
  }),
  op("prim::is_ipu(Tensor a) -> bool", { kernel: "never", doc: "False: tensors are dense and on the cpu." }),
  op("prim::is_ort(Tensor a) -> bool", { kernel: "never", doc: "False: tensors are dense and on the cpu." }),
  op("aten::promote_types(ScalarType type1, ScalarType type2) -> ScalarType", {
    kernel: "promote",
    doc: "The smallest dtype that holds both.",
  }),
  op("aten::can_cast(ScalarType from, ScalarType to) -> bool", {
    doc: "Whether results of one dtype may be written to the other.",
  }),
  op("aten::result_type.Tensor(Tensor tensor, Tensor other) -> ScalarType", {
    doc: "The dtype of arithmetic on both.",
  }),
  op("aten::result_type.Scalar(Tensor tensor, Scalar other) -> ScalarType", {
    kernel: "resultTypeScalar",
    doc: "The dtype of arithmetic on both.",
  }),
  op("aten::result_type.Scalar_Tensor(Scalar scalar, Tensor tensor) -> ScalarType", {
    kernel: "resultTypeScalarTensor",
    doc: "The dtype of arithmetic on both.",
  }),
  op("aten::result_type.Scalar_Scalar(Scalar scalar1, Scalar scalar2) -> ScalarType", {
    kernel: "resultTypeScalars",
    doc: "The dtype of arithmetic on both.",
  }),
]);
