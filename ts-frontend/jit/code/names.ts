/** Identifiers of printed TypeScript: of classes and functions from their qualified names, of values from their own. */

import type { Program } from "../../../format/ir/program.ts";

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** Words that no variable may be called. */
const KEYWORDS =
  "break case catch class const continue debugger default delete do else enum export extends false finally for function if import in instanceof new null return super switch this throw true try typeof var void while with yield let static await async implements interface package private protected public arguments eval undefined NaN Infinity".split(
    " ",
  );

/** Names that printed code refers to: what it imports, and globals of the language. */
export const IMPORTED_VALUES: readonly string[] = ["jit", "ops", "ScriptClass", "ScriptEnum", "torch"];
export const IMPORTED_TYPES: readonly string[] = [
  "Buffer",
  "Constant",
  "Device",
  "ExternalClass",
  "Future",
  "Generator",
  "NamedTuple",
  "Parameter",
  "Scalar",
  "Submodule",
  "Tensor",
];
const GLOBALS =
  "Array BigInt Boolean CONSTANTS Error Function Map Math Number Object RegExp Set String Symbol any boolean bigint console never null number object readonly string symbol unknown".split(
    " ",
  );

const RESERVED: ReadonlySet<string> = new Set([
  ...KEYWORDS,
  ...IMPORTED_VALUES,
  ...IMPORTED_TYPES,
  ...GLOBALS,
]);

export function isIdentifier(name: string): boolean {
  return IDENTIFIER.test(name);
}

/** A property as it is reached: `.name`, or `["na me"]`. */
export function memberText(name: string): string {
  return isIdentifier(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

/** A property as it is declared: `name`, or `"na me"`. */
export function keyText(name: string): string {
  if (name === "constructor") return '["constructor"]';
  return isIdentifier(name) ? name : JSON.stringify(name);
}

/** Gives out identifiers, each once. */
export class Identifiers {
  readonly #taken: Set<string>;
  #count = 0;

  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set(taken);
  }

  /** `wanted` if it is free, else with a number; without a usable wish `_0`, `_1` … */
  take(wanted: string | undefined): string {
    const usable = wanted !== undefined && isIdentifier(wanted) && !RESERVED.has(wanted);
    let name = usable ? wanted : this.#fresh();
    for (let k = 1; this.#taken.has(name); k++) name = usable ? `${wanted}_${k}` : this.#fresh();
    this.#taken.add(name);
    return name;
  }

  #fresh(): string {
    return `_${this.#count++}`;
  }
}

/** The identifiers of a program's classes, interfaces, enums and functions, by qualified name. */
export class ProgramNames {
  readonly #names = new Map<string, string>();
  readonly #identifiers = new Identifiers();

  constructor(program: Program | undefined) {
    for (const name of program?.classes.keys() ?? []) this.of(name);
    for (const name of program?.functions.keys() ?? []) this.of(name);
  }

  /** `__torch__.net.MyCell` → `MyCell`. A name met for the first time gets its identifier now. */
  of(qualifiedName: string): string {
    const known = this.#names.get(qualifiedName);
    if (known !== undefined) return known;
    const last = qualifiedName
      .split(".")
      .at(-1)!
      .replaceAll(/[^\w$]/g, "_");
    const wish = /^\d/.test(last) ? `_${last}` : last;
    const name = this.#identifiers.take(RESERVED.has(wish) ? `${wish}_` : wish);
    this.#names.set(qualifiedName, name);
    return name;
  }

  /** Every identifier given out: what variables must not be called. */
  get all(): readonly string[] {
    return [...this.#names.values()];
  }
}
