/** Operators on primitives with JavaScript's results; on anything else they are refused. */

import type { BinaryOperator } from "acorn";
import {
  BooleanS,
  IntS,
  isNullish,
  isNumeric,
  mayBeNullish,
  membersOf,
  NumberS,
  nonNullish,
  resolved,
  type SType,
  StringS,
  showType,
  unionS,
  widened,
} from "../types/model.ts";
import { branch } from "./branches.ts";
import type { Context } from "./context.ts";
import { coerce, typeOf as exactType, materialise } from "./convert.ts";
import { callPrelude } from "./prelude.ts";
import { isOneOf } from "./unions.ts";
import { constant, type Dynamic, type NodeLike, type SValue } from "./values.ts";

/** The type of an operand: `"a" | "b"` is a string. */
function typeOf(ctx: Context, value: SValue): SType {
  const type = exactType(ctx, value);
  return type.kind === "union" ? widened(type) : type;
}

/** Arithmetic of floats; the result of ints is integral where `whole` says so. */
const ARITHMETIC: Readonly<Record<string, { op: string; whole: boolean; tensor: string }>> = {
  "+": { op: "aten::add.float", whole: true, tensor: "add" },
  "-": { op: "aten::sub.float", whole: true, tensor: "sub" },
  "*": { op: "aten::mul.float", whole: true, tensor: "mul" },
  "/": { op: "aten::div.float", whole: false, tensor: "div" },
  "%": { op: "js::mod", whole: true, tensor: "fmod" },
  "&": { op: "js::bitand", whole: true, tensor: "bitwiseAnd" },
  "|": { op: "js::bitor", whole: true, tensor: "bitwiseOr" },
  "^": { op: "js::bitxor", whole: true, tensor: "bitwiseXor" },
  "<<": { op: "js::shl", whole: true, tensor: "bitwiseLeftShift" },
  ">>": { op: "js::shr", whole: true, tensor: "bitwiseRightShift" },
  ">>>": { op: "js::ushr", whole: true, tensor: "bitwiseRightShift" },
};

const COMPARISONS: Readonly<Record<string, { number: string; string: string; tensor: string }>> = {
  "<": { number: "aten::lt.float", string: "js::strLt", tensor: "lt" },
  "<=": { number: "aten::le.float", string: "js::strLe", tensor: "le" },
  ">": { number: "aten::gt.float", string: "js::strGt", tensor: "gt" },
  ">=": { number: "aten::ge.float", string: "js::strGe", tensor: "ge" },
};

/** `left operator right`. */
export function binary(
  ctx: Context,
  operator: BinaryOperator,
  left: SValue,
  right: SValue,
  node: NodeLike,
): SValue {
  if (["===", "!==", "==", "!="].includes(operator)) return equality(ctx, operator, left, right, node);
  if (operator === "**") return power(ctx, left, right, node);
  if (left.kind === "const" && right.kind === "const") {
    const folded = fold(operator, left.js, right.js);
    if (folded !== undefined) return folded;
  }
  const [a, b] = [typeOf(ctx, left), typeOf(ctx, right)];
  if (a.kind === "Tensor" || b.kind === "Tensor") return tensorOperator(ctx, operator, a, node);
  if (operator === "+" && (isText(a) || isText(b))) return concatenation(ctx, left, right, node);
  const [x, y] = [nonNullish(a), nonNullish(b)];
  if (isNumeric(x) && isNumeric(y)) {
    const values = [coerce(ctx, left, x, node).value, coerce(ctx, right, y, node).value];
    const arithmetic = ARITHMETIC[operator];
    if (arithmetic) {
      const bits = operator.length > 1 || "&|^".includes(operator);
      const whole =
        bits ||
        (arithmetic.whole && isInt(x) && isInt(y) && operator !== "%") ||
        (operator === "%" && isInt(x) && isInt(y));
      return ctx.op(arithmetic.op, values, whole ? IntS : NumberS);
    }
    const comparison = COMPARISONS[operator];
    if (comparison) return ctx.op(comparison.number, values, BooleanS);
  }
  if (isText(x) && isText(y) && COMPARISONS[operator]) {
    const values = [coerce(ctx, left, StringS, node).value, coerce(ctx, right, StringS, node).value];
    return ctx.op(COMPARISONS[operator]!.string, values, BooleanS);
  }
  return refuseOperands(ctx, operator, a, b, node);
}

