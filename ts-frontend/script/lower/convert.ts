/** From what is known when compiling to values of the graph, and from one static type to another. */

import type { Value } from "../../../format/ir/graph.ts";
import { isSubtype } from "../../../format/types.ts";
import { isIntScalar } from "../../eager/kinds.ts";
import {
  arrayS,
  BigIntS,
  BooleanS,
  IntS,
  irType,
  isAssignable,
  isNumeric,
  joinTypes,
  mayBeNullish,
  membersOf,
  NullS,
  NumberS,
  nonNullish,
  resolved,
  type SType,
  StringS,
  sameType,
  showType,
  tupleS,
  UndefinedS,
  variableS,
  widened,
} from "../types/model.ts";
import { branch } from "./branches.ts";
import type { Context } from "./context.ts";
import { hostValue } from "./host.ts";
import { buildObject } from "./objects.ts";
import type { Dynamic, NodeLike, Primitive, SValue } from "./values.ts";

/** The type of a primitive. */
export function typeOfPrimitive(js: Primitive): SType {
  switch (typeof js) {
    case "number":
      return Number.isInteger(js) ? IntS : NumberS;
    case "string":
      return StringS;
    case "boolean":
      return BooleanS;
    case "bigint":
      return BigIntS;
    case "undefined":
      return UndefinedS;
    default:
      return NullS;
  }
}

/** The static type of any value; array and object literals as they would be made. */
export function typeOf(ctx: Context, value: SValue): SType {
  switch (value.kind) {
    case "value":
    case "cell":
      return resolved(value.type);
    case "const":
      return typeOfPrimitive(value.js);
    case "items":
      return value.items.length === 0
        ? arrayS(variableS())
        : arrayS(value.items.map((item) => typeOf(ctx, item)).reduce(joinTypes));
    case "host": {
      const known = hostValue(ctx, value);
      return known ? typeOf(ctx, known) : { kind: "function" };
    }
    default:
      return { kind: "function" };
  }
}

export function primitiveValue(ctx: Context, js: Primitive): Value {
  switch (typeof js) {
    case "number":
      return ctx.float(js);
    case "string":
      return ctx.str(js);
    case "boolean":
      return ctx.bool(js);
    case "bigint":
      return ctx.int(js);
    default:
      return ctx.none();
  }
}

/** The value in the graph; array and object literals become lists and objects, of the wanted type if one is given. */
export function materialise(ctx: Context, value: SValue, node: NodeLike, wanted?: SType): Dynamic {
  const want = wanted && resolved(wanted);
  if (want && want.kind !== "variable" && want.kind !== "unknown") return coerce(ctx, value, want, node);
  const made = plain(ctx, value, node);
  if (want?.kind === "variable") isAssignable(made.type, want);
  return made;
}

function plain(ctx: Context, value: SValue, node: NodeLike): Dynamic {
  switch (value.kind) {
    case "value":
      return value;
    case "cell":
      return ctx.op("aten::__getitem__.t", [value.list, ctx.int(0)], value.type);
    case "const":
      return { kind: "value", value: primitiveValue(ctx, value.js), type: typeOfPrimitive(value.js) };
    case "items":
      return buildList(ctx, value, node);
    case "fields":
      return buildObject(ctx, value, node, undefined);
    case "host": {
      const known = hostValue(ctx, value);
      if (known) return plain(ctx, known, node);
      return ctx.refuse("NOT_SCRIPTABLE", node, `${value.path} is no value that a script can hold`, {
        advice: "Call it, or pass what the script needs of it as a number, string, array or tensor.",
      });
    }
    case "unset":
      return { kind: "value", value: ctx.builder.uninitialized(), type: { kind: "never" } };
    case "method":
      return ctx.refuse("NOT_SCRIPTABLE", node, `the method ${value.name} is used as a value`, {
        advice: "Call it here, or wrap it in an arrow function where one is taken.",
      });
    case "closure":
      return ctx.refuse("CLOSURE", node, "a function is used as a value", {
        advice:
          "Functions of a script can be called and given to array methods; they cannot be stored or returned.",
      });
  }
}

