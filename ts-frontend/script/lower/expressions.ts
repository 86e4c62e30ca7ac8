/** Lowers expressions to values. */

import type {
  AnyNode,
  ArrayExpression,
  AssignmentExpression,
  CallExpression,
  Expression,
  Identifier,
  LogicalExpression,
  MemberExpression,
  ObjectExpression,
  Pattern,
  SpreadElement,
  UpdateExpression,
} from "acorn";
import {
  arrayS,
  BooleanS,
  irType,
  isOpen,
  joinTypes,
  mayBeNullish,
  membersOf,
  nonNullish,
  resolved,
  type SType,
  StringS,
  showType,
  UnknownS,
  unionS,
} from "../types/model.ts";
import { branch } from "./branches.ts";
import { lowerCall, lowerNew } from "./calls.ts";
import type { Context } from "./context.ts";
import { coerce, materialise, typeOf, untuple } from "./convert.ts";
import { refuseAsync } from "./functions.ts";
import { toList } from "./lists.ts";
import { assignMember, lowerMember, readMember } from "./members.ts";
import { resolveName } from "./names.ts";
import { narrow, typeofName } from "./narrowing.ts";
import { binary, toText, truth, unary } from "./operators.ts";
import { assignVariable, bindPattern } from "./patterns.ts";
import { callPrelude } from "./prelude.ts";
import { castType, castWanted, docCast } from "./type-scope.ts";
import { typeofUnion } from "./unions.ts";
import { constant, type Dynamic, type SValue, UNDEFINED, UNSET } from "./values.ts";

/** The value of an expression. `wanted` is the type that its place asks for, where that helps to make literals. */
export function lowerExpression(ctx: Context, node: Expression, wanted?: SType): SValue {
  if (ctx.state.dead) return UNSET;
  const substitute = ctx.substitutes.get(node);
  if (substitute) return substitute;
  const casts = ctx.source
    .castsAt(node.end)
    .filter((cast) => takesCast(node, cast.kind) && !ctx.reserved.has(cast));
  if (casts.length === 0) return lowerUncast(ctx, node, wanted);
  for (const cast of casts) ctx.reserved.add(cast);
  let value: SValue;
  try {
    value = lowerUncast(ctx, node, castWanted(ctx, casts[0]!, node) ?? wanted);
  } finally {
    for (const cast of casts) ctx.reserved.delete(cast);
  }
  for (const cast of casts) value = castType(ctx, value, cast, node);
  return value;
}

const LOOSE = new Set([
  "LogicalExpression",
  "ConditionalExpression",
  "AssignmentExpression",
  "ArrowFunctionExpression",
  "SequenceExpression",
]);
const TIGHT_OPERATORS = new Set("* / % + - << >> >>> < > <= >= in instanceof **".split(" "));

/** True where a cast behind the expression's end casts this expression and not a part of it. */
function takesCast(node: Expression, kind: string): boolean {
  if (LOOSE.has(node.type)) return false;
  if (kind === "nonnull")
    return (
      node.type !== "BinaryExpression" && node.type !== "UnaryExpression" && node.type !== "UpdateExpression"
    );
  return node.type !== "BinaryExpression" || TIGHT_OPERATORS.has(node.operator);
}

