/** Lists of a program. */

import { family, op } from "./define.ts";

const KINDS = ["int", "float", "bool", "str"] as const;

export const lists = family("kernels/lists", [
  op("aten::len.t(t[] a) -> int", { doc: "The number of items." }),
  op("aten::len.any(Any[] a) -> int"),
  op("aten::__getitem__.t(t[](a) list, int idx) -> t(*)", {
    kernel: "getItem",
    doc: "An item; negative from the end.",
  }),
  op("aten::select.t(t[](a) list, int idx) -> t(*)", { kernel: "getItem" }),
  op("aten::_set_item.t(t[](a!) l, int idx, t(b -> *) el) -> t[](a!)", { kernel: "setItem" }),
  op("aten::append.t(t[](a!) self, t(c -> *) el) -> t[](a!)"),
  op("aten::extend.t(t[](a!) self, t[] other) -> ()"),
  op("aten::insert.t(t[](a!) self, int idx, t(b -> *) el) -> ()"),
  op("aten::pop.t(t[](a!) self, int idx=-1) -> t(*)", { doc: "Takes an item out." }),
  op("aten::Delete.t(t[](a!) self, int idx) -> ()", { kernel: "remove", doc: "Drops an item." }),
  op("aten::clear.t(t[](a!) self) -> ()"),
  op("aten::reverse.t(t[](a!) self) -> ()"),
  op("aten::copy.t(t[](a) self) -> t[]"),
  op("aten::list.t(t[] l) -> t[]", { kernel: "copy", doc: "A copy." }),
  op("aten::slice.t(t[] l, int? start=None, int? end=None, int step=1) -> t[]", {
    doc: "Every step-th item from start to before end, as Python slices.",
  }),
  op("aten::add.t(t[] a, t[] b) -> t[]", { doc: "The items of both." }),
  op("aten::add_.t(t[](a!) self, t[] b) -> t[]", { kernel: "addInPlace" }),
  op("aten::mul.left_t(t[] l, int n) -> t[]", { kernel: "repeat", doc: "The items n times." }),
  op("aten::mul.right_(int n, t[] l) -> t[]", { kernel: "repeatLeft" }),
  op("aten::mul_.t(t[](a!) l, int n) -> t[](a!)", { kernel: "repeatInPlace" }),
  ...KINDS.flatMap((kind) => [
    op(`aten::eq.${kind}_list(${kind}[] a, ${kind}[] b) -> bool`, { kernel: "eq" }),
    op(`aten::ne.${kind}_list(${kind}[] a, ${kind}[] b) -> bool`, { kernel: "ne" }),
    op(`aten::index.list_${kind}(${kind}[] self, ${kind} el) -> int`, { kernel: "indexOf", pass: "slots" }),
    op(`aten::count.${kind}(${kind}[] self, ${kind} el) -> int`, { kernel: "count", pass: "slots" }),
    op(`aten::remove.${kind}(${kind}[](a!) self, ${kind} el) -> ()`, {
      kernel: "removeValue",
      pass: "slots",
    }),
  ]),
  ...(["int", "float", "str"] as const).map((kind) =>
    op(`aten::__contains__.${kind}_list(${kind}[] l, ${kind} item) -> bool`, {
      kernel: "contains",
      pass: "slots",
    }),
  ),
  op("aten::Size(int[] sizes) -> int[]", { kernel: "copy" }),
]);

export const listOrder = family("kernels/list-order", [
  ...KINDS.map((kind) => op(`aten::any.${kind}(${kind}[] self) -> bool`, { kernel: "any" })),
  ...(["int", "float", "bool"] as const).map((kind) =>
    op(`aten::all.${kind}(${kind}[] self) -> bool`, { kernel: "all" }),
  ),
  op("aten::sum.int(int[] self) -> int", { kernel: "sumInts" }),
  op("aten::sum.bool(bool[] self) -> int", { kernel: "sumInts" }),
  op("aten::sum.float(float[] self) -> float", { kernel: "sumFloats" }),
  ...(["int", "float", "bool"] as const).flatMap((kind) => [
    op(`prim::max.self_${kind}(${kind}[] self) -> ${kind}`, { kernel: "maxItem", pass: "slots" }),
    op(`prim::min.self_${kind}(${kind}[] self) -> ${kind}`, { kernel: "minItem", pass: "slots" }),
    op(`prim::max.${kind}_list(${kind}[] l, ${kind}[] r) -> ${kind}[]`, { kernel: "maxList" }),
    op(`prim::min.${kind}_list(${kind}[] l, ${kind}[] r) -> ${kind}[]`, { kernel: "minList" }),
  ]),
  ...KINDS.flatMap((kind) => [
    op(`aten::sort.${kind}(${kind}[](a!) self, bool reverse=False) -> ()`, { kernel: "sort" }),
    op(`aten::sorted.${kind}(${kind}[](a) input) -> ${kind}[]`, { kernel: "sorted" }),
  ]),
  op("prim::rangelist(int n) -> int[]", { kernel: "rangeList", doc: "0 … n - 1." }),
]);
