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

export const fusedEncoder = family("kernels/fused-encoder", [
  op(
    "aten::_native_multi_head_attention(Tensor query, Tensor key, Tensor value, int embed_dim, int num_head, Tensor qkv_weight, Tensor qkv_bias, Tensor proj_weight, Tensor proj_bias, Tensor? mask=None, bool need_weights=True, bool average_attn_weights=True, int? mask_type=None) -> (Tensor, Tensor)",
    {
      nested: ["query", "key", "value"],
      doc: "Attention with its projections, and the weights when they are needed.",
    },
  ),
  op(
    "aten::_transformer_encoder_layer_fwd(Tensor src, int embed_dim, int num_heads, Tensor qkv_weight, Tensor qkv_bias, Tensor proj_weight, Tensor proj_bias, bool use_gelu, bool norm_first, float eps, Tensor norm_weight_1, Tensor norm_bias_1, Tensor norm_weight_2, Tensor norm_bias_2, Tensor ffn_weight_1, Tensor ffn_bias_1, Tensor ffn_weight_2, Tensor ffn_bias_2, Tensor? mask=None, int? mask_type=None) -> Tensor",
    { nested: ["src"], doc: "One layer of a transformer's encoder." },
  ),
]);

export const nested = family("kernels/nested", [
  op("aten::_nested_tensor_from_mask(Tensor t, Tensor mask, bool mask_check=True) -> Tensor", {
    nested: [],
    doc: "The rows of every batch that its mask keeps, as a nested tensor.",
  }),
  op("aten::_nested_tensor_from_mask_left_aligned(Tensor t, Tensor mask) -> bool", {
    doc: "Whether the rows that a mask keeps come first in every batch.",
  }),
  op("aten::to_padded_tensor(Tensor self, float padding, int[]? output_size=None) -> Tensor", {
    nested: ["self"],
    doc: "The padded form of a nested tensor.",
  }),
]);
