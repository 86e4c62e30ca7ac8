/**
 * `ops`: raw calls of operators, as programs have them. `ops.aten.floordiv(7n, 2n)` is 3n: a bigint is an int, a number a
 * float, and nothing is converted. `ops.aten.add.Tensor(x, y, 1n)` names the overload (`default` where it has no name).
 */

import type { Op } from "../format/ops/define.ts";
import { findOp, overloads } from "../format/ops/table.ts";
import type { Argument } from "../format/schema.ts";
import {
  BoolType,
  DeviceType,
  FloatType,
  IntType,
  isSubtype,
  listOf,
  NoneType,
  optionalOf,
  StrType,
  TensorType,
  type Type,
} from "../format/types.ts";
import type { IValue } from "../format/value.ts";
import { errorOf } from "../loader/error.ts";
import { SLOT, Tag } from "../loader/runtime.ts";
import { nextEpoch } from "./eager/epoch.ts";
import { kindOf, type Want } from "./eager/kinds.ts";
import {
  type Codec,
  codecFor,
  codecForDefault,
  refresh,
  releaseTemporary,
  SLOTS,
  wrap,
} from "./eager/marshal.ts";
import { makeError } from "./eager/raise.ts";
import { runtime } from "./eager/runtime.ts";
import { recorder } from "./record.ts";
import { Tensor } from "./tensor.ts";

/**
 * The operators of one namespace, by name; each has its overloads as properties. They are typed loosely: what they take
 * and give is for their schemas to say, which are not TypeScript's.
 */
export interface RawNamespace {
  // biome-ignore lint/suspicious/noExplicitAny: see above; `unknown` could be neither called nor indexed.
  readonly [name: string]: any;
}

/** The namespaces of operators: those of PyTorch, and JavaScript's own. */
export interface RawOperators {
  readonly aten: RawNamespace;
  readonly prim: RawNamespace;
  readonly js: RawNamespace;
  readonly sconce: RawNamespace;
  /** A namespace of any other name, in programs that were imported. */
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  readonly [namespace: string]: any;
}

/** A property per name, made when it is first asked for. */
function lazily<T>(target: object, make: (name: string) => T): T {
  const made = new Map<string, T>();
  return new Proxy(target, {
    get(base, name, receiver) {
      if (typeof name === "symbol") return Reflect.get(base, name, receiver);
      let value = made.get(name);
      if (value === undefined) {
        value = make(name);
        made.set(name, value);
      }
      return value;
    },
  }) as T;
}

/**
 * Every operator by namespace and name. Outside of scripts those run whose kernels need no program; control flow,
 * containers and objects exist only inside programs. Throws SconceError: NO_OPERATOR, NO_OVERLOAD, NOT_EAGER.
 */
export const ops: RawOperators = lazily(
  {},
  (space) =>
    lazily({}, (name) => {
      const symbol = `${space}::${name}`;
      const any = (...args: unknown[]): unknown => callRaw(symbol, choose(symbol, args), args);
      return lazily(any, (overload) => (...args: unknown[]) => {
        const full = overload === "default" ? symbol : `${symbol}.${overload}`;
        const op = findOp(full);
        if (op === undefined) throw makeError("NO_OPERATOR", [full]);
        return callRaw(full, op, args);
      }) as unknown as RawNamespace;
    }) as unknown as RawOperators,
) as RawOperators;

function choose(symbol: string, args: readonly unknown[]): Op {
  const candidates = overloads(symbol);
  if (candidates.length === 0) throw makeError("NO_OPERATOR", [symbol]);
  const found = candidates.find((op) => accepts(op, args));
  if (found === undefined) throw makeError("NO_OVERLOAD", [symbol]);
  return found;
}

/** Arguments by position; those that are left out at the end have defaults. */
function accepts(op: Op, args: readonly unknown[]): boolean {
  const { args: wanted, vararg } = op.schema;
  if (args.length > wanted.length && !vararg) return false;
  return wanted.every((arg, i) => (i < args.length ? fits(args[i], arg.type) : arg.default !== undefined));
}

function fits(value: unknown, type: Type): boolean {
  if (type.kind === "Any" || type.kind === "Var") return true;
  if (type.kind === "Optional") return value === null || fits(value, type.elem);
  if (type.kind === "List" && Array.isArray(value)) return value.every((item) => fits(item, type.elem));
  if (type.kind === "Device") return value === "cpu";
  const own = typeOf(value);
  return own !== undefined && isSubtype(own, type);
}

