/**
 * The source of a function, method or class that nothing was registered for: `Function.prototype.toString`, made
 * parseable, with what bundlers put around names taken out again.
 */

import { noSource } from "./error.ts";
import { locate } from "./locate.ts";
import { wholeExpression } from "./parse.ts";
import type { Scriptable } from "./registry.ts";
import type { TypedText } from "./typed-text.ts";
import { untransform } from "./untransform.ts";

/** What makes an expression of a method's text. */
const WRAPPERS = { object: ["({", "})"], class: ["(class {", "})"] } as const;

/**
 * The text of a function as the engine gives it. Types are gone; file and line are known where the text is found, once,
 * in the file that called `jit.script`, as it is for plain JavaScript; else the file is `<NAME>` and lines count from
 * the first of the function.
 *
 * A method's text, `f(x) { … }`, is no expression: it is put into `({…})` or `(class {…})`, `wrapper` says so, and
 * `column` is smaller by as much, so that places stay right.
 *
 * Throws SconceError (NO_SOURCE) for native and bound functions and text that is not JavaScript.
 */
export function fromFunction(fn: Scriptable): TypedText {
  const name = fn.name || "anonymous";
  const text = Function.prototype.toString.call(fn);
  if (/\{\s*\[(native code|bytecode)\]\s*\}\s*$/.test(text)) throw native(fn, name);
  const wrapped = wrap(text);
  if (!wrapped) {
    throw noSource(
      `the source text of ${name} cannot be read as JavaScript: ${text.slice(0, 60)}`,
      "Build the file with sconce/plugin, or run it with `node --import sconce/register`.",
    );
  }
  const place = locate(text) ?? { file: `<${name}>`, line: 1, column: 0 };
  const shift = wrapped.wrapper ? WRAPPERS[wrapped.wrapper][0].length : 0;
  const normal = untransform(wrapped.text, wrapped.node);
  return {
    text: normal,
    original: normal,
    file: place.file,
    line: place.line,
    column: place.column - shift,
    marks: [],
    declarations: {},
    ...(wrapped.wrapper ? { wrapper: wrapped.wrapper } : {}),
  };
}

function wrap(text: string) {
  const plain = wholeExpression(text);
  if (plain) return { text, node: plain, wrapper: undefined };
  for (const wrapper of ["object", "class"] as const) {
    const [before, after] = WRAPPERS[wrapper];
    const wrapped = `${before}${text}${after}`;
    const node = wholeExpression(wrapped);
    if (node) return { text: wrapped, node, wrapper };
  }
  return undefined;
}

function native(fn: Scriptable, name: string) {
  if (/^bound( |$)/.test(fn.name) && !("prototype" in fn)) {
    return noSource(
      `${name} was made by bind(): it has no source text`,
      "Pass the function itself, and what it was bound to as an argument or through `scope`.",
    );
  }
  return noSource(
    `${name} is part of the JavaScript engine: it has no source text`,
    "Call a function of torch, of math, or one of your own instead.",
  );
}