function lowerUncast(ctx: Context, node: Expression, wanted: SType | undefined): SValue {
  ctx.mark(node);
  switch (node.type) {
    case "ParenthesizedExpression": {
      const doc = ctx.source.castBefore(node.start);
      return doc === undefined
        ? lowerExpression(ctx, node.expression, wanted)
        : docCast(ctx, doc, node.expression, node);
    }
    case "Identifier":
      return resolveName(ctx, node.name, node);
    case "Literal":
      return literal(ctx, node);
    case "TemplateLiteral":
      return template(
        ctx,
        node.quasis.map((quasi) => quasi.value.cooked ?? ""),
        node.expressions,
        node,
      );
    case "ThisExpression": {
      if (ctx.frame.self) return ctx.frame.self;
      return ctx.refuse("UNKNOWN_NAME", node, "this is not known here", {
        advice: "Methods of classes and modules have it, and the arrow functions inside them.",
      });
    }
    case "ArrayExpression":
      return arrayLiteral(ctx, node, wanted);
    case "ObjectExpression":
      return objectLiteral(ctx, node, wanted);
    case "UnaryExpression":
      return lowerUnary(ctx, node.operator, node.argument, node);
    case "BinaryExpression":
      return lowerBinary(ctx, node);
    case "LogicalExpression":
      return logical(ctx, node, wanted);
    case "ConditionalExpression": {
      const test = condition(ctx, node.test);
      return (
        branch(
          ctx,
          test,
          () => {
            narrow(ctx, node.test, true);
            return shaped(ctx, lowerExpression(ctx, node.consequent, wanted), wanted, node.consequent);
          },
          () => {
            narrow(ctx, node.test, false);
            return shaped(ctx, lowerExpression(ctx, node.alternate, wanted), wanted, node.alternate);
          },
          node,
        ) ?? UNSET
      );
    }
    case "AssignmentExpression":
      return assignment(ctx, node);
    case "UpdateExpression":
      return update(ctx, node);
    case "SequenceExpression": {
      let last: SValue = UNDEFINED;
      for (const part of node.expressions) last = lowerExpression(ctx, part);
      return last;
    }
    case "MemberExpression":
      return lowerMember(ctx, node);
    case "ChainExpression":
      return chain(ctx, node.expression as Expression);
    case "CallExpression":
      return lowerCall(ctx, node, wanted);
    case "NewExpression":
      return lowerNew(ctx, node, wanted);
    case "ArrowFunctionExpression":
    case "FunctionExpression": {
      if (node.async || node.generator) refuseAsync(ctx, node);
      const self = node.type === "ArrowFunctionExpression" ? ctx.frame.self : undefined;
      return { kind: "closure", node, scope: ctx.scope, source: ctx.source, ...(self ? { self } : {}) };
    }
    default:
      return ctx.refuse("UNSUPPORTED_SYNTAX", node, `${words(node.type)} is not supported in a script`);
  }
}

/** A literal of one branch, of the type that the place asks for. */
function shaped(ctx: Context, value: SValue, wanted: SType | undefined, node: AnyNode): SValue {
  if ((value.kind !== "fields" && value.kind !== "items") || !wanted || isOpen(wanted)) return value;
  return resolved(wanted).kind === "unknown" ? value : coerce(ctx, value, wanted, node);
}

/** `AwaitExpression` → `an await expression`. */
export function words(type: string): string {
  const text = type.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  return `${/^[aeiou]/.test(text) ? "an" : "a"} ${text}`;
}

function literal(ctx: Context, node: Expression & { type: "Literal" }): SValue {
  if ("regex" in node && node.regex) {
    return ctx.refuse("UNSUPPORTED_SYNTAX", node, "regular expressions are not supported", {
      advice: "Use string methods such as split, indexOf, replaceAll and charCodeAt.",
    });
  }
  if ("bigint" in node && node.bigint) {
    const value = BigInt(node.bigint);
    if (BigInt.asIntN(64, value) !== value)
      ctx.refuse("TYPE_MISMATCH", node, `${node.raw} does not fit an int64`);
    return constant(value);
  }
  return constant(node.value as number | string | boolean | null);
}

function template(
  ctx: Context,
  texts: readonly string[],
  expressions: readonly Expression[],
  node: AnyNode,
): SValue {
  let result: SValue = constant(texts[0]!);
  const append = (part: SValue): void => {
    if (part.kind === "const" && part.js === "") return;
    if (result.kind === "const" && part.kind === "const") result = constant(`${result.js}${part.js}`);
    else if (result.kind === "const" && result.js === "") result = part;
    else {
      const values = [result, part].map((value) => materialise(ctx, value, node, StringS).value);
      result = ctx.op("js::strAdd", values, StringS);
    }
  };
  expressions.forEach((expression, i) => {
    append(toText(ctx, lowerExpression(ctx, expression), expression));
    append(constant(texts[i + 1]!));
  });
  return result;
}

