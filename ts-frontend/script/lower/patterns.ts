/** Destructuring: names get the parts of a value, with defaults; and plain assignment to variables. */

import type { AssignmentProperty, Expression, Identifier, Pattern } from "acorn";
import { BooleanS, mayBeNullish, membersOf, nonNullish, resolved, type SType } from "../types/model.ts";
import { branch } from "./branches.ts";
import type { Context } from "./context.ts";
import { coerce, materialise, named, typeOf, untuple } from "./convert.ts";
import { lowerExpression } from "./expressions.ts";
import { hostValue } from "./host.ts";
import { assignMember, getIndex, readMember } from "./members.ts";
import { Variable } from "./scope.ts";
import { constant, type NodeLike, type SValue, UNDEFINED } from "./values.ts";

export interface BindOptions {
  /** Declares new variables (else existing ones are assigned). */
  readonly declare?: boolean;
  readonly constant?: boolean;
  readonly declared?: SType | undefined;
  /** The variables are parameters: a literal may stay one. */
  readonly soft?: boolean;
}

/** The names that a pattern binds, in order. */
export function patternNames(pattern: Pattern): string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "AssignmentPattern":
      return patternNames(pattern.left);
    case "ArrayPattern":
      return pattern.elements.flatMap((element) => (element ? patternNames(element) : []));
    case "ObjectPattern":
      return pattern.properties.flatMap((property) =>
        property.type === "RestElement" ? patternNames(property.argument) : patternNames(property.value),
      );
    case "RestElement":
      return patternNames(pattern.argument);
    default:
      return [];
  }
}

/** Declares or assigns what a pattern names, from a value. */
export function bindPattern(ctx: Context, pattern: Pattern, value: SValue, options: BindOptions = {}): void {
  const { declare = true } = options;
  switch (pattern.type) {
    case "Identifier":
      if (declare) declareVariable(ctx, pattern, value, options);
      else assignVariable(ctx, pattern, value);
      return;
    case "MemberExpression":
      assignMember(ctx, pattern, value);
      return;
    case "AssignmentPattern":
      bindPattern(
        ctx,
        pattern.left,
        withDefault(ctx, value, pattern.right, options.declared, pattern),
        options,
      );
      return;
    case "ArrayPattern":
      bindArray(ctx, pattern, value, options);
      return;
    case "ObjectPattern":
      bindObject(ctx, pattern, value, options);
      return;
    default:
      ctx.refuse("UNSUPPORTED_SYNTAX", pattern, "a rest element here is not supported");
  }
}

/** The value, or the default where it is undefined. */
function withDefault(
  ctx: Context,
  value: SValue,
  fallback: Expression,
  wanted: SType | undefined,
  node: NodeLike,
): SValue {
  if (value.kind === "const") return value.js === undefined ? lowerExpression(ctx, fallback, wanted) : value;
  if (value.kind !== "value") return value;
  const type = resolved(value.type);
  // null is a value; only undefined takes the default.
  if (!membersOf(type).some((member) => resolved(member).kind === "undefined")) return value;
  const absent = ctx.op("aten::__is__", [value.value, ctx.none()], BooleanS);
  return branch(
    ctx,
    absent,
    () => lowerExpression(ctx, fallback, wanted),
    () => ctx.cast(value.value, nonNullish(type)),
    node,
  )!;
}

/** Declares a variable of the present scope. */
export function declareVariable(ctx: Context, target: Identifier, value: SValue, options: BindOptions): void {
  const { declared } = options;
  const variable = ctx.scope.declare(
    new Variable(target.name, { constant: options.constant ?? false, declared }),
  );
  ctx.state.set(
    variable,
    stored(ctx, value, target, declared, options.soft ? "parameter" : options.constant),
  );
}

/** What a variable keeps of a value: literals of arrays and objects become real ones, since they can change. */
function stored(
  ctx: Context,
  value: SValue,
  target: Identifier,
  declared: SType | undefined,
  fixed: boolean | "parameter" | undefined,
): SValue {
  if (value.kind === "closure") return fixed === "parameter" ? value : { name: target.name, ...value };
  if (value.kind === "host" || value.kind === "unset") return value;
  if (value.kind === "const") {
    if (declared && !(value.js == null && !mayBeNullish(declared))) coerce(ctx, value, declared, target);
    return value;
  }
  // The library changes no object or array that it was given or has named, so that what is known of them stays known.
  if (
    (value.kind === "items" || value.kind === "fields") &&
    fixed &&
    ctx.source.isLibrary &&
    ctx.unit.isOnlyRead(ctx.source, target, { shared: true })
  ) {
    return value;
  }
  if (value.kind === "fields" && fixed && (declared === undefined || resolved(declared).kind === "unknown")) {
    if (ctx.unit.isOnlyRead(ctx.source, target)) {
      const fields = new Map<string, SValue>();
      for (const [name, field] of value.fields)
        fields.set(
          name,
          field.kind === "items" || field.kind === "fields" ? materialise(ctx, field, target) : field,
        );
      return { ...value, fields };
    }
  }
  if (
    value.kind === "items" &&
    fixed &&
    declared === undefined &&
    value.items.some((item) => item.kind === "closure" || item.kind === "host")
  ) {
    return value;
  }
  if (value.kind === "items" && value.outside !== undefined) {
    const type = declared && resolved(declared).kind;
    if (type === undefined || type === "array") return value;
  }
  const want =
    declared && resolved(declared).kind !== "unknown" && resolved(declared).kind !== "function"
      ? declared
      : undefined;
  return named(ctx, materialise(ctx, value, target, want), target.name);
}

