/** MobileNetV2 (Sandler et al. 2018), with torchvision's structure and weight names. */

import * as nn from "../nn/index.ts";
import type { Tensor } from "../tensor.ts";
import { register } from "./sources/mobilenet.gen.ts";

/** A convolution that keeps the size (stride 1), batch norm, ReLU6. */
function convNormActivation(
  inputs: number,
  outputs: number,
  kernelSize: number,
  options: { stride?: number; groups?: number } = {},
): nn.Sequential {
  const padding = (kernelSize - 1) / 2;
  return new nn.Sequential(
    new nn.Conv2d(inputs, outputs, kernelSize, { padding, bias: false, ...options }),
    new nn.BatchNorm2d(outputs),
    new nn.ReLU6({ inplace: true }),
  );
}

/** Widening 1×1, depthwise 3×3 and narrowing 1×1 convolutions, beside a shortcut where sizes allow it. */
class InvertedResidual extends nn.Module {
  readonly useResConnect: boolean;
  conv: nn.Sequential;

  constructor(inputs: number, outputs: number, stride: number, expandRatio: number) {
    super();
    const hidden = Math.round(inputs * expandRatio);
    this.useResConnect = stride === 1 && inputs === outputs;
    this.conv = new nn.Sequential(
      ...(expandRatio === 1 ? [] : [convNormActivation(inputs, hidden, 1)]),
      convNormActivation(hidden, hidden, 3, { stride, groups: hidden }),
      new nn.Conv2d(hidden, outputs, 1, { bias: false }),
      new nn.BatchNorm2d(outputs),
    );
  }

  forward(x: Tensor): Tensor {
    const y: Tensor = this.conv.forward(x);
    return this.useResConnect ? x.add(y) : y;
  }
}

/** Rounds to a multiple of 8, but not down by more than a tenth. */
function divisible(channels: number): number {
  const rounded = Math.max(8, Math.floor((channels + 4) / 8) * 8);
  return rounded < 0.9 * channels ? rounded + 8 : rounded;
}

/** Widening factor, channels, number of blocks, stride of the first. */
const STAGES = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

export interface MobileNetV2Options {
  /** 1000 by default. */
  numClasses?: number;
  /** Factor for the channels of every layer. */
  widthMult?: number;
  /** Before the classifier, while training; 0.2 by default. */
  dropout?: number;
}

/** MobileNetV2: images [N, 3, H, W] to scores [N, numClasses]. */
export class MobileNetV2 extends nn.Module {
  features: nn.Sequential;
  classifier: nn.Sequential;

  constructor(options: MobileNetV2Options = {}) {
    super();
    const { numClasses = 1000, widthMult = 1, dropout = 0.2 } = options;
    let inputs = divisible(32 * widthMult);
    const last = divisible(1280 * Math.max(1, widthMult));
    const features: nn.Module[] = [convNormActivation(3, inputs, 3, { stride: 2 })];
    for (const [expandRatio, channels, blocks, stride] of STAGES) {
      const outputs = divisible(channels * widthMult);
      for (let i = 0; i < blocks; i++) {
        features.push(new InvertedResidual(inputs, outputs, i === 0 ? stride : 1, expandRatio));
        inputs = outputs;
      }
    }
    features.push(convNormActivation(inputs, last, 1));
    this.features = new nn.Sequential(...features);
    this.classifier = new nn.Sequential(new nn.Dropout(dropout), new nn.Linear(last, numClasses));
    for (const module of this.modules()) {
      if (module instanceof nn.Conv2d) {
        nn.init.kaimingNormal_(module.weight, { mode: "fanOut" });
      } else if (module instanceof nn.Linear) {
        nn.init.normal_(module.weight, 0, 0.01);
        nn.init.zeros_(module.bias!);
      }
    }
  }

  forward(x: Tensor): Tensor {
    const features: Tensor = this.features.forward(x);
    return this.classifier.forward(nn.functional.adaptiveAvgPool2d(features, [1, 1]).flatten(1));
  }
}

/** MobileNetV2: 3.5 million parameters. */
export function mobilenetV2(options: MobileNetV2Options = {}): MobileNetV2 {
  return new MobileNetV2(options);
}

register({ InvertedResidual, MobileNetV2, STAGES, convNormActivation, divisible, mobilenetV2, nn });
