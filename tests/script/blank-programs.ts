/** Random TypeScript: programs whose types stand where JavaScript is easily misread without them. */

import fc from "fast-check";

const type = fc.constantFrom(
  "number",
  "A | null",
  "Map<string, A[]>",
  "{\n  a: number\n}",
  "(a: B) => void",
  "[a: 1,\n b?: 2]",
  "`x\u0024{string}`",
  "typeof a",
  "keyof A[]",
  "A extends B ? C : D",
  "readonly /* why */ A[]",
  "unique symbol",
  "import('x').Y<Z>",
);

/** A space, a line break or a comment, where any of these may stand. */
const gap = fc.constantFrom("", " ", "\n", " /* 😀 */ ", "\n  // é\n");
const name = fc.constantFrom("a", "b", "é", "$c", "type", "as", "async", "get", "of");

const { expression } = fc.letrec<{ expression: string; atom: string }>((tie) => ({
  atom: fc.oneof(
    { maxDepth: 3 },
    name,
    fc.constantFrom("1", "s.t", "this", "/r/", "null", "`t`", "[1, 2]"),
    tie("expression").map((e) => `(${e})`),
    fc.tuple(tie("atom"), gap).map(([e, g]) => `${e}${g.includes("\n") ? "" : g}!`),
    fc.tuple(name, type, tie("expression")).map(([f, t, e]) => `${f}<${t}>(${e})`),
    fc.tuple(name, type).map(([f, t]) => `new ${f}<${t}>()`),
  ),
  expression: fc.oneof(
    { maxDepth: 3 },
    tie("atom"),
    fc.tuple(tie("atom"), type).map(([e, t]) => `${e} as ${t}`),
    fc.tuple(tie("atom"), gap, type).map(([e, g, t]) => `${e} satisfies${g || " "}${t}`),
    fc
      .tuple(tie("atom"), gap, fc.constantFrom("+", "-", "*", "||", "<", "=="), tie("atom"))
      .map((p) => p.join(" ")),
    fc.tuple(name, type, type, tie("expression")).map(([x, t, r, e]) => `((${x}?: ${t}): ${r} => (${e}))`),
    fc
      .tuple(name, type, gap, tie("expression"))
      .map(([x, t, g, e]) => `(async <T,${g}>(${x}: ${t}) => [${e}])`),
    fc
      .tuple(name, type, type, tie("expression"))
      .map(
        ([f, t, r, e]) => `(function ${f === "type" ? "" : "f"}<T>(this: ${t}, x: T): ${r} { return ${e} })`,
      ),
  ),
}));

const member = fc.oneof(
  fc
    .tuple(
      fc.constantFrom("", "readonly ", "private static ", "declare ", "override "),
      name,
      fc.constantFrom("", "?", "!"),
      type,
    )
    .map(([m, n, q, t]) => `${q === "!" && m === "declare " ? "" : m}${n}${q}: ${t}`),
  fc
    .tuple(fc.constantFrom("", "readonly ", "protected "), name, type, expression)
    .map(([m, n, t, e]) => `${m}${n}: ${t} = ${e}`),
  fc
    .tuple(fc.constantFrom("", "public ", "static "), name, expression)
    .map(([m, n, e]) => `${m}['${n}'] = ${e}`),
  fc
    .tuple(fc.constantFrom("", "public ", "private async "), name, type, type)
    .map(([m, n, t, r]) => `${m}*${n}<T>(x: ${t}): ${r} {}`.replace("async *", "async *")),
  fc.tuple(name, type).map(([n, t]) => `${n}(x: ${t}): void;\n${n}(x?: any) {}`),
  type.map((t) => `[key: string]: ${t};`),
  fc.tuple(name, type).map(([n, t]) => `get ${n}(): ${t} { return 1 }`),
);

const statement = fc.oneof(
  fc
    .tuple(fc.constantFrom("let", "var"), name, type)
    .map(([k, n, t]) => `${k} ${n === "as" || n === "of" ? "q" : n}: ${t}`),
  fc
    .tuple(name, fc.constantFrom("", "!"), type, expression)
    .map(([n, q, t, e]) => (q ? `var ${n}${q}: ${t}` : `var ${n}: ${t} = ${e}`)),
  expression.map((e) => (/^(?:\{|function|class|async|let)/.test(e) ? `(${e})` : e)),
  expression.map((e) => `;(${e})`),
  fc.tuple(expression, expression).map(([a, b]) => `if (${a}) { ${b} }`),
  type.map((t) => `type Q<T = ${t}> = ${t}`),
  type.map((t) => `interface I<T> extends J<T> { a: ${t} }`),
  fc.tuple(name, type).map(([n, t]) => `declare const ${n}: ${t}`),
  fc.tuple(name, type).map(([n, t]) => `declare function ${n}(x: ${t}): void`),
  fc
    .tuple(type, fc.array(member, { maxLength: 4 }))
    .map(([t, m]) => `(class K<T> extends L<${t}> implements M<T> {\n${m.join("\n")}\n})`),
);

/** Programs without semicolons at the ends of statements. Some are no TypeScript. */
export const programs = fc.array(statement, { minLength: 1, maxLength: 6 }).map((list) => list.join("\n"));
