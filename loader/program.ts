/** What a loaded file says of itself: its types, classes, functions and attributes, read from the wasm's description. */

import type { Type } from "../format/types.ts";
import type { IValue } from "../format/value.ts";
import { type Runtime, SLOT } from "./runtime.ts";

/** Header keys of format/SPEC.md section 3, by number. */
export const HeaderKey = {
  classes: 0,
  extra: 3,
  meta: 6,
  ops: 7,
  segments: 10,
  sources: 12,
  tensors: 13,
  types: 14,
} as const;

/** Nested lists, numbers, strings: msgpack as the wasm hands it out. */
export type Plain = null | boolean | number | bigint | string | Plain[];

export interface Parameter {
  readonly name: string;
  readonly type: Type;
  readonly kwarg: boolean;
  /** How error messages name it: `forward() argument x`. */
  readonly path: string;
  /** Index of the default among the program's values; null: the argument is required. */
  readonly default: number | null;
}

export interface Signature {
  readonly name: string;
  /** Without the object that a method belongs to. */
  readonly parameters: readonly Parameter[];
  readonly returns: readonly { readonly name: string | null; readonly type: Type }[];
}

export type AttributeKind = "parameter" | "buffer" | "attribute" | "constant" | "module";
const ATTRIBUTE_KINDS: readonly AttributeKind[] = ["parameter", "buffer", "attribute", "constant", "module"];

export interface AttributeInfo {
  readonly name: string;
  readonly type: Type;
  readonly kind: AttributeKind;
  /** Slot in the object, -1 for a constant. */
  readonly slot: number;
  /** A constant's value index. */
  readonly value: number | null;
}

export interface ClassInfo {
  readonly name: string;
  readonly attributes: readonly AttributeInfo[];
  readonly methods: ReadonlyMap<string, number>;
}

/** A function's kind that says it is a method. */
const METHOD = 1;

/** Type kinds by code, those without parts (SPEC section 5). */
const SIMPLE = [
  "Tensor",
  "int",
  "float",
  "bool",
  "str",
  "None",
  "Device",
  "Scalar",
  "Any",
  "Generator",
  "Storage",
  "Stream",
  "QScheme",
  "Function",
  "complex",
  "AnyList",
  "AnyTuple",
  "AnyClass",
  "AnyEnum",
] as const;

/** Reads a described header part. */
export function plain(runtime: Runtime, describe: (slot: number) => number): Plain {
  const slot = runtime.pushSlots(1);
  try {
    if (describe(slot)) runtime.throwError();
    return simplify(runtime.readValue(slot));
  } finally {
    runtime.popSlots(1);
  }
}

function simplify(value: IValue): Plain {
  switch (value.kind) {
    case "list":
    case "tuple":
      return value.items.map(simplify);
    case "int": {
      const number = Number(value.value);
      return Number.isSafeInteger(number) ? number : value.value;
    }
    case "bool":
    case "float":
    case "str":
      return value.value;
    default:
      return null;
  }
}

/** The description of one loaded program. */
export class ProgramInfo {
  readonly runtime: Runtime;
  readonly address: number;
  readonly types: readonly Type[];
  readonly classes: readonly ClassInfo[];
  readonly #signatures = new Map<number, Signature>();

  constructor(runtime: Runtime, address: number) {
    this.runtime = runtime;
    this.address = address;
    const classes = this.header("classes") as Plain[][];
    const types: Type[] = [];
    for (const entry of this.header("types") as Plain[][]) types.push(typeOf(entry, types, classes));
    this.types = types;
    this.classes = classes.map((entry) => {
      let slot = 0;
      return {
        name: entry[1] as string,
        attributes: (entry[2] as [string, number, number, number | null][]).map(
          ([name, type, kind, value]) => ({
            name,
            type: types[type]!,
            kind: ATTRIBUTE_KINDS[kind]!,
            slot: kind === 3 ? -1 : slot++,
            value,
          }),
        ),
        methods: new Map(entry[3] as [string, number][]),
      };
    });
  }

  /** A header value, null when the file has none. */
  header(key: keyof typeof HeaderKey): Plain {
    const { exports } = this.runtime;
    return plain(this.runtime, (slot) => exports.sc_describe(this.address, HeaderKey[key], slot));
  }

