/** Properties: reading and assigning `a.b` and `a[i]`. */

import type { AnyNode, Expression, MemberExpression } from "acorn";
import {
  arrayS,
  DTypeS,
  IntS,
  irType,
  isNumeric,
  mayBeNullish,
  nonNullish,
  type SType,
  StringS,
  showType,
  UndefinedS,
  unionS,
} from "../types/model.ts";
import { getAttribute, setAttribute } from "./classes.ts";
import type { Context } from "./context.ts";
import { coerce, materialise, typeOf, untuple } from "./convert.ts";
import { lowerExpression, toRecordKey } from "./expressions.ts";
import { hostContainer, hostToValue, hostValue } from "./host.ts";
import { hostMember } from "./host-members.ts";
import { toList } from "./lists.ts";
import { callOperator } from "./schemas.ts";
import { unionMember } from "./unions.ts";
import { constant, type NodeLike, type SValue, UNDEFINED } from "./values.ts";

export function lowerMember(ctx: Context, node: MemberExpression): SValue {
  if (node.object.type === "Super") return ctx.unit.superMember(ctx, node);
  const object = lowerExpression(ctx, node.object);
  if (ctx.state.dead) return UNDEFINED;
  ctx.mark(node);
  if (node.property.type === "PrivateIdentifier")
    return readMember(ctx, object, `#${node.property.name}`, node);
  if (!node.computed) return readMember(ctx, object, (node.property as { name: string }).name, node);
  return getIndex(ctx, object, lowerExpression(ctx, node.property), node);
}

/** `object.name`; methods come out as such, to be called. */
export function readMember(ctx: Context, object: SValue, name: string, node: NodeLike): SValue {
  switch (object.kind) {
    case "const":
      return readPrimitive(ctx, object, name, node);
    case "items":
      return name === "length" ? constant(object.items.length) : { kind: "method", self: object, name };
    case "fields":
      return object.fields.get(name) ?? UNDEFINED;
    case "host":
      return readHost(ctx, object, name, node);
    case "closure":
    case "method":
      return { kind: "method", self: object, name };
    default:
      return readDynamic(ctx, object, name, node);
  }
}

function readPrimitive(
  ctx: Context,
  object: SValue & { kind: "const" },
  name: string,
  node: NodeLike,
): SValue {
  if (object.js == null) {
    return ctx.refuse("NULLISH", node, `${name} of ${object.js}`, {
      advice: "Test for null before, or write `?.`.",
    });
  }
  if (typeof object.js === "string" && name === "length") return constant(object.js.length);
  return { kind: "method", self: object, name };
}

/** What reads a map or set and gives nothing that could change it. */
const CONTAINER_READS = new Set(["has", "get", "size", "keys", "values", "entries"]);

function readHost(ctx: Context, object: SValue & { kind: "host" }, name: string, node: NodeLike): SValue {
  const { js, path } = object;
  const container = hostContainer(ctx, object, node);
  if (container) {
    if (CONTAINER_READS.has(name)) return readMember(ctx, container, name, node);
    ctx.refuse("ASSIGNMENT", node, `${path} is outside of the script: ${name} is not there to read it`, {
      advice: `It may be read by ${[...CONTAINER_READS].join(", ")} and iterated. Copy it first, or make it an attribute of the module.`,
    });
  }
  const special = hostMember(ctx, object, name, node);
  if (special) return special;
  if (!(name in js)) {
    return ctx.refuse("NO_PROPERTY", node, `${path} has no ${name}`);
  }
  return hostToValue(ctx, (js as Record<string, unknown>)[name], `${path}.${name}`, node, object);
}

