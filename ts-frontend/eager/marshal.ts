/** Arguments of an operator into slots of the runtime, and results out of them. */

import { dtypeFromName, dtypes } from "../../format/dtype.ts";
import { encodeWtf8 } from "../../format/file/utf8.ts";
import { type Argument, ENUM_VALUES } from "../../format/schema.ts";
import { IValue } from "../../format/value.ts";
import { SLOT, Tag } from "../../loader/runtime.ts";
import { type Arg, type Result, recorder } from "../record.ts";
import { Tensor } from "../tensor.ts";
import { Dim, Sym } from "./dim.ts";
import { type Generator, generatorAddress } from "./generator.ts";
import { addressOf, type Handle } from "./handle.ts";
import { Kind, type Want } from "./kinds.ts";
import { makeError } from "./raise.ts";
import { runtime } from "./runtime.ts";

const MAX_SLOTS = 64;
/** Slots for one call: arguments, which borrow their tensors, then results. Calls do not nest. */
export const SLOTS: number = runtime.checked(runtime.exports.sc_alloc(MAX_SLOTS * SLOT));

let words = new Int32Array(0);
let floats = new Float64Array(0);

/** Views on the memory as it is now; whatever allocates may make them stale. */
export function refresh(): void {
  const { buffer } = runtime.exports.memory;
  if (words.buffer === buffer) return;
  words = new Int32Array(buffer);
  floats = new Float64Array(buffer);
}

refresh();
words.fill(0, SLOTS / 4, (SLOTS + MAX_SLOTS * SLOT) / 4);

/** Lists and strings made for the present call. */
const temporary: number[] = [];

/** The present call draws from a generator that is not the runtime's own. */
let generatorGiven = false;

/** Gives up the lists and strings that were made to pass arguments, and the generator that was given. */
export function releaseTemporary(): void {
  if (generatorGiven) runtime.exports.sc_use_generator(0);
  generatorGiven = false;
  while (temporary.length > 0) runtime.exports.sc_release(temporary.pop()!);
}

function writeInt(slot: number, value: number | bigint): void {
  const at = slot >> 2;
  words[at] = Tag.int;
  if (typeof value === "number") {
    words[at + 2] = value;
    words[at + 3] = Math.floor(value / 4294967296);
  } else {
    words[at + 2] = Number(BigInt.asIntN(32, value));
    words[at + 3] = Number(BigInt.asIntN(32, value >> 32n));
  }
}

function writeFloat(slot: number, value: number): void {
  words[slot >> 2] = Tag.float;
  floats[(slot >> 3) + 1] = value;
}

function writeBool(slot: number, value: boolean): void {
  const at = slot >> 2;
  words[at] = Tag.bool;
  words[at + 2] = value ? 1 : 0;
  words[at + 3] = 0;
}

function writeObject(slot: number, tag: number, address: number): void {
  const at = slot >> 2;
  words[at] = tag;
  words[at + 2] = address;
  words[at + 3] = 0;
}

/** How values of one kind become one argument, and what the recorder is told of them. */
export interface Codec {
  write(slot: number, value: unknown, arg: Argument): void;
  record(value: unknown, arg: Argument): Arg;
}

const NONE = IValue.none;

function int64(value: bigint, arg: Argument): bigint {
  if (BigInt.asIntN(64, value) !== value)
    throw makeError("BAD_ARGUMENT", [arg.name, "an int64", String(value)]);
  return value;
}

const none: Codec = {
  write(slot) {
    words[slot >> 2] = Tag.none;
  },
  record: () => NONE,
};

const tensor: Codec = {
  write(slot, value) {
    writeObject(slot, Tag.tensor, addressOf(value as Handle));
  },
  record: (value) => value as Tensor,
};

const int: Codec = {
  write(slot, value) {
    writeInt(slot, value as number);
  },
  record: (value) => IValue.int(value as number),
};

const bigint: Codec = {
  write(slot, value, arg) {
    writeInt(slot, int64(value as bigint, arg));
  },
  record: (value) => IValue.int(value as bigint),
};

