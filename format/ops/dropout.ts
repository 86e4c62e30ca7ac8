/** Dropout. While training it draws from the runtime's generator. */

import { family, op } from "./define.ts";

/** A row and its in-place form. */
function drops(name: string, kernel: string, doc: string): ReturnType<typeof op>[] {
  return [
    op(`aten::${name}(Tensor input, float p, bool train) -> Tensor`, { kernel, nondeterministic: true, doc }),
    op(`aten::${name}_(Tensor(a!) self, float p, bool train) -> Tensor(a!)`, {
      kernel: `${kernel}Inplace`,
      nondeterministic: true,
      doc: `${name} in place.`,
    }),
  ];
}

export const dropout = family("kernels/dropout", [
  ...drops(
    "dropout",
    "dropout",
    "While training, sets elements to 0 with probability p and divides the others by 1 - p; else the input itself.",
  ),
  ...drops("alpha_dropout", "alphaDropout", "Dropout that keeps mean and variance, for SELU."),
  ...drops("feature_dropout", "featureDropout", "Dropout of whole channels, dimension 1."),
  ...drops("feature_alpha_dropout", "featureAlphaDropout", "alpha_dropout of whole channels."),
  op("aten::native_dropout(Tensor input, float p, bool? train) -> (Tensor, Tensor)", {
    nondeterministic: true,
    doc: "dropout, and the mask of what was kept.",
  }),
]);
