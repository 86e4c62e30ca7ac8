/** Copies: of a tensor, into a tensor, as another dtype or memory format. */

import { family, op } from "./define.ts";

export const copy = family("kernels/clone", [
  op("aten::clone(Tensor self, *, MemoryFormat? memory_format=None) -> Tensor", {
    doc: "A copy; by default its dimensions keep their order in memory.",
  }),
  op("aten::contiguous(Tensor(a) self, *, MemoryFormat memory_format=0) -> Tensor(a)", {
    doc: "The tensor itself if it lies in memory as the format says, else a copy that does.",
  }),
  op("aten::copy_(Tensor(a!) self, Tensor src, bool non_blocking=False) -> Tensor(a!)", {
    kernel: "copyFrom",
    doc: "Writes src, broadcast and converted, into self.",
  }),
  op("aten::copy_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)", {
    kernel: "copyInPlace",
    doc: "copy_, as scripts name it.",
  }),
  op("aten::copy(Tensor self, Tensor src, bool non_blocking=False) -> Tensor", {
    kernel: "copy",
    doc: "A new tensor like self with the elements of src, broadcast and converted.",
  }),
  op("aten::view_copy(Tensor self, SymInt[] size) -> Tensor", { doc: "A copy of view's result." }),
  op(
    "aten::to.dtype(Tensor(a) self, ScalarType dtype, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor(a)",
    { kernel: "toDtype", doc: "The tensor itself if it has the dtype and format, else a converted copy." },
  ),
  op(
    "aten::to.device(Tensor(a) self, Device device, ScalarType dtype, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor(a)",
    { kernel: "toDevice", doc: "to.dtype; the only device is the cpu." },
  ),
  op(
    "aten::to.other(Tensor(a) self, Tensor other, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor(a)",
    { kernel: "toOther", doc: "to.dtype with the dtype of other." },
  ),
  op(
    "aten::to.dtype_layout(Tensor(a) self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor(a)",
    { kernel: "toDtypeLayout", doc: "to.dtype, every option by name." },
  ),
  op(
    "aten::to.prim_Device(Tensor(a) self, Device? device, int? dtype=None, bool non_blocking=False, bool copy=False) -> Tensor(b|a)",
    { kernel: "toPrimDevice", doc: "to.dtype, as scripts name it; the only device is the cpu." },
  ),
  op(
    "aten::to.prim_dtype(Tensor(a) self, int? dtype=None, bool non_blocking=False, bool copy=False) -> Tensor(b|a)",
    { kernel: "toPrimDtype", doc: "to.dtype, as scripts name it." },
  ),
  op("aten::to.prim_other(Tensor(a) self, bool non_blocking=False, bool copy=False) -> Tensor(b|a)", {
    kernel: "toPrimOther",
    doc: "The tensor itself, or a copy.",
  }),
  op(
    "aten::_to_copy(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, bool non_blocking=False, MemoryFormat? memory_format=None) -> Tensor",
    { kernel: "toCopy", doc: "A converted copy." },
  ),
  op("aten::type_as(Tensor self, Tensor other) -> Tensor", {
    doc: "The tensor itself if it has the dtype of other, else a converted copy.",
  }),
  op("aten::cpu(Tensor(a) self) -> Tensor(b|a)", { kernel: "toCpu", doc: "The tensor itself." }),
]);