/** An array of known items, or, where one is spread that is not known, a list of the graph: a copy. */
export function arrayLiteral(ctx: Context, node: ArrayExpression, wanted: SType | undefined): SValue {
  const want = wanted && resolved(wanted);
  const items: SValue[] = [];
  let list: SValue | undefined;
  const flush = (): void => {
    if (items.length === 0 && list !== undefined) return;
    const piece: SValue = { kind: "items", items: [...items], node };
    items.length = 0;
    list = list === undefined ? piece : joinLists(ctx, list, piece, node, want);
  };
  node.elements.forEach((element, i) => {
    if (element === null) ctx.refuse("UNSUPPORTED_SYNTAX", node, "an array literal with holes");
    if (element.type === "SpreadElement") {
      const spread = spreadItems(ctx, element);
      if (Array.isArray(spread)) items.push(...spread);
      else {
        flush();
        list = joinLists(ctx, list!, spread as SValue, node, want);
      }
      return;
    }
    const elem = want?.kind === "array" ? want.elem : want?.kind === "tuple" ? want.elems[i] : undefined;
    items.push(lowerExpression(ctx, element, elem));
  });
  if (list === undefined) return { kind: "items", items, node };
  flush();
  return list;
}

function joinLists(ctx: Context, a: SValue, b: SValue, node: AnyNode, want: SType | undefined): SValue {
  if (a.kind === "items" && b.kind === "items")
    return { kind: "items", items: [...a.items, ...b.items], node };
  const type = want?.kind === "array" ? want : joinedArrays(typeOf(ctx, a), typeOf(ctx, b));
  if (a.kind === "items" && a.items.length === 0) {
    const made = materialise(ctx, b, node, type);
    return ctx.op("js::listSlice", [made.value, ctx.none(), ctx.none()], type);
  }
  const parts = [a, b].map((part) => {
    const from = typeOf(ctx, part);
    const isWider =
      part.kind === "value" && from.kind === "array" && !isOpen(from) && irType(from) !== irType(type);
    return coerce(ctx, isWider ? callPrelude(ctx, "copied", [part], node, type) : part, type, node).value;
  });
  return ctx.op("js::concatLists", parts, type);
}

/** The type of an array that has the items of both. */
function joinedArrays(a: SType, b: SType): SType & { kind: "array" } {
  const elem = (type: SType): SType =>
    type.kind === "array" ? type.elem : type.kind === "tuple" ? unionS(type.elems) : UnknownS;
  return arrayS(joinTypes(elem(a), elem(b))) as SType & { kind: "array" };
}

/** What `...value` stands for: items that are known, or a list of the graph. */
export function spreadItems(ctx: Context, node: SpreadElement): readonly SValue[] | SValue {
  const value = lowerExpression(ctx, node.argument);
  if (value.kind === "items") return value.items;
  const children = ctx.unit.modules.children(ctx, value, node);
  if (children) return children;
  const type = typeOf(ctx, value);
  if (type.kind === "tuple") return untuple(ctx, coerce(ctx, value, type, node));
  return toList(ctx, value, node);
}

function objectLiteral(ctx: Context, node: ObjectExpression, wanted: SType | undefined): SValue {
  const fields = new Map<string, SValue>();
  const want = wanted && resolved(wanted);
  for (const property of node.properties) {
    if (property.type === "SpreadElement") {
      const value = lowerExpression(ctx, property.argument);
      if (value.kind === "fields") for (const [key, field] of value.fields) fields.set(key, field);
      else if (value.kind === "const" && value.js == null) continue;
      else {
        const names = ctx.unit.fieldsOf(typeOf(ctx, value));
        if (!names)
          ctx.refuse(
            "UNSUPPORTED_SYNTAX",
            property,
            `${showType(typeOf(ctx, value))} cannot be spread into an object`,
          );
        for (const name of names) fields.set(name, readMember(ctx, value, name, property));
      }
      continue;
    }
    if (property.kind !== "init" || property.method) {
      if (property.kind !== "init")
        ctx.refuse("UNSUPPORTED_SYNTAX", property, "getters and setters in object literals");
    }
    const key = property.key;
    let name: string;
    if (!property.computed && key.type === "Identifier") name = key.name;
    else if (key.type === "Literal") name = String(key.value);
    else {
      const computed = lowerExpression(ctx, key as Expression);
      if (computed.kind !== "const") {
        ctx.refuse("UNSUPPORTED_SYNTAX", property, "a computed key in an object literal", {
          advice: "Use a Map, or assign to a record: `record[key] = value`.",
        });
      }
      name = String(computed.js);
    }
    const field = want ? ctx.unit.fieldType(want, name) : undefined;
    fields.set(name, lowerExpression(ctx, property.value, field));
  }
  return { kind: "fields", fields, node };
}

