/** Attention. */

import { family, op } from "./define.ts";

export const attention = family("kernels/attention", [
  op(
    "aten::scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask=None, float dropout_p=0., bool is_causal=False, *, float? scale=None, bool enable_gqa=False) -> Tensor",
    { doc: "softmax(scale * query · keyᵀ + mask) · value; scale is 1 / √E by default, dropout must be 0." },
  ),
  op(
    "aten::_scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask=None, float dropout_p=0., bool need_attn_weights=False, bool is_causal=False) -> (Tensor, Tensor)",
    {
      kernel: "scaledDotProductAttentionWeights",
      doc: "Attention and its weights, after the softmax.",
    },
  ),
]);