function isInt(type: SType): boolean {
  const at = resolved(type);
  return at.kind === "int" || (at.kind === "literal" && Number.isInteger(at.value));
}

function isText(type: SType): boolean {
  const at = resolved(type);
  return at.kind === "string" || (at.kind === "literal" && typeof at.value === "string");
}

/** What two primitives that are known give: JavaScript itself says. */
function fold(operator: string, a: unknown, b: unknown): SValue | undefined {
  const numbers = typeof a === "number" && typeof b === "number";
  const strings = typeof a === "string" && typeof b === "string";
  const [x, y] = [a as number, b as number];
  if (numbers || (strings && (operator === "+" || operator in COMPARISONS))) {
    switch (operator) {
      case "+":
        return constant(x + y);
      case "-":
        return constant(x - y);
      case "*":
        return constant(x * y);
      case "/":
        return constant(x / y);
      case "%":
        return constant(x % y);
      case "&":
        return constant(x & y);
      case "|":
        return constant(x | y);
      case "^":
        return constant(x ^ y);
      case "<<":
        return constant(x << y);
      case ">>":
        return constant(x >> y);
      case ">>>":
        return constant(x >>> y);
      case "<":
        return constant(x < y);
      case "<=":
        return constant(x <= y);
      case ">":
        return constant(x > y);
      case ">=":
        return constant(x >= y);
    }
  }
  return undefined;
}

/** What stands on both sides of an operator, as the user wrote it. */
function sidesOf(ctx: Context, node: NodeLike): { left: string; right: string; isLiteral: boolean } {
  const { left, right, argument } = node as { left?: NodeLike; right?: NodeLike; argument?: NodeLike };
  const text = (side: NodeLike | undefined, fallback: string): string => {
    if (!side) return fallback;
    const own = ctx.source.snippet(side);
    return /^[\w$.]+(?:\([\w$., ]*\))*$/.test(own) ? own : `(${own})`;
  };
  return {
    left: text(left ?? argument, "a"),
    right: (right && ctx.source.snippet(right)) ?? "1",
    isLiteral: (left as { type?: string } | undefined)?.type === "Literal",
  };
}

/** Comparisons the other way round, and operators for which the order does not matter. */
const TURNED: Readonly<Record<string, string>> = {
  "+": "add",
  "*": "mul",
  "<": "gt",
  "<=": "ge",
  ">": "lt",
  ">=": "le",
  "&": "bitwiseAnd",
  "|": "bitwiseOr",
  "^": "bitwiseXor",
};

function tensorOperator(ctx: Context, operator: string, left: SType, node: NodeLike): never {
  const method = ARITHMETIC[operator]?.tensor ?? COMPARISONS[operator]?.tensor ?? "eq";
  const { left: a, right: b, isLiteral } = sidesOf(ctx, node);
  const turned = TURNED[operator];
  let shown = `${a}.${method}(${b})`;
  if (left.kind !== "Tensor") {
    const receiver = /^[\w$.]+$/.test(b) ? b : `(${b})`;
    shown = turned && isLiteral ? `${receiver}.${turned}(${a})` : `torch.tensor(${a}).${method}(${b})`;
  }
  const isAssignment =
    (node as { type?: string }).type === "AssignmentExpression" ||
    (node as { type?: string }).type === "UpdateExpression";
  return ctx.refuse("TENSOR_OPERATOR", node, `${operator} does not work on tensors in JavaScript`, {
    advice: `Write ${isAssignment ? `${a} = ` : ""}${shown}.`,
  });
}

function refuseOperands(ctx: Context, operator: string, a: SType, b: SType, node: NodeLike): never {
  const bigints = a.kind === "bigint" || b.kind === "bigint";
  const dims = a.kind === "Dim" || b.kind === "Dim";
  const booleans = a.kind === "boolean" || b.kind === "boolean";
  let advice = "Convert one of them: Number(x), String(x).";
  if (bigints) advice = "bigints are int64 here: use ops.aten.add(a, b) and the like, or numbers.";
  if (dims) advice = "A size is a Dim: use its methods, `n.mul(2)`, or `n.value` for a number.";
  else if (booleans && !bigints) advice = "Write Number(flag) where a number is meant.";
  return ctx.refuse("OPERATOR_TYPES", node, `${operator} of ${showType(a)} and ${showType(b)}`, { advice });
}

