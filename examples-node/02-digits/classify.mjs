/** Classifies the images of a folder with a saved model. Only `sconce` is imported: this is all that is deployed. */

import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { load, Tensor } from "sconce";

const [file, dir] = process.argv.slice(2);

/** The array of a .npy file of version 1, as its bytes and its shape. */
function readArray(name) {
  const bytes = readFileSync(join(dir, name));
  const start = 10 + bytes.readUInt16LE(8);
  const header = bytes.toString("latin1", 10, start);
  const shape = /'shape': \(([^)]*)\)/
    .exec(header)[1]
    .split(",")
    .filter((s) => s.trim());
  return { shape: shape.map(Number), buffer: new Uint8Array(bytes.subarray(start)).buffer };
}

/** Index of the largest of the ten numbers from `at` on. */
function best(logits, at) {
  let index = 0;
  for (let i = 1; i < 10; i++) if (logits[at + i] > logits[at + index]) index = i;
  return index;
}

/** An 8 × 8 image as text. */
function picture(pixels) {
  const shades = " .:-=+*#%@";
  const rows = [];
  for (let y = 0; y < 8; y++) {
    rows.push(
      [...pixels.subarray(8 * y, 8 * y + 8)].map((p) => shades[Math.round(p * 9)].repeat(2)).join(""),
    );
  }
  return rows;
}

const images = readArray("images.npy");
const pixels = new Float32Array(images.buffer);
const labels = new BigInt64Array(readArray("labels.npy").buffer);
const expected = new Float32Array(readArray("logits.npy").buffer);
const count = images.shape[0];

const model = await load(file);
model.forward(new Tensor(pixels.slice(0, 64), [1, 1, 8, 8]));
const start = performance.now();
const logits = model.forward(new Tensor(pixels, images.shape)).data;
const milliseconds = performance.now() - start;

let right = 0;
let rightInPyTorch = 0;
let difference = 0;
let largest = 0;
for (let i = 0; i < count; i++) {
  if (BigInt(best(logits, 10 * i)) === labels[i]) right++;
  if (BigInt(best(expected, 10 * i)) === labels[i]) rightInPyTorch++;
}
for (let i = 0; i < expected.length; i++) {
  difference = Math.max(difference, Math.abs(logits[i] - expected[i]));
  largest = Math.max(largest, Math.abs(expected[i]));
}

for (let i = 0; i < 12; i += 4) {
  const pictures = [0, 1, 2, 3].map((k) => picture(pixels.subarray(64 * (i + k), 64 * (i + k + 1))));
  for (let y = 0; y < 8; y++) console.log(pictures.map((rows) => rows[y]).join("   "));
  const captions = [0, 1, 2, 3].map((k) =>
    `read ${best(logits, 10 * (i + k))}, is ${labels[i + k]}`.padEnd(16),
  );
  console.log(`${captions.join("   ")}\n`);
}
const wasm = statSync(new URL(import.meta.resolve("sconce/wasm/sconce.wasm"))).size;
console.log(`${((1000 * milliseconds) / count).toFixed(1)} µs per image`);
console.log(`${file}: ${statSync(file).size} bytes; sconce.wasm: ${wasm} bytes`);
console.log(
  `demo: ${right} of ${count} right (PyTorch: ${rightInPyTorch}), largest logit difference ${difference.toExponential(2)}`,
);
// A few units in the last place of the largest logit: sums of 512 products in another order differ by no less.
if (right !== rightInPyTorch || !(difference <= 1e-6 * largest)) process.exitCode = 1;
