/** Weights saved by `torch.save` in its zip format: `data.pkl`, the values, and `data/<key>`, the bytes of each storage. */

import type { DType } from "../../format/dtype.ts";
import type { StorageData, TensorData } from "../../format/value.ts";
import { SconceError } from "../../loader/error.ts";
import { Archive } from "./archive.ts";
import { type GlobalHandler, PickleGlobal, PickleTuple, unpickle } from "./pickle.ts";
import { type ByteSource, malformed, unsupported } from "./source.ts";
import { checkedTensor } from "./tensor.ts";

const STORAGES: Readonly<Record<string, DType>> = {
  FloatStorage: "float32",
  DoubleStorage: "float64",
  HalfStorage: "float16",
  BFloat16Storage: "bfloat16",
  LongStorage: "int64",
  IntStorage: "int32",
  ShortStorage: "int16",
  CharStorage: "int8",
  ByteStorage: "uint8",
  BoolStorage: "bool",
};

/** Most dimensions of a tensor, in PyTorch as here. */
const MAX_DIMS = 64;

/** A storage that the pickle names by its key, with the dtype it is read as. Its bytes come after the pickle. */
class StorageReference {
  readonly dtype: DType;
  readonly storage: StorageData;

  constructor(dtype: DType, storage: StorageData) {
    this.dtype = dtype;
    this.storage = storage;
  }
}

function natural(value: unknown): number {
  if (typeof value !== "bigint" || value < 0n || value > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw malformed("a size, stride or offset of a tensor is no natural number");
  }
  return Number(value);
}

function naturals(value: unknown): number[] {
  if (!(value instanceof PickleTuple) || value.items.length > MAX_DIMS) {
    throw malformed(`the sizes or strides of a tensor are no tuple of at most ${MAX_DIMS}`);
  }
  return value.items.map(natural);
}

function isTensor(value: unknown): value is TensorData {
  return typeof value === "object" && value !== null && "storage" in value && "strides" in value;
}

/** `_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks, …)`; version 1 has the first four. */
function rebuildTensor([reference, offset, shape, strides]: readonly unknown[]): TensorData {
  if (!(reference instanceof StorageReference)) throw malformed("a tensor without a storage");
  const { dtype, storage } = reference;
  return { dtype, shape: naturals(shape), strides: naturals(strides), offset: natural(offset), storage };
}

/** `_rebuild_parameter(tensor, requires_grad, hooks)` */
function rebuildParameter([tensor]: readonly unknown[]): TensorData {
  if (!isTensor(tensor)) throw malformed("a parameter without a tensor");
  return tensor;
}

/** `_rebuild_from_type_v2(function, type, args, state)`: a tensor with Python attributes, which are dropped. */
function rebuildFromType([rebuild, , args]: readonly unknown[]): unknown {
  const call = rebuild instanceof PickleGlobal ? rebuild.handler.call : undefined;
  if ((call !== rebuildTensor && call !== rebuildParameter) || !(args instanceof PickleTuple)) {
    throw malformed("a tensor that is made by no known function");
  }
  return call(args.items);
}

/** `OrderedDict()`; the items follow as SETITEMS. */
function orderedDict(args: readonly unknown[]): Map<unknown, unknown> {
  if (args.length > 0) throw malformed("an OrderedDict made from a list");
  return new Map();
}

const NAME_ONLY: GlobalHandler = {};

const globals: ReadonlyMap<string, GlobalHandler> = new Map<string, GlobalHandler>([
  // its state holds Python attributes such as _metadata, which mean nothing here
  ["collections.OrderedDict", { call: orderedDict, build: (dict) => dict }],
  ["torch._utils._rebuild_tensor", { call: rebuildTensor }],
  ["torch._utils._rebuild_tensor_v2", { call: rebuildTensor }],
  ["torch._utils._rebuild_parameter", { call: rebuildParameter }],
  ["torch._utils._rebuild_parameter_with_state", { call: rebuildParameter }],
  ["torch._tensor._rebuild_from_type_v2", { call: rebuildFromType }],
  ["torch.nn.parameter.Parameter", NAME_ONLY],
  ["torch.Tensor", NAME_ONLY],
  ["torch.Size", { call: ([items]) => items }],
  ["torch.device", { call: ([type]) => type }],
  ...Object.keys(STORAGES).map((name): [string, GlobalHandler] => [`torch.${name}`, NAME_ONLY]),
]);

