/** Runs a saved image classifier on a drawn picture, at two sizes, and times it. */

import { load, Tensor } from "sconce";

const loading = performance.now();
const model = await load(process.argv[2]);
console.log(`loaded in ${Math.round(performance.now() - loading)} ms: ${model.schemaText()}`);

/** A picture of soft stripes, float32 [1, 3, size, size]. */
function stripes(size) {
  const pixels = new Float32Array(3 * size * size);
  for (let i = 0; i < pixels.length; i++) pixels[i] = Math.sin(i / 7) * Math.cos((i % size) / 11);
  return new Tensor(pixels, [1, 3, size, size]);
}

for (const size of [224, 160]) {
  const image = stripes(size);
  model.forward(image);
  const start = performance.now();
  const runs = 3;
  let scores;
  for (let i = 0; i < runs; i++) scores = model.forward(image);
  const order = [...scores.data.keys()].sort((a, b) => scores.data[b] - scores.data[a]);
  const ms = (performance.now() - start) / runs;
  console.log(`${size} × ${size}: ${ms.toFixed(1)} ms, best classes ${order.slice(0, 5).join(", ")}`);
}
