/** Where the source text of what is scripted comes from. */

import { registerNn } from "../../nn/sources.gen.ts";
import { fromFunction } from "./from-function.ts";
import { type Scriptable, type Source, sourceOf } from "./registry.ts";

export { parseSource } from "./parse.ts";
export { type Scriptable, type Source, sourceOf } from "./registry.ts";
export {
  lineTextOf,
  markText,
  placeOf,
  type TypedText,
  type TypeMark,
  type TypeMarkKind,
} from "./typed-text.ts";
export { isHelper } from "./untransform.ts";

let knowsNn = false;

/** The source of a function, method or class: what was registered, or what `Function.prototype.toString` gives. */
export function readSource(fn: Scriptable): Source {
  if (!knowsNn) {
    knowsNn = true;
    registerNn();
  }
  return sourceOf(fn) ?? { text: fromFunction(fn), scope: () => ({}) };
}
