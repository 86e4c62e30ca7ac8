/** Object literals as objects of the graph: of an interface's class, a record, or a class made for these fields. */

import {
  irType,
  isNumeric,
  joinTypes,
  mayBeNullish,
  membersOf,
  resolved,
  type SType,
  showType,
  unionS,
  variableS,
  widened,
} from "../types/model.ts";
import type { Context } from "./context.ts";
import { coerce, materialise, typeOf } from "./convert.ts";
import type { Dynamic, NodeLike, SValue } from "./values.ts";
import { UNDEFINED } from "./values.ts";

type Literal = SValue & { kind: "fields" };

/** The object of a literal, of the wanted type if there is one. */
export function buildObject(
  ctx: Context,
  literal: Literal,
  node: NodeLike,
  wanted: SType | undefined,
): Dynamic {
  const want = wanted && resolved(wanted);
  if (literal.fields.has("#holes")) {
    return ctx.refuse("UNSUPPORTED_SYNTAX", node, "an array of holes is not supported", {
      advice: "Write new Array(n).fill(x), or Array.from({ length: n }, …).",
    });
  }
  switch (want?.kind) {
    case undefined:
    case "unknown":
      return buildStruct(ctx, literal, node);
    case "variable": {
      const made = buildStruct(ctx, literal, node);
      return coerce(ctx, made, want, node);
    }
    case "record":
      return buildRecord(ctx, literal, node, want.value);
    case "class":
      return buildClass(ctx, literal, node, want);
    case "tuple":
      if (want.names) {
        const values = want.names.map(
          (name, i) => materialise(ctx, literal.fields.get(name) ?? UNDEFINED, node, want.elems[i]).value,
        );
        return ctx.op("prim::TupleConstruct", values, want);
      }
      break;
    case "union": {
      const member = membersOf(want).find((type) => fits(ctx, literal, type));
      if (member) {
        const made = buildObject(ctx, literal, node, member);
        return { kind: "value", value: made.value, type: want };
      }
      break;
    }
    default:
  }
  const shown = [...literal.fields.keys()].join(", ");
  return ctx.refuse("TYPE_MISMATCH", node, `expected ${showType(want!)}, got an object { ${shown} }`);
}

/** True if a literal can be an object of a type: the fields are there and literal types agree. */
function fits(ctx: Context, literal: Literal, type: SType): boolean {
  const at = resolved(type);
  if (at.kind === "record") return true;
  if (at.kind !== "class") return false;
  const fields = ctx.unit.structFields(at.name);
  if (!fields) return false;
  const names = new Set(fields.map((field) => field.name));
  if ([...literal.fields.keys()].some((name) => !names.has(name))) return false;
  return fields.every(({ name, type: wanted }) => {
    const value = literal.fields.get(name);
    if (value === undefined) return mayBeNullish(wanted);
    const want = resolved(wanted);
    return want.kind !== "literal" || (value.kind === "const" && value.js === want.value);
  });
}

function buildRecord(ctx: Context, literal: Literal, node: NodeLike, value: SType): Dynamic {
  const values = [...literal.fields].flatMap(([key, field]) => [
    ctx.str(key),
    materialise(ctx, field, node, value).value,
  ]);
  const type: SType = { kind: "record", value };
  return ctx.op("prim::DictConstruct", values, type);
}

function buildClass(
  ctx: Context,
  literal: Literal,
  node: NodeLike,
  want: SType & { kind: "class" },
): Dynamic {
  const fields = ctx.unit.structFields(want.name);
  if (!fields) {
    return ctx.refuse("TYPE_MISMATCH", node, `an object literal is no ${showType(want)}`, {
      advice: `Write new ${showType(want)}(…).`,
    });
  }
  for (const name of literal.fields.keys()) {
    if (!fields.some((field) => field.name === name)) {
      ctx.refuse("TYPE_MISMATCH", literal.node, `${showType(want)} has no field ${name}`, {
        advice: `It has: ${fields.map((field) => field.name).join(", ")}.`,
      });
    }
  }
  const values = fields.map(({ name, type }) => {
    const value = literal.fields.get(name);
    if (value === undefined && !mayBeNullish(type)) {
      ctx.refuse(
        "TYPE_MISMATCH",
        literal.node,
        `the field ${name}: ${showType(type)} of ${showType(want)} is missing`,
      );
    }
    return materialise(ctx, value ?? UNDEFINED, node, type).value;
  });
  const object = ctx.op("prim::CreateObject", [], want);
  fields.forEach(({ name }, i) => {
    ctx.builder.setAttr(object.value, name, values[i]!);
  });
  return object;
}

/** An object of a class made for these fields and types. */
function buildStruct(ctx: Context, literal: Literal, node: NodeLike): Dynamic {
  const made = [...literal.fields].map(([name, value]) => ({ name, value: materialise(ctx, value, node) }));
  const type = ctx.unit.structType(
    made.map(({ name, value }) => ({ name, type: assignable(widened(value.type)) })),
  );
  const fields = new Map<string, SValue>(made.map(({ name, value }) => [name, value]));
  return buildClass(
    ctx,
    { kind: "fields", fields, node: literal.node },
    node,
    type as SType & { kind: "class" },
  );
}

/** The type of a field that starts as this: an int may become any number. */
function assignable(type: SType): SType {
  const at = resolved(type);
  switch (at.kind) {
    case "int":
      return { kind: "number" };
    case "array":
    case "set":
      return { ...at, elem: assignable(at.elem) };
    case "union":
      return unionS(at.members.map(assignable));
    default:
      return at;
  }
}

/** A map of known pairs. */
export function buildMap(
  ctx: Context,
  pairs: readonly (readonly [SValue, SValue])[],
  wanted: SType | undefined,
  node: NodeLike,
): Dynamic {
  const want = wanted && resolved(wanted);
  const side = (at: 0 | 1): SType => {
    if (want?.kind === "map") return at === 0 ? want.key : want.value;
    return pairs.length === 0
      ? variableS()
      : pairs.map((pair) => widened(typeOf(ctx, pair[at]))).reduce(joinTypes);
  };
  const [key, value] = [side(0), side(1)];
  const values = pairs.flatMap((pair) => [
    materialise(ctx, pair[0], node, key).value,
    materialise(ctx, pair[1], node, value).value,
  ]);
  const type: SType = { kind: "map", key, value };
  if (pairs.length > 0 && isNumeric(key)) {
    // -0 and NaN are keys like 0 and one NaN: mapSet sees to it.
    const map = buildMap(ctx, [], type, node);
    for (let i = 0; i < values.length; i += 2)
      ctx.effect("js::mapSet", [map.value, values[i]!, values[i + 1]!]);
    return map;
  }
  const made = ctx.raw("prim::DictConstruct", values, irType(type));
  return ctx.open(made, type, node);
}
