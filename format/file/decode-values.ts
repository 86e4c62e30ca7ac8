/** Types, tensors and values of a header (SPEC.md, sections 4, 5, 8) as the program's own. */

import { type DType, dtypes, unsupportedDTypes } from "../dtype.ts";
import {
  classType,
  dictOf,
  enumType,
  futureOf,
  interfaceType,
  listOf,
  optionalOf,
  rrefOf,
  simpleType,
  type Type,
  tupleOf,
  unionOf,
} from "../types.ts";
import { checkTensor, IValue, type StorageData, type TensorData } from "../value.ts";
import type { At } from "./at.ts";
import { byCode, SIMPLE_TYPE_CODES, TYPE_CODES, VALUE_TAGS } from "./layout.ts";
import type { FileSegment } from "./read.ts";
import { decodeWtf8 } from "./utf8.ts";

/** What types and values need to know of the file's classes: see decode.ts. */
export interface ClassFrame {
  kind: "module" | "class" | "interface" | "enum" | "external";
  name: string;
  /** Names of the attributes that take a slot. */
  slots: readonly string[];
  /** An enum's members: name, and index of the value. */
  members: readonly { name: string; value: At }[];
}

const simpleTypes = byCode(SIMPLE_TYPE_CODES);
const compoundTypes = byCode(TYPE_CODES);
const valueTags = byCode(VALUE_TAGS);
const dtypeCodes = new Map<number, DType>(Object.values(dtypes).map((info) => [info.code, info.name]));

export function decodeTypes(table: At, classes: readonly ClassFrame[]): Type[] {
  const types: Type[] = [];
  for (const entry of table.array()) types.push(decodeType(entry, types, classes));
  return types;
}

function decodeType(entry: At, earlier: readonly Type[], classes: readonly ClassFrame[]): Type {
  const parts = entry.array();
  const type = (at: At) => earlier[at.index(earlier.length)]!;
  const code = parts[0] ?? entry.fail("a type");
  const simple = typeof code.value === "number" ? simpleTypes.get(code.value) : undefined;
  if (simple !== undefined) {
    entry.array(1);
    return simpleType(simple);
  }
  const kind = code.code(compoundTypes, "a type's code");
  switch (kind) {
    case "List":
      return listOf(type(entry.tuple(2)[1]));
    case "Optional":
      return optionalOf(type(entry.tuple(2)[1]));
    case "Future":
      return futureOf(type(entry.tuple(2)[1]));
    case "RRef":
      return rrefOf(type(entry.tuple(2)[1]));
    case "Dict":
      return dictOf(type(entry.tuple(3)[1]), type(entry.tuple(3)[2]));
    case "Union": {
      const members = entry.tuple(2)[1].array();
      return members.length === 0 ? entry.fail("a union of something") : unionOf(members.map(type));
    }
    case "Tuple": {
      const [, elems, names, name] = entry.tuple(4);
      const inner = elems.array().map(type);
      if (!names.isNil()) {
        const fields = names.array(inner.length).map((field) => field.text());
        return tupleOf(inner, fields, name.isNil() ? undefined : name.text());
      }
      return name.isNil() ? tupleOf(inner) : name.fail("nil for a tuple without fields");
    }
    default: {
      const at = entry.tuple(2)[1];
      const def = classes[at.index(classes.length)]!;
      const fits =
        kind === "Class" ? def.kind !== "interface" && def.kind !== "enum" : def.kind === kind.toLowerCase();
      if (!fits) at.fail(`a class for ${kind}`, def.kind);
      return kind === "Class"
        ? classType(def.name)
        : kind === "Enum"
          ? enumType(def.name)
          : interfaceType(def.name);
    }
  }
}

/** The tensors; those of one segment share one storage. */
export function decodeTensors(table: At, segments: readonly FileSegment[]): TensorData[] {
  const storages = new Map<number, StorageData>();
  return table.array().map((entry) => {
    const [code, shape, strides, offset, segment] = entry.tuple(5);
    const index = segment.index(segments.length);
    const storage = storages.get(index) ?? { bytes: segments[index]!.bytes };
    storages.set(index, storage);
    const tensor: TensorData = {
      dtype: decodeDType(code),
      shape: shape.array().map((size) => size.natural()),
      strides: strides.array().map((stride) => stride.natural()),
      offset: offset.natural(),
      storage,
    };
    try {
      checkTensor(tensor);
    } catch (error) {
      entry.fail("a tensor inside its segment", (error as Error).message, "tensor");
    }
    return tensor;
  });
}

function decodeDType(at: At): DType {
  const unsupported = typeof at.value === "number" ? unsupportedDTypes.get(at.value) : undefined;
  if (unsupported !== undefined) return at.fail("a supported dtype", unsupported, "tensor");
  return at.code(dtypeCodes, "a dtype's number");
}

