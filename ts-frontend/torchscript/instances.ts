/** The archive's pickled values as the program's: typed by what the code declares, aliases kept. */

import type { ClassDef } from "../../format/ir/program.ts";
import { findClass } from "../../format/ir/program.ts";
import { AnyType, optionalOf, TensorType, type Type } from "../../format/types.ts";
import { IValue, typeOfValue } from "../../format/value.ts";
import { type Definitions, NATIVE_CLASSES } from "./classes.ts";
import { typeOf } from "./emit/type-expressions.ts";
import { badCode, unsupportedCode } from "./error.ts";
import { nativeObject } from "./packed-params.ts";
import { parseExpression } from "./syntax/parser.ts";
import {
  Complex,
  Device,
  EnumMember,
  PickleDict,
  type Pickled,
  PickleList,
  PickleTuple,
  QTensor,
  ScriptObject,
} from "./values.ts";

export type ObjectValue = IValue & { kind: "object" };

/** An object whose class sets its own state: `__setstate__` is to be run on it. */
export interface StateToSet {
  readonly object: ObjectValue;
  readonly state: IValue;
}

export class Instances {
  /** In the order in which PyTorch would set them: inner objects first. */
  readonly statesToSet: StateToSet[] = [];
  readonly #definitions: Definitions;
  readonly #made = new Map<object, IValue>();

  constructor(definitions: Definitions) {
    this.#definitions = definitions;
  }

  /** A value that stands where `type` is declared. */
  value(pickled: Pickled, type: Type): IValue {
    const wanted = type.kind === "Optional" ? type.elem : type;
    if (pickled === null) return IValue.none;
    switch (typeof pickled) {
      case "boolean":
        return IValue.bool(pickled);
      case "bigint":
        return wanted.kind === "float" ? IValue.float(Number(pickled)) : IValue.int(pickled);
      case "number":
        return IValue.float(pickled);
      case "string":
        return IValue.str(pickled);
    }
    const known = this.#made.get(pickled);
    if (known !== undefined) return known;
    return this.#compound(pickled, wanted);
  }

  #keep(pickled: object, value: IValue): IValue {
    this.#made.set(pickled, value);
    return value;
  }

  #compound(pickled: Pickled & object, wanted: Type): IValue {
    if (pickled instanceof ScriptObject) return this.#object(pickled);
    if (pickled instanceof PickleList) return this.#list(pickled, wanted);
    if (pickled instanceof PickleDict) return this.#dict(pickled, wanted);
    if (pickled instanceof PickleTuple) return this.#tuple(pickled, wanted);
    if (pickled instanceof EnumMember) return this.#enumMember(pickled);
    if (pickled instanceof Device) return IValue.device(pickled.name);
    if (pickled instanceof Complex) throw unsupportedCode("complex numbers");
    if (pickled instanceof QTensor) throw unsupportedCode(`tensors of dtype ${pickled.dtype}`);
    return this.#keep(pickled, IValue.tensor(pickled));
  }

  /** The type that the archive wrote beside a container, or the declared one. */
  #tagged(tag: string | undefined, wanted: Type): Type {
    if (wanted.kind === "List" || wanted.kind === "Dict" || tag === undefined) return wanted;
    return typeOf(parseExpression(tag), {
      named: (name) => this.#definitions.typeNamed(name),
      refuse: (message) => {
        throw badCode(message);
      },
    });
  }

  #list(pickled: PickleList<Pickled>, wanted: Type): IValue {
    const type = this.#tagged(pickled.typeTag, wanted);
    const elem = type.kind === "List" ? type.elem : undefined;
    const items: IValue[] = [];
    if (elem !== undefined) {
      this.#keep(pickled, IValue.list(elem, items));
      for (const item of pickled.items) items.push(this.value(item, elem));
      return this.#made.get(pickled)!;
    }
    for (const item of pickled.items) items.push(this.value(item, AnyType));
    return this.#keep(pickled, IValue.list(commonType(items), items));
  }

  #dict(pickled: PickleDict<Pickled, Pickled>, wanted: Type): IValue {
    const type = this.#tagged(pickled.typeTag, wanted);
    const entries: [IValue, IValue][] = [];
    if (type.kind === "Dict") {
      this.#keep(pickled, IValue.dict(type.key, type.value, entries));
      for (const [key, value] of pickled.entries) {
        entries.push([this.value(key, type.key), this.value(value, type.value)]);
      }
      return this.#made.get(pickled)!;
    }
    for (const [key, value] of pickled.entries) {
      entries.push([this.value(key, AnyType), this.value(value, AnyType)]);
    }
    const keys = commonType(entries.map(([key]) => key)) ?? AnyType;
    const values = commonType(entries.map(([, value]) => value)) ?? TensorType;
    return this.#keep(pickled, IValue.dict(keys, values, entries));
  }

  #tuple(pickled: PickleTuple<Pickled>, wanted: Type): IValue {
    const { elems, names, name } = wanted.kind === "Tuple" ? wanted : {};
    if (elems !== undefined && elems.length !== pickled.items.length) {
      throw badCode(`a tuple of ${pickled.items.length} where ${elems.length} are declared`);
    }
    const items = pickled.items.map((item, i) => this.value(item, elems?.[i] ?? AnyType));
    return this.#keep(pickled, IValue.tuple(items, names, name));
  }

  #enumMember({ typeName, value }: EnumMember): IValue {
    this.#definitions.typeNamed(typeName);
    const def = this.#definitions.program.classes.get(typeName);
    const member =
      def?.kind === "enum"
        ? def.members.find(({ value: have }) => "value" in have && have.value === value)
        : undefined;
    if (member === undefined) throw badCode(`${String(value)} is no member of ${typeName}`);
    return IValue.enum(typeName, member.name, member.value);
  }

  #object(pickled: ScriptObject): IValue {
    const { typeName } = pickled;
    if (typeName.startsWith(NATIVE_CLASSES)) {
      return this.#keep(pickled, nativeObject(typeName, pickled.state));
    }
    this.#definitions.typeNamed(typeName);
    const def = findClass(this.#definitions.program, typeName);
    if (def === undefined) throw unsupportedCode(`objects of class ${typeName}`);
    const object = IValue.object(typeName) as ObjectValue;
    this.#keep(pickled, object);
    if (pickled.state instanceof PickleDict && !hasSetState(def)) {
      this.#attributes(object, def, pickled.state);
    } else {
      const type = this.#definitions.method(typeName, "__setstate__")?.schema.args[1]?.type;
      if (type === undefined) throw badCode(`the state of ${typeName} is no dict of attributes`);
      this.statesToSet.push({ object, state: this.value(pickled.state, type) });
    }
    return object;
  }

  #attributes(object: ObjectValue, def: ClassDef, state: PickleDict<Pickled, Pickled>): void {
    for (const { name, type, kind } of def.attributes) {
      if (kind === "constant") continue;
      if (!state.has(name)) throw badCode(`an object of ${def.name} without its attribute ${name}`);
      object.attrs.set(name, this.value(state.get(name)!, type));
    }
  }
}

function hasSetState(def: ClassDef): boolean {
  return def.methods.some(({ name }) => name === "__setstate__");
}

/** The type of every item; null of none. */
function commonType(items: readonly IValue[]): Type | null {
  const types = new Set(items.map(typeOfValue));
  if (types.size <= 1) return types.values().next().value ?? null;
  const some = [...types].filter(({ kind }) => kind !== "None");
  return some.length === 1 && types.size === 2 ? optionalOf(some[0]!) : AnyType;
}
