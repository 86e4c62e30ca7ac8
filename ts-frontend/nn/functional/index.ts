/** Functions that modules are made of: counterpart of `torch.nn.functional`, usually imported as `F`. */

export * from "./activation.ts";
export {
  type AttentionOptions,
  type AttentionWeights,
  multiHeadAttentionForward,
  type ScaledDotProductOptions,
  scaledDotProductAttention,
} from "./attention.ts";
export * from "./conv.ts";
export * from "./dropout.ts";
export * from "./norm.ts";
export * from "./pool.ts";
export * from "./shape.ts";
