/** Residual networks (He et al. 2015), with torchvision's structure and weight names. */

import * as nn from "../nn/index.ts";
import type { Tensor } from "../tensor.ts";
import { register } from "./sources/resnet.gen.ts";

const conv3x3 = (inputs: number, outputs: number, stride = 1) =>
  new nn.Conv2d(inputs, outputs, 3, { stride, padding: 1, bias: false });

const conv1x1 = (inputs: number, outputs: number, stride = 1) =>
  new nn.Conv2d(inputs, outputs, 1, { stride, bias: false });

/** Two 3×3 convolutions beside a shortcut. */
class BasicBlock extends nn.Module {
  static readonly expansion = 1;
  conv1: nn.Conv2d;
  bn1: nn.BatchNorm2d;
  relu = new nn.ReLU({ inplace: true });
  conv2: nn.Conv2d;
  bn2: nn.BatchNorm2d;
  downsample: nn.Sequential | null;

  constructor(inputs: number, planes: number, stride: number, downsample: nn.Sequential | null) {
    super();
    this.conv1 = conv3x3(inputs, planes, stride);
    this.bn1 = new nn.BatchNorm2d(planes);
    this.conv2 = conv3x3(planes, planes);
    this.bn2 = new nn.BatchNorm2d(planes);
    this.downsample = downsample;
  }

  forward(x: Tensor): Tensor {
    let y = this.relu.forward(this.bn1.forward(this.conv1.forward(x)));
    y = this.bn2.forward(this.conv2.forward(y));
    const shortcut = this.downsample === null ? x : this.downsample.forward(x);
    return this.relu.forward(y.add_(shortcut));
  }
}

/** A 3×3 convolution between two 1×1 ones, beside a shortcut; the stride is the 3×3 one's, as in torchvision. */
class Bottleneck extends nn.Module {
  static readonly expansion = 4;
  conv1: nn.Conv2d;
  bn1: nn.BatchNorm2d;
  conv2: nn.Conv2d;
  bn2: nn.BatchNorm2d;
  conv3: nn.Conv2d;
  bn3: nn.BatchNorm2d;
  relu = new nn.ReLU({ inplace: true });
  downsample: nn.Sequential | null;

  constructor(inputs: number, planes: number, stride: number, downsample: nn.Sequential | null) {
    super();
    const outputs = planes * Bottleneck.expansion;
    this.conv1 = conv1x1(inputs, planes);
    this.bn1 = new nn.BatchNorm2d(planes);
    this.conv2 = conv3x3(planes, planes, stride);
    this.bn2 = new nn.BatchNorm2d(planes);
    this.conv3 = conv1x1(planes, outputs);
    this.bn3 = new nn.BatchNorm2d(outputs);
    this.downsample = downsample;
  }

  forward(x: Tensor): Tensor {
    let y = this.relu.forward(this.bn1.forward(this.conv1.forward(x)));
    y = this.relu.forward(this.bn2.forward(this.conv2.forward(y)));
    y = this.bn3.forward(this.conv3.forward(y));
    const shortcut = this.downsample === null ? x : this.downsample.forward(x);
    return this.relu.forward(y.add_(shortcut));
  }
}

type Block = typeof BasicBlock | typeof Bottleneck;

export interface ResNetOptions {
  /** 1000 by default. */
  numClasses?: number;
}

/** A residual network: images [N, 3, H, W] to scores [N, numClasses]. */
export class ResNet extends nn.Module {
  conv1 = new nn.Conv2d(3, 64, 7, { stride: 2, padding: 3, bias: false });
  bn1 = new nn.BatchNorm2d(64);
  relu = new nn.ReLU({ inplace: true });
  maxpool = new nn.MaxPool2d(3, { stride: 2, padding: 1 });
  layer1: nn.Sequential;
  layer2: nn.Sequential;
  layer3: nn.Sequential;
  layer4: nn.Sequential;
  avgpool = new nn.AdaptiveAvgPool2d([1, 1]);
  fc: nn.Linear;

  /** `layers`: number of blocks in each of the four stages. */
  constructor(block: Block, layers: readonly [number, number, number, number], options: ResNetOptions = {}) {
    super();
    let inputs = 64;
    const stage = (planes: number, blocks: number, stride: number) => {
      const outputs = planes * block.expansion;
      const downsample =
        stride === 1 && inputs === outputs
          ? null
          : new nn.Sequential(conv1x1(inputs, outputs, stride), new nn.BatchNorm2d(outputs));
      const first = new block(inputs, planes, stride, downsample);
      inputs = outputs;
      const rest = Array.from({ length: blocks - 1 }, () => new block(outputs, planes, 1, null));
      return new nn.Sequential(first, ...rest);
    };
    this.layer1 = stage(64, layers[0], 1);
    this.layer2 = stage(128, layers[1], 2);
    this.layer3 = stage(256, layers[2], 2);
    this.layer4 = stage(512, layers[3], 2);
    this.fc = new nn.Linear(inputs, options.numClasses ?? 1000);
    for (const module of this.modules()) {
      if (module instanceof nn.Conv2d) {
        nn.init.kaimingNormal_(module.weight, { mode: "fanOut", nonlinearity: "relu" });
      }
    }
  }

  forward(x: Tensor): Tensor {
    let y = this.relu.forward(this.bn1.forward(this.conv1.forward(x)));
    y = this.maxpool.forward(y);
    y = this.layer1.forward(y);
    y = this.layer2.forward(y);
    y = this.layer3.forward(y);
    y = this.layer4.forward(y);
    return this.fc.forward(this.avgpool.forward(y).flatten(1));
  }
}

/** ResNet-18: 11.7 million parameters. */
export function resnet18(options: ResNetOptions = {}): ResNet {
  return new ResNet(BasicBlock, [2, 2, 2, 2], options);
}

/** ResNet-34: 21.8 million parameters. */
export function resnet34(options: ResNetOptions = {}): ResNet {
  return new ResNet(BasicBlock, [3, 4, 6, 3], options);
}

/** ResNet-50: 25.6 million parameters. */
export function resnet50(options: ResNetOptions = {}): ResNet {
  return new ResNet(Bottleneck, [3, 4, 6, 3], options);
}

register({ BasicBlock, Bottleneck, ResNet, conv1x1, conv3x3, nn, resnet18, resnet34, resnet50 });
