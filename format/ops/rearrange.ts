/** Elements in another arrangement. */

import { family, op } from "./define.ts";

export const rearrange = family("kernels/rearrange", [
  op("aten::meshgrid(Tensor[] tensors) -> Tensor[]", {
    doc: "The coordinates of a grid, one tensor for each of its dimensions.",
  }),
  op("aten::meshgrid.indexing(Tensor[] tensors, *, str indexing) -> Tensor[]", {
    kernel: "meshgridIndexing",
    doc: 'meshgrid; with "xy" its first two dimensions change places.',
  }),
  op("aten::pixel_shuffle(Tensor self, int upscale_factor) -> Tensor", {
    doc: "(…, c r², h, w) as (…, c, h r, w r).",
  }),
  op("aten::pixel_unshuffle(Tensor self, int downscale_factor) -> Tensor", {
    doc: "(…, c, h r, w r) as (…, c r², h, w).",
  }),
  op("aten::channel_shuffle(Tensor self, int groups) -> Tensor", {
    doc: "Dimension 1 as (groups, n), transposed.",
  }),
]);
