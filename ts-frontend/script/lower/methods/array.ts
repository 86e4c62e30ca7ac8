/** Methods of arrays. Those that take functions are loops of the prelude, inlined. */

import type { AnyNode } from "acorn";
import {
  arrayS,
  arrayWanted,
  BooleanS,
  IntS,
  irType,
  isNumeric,
  NumberS,
  nonNullish,
  resolved,
  type SType,
  StringS,
  showType,
  UndefinedS,
  unionS,
} from "../../types/model.ts";
import { argumentNode } from "../calls.ts";
import type { Context } from "../context.ts";
import { coerce, materialise, typeOf } from "../convert.ts";
import { toList } from "../lists.ts";
import { refuseOutside } from "../members.ts";
import { callPrelude } from "../prelude.ts";
import { constant, type Dynamic, type SValue, UNDEFINED } from "../values.ts";
import { itemsMethod } from "./items.ts";

/** Methods of the prelude by the number of arguments they get after the array. */
const LOOPS: Readonly<Record<string, number>> = {
  map: 1,
  filter: 1,
  forEach: 1,
  some: 1,
  every: 1,
  find: 1,
  findIndex: 1,
  findLast: 1,
  findLastIndex: 1,
  flatMap: 1,
  reduceRight: 2,
};

/** Methods that change the array. */
const CHANGES = ["push", "pop", "shift", "unshift", "splice", "reverse", "sort", "fill"];

export function arrayMethod(
  ctx: Context,
  object: SValue,
  name: string,
  args: readonly SValue[],
  node: AnyNode,
  wanted: SType | undefined,
): SValue | undefined {
  if (object.kind === "fields") return filled(ctx, object, name, args, node, wanted);
  if (object.kind === "items") {
    if (CHANGES.includes(name)) refuseOutside(ctx, object, node);
    const known = itemsMethod(ctx, object, name, args, node);
    if (known) return known;
  }
  if (object.kind === "items" && object.items.length === 0) {
    const known = ofNothing(name, args, node);
    if (known) return known;
  }
  const given = typeOf(ctx, object);
  const list: Dynamic =
    given.kind === "tuple"
      ? (toList(ctx, materialise(ctx, object, node), node) as Dynamic)
      : materialise(ctx, object, node);
  const type = resolved(list.type) as SType & { kind: "array" };
  if (given.kind === "tuple" && CHANGES.includes(name)) {
    ctx.refuse("ASSIGNMENT", node, `${name} changes an array, and ${showType(given)} is a tuple`, {
      advice: "Give it an array type, `number[]`, or copy it: `[...tuple]`.",
    });
  }
  const { elem } = type;
  const item = (value: SValue | undefined): Dynamic => {
    const made = materialise(ctx, value ?? UNDEFINED, node, elem);
    return made;
  };
  const count = (value: SValue | undefined) => {
    if (value === undefined || (value.kind === "const" && value.js === undefined)) return ctx.none();
    if (!isNumeric(nonNullish(typeOf(ctx, value)))) {
      ctx.refuse("ARGUMENTS", node, `${name} takes numbers, got ${showType(typeOf(ctx, value))}`);
    }
    return coerce(ctx, value, NumberS, node).value;
  };
  const self = list.value;
  const calls = LOOPS[name];
  if (calls !== undefined) {
    const makes = name === "map" || name === "filter" || name === "flatMap";
    return callPrelude(
      ctx,
      name,
      [list, ...args.slice(0, calls)],
      node,
      makes ? arrayWanted(wanted) : undefined,
    );
  }
  switch (name) {
    case "reduce":
      return callPrelude(ctx, args.length > 1 ? "reduce" : "reduceFirst", [list, ...args], node);
    case "push": {
      let length: SValue = UNDEFINED;
      args.forEach((arg, i) => {
        const made = materialise(ctx, arg, argumentNode(node, i), elem);
        length = ctx.op("js::push", [self, made.value], IntS);
      });
      return args.length === 0 ? ctx.op("js::listLen", [self], IntS) : length;
    }
    case "pop":
    case "shift":
      return ctx.op(`js::${name}`, [self], unionS([elem, UndefinedS]));
    case "unshift": {
      let length: SValue = UNDEFINED;
      for (const arg of args.toReversed()) length = ctx.op("js::unshift", [self, item(arg).value], IntS);
      return length;
    }
    case "slice":
      return ctx.op("js::listSlice", [self, count(args[0]), count(args[1])], type);
    case "splice": {
      const items = ctx.raw(
        "prim::ListConstruct",
        args.slice(2).map((arg) => item(arg).value),
        irType(type),
      );
      const added = ctx.dynamic(items, type);
      const deleted = args.length === 1 ? ctx.float(Number.POSITIVE_INFINITY) : count(args[1]);
      return ctx.op(
        "js::splice",
        [self, args[0] ? coerce(ctx, args[0], NumberS, node).value : ctx.float(0), deleted, added.value],
        type,
      );
    }
    case "concat": {
      let all: Dynamic = ctx.op("js::listSlice", [self, ctx.none(), ctx.none()], type);
      for (const arg of args) {
        const kind = typeOf(ctx, arg).kind;
        const part =
          kind === "array" || kind === "tuple" ? arg : ({ kind: "items", items: [arg], node } as SValue);
        all = ctx.op("js::concatLists", [all.value, coerce(ctx, part, type, node).value], type);
      }
      return all;
    }
    case "at":
      return ctx.op(
        "js::listAt",
        [self, coerce(ctx, args[0] ?? UNDEFINED, NumberS, node).value],
        unionS([elem, UndefinedS]),
      );
    case "indexOf":
      return ctx.op(
        "js::listIndexOf",
        [self, item(args[0]).value, args[1] ? coerce(ctx, args[1], NumberS, node).value : ctx.float(0)],
        IntS,
      );
    case "lastIndexOf":
      return ctx.op("js::listLastIndexOf", [self, item(args[0]).value], IntS);
    case "includes":
      return ctx.op("js::listIncludes", [self, item(args[0]).value], BooleanS);
    case "reverse":
      ctx.effect("js::reverse", [self]);
      return list;
    case "toReversed":
    case "toSorted": {
      const copy = ctx.op("js::listSlice", [self, ctx.none(), ctx.none()], type);
      return arrayMethod(ctx, copy, name === "toSorted" ? "sort" : "reverse", args, node, wanted);
    }
    case "fill":
      ctx.effect("js::fill", [self, item(args[0]).value, count(args[1]), count(args[2])]);
      return list;
    case "sort":
      if (args.length > 0 && !(args[0]!.kind === "const"))
        return callPrelude(ctx, "sortBy", [list, args[0]!], node);
      if (!["string", "number", "int", "boolean", "literal"].includes(resolved(elem).kind)) {
        ctx.refuse("ARGUMENTS", node, `sort of ${showType(type)} needs a comparison`, {
          advice: "Write list.sort((a, b) => …).",
        });
      }
      ctx.effect("js::sort", [self]);
      return list;
    case "join": {
      const separator = args[0]
        ? materialise(ctx, args[0], node, StringS)
        : materialise(ctx, { kind: "const", js: "," }, node);
      if (resolved(elem).kind === "string") return ctx.op("js::joinStrs", [self, separator.value], StringS);
      return callPrelude(ctx, "join", [list, separator], node);
    }
    case "flat":
      return callPrelude(ctx, "flat", [list], node);
    case "entries":
    case "keys":
      return callPrelude(ctx, name, [list], node);
    case "values":
      return list;
    case "toString":
      return arrayMethod(ctx, list, "join", [], node, wanted);
    default:
      return undefined;
  }
}

