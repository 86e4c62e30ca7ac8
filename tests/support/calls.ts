/** Operator calls on tensors that stay in the runtime between calls, for tests of what lives longer than one call. */

import { dtypes } from "../../format/dtype.ts";
import { findOp } from "../../format/ops/table.ts";
import { type Runtime, SLOT, Tag } from "../../loader/runtime.ts";

/** Arguments: a held tensor, an int list, an int (bigint), a float, a bool, or None. */
export type Arg = Held | readonly number[] | bigint | number | boolean | null;

/** A tensor in the runtime's memory; `release` gives it up. */
export class Held {
  constructor(
    readonly runtime: Runtime,
    readonly address: number,
  ) {}

  /** The elements of a float32 tensor in row-major order. */
  get values(): number[] {
    const { dtype, bytes } = this.runtime.readBytes(this.address);
    if (dtype !== "float32") throw new Error(`float32 expected, got ${dtype}`);
    return [...new Float32Array(bytes.buffer)];
  }

  get strides(): number[] {
    return this.runtime.describe(this.address).strides;
  }

  get shape(): number[] {
    return this.runtime.describe(this.address).shape;
  }

  release(): void {
    this.runtime.exports.sc_release(this.address);
  }
}

/** A held float32 tensor. */
export function hold(runtime: Runtime, values: ArrayLike<number>, shape: readonly number[]): Held {
  const bytes = new Uint8Array(Float32Array.from(values).buffer);
  if (bytes.length !== shape.reduce((n, size) => n * size, dtypes.float32.bytes))
    throw new Error("wrong length");
  return new Held(runtime, runtime.newTensor("float32", shape, bytes));
}

/** Calls operator `name`; all results are tensors. Throws SconceError. */
export function call(runtime: Runtime, name: string, ...args: Arg[]): Held[] {
  const op = findOp(name);
  if (!op) throw new Error(`no operator ${name}`);
  const results = op.schema.returns.length;
  const slots = runtime.pushSlots(args.length + results);
  try {
    args.forEach((arg, i) => {
      write(runtime, slots + i * SLOT, arg);
    });
    const at = slots + args.length * SLOT;
    if (runtime.exports.sc_call_op(op.id, slots, args.length, at)) runtime.throwError();
    return Array.from({ length: results }, (_, i) => {
      const address = runtime.view.getUint32(at + i * SLOT + 8, true);
      runtime.exports.sc_retain(address);
      return new Held(runtime, address);
    });
  } finally {
    runtime.popSlots(args.length + results);
  }
}

function write(runtime: Runtime, slot: number, arg: Arg): void {
  if (arg === null) runtime.setNone(slot);
  else if (arg instanceof Held) {
    runtime.exports.sc_retain(arg.address);
    runtime.setObject(slot, Tag.tensor, arg.address);
  } else if (typeof arg === "boolean") runtime.setBool(slot, arg);
  else if (typeof arg === "bigint") runtime.setInt(slot, arg);
  else if (typeof arg === "number") runtime.setFloat(slot, arg);
  else {
    const items = arg.map((n) => ({ kind: "int", value: BigInt(n) }) as const);
    runtime.writeValue(slot, { kind: "list", elem: null, items });
  }
}
