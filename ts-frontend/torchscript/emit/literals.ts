/** Literals as values: defaults of parameters, constants of classes, members of enums. */

import type { Argument } from "../../../format/schema.ts";
import { FloatType, IntType, type Type } from "../../../format/types.ts";
import { IValue, typeOfValue } from "../../../format/value.ts";
import type { Expr } from "../syntax/ast.ts";

/** The value of a literal expression where a `type` is wanted; undefined if it is none. */
export function literalValue(expr: Expr, type?: Type): IValue | undefined {
  const wanted = type?.kind === "Optional" ? type.elem : type;
  switch (expr.kind) {
    case "int":
      if (wanted?.kind === "float") return IValue.float(Number(expr.value));
      return IValue.int(BigInt.asIntN(64, expr.value));
    case "float":
      return IValue.float(expr.value);
    case "str":
      return wanted?.kind === "Device" ? IValue.device(expr.value) : IValue.str(expr.value);
    case "constant":
      return expr.value === null ? IValue.none : IValue.bool(expr.value);
    case "name":
      if (expr.name === "inf") return IValue.float(Infinity);
      return expr.name === "nan" ? IValue.float(Number.NaN) : undefined;
    case "unary": {
      const operand = expr.op === "-" ? literalValue(expr.operand, type) : undefined;
      return operand?.kind === "float" ? IValue.float(-operand.value) : undefined;
    }
    case "tuple":
      return every(expr.items, wanted?.kind === "Tuple" ? wanted.elems : undefined, (items) =>
        IValue.tuple(items),
      );
    case "list": {
      const elem = wanted?.kind === "List" ? wanted.elem : undefined;
      const elems = elem === undefined ? undefined : expr.items.map(() => elem);
      return every(expr.items, elems, (items) =>
        IValue.list(elem ?? (items[0] === undefined ? null : typeOfValue(items[0])), items),
      );
    }
    case "dict":
      if (wanted?.kind !== "Dict" || expr.entries.length > 0) return undefined;
      return IValue.dict(wanted.key, wanted.value);
    case "call":
      // torch.device("cpu"), annotate(List[int], [])
      if (expr.callee.kind === "attribute" && expr.callee.name === "device" && expr.args[0]?.kind === "str") {
        return IValue.device(expr.args[0].value);
      }
      return undefined;
    default:
      return undefined;
  }
}

function every(
  exprs: readonly Expr[],
  types: readonly Type[] | undefined,
  make: (items: IValue[]) => IValue,
): IValue | undefined {
  const items: IValue[] = [];
  for (const [i, expr] of exprs.entries()) {
    const item = literalValue(expr, types?.[i]);
    if (item === undefined) return undefined;
    items.push(item);
  }
  return make(items);
}

/** An operator argument's default as a value. */
export function defaultValue(arg: Argument): IValue {
  const value = arg.default ?? null;
  if (value === null) return IValue.none;
  const type = arg.type.kind === "Optional" ? arg.type.elem : arg.type;
  if (!Array.isArray(value)) return single(value, type, arg.floatDefault);
  const elem = type.kind === "List" ? type.elem : IntType;
  return IValue.list(
    elem,
    value.map((item) => single(item, elem)),
  );
}

function single(value: boolean | number | string, type: Type, floatScalar?: true): IValue {
  if (typeof value === "boolean") return IValue.bool(value);
  if (typeof value === "string") return type.kind === "Device" ? IValue.device(value) : IValue.str(value);
  const isFloat = type === FloatType || (type.kind === "Scalar" && (floatScalar || !Number.isInteger(value)));
  return isFloat ? IValue.float(value) : IValue.int(value);
}
