/** The program's own strings as bytes: UTF-8, but any sequence of UTF-16 units can be held (WTF-8). */

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** Half of a surrogate pair: text with one is not well-formed. */
export const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

/** UTF-8, where a lone surrogate becomes the three bytes that its number would have. */
export function encodeWtf8(text: string): Uint8Array {
  if (!LONE_SURROGATE.test(text)) return encoder.encode(text);
  const bytes: number[] = [];
  for (const char of text) {
    const point = char.codePointAt(0)!;
    if (point >= 0xd800 && point < 0xe000)
      bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
    else bytes.push(...encoder.encode(char));
  }
  return Uint8Array.from(bytes);
}

/** The inverse of encodeWtf8; undefined if the bytes are no WTF-8. */
export function decodeWtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return decodeWithSurrogates(bytes);
  }
}

/** Cuts the bytes at surrogates (`ed a0..bf 80..bf`) and decodes the strict UTF-8 between them. */
function decodeWithSurrogates(bytes: Uint8Array): string | undefined {
  let text = "";
  let start = 0;
  let highBefore = -1;
  try {
    for (let i = 0; i + 2 < bytes.length; i++) {
      if (bytes[i] !== 0xed || bytes[i + 1]! < 0xa0) continue;
      const [second, third] = [bytes[i + 1]!, bytes[i + 2]!];
      if (second > 0xbf || third < 0x80 || third > 0xbf) return undefined;
      const unit = 0xd000 | ((second & 63) << 6) | (third & 63);
      // A pair must be written as one code point: as two surrogates it would not be what encodeWtf8 makes.
      if (unit >= 0xdc00 && highBefore === i) return undefined;
      text += decoder.decode(bytes.subarray(start, i)) + String.fromCharCode(unit);
      start = i + 3;
      highBefore = unit < 0xdc00 ? start : -1;
      i += 2;
    }
    return text + decoder.decode(bytes.subarray(start));
  } catch {
    return undefined;
  }
}