/** What methods that take functions give for an array without items; undefined for other methods. */
function ofNothing(name: string, args: readonly SValue[], node: AnyNode): SValue | undefined {
  switch (name) {
    case "map":
    case "filter":
    case "flatMap":
      return { kind: "items", items: [], node };
    case "some":
      return constant(false);
    case "every":
      return constant(true);
    case "findIndex":
    case "findLastIndex":
      return constant(-1);
    case "find":
    case "findLast":
    case "forEach":
      return UNDEFINED;
    case "reduce":
    case "reduceRight":
      return args[1];
    default:
      return undefined;
  }
}

/** `new Array(n).fill(x)`, and copies of it. */
function filled(
  ctx: Context,
  holes: SValue & { kind: "fields" },
  name: string,
  args: readonly SValue[],
  node: AnyNode,
  wanted: SType | undefined,
): SValue | undefined {
  if (name !== "fill" || args.length !== 1) {
    return ctx.refuse("UNSUPPORTED_SYNTAX", node, "an array of holes is not supported", {
      advice: "Write new Array(n).fill(x), or Array.from({ length: n }, …).",
    });
  }
  const want = wanted && resolved(wanted);
  const count = holes.fields.get("length")!;
  const [given] = args as readonly [SValue];
  const isLiteral = given.kind === "items" || given.kind === "fields";
  const length = count.kind === "const" ? Number(count.js) : -1;
  // A literal is one object, which all items are.
  if (Number.isInteger(length) && length >= 0 && length <= 8 && !isLiteral)
    return { kind: "items", items: new Array<SValue>(length).fill(given), node };
  const value = materialise(ctx, given, node, want?.kind === "array" ? want.elem : undefined);
  const size = materialise(ctx, count, node, NumberS);
  return ctx.op("js::newList", [size.value, value.value], arrayS(value.type));
}
