/** One instance of the runtime: the wasm's exports, views on its memory, and values written to and read from slots. */

import { defaultWasm, readSource } from "#host";
import { type DType, dtypeFromCode, dtypes } from "../format/dtype.ts";
import type { IValue, TensorData } from "../format/value.ts";
import { errorOf, type Fact, SconceError } from "./error.ts";
import type { Bytes } from "./hosts/host.ts";

/** What a value slot holds; the numbers are the ABI's (assembly/README.md). */
export const Tag = {
  none: 0,
  bool: 1,
  int: 2,
  float: 3,
  function: 4,
  tensor: 8,
  str: 9,
  list: 10,
  tuple: 11,
  dict: 12,
  object: 13,
  device: 14,
  enum: 15,
} as const;

const TAG_NAMES: Readonly<Record<number, string>> = {
  0: "None",
  1: "bool",
  2: "int",
  3: "float or int",
  8: "Tensor",
  9: "str",
  10: "list",
  11: "tuple",
  12: "dict",
  13: "object",
  14: "Device",
  15: "enum",
};

/** Bytes of a slot. */
export const SLOT = 16;

/** The functions of the wasm; assembly/README.md documents each. */
export interface Exports {
  readonly memory: WebAssembly.Memory;
  sc_alloc(bytes: number): number;
  sc_free(ptr: number): void;
  sc_live(): number;
  sc_peak(): number;
  sc_reset_peak(): void;
  sc_trim(): void;
  sc_set_memory_limit(bytes: number): void;
  sc_error(): number;
  sc_clear_error(): void;
  sc_tensor(dtype: number, sizes: number, ndim: number): number;
  sc_tensor_strided(tensor: number, dims: number, ndim: number, offset: number): number;
  sc_tensor_info(tensor: number): number;
  sc_tensor_contiguous(tensor: number): number;
  sc_str(text: number, bytes: number): number;
  sc_list(length: number): number;
  sc_tuple(length: number): number;
  sc_dict(): number;
  sc_dict_set(dict: number, key: number, value: number): number;
  sc_length(object: number): number;
  sc_items(object: number): number;
  sc_retain(object: number): void;
  sc_release(object: number): void;
  sc_drop(slots: number, count: number): void;
  sc_call_op(op: number, args: number, count: number, results: number): number;
  sc_load(data: number, bytes: number): number;
  sc_describe(program: number, key: number, to: number): number;
  sc_function(program: number, index: number, to: number): number;
  sc_value(program: number, index: number, to: number): number;
  sc_function_count(program: number): number;
  sc_class_count(program: number): number;
  sc_root(program: number): number;
  sc_object_class(object: number): number;
  sc_method(program: number, type: number, name: number, length: number): number;
  sc_segment(program: number, index: number): number;
  sc_segment_bytes(program: number, index: number): number;
  sc_begin(program: number, index: number, args: number, count: number): number;
  sc_run(task: number, slice: number): number;
  sc_results(task: number): number;
  sc_end(task: number): void;
  sc_place(task: number, depth: number, to: number): void;
  sc_records(to: number): void;
  sc_set_limits(instructions: number, depth: number): void;
}

/** Where the wasm may come from; by default it lies beside this package. */
export type WasmSource = URL | string | BufferSource | WebAssembly.Module | Response;

export interface RuntimeOptions {
  readonly wasm?: WasmSource;
  /** Most bytes that may be allocated at once; by default what a 32-bit memory holds. */
  readonly memoryLimit?: number;
}

async function compile(source: WasmSource | undefined): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  let from: BufferSource | Response;
  if (source === undefined) from = await defaultWasm();
  else if (typeof source === "string" || source instanceof URL) from = await readSource(source);
  else from = source;
  if (!(from instanceof Response)) return WebAssembly.compile(from);
  if (!from.ok) {
    throw new SconceError({
      code: "FETCH",
      message: `the runtime could not be fetched: ${from.status} ${from.url}`,
    });
  }
  if (from.headers.get("content-type")?.startsWith("application/wasm"))
    return WebAssembly.compileStreaming(from);
  return WebAssembly.compile(await from.arrayBuffer());
}