  signature(index: number): Signature {
    const known = this.#signatures.get(index);
    if (known) return known;
    const { exports } = this.runtime;
    const [kind, name, args, returns] = plain(this.runtime, (slot) =>
      exports.sc_function(this.address, index, slot),
    ) as [number, string, [string, number, boolean, number | null][], [string | null, number][]];
    const signature: Signature = {
      name,
      parameters: args.slice(kind === METHOD ? 1 : 0).map(([parameter, type, kwarg, value]) => ({
        name: parameter,
        path: `${name}() argument ${parameter}`,
        type: this.types[type]!,
        kwarg,
        default: value,
      })),
      returns: returns.map(([name, type]) => ({ name, type: this.types[type]! })),
    };
    this.#signatures.set(index, signature);
    return signature;
  }

  /** How traces name a function: `Encoder.forward`, without the modules its class is in. */
  functionName(index: number): string {
    const last = (qualified: string): string => qualified.slice(qualified.lastIndexOf(".") + 1);
    for (const { name, methods } of this.classes) {
      for (const [method, at] of methods) if (at === index) return `${last(name)}.${method}`;
    }
    return last(this.signature(index).name) || "fork";
  }

  /** The bytes of a segment, copied. */
  segment(index: number): Uint8Array {
    const { exports } = this.runtime;
    const at = exports.sc_segment(this.address, index) >>> 0;
    return this.runtime.u8.slice(at, at + exports.sc_segment_bytes(this.address, index));
  }

  /** The name of an operator that the program uses, by the runtime's number for it. */
  opName(op: number): string | undefined {
    const index = this.runtime.exports.sc_op_index(this.address, op);
    return index < 0 ? undefined : (this.header("ops") as string[])[index];
  }

  /** One line of a source file that the program carries, from 1; undefined when it does not. */
  sourceLine(file: string, line: number): string | undefined {
    const sources = (this.header("sources") ?? []) as [string, number][];
    const found = sources.find(([name]) => name === file);
    return found && new TextDecoder().decode(this.segment(found[1])).split("\n")[line - 1];
  }

  /** Address of the slot that holds an attribute of the object whose slot is `object`. */
  attributeSlot(object: number, attribute: AttributeInfo): number {
    const address = this.runtime.view.getUint32(object + 8, true);
    return (this.runtime.exports.sc_items(address) >>> 0) + attribute.slot * SLOT;
  }

  /** The fields of an object and where they lie; undefined for a module. */
  fieldsOf(objectSlot: number) {
    const { attributes } = this.classOf(objectSlot);
    if (attributes.some(({ kind }) => kind === "parameter" || kind === "buffer" || kind === "module"))
      return undefined;
    return attributes
      .filter(({ slot }) => slot >= 0)
      .map((attribute) => ({
        name: attribute.name,
        type: attribute.type,
        slot: this.attributeSlot(objectSlot, attribute),
      }));
  }

  classOf(objectSlot: number): ClassInfo {
    const address = this.runtime.view.getUint32(objectSlot + 8, true);
    return this.classes[this.runtime.exports.sc_object_class(address)]!;
  }
}

function typeOf(entry: Plain[], types: readonly Type[], classes: readonly Plain[][]): Type {
  const code = entry[0] as number;
  const at = (i: number): Type => types[entry[i] as number]!;
  const many = (i: number): Type[] => (entry[i] as number[]).map((t) => types[t]!);
  const named = (): string => classes[entry[1] as number]![1] as string;
  switch (code) {
    case 20:
      return { kind: "List", elem: at(1) };
    case 21:
      return {
        kind: "Tuple",
        elems: many(1),
        ...(entry[2] ? { names: entry[2] as string[] } : {}),
        ...(entry[3] ? { name: entry[3] as string } : {}),
      };
    case 22:
      return { kind: "Optional", elem: at(1) };
    case 23:
      return { kind: "Dict", key: at(1), value: at(2) };
    case 24:
      return { kind: "Union", members: many(1) };
    case 25:
      return { kind: "Class", name: named() };
    case 26:
      return { kind: "Interface", name: named() };
    case 27:
      return { kind: "Enum", name: named() };
    case 28:
      return { kind: "Future", elem: at(1) };
    case 29:
      return { kind: "RRef", elem: at(1) };
    default:
      return { kind: SIMPLE[code] ?? "Any" };
  }
}
