/** Tensors in pickles: their storages come by persistent id, their shapes as calls of `torch._utils` functions. */

import type { DType } from "../../format/dtype.ts";
import { type StorageData, type TensorData, tensorEnd } from "../../format/value.ts";
import { type GlobalHandler, PickleDict, PickleGlobal, PickleTuple } from "./pickle-values.ts";
import { malformed, truncated, unsupported } from "./source.ts";
import { byteLength, checkedTensor } from "./tensor.ts";

const STORAGES: ReadonlyMap<string, DType> = new Map<string, DType>([
  ["FloatStorage", "float32"],
  ["DoubleStorage", "float64"],
  ["HalfStorage", "float16"],
  ["BFloat16Storage", "bfloat16"],
  ["LongStorage", "int64"],
  ["IntStorage", "int32"],
  ["ShortStorage", "int16"],
  ["CharStorage", "int8"],
  ["ByteStorage", "uint8"],
  ["BoolStorage", "bool"],
  ["QInt8Storage", "int8"],
]);

/** Names of what PyTorch has besides, for refusals. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ["ComplexHalfStorage", "complex32"],
  ["ComplexFloatStorage", "complex64"],
  ["ComplexDoubleStorage", "complex128"],
  ["QUInt8Storage", "quint8"],
  ["QInt32Storage", "qint32"],
  ["QUInt4x2Storage", "quint4x2"],
  ["QUInt2x4Storage", "quint2x4"],
  ["UntypedStorage", "untyped"],
]);

/** Most dimensions of a tensor, in PyTorch as here. */
const MAX_DIMS = 64;

/** The qint8 numbers of a quantized tensor: (q - zero point) * scale, with one pair, or one per index of `axis`. */
export class QTensor {
  readonly dtype = "qint8";
  /** The integers, as int8. */
  readonly tensor: TensorData;
  readonly scheme:
    | { readonly kind: "per_tensor_affine"; readonly scale: number; readonly zeroPoint: bigint }
    | {
        readonly kind: "per_channel_affine";
        readonly scales: TensorData;
        readonly zeroPoints: TensorData;
        readonly axis: number;
      };

  constructor(tensor: TensorData, scheme: QTensor["scheme"]) {
    this.tensor = tensor;
    this.scheme = scheme;
  }
}

/** A storage, or a part of one, that a pickle names by its key. Its bytes come after the pickle. */
class StorageReference {
  readonly dtype: DType;
  readonly quantized: boolean;
  readonly storage: StorageData;
  /** Where it begins in the storage, and its length, in elements. */
  readonly start: number;
  readonly numel: number;

  constructor(dtype: DType, quantized: boolean, storage: StorageData, start: number, numel: number) {
    this.dtype = dtype;
    this.quantized = quantized;
    this.storage = storage;
    this.start = start;
    this.numel = numel;
  }
}

export function isTensor(value: unknown): value is TensorData {
  return typeof value === "object" && value !== null && "storage" in value && "strides" in value;
}

/** A size, stride, offset or count. */
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

const NAME_ONLY: GlobalHandler = {};

/** The storages of one pickle by key, and the tensors over them, whose bytes `load` reads and checks at the end. */
export class PickledTensors {
  readonly #storages = new Map<string, { storage: StorageData; bytes: number; count: number }>();
  readonly #tensors: TensorData[] = [];
  readonly #globals: ReadonlyMap<string, GlobalHandler>;

