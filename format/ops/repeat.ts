/** The same elements several times or in another order. */

import { family, op } from "./define.ts";

export const repeat = family("kernels/repeat", [
  op("aten::repeat(Tensor self, SymInt[] repeats) -> Tensor", {
    doc: "Repeated along every dimension; more repeats than dimensions add dimensions in front.",
  }),
  op("aten::tile(Tensor self, int[] dims) -> Tensor", {
    doc: "repeat; dimensions that are not named are not repeated.",
  }),
  op("aten::flip(Tensor self, int[] dims) -> Tensor", {
    doc: "A copy with the order of some dimensions reversed.",
  }),
  op("aten::fliplr(Tensor self) -> Tensor", { doc: "flip of dimension 1." }),
  op("aten::flipud(Tensor self) -> Tensor", { doc: "flip of dimension 0." }),
  op("aten::rot90(Tensor self, int k=1, int[] dims=[0, 1]) -> Tensor", {
    kernel: "rot90",
    doc: "Turned by k right angles in the plane of two dimensions.",
  }),
  op("aten::roll(Tensor self, int[1] shifts, int[1] dims=[]) -> Tensor", {
    doc: "Places moved along dimensions, around the end; without dimensions all elements as one row.",
  }),
]);
