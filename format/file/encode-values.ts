/** Types, tensors and values of a program as header tables (SPEC.md, sections 4, 5, 8). */

import { dtypes } from "../dtype.ts";
import type { ClassDef, Program, TypeDef } from "../ir/program.ts";
import { canonical, type Type } from "../types.ts";
import { checkTensor, type IValue, type StorageData, type TensorData, typeOfValue } from "../value.ts";
import { FormatError } from "./error.ts";
import { SIMPLE_TYPE_CODES, TYPE_CODES, VALUE_TAGS } from "./layout.ts";
import { Float, type Packable, packInt } from "./msgpack.ts";
import { type NameTable, Table } from "./tables.ts";
import { encodeWtf8 } from "./utf8.ts";

type ObjectValue = IValue & { kind: "object" };
type Container = IValue & { kind: "list" | "tuple" | "dict" };

export class ValueEncoder {
  readonly types = new Table();
  readonly values = new Table();
  readonly tensors = new Table();
  /** One segment each, in this order. */
  readonly storages = new Map<StorageData, number>();
  /** What is being written, for errors. */
  where = "program";
  readonly #program: Program;
  readonly #classes: NameTable;
  /** Objects that have an entry but no slots yet. */
  readonly #pending: { object: ObjectValue; slots: Packable[]; names: Packable[] | undefined }[] = [];
  /** Containers whose content is being written. */
  readonly #open = new Set<IValue>();

  constructor(program: Program, classes: NameTable) {
    this.#program = program;
    this.#classes = classes;
  }

  fail(expected: string, got: string): never {
    throw new FormatError("program", this.where, expected, got);
  }

  int(value: bigint): Packable {
    if (BigInt.asIntN(64, value) !== value) this.fail("an int64", String(value));
    return packInt(value);
  }

  // --- Types ----------------------------------------------------------------------------------------------------

  /** A type's index. */
  type(given: Type): number {
    const type = canonical(given);
    return this.types.find(type) ?? this.types.add(type, this.#typeEntry(type));
  }

  #typeEntry(type: Type): Packable {
    switch (type.kind) {
      case "List":
      case "Optional":
      case "Future":
      case "RRef":
        return [TYPE_CODES[type.kind], this.type(type.elem)];
      case "Tuple": {
        const elems = type.elems.map((elem) => this.type(elem));
        return [
          TYPE_CODES.Tuple,
          elems,
          type.names === undefined ? null : [...type.names],
          type.name ?? null,
        ];
      }
      case "Dict":
        return [TYPE_CODES.Dict, this.type(type.key), this.type(type.value)];
      case "Union":
        return [TYPE_CODES.Union, type.members.map((member) => this.type(member))];
      case "Class":
      case "Interface":
      case "Enum":
        this.#checkClass(type.kind, type.name);
        return [TYPE_CODES[type.kind], this.#classes.index(type.name)];
      case "Var":
        return this.fail("types without variables", type.name);
      default:
        return [SIMPLE_TYPE_CODES[type.kind]];
    }
  }

  #checkClass(kind: "Class" | "Interface" | "Enum", name: string): void {
    const def = this.#program.classes.get(name);
    const fits =
      kind === "Class"
        ? def === undefined || hasAttributes(def)
        : def !== undefined && def.kind === kind.toLowerCase();
    if (!fits) this.fail(`${kind} ${name} to be defined so`, def === undefined ? "nothing" : def.kind);
  }

  // --- Values ---------------------------------------------------------------------------------------------------

  /** A value's index; the slots of the objects met on the way are filled before this returns. */
  value(value: IValue): number {
    const index = this.#entry(value);
    for (let next = this.#pending.shift(); next !== undefined; next = this.#pending.shift()) {
      const { object, slots, names } = next;
      for (const [name, slot] of this.#slots(object)) {
        slots.push(this.#entry(slot));
        names?.push(name);
      }
    }
    return index;
  }

  #slots(object: ObjectValue): [string, IValue][] {
    const def = this.#program.classes.get(object.type);
    if (def === undefined) return [...object.attrs];
    const wanted = (def as ClassDef).attributes.filter((attribute) => attribute.kind !== "constant");
    const slots = wanted.map(({ name }): [string, IValue] => {
      const slot = object.attrs.get(name);
      return [name, slot ?? this.fail(`a value for ${object.type}.${name}`, "none")];
    });
    if (slots.length !== object.attrs.size) {
      const stray = [...object.attrs.keys()].find((name) =>
        wanted.every((attribute) => attribute.name !== name),
      );
      this.fail(`the attributes of ${object.type}`, `also ${stray}`);
    }
    return slots;
  }