function typeOf(value: unknown): Type | undefined {
  switch (typeof value) {
    case "bigint":
      return IntType;
    case "number":
      return FloatType;
    case "boolean":
      return BoolType;
    case "string":
      return StrType;
    default:
      if (value === null) return NoneType;
      if (value instanceof Tensor) return TensorType;
      return Array.isArray(value) ? listType(value) : undefined;
  }
}

function listType(items: readonly unknown[]): Type | undefined {
  const some = items.filter((item) => item !== null);
  const elem = some.length > 0 ? typeOf(some[0]) : TensorType;
  if (elem === undefined || !some.every((item) => typeOf(item) === elem)) return undefined;
  return listOf(some.length < items.length ? optionalOf(elem) : elem);
}

const WANTS = new Map<Type, Want>([
  [TensorType, "Tensor"],
  [IntType, "int"],
  [FloatType, "float"],
  [BoolType, "bool"],
  [StrType, "str"],
  [DeviceType, "Device"],
  [NoneType, "other"],
  [listOf(TensorType), "Tensor[]"],
  [listOf(optionalOf(TensorType)), "Tensor[]"],
  [listOf(IntType), "int[]"],
  [listOf(FloatType), "float[]"],
  [listOf(BoolType), "bool[]"],
  [listOf(StrType), "str[]"],
]);

/** The codec for a value by its own kind: the schema has accepted it as it is. */
function codecOf(value: unknown, arg: Argument | undefined): Codec | undefined {
  const type = arg?.type.kind === "Optional" ? arg.type.elem : arg?.type;
  const own = type?.kind === "Device" && typeof value === "string" ? DeviceType : typeOf(value);
  const want = own && WANTS.get(own);
  return want && codecFor(want, kindOf(value));
}

function callRaw(name: string, op: Op, args: readonly unknown[]): unknown {
  const { schema } = op;
  const writesList = schema.args.some((arg) => arg.alias?.write && arg.type.kind !== "Tensor");
  if (!("kernel" in op.run) || writesList) throw makeError("NOT_EAGER", [name]);
  if (recorder !== null) throw makeError("UNSUPPORTED", [`ops.${name.replace("::", ".")} in a trace`]);
  if (!accepts(op, args)) throw makeError("NO_OVERLOAD", [name]);
  const count = Math.max(args.length, schema.args.length);
  const results = SLOTS + count * SLOT;
  nextEpoch();
  refresh();
  let status: number;
  try {
    for (let i = 0; i < count; i++) {
      const arg = schema.args[i];
      const given = i < args.length;
      const value = given ? args[i] : arg!.default;
      const codec = given ? codecOf(value, arg) : codecForDefault(arg!, defaultWant(arg!));
      if (codec === undefined) throw makeError("NOT_EAGER", [name]);
      codec.write(SLOTS + i * SLOT, value, arg ?? PLAIN);
    }
    status = runtime.exports.sc_call_op(op.id, SLOTS, count, results);
  } finally {
    releaseTemporary();
  }
  refresh();
  if (status !== 0) {
    const { code, facts, op: at } = runtime.takeError();
    throw errorOf(code, facts, at);
  }
  const values = schema.returns.map((_, i) => take(results + i * SLOT));
  return values.length > 1 ? values : values[0];
}

const PLAIN: Argument = { name: "argument", type: NoneType, kwarg: false };

function defaultWant(arg: Argument): Want {
  const type = arg.type.kind === "Optional" ? arg.type.elem : arg.type;
  return type.kind === "Scalar" ? "Scalar" : (WANTS.get(type) ?? "other");
}

/** Takes a result out of its slot: ints are bigints. */
function take(slot: number): unknown {
  const { view, exports } = runtime;
  const tag = view.getUint32(slot, true);
  const address = view.getUint32(slot + 8, true);
  if (tag === Tag.tensor) {
    view.setUint32(slot, Tag.none, true);
    return wrap(address);
  }
  if (tag === Tag.list || tag === Tag.tuple) {
    const items = exports.sc_items(address) >>> 0;
    const taken = Array.from({ length: exports.sc_length(address) }, (_, i) => take(items + i * SLOT));
    exports.sc_drop(slot, 1);
    return taken;
  }
  const value = plain(runtime.readValue(slot));
  exports.sc_drop(slot, 1);
  return value;
}

function plain(value: IValue): unknown {
  switch (value.kind) {
    case "none":
      return null;
    case "dict":
      return new Map(value.entries.map(([key, item]) => [plain(key), plain(item)]));
    case "bool":
    case "int":
    case "float":
    case "str":
    case "device":
      return value.value;
    default:
      throw makeError("NOT_EAGER", [`a result that is a ${value.kind}`]);
  }
}
