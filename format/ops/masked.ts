/** Places where something holds. */

import { family, op } from "./define.ts";

export const masked = family("kernels/masked", [
  op("aten::nonzero(Tensor self) -> Tensor", {
    doc: "The places of elements that are not zero, a row each.",
  }),
  op("aten::argwhere(Tensor self) -> Tensor", { kernel: "nonzero", doc: "Another name of nonzero." }),
  op("aten::nonzero_numpy(Tensor self) -> Tensor[]", {
    doc: "The places of elements that are not zero, a vector per dimension.",
  }),
  op("aten::where(Tensor condition) -> Tensor[]", {
    kernel: "nonzeroNumpy",
    doc: "The places where condition holds, a vector per dimension.",
  }),
  op("aten::masked_select(Tensor self, Tensor mask) -> Tensor", { doc: "The elements where mask holds." }),
  op("aten::masked_scatter(Tensor self, Tensor mask, Tensor source) -> Tensor", {
    doc: "A copy with the elements of source, one after another, where mask holds.",
  }),
  op("aten::masked_scatter_(Tensor(a!) self, Tensor mask, Tensor source) -> Tensor(a!)", {
    kernel: "maskedScatterInPlace",
  }),
]);