/** `a ** b`: engines compute it differently, except for whole results of whole constants. */
function power(ctx: Context, left: SValue, right: SValue, node: NodeLike): SValue {
  const [a, b] = [typeOf(ctx, left), typeOf(ctx, right)];
  if (a.kind === "Tensor" || b.kind === "Tensor") {
    const sides = sidesOf(ctx, node);
    return ctx.refuse("TENSOR_OPERATOR", node, "** does not work on tensors in JavaScript", {
      advice: `Write ${a.kind === "Tensor" ? sides.left : `torch.tensor(${sides.left})`}.pow(${sides.right}).`,
    });
  }
  if (
    left.kind === "const" &&
    right.kind === "const" &&
    typeof left.js === "number" &&
    typeof right.js === "number"
  ) {
    const exact = wholePower(left.js, right.js);
    if (exact !== undefined) return constant(exact);
  }
  return ctx.refuse("HOST_MATH", node, "the result of ** differs between JavaScript engines", {
    advice: "Write math.pow(a, b), which gives the same bits everywhere, or a product such as `x * x`.",
  });
}

function wholePower(base: number, exponent: number): number | undefined {
  if (!Number.isSafeInteger(base) || !Number.isInteger(exponent) || exponent < 0 || exponent > 1100)
    return undefined;
  const exact = BigInt(base) ** BigInt(exponent);
  const result = Number(exact);
  return BigInt(Number.isFinite(result) ? result : 0) === exact ? result : undefined;
}

/** Both as text, one after the other. */
function concatenation(ctx: Context, left: SValue, right: SValue, node: NodeLike): SValue {
  const parts = [left, right].map((value) => toText(ctx, value, node));
  if (parts.every((part) => part.kind === "const")) return constant(`${parts[0]!.js}${parts[1]!.js}`);
  return ctx.op(
    "js::strAdd",
    parts.map((part) => materialise(ctx, part, node, StringS).value),
    StringS,
  );
}

type Text = Dynamic | { readonly kind: "const"; readonly js: string };

/** A primitive as `String(value)` gives it; `nothing` is the text for null and undefined where that is another. */
export function toText(ctx: Context, value: SValue, node: NodeLike, nothing?: string): Text {
  if (value.kind === "const")
    return { kind: "const", js: value.js == null ? (nothing ?? String(value.js)) : String(value.js) };
  const type = typeOf(ctx, value);
  if (isText(type)) return coerce(ctx, value, StringS, node);
  if (isNumeric(type)) return ctx.op("js::str.float", [coerce(ctx, value, NumberS, node).value], StringS);
  if (type.kind === "boolean")
    return ctx.op("js::str.bool", [coerce(ctx, value, BooleanS, node).value], StringS);
  if (type.kind === "bigint" || type.kind === "Dim") {
    return ctx.op("js::str.int", [materialise(ctx, value, node).value], StringS);
  }
  if (type.kind === "Error") {
    const made = materialise(ctx, value, node);
    const name = ctx.op("js::errorName", [made.value], StringS);
    const message = ctx.op("js::errorMessage", [made.value], StringS);
    const head = ctx.op("js::strAdd", [name.value, ctx.str(": ")], StringS);
    return ctx.op("js::strAdd", [head.value, message.value], StringS);
  }
  if (type.kind === "array" && value.kind !== "items") {
    const list = materialise(ctx, value, node);
    if (isText(resolved(type.elem))) return ctx.op("js::joinStrs", [list.value, ctx.str(",")], StringS);
    return callPrelude(ctx, "join", [list, constant(",")], node) as Text;
  }
  if (isNullish(type)) return { kind: "const", js: nothing ?? type.kind };
  if (type.kind === "union") {
    const made = materialise(ctx, value, node);
    const absent = membersOf(type).filter(isNullish);
    if (absent.length > 1 && nothing === undefined) {
      ctx.refuse("NULLISH", node, "a value that may be null or undefined has no certain text", {
        advice: 'Say what to write for it: `x ?? "none"`.',
      });
    }
    const rest = membersOf(nonNullish(type));
    const [first, ...others] = rest;
    if (absent.length === 0 && others.length === 0) return toText(ctx, made, node, nothing);
    const test =
      absent.length > 0
        ? ctx.op("aten::__is__", [made.value, ctx.none()], BooleanS)
        : isOneOf(ctx, made, [first!]);
    const yes = absent.length > 0 ? absent[0]! : first!;
    const no = absent.length > 0 ? unionS(rest) : unionS(others);
    const joined = branch(
      ctx,
      test,
      () => toText(ctx, ctx.cast(made.value, yes), node, nothing),
      () => toText(ctx, ctx.cast(made.value, no), node, nothing),
      node,
    );
    return joined as Text;
  }
  return ctx.refuse("OPERATOR_TYPES", node, `${showType(type)} as text says nothing of what it holds`, {
    advice: "Put its numbers and strings into the text one by one.",
  });
}