  /** The index of an immutable value, which equal ones share by this key. */
  share(key: unknown, entry: Packable): number {
    return this.values.find(key) ?? this.values.add(key, entry);
  }

  #entry(value: IValue): number {
    switch (value.kind) {
      case "none":
        return this.share("none", [VALUE_TAGS.none]);
      case "bool":
        return this.share(`bool ${value.value}`, [VALUE_TAGS.bool, value.value]);
      case "int":
        return this.share(`int ${value.value}`, [VALUE_TAGS.int, this.int(value.value)]);
      case "float":
        return this.share(`float ${floatBits(value.value)}`, [VALUE_TAGS.float, new Float(value.value)]);
      case "str":
        return this.share(`str ${value.value}`, [VALUE_TAGS.str, encodeWtf8(value.value)]);
      case "device":
        return this.share(`device ${value.value}`, [VALUE_TAGS.device, value.value]);
      case "tensor":
        return this.share(value.tensor, [VALUE_TAGS.tensor, this.tensor(value.tensor)]);
      case "enum":
        return this.share(`enum ${value.type} ${value.name}`, this.#enum(value));
      case "object":
        return this.values.find(value) ?? this.#object(value);
      default:
        return this.values.find(value) ?? this.values.add(value, this.#container(value));
    }
  }

  #enum(value: IValue & { kind: "enum" }): Packable {
    this.#checkClass("Enum", value.type);
    const def = this.#program.classes.get(value.type);
    const member = def?.kind === "enum" ? def.members.findIndex(({ name }) => name === value.name) : -1;
    if (def?.kind !== "enum" || member < 0) return this.fail(`a member of ${value.type}`, value.name);
    this.#entry(def.members[member]!.value);
    return [VALUE_TAGS.enum, this.#classes.index(value.type), member];
  }

  #object(object: ObjectValue): number {
    this.#checkClass("Class", object.type);
    const slots: Packable[] = [];
    const names: Packable[] | undefined = this.#program.classes.has(object.type) ? undefined : [];
    this.#pending.push({ object, slots, names });
    const entry = [VALUE_TAGS.object, this.#classes.index(object.type), slots];
    return this.values.add(object, names === undefined ? entry : [...entry, names]);
  }

  #container(value: Container): Packable {
    if (this.#open.has(value)) return this.fail("containers that do not contain themselves", value.kind);
    this.#open.add(value);
    const entry = this.#containerEntry(value);
    this.#open.delete(value);
    return entry;
  }

  #containerEntry(value: Container): Packable {
    const type = typeOfValue(value);
    if (value.kind === "tuple") {
      return [VALUE_TAGS.tuple, this.type(type), value.items.map((item) => this.#entry(item))];
    }
    if (value.kind === "list" && type.kind === "List") {
      return [VALUE_TAGS.list, this.type(type.elem), value.items.map((item) => this.#entry(item))];
    }
    if (value.kind === "dict" && type.kind === "Dict") {
      const entries = value.entries.flat().map((item) => this.#entry(item));
      return [VALUE_TAGS.dict, this.type(type.key), this.type(type.value), entries];
    }
    return this.fail("a list, tuple or dict", value.kind);
  }

  /** A tensor's index. */
  tensor(tensor: TensorData): number {
    const known = this.tensors.find(tensor);
    if (known !== undefined) return known;
    try {
      checkTensor(tensor);
    } catch (error) {
      this.fail("a tensor inside its storage", (error as Error).message);
    }
    const { storage } = tensor;
    const segment = this.storages.get(storage) ?? this.storages.size;
    this.storages.set(storage, segment);
    const shape = tensor.shape.map(packInt);
    const strides = tensor.strides.map(packInt);
    return this.tensors.add(tensor, [
      dtypes[tensor.dtype].code,
      shape,
      strides,
      packInt(tensor.offset),
      segment,
    ]);
  }
}

/** True for the classes whose objects have slots. */
export function hasAttributes(def: TypeDef): def is ClassDef {
  return def.kind === "module" || def.kind === "class";
}

/** The same for all NaNs, different for 0 and -0. */
function floatBits(value: number): string {
  if (Number.isNaN(value)) return "nan";
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16);
}
