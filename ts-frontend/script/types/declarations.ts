/** Declarations given as one text: taken apart by name. */

const START =
  /(?:^|[;}\n])\s*((?:export\s+)?(?:declare\s+)?(?:interface|type|enum|class)\s+([A-Za-z_$][\w$]*))/g;

/** The text of each interface and type alias of a text, by name. Declarations inside braces are not looked at. */
export function declarationsOf(text: string): Record<string, string> {
  const starts: { name: string; at: number }[] = [];
  for (const match of text.matchAll(START)) {
    const at = match.index + match[0].length - match[1]!.length;
    if (depthAt(text, at) === 0) starts.push({ name: match[2]!, at });
  }
  return Object.fromEntries(
    starts.map(({ name, at }, i) => [name, text.slice(at, starts[i + 1]?.at ?? text.length).trim()]),
  );
}

function depthAt(text: string, end: number): number {
  let depth = 0;
  for (let i = 0; i < end; i++) {
    if ("{([".includes(text[i]!)) depth++;
    else if ("})]".includes(text[i]!)) depth--;
  }
  return depth;
}
