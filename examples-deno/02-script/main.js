/** Scripts a JavaScript function in Deno as the program runs: its types are JSDoc comments, no build and no plugin is needed. */

import { load, tensor } from "sconce";
import { jit, torch } from "sconce/torch";

/** The largest eigenvalue of a symmetric matrix by power iteration, and after how many rounds it stood still. */
function largestEigenvalue(/** Tensor */ matrix, /** int */ rounds, /** number */ tolerance = 1e-6) {
  let vector = torch.ones([matrix.size(0)]);
  let value = 0;
  let round = 0;
  while (round < rounds) {
    round++;
    const next = matrix.mv(vector);
    const length = next.norm().item();
    if (length === 0) return [0, round];
    vector = next.div(length);
    const now = vector.dot(matrix.mv(vector)).item();
    if (Math.abs(now - value) < tolerance) break;
    value = now;
  }
  return [value, round];
}

const scripted = jit.script(largestEigenvalue);
console.log(scripted.code);

const path = Deno.args[0] ?? (await Deno.makeTempFile({ suffix: ".sconce" }));
await scripted.save(path);
const model = await load(path);
console.log(model.schemaText());

const matrices = [
  [
    [2, 1],
    [1, 3],
  ],
  [
    [4, 1, 0],
    [1, 3, 1],
    [0, 1, 2],
  ],
  [
    [0, 0],
    [0, 0],
  ],
];
for (const data of matrices) {
  const found = model.forward(tensor(data), 100);
  const eager = largestEigenvalue(torch.tensor(data), 100);
  if (String(found) !== String(eager)) throw new Error(`${found}, not ${eager}`);
  console.log(
    `${JSON.stringify(data)}: ${found[0].toFixed(4)} after ${found[1]} rounds, as by the eager run`,
  );
}
