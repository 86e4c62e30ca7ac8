/** The network that reads 8 × 8 digits: two convolutions with batch norm, a pool, two linear layers. */

import { nn, type Tensor } from "sconce/torch";

export class Digits extends nn.Module {
  features = new nn.Sequential(
    new nn.Conv2d(1, 16, 3, { padding: 1 }),
    new nn.BatchNorm2d(16),
    new nn.ReLU(),
    new nn.Conv2d(16, 32, 3, { padding: 1 }),
    new nn.BatchNorm2d(32),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
  );
  classifier = new nn.Sequential(
    new nn.Flatten(),
    new nn.Linear(512, 64),
    new nn.ReLU(),
    new nn.Dropout(),
    new nn.Linear(64, 10),
  );

  /** images: float32 [n, 1, 8, 8], pixels from 0 to 1 → logits [n, 10] */
  forward(images: Tensor): Tensor {
    return this.classifier.forward(this.features.forward(images)) as Tensor;
  }
}
