/** Texts to token numbers, as models of BERT's kind take them: cleaned, split into words, words into pieces, padded. */

import { nn, type Tensor, torch } from "sconce/torch";

const PUNCTUATION = new Set(["!", '"', "'", "(", ")", ",", "-", ".", ":", ";", "?"]);

/** ASCII letters in lower case, no control characters; every kind of white space is a blank. */
function clean(text: string): string {
  let out = "";
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (character.trim() === "") out += " ";
    else if (code >= 65 && code <= 90) out += character.toLowerCase();
    else if (code >= 32 && code !== 0xfffd) out += character;
  }
  return out;
}

/** Words between blanks; each punctuation mark is a word. */
function split(text: string): string[] {
  const words: string[] = [];
  for (const part of text.split(" ")) {
    let word = "";
    for (const character of part) {
      if (!PUNCTUATION.has(character)) {
        word += character;
        continue;
      }
      if (word !== "") words.push(word);
      words.push(character);
      word = "";
    }
    if (word !== "") words.push(word);
  }
  return words;
}

export class Tokenizer extends nn.Module {
  /** Numbers by piece; pieces inside a word begin with ##. */
  readonly vocabulary: Map<string, number>;
  readonly longestPiece: number;
  /** How many texts were encoded so far. */
  encoded = 0;

  constructor(pieces: readonly string[]) {
    super();
    this.vocabulary = new Map(pieces.map((piece, i) => [piece, i]));
    this.longestPiece = Math.max(...pieces.map((piece) => piece.length));
  }

  id(piece: string): number {
    const found = this.vocabulary.get(piece);
    if (found === undefined) throw new RangeError(`the vocabulary has no ${piece}`);
    return found;
  }

  /** The longest pieces of a word from left to right; null where some part of it is no piece. */
  pieces(word: string): number[] | null {
    const ids: number[] = [];
    let start = 0;
    while (start < word.length) {
      let end = Math.min(word.length, start + this.longestPiece);
      let found: number | undefined;
      for (; end > start; end--) {
        const part = word.slice(start, end);
        found = this.vocabulary.get(start === 0 ? part : `##${part}`);
        if (found !== undefined) break;
      }
      if (found === undefined) return null;
      ids.push(found);
      start = end;
    }
    return ids;
  }

  encode(text: string, longest: number, unknown: Map<string, number>): number[] {
    const ids = [this.id("[CLS]")];
    for (const word of split(clean(text))) {
      const pieces = this.pieces(word);
      if (pieces === null) unknown.set(word, (unknown.get(word) ?? 0) + 1);
      ids.push(...(pieces ?? [this.id("[UNK]")]));
    }
    if (ids.length > longest - 1) ids.length = longest - 1;
    ids.push(this.id("[SEP]"));
    return ids;
  }

  /**
   * Encodes each text with at most `longest` numbers; shorter ones are padded to the longest among them. Gives the int64
   * ids [texts, length], which of them are no padding, and how often each word came that the vocabulary cannot spell.
   */
  forward(texts: string[], longest = 16): [Tensor, Tensor, Map<string, number>] {
    if (longest < 2) throw new RangeError(`there is no room for a text in ${longest}`);
    const unknown = new Map<string, number>();
    const rows = texts.map((text) => this.encode(text, longest, unknown));
    const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
    const pad = this.id("[PAD]");
    for (const row of rows) while (row.length < width) row.push(pad);
    this.encoded += texts.length;
    const ids = torch.tensor(rows, { dtype: torch.int64 });
    return [ids, ids.ne(pad), unknown];
  }
}
