/** `sconce/models`: networks whose weight names fit those of published PyTorch weights. */

export { type BertConfig, BertModel, bert } from "./bert.ts";
export { type Gpt2Config, Gpt2LMHeadModel, Gpt2Model, gpt2, type KeyValueCache } from "./gpt2.ts";
export { LSTMTagger, lstmTagger } from "./lstm-tagger.ts";
export { MobileNetV2, type MobileNetV2Options, mobilenetV2 } from "./mobilenet.ts";
export { ResNet, type ResNetOptions, resnet18, resnet34, resnet50 } from "./resnet.ts";
export { VisionTransformer, type VisionTransformerConfig, vitB16 } from "./vision-transformer.ts";
