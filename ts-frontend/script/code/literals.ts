/** Literals of printed code: of static fields, constants and defaults. */

import type { Expression } from "acorn";
import type { Type } from "../../../format/types.ts";
import { IValue, typeOfValue } from "../../../format/value.ts";

/** The JavaScript value of a literal expression: strings, numbers, bigints, booleans, null, arrays and plain objects. */
export function literalOf(node: Expression): unknown {
  switch (node.type) {
    case "ParenthesizedExpression":
      return literalOf(node.expression);
    case "Literal":
      return node.bigint ? BigInt(node.bigint) : node.value;
    case "UnaryExpression": {
      const value = literalOf(node.argument);
      return typeof value === "bigint" ? -value : -(value as number);
    }
    case "Identifier":
      return node.name === "Infinity"
        ? Number.POSITIVE_INFINITY
        : node.name === "NaN"
          ? Number.NaN
          : undefined;
    case "ArrayExpression":
      return node.elements.map((element) => literalOf(element as Expression));
    case "ObjectExpression":
      return Object.fromEntries(
        node.properties.flatMap((property) => {
          if (property.type !== "Property") return [];
          const key =
            property.key.type === "Identifier"
              ? property.key.name
              : String(literalOf(property.key as Expression));
          return [[key, literalOf(property.value)]];
        }),
      );
    default:
      return undefined;
  }
}

/** Looks up `CONSTANTS.name`. */
type Table = (name: string) => IValue | undefined;
/** Looks up `Enum.MEMBER`. */
type Members = (path: readonly string[]) => IValue | undefined;

/** A literal as a value of the program, of a type. */
literalOf.value = (node: Expression, type: Type, table: Table, members: Members): IValue => {
  if (node.type === "ParenthesizedExpression") return literalOf.value(node.expression, type, table, members);
  if (node.type === "MemberExpression" && node.object.type === "Identifier") {
    const name =
      node.property.type === "Identifier"
        ? node.property.name
        : String(literalOf(node.property as Expression));
    const found = node.object.name === "CONSTANTS" ? table(name) : members([node.object.name, name]);
    if (found) return found;
  }
  const inner = type.kind === "Optional" ? type.elem : type;
  if (node.type === "ArrayExpression") {
    const elems = node.elements as Expression[];
    if (inner.kind === "Tuple")
      return IValue.tuple(elems.map((elem, i) => literalOf.value(elem, inner.elems[i]!, table, members)));
    const elem = inner.kind === "List" ? inner.elem : undefined;
    const items = elems.map((item) => literalOf.value(item, elem ?? inner, table, members));
    return IValue.list(elem ?? (items[0] ? typeOfValue(items[0]) : null), items);
  }
  if (node.type === "NewExpression" && inner.kind === "Dict") {
    const [pairs] = node.arguments;
    const entries = pairs?.type === "ArrayExpression" ? (pairs.elements as Expression[]) : [];
    return IValue.dict(
      inner.key,
      inner.value,
      entries.map((pair) => {
        const [key, value] = (pair as Expression & { type: "ArrayExpression" }).elements as Expression[];
        return [
          literalOf.value(key!, inner.key, table, members),
          literalOf.value(value!, inner.value, table, members),
        ];
      }),
    );
  }
  const value = literalOf(node);
  switch (typeof value) {
    case "bigint":
      return IValue.int(value);
    case "number":
      return IValue.float(value);
    case "boolean":
      return IValue.bool(value);
    case "string":
      return inner.kind === "Device" ? IValue.device(value) : IValue.str(value);
    default:
      return IValue.none;
  }
};
