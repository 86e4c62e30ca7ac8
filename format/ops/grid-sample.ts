/** Images read at given points. */

import { family, op } from "./define.ts";

const args =
  "(Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners) -> Tensor";

export const gridSample = family("kernels/grid-sample", [
  op(`aten::grid_sampler${args}`, {
    doc: "An image or volume read at the points of a grid; modes are linear, nearest, cubic; paddings zeros, border, reflection.",
  }),
  op(`aten::grid_sampler_2d${args}`, {
    kernel: "gridSampler2d",
    doc: "An image read at the points of a grid.",
  }),
  op(`aten::grid_sampler_3d${args}`, {
    kernel: "gridSampler3d",
    doc: "A volume read at the points of a grid.",
  }),
]);
