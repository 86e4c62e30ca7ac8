/** Changes to a text that move nothing in it. */

/** A character that stands in the blanked text where a type was, as a `;` that a type made needless. */
export type Patch = readonly [offset: number, character: string];

/** The text with some characters replaced. */
export function patched(text: string, patches: readonly Patch[]): string {
  let result = "";
  let at = 0;
  for (const [offset, character] of [...patches].sort((a, b) => a[0] - b[0])) {
    result += text.slice(at, offset) + character;
    at = offset + 1;
  }
  return result + text.slice(at);
}

/** Spaces of the same length; line breaks stay. */
export function spaces(text: string): string {
  return text.replace(/[^\s]/g, " ");
}
