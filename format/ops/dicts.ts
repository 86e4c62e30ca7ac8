/** Dicts of a program, in insertion order. */

import { family, op } from "./define.ts";

export const dicts = family("kernels/dicts", [
  op("aten::dict() -> Dict(str, Tensor)", { kernel: "empty", doc: "An empty dict." }),
  ...(["str", "int", "float", "bool", "Tensor"] as const).flatMap((key) => {
    const dict = `Dict(${key}, t)`;
    return [
      op(`aten::len.Dict_${key}(${dict} self) -> int`, { kernel: "len" }),
      op(`aten::__getitem__.Dict_${key}(${dict} self, ${key} key) -> t(*)`, {
        kernel: "getItem",
        pass: "slots",
        doc: "Refuses a key that is not there.",
      }),
      op(`aten::_set_item.${key}(${dict}(a!) l, ${key}(b -> *) idx, t(c -> *) v) -> ()`, {
        kernel: "setItem",
        pass: "slots",
      }),
      op(`aten::__contains__.${key}(${dict} dict, ${key} key) -> bool`, {
        kernel: "contains",
        pass: "slots",
      }),
      op(`aten::get.${key}(${dict} self, ${key} key) -> t(*)?`, { kernel: "get", pass: "slots" }),
      op(`aten::get.default_${key}(${dict} self, ${key} key, t default_value) -> t(*)`, {
        kernel: "getOr",
        pass: "slots",
      }),
      op(`aten::setdefault.${key}(${dict}(a!) self, ${key}(b -> *) key, t(c -> *) default_value) -> t(*)`, {
        kernel: "setDefault",
        pass: "slots",
      }),
      op(`aten::Delete.Dict_${key}(${dict}(a!) self, ${key} key) -> ()`, { kernel: "remove", pass: "slots" }),
      op(`aten::pop.Dict_${key}(${dict}(a!) self, ${key} key) -> t(*)`, { kernel: "pop", pass: "slots" }),
      op(`aten::pop.Dict_default_${key}(${dict}(a!) self, ${key} key, t default_value) -> t(*)`, {
        kernel: "popOr",
        pass: "slots",
      }),
      op(`aten::popitem.${key}(${dict}(a!) self) -> ((${key}, t))`, {
        kernel: "popItem",
        doc: "The oldest entry.",
      }),
      op(`aten::keys.${key}(${dict} self) -> ${key}[](*)`, { kernel: "keys" }),
      op(`aten::values.${key}(${dict} self) -> t[](*)`, { kernel: "values" }),
      op(`aten::items.${key}(${dict} self) -> ((${key}, t)[])`, { kernel: "items" }),
      op(`aten::clear.${key}(${dict}(a!) self) -> ()`, { kernel: "clear" }),
      op(`aten::update.${key}(${dict}(a!) self, ${dict}(a!) to_add) -> ()`, { kernel: "update" }),
      op(`aten::copy.Dict_${key}(${dict}(a) self) -> ${dict}`, { kernel: "copy" }),
      op(`aten::dict.Dict_${key}(${dict}(a) self) -> ${dict}`, { kernel: "copy" }),
      op(`aten::dict.${key}((${key}, tVal)[] inputs) -> Dict(${key}, tVal)`, {
        kernel: "fromPairs",
        doc: "The dict of a list of pairs.",
      }),
    ];
  }),
]);
