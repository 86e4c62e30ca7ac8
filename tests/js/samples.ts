/** Numbers and texts for tests of JavaScript's operators: edges, and random ones of every sort. */

const view = new DataView(new ArrayBuffer(8));

/** A function that gives integers from 0 to its argument - 1. */
export type Random = (limit: number) => number;

/** Any float64 at all. */
export function anyNumber(random: Random): number {
  view.setUint32(0, random(2 ** 32));
  view.setUint32(4, random(2 ** 32));
  return view.getFloat64(0);
}

/** A number of a size and sort that programs have, or any. */
export function numberLike(random: Random): number {
  const sign = random(2) ? 1 : -1;
  switch (random(8)) {
    case 0:
      return sign * random(100);
    case 1:
      return sign * random(2 ** 32);
    case 2:
      return (sign * random(2 ** 32)) / 2 ** random(33);
    case 3:
      return sign * (random(2 ** 32) * 2 ** 21 + random(2 ** 21));
    case 4:
      return sign * random(2 ** 32) * 2 ** random(64);
    case 5:
      return (sign * random(1_000_000)) / 10 ** random(9);
    case 6:
      return EDGES[random(EDGES.length)]!;
    default:
      return anyNumber(random);
  }
}

export const EDGES: readonly number[] = [
  ...[0, 0.1, 0.49999999999999994, 0.5, 0.5000000000000001, 0.9999999999999999, 1, 1.5, 2, 2.5, 3, 7, 10, 31, 32, 33, 63],
  ...[4503599627370495.5, 255, 256, 65535, 2 ** 31 - 1, 2 ** 31, 2 ** 31 + 0.5, 2 ** 32 - 1, 2 ** 32],
  ...[2 ** 32 + 1, 2 ** 52, 2 ** 53 - 1, 2 ** 53, 2 ** 53 + 2, 2 ** 62, 2 ** 63, 2 ** 64, 2 ** 64 + 4096, 2 ** 84, 2 ** 85],
  ...[1e20, 1e21, 123456789012345680000, 1e22, 1e100, 1e300, Number.MAX_VALUE, Number.MIN_VALUE, 2.2250738585072014e-308],
  ...[2.225073858507201e-308, 1e-6, 1e-7, 1.5e-7, 1e-310, 16777217, 3.4028235677973366e38, 1.401298464324817e-45, 0.001],
  ...[Infinity, 7e-46, 1 / 3, 123.456, 1e15, 1e16, 0.000001234, 999999999999999.9, 2 ** 51 + 0.5],
].flatMap((a) => [a, -a]).concat(Number.NaN); // biome-ignore format: a table

const PIECES = [
  "a", "b", "B", "z", "A", "0", "9", " ", "-", "é", "ß", "İ", "Σ", "ñ", "\u00a0", "€", "中", "\ue000", "\uffff", "😀", "😁", "\u{10000}",
  "\u{10ffff}", "\ud83d", "\ude00", "\ud800", "\udc00", "\udfff", "\n", "\0", "~", "\x7f", "\u0080", "$", "&",
]; // biome-ignore format: a table

/** A text of few pieces: often ASCII, often with lone surrogates that may join with what follows. */
export function someText(random: Random, pieces = 6): string {
  const ascii = random(2) === 0;
  let text = "";
  for (let n = random(pieces + 1); n > 0; n--) text += PIECES[random(ascii ? 9 : PIECES.length)];
  return text;
}