/** `===`, `!==`, `==`, `!=`. */
export function equality(
  ctx: Context,
  operator: string,
  left: SValue,
  right: SValue,
  node: NodeLike,
): SValue {
  const negated = operator.startsWith("!");
  const strict = operator.length === 3;
  const equal = equals(ctx, left, right, strict, node);
  if (!negated) return equal;
  const is = equal.kind === "value" ? equal.value.node : undefined;
  if (is?.op === "aten::__is__" && is.outputs[0]!.uses.length === 0) {
    const made = ctx.op("aten::__isnot__", is.inputs, BooleanS);
    ctx.builder.discard(is);
    return made;
  }
  return ctx.not(equal);
}

/** Kinds of values that are equal only to themselves. */
const IDENTICAL = new Set(["class", "map", "set", "record", "array"]);

function equals(ctx: Context, left: SValue, right: SValue, strict: boolean, node: NodeLike): SValue {
  if (left.kind === "const" && right.kind === "const") {
    // biome-ignore lint/suspicious/noDoubleEquals: it is what the script says
    return constant(strict ? left.js === right.js : left.js == right.js);
  }
  const [a, b] = [typeOf(ctx, left), typeOf(ctx, right)];
  if (isNullish(a) || isNullish(b))
    return isAbsent(ctx, isNullish(a) ? right : left, isNullish(a) ? a : b, strict, node);
  if (a.kind === "DType" || b.kind === "DType") return equalDTypes(ctx, left, right, node);
  if (mayBeNullish(a) || mayBeNullish(b)) return equalsMaybe(ctx, left, right, strict, node);
  if (a.kind === "Tensor" && b.kind === "Tensor" && ctx.source.isLibrary) {
    const [x, y] = [materialise(ctx, left, node).value, materialise(ctx, right, node).value];
    return x === y ? constant(true) : ctx.op("aten::__is__", [x, y], BooleanS);
  }
  if (a.kind === "Tensor" || b.kind === "Tensor") {
    const operator = (node as { operator?: string }).operator ?? "===";
    const sides = sidesOf(ctx, node);
    return ctx.refuse(
      "TENSOR_OPERATOR",
      node,
      `${operator} compares tensors as objects, not their elements`,
      {
        advice:
          a.kind === b.kind
            ? `Write ${sides.left}.eq(${sides.right}) for the elements, or torch.equal(${sides.left}, ${sides.right}) for all of them.`
            : `Write ${a.kind === "Tensor" ? sides.left : sides.right}.eq(${a.kind === "Tensor" ? sides.right : sides.left}) for the elements, and itemBool() of that where there is one.`,
      },
    );
  }
  const values = () => [materialise(ctx, left, node).value, materialise(ctx, right, node).value];
  if (isNumeric(a) && isNumeric(b)) return ctx.op("aten::eq.float", values(), BooleanS);
  if (isText(a) && isText(b)) return ctx.op("aten::eq.str", values(), BooleanS);
  if (a.kind === "boolean" && b.kind === "boolean") return ctx.op("aten::eq.bool", values(), BooleanS);
  if (isInt64(a) && isInt64(b) && a.kind === b.kind && a.kind === "bigint")
    return ctx.op("aten::eq.int", values(), BooleanS);
  const [some, one] = a.kind === "union" ? [left, right] : [right, left];
  const [union, single] = a.kind === "union" ? [a, b] : [b, a];
  if (strict && union.kind === "union" && single.kind !== "union") {
    // The members that the other side can be equal to; the others are of other kinds.
    const isLike = (member: SType): boolean =>
      resolved(member).kind === single.kind ||
      (isNumeric(member) && isNumeric(single)) ||
      (isText(member) && isText(single));
    const like = membersOf(union).filter(isLike);
    if (like.length === 0) return constant(false);
    const made = materialise(ctx, some, node);
    return branch(
      ctx,
      isOneOf(ctx, made, like),
      () => equals(ctx, ctx.cast(made.value, unionS(like)), one, strict, node),
      () => constant(false),
      node,
    )!;
  }
  const primitives = ["number", "int", "string", "boolean", "bigint"];
  const kinds = [a, b].map((type) => (isText(type) ? "string" : isNumeric(type) ? "number" : type.kind));
  if (strict && kinds[0] !== kinds[1] && kinds.every((kind) => primitives.includes(kind)))
    return constant(false);
  if (a.kind === b.kind && IDENTICAL.has(a.kind)) {
    return ctx.op("aten::__is__", values(), BooleanS);
  }
  return ctx.refuse("OPERATOR_TYPES", node, `comparing ${showType(a)} with ${showType(b)}`, {
    advice: "Compare numbers, strings or booleans; arrays and objects are equal only to themselves.",
  });
}

