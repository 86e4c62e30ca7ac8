/** Scripts a tokenizer, saves it, and compares what the file makes of texts with the eager run. */

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { load, type Tensor } from "sconce";
import { jit } from "sconce/torch";
import { Tokenizer } from "./tokenizer.ts";

const WORDS = "the a fox dog jump run over lazy quick brown and un happ token ##ize ##r ##s ##ed ##ing ##y ##ly ##ier";
const LETTERS = [..."abcdefghijklmnopqrstuvwxyz"];
const tokenizer = new Tokenizer([
  ...["[PAD]", "[UNK]", "[CLS]", "[SEP]"],
  ...WORDS.split(" "),
  ..."!,.?",
  ...LETTERS,
  ...LETTERS.map((letter) => `##${letter}`),
]);
const names = [...tokenizer.vocabulary.keys()];

const path = process.argv[2] ?? join(mkdtempSync(join(tmpdir(), "sconce-")), "tokenizer.sconce");
await jit.script(tokenizer).save(path);
const loaded = await load(path);
console.log(loaded.schemaText());

const batches: [string[], number][] = [
  [["The quick brown fox jumped over the lazy dog.", "Unhappily, the fox runs!"], 16],
  [["tokenizers\ttokenize\u0000", "  ", "", "日本語 and 日本語?", "naïve a😀b"], 16],
  [["the ".repeat(40), "a"], 8],
  [[], 4],
];
let texts = 0;
for (const [batch, longest] of batches) {
  const found = loaded.forward(batch, longest) as unknown as {
    ids: Tensor;
    mask: Tensor;
    unknown: Map<string, number>;
  };
  const eager = tokenizer.forward(batch, longest);
  const same =
    isDeepStrictEqual(found.ids.tolist(), eager.ids.tolist()) &&
    isDeepStrictEqual(found.mask.tolist(), eager.mask.tolist()) &&
    isDeepStrictEqual([...found.unknown], [...eager.unknown]);
  if (!same) throw new Error(`${JSON.stringify(batch)} gives ${JSON.stringify(found.ids.tolist())}`);
  for (const row of found.ids.tolist() as bigint[][])
    console.log(row.map((id) => names[Number(id)]).join(" "));
  texts += batch.length;
}
console.log(`${texts} texts encoded as by the eager run`);
