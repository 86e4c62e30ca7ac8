/** Counting. */

import { family, op } from "./define.ts";

const dd =
  "float[]? range=None, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor[] bin_edges)";

export const histogram = family("kernels/histogram", [
  op("aten::bincount(Tensor self, Tensor? weights=None, int minlength=0) -> Tensor", {
    doc: "How often each number occurs, or the sums of the weights.",
  }),
  op("aten::histc(Tensor self, int bins=100, Scalar min=0, Scalar max=0) -> Tensor", {
    doc: "Counts of elements in even bins.",
  }),
  op(
    "aten::histogram.bin_ct(Tensor self, int bins=100, *, float[]? range=None, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor bin_edges)",
    { kernel: "histogramCount", doc: "Counts of elements in even bins, and their edges." },
  ),
  op(
    "aten::histogram.bins_tensor(Tensor self, Tensor bins, *, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor bin_edges)",
    { kernel: "histogramEdges", doc: "Counts of elements between given edges." },
  ),
  op(`aten::histogramdd(Tensor self, int[] bins, ${dd}`, {
    doc: "Counts of points in boxes of even bins, and the edges in each dimension.",
  }),
  op(`aten::histogramdd.int_bins(Tensor self, int bins, ${dd}`, {
    kernel: "histogramddCount",
    doc: "Counts of points in boxes of even bins, and the edges in each dimension.",
  }),
  op(`aten::histogramdd.TensorList_bins(Tensor self, Tensor[] bins, ${dd}`, {
    kernel: "histogramddEdges",
    doc: "Counts of points in boxes between given edges.",
  }),
]);