export function assignVariable(ctx: Context, target: Identifier, value: SValue): void {
  const variable = ctx.scope.find(target.name);
  if (variable === undefined) {
    ctx.refuse("ASSIGNMENT", target, `${target.name} is outside the script and cannot be assigned`, {
      advice: "Keep state in attributes of a module: `this.count = …`.",
    });
  }
  if (variable.constant)
    ctx.refuse("ASSIGNMENT", target, `${target.name} is a constant`, { advice: "Declare it with let." });
  const before = ctx.state.get(variable);
  if (before?.kind === "cell") {
    const made = materialise(ctx, value, target, variable.declared);
    ctx.writeCell(variable, before, made, target);
    return;
  }
  ctx.state.set(variable, stored(ctx, value, target, variable.declared, false));
}

function bindArray(
  ctx: Context,
  pattern: Pattern & { type: "ArrayPattern" },
  value: SValue,
  options: BindOptions,
): void {
  const type = typeOf(ctx, value);
  const declared = options.declared && resolved(options.declared);
  const parts =
    value.kind === "items"
      ? value.items
      : type.kind === "tuple"
        ? untuple(ctx, coerce(ctx, value, type, pattern))
        : undefined;
  const source = parts ? value : materialise(ctx, value, pattern);
  pattern.elements.forEach((element, i) => {
    if (!element) return;
    const partType =
      declared?.kind === "tuple" ? declared.elems[i] : declared?.kind === "array" ? declared.elem : undefined;
    if (element.type === "RestElement") {
      const rest: SValue = parts
        ? { kind: "items", items: parts.slice(i), node: element }
        : ctx.op("js::listSlice", [materialise(ctx, source, element).value, ctx.float(i), ctx.none()], type);
      bindPattern(ctx, element.argument, rest, {
        ...options,
        declared: declared?.kind === "array" ? declared : undefined,
      });
      return;
    }
    const part = parts ? (parts[i] ?? UNDEFINED) : getIndex(ctx, source, constant(i), element);
    bindPattern(ctx, element, part, { ...options, declared: partType });
  });
}

function bindObject(
  ctx: Context,
  pattern: Pattern & { type: "ObjectPattern" },
  value: SValue,
  options: BindOptions,
): void {
  if (value.kind === "host") {
    const literal = hostValue(ctx, value);
    if (literal) return bindObject(ctx, pattern, literal, options);
  }
  const taken: string[] = [];
  for (const property of pattern.properties) {
    if (property.type === "RestElement") {
      const whole = value.kind === "fields" ? value : undefined;
      if (!whole)
        ctx.refuse("UNSUPPORTED_SYNTAX", property, "the rest of an object can be taken of a literal only");
      const rest = new Map([...whole.fields].filter(([key]) => !taken.includes(key)));
      bindPattern(ctx, property.argument, { kind: "fields", fields: rest, node: property }, options);
      continue;
    }
    const key = propertyName(ctx, property);
    taken.push(key);
    bindPattern(ctx, property.value, fieldOf(ctx, value, key, property), { ...options, declared: undefined });
  }
}

/** A field of what is destructured: of a literal without it, undefined. */
function fieldOf(ctx: Context, value: SValue, key: string, node: NodeLike): SValue {
  if (value.kind === "fields") return value.fields.get(key) ?? UNDEFINED;
  if (ctx.source.isLibrary && lacks(ctx, value, key)) return UNDEFINED;
  return readMember(ctx, value, key, node);
}

/** True for an object of a class that has nothing of the name: options that are not given. */
function lacks(ctx: Context, value: SValue, key: string): boolean {
  const type = typeOf(ctx, value);
  const info = type.kind === "class" ? ctx.unit.classInfo(type.name) : undefined;
  return info !== undefined && !info.fields.has(key) && !info.members.has(key);
}

function propertyName(ctx: Context, property: AssignmentProperty): string {
  const { key } = property;
  if (!property.computed && key.type === "Identifier") return key.name;
  if (key.type === "Literal") return String(key.value);
  return ctx.refuse("UNSUPPORTED_SYNTAX", property, "a computed name in a pattern");
}
