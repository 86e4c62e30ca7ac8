/** Constants of printed TypeScript: literals where the language has one, `CONSTANTS.…` for the rest. */

import type { IValue } from "../../../format/value.ts";
import { tensorHash } from "../../../format/value.ts";
import { isIdentifier, type ProgramNames } from "./names.ts";

const INT64_MIN = -(2n ** 63n);

/** The constants that a text refers to, by the name behind `CONSTANTS.`. */
export class Constants {
  readonly table = new Map<string, IValue>();
  readonly #names: ProgramNames;
  readonly #known = new Map<IValue, string>();

  constructor(names: ProgramNames) {
    this.#names = names;
  }

  /** The value of a `prim::Constant`: what has an identity of its own comes from the table. */
  text(value: IValue): string {
    switch (value.kind) {
      case "list":
      case "tuple":
      case "dict":
        return this.#fromTable(value, value.kind);
      case "int":
        // The language has no literal for it: it negates one that does not fit.
        return value.value === INT64_MIN ? this.#fromTable(value, "int64_min") : this.literal(value);
      default:
        return this.literal(value);
    }
  }

  /** A value where its type is known: lists, tuples and dicts are written out. */
  literal(value: IValue): string {
    switch (value.kind) {
      case "none":
        return "null";
      case "bool":
        return String(value.value);
      case "int":
        return `${value.value}n`;
      case "float":
        return numberText(value.value);
      case "str":
        return JSON.stringify(value.value);
      case "list":
      case "tuple":
        return `[${value.items.map((item) => this.literal(item)).join(", ")}]`;
      case "dict": {
        const entries = value.entries.map(([k, v]) => `[${this.literal(k)}, ${this.literal(v)}]`);
        return `new Map([${entries.join(", ")}])`;
      }
      case "enum":
        return isIdentifier(value.name)
          ? `${this.#names.of(value.type)}.${value.name}`
          : `${this.#names.of(value.type)}[${JSON.stringify(value.name)}]`;
      case "device":
        return this.#fromTable(value, `device_${value.value.replaceAll(/\W/g, "_")}`);
      case "tensor":
        return this.#fromTable(value, `c${tensorHash(value.tensor).slice(0, 8)}`);
      case "object":
        return this.#fromTable(value, "object");
    }
  }

  #fromTable(value: IValue, wish: string): string {
    let name = this.#known.get(value);
    if (name === undefined) {
      name = wish;
      for (let k = 1; !this.#isFree(name, value); k++) name = `${wish}_${k}`;
      this.#known.set(value, name);
      this.table.set(name, value);
    }
    return `CONSTANTS.${name}`;
  }

  /** A name is free, or stands for a value that nothing tells from this one. */
  #isFree(name: string, value: IValue): boolean {
    const other = this.table.get(name);
    if (other === undefined) return true;
    if (other.kind === "int") return value.kind === "int" && other.value === value.value;
    if (other.kind === "device" && value.kind === "device") return other.value === value.value;
    return (
      other.kind === "tensor" &&
      value.kind === "tensor" &&
      tensorHash(other.tensor) === tensorHash(value.tensor) &&
      other.tensor.strides.join() === value.tensor.strides.join()
    );
  }
}

/** The shortest text that reads back as this number. */
export function numberText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
