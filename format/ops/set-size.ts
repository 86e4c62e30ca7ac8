/** Changing a tensor's size in place. */

import { family, op } from "./define.ts";

export const setSize = family("kernels/set-size", [
  op("aten::resize_(Tensor(a!) self, int[] size, *, MemoryFormat? memory_format=None) -> Tensor(a!)", {
    kernel: "resizeInPlace",
    doc: "Another size for the elements in memory; further ones are undefined.",
  }),
  op(
    "aten::resize_as_(Tensor(a!) self, Tensor the_template, *, MemoryFormat? memory_format=None) -> Tensor(a!)",
    {
      kernel: "resizeAsInPlace",
      doc: "Another tensor's size for the elements in memory; further ones are undefined.",
    },
  ),
]);
