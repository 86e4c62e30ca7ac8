/** Script classes and modules: their fields and methods, read, written and called. */

import type { Class, FunctionExpression, MethodDefinition } from "acorn";
import type { AttributeKind, ClassDef } from "../../../format/ir/program.ts";
import {
  irType,
  isAssignable,
  joinTypes,
  membersOf,
  resolved,
  type SType,
  showType,
} from "../types/model.ts";
import { mergedClass, readMerged, writeMerged } from "./compiled.ts";
import type { Context } from "./context.ts";
import { coerce, materialise, typeOf } from "./convert.ts";
import { lowerExpression } from "./expressions.ts";
import { type Closure, type Instance, inlineCall } from "./functions.ts";
import { Scope } from "./scope.ts";
import type { SourceUnit } from "./source-unit.ts";
import { typeAt, typesOfFields } from "./type-scope.ts";
import type { Dynamic, NodeLike, SValue } from "./values.ts";

export interface FieldInfo {
  type: SType;
  readonly kind: AttributeKind;
  /** Known when compiling: it is never assigned. */
  readonly constant?: SValue;
}

/** A method or accessor of a class, where it is written. */
export interface MemberInfo {
  readonly kind: "method" | "get" | "set";
  readonly node: FunctionExpression;
  /** Offset of the key, to which annotations belong. */
  readonly at: number;
  readonly source: SourceUnit;
  readonly isStatic: boolean;
}

/** A class of the program. */
export class ClassInfo {
  readonly def: ClassDef;
  readonly fields = new Map<string, FieldInfo>();
  /** By name, the most derived first. */
  readonly members: ReadonlyMap<string, readonly MemberInfo[]>;
  /** Methods compiled so far, by name and parameter types. */
  readonly compiled = new Map<string, Instance>();
  /** The JavaScript class; undefined for objects that are described by their fields alone. */
  readonly host: object | undefined;
  /** While the constructor is compiled, assignments add fields. */
  constructing = false;

  constructor(def: ClassDef, members: ReadonlyMap<string, readonly MemberInfo[]>, host: object | undefined) {
    this.def = def;
    this.members = members;
    this.host = host;
  }

  get type(): SType {
    return { kind: "class", name: this.def.name };
  }

  addField(name: string, field: FieldInfo): void {
    this.fields.set(name, field);
  }

  /** The definition with the fields that objects have, once all types are known. */
  settle(): void {
    this.def.attributes.length = 0;
    for (const [name, { type, kind, constant }] of this.fields) {
      if (constant) continue;
      this.def.attributes.push({ name, type: irType(type), kind });
    }
  }
}

/** The members of a class's body, static ones too. */
export function membersOfClass(node: Class, source: SourceUnit): Map<string, MemberInfo[]> {
  const found = new Map<string, MemberInfo[]>();
  for (const member of node.body.body) {
    if (member.type !== "MethodDefinition" || member.kind === "constructor") continue;
    const name = memberName(member);
    if (name === undefined) continue;
    const list = found.get(name) ?? [];
    list.push({
      kind: member.kind as MemberInfo["kind"],
      node: member.value,
      at: member.key.start,
      source,
      isStatic: member.static,
    });
    found.set(name, list);
  }
  return found;
}

export function memberName(member: Pick<MethodDefinition, "key" | "computed">): string | undefined {
  const { key, computed } = member;
  if (key.type === "PrivateIdentifier") return `#${key.name}`;
  if (!computed && key.type === "Identifier") return key.name;
  return key.type === "Literal" ? String(key.value) : undefined;
}

/** The type of a field of a class, or of one member of a union of classes. */
export function classFieldType(ctx: Context, type: SType, name: string): SType | undefined {
  const at = resolved(type);
  return at.kind === "class" ? ctx.unit.classInfo(at.name)?.fields.get(name)?.type : undefined;
}

