/** Neural networks: counterpart of `torch.nn`. */

export * from "./activation.ts";
export {
  type AttentionCallOptions,
  MultiheadAttention,
  type MultiheadAttentionOptions,
} from "./attention.ts";
export {
  BatchNorm1d,
  BatchNorm2d,
  BatchNorm3d,
  type BatchNormModuleOptions,
  InstanceNorm1d,
  InstanceNorm2d,
  InstanceNorm3d,
} from "./batchnorm.ts";
export * from "./containers.ts";
export {
  Conv1d,
  Conv2d,
  Conv3d,
  type ConvModuleOptions,
  ConvTranspose1d,
  ConvTranspose2d,
  type ConvTransposeModuleOptions,
} from "./conv.ts";
export * from "./dropout.ts";
export { Embedding, type EmbeddingOptions } from "./embedding.ts";
export * as functional from "./functional/index.ts";
export * as init from "./init.ts";
export { type BiasOption, Bilinear, Identity, Linear } from "./linear.ts";
export { Module, type NamedOptions } from "./module.ts";
export { GroupNorm, LayerNorm } from "./norm.ts";
export { Parameter } from "./parameter.ts";
export * from "./pooling.ts";
export { GRU, GRUCell, LSTM, LSTMCell, type RecurrentOptions } from "./rnn.ts";
export * from "./shape.ts";
export type { LoadOptions, LoadReport } from "./state.ts";
export { TransformerEncoder, TransformerEncoderLayer, type TransformerLayerOptions } from "./transformer.ts";
