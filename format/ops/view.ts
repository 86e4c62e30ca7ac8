/** Views with other sizes, dtype or name over the same elements. */

import { family, op } from "./define.ts";

export const view = family("kernels/view", [
  op("aten::view(Tensor(a) self, SymInt[] size) -> Tensor(a)", {
    doc: "The same elements as another shape, without a copy; one size may be -1. Refused where strides forbid it.",
  }),
  op("aten::view.dtype(Tensor(a) self, ScalarType dtype) -> Tensor(a)", {
    kernel: "viewDtype",
    doc: "The same bytes as another dtype.",
  }),
  op("aten::view_as(Tensor(a) self, Tensor other) -> Tensor(a)", { doc: "view with the shape of other." }),
  op("aten::_unsafe_view(Tensor self, SymInt[] size) -> Tensor", {
    kernel: "view",
    doc: "view, as decompositions name it.",
  }),
  op("aten::reshape(Tensor(a) self, SymInt[] shape) -> Tensor(a)", {
    doc: "A view as another shape, or a copy where strides forbid a view; one size may be -1.",
  }),
  op("aten::reshape_as(Tensor(a) self, Tensor other) -> Tensor(a)", {
    doc: "reshape with the shape of other.",
  }),
  op("aten::flatten.using_ints(Tensor(a) self, int start_dim=0, int end_dim=-1) -> Tensor(a)", {
    doc: "Merges the dimensions from start_dim to end_dim into one.",
  }),
  op("aten::ravel(Tensor(a) self) -> Tensor(a)", {
    doc: "One dimension; a copy unless the tensor is contiguous.",
  }),
  op("aten::unflatten.int(Tensor(a) self, int dim, int[] sizes) -> Tensor(a)", {
    doc: "Splits one dimension into several; one size may be -1.",
  }),
  op("aten::alias(Tensor(a) self) -> Tensor(a)", { doc: "Another tensor over the same memory." }),
  op("aten::detach(Tensor(a) self) -> Tensor(a)", {
    kernel: "alias",
    doc: "Another tensor over the same memory; gradients do not exist.",
  }),
  op("aten::detach_(Tensor(a!) self) -> Tensor(a!)", { kernel: "same", doc: "The tensor itself." }),
  op("aten::set_.source_Tensor(Tensor(a!) self, Tensor source) -> Tensor(a!)", {
    kernel: "setTo",
    doc: "The tensor becomes another one over source's memory.",
  }),
  op("aten::lift_fresh(Tensor(a) self) -> Tensor(a)", { kernel: "same", doc: "The tensor itself." }),
  op("prim::data(Tensor(a) a) -> Tensor(a)", {
    kernel: "alias",
    doc: "Another tensor over the same memory.",
  }),
  op("aten::real(Tensor(a) self) -> Tensor(a)", { kernel: "same", doc: "The tensor itself: all are real." }),
  op("aten::conj(Tensor(a) self) -> Tensor(a)", { kernel: "same", doc: "The tensor itself: all are real." }),
  op("aten::resolve_conj(Tensor(a) self) -> Tensor(a)", {
    kernel: "same",
    doc: "The tensor itself: all are real.",
  }),
  op("aten::resolve_neg(Tensor(a) self) -> Tensor(a)", { kernel: "same", doc: "The tensor itself." }),
]);
