/** Writing to places that an index tensor names along a dimension. */

import { family, op } from "./define.ts";

export const scatter = family("kernels/scatter", [
  op("aten::scatter.src(Tensor self, int dim, Tensor index, Tensor src) -> Tensor", {
    kernel: "scatterSrc",
    doc: "A copy with elements of src at the places along dim that index names.",
  }),
  op("aten::scatter_.src(Tensor(a!) self, int dim, Tensor index, Tensor src) -> Tensor(a!)", {
    kernel: "scatterSrcInPlace",
  }),
  op("aten::scatter.value(Tensor self, int dim, Tensor index, Scalar value) -> Tensor", {
    kernel: "scatterValue",
    doc: "A copy with a number at the places along dim that index names.",
  }),
  op("aten::scatter_.value(Tensor(a!) self, int dim, Tensor index, Scalar value) -> Tensor(a!)", {
    kernel: "scatterValueInPlace",
  }),
  op("aten::scatter.reduce(Tensor self, int dim, Tensor index, Tensor src, *, str reduce) -> Tensor", {
    kernel: "scatterReduceSrc",
    doc: "scatter that adds to or multiplies what is there.",
  }),
  op(
    "aten::scatter_.reduce(Tensor(a!) self, int dim, Tensor index, Tensor src, *, str reduce) -> Tensor(a!)",
    { kernel: "scatterReduceSrcInPlace" },
  ),
  op(
    "aten::scatter.value_reduce(Tensor self, int dim, Tensor index, Scalar value, *, str reduce) -> Tensor",
    {
      kernel: "scatterReduceValue",
      doc: "scatter of a number that is added to or multiplied with what is there.",
    },
  ),
  op(
    "aten::scatter_.value_reduce(Tensor(a!) self, int dim, Tensor index, Scalar value, *, str reduce) -> Tensor(a!)",
    { kernel: "scatterReduceValueInPlace" },
  ),
  op("aten::scatter_add(Tensor self, int dim, Tensor index, Tensor src) -> Tensor", {
    doc: "A copy to which src is added at the places along dim that index names.",
  }),
  op("aten::scatter_add_(Tensor(a!) self, int dim, Tensor index, Tensor src) -> Tensor(a!)", {
    kernel: "scatterAddInPlace",
  }),
  op(
    "aten::scatter_reduce.two(Tensor self, int dim, Tensor index, Tensor src, str reduce, *, bool include_self=True) -> Tensor",
    {
      doc: "sum, prod, mean, amax or amin of what index brings to each place, with or without what is there.",
    },
  ),
  op(
    "aten::scatter_reduce_.two(Tensor(a!) self, int dim, Tensor index, Tensor src, str reduce, *, bool include_self=True) -> Tensor(a!)",
    { kernel: "scatterReduceInPlace" },
  ),
]);
