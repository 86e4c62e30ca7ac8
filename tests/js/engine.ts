/** The `js::` operators as functions of JavaScript values: number, string, boolean, bigint, arrays, Maps, null for None. */

import { findOp, overloads } from "../../format/ops/table.ts";
import type { Type } from "../../format/types.ts";
import { IValue } from "../../format/value.ts";
import { SconceError } from "../../loader/error.ts";
import { Runtime, SLOT } from "../../loader/runtime.ts";

export type Plain = number | string | boolean | bigint | null | Plain[] | Map<Plain, Plain>;

const any: Type = { kind: "Any" };

export function toIValue(value: Plain): IValue {
  if (value === null) return IValue.none;
  if (Array.isArray(value)) return IValue.list(null, value.map(toIValue));
  if (value instanceof Map)
    return IValue.dict(
      any,
      any,
      [...value].map(([key, item]): [IValue, IValue] => [toIValue(key), toIValue(item)]),
    );
  switch (typeof value) {
    case "number":
      return IValue.float(value);
    case "string":
      return IValue.str(value);
    case "boolean":
      return IValue.bool(value);
    default:
      return IValue.int(value);
  }
}

export function fromIValue(value: IValue): Plain {
  switch (value.kind) {
    case "none":
      return null;
    case "bool":
    case "int":
    case "float":
    case "str":
      return value.value;
    case "list":
      return value.items.map(fromIValue);
    case "dict":
      return new Map(value.entries.map(([key, item]) => [fromIValue(key), fromIValue(item)]));
    default:
      throw new Error(`a ${value.kind}`);
  }
}

/** What a call gave; `self` is the first argument after the call. */
export interface Outcome {
  readonly value: Plain;
  readonly self: Plain;
}

/** Runs operators, and counts that nothing of a call stays behind. */
export class JsOps {
  constructor(readonly runtime: Runtime) {}

  static async create(): Promise<JsOps> {
    const ops = new JsOps(await Runtime.create());
    ops.runtime.callOp(findOp("js::str.float")!.id, [IValue.float(1)], 1); // the first scratch memory is kept
    return ops;
  }

  /** Runs `js::name`, arguments that are left out by the schema's defaults. Throws SconceError. */
  run(name: string, ...args: Plain[]): Outcome {
    const op = findOp(`js::${name}`) ?? overloads(`js::${name}`)[0];
    if (!op) throw new Error(`no operator js::${name}`);
    const { args: formals, returns } = op.schema;
    const all = formals.map((formal, i) => (i < args.length ? args[i]! : (formal.default as Plain)));
    const before = this.runtime.exports.sc_live();
    const slots = this.runtime.pushSlots(all.length + returns.length);
    const outcome = this.#call(op.id, slots, all, returns.length);
    if (this.runtime.exports.sc_live() !== before) throw new Error(`js::${name} leaves memory behind`);
    if (outcome instanceof Error) throw outcome;
    return outcome;
  }

  #call(id: number, slots: number, args: readonly Plain[], results: number): Outcome | Error {
    try {
      args.forEach((arg, i) => {
        this.runtime.writeValue(slots + i * SLOT, toIValue(arg));
      });
      const result = slots + args.length * SLOT;
      if (this.runtime.exports.sc_call_op(id, slots, args.length, result)) this.runtime.throwError();
      const value = results ? fromIValue(this.runtime.readValue(result)) : null;
      return { value, self: fromIValue(this.runtime.readValue(slots)) };
    } catch (error) {
      return error as Error;
    } finally {
      this.runtime.popSlots(args.length + results);
    }
  }

  /** The result alone. */
  call(name: string, ...args: Plain[]): Plain {
    return this.run(name, ...args).value;
  }

  /** The result, or the code of the error. */
  attempt(name: string, ...args: Plain[]): Plain {
    try {
      return this.call(name, ...args);
    } catch (error) {
      if (error instanceof SconceError) return `! ${error.code}`;
      throw error;
    }
  }

  /** A function of numbers that gives a number or ASCII text, run quickly: the slots stay where they are. */
  numeric(name: string, count: number): (...args: number[]) => number | string {
    const op = findOp(`js::${name}`)!;
    const { exports } = this.runtime;
    const slots = this.runtime.pushSlots(count + 1);
    const result = slots + count * SLOT;
    return (...args) => {
      for (let i = 0; i < count; i++) this.runtime.setFloat(slots + i * SLOT, args[i]!);
      if (exports.sc_call_op(op.id, slots, count, result)) this.runtime.throwError();
      const view = this.runtime.view;
      if (view.getUint32(result, true) === 3) return view.getFloat64(result + 8, true);
      const text = view.getUint32(result + 8, true);
      const bytes = view.getUint32(text + 8, true);
      let s = "";
      for (let i = 0; i < bytes; i++) s += String.fromCharCode(view.getUint8(text + 16 + i));
      exports.sc_drop(result, 1);
      return s;
    };
  }
}

/** Whether two values are the same, down to -0 and NaN; quicker than a matcher. */
export function same(a: Plain, b: Plain): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((x, i) => same(x, b[i]!));
  return Object.is(a, b);
}
