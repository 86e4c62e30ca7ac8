/** Changes to a text that move nothing in it. */

/** A character that stands in the blanked text where a type was, as a `;` that a type made needless. */
export type Patch = readonly [offset: number, character: string];

/** The text with some characters replaced. */
export function patched(text: string, patches: readonly Patch[]): string {
  let result = text;
  for (const [offset, character] of patches)
    result = result.slice(0, offset) + character + result.slice(offset + 1);
  return result;
}

/** Spaces of the same length; line breaks stay. */
export function spaces(text: string): string {
  return text.replace(/[^\s]/g, " ");
}