const dim: Codec = {
  write(slot, value) {
    writeInt(slot, Sym.peek(value as Dim) as number);
  },
  record: (value) => value as Dim,
};

const float: Codec = {
  write(slot, value) {
    writeFloat(slot, Number(value));
  },
  record: (value) => IValue.float(Number(value)),
};

const bool: Codec = {
  write(slot, value) {
    writeBool(slot, value as boolean);
  },
  record: (value) => IValue.bool(value as boolean),
};

function writeString(slot: number, tag: number, value: string): void {
  const bytes = encodeWtf8(value);
  const address = runtime.checked(runtime.exports.sc_str(0, bytes.length));
  temporary.push(address);
  runtime.u8.set(bytes, address + 16);
  refresh();
  writeObject(slot, tag, address);
}

const str: Codec = {
  write(slot, value) {
    writeString(slot, Tag.str, value as string);
  },
  record: (value) => IValue.str(value as string),
};

const device: Codec = {
  write(slot, value, arg) {
    if (value !== "cpu") throw makeError("BAD_ARGUMENT", [arg.name, 'the device "cpu"', String(value)]);
    writeString(slot, Tag.device, value);
  },
  record: (value) => IValue.device(value as string),
};

/** Operators are given None and draw from the generator in use: a program has no other than its runtime's. */
const generator: Codec = {
  write(slot, value) {
    const address = generatorAddress(value as Generator);
    if (address !== 0) {
      if (recorder) throw makeError("UNSUPPORTED", ["a Generator in a trace"]);
      runtime.exports.sc_use_generator(address);
      generatorGiven = true;
    }
    none.write(slot, null, undefined as never);
  },
  record: () => NONE,
};

/** Enums are strings in TypeScript and ints in a program. */
function enumCodec(numberOf: (name: string, arg: Argument) => number): Codec {
  return {
    write(slot, value, arg) {
      writeInt(slot, numberOf(value as string, arg));
    },
    record: (value, arg) => IValue.int(numberOf(value as string, arg)),
  };
}

const dtype = enumCodec((name) => dtypes[dtypeFromName(name)].code);

function pick(names: Readonly<Record<string, number>>): Codec {
  return enumCodec((name, arg) => {
    const value = Object.hasOwn(names, name) ? names[name] : undefined;
    if (value === undefined) {
      throw makeError("BAD_ARGUMENT", [
        arg.name,
        `one of ${Object.keys(names).join(", ")}`,
        JSON.stringify(name),
      ]);
    }
    return value;
  });
}

const memoryFormat = pick(ENUM_VALUES.MemoryFormat);
const layout = pick({ strided: 0 });

/** A list whose items are written each by its own codec. */
function listCodec(codecOf: (item: unknown, arg: Argument) => Codec): Codec {
  return {
    write(slot, value, arg) {
      const items = value as readonly unknown[];
      const { sc_list, sc_items } = runtime.exports;
      const list = runtime.checked(sc_list(items.length));
      temporary.push(list);
      const first = sc_items(list) >>> 0;
      refresh();
      for (let i = 0; i < items.length; i++) codecOf(items[i], arg).write(first + i * SLOT, items[i], arg);
      writeObject(slot, Tag.list, list);
    },
    record: (value, arg) => (value as readonly unknown[]).map((item) => codecOf(item, arg).record(item, arg)),
  };
}

/** A single value for a list of known length stands for that many. */
function fillCodec(list: Codec): Codec {
  const all = (value: unknown, arg: Argument): unknown[] => new Array(arg.size!).fill(value);
  return {
    write: (slot, value, arg) => list.write(slot, all(value, arg), arg),
    record: (value, arg) => list.record(all(value, arg), arg),
  };
}

/** A list owns its items, unlike an argument slot. */
const itemTensor: Codec = {
  write(slot, value) {
    const address = addressOf(value as Handle);
    runtime.exports.sc_retain(address);
    writeObject(slot, Tag.tensor, address);
  },
  record: tensor.record,
};

/** Like an item, a string inside a list belongs to the list. */
const itemStr: Codec = {
  write(slot, value) {
    writeString(slot, Tag.str, value as string);
    temporary.pop();
  },
  record: str.record,
};