function isInt64(type: SType): boolean {
  return type.kind === "bigint" || type.kind === "Dim";
}

/** Whether a value is null or undefined, as `nullish` and strictness say which of them counts. */
function isAbsent(ctx: Context, value: SValue, nullish: SType, strict: boolean, node: NodeLike): SValue {
  if (value.kind !== "value" && value.kind !== "cell")
    return constant(value.kind === "const" && value.js == null);
  const type = resolved(value.type);
  const kinds = membersOf(type)
    .filter(isNullish)
    .map((member) => member.kind);
  if (kinds.length === 0) return constant(false);
  if (strict && kinds.length > 1) {
    return ctx.refuse("NULLISH", node, "a value that may be null or undefined cannot tell the two apart", {
      advice: "Write `== null`, which is true for both.",
    });
  }
  if (strict && kinds[0] !== nullish.kind) return constant(false);
  if (membersOf(type).every(isNullish)) return constant(true);
  return ctx.op("aten::__is__", [materialise(ctx, value, node).value, ctx.none()], BooleanS);
}

/** Equality where one side may be null: both are there and equal, or both are absent in the same way. */
function equalsMaybe(ctx: Context, left: SValue, right: SValue, strict: boolean, node: NodeLike): SValue {
  const sides = [left, right].map((value) => materialise(ctx, value, node));
  const [x, y] = sides as [Dynamic, Dynamic];
  if (mayBeNullish(x.type) && mayBeNullish(y.type)) {
    const [some, others] = sides.map((side) => membersOf(side.type).filter(isNullish));
    if (strict && (some!.length > 1 || others!.length > 1)) {
      return ctx.refuse("NULLISH", node, "both sides may be null or undefined", {
        advice: "Test one of them before, as in `a != null && a === b`.",
      });
    }
    const [first, second] = sides.map((side) => ctx.op("aten::__is__", [side.value, ctx.none()], BooleanS));
    return branch(
      ctx,
      first!,
      () => (strict && some![0]!.kind !== others![0]!.kind ? constant(false) : second!),
      () => equalsMaybe(ctx, ctx.cast(x.value, nonNullish(x.type)), y, strict, node),
      node,
    )!;
  }
  const [maybe, sure] = mayBeNullish(x.type) ? [x, y] : [y, x];
  const absent = ctx.op("aten::__is__", [maybe.value, ctx.none()], BooleanS);
  return branch(
    ctx,
    absent,
    () => constant(false),
    () => equals(ctx, ctx.cast(maybe.value, nonNullish(maybe.type)), sure, strict, node),
    node,
  )!;
}

