/** Sorting along a dimension. */

import { family, op } from "./define.ts";

export const sort = family("kernels/sort", [
  op("aten::sort(Tensor self, int dim=-1, bool descending=False) -> (Tensor values, Tensor indices)", {
    doc: "Elements in order along a dimension and where they were; stable, NaN counts as largest.",
  }),
  op(
    "aten::sort.stable(Tensor self, *, bool? stable, int dim=-1, bool descending=False) -> (Tensor values, Tensor indices)",
    { kernel: "sortStable", doc: "Elements in order along a dimension and where they were." },
  ),
  op("aten::argsort(Tensor self, int dim=-1, bool descending=False) -> Tensor", {
    doc: "The places that sort gives.",
  }),
  op("aten::argsort.stable(Tensor self, *, bool stable, int dim=-1, bool descending=False) -> Tensor", {
    kernel: "argsortStable",
    doc: "The places that sort gives.",
  }),
  op("aten::msort(Tensor self) -> Tensor", { doc: "Elements in order along the first dimension." }),
  op(
    "aten::topk(Tensor self, int k, int dim=-1, bool largest=True, bool sorted=True) -> (Tensor values, Tensor indices)",
    { doc: "The k largest or smallest elements along a dimension, always sorted; the first of equal ones." },
  ),
]);