function lowerUnary(ctx: Context, operator: string, argument: Expression, node: AnyNode): SValue {
  switch (operator) {
    case "!":
      return ctx.not(condition(ctx, argument));
    case "-":
    case "+":
    case "~":
      return unary(ctx, operator, lowerExpression(ctx, argument), node);
    case "void":
      lowerExpression(ctx, argument);
      return UNDEFINED;
    case "typeof":
      return typeOfOperator(ctx, argument, node);
    case "delete":
      return deleteMember(ctx, argument, node);
    default:
      return ctx.refuse("UNSUPPORTED_SYNTAX", node, `the operator ${operator} is not supported`);
  }
}

function deleteMember(ctx: Context, argument: Expression, node: AnyNode): SValue {
  const at = argument.type === "ChainExpression" ? argument.expression : argument;
  if (at.type === "MemberExpression") {
    const object = lowerExpression(ctx, at.object as Expression);
    if (typeOf(ctx, object).kind === "record") {
      const key = at.computed
        ? lowerExpression(ctx, at.property as Expression)
        : constant((at.property as Identifier).name);
      const values = [materialise(ctx, object, node).value, toRecordKey(ctx, key, node)];
      ctx.op("js::mapDelete", values, BooleanS);
      return constant(true);
    }
  }
  return ctx.refuse("UNSUPPORTED_SYNTAX", node, "delete works on the keys of a record only", {
    advice: "Use a Map and its delete method.",
  });
}

export function toRecordKey(ctx: Context, key: SValue, node: AnyNode) {
  const text = toText(ctx, key, node);
  return materialise(ctx, text, node, StringS).value;
}

function typeOfOperator(ctx: Context, argument: Expression, node: AnyNode): SValue {
  const value = lowerExpression(ctx, argument);
  if (value.kind === "const") return constant(typeof value.js);
  if (value.kind === "items" || value.kind === "fields") return constant("object");
  const type = typeOf(ctx, value);
  if (type.kind !== "union") return constant(typeofName(type));
  const made = materialise(ctx, value, node);
  return typeofUnion(ctx, made, type, node);
}

function lowerBinary(ctx: Context, node: Expression & { type: "BinaryExpression" }): SValue {
  if (node.left.type === "PrivateIdentifier") ctx.refuse("UNSUPPORTED_SYNTAX", node, "#field in object");
  if (node.operator === "instanceof")
    return ctx.unit.instanceOf(ctx, lowerExpression(ctx, node.left), node.right, node);
  const left = lowerExpression(ctx, node.left);
  const right = lowerExpression(ctx, node.right);
  if (ctx.state.dead) return UNSET;
  ctx.mark(node);
  if (node.operator === "in") return ctx.unit.hasKey(ctx, left, right, node);
  return binary(ctx, node.operator, left, right, node);
}

/** An expression as a boolean. */
export function condition(ctx: Context, node: Expression): SValue {
  if (node.type === "ParenthesizedExpression") return condition(ctx, node.expression);
  if (node.type === "LogicalExpression" && node.operator !== "??") {
    const isAnd = node.operator === "&&";
    const left = condition(ctx, node.left);
    const right = (): SValue => {
      narrow(ctx, node.left, isAnd);
      return condition(ctx, node.right);
    };
    return isAnd
      ? branch(ctx, left, right, () => constant(false), node)!
      : branch(ctx, left, () => constant(true), right, node)!;
  }
  if (node.type === "UnaryExpression" && node.operator === "!") return ctx.not(condition(ctx, node.argument));
  const value = lowerExpression(ctx, node);
  if (ctx.state.dead) return constant(false);
  return truth(ctx, value, node);
}