/** A list of the literal's items; without items its type is open. */
function buildList(ctx: Context, literal: SValue & { kind: "items" }, node: NodeLike, elem?: SType): Dynamic {
  const items = literal.items.map((item) => materialise(ctx, item, node, elem));
  const type = elem ?? (items.length === 0 ? variableS() : items.map((item) => item.type).reduce(joinTypes));
  const wide = widened(type);
  const list = arrayS(wide.kind === "union" || type.kind !== "variable" ? wide : type);
  const values = items.map((item) => coerce(ctx, item, list.kind === "array" ? list.elem : wide, node).value);
  const made = ctx.raw("prim::ListConstruct", values, irType(list));
  return ctx.open(made, list, literal.node);
}

/** A tuple of the literal's items. */
export function buildTuple(
  ctx: Context,
  items: readonly SValue[],
  node: NodeLike,
  types?: readonly SType[],
): Dynamic {
  const made = items.map((item, i) => materialise(ctx, item, node, types?.[i]));
  const type = tupleS(types ?? made.map((item) => widened(item.type)));
  return ctx.op(
    "prim::TupleConstruct",
    made.map((item) => item.value),
    type,
  );
}

/** The value as one of type `to`, checked at run time where that is what it takes; refuses what does not convert. */
export function coerce(ctx: Context, value: SValue, to: SType, node: NodeLike): Dynamic {
  const want = resolved(to);
  if (value.kind === "items") return coerceItems(ctx, value, want, node);
  if (value.kind === "fields") return buildObject(ctx, value, node, want);
  const made = plain(ctx, value, node);
  const from = resolved(made.type);
  if (sameType(from, want)) return made;
  if (want.kind === "Scalar") return toScalar(ctx, made, node);
  if (mayBeNullish(from) && !mayBeNullish(want) && want.kind !== "unknown") {
    const inner = nonNullish(from);
    if (inner.kind === "never") return mismatch(ctx, from, want, node);
    return coerce(ctx, ctx.op("js::present", [made.value], inner), want, node);
  }
  if (want.kind === "array" && from.kind === "tuple") {
    const items = untuple(ctx, made);
    const values = items.map((item) => coerce(ctx, item, want.elem, node).value);
    return ctx.op("prim::ListConstruct", values, want);
  }
  if (want.kind === "ir" && isSubtype(irType(from), want.type, ctx.unit.facts))
    return { ...made, type: want };
  if (isAssignable(from, want)) return { kind: "value", value: made.value, type: narrower(from, want) };
  if (want.kind === "literal" && isAssignable(from, widened(want))) return made;
  return mismatch(ctx, from, want, node);
}

/** The more telling of two types that a value has, where the IR type is the same. */
function narrower(from: SType, to: SType): SType {
  if (from.kind === "int" && to.kind === "number") return from;
  return to;
}

function mismatch(ctx: Context, from: SType, to: SType, node: NodeLike): never {
  return ctx.refuse("TYPE_MISMATCH", node, `expected ${showType(to)}, got ${showType(from)}`, {
    advice: adviceFor(from, to),
  });
}

function adviceFor(from: SType, to: SType): string {
  const [a, b] = [resolved(from), resolved(to)];
  if (a.kind === "Dim" && isNumeric(b)) return "A size is a Dim: take `.value` of it for a number.";
  if (a.kind === "Tensor" && isNumeric(b)) return "Take `.item()` of the tensor for a number.";
  if (isNumeric(a) && b.kind === "Tensor") return "Make a tensor of it: `torch.tensor(value)`.";
  if (isNumeric(a) && b.kind === "string") return "Write `String(value)` or a template string.";
  if (b.kind === "boolean") return "Write the comparison that you mean.";
  return "";
}

function coerceItems(ctx: Context, value: SValue & { kind: "items" }, want: SType, node: NodeLike): Dynamic {
  if (want.kind === "array") return buildList(ctx, value, node, want.elem);
  if (want.kind === "tuple") {
    if (want.elems.length !== value.items.length) {
      return ctx.refuse(
        "TYPE_MISMATCH",
        node,
        `expected ${want.elems.length} items for ${showType(want)}, got ${value.items.length}`,
      );
    }
    return buildTuple(ctx, value.items, node, want.elems);
  }
  if (want.kind === "union") {
    const member = membersOf(want).find((type) => {
      const at = resolved(type);
      return at.kind === "array" || (at.kind === "tuple" && at.elems.length === value.items.length);
    });
    if (member) {
      const made = coerceItems(ctx, value, resolved(member), node);
      return { kind: "value", value: made.value, type: want };
    }
  }
  if (want.kind === "unknown" || want.kind === "variable") {
    const made = plain(ctx, value, node);
    isAssignable(made.type, want);
    return made;
  }
  return mismatch(ctx, typeOf(ctx, value), want, node);
}