/** The header's values, by index. Functions are not IValues: they are kept apart. */
export class Values {
  readonly #values: (IValue | undefined)[] = [];
  readonly #functions = new Map<number, string>();
  readonly #types: readonly Type[];
  readonly #tensors: readonly TensorData[];
  readonly #classes: readonly ClassFrame[];

  /** `freeFunction` gives the name of the free function that an index stands for. */
  constructor(
    table: At,
    types: readonly Type[],
    tensors: readonly TensorData[],
    classes: readonly ClassFrame[],
    freeFunction: (at: At) => string,
  ) {
    this.#types = types;
    this.#tensors = tensors;
    this.#classes = classes;
    const entries = table.array();
    const objects: (() => void)[] = [];
    for (const [i, entry] of entries.entries()) {
      const tag = (entry.array()[0] ?? entry.fail("a value")).code(valueTags, "a value's tag");
      if (tag === "function") {
        this.#functions.set(i, freeFunction(entry.tuple(2)[1]));
        this.#values.push(undefined);
      } else if (tag === "object") {
        this.#values.push(this.#object(entry, objects));
      } else {
        this.#values.push(this.#value(tag, entry));
      }
    }
    for (const fill of objects) fill();
  }

  /** The value at this index. */
  get(at: At): IValue {
    return this.#values[at.index(this.#values.length)] ?? at.fail("a value", "a function");
  }

  /** The name of the function that stands at this index; undefined if something else does. */
  functionName(at: At): string | undefined {
    return this.#functions.get(at.index(this.#values.length));
  }

  #type(at: At): Type {
    return this.#types[at.index(this.#types.length)]!;
  }

  #value(tag: Exclude<IValue["kind"], "object">, entry: At): IValue {
    switch (tag) {
      case "none":
        entry.array(1);
        return IValue.none;
      case "bool":
        return IValue.bool(entry.tuple(2)[1].bool());
      case "int":
        return { kind: "int", value: entry.tuple(2)[1].int64() };
      case "float":
        return IValue.float(entry.tuple(2)[1].float());
      case "str": {
        const bytes = entry.tuple(2)[1];
        return IValue.str(decodeWtf8(bytes.bytes()) ?? bytes.fail("WTF-8", "other bytes"));
      }
      case "device":
        return IValue.device(entry.tuple(2)[1].text());
      case "tensor":
        return IValue.tensor(this.#tensors[entry.tuple(2)[1].index(this.#tensors.length)]!);
      case "list": {
        const [, elem, items] = entry.tuple(3);
        return IValue.list(this.#type(elem), this.#items(items));
      }
      case "tuple": {
        const [, typeAt, items] = entry.tuple(3);
        const type = this.#type(typeAt);
        if (type.kind !== "Tuple") return typeAt.fail("a tuple type");
        items.array(type.elems.length);
        return IValue.tuple(this.#items(items), type.names, type.name);
      }
      case "dict": {
        const [, key, value, flat] = entry.tuple(4);
        const items = this.#items(flat);
        if (items.length % 2 !== 0) flat.fail("keys and values in pairs");
        const entries = items.flatMap((item, i): [IValue, IValue][] =>
          i % 2 === 0 ? [[item, items[i + 1]!]] : [],
        );
        return IValue.dict(this.#type(key), this.#type(value), entries);
      }
      case "enum":
        return this.#enum(entry);
    }
  }

  /** Entries before this one: nothing but an object may hold a later one. */
  #items(at: At): IValue[] {
    return at.array().map((item) => this.get(item));
  }

  #enum(entry: At): IValue {
    const [, classAt, memberAt] = entry.tuple(3);
    const def = this.#classes[classAt.index(this.#classes.length)]!;
    if (def.kind !== "enum") return classAt.fail("an enum", def.kind);
    const member = def.members[memberAt.index(def.members.length)]!;
    return IValue.enum(def.name, member.name, this.get(member.value));
  }

  #object(entry: At, later: (() => void)[]): IValue {
    const parts = entry.array();
    const classAt = parts[1] ?? entry.fail("a class");
    const def = this.#classes[classAt.index(this.#classes.length)]!;
    if (def.kind === "interface" || def.kind === "enum") classAt.fail("a class with objects", def.kind);
    const attrs = new Map<string, IValue>();
    later.push(() => {
      const external =
        def.kind === "external"
          ? entry
              .tuple(4)[3]
              .array()
              .map((name) => name.text())
          : undefined;
      const slots = external === undefined ? entry.tuple(3)[2] : entry.tuple(4)[2];
      const names = external ?? def.slots;
      slots.array(names.length).forEach((slot, i) => {
        attrs.set(names[i]!, this.get(slot));
      });
      if (attrs.size !== names.length) entry.fail("names without repeats");
    });
    return IValue.object(def.name, attrs);
  }
}