function equalDTypes(ctx: Context, left: SValue, right: SValue, node: NodeLike): SValue {
  const values = [left, right].map((value) => ctx.unit.dtypeCode(ctx, value, node));
  return ctx.op("aten::eq.int", values, BooleanS);
}

/** A value as a condition: booleans, and numbers and strings as JavaScript takes them. */
export function truth(ctx: Context, value: SValue, node: NodeLike): SValue {
  if (value.kind === "const") return constant(Boolean(value.js));
  const type = typeOf(ctx, value);
  if (type.kind === "boolean" || (type.kind === "literal" && typeof type.value === "boolean")) {
    return materialise(ctx, value, node);
  }
  if (isNumeric(type)) return ctx.op("js::truthy.float", [materialise(ctx, value, node).value], BooleanS);
  if (isText(type)) return ctx.op("js::truthy.str", [materialise(ctx, value, node).value], BooleanS);
  if (type.kind === "Tensor" && ctx.source.isLibrary) return constant(true);
  if (type.kind === "Tensor") {
    return ctx.refuse("TENSOR_CONDITION", node, "a tensor used as a condition is always true in JavaScript", {
      advice:
        "Write `x.itemBool()` for a tensor of one element, or a comparison such as `x.sum().item() > 0`.",
    });
  }
  if (type.kind === "union" && mayBeNullish(type)) {
    const made = materialise(ctx, value, node);
    const there = ctx.op("aten::__isnot__", [made.value, ctx.none()], BooleanS);
    const inner = nonNullish(type);
    const objects = membersOf(inner).every((member) =>
      ["class", "Tensor", "array", "map", "set", "record", "tuple"].includes(resolved(member).kind),
    );
    if (objects) return there;
    return branch(
      ctx,
      there,
      () => truth(ctx, ctx.cast(made.value, inner), node),
      () => constant(false),
      node,
    )!;
  }
  if (type.kind === "union") {
    const made = materialise(ctx, value, node);
    const [first, ...others] = membersOf(type);
    return branch(
      ctx,
      isOneOf(ctx, made, [first!]),
      () => truth(ctx, ctx.cast(made.value, first!), node),
      () => truth(ctx, ctx.cast(made.value, unionS(others)), node),
      node,
    )!;
  }
  return ctx.refuse(
    "OBJECT_CONDITION",
    node,
    `${showType(type)} used as a condition is always true in JavaScript`,
    {
      advice: "Write the comparison that you mean, such as `list.length > 0`.",
    },
  );
}

/** `-x`, `+x`, `~x`. */
export function unary(ctx: Context, operator: "-" | "+" | "~", value: SValue, node: NodeLike): SValue {
  if (value.kind === "const" && typeof value.js === "number") {
    return constant(operator === "-" ? -value.js : operator === "~" ? ~value.js : value.js);
  }
  if (value.kind === "const" && typeof value.js === "bigint" && operator === "-") return constant(-value.js);
  const type = nonNullish(typeOf(ctx, value));
  if (type.kind === "Tensor") {
    const method = operator === "-" ? "neg()" : operator === "~" ? "bitwiseNot()" : "clone()";
    const { left } = sidesOf(ctx, node);
    return ctx.refuse("TENSOR_OPERATOR", node, `${operator} does not work on tensors in JavaScript`, {
      advice: `Write ${left}.${method}.`,
    });
  }
  if (!isNumeric(type)) {
    if (operator === "+" && isText(type)) {
      return ctx.op("js::toNumber", [coerce(ctx, value, StringS, node).value], NumberS);
    }
    return ctx.refuse("OPERATOR_TYPES", node, `${operator} of ${showType(type)}`, {
      advice: "Convert it: Number(x).",
    });
  }
  const made = coerce(ctx, value, type, node);
  if (operator === "+") return made;
  const result = isInt(type) || operator === "~" ? IntS : NumberS;
  return operator === "-"
    ? ctx.op("aten::neg.float", [made.value], result)
    : ctx.op("js::bitnot", [made.value], result);
}
