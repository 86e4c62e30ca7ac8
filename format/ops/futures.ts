/** Futures, which hold what a fork gave. */

import { family, op } from "./define.ts";

export const futures = family("vm/futures", [
  op("aten::wait(Future(t) self) -> t", { pass: "slots", doc: "The future's value, or its error." }),
]);