/** `&&`, `||` and `??` as values. */
function logical(ctx: Context, node: LogicalExpression, wanted: SType | undefined): SValue {
  const left = lowerExpression(ctx, node.left, wanted);
  if (node.operator === "??")
    return coalesce(
      ctx,
      left,
      () => shaped(ctx, lowerExpression(ctx, node.right, wanted), wanted, node.right),
      node,
    );
  const isAnd = node.operator === "&&";
  const type = typeOf(ctx, left);
  const test = truth(ctx, left, node.left);
  const right = (): SValue => {
    narrow(ctx, node.left, isAnd);
    return shaped(ctx, lowerExpression(ctx, node.right, wanted), wanted, node.right);
  };
  const kept = (): SValue => {
    if (left.kind !== "value" || !mayBeNullish(type)) return left;
    return isAnd ? falsePart(ctx, left) : ctx.cast(left.value, nonNullish(type));
  };
  return (isAnd ? branch(ctx, test, right, kept, node) : branch(ctx, test, kept, right, node)) ?? UNSET;
}

/** A value that was seen to be false: of an object that may be missing, what stands for it. */
function falsePart(ctx: Context, value: Dynamic): SValue {
  const members = membersOf(value.type).map(resolved);
  const falsy = members.filter((member) => !OBJECTS.has(member.kind));
  if (falsy.length === members.length) return value;
  if (falsy.length > 1) return ctx.cast(value.value, unionS(falsy));
  return constant(falsy[0]!.kind === "null" ? null : undefined);
}

/** Kinds of values that are never false. */
const OBJECTS = new Set(["Tensor", "array", "tuple", "map", "set", "record", "class", "Error", "Dim"]);

function coalesce(ctx: Context, left: SValue, right: () => SValue, node: AnyNode): SValue {
  if (left.kind === "const") return left.js == null ? right() : left;
  if (left.kind !== "value" && left.kind !== "cell") return left;
  const type = resolved(left.type);
  if (!mayBeNullish(type)) return left;
  const inner = nonNullish(type);
  if (inner.kind === "never") return right();
  const made = materialise(ctx, left, node);
  const absent = ctx.op("aten::__is__", [made.value, ctx.none()], BooleanS);
  return branch(ctx, absent, right, () => ctx.cast(made.value, inner), node) ?? UNSET;
}

function assignment(ctx: Context, node: AssignmentExpression): SValue {
  return withReference(ctx, node.left, () => assign(ctx, node));
}

/** Evaluates the object and the key of an assigned member once, before what `body` does with it. */
function withReference(ctx: Context, target: Pattern | Expression, body: () => SValue): SValue {
  if (target.type !== "MemberExpression" || target.object.type === "Super") return body();
  const parts = [target.object, ...(target.computed ? [target.property as Expression] : [])].filter(
    (part) => !ctx.substitutes.has(part),
  );
  for (const part of parts) ctx.substitutes.set(part, lowerExpression(ctx, part));
  try {
    return body();
  } finally {
    for (const part of parts) ctx.substitutes.delete(part);
  }
}

function assign(ctx: Context, node: AssignmentExpression): SValue {
  const { operator, left } = node;
  if (operator === "=") {
    const wanted = targetType(ctx, left);
    const value = lowerExpression(ctx, node.right, wanted);
    if (ctx.state.dead) return UNSET;
    ctx.mark(node);
    if (left.type === "ArrayPattern" || left.type === "ObjectPattern") {
      bindPattern(ctx, left, value, { declare: false });
      return value;
    }
    bindPattern(ctx, left, value, { declare: false });
    return left.type === "Identifier" ? resolveName(ctx, left.name, left) : value;
  }
  const before = lowerExpression(ctx, left as Expression);
  if (operator === "&&=" || operator === "||=" || operator === "??=") {
    const right = (): SValue => {
      const value = lowerExpression(ctx, node.right);
      store(ctx, left, value);
      return value;
    };
    if (operator === "??=") return coalesce(ctx, before, right, node);
    const test = truth(ctx, before, left);
    return (
      (operator === "&&="
        ? branch(ctx, test, right, () => before, node)
        : branch(ctx, test, () => before, right, node)) ?? UNSET
    );
  }
  const value = lowerExpression(ctx, node.right);
  if (ctx.state.dead) return UNSET;
  ctx.mark(node);
  const result = binary(ctx, operator.slice(0, -1) as never, before, value, node);
  store(ctx, left, result);
  return result;
}

