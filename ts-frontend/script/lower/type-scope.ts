/** Types named in a script: built-in ones, interfaces and aliases of its file, script classes. */

import type { AnyNode, Expression } from "acorn";
import { markText, type TypeMark } from "../source/index.ts";
import {
  arrayS,
  BigIntS,
  BooleanS,
  DeviceS,
  DimS,
  DTypeS,
  ErrorS,
  FunctionS,
  IntS,
  isAssignable,
  mayBeNullish,
  membersOf,
  NeverS,
  NullS,
  NumberS,
  nonNullish,
  resolved,
  ScalarS,
  type SType,
  StringS,
  TensorS,
  typeKey,
  UndefinedS,
  UnknownS,
  unionS,
} from "../types/model.ts";
import {
  type Field,
  parseDeclaration,
  parseFields,
  parseSignature,
  parseType,
  type Signature,
  type TypeNames,
  TypeTextError,
} from "../types/parse.ts";
import type { Context } from "./context.ts";
import { coerce, materialise, typeOf } from "./convert.ts";
import { lowerExpression } from "./expressions.ts";
import { arrayAsTuple } from "./lists.ts";
import type { SourceUnit } from "./source-unit.ts";
import { checkedCast } from "./unions.ts";
import type { NodeLike, SValue } from "./values.ts";

const SIMPLE: Readonly<Record<string, SType>> = {
  number: NumberS,
  int: IntS,
  float: NumberS,
  boolean: BooleanS,
  string: StringS,
  bigint: BigIntS,
  null: NullS,
  undefined: UndefinedS,
  void: UndefinedS,
  never: NeverS,
  unknown: UnknownS,
  any: UnknownS,
  object: UnknownS,
  Tensor: TensorS,
  Parameter: TensorS,
  Scalar: ScalarS,
  Dim: DimS,
  Size: DimS,
  DType: DTypeS,
  DTypeLike: DTypeS,
  Device: DeviceS,
  Error: ErrorS,
  Function: FunctionS,
};

class Names implements TypeNames {
  readonly #ctx: Context;
  readonly #source: SourceUnit;
  readonly #parameters: ReadonlyMap<string, SType>;

  constructor(ctx: Context, source: SourceUnit, parameters: ReadonlyMap<string, SType> = new Map()) {
    this.#ctx = ctx;
    this.#source = source;
    this.#parameters = parameters;
  }

  lookup(name: string, args: readonly SType[]): SType | undefined {
    const given = this.#parameters.get(name) ?? this.#ctx.typeVariable(name);
    if (given) return given;
    if (name === "this") return this.#ctx.frame.self && typeOf(this.#ctx, this.#ctx.frame.self);
    const last = name.split(".").at(-1)!;
    switch (last) {
      case "Array":
      case "ReadonlyArray":
        return arrayS(args[0] ?? UnknownS);
      case "Map":
      case "ReadonlyMap":
        return { kind: "map", key: args[0] ?? UnknownS, value: args[1] ?? UnknownS };
      case "Set":
      case "ReadonlySet":
        return { kind: "set", elem: args[0] ?? UnknownS };
      case "Record":
      case "Object":
        if (args.length === 2) return { kind: "record", value: args[1]! };
        return undefined;
      case "Readonly":
      case "Required":
      case "NonNullable":
        return last === "NonNullable" ? nonNullish(args[0] ?? NeverS) : args[0];
      case "Partial":
        return undefined;
      case "Parameter":
      case "Buffer":
      case "Constant":
      case "Submodule":
        return args[0] ?? TensorS;
      case "NamedTuple": {
        const [own, fields] = args.map(resolved);
        if (own?.kind !== "literal" || fields?.kind !== "tuple") return undefined;
        return { kind: "tuple", elems: fields.elems, names: fields.labels ?? [], name: String(own.value) };
      }
      case "ExternalClass": {
        const own = args[0] && resolved(args[0]);
        return own?.kind === "literal" ? { kind: "class", name: String(own.value) } : undefined;
      }
      case "Future":
        return { kind: "future", elem: args[0] ?? UnknownS };
      default:
        break;
    }
    const declared = this.#declared(last, args);
    if (declared) return declared;
    return SIMPLE[name] ?? SIMPLE[last] ?? this.#ctx.unit.namedType(this.#ctx, name, this.#source);
  }