  constructor() {
    const tensor: GlobalHandler = { call: (args) => this.#tensor(args) };
    const parameter: GlobalHandler = { call: ([value]) => tensorOf(value) };
    this.#globals = new Map<string, GlobalHandler>([
      ["torch._utils._rebuild_tensor", tensor],
      ["torch._utils._rebuild_tensor_v2", tensor],
      ["torch._utils._rebuild_qtensor", { call: (args) => this.#quantized(args) }],
      ["torch._utils._rebuild_parameter", parameter],
      ["torch._utils._rebuild_parameter_with_state", parameter],
      ["torch._tensor._rebuild_from_type_v2", { call: rebuildFromType }],
      ["torch.nn.parameter.Parameter", NAME_ONLY],
      ["torch.Tensor", NAME_ONLY],
      ["torch.per_tensor_affine", NAME_ONLY],
      ["torch.per_channel_affine", NAME_ONLY],
      // its state holds Python attributes such as _metadata, which mean nothing here
      ["collections.OrderedDict", { call: orderedDict, build: (dict) => dict }],
    ]);
  }

  /** The handler of a global that has to do with tensors. Throws UNSUPPORTED for kinds of tensors that are not read. */
  find(module: string, name: string): GlobalHandler | undefined {
    if (module === "torch" && STORAGES.has(name)) return NAME_ONLY;
    const refused = module === "torch" ? REFUSED.get(name) : undefined;
    if (refused !== undefined) throw refusedTensor(refused);
    if (module === "torch._utils" && /^_rebuild_(sparse|nested|.*_subclass|meta|device)/.test(name)) {
      throw refusedTensor(name.replace(/^_rebuild_/, "").replaceAll("_", " "));
    }
    return this.#globals.get(`${module}.${name}`);
  }

  /** `("storage", type, key, location, count)`, before version 1.6 also a view `(key, offset, count)` of it or None. */
  persistent(id: unknown): StorageReference {
    const [kind, type, key, location, count, view] = id instanceof PickleTuple ? id.items : [];
    const name = type instanceof PickleGlobal && type.module === "torch" ? type.name : "";
    const dtype = STORAGES.get(name);
    if (kind !== "storage" || dtype === undefined || typeof key !== "string") {
      throw malformed("a reference to what is no storage");
    }
    if (location === "meta") throw refusedTensor("meta");
    const numel = natural(count);
    const bytes = byteLength(dtype, [numel]);
    if (bytes === undefined) throw malformed(`storage ${key} of ${numel} ${dtype}`);
    const known = this.#storages.get(key) ?? { storage: { bytes: new Uint8Array(0) }, bytes, count: numel };
    if (known.bytes !== bytes) throw malformed(`storage ${key} has ${known.bytes} bytes, and also ${bytes}`);
    this.#storages.set(key, known);
    const quantized = name.startsWith("Q");
    if (!(view instanceof PickleTuple))
      return new StorageReference(dtype, quantized, known.storage, 0, numel);
    const [start, length] = view.items.slice(1).map(natural);
    if (start === undefined || length === undefined || start + length > numel) {
      throw malformed(`a view that reaches outside of storage ${key}`);
    }
    return new StorageReference(dtype, quantized, known.storage, start, length);
  }

  /** Keys of the storages in the order they were met. */
  get keys(): string[] {
    return [...this.#storages.keys()];
  }

  /** Bytes of a storage as its references say, undefined if there is none. */
  size(key: string): number | undefined {
    return this.#storages.get(key)?.bytes;
  }

  /** Its elements. */
  count(key: string): number | undefined {
    return this.#storages.get(key)?.count;
  }

  /** Gives a storage its bytes. Throws FILE_MALFORMED, FILE_TRUNCATED unless they are as many as its references say. */
  fill(key: string, bytes: Uint8Array): void {
    const wanted = this.#storages.get(key);
    if (wanted === undefined) throw malformed(`no tensor has the storage ${key}`);
    if (bytes.length < wanted.bytes) throw truncated(`storage ${key}`, wanted.bytes, bytes.length);
    if (bytes.length > wanted.bytes) {
      throw malformed(`storage ${key} has ${bytes.length} bytes, its tensors say ${wanted.bytes}`);
    }
    wanted.storage.bytes = bytes;
  }

  /** Throws FILE_MALFORMED if a tensor is no such thing: see `checkedTensor`. */
  check(): void {
    for (const tensor of this.#tensors) checkedTensor("a tensor", tensor);
  }

  /** `_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks, bits)`; version 1 has the first four. */
  #tensor([reference, offset, shape, strides, , , bits]: readonly unknown[]): TensorData {
    if (!(reference instanceof StorageReference)) throw malformed("a tensor without a storage");
    if (reference.quantized) throw malformed("a plain tensor over a quantized storage");
    if (bits instanceof PickleDict && bits.entries.some(([, set]) => set !== false)) {
      throw refusedTensor("lazily negated or conjugated");
    }
    return this.#over(reference, offset, shape, strides);
  }

  /** `_rebuild_qtensor(storage, offset, size, stride, quantizer, requires_grad, hooks)` */
  #quantized([reference, offset, shape, strides, quantizer]: readonly unknown[]): QTensor {
    if (!(reference instanceof StorageReference) || !reference.quantized) {
      throw malformed("a quantized tensor over a plain storage");
    }
    const tensor = this.#over(reference, offset, shape, strides);
    const [kind, scale, zeroPoint, axis] = quantizer instanceof PickleTuple ? quantizer.items : [];
    const name = kind instanceof PickleGlobal ? kind.name : "";
    if (name === "per_tensor_affine" && typeof scale === "number" && typeof zeroPoint === "bigint") {
      return new QTensor(tensor, { kind: name, scale, zeroPoint });
    }
    if (name !== "per_channel_affine") throw malformed("a quantized tensor without a scheme");
    const [scales, zeroPoints] = [tensorOf(scale), tensorOf(zeroPoint)];
    const channels = tensor.shape[natural(axis)];
    if (scales.shape.length !== 1 || scales.shape[0] !== channels || zeroPoints.shape[0] !== channels) {
      throw malformed("a quantized tensor whose scales do not fit its axis");
    }
    return new QTensor(tensor, { kind: name, scales, zeroPoints, axis: natural(axis) });
  }

  #over(
    { dtype, storage, start, numel }: StorageReference,
    offset: unknown,
    shape: unknown,
    strides: unknown,
  ): TensorData {
    const tensor: TensorData = {
      dtype,
      shape: naturals(shape),
      strides: naturals(strides),
      offset: start + natural(offset),
      storage,
    };
    const end = tensorEnd(tensor);
    if (tensor.shape.length !== tensor.strides.length || !(end <= start + numel)) {
      const where = `${dtype} [${tensor.shape.join(", ")}] strides [${tensor.strides.join(", ")}] offset ${tensor.offset}`;
      throw malformed(`a tensor, ${where}, reaches outside of its storage of ${numel} elements`);
    }
    this.#tensors.push(tensor);
    return tensor;
  }
}

function tensorOf(value: unknown): TensorData {
  if (!isTensor(value)) throw malformed("a number or object where a tensor belongs");
  return value;
}

/** `_rebuild_from_type_v2(function, type, args, state)`: a tensor with Python attributes, which are dropped. */
function rebuildFromType([rebuild, , args]: readonly unknown[]): unknown {
  const call =
    rebuild instanceof PickleGlobal && rebuild.name.startsWith("_rebuild") ? rebuild.handler.call : undefined;
  if (call === undefined || call === rebuildFromType || !(args instanceof PickleTuple)) {
    throw malformed("a tensor that is made by no known function");
  }
  return call(args.items);
}

/** `OrderedDict()`; the items follow as SETITEMS. */
function orderedDict(args: readonly unknown[]): PickleDict {
  if (args.length > 0) throw malformed("an OrderedDict made from a list");
  return new PickleDict();
}

function refusedTensor(kind: string): Error {
  return unsupported(
    `the file holds a ${kind} tensor`,
    "Convert it to one of the plain dtypes before saving.",
  );
}