/** The type that an assignment's target wants. */
function targetType(ctx: Context, left: Pattern): SType | undefined {
  if (left.type === "Identifier") return ctx.scope.find(left.name)?.declared;
  if (left.type !== "MemberExpression" || left.computed || left.property.type !== "Identifier")
    return undefined;
  if (left.object.type !== "ThisExpression" && left.object.type !== "Identifier") return undefined;
  const object = lowerExpression(ctx, left.object as Expression);
  return ctx.unit.fieldType(typeOf(ctx, object), left.property.name);
}

function store(ctx: Context, target: Pattern, value: SValue): void {
  if (target.type === "Identifier") assignVariable(ctx, target, value);
  else if (target.type === "MemberExpression") assignMember(ctx, target, value);
  else ctx.refuse("UNSUPPORTED_SYNTAX", target, "this cannot be assigned");
}

function update(ctx: Context, node: UpdateExpression): SValue {
  return withReference(ctx, node.argument, () => {
    const before = lowerExpression(ctx, node.argument);
    const after = binary(ctx, node.operator === "++" ? "+" : "-", before, constant(1), node);
    store(ctx, node.argument as Pattern, after);
    return node.prefix ? after : before;
  });
}

/** `a?.b`, `a?.[i]`, `a?.f(x)`: undefined when `a` is null or undefined, without running the rest. */
function chain(ctx: Context, node: Expression): SValue {
  const found = optionalPart(node);
  if (!found) return lowerExpression(ctx, node);
  const base = lowerExpression(ctx, found.object);
  const rest = (object: SValue): SValue => {
    ctx.substitutes.set(found.object, object);
    try {
      return lowerExpression(ctx, stripOptional(node, found.part));
    } finally {
      ctx.substitutes.delete(found.object);
    }
  };
  if (base.kind === "const") return base.js == null ? UNDEFINED : rest(base);
  const type = typeOf(ctx, base);
  if (!mayBeNullish(type)) return rest(base);
  const made = materialise(ctx, base, node);
  const absent = ctx.op("aten::__is__", [made.value, ctx.none()], BooleanS);
  return (
    branch(
      ctx,
      absent,
      () => UNDEFINED,
      () => rest(ctx.cast(made.value, nonNullish(type))),
      node,
    ) ?? UNSET
  );
}

/** The innermost `?.` of a chain: the part that has it and the object before it. */
function optionalPart(
  node: Expression,
): { part: MemberExpression | CallExpression; object: Expression } | undefined {
  if (node.type === "MemberExpression") {
    const inner = optionalPart(node.object as Expression);
    return inner ?? (node.optional ? { part: node, object: node.object as Expression } : undefined);
  }
  if (node.type === "CallExpression") {
    const inner = optionalPart(node.callee as Expression);
    return inner ?? (node.optional ? { part: node, object: node.callee as Expression } : undefined);
  }
  return undefined;
}

/** The chain without this `?.`; others stay, in a chain of their own. */
function stripOptional(node: Expression, part: MemberExpression | CallExpression): Expression {
  const strip = (at: Expression): Expression => {
    if (at === (part as Expression)) return { ...at, optional: false } as Expression;
    if (at.type === "MemberExpression") return { ...at, object: strip(at.object as Expression) };
    if (at.type === "CallExpression") return { ...at, callee: strip(at.callee as Expression) };
    return at;
  };
  const stripped = strip(node);
  return optionalPart(stripped)
    ? ({
        type: "ChainExpression",
        start: node.start,
        end: node.end,
        expression: stripped,
      } as unknown as Expression)
    : stripped;
}
