/** One instance of the runtime: the wasm's exports, views on its memory, and values written to and read from slots. */

import { defaultWasm, readSource } from "#host";
import { type DType, dtypeFromCode, dtypes } from "../format/dtype.ts";
import { decodeWtf8, encodeWtf8 } from "../format/file/utf8.ts";
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
  future: 16,
  nested: 17,
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
  16: "Future",
  17: "nested tensor",
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
  sc_touch(tensor: number): void;
  sc_str(text: number, bytes: number): number;
  sc_list(length: number): number;
  sc_tuple(length: number): number;
  sc_dict(): number;
  sc_dict_set(dict: number, key: number, value: number): number;
  sc_wait(future: number, to: number): number;
  sc_length(object: number): number;
  sc_items(object: number): number;
  sc_retain(object: number): void;
  sc_release(object: number): void;
  sc_drop(slots: number, count: number): void;
  sc_call_op(op: number, args: number, count: number, results: number): number;
  sc_seed(low: number, high: number): void;
  sc_generator(): number;
  sc_use_generator(generator: number): number;
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
  sc_op_index(program: number, op: number): number;
  sc_records(to: number): void;
  sc_record_count(): number;
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

/** For texts to look at: what is no UTF-8 is shown as U+FFFD. */
const display = new TextDecoder("utf-8", { ignoreBOM: true });

export class Runtime {
  readonly exports: Exports;
  /** The names of operators by id, set by whoever knows the table; error messages use it. */
  opName: (id: number) => string | undefined = () => undefined;
  #u8!: Uint8Array;
  #i32!: Int32Array;
  #f64!: Float64Array;
  #view!: DataView;
  /** Where sizes of a new tensor are put for the wasm to read: room for 2 × 64 of them. */
  readonly #sizes: number;
  /** Limits that are set in the wasm now. */
  #limits = "";
  /** A stack of slots for arguments and results of calls. */
  readonly #slots: number;
  #slotTop = 0;
  static readonly #SLOTS = 1024;

  private constructor(instance: WebAssembly.Instance) {
    this.exports = instance.exports as unknown as Exports;
    this.#refresh();
    this.#sizes = this.exports.sc_alloc(2 * 64 * 4) >>> 0;
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
    const { buffer } = this.exports.memory;
    this.#u8 = new Uint8Array(buffer);
    this.#i32 = new Int32Array(buffer);
    this.#f64 = new Float64Array(buffer);
    this.#view = new DataView(buffer);
  }

  // A grown memory has a new buffer, and views on the old one are empty: that is how they are found stale.

