/** Runs operators for constant propagation in a runtime: views of a constant share its storage. */

import { dtypes } from "../../format/dtype.ts";
import { IValue, type TensorData, tensorEnd } from "../../format/value.ts";
import { SconceError } from "../../loader/error.ts";
import { type Runtime, SLOT, Tag } from "../../loader/runtime.ts";
import type { Evaluate } from "./pass.ts";

/** A tensor argument and where its first element is in the runtime's memory. */
interface Given {
  readonly tensor: TensorData;
  readonly from: number;
  readonly to: number;
}

/** An evaluator on this runtime; nothing stays in it. */
export function evaluator(runtime: Runtime): Evaluate {
  return (op, args) => {
    if (!("kernel" in op.run)) return undefined;
    const results = op.schema.returns.length;
    const slots = runtime.pushSlots(args.length + results);
    try {
      args.forEach((arg, i) => {
        runtime.writeValue(slots + i * SLOT, arg);
      });
      const given: Given[] = [];
      args.forEach((arg, i) => {
        collect(runtime, slots + i * SLOT, arg, given);
      });
      const at = slots + args.length * SLOT;
      if (runtime.exports.sc_call_op(op.id, slots, args.length, at)) runtime.throwError();
      return Array.from({ length: results }, (_, i) => read(runtime, at + i * SLOT, given));
    } catch (error) {
      if (error instanceof SconceError) return undefined;
      throw error;
    } finally {
      runtime.popSlots(args.length + results);
    }
  };
}

function collect(runtime: Runtime, slot: number, value: IValue, given: Given[]): void {
  const address = runtime.view.getUint32(slot + 8, true);
  if (value.kind === "tensor") {
    const { tensor } = value;
    const { data } = runtime.describe(address);
    const bytes = (tensorEnd(tensor) - tensor.offset) * dtypes[tensor.dtype].bytes;
    given.push({ tensor, from: data, to: data + bytes });
  } else if (value.kind === "list" || value.kind === "tuple") {
    const items = runtime.exports.sc_items(address) >>> 0;
    value.items.forEach((item, i) => {
      collect(runtime, items + i * SLOT, item, given);
    });
  }
}

function read(runtime: Runtime, slot: number, given: readonly Given[]): IValue {
  const object = runtime.view.getUint32(slot + 8, true);
  const tag = runtime.view.getUint32(slot, true);
  if (tag === Tag.tensor) return IValue.tensor(readTensor(runtime, object, given));
  if (tag !== Tag.list && tag !== Tag.tuple) return runtime.readValue(slot);
  const items = runtime.exports.sc_items(object) >>> 0;
  const values = Array.from({ length: runtime.exports.sc_length(object) }, (_, i) =>
    read(runtime, items + i * SLOT, given),
  );
  return tag === Tag.list ? IValue.list(null, values) : IValue.tuple(values);
}

function readTensor(runtime: Runtime, address: number, given: readonly Given[]): TensorData {
  const { dtype, shape, strides, data } = runtime.describe(address);
  const own: TensorData = { dtype, shape, strides, offset: 0, storage: { bytes: new Uint8Array() } };
  const width = dtypes[dtype].bytes;
  const bytes = tensorEnd(own) * width;
  const base = given.find(
    ({ tensor, from, to }) => bytes > 0 && data >= from && data + bytes <= to && tensor.dtype === dtype,
  );
  if (base !== undefined) {
    const offset = base.tensor.offset + (data - base.from) / width;
    return { ...own, offset, storage: base.tensor.storage };
  }
  return { ...own, storage: { bytes: runtime.u8.slice(data, data + bytes) } };
}
