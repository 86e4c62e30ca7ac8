/** Futures, which hold what a fork gave, and errors as values, which js::Try catches. */

import { family, op } from "./define.ts";

export const futures = family("vm/futures", [
  op("aten::wait(Future(t) self) -> t", { pass: "slots", doc: "The future's value, or its error." }),
]);

export const errorValues = family("vm/error-value", [
  op("js::rethrow(Any e) -> ()", {
    doc: 'Raises a caught error again, or one made of name, message and "".',
  }),
  op("js::errorName(Any e) -> str", { doc: "The class it was raised with; SconceError for an operator's." }),
  op("js::errorMessage(Any e) -> str", {
    doc: "The message it was raised with; an operator's error has no words inside the runtime: refused.",
  }),
]);
