/** Runs a saved cell. It knows nothing of the class that made it: `sconce` and one file are enough. */

import { load, tensor } from "sconce";

const [path, inputs] = process.argv.slice(2);
const cell = await load(path);
const [x, h] = JSON.parse(inputs);
const [output, hidden] = cell.forward(tensor(x), tensor(h));
console.log(cell.schemaText());
for (const row of output.tolist()) console.log(row.map((v) => v.toFixed(4).padStart(8)).join(" "));
if (!output.data.every((v, i) => v === hidden.data[i])) throw new Error("the two outputs are one tensor");
