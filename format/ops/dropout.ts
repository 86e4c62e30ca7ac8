/** Dropout. */

import { family, op } from "./define.ts";

export const dropout = family("kernels/dropout", [
  op("aten::dropout(Tensor input, float p, bool train) -> Tensor", {
    doc: "Outside training, and for p = 0, the input itself; for p = 1 zeros. Other p need random numbers.",
  }),
  op("aten::dropout_(Tensor(a!) self, float p, bool train) -> Tensor(a!)", {
    kernel: "dropoutInplace",
    doc: "dropout in place.",
  }),
  op("aten::alpha_dropout(Tensor input, float p, bool train) -> Tensor", {
    kernel: "dropout",
    doc: "As dropout, where no random numbers are needed.",
  }),
  op("aten::alpha_dropout_(Tensor(a!) self, float p, bool train) -> Tensor(a!)", {
    kernel: "dropoutInplace",
    doc: "alpha_dropout in place.",
  }),
  op("aten::feature_dropout(Tensor input, float p, bool train) -> Tensor", {
    kernel: "dropout",
    doc: "As dropout, where no random numbers are needed.",
  }),
  op("aten::feature_dropout_(Tensor(a!) self, float p, bool train) -> Tensor(a!)", {
    kernel: "dropoutInplace",
    doc: "feature_dropout in place.",
  }),
  op("aten::feature_alpha_dropout(Tensor input, float p, bool train) -> Tensor", {
    kernel: "dropout",
    doc: "As dropout, where no random numbers are needed.",
  }),
  op("aten::feature_alpha_dropout_(Tensor(a!) self, float p, bool train) -> Tensor(a!)", {
    kernel: "dropoutInplace",
    doc: "feature_alpha_dropout in place.",
  }),
  op("aten::native_dropout(Tensor input, float p, bool? train) -> (Tensor, Tensor)", {
    doc: "dropout, and the mask of what was kept.",
  }),
]);
