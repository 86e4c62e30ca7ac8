/** What the pickles of a TorchScript archive hold, and the closed set of globals that they may name. */

import type { TensorData } from "../../format/value.ts";
import {
  type GlobalHandler,
  type PickleDict,
  PickleList,
  PickleObject,
  PickleTuple,
} from "../weights/pickle-values.ts";
import { isTensor, PickledTensors, QTensor } from "../weights/pickled-tensors.ts";
import { malformed, unsupported } from "../weights/source.ts";

export { PickleDict, PickleList, PickleTuple } from "../weights/pickle-values.ts";
export { QTensor } from "../weights/pickled-tensors.ts";

/** A value of an archive. Lists, dicts, objects, tensors and storages that are the same JS object are aliases. */
export type Pickled =
  | null
  | boolean
  /** An int: it fits int64. */
  | bigint
  /** A float. */
  | number
  | string
  | TensorData
  | QTensor
  | Complex
  | Device
  | EnumMember
  | ScriptObject
  | PickleList<Pickled>
  | PickleTuple<Pickled>
  | PickleDict<Pickled, Pickled>;

export class Complex {
  readonly real: number;
  readonly imag: number;

  constructor(real: number, imag: number) {
    this.real = real;
    this.imag = imag;
  }
}

/** Such as `cpu` or `cuda:0`. */
export class Device {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** A member of an enum, known by its value: the archive's code has the names. */
export class EnumMember {
  /** Such as `__torch__.colors.Color`. */
  readonly typeName: string;
  readonly value: bigint | number | string;

  constructor(typeName: string, value: bigint | number | string) {
    this.typeName = typeName;
    this.value = value;
  }
}

/** An instance of a class, a module or a class bound from C++. Objects may hold each other in cycles. */
export class ScriptObject extends PickleObject {
  /** Such as `__torch__.foo.Bar`. */
  readonly typeName: string;
  /** Mostly a dict of attributes; if the class has `__setstate__`, whatever its `__getstate__` gave. */
  state: Pickled = null;

  constructor(typeName: string) {
    super();
    this.typeName = typeName;
  }
}

const LISTS: Readonly<Record<string, string>> = {
  build_intlist: "List[int]",
  build_doublelist: "List[float]",
  build_boollist: "List[bool]",
  build_tensorlist: "List[Tensor]",
};

const setTag = (list: unknown, tag: string): PickleList => {
  if (!(list instanceof PickleList)) throw malformed(`a pickle makes a ${tag} of what is no list`);
  list.typeTag = tag;
  return list;
};

/** `restore_type_tag(container, "Dict[str, int]")` */
function restoreTypeTag([value, tag]: readonly unknown[]): unknown {
  const container = value as { typeTag?: string } | null;
  if (
    typeof tag !== "string" ||
    typeof container !== "object" ||
    container === null ||
    !("typeTag" in container)
  ) {
    throw malformed("a type tag on what is neither list nor dict");
  }
  container.typeTag = tag;
  return value;
}

const noTable: GlobalHandler = {
  apply: () => {
    throw unsupported("the archive keeps its tensors in a table, as PyTorch did before version 1.4", RESAVE);
  },
};

/** Advice for layouts that only PyTorch itself still reads. */
export const RESAVE = "Load it in PyTorch 1.4 to 2.x and save it again with torch.jit.save.";

const globals: ReadonlyMap<string, GlobalHandler> = new Map<string, GlobalHandler>([
  ...Object.entries(LISTS).map(([name, tag]): [string, GlobalHandler] => [
    `torch.jit._pickle.${name}`,
    { call: ([list]) => setTag(list, tag) },
  ]),
  ["torch.jit._pickle.restore_type_tag", { call: restoreTypeTag }],
  ["torch.jit._pickle.build_tensor_from_id", noTable],
  ["__main__.TensorID", { ...noTable, create: () => new Device(""), build: () => noTable.apply?.(null) }],
  ["__main__.IntList", { create: () => new PickleList([]), build: (_, list) => setTag(list, "List[int]") }],
  [
    "torch.device",
    {
      call: ([name, index]) => {
        if (typeof name !== "string") throw malformed("a device without a name");
        return new Device(typeof index === "bigint" ? `${name}:${index}` : name);
      },
    },
  ],
  [
    "builtins.complex",
    {
      call: ([real, imag]) => {
        if (typeof real !== "number" || typeof imag !== "number")
          throw malformed("a complex number of no numbers");
        return new Complex(real, imag);
      },
    },
  ],
]);

/** What the unpickler of one pickle needs to know, and the tensors it meets. */
export class PickleContext {
  readonly tensors = new PickledTensors();
  readonly #classes = new Map<string, GlobalHandler>();
  /** Objects that were made and wait for their state. */
  readonly #unbuilt = new Set<ScriptObject>();

  find(module: string, name: string): GlobalHandler | undefined {
    if (module === "__torch__" || module.startsWith("__torch__.")) return this.#class(`${module}.${name}`);
    return globals.get(`${module}.${name}`) ?? this.tensors.find(module, name);
  }

  /** Throws FILE_MALFORMED if an object never got its state. */
  finish(): void {
    for (const { typeName } of this.#unbuilt) throw malformed(`an object of ${typeName} without a state`);
  }

  #class(typeName: string): GlobalHandler {
    const known = this.#classes.get(typeName);
    if (known !== undefined) return known;
    const handler: GlobalHandler = {
      create: () => {
        const object = new ScriptObject(typeName);
        this.#unbuilt.add(object);
        return object;
      },
      build: (object, state) => {
        if (!(object instanceof ScriptObject) || !this.#unbuilt.delete(object)) {
          throw malformed(`an object of ${typeName} gets a second state`);
        }
        object.state = state as Pickled;
        return object;
      },
      // the writer gives an enum its value alone, not in a tuple
      apply: (value) => {
        const bare = value instanceof PickleTuple && value.items.length === 1 ? value.items[0] : value;
        if (typeof bare !== "bigint" && typeof bare !== "number" && typeof bare !== "string") {
          throw malformed(`a member of ${typeName} that is neither number nor string`);
        }
        return new EnumMember(typeName, bare);
      },
    };
    this.#classes.set(typeName, handler);
    return handler;
  }
}

/** Numbers, strings and tensors are keys of dicts in TorchScript, and devices and complex numbers. */
export function isKey(value: object): boolean {
  return isTensor(value) || value instanceof Device || value instanceof Complex;
}

/** Throws FILE_MALFORMED for what the unpickler can make and TorchScript has not. */
export function checkLeaf(value: unknown): void {
  if (typeof value === "bigint") {
    if (BigInt.asIntN(64, value) !== value) throw malformed("an integer that does not fit 64 bits");
    return;
  }
  if (typeof value !== "object" || value === null || isTensor(value) || value instanceof QTensor) return;
  if (value instanceof Device || value instanceof Complex || value instanceof EnumMember) return;
  throw malformed("a value of an archive is of no TorchScript type");
}