/** A number, bigint or boolean as a Scalar: a number is an int Scalar if it is integral, decided at run time. */
export function toScalar(ctx: Context, value: SValue, node: NodeLike): Dynamic {
  if (value.kind === "const" && typeof value.js === "number") {
    const whole = isIntScalar(value.js);
    return {
      kind: "value",
      value: whole ? ctx.int(BigInt(value.js)) : ctx.float(value.js),
      type: { kind: "Scalar" },
    };
  }
  const made = plain(ctx, value, node);
  const type = resolved(made.type);
  if (mayBeNullish(type)) return toScalar(ctx, coerce(ctx, made, nonNullish(type), node), node);
  if (isNumeric(type)) return ctx.op("js::toScalar", [made.value], { kind: "Scalar" });
  if (["bigint", "Dim", "boolean", "Scalar"].includes(type.kind)) return made;
  if (isSize(type)) return bySize(ctx, made, (number) => toScalar(ctx, number, node), node);
  return mismatch(ctx, type, { kind: "Scalar" }, node);
}

/** A number as an int64 of the graph, checked at run time where it is not known. */
export function toInt(ctx: Context, value: SValue, node: NodeLike): Value {
  if (value.kind === "const" && typeof value.js === "number" && Number.isSafeInteger(value.js)) {
    return ctx.int(value.js);
  }
  const made = plain(ctx, value, node);
  const type = resolved(made.type);
  if (mayBeNullish(type)) return toInt(ctx, coerce(ctx, made, nonNullish(type), node), node);
  if (type.kind === "bigint" || type.kind === "Dim" || type.kind === "DType") return made.value;
  if (isSize(type)) {
    return bySize(ctx, made, (number) => ctx.dynamic(toInt(ctx, number, node), BigIntS), node).value;
  }
  if (!isNumeric(type)) mismatch(ctx, type, IntS, node);
  return ctx.raw("js::toInt", [made.value], irType(BigIntS));
}

/** True for a union of numbers and int64s, as sizes have it: each value says which it is. */
export function isSize(type: SType): boolean {
  const members = membersOf(type).map(resolved);
  return (
    members.length > 1 &&
    members.every((member) => isNumeric(member) || member.kind === "bigint" || member.kind === "Dim")
  );
}

/** A size as it is where it is an int64, else what `ofNumber` makes of the number. */
function bySize(ctx: Context, size: Dynamic, ofNumber: (size: SValue) => Dynamic, node: NodeLike): Dynamic {
  const whole = ctx.dynamic(ctx.builder.isinstance(size.value, [irType(BigIntS)]), BooleanS);
  let type: SType = BigIntS;
  const made = branch(
    ctx,
    whole,
    () => ctx.cast(size.value, BigIntS),
    () => {
      const number = ofNumber(ctx.cast(size.value, NumberS));
      type = number.type;
      return number;
    },
    node,
  ) as Dynamic;
  return type.kind === made.type.kind ? made : ctx.cast(made.value, type);
}

/** The elements of a tuple. */
export function untuple(ctx: Context, tuple: Dynamic): Dynamic[] {
  const type = resolved(tuple.type);
  if (type.kind !== "tuple") return [];
  const node = ctx.builder.node(
    "prim::TupleUnpack",
    [tuple.value],
    type.elems.map((elem) => irType(elem)),
  );
  return node.outputs.map((value, i) => ctx.dynamic(value, type.elems[i]!));
}

/** The value under a name, for `.graph`. */
export function named(ctx: Context, value: SValue, name: string): SValue {
  if (value.kind === "value" && value.value.name === undefined && value.value.node?.op !== "prim::Constant") {
    value.value.name = ctx.builder.uniqueName(name);
  }
  return value;
}
