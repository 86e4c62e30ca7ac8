/** A thousand calls change nothing: live bytes, memory size, results. */

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { loadSync } from "../../loader/load.ts";
import { Runtime } from "../../loader/runtime.ts";
import { Tensor } from "../../loader/tensor.ts";
import { jit, nn, readWeights, torch } from "../../ts-frontend/index.ts";

const dir = new URL("../fixtures/data/digits/", import.meta.url);

it("keeps live bytes and memory over 1,000 calls of a network, right and wrong ones", async () => {
  const network = new nn.Sequential(
    new nn.Sequential(
      new nn.Conv2d(1, 16, 3, { padding: 1 }),
      new nn.BatchNorm2d(16),
      new nn.ReLU(),
      new nn.Conv2d(16, 32, 3, { padding: 1 }),
      new nn.BatchNorm2d(32),
      new nn.ReLU(),
      new nn.MaxPool2d(2),
    ),
    new nn.Sequential(
      new nn.Flatten(),
      new nn.Linear(512, 64),
      new nn.ReLU(),
      new nn.Dropout(),
      new nn.Linear(64, 10),
    ),
  );
  const weights = await readWeights(readFileSync(new URL("weights.safetensors", dir)));
  const renamed = [...weights].map(([name, tensor]): [string, typeof tensor] => [
    name.replace("features", "0").replace("classifier", "1"),
    tensor,
  ]);
  network.loadStateDict(new Map(renamed));
  network.eval();
  const file = jit.trace(network, [torch.zeros([2, 1, 8, 8])]).toBytes();

  const runtime = await Runtime.create();
  const model = loadSync(file, runtime);
  const images = new Tensor(
    Float32Array.from({ length: 3 * 64 }, (_, i) => (i % 17) / 17),
    [3, 1, 8, 8],
  );
  const wrong = new Tensor(new Float32Array(7), [7]);
  const first = model.forward(images) as Tensor;
  expect(() => model.forward(wrong)).toThrow();
  const live = runtime.exports.sc_live();
  const size = runtime.exports.memory.buffer.byteLength;
  for (let i = 0; i < 1000; i++) {
    const again = model.forward(images) as Tensor;
    if (i % 100 === 0) {
      expect(again.data).toEqual(first.data);
      expect(() => model.forward(wrong)).toThrow();
    }
  }
  expect(runtime.exports.sc_live()).toBe(live);
  expect(runtime.exports.memory.buffer.byteLength).toBe(size);

  // A disposed model leaves nothing: what is still held is the machine's own, and the next model finds it there.
  model.dispose();
  runtime.exports.sc_trim();
  const idle = runtime.exports.sc_live();
  expect(idle).toBeLessThan(64 * 1024);
  for (let i = 0; i < 3; i++) {
    using next = loadSync(file, runtime);
    next.forward(images);
  }
  runtime.exports.sc_trim();
  expect(runtime.exports.sc_live()).toBe(idle);
});
