/** Eager tensors. */

import type { DType } from "../format/dtype.ts";
import { IValue } from "../format/value.ts";
import { call } from "./dispatch.ts";
import { Dim, row } from "./eager/dim.ts";
import { type Element, reader, type TensorArray } from "./eager/elements.ts";
import type { Handle } from "./eager/handle.ts";
import { at, type Index, set } from "./eager/indexing.ts";
import * as info from "./eager/info.ts";
import { MemoryView } from "./eager/memory-view.ts";
import { makeError } from "./eager/raise.ts";
import type { Device, DTypeLike, Int, MemoryFormat } from "./eager/types.ts";
import { userFrame } from "./eager/where.ts";
import { formatTensor } from "./print.ts";
import { type Departure, recorder } from "./record.ts";
import { TensorOps } from "./tensor.gen.ts";

/** Options of `to`. */
export interface ToOptions {
  /** A new tensor even when nothing changes. */
  readonly copy?: boolean | undefined;
  readonly memoryFormat?: MemoryFormat | null | undefined;
  readonly nonBlocking?: boolean | undefined;
}

/** Elements as `tolist` nests them; a tensor without dimensions gives the element itself. */
export type Nested = Element | Nested[];

/**
 * A tensor held by the runtime: a strided view of elements of one dtype, as in PyTorch. Operators are methods in
 * camelCase (`x.matmul(y)`, `x.maskedFill(mask, 0)`); arguments that PyTorch takes by keyword come in an object at the
 * end (`x.sum(1, { keepdim: true })`); in-place operators keep their underscore (`x.add_(y)`).
 *
 * Make tensors with `torch.tensor`, `torch.zeros` and so on. They are freed by the scope they were made in, by
 * `dispose()` or `using`, and else by the garbage collector.
 */
export class Tensor extends TensorOps {
  /** Another object for the tensor of `source`, which both keep alive. (A number is an address of the runtime.) */
  constructor(source: Handle | number) {
    // Documented here, implemented in Handle.
    super(source);
  }

  /** The element type, by name: `x.dtype === torch.float32`. */
  get dtype(): DType {
    return info.dtypeOf(this);
  }

  /** Always `"cpu"`. */
  get device(): "cpu" {
    return "cpu";
  }

  /** Number of dimensions. */
  get ndim(): number {
    return info.ndimOf(this);
  }

  /** Number of dimensions. */
  dim(): number {
    return info.ndimOf(this);
  }

  /**
   * The sizes as plain numbers. Under a trace every element that is read is frozen and guarded; use `size(d)` where the
   * trace should follow other sizes.
   */
  get shape(): number[] {
    return recorder ? this.#guardedShape() : info.shapeOf(this);
  }

  /** The size of a dimension (negative from the end), or of all of them, in a form that a trace follows. */
  size(): Dim[];
  size(dim: number): Dim;
  size(dim?: number): Dim | Dim[] {
    const shape = info.shapeOf(this);
    if (dim === undefined) return shape.map((_, i) => this.#size(i, shape));
    info.checkDim(dim, shape.length);
    return this.#size(dim, shape);
  }

  #size(dim: number, shape: readonly number[]): Dim {
    const size = new Dim(shape.at(dim)!);
    recorder?.op(row("aten::size.int"), [this, IValue.int(dim)], [size]);
    return size;
  }