/** `object.name`. */
export function getAttribute(ctx: Context, object: Dynamic, name: string, node: NodeLike): SValue {
  const type = resolved(object.type) as SType & { kind: "class" };
  if (mergedClass(ctx, type)) return readMerged(ctx, object, name, node);
  const info = ctx.unit.classInfo(type.name)!;
  const field = info.fields.get(name);
  if (field) {
    if (field.constant) return field.constant;
    return ctx.dynamic(ctx.builder.getAttr(object.value, name, irType(field.type)), field.type);
  }
  if (name === "constructor" && info.host) return { kind: "host", js: info.host, path: info.def.name };
  const special = ctx.unit.modules.member(ctx, info, object, name, node);
  if (special) return special;
  const member = info.members.get(name)?.find((found) => !found.isStatic && found.kind !== "set");
  if (!member) {
    const known = [...info.fields.keys(), ...info.members.keys()]
      .filter((key) => !key.startsWith("_"))
      .slice(0, 12);
    return ctx.refuse("NO_PROPERTY", node, `${showType(type)} has no ${name}`, {
      advice: known.length > 0 ? `It has: ${known.join(", ")}.` : "",
    });
  }
  if (member.kind === "method") return { kind: "method", self: object, name };
  return inlineCall(ctx, closureOf(member, object), [], node, name);
}

export function closureOf(member: MemberInfo, self: SValue | undefined): Closure {
  return { node: member.node, scope: new Scope(), source: member.source, ...(self ? { self } : {}) };
}

/** `object.name = value`. */
export function setAttribute(
  ctx: Context,
  object: Dynamic,
  name: string,
  value: SValue,
  node: NodeLike,
): void {
  const type = resolved(object.type) as SType & { kind: "class" };
  if (mergedClass(ctx, type)) {
    writeMerged(ctx, object, name, value, node);
    return;
  }
  const info = ctx.unit.classInfo(type.name)!;
  const setter = info.members.get(name)?.find((found) => found.kind === "set" && !found.isStatic);
  if (setter) {
    inlineCall(ctx, closureOf(setter, object), [value], node, name);
    return;
  }
  let field = info.fields.get(name);
  if (!field) {
    if (!info.constructing) {
      ctx.refuse("NO_PROPERTY", node, `${showType(type)} has no ${name} to assign`, {
        advice: "Give it a value in the constructor, so that every object has it.",
      });
    }
    const made = materialise(ctx, value, node);
    field = { type: made.type, kind: "attribute" };
    info.addField(name, field);
    ctx.builder.setAttr(object.value, name, made.value);
    return;
  }
  if (field.constant) {
    ctx.refuse("ASSIGNMENT", node, `${name} of ${showType(type)} is a constant of the script`);
  }
  if (info.constructing && !isAssignable(typeOf(ctx, value), field.type)) {
    const both = joinTypes(field.type, typeOf(ctx, value));
    if (membersOf(both).length > 1) field.type = both;
  }
  ctx.builder.setAttr(object.value, name, coerce(ctx, value, field.type, node).value);
}

/** Gives an object its declared fields and what their initialisers say. */
export function initialiseFields(
  ctx: Context,
  info: ClassInfo,
  node: Class,
  source: SourceUnit,
  self: Dynamic,
): void {
  const known = typesOfFields(ctx, (info.host as { name?: string } | undefined)?.name ?? "", source, node);
  for (const member of node.body.body) {
    if (member.type !== "PropertyDefinition" || member.static) continue;
    const name = memberName(member);
    if (name === undefined) continue;
    const text =
      source.typeText("field", member.start) ??
      source.typeText("field", member.key.start) ??
      source.docBefore(member.start);
    const declared = text === undefined ? known.get(name) : typeAt(ctx, text, source, member);
    if (declared) info.addField(name, { type: declared, kind: "attribute" });
    if (member.value) setAttribute(ctx, self, name, lowerExpression(ctx, member.value, declared), member);
  }
}