let compiled: Promise<WebAssembly.Module> | undefined;
let shared: Promise<Runtime> | undefined;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class Runtime {
  readonly exports: Exports;
  /** The names of operators by id, set by whoever knows the table; error messages use it. */
  opName: (id: number) => string | undefined = () => undefined;
  #buffer: ArrayBufferLike;
  #u8: Uint8Array;
  #view: DataView;
  /** A stack of slots for arguments and results of calls. */
  readonly #slots: number;
  #slotTop = 0;
  static readonly #SLOTS = 1024;

  private constructor(instance: WebAssembly.Instance) {
    this.exports = instance.exports as unknown as Exports;
    this.#buffer = this.exports.memory.buffer;
    this.#u8 = new Uint8Array(this.#buffer);
    this.#view = new DataView(this.#buffer);
    this.#slots = this.exports.sc_alloc(Runtime.#SLOTS * SLOT) >>> 0;
    this.u8.fill(0, this.#slots, this.#slots + Runtime.#SLOTS * SLOT);
  }

  /** A new instance with a memory of its own. */
  static async create(options: RuntimeOptions = {}): Promise<Runtime> {
    let module: WebAssembly.Module;
    if (options.wasm === undefined) {
      compiled ??= compile(undefined);
      module = await compiled;
    } else {
      module = await compile(options.wasm);
    }
    const runtime = new Runtime(await WebAssembly.instantiate(module));
    if (options.memoryLimit !== undefined) runtime.exports.sc_set_memory_limit(options.memoryLimit);
    return runtime;
  }

  /** The instance that eager tensors and modules loaded without a runtime of their own share. */
  static default(): Promise<Runtime> {
    shared ??= Runtime.create();
    return shared;
  }

  #refresh(): void {
    const buffer = this.exports.memory.buffer;
    if (buffer === this.#buffer) return;
    this.#buffer = buffer;
    this.#u8 = new Uint8Array(buffer);
    this.#view = new DataView(buffer);
  }

  /** The whole memory; stale after anything allocates. */
  get u8(): Uint8Array {
    this.#refresh();
    return this.#u8;
  }

  get view(): DataView {
    this.#refresh();
    return this.#view;
  }

  /** Throws the recorded error, and clears the record. */
  throwError(): never {
    const { code, facts, op } = this.takeError();
    throw errorOf(code, facts, op);
  }

  /** Reads the recorded error and clears the record. */
  takeError(): { code: number; facts: Fact[]; op: string | undefined } {
    const { sc_error, sc_clear_error } = this.exports;
    const record = sc_error() >>> 0;
    const view = this.view;
    const code = view.getUint32(record, true);
    const op = view.getUint32(record + 4, true);
    const facts: Fact[] = [];
    for (let i = 0; i < view.getUint32(record + 8, true); i++) {
      const at = record + 16 + i * 16;
      const length = view.getUint32(at + 4, true);
      const value = view.getUint32(at + 8, true);
      switch (view.getUint32(at, true)) {
        case 1:
          facts.push(toNumber(view.getBigInt64(at + 8, true)));
          break;
        case 2:
          facts.push(view.getFloat64(at + 8, true));
          break;
        case 3:
          facts.push(Array.from({ length }, (_, k) => view.getInt32(value + 4 * k, true)));
          break;
        case 4:
          facts.push(decoder.decode(this.#u8.slice(value, value + length)));
          break;
        case 5:
          facts.push(dtypeName(value));
          break;
        default:
          facts.push(TAG_NAMES[value] ?? `tag ${value}`);
      }
    }
    sc_clear_error();
    return { code, facts, op: op ? (this.opName(op - 1) ?? `operator ${op - 1}`) : undefined };
  }

  /** An address from an allocating export; throws the recorded error when it is 0. */
  checked(address: number): number {
    if (address === 0) this.throwError();
    return address >>> 0;
  }

  /** Takes `count` empty slots from the stack; give them back with `popSlots`. */
  pushSlots(count: number): number {
    if (this.#slotTop + count > Runtime.#SLOTS) {
      throw new SconceError({
        code: "BAD_ARITY",
        message: `more than ${Runtime.#SLOTS} arguments in one call`,
      });
    }
    const at = this.#slots + this.#slotTop * SLOT;
    this.#slotTop += count;
    return at;
  }

  /** Releases what the last `count` slots hold and gives them back. */
  popSlots(count: number): void {
    this.#slotTop -= count;
    this.exports.sc_drop(this.#slots + this.#slotTop * SLOT, count);
  }

  setNone(slot: number): void {
    this.view.setUint32(slot, Tag.none, true);
  }

  setBool(slot: number, value: boolean): void {
    this.view.setUint32(slot, Tag.bool, true);
    this.#view.setBigInt64(slot + 8, value ? 1n : 0n, true);
  }

  setInt(slot: number, value: number | bigint): void {
    this.view.setUint32(slot, Tag.int, true);
    this.#view.setBigInt64(slot + 8, BigInt(value), true);
  }

  setFloat(slot: number, value: number): void {
    this.view.setUint32(slot, Tag.float, true);
    this.#view.setFloat64(slot + 8, value, true);
  }

  /** Puts an object into a slot, which takes the reference over. */
  setObject(slot: number, tag: number, object: number): void {
    this.view.setUint32(slot, tag, true);
    this.#view.setBigInt64(slot + 8, BigInt(object), true);
  }

  setString(slot: number, value: string, tag: number = Tag.str): void {
    const bytes = encoder.encode(value);
    const str = this.checked(this.exports.sc_str(0, bytes.length));
    this.u8.set(bytes, str + 16);
    this.setObject(slot, tag, str);
  }

  /** A contiguous tensor with the given bytes, one reference. */
  newTensor(dtype: DType, shape: readonly number[], bytes: Uint8Array | undefined): number {
    const { sc_alloc, sc_free, sc_tensor, sc_tensor_info } = this.exports;
    const sizes = this.checked(sc_alloc(4 * shape.length));
    const view = this.view;
    shape.forEach((size, i) => {
      view.setInt32(sizes + 4 * i, size, true);
    });
    const tensor = sc_tensor(dtypes[dtype].code, sizes, shape.length);
    sc_free(sizes);
    this.checked(tensor);
    if (bytes) this.u8.set(bytes, this.view.getUint32((sc_tensor_info(tensor) >>> 0) + 12, true));
    return tensor >>> 0;
  }

  /** What a tensor is: dtype, sizes, strides, and where its first element lies in memory. */
  describe(tensor: number): {
    dtype: DType;
    shape: number[];
    strides: number[];
    numel: number;
    data: number;
    contiguous: boolean;
  } {
    const info = this.exports.sc_tensor_info(tensor) >>> 0;
    const view = this.view;
    const word = (i: number): number => view.getUint32(info + 4 * i, true);
    const list = (at: number): number[] =>
      Array.from({ length: word(1) }, (_, i) => view.getInt32(at + 4 * i, true));
    return {
      dtype: dtypeFromCode(word(0)),
      shape: list(word(5)),
      strides: list(word(6)),
      numel: word(2),
      data: word(3),
      contiguous: word(4) !== 0,
    };
  }

  /** A copy of a tensor's elements in row-major order. */
  readBytes(tensor: number): { dtype: DType; shape: number[]; bytes: Bytes } {
    const copy = this.checked(this.exports.sc_tensor_contiguous(tensor));
    const { dtype, shape, numel, data } = this.describe(copy);
    const bytes = this.u8.slice(data, data + numel * dtypes[dtype].bytes) as Bytes;
    this.exports.sc_release(copy);
    return { dtype, shape, bytes };
  }

  /** Writes a value into an empty slot; tensors are copied in with their strides. */
  writeValue(slot: number, value: IValue): void {
    const { sc_list, sc_tuple, sc_items } = this.exports;
    switch (value.kind) {
      case "none":
        return this.setNone(slot);
      case "bool":
        return this.setBool(slot, value.value);
      case "int":
        return this.setInt(slot, value.value);
      case "float":
        return this.setFloat(slot, value.value);
      case "str":
        return this.setString(slot, value.value);
      case "device":
        return this.setString(slot, value.value, Tag.device);
      case "tensor":
        return this.setObject(slot, Tag.tensor, this.#writeTensor(value.tensor));
      case "list":
      case "tuple": {
        const list = value.kind === "list";
        const object = this.checked(list ? sc_list(value.items.length) : sc_tuple(value.items.length));
        this.setObject(slot, list ? Tag.list : Tag.tuple, object);
        const items = sc_items(object) >>> 0;
        value.items.forEach((item, i) => {
          this.writeValue(items + i * SLOT, item);
        });
        return;
      }
      default:
        throw new SconceError({
          code: "BAD_ARGUMENT",
          message: `a value of kind ${value.kind} cannot be passed in`,
        });
    }
  }

  #writeTensor(t: TensorData): number {
    const contiguous = isRowMajor(t);
    const { bytes } = t.storage;
    const width = dtypes[t.dtype].bytes;
    const count = t.shape.reduce((n, size) => n * size, 1);
    if (contiguous)
      return this.newTensor(t.dtype, t.shape, bytes.subarray(t.offset * width, (t.offset + count) * width));
    const { sc_alloc, sc_free, sc_tensor_strided, sc_release } = this.exports;
    const whole = this.newTensor(t.dtype, [Math.floor(bytes.length / width)], bytes);
    const dims = this.checked(sc_alloc(8 * t.shape.length));
    const view = this.view;
    [...t.shape, ...t.strides].forEach((n, i) => {
      view.setInt32(dims + 4 * i, n, true);
    });
    const strided = sc_tensor_strided(whole, dims, t.shape.length, t.offset);
    sc_free(dims);
    sc_release(whole);
    return this.checked(strided);
  }

  /** Reads a slot, copying everything out. Lists and dicts come without static types. */
  readValue(slot: number): IValue {
    const view = this.view;
    const object = view.getUint32(slot + 8, true);
    switch (view.getUint32(slot, true)) {
      case Tag.none:
        return { kind: "none" };
      case Tag.bool:
        return { kind: "bool", value: object !== 0 };
      case Tag.int:
        return { kind: "int", value: view.getBigInt64(slot + 8, true) };
      case Tag.float:
        return { kind: "float", value: view.getFloat64(slot + 8, true) };
      case Tag.str:
        return { kind: "str", value: this.readString(object) };
      case Tag.device:
        return { kind: "device", value: this.readString(object) };
      case Tag.tensor: {
        const { dtype, shape, bytes } = this.readBytes(object);
        return {
          kind: "tensor",
          tensor: { dtype, shape, strides: rowMajor(shape), offset: 0, storage: { bytes } },
        };
      }
      case Tag.list:
        return { kind: "list", elem: null, items: this.#readItems(object) };
      case Tag.tuple:
        return { kind: "tuple", items: this.#readItems(object) };
      case Tag.dict: {
        const flat = this.#readItems(object, 2);
        const entries: [IValue, IValue][] = [];
        for (let i = 0; i < flat.length; i += 2) entries.push([flat[i]!, flat[i + 1]!]);
        return { kind: "dict", key: { kind: "Any" }, value: { kind: "Any" }, entries };
      }
      default:
        throw new SconceError({ code: "BAD_ARGUMENT", message: "an object cannot be copied out" });
    }
  }

  /**
   * Runs one operator of the table on values: arguments and results are copied. Throws SconceError.
   */
  callOp(id: number, args: readonly IValue[], resultCount: number): IValue[] {
    const count = args.length + resultCount;
    const slots = this.pushSlots(count);
    try {
      args.forEach((arg, i) => {
        this.writeValue(slots + i * SLOT, arg);
      });
      const results = slots + args.length * SLOT;
      if (this.exports.sc_call_op(id, slots, args.length, results)) this.throwError();
      return Array.from({ length: resultCount }, (_, i) => this.readValue(results + i * SLOT));
    } finally {
      this.popSlots(count);
    }
  }

  readString(str: number): string {
    const length = this.exports.sc_length(str);
    return decoder.decode(this.u8.slice(str + 16, str + 16 + length));
  }

  #readItems(object: number, perItem = 1): IValue[] {
    const items = this.exports.sc_items(object) >>> 0;
    return Array.from({ length: this.exports.sc_length(object) * perItem }, (_, i) =>
      this.readValue(items + i * SLOT),
    );
  }
}

/** Row-major strides in elements. */
export function rowMajor(shape: readonly number[]): number[] {
  const strides: number[] = new Array(shape.length);
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = step;
    step *= Math.max(shape[i]!, 1);
  }
  return strides;
}

function isRowMajor(t: TensorData): boolean {
  const want = rowMajor(t.shape);
  return t.shape.includes(0) || t.shape.every((size, i) => size === 1 || t.strides[i] === want[i]);
}

function toNumber(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function dtypeName(code: number): string {
  try {
    return dtypeFromCode(code).toString();
  } catch {
    return `dtype ${code}`;
  }
}
