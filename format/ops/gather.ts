/** Reading places that an index tensor names. */

import { family, op } from "./define.ts";

export const gather = family("kernels/gather", [
  op("aten::index_select(Tensor self, int dim, Tensor index) -> Tensor", {
    doc: "The places of a dimension that a vector of indices names.",
  }),
  op(
    "aten::embedding(Tensor weight, Tensor indices, int padding_idx=-1, bool scale_grad_by_freq=False, bool sparse=False) -> Tensor",
    { doc: "Rows of weight, one for every index." },
  ),
  op("aten::gather(Tensor self, int dim, Tensor index, *, bool sparse_grad=False) -> Tensor", {
    doc: "For every position, the element whose place along dim the index there names.",
  }),
  op("aten::take(Tensor self, Tensor index) -> Tensor", { doc: "Elements by their row-major number." }),
  op("aten::take_along_dim(Tensor self, Tensor indices, int? dim=None) -> Tensor", {
    doc: "gather after broadcasting; without dim on flattened tensors.",
  }),
  op("aten::repeat_interleave.Tensor(Tensor repeats, *, int? output_size=None) -> Tensor", {
    doc: "0 repeats[0] times, 1 repeats[1] times, …",
  }),
  op(
    "aten::repeat_interleave.self_Tensor(Tensor self, Tensor repeats, int? dim=None, *, int? output_size=None) -> Tensor",
    { kernel: "repeatInterleaveTensor", doc: "Every place of dim as often as repeats says." },
  ),
  op(
    "aten::repeat_interleave.self_int(Tensor self, int repeats, int? dim=None, *, int? output_size=None) -> Tensor",
    { kernel: "repeatInterleaveInt", doc: "Every place of dim repeats times." },
  ),
]);