/** True if the bytes begin as files did that `torch.save` wrote before version 1.6. */
function isLegacy(head: Uint8Array): boolean {
  const magic = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];
  return magic.every((byte, i) => head[i] === byte);
}

async function readRoot(source: ByteSource): Promise<unknown> {
  const front = source instanceof Blob ? await source.slice(0, 16).arrayBuffer() : source.slice(0, 16);
  const head = new Uint8Array(front);
  if (isLegacy(head)) {
    throw unsupported(
      "this file has the format that torch.save wrote before version 1.6",
      "Load it in PyTorch and save it again, or convert it to safetensors.",
    );
  }
  if (!Archive.looksLike(head)) throw malformed("this is not a file of torch.save");
  const archive = await Archive.open(source);
  if (archive.has("constants.pkl")) {
    throw unsupported(
      "this file is a TorchScript program, not saved weights",
      "Save model.state_dict() instead.",
    );
  }
  if (archive.has("byteorder") && new TextDecoder().decode(await archive.read("byteorder")) !== "little") {
    throw unsupported("the file has big-endian elements", "Save it on a little-endian machine.");
  }
  const storages = new Map<string, StorageData>();
  const persistent = (id: unknown): StorageReference => {
    const [kind, type, key] = id instanceof PickleTuple ? id.items : [];
    const dtype = type instanceof PickleGlobal && type.module === "torch" ? STORAGES[type.name] : undefined;
    if (kind !== "storage" || dtype === undefined || typeof key !== "string") {
      throw malformed("a reference to what is no storage");
    }
    const storage = storages.get(key) ?? { bytes: new Uint8Array(0) };
    storages.set(key, storage);
    return new StorageReference(dtype, storage);
  };
  const find = (module: string, name: string) => globals.get(`${module}.${name}`);
  const root = unpickle(await archive.read("data.pkl"), { find, persistent });
  for (const [key, storage] of storages) storage.bytes = await archive.read(`data/${key}`);
  return root;
}

function kindOf(value: unknown): string {
  if (isTensor(value)) return "tensor";
  if (value instanceof Map) return "dict";
  return Array.isArray(value) ? "list" : value === null ? "None" : typeof value;
}

function notWeights(message: string, dict: Map<unknown, unknown>): SconceError {
  const entries = [...dict].slice(0, 8).map(([key, value]) => `${String(key)} (${kindOf(value)})`);
  return new SconceError({
    code: "NOT_WEIGHTS",
    message: `${message}; the file has ${entries.join(", ") || "nothing"}${dict.size > 8 ? ", …" : ""}`,
    advice: 'Name the dict that holds the weights, for example { key: "state_dict" }.',
  });
}

export interface StateDictOptions {
  /** The entry of a checkpoint that holds the weights, such as `model` or `state_dict`; by default the whole file does. */
  readonly key?: string;
}

/**
 * The weights in a file of `torch.save` (PyTorch 1.6 or later), in their order: counterpart of `torch.load(f)`.
 *
 * Tensors keep their strides, and those that shared a storage share one here. Given a byte array they are views of it.
 *
 * Throws SconceError: PICKLE_GLOBAL for anything but tensors, containers and numbers; NOT_WEIGHTS if what is saved is
 * no dict of tensors; UNSUPPORTED for the older format; FILE_MALFORMED, FILE_TRUNCATED, FILE_CHECKSUM for damage.
 */
export async function readStateDict(
  source: ByteSource,
  options: StateDictOptions = {},
): Promise<Map<string, TensorData>> {
  let dict = await readRoot(source);
  if (options.key !== undefined) {
    if (dict instanceof Map && !dict.has(options.key)) throw notWeights(`there is no ${options.key}`, dict);
    dict = dict instanceof Map ? dict.get(options.key) : dict;
  }
  if (!(dict instanceof Map)) throw notWeights(`what is saved is a ${kindOf(dict)}, not a dict`, new Map());
  const weights = new Map<string, TensorData>();
  for (const [key, value] of dict) {
    if (typeof key !== "string" || !isTensor(value))
      throw notWeights("what is saved is no dict of tensors", dict);
    weights.set(key, checkedTensor(key, value));
  }
  return weights;
}
