/** Numbers that a trace can follow: sizes of tensors and what is computed from them. */

import type { Op } from "../../format/ops/define.ts";
import { findOp } from "../../format/ops/table.ts";
import { IValue } from "../../format/value.ts";
import { type Arg, recorder } from "../record.ts";
import { makeError } from "./raise.ts";
import { userFrame } from "./where.ts";

export type SymKind = "int" | "float" | "bool";

/**
 * A number whose origin a recorder knows. Reading `value` takes it out of the traced world: under a trace that becomes
 * a guard, so that the saved program refuses inputs for which the number would differ.
 */
export class Sym {
  readonly kind: SymKind;
  readonly #value: number | boolean;

  constructor(kind: SymKind, value: number | boolean) {
    this.kind = kind;
    this.#value = value;
  }

  /** The value, unguarded: for code that hands it on to a recorded operator. */
  static peek(sym: Sym): number | boolean {
    return sym.#value;
  }

  /** The plain number or boolean. Under a trace it is frozen and guarded. */
  get value(): number | boolean {
    recorder?.leave(this.kind, this, this.#value, userFrame());
    return this.#value;
  }

  /** As text; makes no guard. */
  toString(): string {
    return String(this.#value);
  }

  [Symbol.toPrimitive](hint: string): string | number | boolean {
    return hint === "string" ? this.toString() : this.value;
  }

  toJSON(): number | boolean {
    return this.value;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `${this.constructor.name}(${this.#value})`;
  }
}

/** The value of a bool that was computed from Dims, taken out of the traced world. */
function decide(op: string, value: boolean, args: readonly Arg[]): boolean {
  if (!recorder) return value;
  const sym = new Sym("bool", value);
  recorder.op(row(op), args, [sym]);
  return sym.value as boolean;
}

/** The row of an operator that a recorder is told of. Throws SconceError (UNSUPPORTED). */
export function row(name: string): Op {
  const op = findOp(name);
  if (!op) throw makeError("UNSUPPORTED", [name]);
  return op;
}

function arg(value: Dim | number): Arg {
  return typeof value === "number" ? IValue.int(value) : value;
}

/**
 * The size of a dimension, or an integer computed from sizes: what `x.size(d)` gives. Accepted wherever a size is.
 *
 * It is no number, so that TypeScript refuses `x.size(0) * 2`; write `x.size(0).mul(2)`, which a trace records and
 * which stays right for inputs of other sizes. Use `.value` for a plain number: a trace then guards it.
 * Arithmetic is Python's on ints: `floordiv` rounds down, `mod` has the divisor's sign.
 */
export class Dim extends Sym {
  declare readonly kind: "int";

  /** Throws SconceError unless `value` is an integer within ±(2^53 - 1). */
  constructor(value: number) {
    if (!Number.isSafeInteger(value)) throw makeError("BAD_VALUE", ["value", value]);
    super("int", value + 0); // an int has no negative zero
  }

  override get value(): number {
    return super.value as number;
  }

  #result(op: string, value: number, ...args: Arg[]): Dim {
    const result = new Dim(value);
    recorder?.op(row(op), args, [result]);
    return result;
  }

  add(other: Dim | number): Dim {
    return this.#result("aten::add.int", peek(this) + peek(other), this, arg(other));
  }

  sub(other: Dim | number): Dim {
    return this.#result("aten::sub.int", peek(this) - peek(other), this, arg(other));
  }

  mul(other: Dim | number): Dim {
    return this.#result("aten::mul.int", peek(this) * peek(other), this, arg(other));
  }

  /** The quotient rounded down: `floor(this / other)`. Throws SconceError for a divisor of 0. */
  floordiv(other: Dim | number): Dim {
    const by = divisor(other);
    const quotient = (peek(this) - modulo(peek(this), by)) / by;
    return this.#result("aten::floordiv.int", quotient, this, arg(other));
  }

  /** The remainder with the divisor's sign. Throws SconceError for a divisor of 0. */
  mod(other: Dim | number): Dim {
    return this.#result("aten::remainder.int", modulo(peek(this), divisor(other)), this, arg(other));
  }

  neg(): Dim {
    return this.#result("aten::neg.int", 0 - peek(this), this);
  }

  /** Under a trace the answer is guarded, not the two numbers; so with the five that follow. */
  eq(other: Dim | number): boolean {
    return decide("aten::eq.int", peek(this) === peek(other), [this, arg(other)]);
  }

  ne(other: Dim | number): boolean {
    return decide("aten::ne.int", peek(this) !== peek(other), [this, arg(other)]);
  }

  lt(other: Dim | number): boolean {
    return decide("aten::lt.int", peek(this) < peek(other), [this, arg(other)]);
  }

  le(other: Dim | number): boolean {
    return decide("aten::le.int", peek(this) <= peek(other), [this, arg(other)]);
  }

  gt(other: Dim | number): boolean {
    return decide("aten::gt.int", peek(this) > peek(other), [this, arg(other)]);
  }

  ge(other: Dim | number): boolean {
    return decide("aten::ge.int", peek(this) >= peek(other), [this, arg(other)]);
  }
}

function peek(value: Dim | number): number {
  return typeof value === "number" ? value : (Sym.peek(value) as number);
}

function modulo(value: number, by: number): number {
  const rest = value % by;
  return rest !== 0 && rest < 0 !== by < 0 ? rest + by : rest;
}

function divisor(value: Dim | number): number {
  const by = peek(value);
  if (by === 0) throw makeError("ZERO_DIVISION", []);
  return by;
}
