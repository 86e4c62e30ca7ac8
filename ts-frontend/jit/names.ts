/** Names of a function's parameters, read from its source text. */

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** The method that a module's class defines, not a wrapper that stands in its place on the object. */
export function definedMethod(module: object, name: string): (...args: never[]) => unknown {
  for (let p = Object.getPrototypeOf(module); p; p = Object.getPrototypeOf(p)) {
    const found = Object.getOwnPropertyDescriptor(p, name)?.value;
    if (typeof found === "function") return found;
  }
  return (module as Record<string, (...args: never[]) => unknown>)[name]!;
}

/** `forward(x, [h, c], n = 1)` → ["x", undefined, "n"]; an empty list where the source shows none. */
export function parameterNames(fn: (...args: never[]) => unknown): (string | undefined)[] {
  const text = Function.prototype.toString.call(fn);
  const arrow = /^\s*(?:async\s*)?([A-Za-z_$][\w$]*)\s*=>/.exec(text);
  if (arrow) return [arrow[1]];
  const open = text.indexOf("(");
  if (open < 0) return [];
  const names: (string | undefined)[] = [];
  let depth = 0;
  let item = "";
  for (let i = open; i < text.length; i++) {
    const c = text[i]!;
    if ("([{".includes(c)) depth++;
    if (")]}".includes(c)) depth--;
    if (depth === 0 || (depth === 1 && c === ",")) {
      const name = item
        .replace(/\/\*.*?\*\//gs, "")
        .split("=")[0]!
        .split(":")[0]!
        .trim();
      if (item.trim()) names.push(IDENTIFIER.test(name) ? name : undefined);
      item = "";
      if (depth === 0) break;
    } else if (i > open) {
      item += c;
    }
  }
  return names;
}
