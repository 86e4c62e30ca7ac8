/** IR types in TypeScript's spelling. */

import { JsErrorType, type Type } from "../../../format/types.ts";
import { isIdentifier, type ProgramNames } from "./names.ts";

/** Prints types; remembers those it met that need a declaration: NamedTuples, and classes that the program has not. */
export class TypePrinter {
  readonly #names: ProgramNames;
  readonly #defined: ReadonlySet<string>;
  readonly #tuples = new Map<string, Type & { kind: "Tuple" }>();
  readonly #external = new Set<string>();

  constructor(names: ProgramNames, defined: Iterable<string> = []) {
    this.#names = names;
    this.#defined = new Set(defined);
  }

  /** `type Point = NamedTuple<"__torch__.Point", [x: Tensor, y: bigint]>;` for every type met so far that needs one. */
  declarations(): string[] {
    const lines = [...this.#external].map(
      (name) => `type ${this.#names.of(name)} = ExternalClass<${JSON.stringify(name)}>;`,
    );
    // Printing one may meet others.
    for (const [name, type] of this.#tuples) {
      const fields = this.#fields(type);
      lines.push(`type ${this.#names.of(name)} = NamedTuple<${JSON.stringify(name)}, ${fields}>;`);
    }
    return lines;
  }

  text(type: Type): string {
    switch (type.kind) {
      case "Tensor":
      case "Scalar":
      case "Device":
      case "Generator":
        return type.kind;
      case "int":
        return "bigint";
      case "float":
        return "number";
      case "bool":
        return "boolean";
      case "str":
        return "string";
      case "None":
        return "null";
      case "List":
        return `${this.#elem(type.elem)}[]`;
      case "Optional":
        return `${this.text(type.elem)} | null`;
      case "Union":
        return type.members.map((member) => this.text(member)).join(" | ");
      case "Dict":
        return `Map<${this.text(type.key)}, ${this.text(type.value)}>`;
      case "Future":
        return `Future<${this.text(type.elem)}>`;
      case "Tuple": {
        if (type.name === undefined || type.names === undefined) return this.#fields(type);
        if (type === JsErrorType) return "Error";
        this.#tuples.set(type.name, type);
        return this.#names.of(type.name);
      }
      case "Class":
      case "Interface":
      case "Enum":
        if (!this.#defined.has(type.name)) this.#external.add(type.name);
        return this.#names.of(type.name);
      default:
        return "unknown";
    }
  }

  #fields(type: Type & { kind: "Tuple" }): string {
    const elems = type.elems.map((elem, i) => {
      const name = type.names?.[i];
      return name !== undefined && isIdentifier(name) ? `${name}: ${this.text(elem)}` : this.text(elem);
    });
    return `[${elems.join(", ")}]`;
  }

  #elem(elem: Type): string {
    const text = this.text(elem);
    return elem.kind === "Optional" || elem.kind === "Union" ? `(${text})` : text;
  }
}

/** True where the text says all that the type is, so that reading it gives the type again. */
export function isExact(type: Type): boolean {
  switch (type.kind) {
    case "List":
    case "Optional":
    case "Future":
      return isExact(type.elem);
    case "Dict":
      return isExact(type.key) && isExact(type.value);
    case "Union":
      return type.members.every(isExact);
    case "Tuple":
      return (type.names ?? []).every(isIdentifier) && type.elems.every(isExact);
    case "complex":
    case "Storage":
    case "Stream":
    case "QScheme":
    case "Function":
    case "AnyList":
    case "AnyTuple":
    case "AnyClass":
    case "AnyEnum":
    case "RRef":
    case "Var":
      return false;
    default:
      return true;
  }
}

/** True where TypeScript lets `value as T` stand for values of these types. */
export function canAssert(from: Type, to: Type): boolean {
  if (from === to || from.kind === "Any" || to.kind === "Any") return true;
  switch (from.kind) {
    case "Optional":
      return to.kind === "None" || canAssert(from.elem, to.kind === "Optional" ? to.elem : to);
    case "Union":
      return from.members.some((member) => canAssert(member, to));
    case "List":
      return to.kind === "List" && canAssert(from.elem, to.elem);
    case "Scalar":
      return to.kind === "int" || to.kind === "float" || to.kind === "bool";
    default:
      if (to.kind === "Optional") return canAssert(from, to.elem);
      return to.kind === "Union" && to.members.some((member) => canAssert(from, member));
  }
}