function readDynamic(ctx: Context, object: SValue, name: string, node: NodeLike): SValue {
  const type = typeOf(ctx, object);
  if (mayBeNullish(type)) {
    const inner = nonNullish(type);
    if (inner.kind === "never") {
      return ctx.refuse("NULLISH", node, `${name} of ${showType(type)}`, {
        advice: "Test for null before, or write `?.`.",
      });
    }
    return readMember(ctx, coerce(ctx, object, inner, node), name, node);
  }
  const value = () => materialise(ctx, object, node);
  switch (type.kind) {
    case "Tensor":
      return readTensor(ctx, object, name, node);
    case "string":
    case "literal":
      return name === "length"
        ? ctx.op("js::strLen", [value().value], IntS)
        : { kind: "method", self: object, name };
    case "array":
      return name === "length"
        ? ctx.op("js::listLen", [value().value], IntS)
        : { kind: "method", self: object, name };
    case "tuple": {
      if (name === "length" && !type.names) return constant(type.elems.length);
      const at = type.names?.indexOf(name) ?? -1;
      return at >= 0 ? untuple(ctx, value())[at]! : { kind: "method", self: object, name };
    }
    case "map":
    case "set":
      return name === "size"
        ? ctx.op("js::mapSize", [value().value], IntS)
        : { kind: "method", self: object, name };
    case "record":
      return ctx.op("js::recGet", [value().value, ctx.str(name)], unionS([type.value, UndefinedS]));
    case "class":
      return getAttribute(ctx, value(), name, node);
    case "Error":
      if (name === "message") return ctx.op("js::errorMessage", [value().value], StringS);
      if (name === "name") return ctx.op("js::errorName", [value().value], StringS);
      return ctx.refuse("NO_PROPERTY", node, `an error has no ${name} here`, {
        advice: "It has name and message.",
      });
    case "Dim":
      if (name === "value") return ctx.op("js::fromInt", [value().value], IntS);
      return { kind: "method", self: object, name };
    case "union":
      return unionMember(ctx, value(), type, name, node);
    default:
      return { kind: "method", self: object, name };
  }
}

function readTensor(ctx: Context, object: SValue, name: string, node: NodeLike): SValue {
  const value = () => materialise(ctx, object, node).value;
  switch (name) {
    case "shape": {
      const sizes = ctx.raw("aten::size", [value()], irType(arrayS({ kind: "bigint" })));
      return ctx.op("js::fromInts", [sizes], arrayS(IntS));
    }
    case "ndim": {
      const rank = ctx.raw("aten::dim", [value()], irType({ kind: "bigint" }));
      return ctx.op("js::fromInt", [rank], IntS);
    }
    case "dtype":
      return ctx.op("prim::dtype", [value()], DTypeS);
    case "device":
      return constant("cpu");
    case "T":
      return callOperator(ctx, "aten::numpy_T", [object], undefined, node);
    case "mT":
    case "mH":
      return callOperator(ctx, "aten::transpose", [object, constant(-2), constant(-1)], undefined, node);
    case "data":
    case "disposed":
      return ctx.refuse("NO_PROPERTY", node, `${name} of a tensor is not for scripts`, {
        advice: "Use tolist() with a type, `x.tolist() as number[]`, or item().",
      });
    default:
      return { kind: "method", self: object, name };
  }
}

/** `object[index]`; of arrays and strings undefined where nothing is. */
export function getIndex(ctx: Context, object: SValue, index: SValue, node: NodeLike): SValue {
  if (object.kind === "items" && index.kind === "const") return object.items[index.js as number] ?? UNDEFINED;
  if (object.kind === "fields" && index.kind === "const")
    return object.fields.get(String(index.js)) ?? UNDEFINED;
  if (object.kind === "const" && typeof object.js === "string" && index.kind === "const") {
    return constant(object.js[index.js as number]);
  }
  if (object.kind === "host") {
    const known = hostValue(ctx, object);
    if (known) return getIndex(ctx, known, index, node);
    if (index.kind === "const") return readMember(ctx, object, String(index.js), node);
  }
  const type = typeOf(ctx, object);
  if (mayBeNullish(type)) return getIndex(ctx, coerce(ctx, object, nonNullish(type), node), index, node);
  if (index.kind === "const" && typeof index.js === "string" && type.kind !== "record") {
    return readMember(ctx, object, index.js, node);
  }
  const made = materialise(ctx, object, node);
  switch (type.kind) {
    case "array": {
      const i = numberIndex(ctx, index, type, node);
      return ctx.op("js::idx", [made.value, i], unionS([type.elem, UndefinedS]));
    }
    case "string":
      return ctx.op(
        "js::strIdx",
        [made.value, numberIndex(ctx, index, type, node)],
        unionS([StringS, UndefinedS]),
      );
    case "tuple": {
      if (index.kind === "const" && typeof index.js === "number")
        return untuple(ctx, made)[index.js] ?? UNDEFINED;
      return getIndex(ctx, toList(ctx, made, node), index, node);
    }
    case "record":
      return ctx.op(
        "js::recGet",
        [made.value, toRecordKey(ctx, index, node as AnyNode)],
        unionS([type.value, UndefinedS]),
      );
    case "class": {
      const child = ctx.unit.modules.childAt(ctx, made, index, node);
      if (child) return child;
      break;
    }
    case "Tensor":
      return ctx.refuse("TENSOR_OPERATOR", node, "[] does not index tensors in JavaScript", {
        advice: indexAdvice(ctx, node),
      });
    case "map":
      return ctx.refuse("OPERATOR_TYPES", node, "[] does not read maps", { advice: "Write map.get(key)." });
  }
  return ctx.refuse("OPERATOR_TYPES", node, `[] of ${showType(type)}`);
}

