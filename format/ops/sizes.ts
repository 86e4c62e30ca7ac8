/** Integers computed from sizes, and reading a dict of tensors: what traces record beside tensor operators. */

import { family, op } from "./define.ts";

export const sizes = family("kernels/sizes", [
  op("aten::add.int(int a, int b) -> int", { kernel: "addInt", doc: "Wraps around at 64 bits." }),
  op("aten::sub.int(int a, int b) -> int", { kernel: "subInt", doc: "Wraps around at 64 bits." }),
  op("aten::mul.int(int a, int b) -> int", { kernel: "mulInt", doc: "Wraps around at 64 bits." }),
  op("aten::floordiv.int(int a, int b) -> int", { kernel: "floordivInt", doc: "The quotient rounded down." }),
  op("aten::remainder.int(int a, int b) -> int", {
    kernel: "remainderInt",
    doc: "The remainder with the divisor's sign.",
  }),
  op("aten::neg.int(int a) -> int", { kernel: "negInt" }),
  op("aten::eq.int(int a, int b) -> bool", { kernel: "eqInt" }),
  op("aten::ne.int(int a, int b) -> bool", { kernel: "neInt" }),
  op("aten::lt.int(int a, int b) -> bool", { kernel: "ltInt" }),
  op("aten::le.int(int a, int b) -> bool", { kernel: "leInt" }),
  op("aten::gt.int(int a, int b) -> bool", { kernel: "gtInt" }),
  op("aten::ge.int(int a, int b) -> bool", { kernel: "geInt" }),
  op("aten::__getitem__.Dict_str(Dict(str, t) self, str key) -> t(*)", {
    kernel: "getDictStr",
    doc: "Refuses a key that is not there.",
  }),
]);
