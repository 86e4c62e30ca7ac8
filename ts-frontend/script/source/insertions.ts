/** Text to be put into a text, by offset. */

export interface Insertion {
  readonly at: number;
  readonly text: string;
}

/** The text with all insertions; those for the same offset in the order of the list. */
export function insert(text: string, insertions: readonly Insertion[]): string {
  const sorted = [...insertions].sort((a, b) => a.at - b.at);
  let result = "";
  let at = 0;
  for (const insertion of sorted) {
    result += text.slice(at, insertion.at) + insertion.text;
    at = insertion.at;
  }
  return result + text.slice(at);
}
