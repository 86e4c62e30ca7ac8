/** Scripts a beam search with the model it searches, saves both as one file, and compares the file with the eager run. */

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { load } from "sconce";
import { jit, nn, torch } from "sconce/torch";
import { BeamSearch } from "./decoder.ts";
import { Gpt } from "./gpt.ts";

const LETTERS = "etaoinshrdlu ";
const END = LETTERS.length;

torch.manualSeed(1);
const gpt = new Gpt(END + 1, 64, 32, 4, 2).eval();
// Nobody trained it; weights as large as these make it say something all the same.
for (const weight of gpt.parameters()) if (weight.ndim > 1) nn.init.normal_(weight, 0, 0.3);
const search = new BeamSearch(gpt, END);
const scripted = jit.script(search);

const path = process.argv[2] ?? join(mkdtempSync(join(tmpdir(), "sconce-")), "beam-search.sconce");
await scripted.save(path);
const loaded = await load(path);
console.log(loaded.schemaText());

const text = (tokens: number[]) => tokens.map((token) => LETTERS[token] ?? ".").join("");

let compared = 0;
let early = 0;
for (const word of ["the ", "a", "noise in the", "london"]) {
  const prompt = [...word].map((letter) => LETTERS.indexOf(letter));
  for (const [width, longest] of [
    [1, 8],
    [3, 20],
    [5, 30],
  ] as const) {
    const found = loaded.forward(prompt, width, longest) as [number[][], number[], number];
    const eager = search.forward(prompt, width, longest);
    if (!isDeepStrictEqual(found, eager))
      throw new Error(`"${word}": ${JSON.stringify(found)}, not ${JSON.stringify(eager)}`);
    const [beams, scores, steps] = found;
    if (steps < longest) early++;
    console.log(
      `${word}|${text(beams[0]!)}  ${scores[0]!.toFixed(3)}, ${steps} of ${longest} steps, width ${width}`,
    );
    compared++;
  }
}
console.log(
  `${compared} searches of the file agree with the eager ones, token for token; ${early} stopped early`,
);