  /** The whole memory; stale after anything allocates. */
  get u8(): Uint8Array {
    if (this.#u8.length === 0) this.#refresh();
    return this.#u8;
  }

  /** The memory in 32-bit words; stale after anything allocates. */
  get i32(): Int32Array {
    if (this.#i32.length === 0) this.#refresh();
    return this.#i32;
  }

  get f64(): Float64Array {
    if (this.#f64.length === 0) this.#refresh();
    return this.#f64;
  }

  get view(): DataView {
    if (this.#u8.length === 0) this.#refresh();
    return this.#view;
  }

  /** Sets the limits of the calls that follow; 0 instructions mean no limit. */
  setLimits(instructions: number, depth: number): void {
    const key = `${instructions} ${depth}`;
    if (key === this.#limits) return;
    this.exports.sc_set_limits(instructions, depth);
    this.#limits = key;
  }

  /**
   * Seeds the generator that all programs of this runtime draw from: an integer of up to 64 bits. For a seed the numbers
   * are those of `torch.manual_seed` on a CPU. Until it is called, the seed is 67280421310721.
   */
  manualSeed(seed: number | bigint): void {
    const bits = BigInt(seed);
    this.exports.sc_seed(Number(BigInt.asIntN(32, bits)), Number(BigInt.asIntN(32, bits >> 32n)));
  }

  /** The seed that generator was last started from. */
  initialSeed(): bigint {
    return this.view.getBigUint64(this.exports.sc_use_generator(0) >>> 0, true);
  }

  /** Throws the recorded error, and clears the record. */
  throwError(): never {
    const { code, facts, op } = this.takeError();
    throw errorOf(code, facts, op);
  }

  /** Reads the recorded error and clears the record; `opName` knows the operators by number. */
  takeError(opName = this.opName): { code: number; facts: Fact[]; op: string | undefined } {
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
          facts.push(display.decode(this.#u8.slice(value, value + length)));
          break;
        case 5:
          facts.push(dtypeName(value));
          break;
        default:
          facts.push(TAG_NAMES[value] ?? `tag ${value}`);
      }
    }
    sc_clear_error();
    return { code, facts, op: op ? (opName(op - 1) ?? `operator ${op - 1}`) : undefined };
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
    this.i32[slot >>> 2] = Tag.none;
  }

  setBool(slot: number, value: boolean): void {
    this.#setWord(slot, Tag.bool, value ? 1 : 0);
  }

  /** Tag and a payload of 32 bits; the upper half of the payload is 0. */
  #setWord(slot: number, tag: number, payload: number): void {
    const words = this.i32;
    const at = slot >>> 2;
    words[at] = tag;
    words[at + 2] = payload;
    words[at + 3] = 0;
  }

  setInt(slot: number, value: number | bigint): void {
    if (typeof value === "number" && value >= 0 && value < 0x8000_0000)
      return this.#setWord(slot, Tag.int, value);
    this.view.setUint32(slot, Tag.int, true);
    this.#view.setBigInt64(slot + 8, BigInt(value), true);
  }

  setFloat(slot: number, value: number): void {
    this.i32[slot >>> 2] = Tag.float;
    this.f64[(slot + 8) >>> 3] = value;
  }

  /** Puts an object into a slot, which takes the reference over. */
  setObject(slot: number, tag: number, object: number): void {
    this.#setWord(slot, tag, object);
  }

  setString(slot: number, value: string, tag: number = Tag.str): void {
    const bytes = encodeWtf8(value);
    const str = this.checked(this.exports.sc_str(0, bytes.length));
    this.u8.set(bytes, str + 16);
    this.setObject(slot, tag, str);
  }

  /** Puts sizes where the wasm reads them. */
  #putSizes(sizes: readonly number[], from = 0): void {
    const words = this.i32;
    const at = (this.#sizes >>> 2) + from;
    for (let i = 0; i < sizes.length; i++) words[at + i] = sizes[i]!;
  }

  /** A contiguous tensor with the given bytes, one reference. Throws SconceError when memory is out. */
  newTensor(dtype: DType, shape: readonly number[], bytes: Uint8Array | undefined): number {
    const { sc_tensor, sc_tensor_info } = this.exports;
    if (shape.length > 64) throw errorOf(24, [shape.length]);
    this.#putSizes(shape);
    const tensor = this.checked(sc_tensor(dtypes[dtype].code, this.#sizes, shape.length));
    if (bytes) {
      const data = this.i32[((sc_tensor_info(tensor) >>> 0) + 12) >>> 2]! >>> 0;
      this.u8.set(bytes, data);
    }
    return tensor;
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
    const at = (this.exports.sc_tensor_info(tensor) >>> 0) >>> 2;
    const words = this.i32;
    const ndim = words[at + 1]!;
    const shape: number[] = [];
    const strides: number[] = [];
    const sizes = words[at + 5]! >>> 2;
    for (let i = 0; i < ndim; i++) {
      shape.push(words[sizes + i]!);
      strides.push(words[sizes + ndim + i]!);
    }
    return {
      dtype: dtypeFromCode(words[at]!),
      shape,
      strides,
      numel: words[at + 2]!,
      data: words[at + 3]! >>> 0,
      contiguous: words[at + 4] !== 0,
    };
  }

  /** A copy of a tensor's elements in row-major order. */
  readBytes(tensor: number): { dtype: DType; shape: number[]; bytes: Bytes } {
    let from = this.describe(tensor);
    let copy = 0;
    if (!from.contiguous) {
      copy = this.checked(this.exports.sc_tensor_contiguous(tensor));
      from = this.describe(copy);
    }
    const { dtype, shape, numel, data } = from;
    const bytes = this.u8.slice(data, data + numel * dtypes[dtype].bytes) as Bytes;
    if (copy) this.exports.sc_release(copy);
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
      case "dict": {
        const dict = this.checked(this.exports.sc_dict());
        this.setObject(slot, Tag.dict, dict);
        const entry = this.pushSlots(2);
        try {
          for (const [key, item] of value.entries) {
            this.writeValue(entry, key);
            this.writeValue(entry + SLOT, item);
            if (this.exports.sc_dict_set(dict, entry, entry + SLOT)) this.throwError();
            this.exports.sc_drop(entry, 2);
          }
        } finally {
          this.popSlots(2);
        }
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
    const { sc_tensor_strided, sc_release } = this.exports;
    const whole = this.newTensor(t.dtype, [Math.floor(bytes.length / width)], bytes);
    this.#putSizes(t.shape);
    this.#putSizes(t.strides, t.shape.length);
    const strided = sc_tensor_strided(whole, this.#sizes, t.shape.length, t.offset);
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
      case Tag.future:
        return this.readFuture(object, (value) => this.readValue(value));
      case Tag.enum: {
        const [, name, value] = this.#readItems(object);
        return { kind: "enum", type: "", name: name?.kind === "str" ? name.value : "", value: value! };
      }
      default:
        throw new SconceError({
          code: "BAD_ARGUMENT",
          message: `${TAG_NAMES[view.getUint32(slot, true)] ?? "an object"} cannot be copied out`,
        });
    }
  }

  /** Reads the value of a future, or throws the error that took its place. */
  readFuture<T>(future: number, read: (slot: number) => T): T {
    const slot = this.pushSlots(1);
    try {
      if (this.exports.sc_wait(future, slot)) this.throwError();
      return read(slot);
    } finally {
      this.popSlots(1);
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

  /** The text of a string object. Throws SconceError where its bytes are no UTF-8. */
  readString(str: number): string {
    const bytes = this.#stringBytes(str);
    const text = decodeWtf8(bytes);
    if (text === undefined) throw errorOf(185, [display.decode(bytes)]);
    return text;
  }

  /** The text of a string object, to look at. */
  displayString(str: number): string {
    return display.decode(this.#stringBytes(str));
  }

  #stringBytes(str: number): Uint8Array {
    return this.u8.slice(str + 16, str + 16 + this.exports.sc_length(str));
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
