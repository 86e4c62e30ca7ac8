/** Types in JSDoc comments: `@param {T} name`, `@returns {T}`, `@type {T}`, and a comment that is a type, before a parameter. */

export interface DocType {
  readonly tag: "param" | "returns" | "type";
  readonly name: string;
  readonly type: string;
  /** Offsets of the whole comment. */
  readonly start: number;
  readonly end: number;
}

const COMMENT = /\/\*\*([\s\S]*?)\*\//g;
const TAG = /@(param|arg|argument|returns?|type)\s*(?=\{)/g;

/** All types that JSDoc comments of a text give, in order. */
export function docTypes(text: string): DocType[] {
  const found: DocType[] = [];
  for (const comment of text.matchAll(COMMENT)) {
    const body = comment[1]!;
    const at = { start: comment.index, end: comment.index + comment[0].length };
    let tagged = false;
    for (const tag of body.matchAll(TAG)) {
      tagged = true;
      const type = braced(body, tag.index + tag[0].length);
      if (type === undefined) continue;
      const kind = tag[1]!.startsWith("ret") ? "returns" : tag[1] === "type" ? "type" : "param";
      const rest = body.slice(tag.index + tag[0].length + type.length + 2);
      const name = kind === "param" ? (/^\s*\[?\s*([\w$.]+)/.exec(rest)?.[1] ?? "") : "";
      found.push({ tag: kind, name, type: clean(type), ...at });
    }
    // A comment that is a type and nothing else, in a parameter list: `(/** int */ n)`.
    const bare = body.trim();
    if (
      !tagged &&
      bare !== "" &&
      !/[@\n]/.test(bare) &&
      /^[\w$.<>[\]{}|,:;?"' ]+$/.test(bare) &&
      !/[.,]\s*$/.test(bare)
    ) {
      found.push({ tag: "type", name: "", type: bare, ...at });
    }
  }
  return found;
}

/** What stands in the braces that open at `from`, nested ones included. */
function braced(text: string, from: number): string | undefined {
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    if (text[i] === "{") depth++;
    else if (text[i] === "}" && --depth === 0) return text.slice(from + 1, i);
  }
  return undefined;
}

function clean(type: string): string {
  return type.replace(/\n\s*\*/g, "\n").trim();
}