  #declared(name: string, args: readonly SType[]): SType | undefined {
    const text = this.#source.text.declarations[name];
    if (text === undefined) return undefined;
    const declaration = parseDeclaration(text);
    if (!declaration) return undefined;
    const parameters = new Map(
      declaration.parameters.map((parameter, i) => [parameter, args[i] ?? UnknownS] as const),
    );
    const names = new Names(this.#ctx, this.#source, parameters);
    if (declaration.kind === "alias") return parseType(declaration.body, names);
    const key = `${name}<${args.map(typeKey).join()}> ${this.#meaning(name).join(" ")}`;
    return this.#ctx.unit.interfaceType(name, key, () => {
      const inherited: Field[] = declaration.bases.flatMap((base) => {
        const type = resolved(parseType(base, names));
        return type.kind === "class" ? [...(this.#ctx.unit.structFields(type.name) ?? [])] : [];
      });
      if (/^\{\s*(?:readonly\s+)?\[/.test(declaration.body))
        return resolved(parseType(declaration.body, names));
      return [...inherited, ...parseFields(declaration.body, names)];
    });
  }

  /** The text of a declaration and of those that it names: where they are the same, so is the type. */
  #meaning(name: string, seen: Set<string> = new Set()): string[] {
    const text = this.#source.text.declarations[name];
    if (text === undefined || seen.has(name)) return [];
    seen.add(name);
    const words = text.match(/[A-Za-z_$][\w$]*/g) ?? [];
    return [text, ...words.flatMap((word) => this.#meaning(word, seen))];
  }

  object(fields: readonly Field[]): SType {
    return this.#ctx.unit.structType(fields);
  }

  record(value: SType): SType {
    return { kind: "record", value };
  }
}

/** `x is T`, what a function that returns a boolean says of its parameter: the name and the text of the type. */
export function typePredicate(text: string | undefined): { parameter: string; type: string } | undefined {
  const match = text && /^\s*:?\s*([A-Za-z_$][\w$]*)\s+is\s+([\s\S]+)$/.exec(text);
  return match ? { parameter: match[1]!, type: match[2]! } : undefined;
}

/** The type that a text of the user's means. */
export function typeAt(ctx: Context, text: string, source: SourceUnit, node: NodeLike): SType {
  if (source.isLibrary) return typeOrUnknown(ctx, text, source);
  return reading(ctx, node, () => parseType(text, new Names(ctx, source)));
}

/** The types of a class's fields that declarations given as text tell. */
export function typesOfFields(
  ctx: Context,
  name: string,
  source: SourceUnit,
  node: NodeLike,
): ReadonlyMap<string, SType> {
  const text = source.text.declarations[name];
  const body = text && /^(?:(?:export|declare|abstract)\s+)*class\s[^{]*(\{[\s\S]*\})\s*$/.exec(text)?.[1];
  if (!body) return new Map();
  const fields = reading(ctx, node, () => parseFields(body, new Names(ctx, source)));
  return new Map(fields.map((field) => [field.name, field.type]));
}

/** The library is checked by TypeScript; what it says beyond the types of scripts does not matter here. */
function typeOrUnknown(ctx: Context, text: string, source: SourceUnit): SType {
  try {
    return parseType(text, new Names(ctx, source));
  } catch (error) {
    if (error instanceof TypeTextError) return UnknownS;
    throw error;
  }
}

/** A signature given as text: `(x: Tensor, n: int) => Tensor`. */
export function signatureOf(ctx: Context, text: string, source: SourceUnit, node: NodeLike): Signature {
  return reading(ctx, node, () => parseSignature(text, new Names(ctx, source)));
}

function reading<T>(ctx: Context, node: NodeLike, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof TypeTextError)) throw error;
    return ctx.refuse("UNKNOWN_TYPE", node, error.message, {
      advice: error.unknownName
        ? "Types are number, int, boolean, string, bigint, Tensor, T[], [A, B], Map, Set, Record<string, T>, unions, interfaces and script classes."
        : "",
    });
  }
}

/** The type that a cast asks for, where it helps to make the expression. */
export function castWanted(ctx: Context, cast: TypeMark, node: AnyNode): SType | undefined {
  if (cast.kind === "nonnull") return undefined;
  const text = castText(ctx, cast);
  return text === "const" ? undefined : typeAt(ctx, text, ctx.source, node);
}

/** A JSDoc cast: a type in a comment before an expression in parentheses. */
export function docCast(ctx: Context, text: string, inner: Expression, node: AnyNode): SValue {
  if (text.trim() === "const") return lowerExpression(ctx, inner);
  const type = typeAt(ctx, text, ctx.source, node);
  return castTo(ctx, lowerExpression(ctx, inner, type), type, node);
}

function castText(ctx: Context, cast: TypeMark): string {
  return markText(ctx.source.text, cast)
    .replace(/^\s*(?:as|satisfies)\s+/, "")
    .trim();
}

/** `value as T`, `value satisfies T`, `value!`: checked at run time where the value's type alone does not say it. */
export function castType(ctx: Context, value: SValue, cast: TypeMark, node: AnyNode): SValue {
  if (value.kind === "unset" || ctx.state.dead) return value;
  if (cast.kind === "nonnull") {
    const type = typeOf(ctx, value);
    return mayBeNullish(type) ? coerce(ctx, value, nonNullish(type), node) : value;
  }
  const text = castText(ctx, cast);
  return text === "const" ? value : castTo(ctx, value, typeAt(ctx, text, ctx.source, node), node);
}

function castTo(ctx: Context, value: SValue, to: SType, node: AnyNode): SValue {
  if (value.kind === "const" || value.kind === "closure" || value.kind === "host") return value;
  if (value.kind === "unset" || ctx.state.dead) return value;
  if (resolved(to).kind === "unknown") return value;
  const from = typeOf(ctx, value);
  if (value.kind === "items" || value.kind === "fields" || isAssignable(from, to))
    return coerce(ctx, value, to, node);
  const wanted = resolved(to);
  if (from.kind === "array" && wanted.kind === "tuple") {
    return arrayAsTuple(ctx, materialise(ctx, value, node), wanted, node);
  }
  const narrowed = membersOf(from).some((member) => isAssignable(member, to));
  if (narrowed && from.kind === "union") {
    if (!mayBeNullish(to) && mayBeNullish(from) && membersOf(nonNullish(from)).length === 1)
      return coerce(ctx, value, to, node);
    return checkedCast(ctx, materialise(ctx, value, node), unionS([to]), node);
  }
  if (from.kind === "unknown") return checkedCast(ctx, materialise(ctx, value, node), to, node);
  return coerce(ctx, value, to, node);
}