const intList = listCodec((item) =>
  typeof item === "number" ? int : typeof item === "bigint" ? bigint : dim,
);
const floatList = listCodec((item, arg) => {
  if (item instanceof Dim)
    throw makeError("BAD_ARGUMENT", [arg.name, "an array of numbers", "one with a Dim"]);
  return float;
});
const boolList = listCodec(() => bool);
const strList = listCodec(() => itemStr);
const tensorList = listCodec((item) => (item === null ? none : itemTensor));
const intFill = fillCodec(intList);
const floatFill = fillCodec(floatList);
const boolFill = fillCodec(boolList);

/** The codec for a value of a kind that `fits` where `want` is wanted. */
export function codecFor(want: Want, kind: Kind): Codec {
  if (kind === Kind.none) return none;
  const list = kind >= Kind.emptyList;
  switch (want) {
    case "Tensor":
      return tensor;
    case "Scalar":
      if (kind === Kind.float) return float;
      if (kind === Kind.bool) return bool;
      return kind === Kind.int ? int : kind === Kind.bigint ? bigint : dim;
    case "int":
      return kind === Kind.int ? int : kind === Kind.bigint ? bigint : dim;
    case "float":
      return float;
    case "bool":
      return bool;
    case "str":
      return str;
    case "Device":
      return device;
    case "Generator":
      return generator;
    case "ScalarType":
      return dtype;
    case "Layout":
      return layout;
    case "MemoryFormat":
      return memoryFormat;
    case "int[]":
      return list ? intList : intFill;
    case "float[]":
      return list ? floatList : floatFill;
    case "bool[]":
      return list ? boolList : boolFill;
    case "str[]":
      return strList;
    default:
      return tensorList;
  }
}

/** The codec of a schema's default, which is a number also where a dtype is wanted. */
export function codecForDefault(arg: Argument, want: Want): Codec {
  const value = arg.default;
  if (value === null || value === undefined) return none;
  if (typeof value === "string") return want === "Device" ? device : str;
  if (typeof value === "boolean") return bool;
  if (typeof value === "number") {
    if (want === "float" || (want === "Scalar" && (arg.floatDefault || !Number.isInteger(value))))
      return float;
    return int;
  }
  return codecFor(want, Kind.intList);
}

/**
 * The tensor object for an address, whose reference it takes over. (Tensors need operators and operators make tensors:
 * the class is imported here, and used only when a call is made, so that no bundler can leave either out.)
 */
export function wrap(address: number): Tensor {
  return new Tensor(address);
}

/** Takes the value out of a result slot, leaving it empty; references move to the objects returned. */
export function takeResult(slot: number): Result {
  const at = slot >> 2;
  const tag = words[at]!;
  words[at] = Tag.none;
  const low = words[at + 2]!;
  switch (tag) {
    case Tag.none:
      return null;
    case Tag.bool:
      return new Sym("bool", low !== 0);
    case Tag.int:
      return new Dim(words[at + 3]! * 4294967296 + (low >>> 0));
    case Tag.float:
      return new Sym("float", floats[(slot >> 3) + 1]!);
    case Tag.tensor:
      return wrap(low >>> 0);
    case Tag.str:
    case Tag.device: {
      const text = runtime.readString(low >>> 0);
      runtime.exports.sc_release(low);
      return text;
    }
    case Tag.list:
    case Tag.tuple: {
      const { sc_items, sc_length, sc_release } = runtime.exports;
      const items = sc_items(low) >>> 0;
      const taken = Array.from({ length: sc_length(low) }, (_, i) => takeResult(items + i * SLOT));
      sc_release(low);
      return taken;
    }
    default:
      words[at] = tag;
      runtime.exports.sc_drop(slot, 1);
      throw makeError("BAD_ARGUMENT", [
        "result",
        "a tensor, number, string or list",
        `a value of tag ${tag}`,
      ]);
  }
}

/** Gives up the tensor in a result slot that is known to be one of the arguments. */
export function dropResult(slot: number): void {
  runtime.exports.sc_release(words[(slot >> 2) + 2]!);
  words[slot >> 2] = Tag.none;
}
