/** Runs a saved model in Deno: `deno run --allow-read main.ts MODEL`. */

import { load, Tensor } from "sconce";

const [path] = Deno.args;
if (!path) {
  console.error("usage: deno run --allow-read main.ts digits.sconce");
  Deno.exit(2);
}
const model = await load(path);
console.log(model.schemaText());

/** A vertical bar: a one, as an 8 × 8 image. */
const pixels = new Float32Array(64);
for (let y = 0; y < 8; y++) pixels.fill(1, 8 * y + 3, 8 * y + 5);
const logits = model.forward(new Tensor(pixels, [1, 1, 8, 8])) as Tensor;
const scores = [...(logits.data as Float32Array)];
console.log(`the bar reads as ${scores.indexOf(Math.max(...scores))}`);