/** `x[0]` as `x.at(0)`. */
function indexAdvice(ctx: Context, node: NodeLike): string {
  const { object, property } = node as { object?: NodeLike; property?: NodeLike };
  if (!object || !property) return "Write x.at(i).";
  return `Write ${ctx.source.snippet(object)}.at(${ctx.source.snippet(property)}).`;
}

function numberIndex(ctx: Context, index: SValue, of: SType, node: NodeLike) {
  const type = typeOf(ctx, index);
  if (!isNumeric(nonNullish(type))) {
    ctx.refuse("OPERATOR_TYPES", node, `${showType(of)} is indexed by numbers, got ${showType(type)}`, {
      advice: type.kind === "Dim" ? "Take `.value` of the size." : "",
    });
  }
  return coerce(ctx, index, nonNullish(type), node).value;
}

/** An array from outside is a constant of the script: it cannot be changed. */
export function refuseOutside(ctx: Context, array: SValue & { kind: "items" }, node: NodeLike): void {
  if (array.outside === undefined) return;
  ctx.refuse(
    "ASSIGNMENT",
    node,
    `the array ${array.outside} is outside of the script and cannot be changed`,
    {
      advice: "Copy it first, `[...array]`, or make it an attribute of the module.",
    },
  );
}

/** `object.name = value` and `object[index] = value`. */
export function assignMember(ctx: Context, target: MemberExpression, value: SValue): void {
  const object = lowerExpression(ctx, target.object as Expression);
  const type = nonNullish(typeOf(ctx, object));
  if (object.kind === "items") refuseOutside(ctx, object, target);
  if (object.kind === "host" || object.kind === "fields") {
    ctx.refuse("ASSIGNMENT", target, "an object outside the script cannot be changed", {
      advice: "Keep state in attributes of a module: `this.count = …`.",
    });
  }
  const made = coerce(ctx, object, type, target);
  ctx.mark(target);
  if (type.kind === "class") {
    const name =
      target.property.type === "PrivateIdentifier"
        ? `#${target.property.name}`
        : target.computed
          ? constantKey(ctx, target)
          : (target.property as { name: string }).name;
    setAttribute(ctx, made, name, value, target);
    return;
  }
  if (type.kind === "record") {
    const key = target.computed
      ? lowerExpression(ctx, target.property as Expression)
      : constant((target.property as { name: string }).name);
    ctx.effect("js::recSet", [
      made.value,
      toRecordKey(ctx, key, target),
      materialise(ctx, value, target, type.value).value,
    ]);
    return;
  }
  if (type.kind === "array") {
    if (!target.computed) {
      if ((target.property as { name: string }).name === "length") {
        ctx.effect("js::setLength", [made.value, coerce(ctx, value, IntS, target).value]);
        return;
      }
    } else {
      const index = numberIndex(ctx, lowerExpression(ctx, target.property as Expression), type, target);
      ctx.effect("js::setIdx", [made.value, index, materialise(ctx, value, target, type.elem).value]);
      return;
    }
  }
  const advice: Record<string, string> = {
    tuple: "Make a new tuple, or give the variable an array type.",
    Tensor: "Write x.set([i], value), or an in-place operator such as x.fill_(0).",
    map: "Write map.set(key, value).",
    string: "Strings do not change: make a new one.",
  };
  ctx.refuse("ASSIGNMENT", target, `a part of ${showType(type)} cannot be assigned`, {
    advice: advice[type.kind] ?? "",
  });
}

function constantKey(ctx: Context, target: MemberExpression): string {
  const key = lowerExpression(ctx, target.property as Expression);
  if (key.kind === "const") return String(key.js);
  return ctx.refuse("ASSIGNMENT", target, "the name of the assigned field must be known");
}