  /** The shape as an array whose elements are guarded as they are read. */
  #guardedShape(): number[] {
    const shape = info.shapeOf(this);
    const read = new Set<number>();
    return new Proxy([...shape], {
      get: (target, key, receiver) => {
        const index = typeof key === "string" ? Number(key) : Number.NaN;
        if (recorder && index in shape && !read.has(index)) {
          read.add(index);
          void this.#size(index, shape).value;
        }
        return Reflect.get(target, key, receiver);
      },
    });
  }

  /** Number of elements. Under a trace it is frozen and guarded. */
  numel(): number {
    const count = info.numelOf(this);
    if (!recorder) return count;
    const sym = new Dim(count);
    recorder.op(row("aten::numel"), [this], [sym]);
    return sym.value;
  }

  /** Elements between neighbours along each dimension, or along one. */
  stride(): number[];
  stride(dim: number): number;
  stride(dim?: number): number | number[] {
    this.#leave("stride");
    const strides = info.stridesOf(this);
    return dim === undefined ? strides : strides[info.checkDim(dim, strides.length)]!;
  }

  /** True when the elements lie in row-major order without gaps. */
  isContiguous(): boolean {
    this.#leave("isContiguous");
    return info.isContiguous(this);
  }

  #leave(how: Departure): void {
    recorder?.leaveTensor(this, how, userFrame());
  }

  /**
   * A copy of the elements in row-major order: Float32Array, BigInt64Array for int64, Uint8Array of 0 and 1 for bool,
   * the raw bits in a Uint16Array for float16 and bfloat16.
   */
  get data(): TensorArray {
    this.#leave("data");
    return info.copyOut(this).array;
  }

  /** The elements where they lie, without a copy: valid until the next operator call. See `MemoryView`. */
  view(): MemoryView;
  /** The same elements in another shape, one size of which may be −1. `aten::view(Tensor(a) self, SymInt[] size) -> Tensor(a)` */
  view(...size: Int[]): Tensor;
  /** The same elements in another shape, one size of which may be −1. `aten::view(Tensor(a) self, SymInt[] size) -> Tensor(a)` */
  view(size: readonly Int[]): Tensor;
  view(...args: unknown[]): MemoryView | Tensor {
    if (args.length > 0) return call("aten::view", [this, ...args]) as Tensor;
    this.#leave("view");
    return new MemoryView(this);
  }

  /** The elements in nested arrays: numbers, booleans for bool, bigints for int64 elements beyond 2^53. */
  tolist(): Nested {
    this.#leave("tolist");
    const { dtype, shape, array } = info.copyOut(this);
    const read = reader(dtype);
    let next = 0;
    const take = (dim: number): Nested => {
      if (dim === shape.length) {
        const value = read(array[next++]!);
        return typeof value === "bigint" ? exact(value) : value;
      }
      return Array.from({ length: shape[dim]! }, () => take(dim + 1));
    };
    return take(0);
  }

  /**
   * The only element as a number; bool gives 0 or 1. Under a trace it is frozen and guarded.
   * Throws SconceError: NOT_ONE_ELEMENT, NOT_EXACT for an int64 beyond 2^53.
   */
  item(): number {
    const value = info.elementOf(this);
    if (typeof value === "boolean") {
      recorder?.leave("bool", this, value, userFrame());
      return value ? 1 : 0;
    }
    const number = Number(value);
    if (typeof value === "bigint" && !Number.isSafeInteger(number)) throw makeError("NOT_EXACT", [value]);
    recorder?.leave(this.#isFloat() ? "float" : "int", this, number, userFrame());
    return number;
  }

  /** The only element as a bigint. Throws SconceError: NOT_ONE_ELEMENT, BAD_SCALAR when it is not an integer. */
  itemBigInt(): bigint {
    const value = info.elementOf(this);
    if (typeof value === "number" && !Number.isInteger(value))
      throw makeError("BAD_SCALAR", [value, "a bigint"]);
    const whole = BigInt(value);
    if (typeof value === "boolean") recorder?.leave("bool", this, value, userFrame());
    else if (this.#isFloat()) recorder?.leave("float", this, value, userFrame());
    else recorder?.leave("int", this, exact(whole), userFrame());
    return whole;
  }

  /**
   * Whether the only element is not zero. Under a trace this boolean, not the element, is guarded: the way to branch on
   * data. Throws SconceError (NOT_ONE_ELEMENT).
   */
  itemBool(): boolean {
    const value = info.elementOf(this);
    const truth = typeof value === "number" ? value !== 0 : Boolean(value);
    recorder?.leave("bool", this, truth, userFrame());
    return truth;
  }

  #isFloat(): boolean {
    const { dtype } = this;
    return dtype === "float32" || dtype === "float64" || dtype === "float16" || dtype === "bfloat16";
  }

  /**
   * The elements in another dtype: itself when it has that dtype already and no copy is asked for. Floats become ints by
   * truncation. `aten::to.dtype(Tensor(a) self, ScalarType dtype, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor(a)`
   */
  to(dtype: DTypeLike, options?: ToOptions): Tensor;
  /** As `to(dtype)`; the only device is `"cpu"`. */
  to(device: Device, dtype?: DTypeLike, options?: ToOptions): Tensor;
  /** As `to(other.dtype)`. */
  to(other: Tensor, options?: ToOptions): Tensor;
  to(options: ToOptions & { dtype?: DTypeLike | undefined; device?: Device | undefined }): Tensor;
  to(...args: unknown[]): Tensor {
    return call("aten::to", [this, ...args]) as Tensor;
  }

  /** The last two dimensions swapped; of a matrix, its transpose. */
  get mT(): Tensor {
    return this.transpose(-2, -1);
  }

  /** As `mT`: there are no complex tensors. */
  get mH(): Tensor {
    return this.mT;
  }

  /** As `T`, of a matrix. */
  get H(): Tensor {
    return this.T;
  }

  /** All dimensions in reverse order. */
  get T(): Tensor {
    const { ndim } = this;
    return this.permute(Array.from({ length: ndim }, (_, i) => ndim - 1 - i));
  }

  /**
   * Python's indexing. Each index is an int (a Dim), `slice(start, stop, step)`, null (a new dimension), `ellipsis`, a
   * tensor of ints or bools, or an array of ints. Without tensors and arrays the result is a view.
   *
   *     x.at(0)                    x[0]
   *     x.at(slice(1, 3), null)    x[1:3, None]
   *     x.at(ellipsis, mask)       x[..., mask]
   */
  at(...indices: Index[]): Tensor {
    return at(this, indices);
  }

  /** Writes a tensor, which is broadcast, or a number into what `at(...indices)` names. Returns this tensor. */
  set(indices: readonly Index[], value: Tensor | number | bigint | boolean): this {
    set(this, indices, value);
    return this;
  }

  /** The slices along the first dimension. Under a trace their number is frozen and guarded. */
  *[Symbol.iterator](): Iterator<Tensor> {
    if (info.ndimOf(this) === 0) throw makeError("NDIM", ["self", "at least 1", []]);
    if (recorder) void this.size(0).value;
    yield* call("aten::unbind", [this]) as Tensor[];
  }

  /** As PyTorch prints it; makes no guard. */
  override toString(): string {
    return this.disposed ? "tensor(<freed>)" : formatTensor(info.copyOut(this));
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  /** Text where text is wanted. Arithmetic with `+` or `<` on tensors is a mistake that JavaScript cannot catch earlier. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === "number")
      throw makeError("BAD_ARGUMENT", ["operand", "a number", "a tensor: use its methods, or item()"]);
    return this.toString();
  }
}

function exact(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
