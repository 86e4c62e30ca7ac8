/** Objects, enum members, optionals, devices and surroundings as a program sees them. */

import { family, op } from "./define.ts";

export const objects = family("kernels/objects", [
  op("prim::EnumName(AnyEnumType enum) -> str", {
    kernel: "memberName",
    pass: "slots",
    doc: "The member's name.",
  }),
  ...["int", "float", "str"].map((kind) =>
    op(`prim::EnumValue.${kind}(AnyEnumType enum) -> ${kind}`, { kernel: "memberValue", pass: "slots" }),
  ),
  op("aten::eq.enum(AnyEnumType a, AnyEnumType b) -> bool", { kernel: "memberEq" }),
  op("aten::ne.enum(AnyEnumType a, AnyEnumType b) -> bool", { kernel: "memberNe" }),
  op("prim::id(AnyClassType? x) -> int", {
    kernel: "id",
    doc: "A number that no other live object has; 0 for None.",
  }),
  op("aten::_unwrap_optional(t(a)? optional) -> t(a)", {
    kernel: "unwrap",
    pass: "slots",
    doc: "The value; None is refused.",
  }),
  op("prim::unchecked_unwrap_optional(t(a)? optional) -> t(a)", { kernel: "unwrap", pass: "slots" }),
  op("prim::IfThenElse(bool cond, Any(a) x, Any(b) y) -> Any(b|a)", { kernel: "choose" }),
]);

export const hashes = family("kernels/hash", [
  op("aten::hash.generic(t value) -> int", { kernel: "hash", doc: "PyTorch's hash of a value." }),
]);

export const devices = family("kernels/device", [
  op("aten::device(str a) -> Device", { doc: "The device that a text names." }),
  op("aten::eq.device(Device a, Device b) -> bool", { kernel: "eq" }),
  op("aten::ne.device(Device a, Device b) -> bool", { kernel: "ne" }),
  op("prim::type(Device self) -> str", { kernel: "kind", doc: "The device's kind, such as cpu." }),
  op("prim::index(Device self) -> int?", { doc: "The number among devices of its kind, or None." }),
]);

export const modes = family("kernels/modes", [
  op("aten::is_grad_enabled() -> bool", { doc: "Whether set_grad_enabled was last given true." }),
  op("aten::set_grad_enabled(bool val) -> ()", {
    doc: "Remembered for is_grad_enabled; nothing else changes.",
  }),
  op("aten::is_autocast_enabled() -> bool", { kernel: "no", doc: "False." }),
  op("aten::is_autocast_cpu_enabled() -> bool", { kernel: "no", doc: "False." }),
  op("aten::_get_tracing_state() -> bool", {
    kernel: "no",
    doc: "False: a program that runs is not traced.",
  }),
  op("aten::is_scripting() -> bool", { kernel: "yes", doc: "True." }),
  op("aten::is_vulkan_available() -> bool", { kernel: "no", doc: "False." }),
  op("aten::_use_cudnn_rnn_flatten_weight() -> bool", { kernel: "no", doc: "False." }),
  op("prim::AddStatValue(str key, int val) -> ()", {
    kernel: "addStatValue",
    doc: "Counts for PyTorch's logging: nothing here.",
  }),
  op("prim::grad(Tensor a) -> Tensor(*)", {
    kernel: "none",
    pass: "slots",
    doc: "None: there are no gradients.",
  }),
  op("prim::name(Tensor a) -> str?", {
    kernel: "none",
    pass: "slots",
    doc: "None: tensors have no names.",
  }),
]);

export const tensorLists = family("kernels/tensor-lists", [
  op("aten::eq.Tensor_list(Tensor[] a, Tensor[] b) -> bool", {
    kernel: "eq",
    doc: "Whether all pairs are equal.",
  }),
  op("aten::ne.Tensor_list(Tensor[] a, Tensor[] b) -> bool", { kernel: "ne" }),
  op("aten::index.list_Tensor(Tensor[] self, Tensor el) -> int", { kernel: "indexOf" }),
  op("aten::count.Tensor(Tensor[] self, Tensor el) -> int", { kernel: "count" }),
  op("aten::remove.Tensor(Tensor[](a!) self, Tensor el) -> ()", { kernel: "removeValue" }),
]);

export const sizes = family("kernels/sizes", [
  op("aten::_infer_size(int[] a, int[] b) -> int[]", { doc: "The sizes that two shapes broadcast to." }),
  op("aten::broadcast_shapes(int[] a, int[] b) -> int[]", {
    kernel: "inferSize",
    doc: "The sizes that two shapes broadcast to.",
  }),
  op("aten::_list_to_tensor(int[] self) -> Tensor", {
    kernel: "listToTensor",
    doc: "Ints as a tensor of one dimension.",
  }),
]);
