/** The files of `npm run hosts`: archives of PyTorch, the digits network, every elementary function, and a net of the heavier operators. */

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { jit, nn, readWeights, type Tensor, torch } from "sconce/torch";
import { Digits } from "../../examples-node/02-digits/network.ts";

/** Elementary functions: where hosts' own mathematics would differ. */
function functions(x: Tensor): Tensor[] {
  const positive = x.abs().add(0.1);
  const unit = x.tanh();
  return [
    x.exp(),
    positive.log(),
    x.sin(),
    x.cos(),
    x.tan(),
    x.erf(),
    x.sigmoid(),
    x.gelu(),
    x.silu(),
    unit.asin(),
    x.atan(),
    positive.sqrt(),
    positive.rsqrt(),
    positive.pow(1.7),
    x.softmax(-1),
    x.logSoftmax(0),
    x.sum(),
    x.mean([0]),
  ];
}

/** Convolutions, matrix products, attention, normalisation, recurrence. */
class Network extends nn.Module {
  conv = new nn.Conv2d(3, 16, 3, { padding: 1 });
  deep = new nn.Conv2d(16, 16, 3, { padding: 1, groups: 16 });
  wide = new nn.Conv2d(16, 32, 5, { stride: 2 });
  norm = new nn.BatchNorm2d(32);
  encoder = new nn.TransformerEncoderLayer(16, 4, { dimFeedforward: 32 });
  lstm = new nn.LSTM(16, 12, { numLayers: 2, bidirectional: true });

  forward(image: Tensor, sequence: Tensor): Tensor[] {
    const maps = this.norm.forward(this.wide.forward(this.deep.forward(this.conv.forward(image)).relu()));
    const encoded = this.encoder.forward(sequence) as Tensor;
    const [states] = this.lstm.forward(encoded) as [Tensor, unknown];
    return [maps, maps.mean([2, 3]), encoded, states];
  }
}

/** Writes the models into a folder, and archives to convert. */
export async function makeModels(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  torch.manualSeed(1);
  const digits = new Digits();
  const weights = new URL("../../tests/fixtures/data/digits/weights.safetensors", import.meta.url);
  digits.loadStateDict(await readWeights(readFileSync(weights)));
  digits.eval();
  const network = new Network().eval();
  const files = {
    "digits.sconce": jit.trace(digits, [torch.rand([2, 1, 8, 8])]),
    "functions.sconce": jit.trace(functions, [torch.rand([3, 5])]),
    "network.sconce": jit.trace(network, [torch.rand([1, 3, 24, 24]), torch.rand([3, 1, 16])]),
  };
  for (const [name, traced] of Object.entries(files)) writeFileSync(join(folder, name), traced.toBytes());
  for (const name of ["scripted.pt", "packed.pt"]) {
    copyFileSync(new URL(`../../tests/torchscript/data/${name}`, import.meta.url), join(folder, name));
  }
}

/** What a page needs in one file: the loader and the converter, as a bundler makes it of the package. */
export async function makeBundle(folder: string): Promise<void> {
  await build({
    stdin: {
      contents: 'export * as sconce from "sconce"; export * as convert from "sconce/convert";',
      resolveDir: new URL("../..", import.meta.url).pathname,
    },
    bundle: true,
    format: "esm",
    platform: "browser",
    conditions: ["import"],
    outfile: join(folder, "page/bundle.js"),
  });
}
