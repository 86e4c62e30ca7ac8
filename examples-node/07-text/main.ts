/** Scripts a tokenizer, saves it, and compares what the file makes of texts with the eager run. */

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { load, type Tensor } from "sconce";
import { jit } from "sconce/torch";
import { Tokenizer } from "./tokenizer.ts";

const WORDS =
  "the fox dog jump run over lazy quick brown and un token ##happ ##ize ##r ##s ##ed ##ing ##y ##ly ##ier";
const LETTERS = [..."abcdefghijklmnopqrstuvwxyz"];
const pieces = [
  ...["[PAD]", "[UNK]", "[CLS]", "[SEP]"],
  ...WORDS.split(" "),
  ..."!,.?",
  ...LETTERS,
  ...LETTERS.map((letter) => `##${letter}`),
];
const tokenizer = new Tokenizer(pieces);

const path = process.argv[2] ?? join(mkdtempSync(join(tmpdir(), "sconce-")), "tokenizer.sconce");
await jit.script(tokenizer).save(path);
const loaded = await load(path);
console.log(loaded.schemaText());

type AnyTensor = Pick<Tensor, "shape" | "data">;
type Encoded = [ids: Tensor, mask: Tensor, unknown: Map<string, number>];

/** Shapes and elements, in the same form for tensors of either package. */
function plain([ids, mask, unknown]: readonly [AnyTensor, AnyTensor, Map<string, number>]): unknown {
  const tensors = [ids, mask].map(({ shape, data }) => [[...shape], Array.from(data, Number)]);
  return [...tensors, [...unknown]];
}

const batches: [string[], number][] = [
  [["The quick brown fox jumped over the lazy dog.", "Unhappily, the fox runs!"], 16],
  [["tokenizers\ttokenize\u0000", "  ", "", "日本語 and 日本語?", "naïve a😀b"], 16],
  [["the ".repeat(40), "a"], 8],
  [[], 4],
];
for (const [batch, longest] of batches) {
  const [ids, mask, unknown] = loaded.forward(batch, longest) as unknown as Encoded;
  const found = plain([ids, mask, unknown]);
  const eager = plain(tokenizer.forward(batch, longest));
  if (!isDeepStrictEqual(found, eager))
    throw new Error(`${JSON.stringify(batch)} gives ${JSON.stringify(found)}, not ${JSON.stringify(eager)}`);
  for (const row of ids.tolist() as bigint[][]) console.log(row.map((id) => pieces[Number(id)]).join(" "));
  for (const [word, times] of unknown) console.log(`  unknown: ${word} ${times} ×`);
}
if (loaded.getAttribute("encoded") !== tokenizer.encoded) throw new Error("the file has counted otherwise");
console.log(`${tokenizer.encoded} texts encoded as by the eager run`);
