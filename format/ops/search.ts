/** Finding values in tensors. */

import { family, op } from "./define.ts";

const order = "bool out_int32=False, bool right=False";

export const search = family("kernels/search", [
  op(
    `aten::searchsorted.Tensor(Tensor sorted_sequence, Tensor self, *, ${order}, str? side=None, Tensor? sorter=None) -> Tensor`,
    {
      scalar: `Scalar(Tensor sorted_sequence, Scalar self, *, ${order}, str? side=None, Tensor? sorter=None)`,
      doc: "Where values would go in sorted rows.",
    },
  ),
  op(`aten::bucketize.Tensor(Tensor self, Tensor boundaries, *, ${order}) -> Tensor`, {
    scalar: `Scalar(Scalar self, Tensor boundaries, *, ${order})`,
    doc: "The bucket of every element between sorted boundaries.",
  }),
  op(
    "aten::isin.Tensor_Tensor(Tensor elements, Tensor test_elements, *, bool assume_unique=False, bool invert=False) -> Tensor",
    {
      scalar: [
        "Tensor_Scalar(Tensor elements, Scalar test_element, *, bool assume_unique=False, bool invert=False)",
        "Scalar_Tensor(Scalar element, Tensor test_elements, *, bool assume_unique=False, bool invert=False)",
      ],
      doc: "Whether each element is among the test elements.",
    },
  ),
]);
