/** Errors that a script makes: known by their name, with a message that may be computed. */

import { SconceError } from "../../../loader/error.ts";
import type { Builtin } from "./builtins.ts";
import { binary, toText } from "./operators.ts";
import { constant, type SValue, UNDEFINED } from "./values.ts";

/** The built-in classes of errors. */
export const errorClasses: readonly (abstract new (...args: never[]) => Error)[] = [
  Error,
  RangeError,
  TypeError,
  SyntaxError,
  ReferenceError,
  EvalError,
  URIError,
];

function errorValue(name: string, message: SValue, node: { start: number; end: number }): SValue {
  const fields = new Map([
    ["#error", constant(name)],
    ["name", constant(name)],
    ["message", message],
  ]);
  return { kind: "fields", fields, node };
}

/** `new RangeError(message)`. */
export function makeError(name: string): Builtin {
  return (ctx, [message], node) =>
    errorValue(name, message ? toText(ctx, message, node) : constant(""), node);
}

/** `new SconceError({ op, message, advice })`, with the text that the class gives it. */
export const makeSconceError: Builtin = (ctx, [details], node) => {
  const part = (name: string): SValue =>
    details?.kind === "fields" ? (details.fields.get(name) ?? UNDEFINED) : UNDEFINED;
  const present = (value: SValue): boolean =>
    !(value.kind === "const" && (value.js === undefined || value.js === ""));
  let text: SValue = toText(ctx, part("message"), node);
  if (present(part("op"))) {
    const head = binary(ctx, "+", toText(ctx, part("op"), node), constant(": "), node);
    text = binary(ctx, "+", head, text, node);
  }
  if (present(part("advice"))) {
    const tail = binary(ctx, "+", constant("\n  "), toText(ctx, part("advice"), node), node);
    text = binary(ctx, "+", text, tail, node);
  }
  return errorValue("SconceError", text, node);
};

export { SconceError };
