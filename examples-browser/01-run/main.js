/** Loads digits.sconce, draws three digits on 8 × 8 canvases and shows what the model reads in each. */

import { load, Tensor } from "sconce";

const status = document.querySelector("#status");
const pictures = document.querySelector("#pictures");

/** Strokes on the 8 × 8 grid: a zero, a one and a seven. */
const DRAWINGS = {
  0: [
    [2, 1, 3, 0],
    [3, 0, 5, 1],
    [5, 1, 6, 4],
    [6, 4, 5, 6],
    [5, 6, 3, 7],
    [3, 7, 2, 6],
    [2, 6, 1, 4],
    [1, 4, 2, 1],
  ],
  1: [
    [4, 0, 4, 7],
    [3, 1, 4, 0],
  ],
  7: [
    [1, 0, 6, 0],
    [6, 0, 3, 7],
  ],
};

/** Draws strokes on a canvas and gives its pixels, 0 to 1. */
function draw(strokes) {
  const canvas = document.createElement("canvas");
  canvas.width = 8;
  canvas.height = 8;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillRect(0, 0, 8, 8);
  context.strokeStyle = "white";
  context.lineWidth = 1.4;
  for (const [x0, y0, x1, y1] of strokes) {
    context.beginPath();
    context.moveTo(x0 + 0.5, y0 + 0.5);
    context.lineTo(x1 + 0.5, y1 + 0.5);
    context.stroke();
  }
  pictures.append(canvas);
  const { data } = context.getImageData(0, 0, 8, 8);
  return Float32Array.from({ length: 64 }, (_, i) => data[4 * i] / 255);
}

try {
  const model = await load(new URL("./digits.sconce", document.baseURI), {
    onProgress: (done, total) => {
      status.textContent = `loading ${done} of ${total} bytes`;
    },
  });
  const read = Object.values(DRAWINGS).map((strokes) => {
    const logits = model.forward(new Tensor(draw(strokes), [1, 1, 8, 8]));
    return logits.data.indexOf(Math.max(...logits.data));
  });
  status.textContent = `drawn ${Object.keys(DRAWINGS).join(" ")}, read ${read.join(" ")}`;
} catch (error) {
  status.textContent = `failed: ${error.message}`;
}
