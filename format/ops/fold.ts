/** Sliding blocks of images. */

import { family, op } from "./define.ts";

export const fold = family("kernels/fold", [
  op(
    "aten::im2col(Tensor self, int[2] kernel_size, int[2] dilation, int[2] padding, int[2] stride) -> Tensor",
    { kernel: "im2col", doc: "Every block of an image as a column." },
  ),
  op(
    "aten::col2im(Tensor self, SymInt[2] output_size, int[2] kernel_size, int[2] dilation, int[2] padding, int[2] stride) -> Tensor",
    { kernel: "col2im", doc: "Columns added back to the images they came from." },
  ),
]);
