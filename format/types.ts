/** Static types of IR values: TorchScript's type system, its subtyping, and its text notation. */

export * from "./types/model.ts";
export { parseType, scanType, type TypeMarks } from "./types/parse.ts";
export { printType } from "./types/print.ts";
export { type ClassFacts, isSubtype, typeEquals } from "./types/subtype.ts";
