/** Modules of the tree that is scripted: each becomes a class with its parameters, buffers, attributes and submodules. */

import type { AnyNode } from "acorn";
import { type AttributeKind, addClass } from "../../../format/ir/program.ts";
import { IValue, type TensorData } from "../../../format/value.ts";
import { dataOf } from "../../jit/values.ts";
import { ModuleDict, ModuleList, ParameterList, Sequential } from "../../nn/containers.ts";
import { Module, ownModules } from "../../nn/module.ts";
import { Parameter } from "../../nn/parameter.ts";
import { Tensor } from "../../tensor.ts";
import type { Scriptable } from "../source/index.ts";
import { BooleanS, irType, NullS, resolved, type SType, TensorS, UnknownS, unionS } from "../types/model.ts";
import { ClassInfo, type MemberInfo, memberName, membersOfClass } from "./classes.ts";
import { compiledModuleType, compiledObject } from "./compiled.ts";
import type { Context } from "./context.ts";
import { typeOfPrimitive } from "./convert.ts";
import { typeOfData } from "./data-types.ts";
import { children as childNodes } from "./statements.ts";
import { typeAt } from "./type-scope.ts";
import type { Unit } from "./unit.ts";
import { constant, type Dynamic, type NodeLike, type Primitive, type SValue } from "./values.ts";

type Container = Sequential | ModuleList | ModuleDict | ParameterList;

/** The containers themselves, which scripts know; classes that extend them are compiled. */
const CONTAINERS = new Set<Scriptable>([Sequential, ModuleList, ModuleDict, ParameterList]);

function isContainer(module: Module): module is Container {
  return (
    module instanceof Sequential ||
    module instanceof ModuleList ||
    module instanceof ModuleDict ||
    module instanceof ParameterList
  );
}

export class Modules {
  readonly #unit: Unit;
  readonly #infos = new Map<Module, ClassInfo>();
  readonly #shared = new Map<string, ClassInfo>();
  /** A module that has the class, for what its objects have in common. */
  readonly #examples = new Map<ClassInfo, Module>();
  readonly #objects = new Map<Module, IValue & { kind: "object" }>();
  readonly #tensors = new Map<Tensor, TensorData>();
  readonly #ids = new Map<object, number>();

  constructor(unit: Unit) {
    this.#unit = unit;
  }

  #id(thing: object): number {
    const known = this.#ids.get(thing) ?? this.#ids.size;
    this.#ids.set(thing, known);
    return known;
  }

  isModule(className: string): boolean {
    return this.#unit.classInfo(className)?.def.kind === "module";
  }

  /** The class of a module; modules of the same class, with attributes of the same types and constants, share it. */
  info(ctx: Context, module: Module): ClassInfo {
    const known = this.#infos.get(module);
    if (known) return known;
    const js = module.constructor as Scriptable;
    const container = isContainer(module);
    const fields = this.#fields(ctx, module, js, container);
    const key = [
      this.#id(js),
      ...fields.map(({ name, kind, type, value }) => {
        const constant = value === undefined ? "" : `=${this.#constantKey(value)}`;
        return `${name}:${kind}:${irTypeText(type)}${constant}`;
      }),
    ].join("\n");
    const shared = this.#shared.get(key);
    if (shared) {
      this.#infos.set(module, shared);
      return shared;
    }
    const def = addClass(this.#unit.program, "module", this.#unit.uniqueName(js.name || "Module"));
    const members = container ? this.#containerMembers(js) : this.#unit.classes.members(js);
    const info = this.#unit.addInfo(new ClassInfo(def, members, js));
    this.#infos.set(module, info);
    this.#shared.set(key, info);
    this.#examples.set(info, module);
    for (const { name, kind, type, value } of fields) {
      info.addField(name, { type, kind, ...(value === undefined ? {} : { constant: value }) });
    }
    return info;
  }

  #constantKey(value: SValue): string {
    if (value.kind === "const") return `${typeof value.js} ${Object.is(value.js, -0) ? "-0" : value.js}`;
    if (value.kind === "items") return `[${value.items.map((item) => this.#constantKey(item)).join()}]`;
    return value.kind === "host" ? `host ${this.#id(value.js)}` : value.kind;
  }

  /** Attributes in the order of the module's properties. */
  #fields(ctx: Context, module: Module, js: Scriptable, container: boolean) {
    const buffers = new Map(module.namedBuffers({ recurse: false }));
    const found: { name: string; kind: AttributeKind; type: SType; value?: SValue }[] = [];
    const plain = container && CONTAINERS.has(js);
    const declared = plain ? new Map<string, () => SType>() : this.#declared(ctx, js);
    const assigned = plain ? new Set<string>() : this.#assigned(js);
    for (const [name, value] of Object.entries(module)) {
      if (name === "training") {
        found.push({ name, kind: "attribute", type: BooleanS });
      } else if (compiledModuleType(this.#unit, value)) {
        found.push({ name, kind: "module", type: compiledModuleType(this.#unit, value)! });
      } else if (value instanceof Module) {
        found.push({ name, kind: "module", type: this.info(ctx, value).type });
      } else if (value instanceof Tensor) {
        const kind = buffers.has(name) ? "buffer" : value instanceof Parameter ? "parameter" : "attribute";
        const own = assigned.has(name) ? declared.get(name)?.() : undefined;
        found.push({ name, kind, type: own ?? TensorS });
      } else {
        found.push({ name, ...this.#plainField(name, value, declared.get(name), assigned.has(name)) });
      }
    }
    return found;
  }

  #plainField(
    name: string,
    value: unknown,
    declared: (() => SType) | undefined,
    assigned: boolean,
  ): { kind: AttributeKind; type: SType; value?: SValue } {
    const primitive =
      value === null || ["number", "string", "boolean", "bigint", "undefined"].includes(typeof value);
    if (primitive) {
      const js = value as Primitive;
      if (!assigned) return { kind: "constant", type: typeOfPrimitive(js), value: constant(js) };
      return {
        kind: "attribute",
        type: declared?.() ?? (js == null ? unionS([TensorS, NullS]) : typeOfPrimitive(js)),
      };
    }
    if (Array.isArray(value)) {
      const frozen = Object.isFrozen(value) || (!assigned && value.every((item) => typeof item !== "object"));
      if (frozen && !this.#isMutated(name)) {
        const node = { start: 0, end: 0 };
        return {
          kind: "constant",
          type: UnknownS,
          value: { kind: "items", items: value.map((item) => constant(item as Primitive)), node },
        };
      }
      return { kind: "attribute", type: declared?.() ?? typeOfData(value) };
    }
    if (value instanceof Map || value instanceof Set)
      return { kind: "attribute", type: declared?.() ?? typeOfData(value) };
    return {
      kind: "constant",
      type: UnknownS,
      value: { kind: "host", js: value as object, path: `this.${name}` },
    };
  }

  /** Names that some method changes in place: `this.list.push(x)`, `this.list[i] = x`. */
  readonly #mutated = new Set<string>();

  #isMutated(name: string): boolean {
    return this.#mutated.has(name);
  }

  /** Types that the classes' field declarations give, read where a field's value does not tell: it may be any of the host's. */
  #declared(ctx: Context, js: Scriptable): Map<string, () => SType> {
    const types = new Map<string, () => SType>();
    for (const one of this.#unit.classes.lineage(js)) {
      const { node, source } = this.#unit.classes.definition(one);
      for (const member of node.body.body) {
        if (member.type !== "PropertyDefinition") continue;
        const name = memberName(member);
        const text =
          source.typeText("field", member.start) ??
          source.typeText("field", member.key.start) ??
          source.docBefore(member.start);
        if (name === undefined || text === undefined || types.has(name) || !isDataType(text)) continue;
        types.set(name, () => typeAt(ctx, text, source, member));
      }
    }
    return types;
  }

  /** Names that methods assign; those they change in place are noted too. */
  #assigned(js: Scriptable): Set<string> {
    const names = new Set<string>();
    for (const one of this.#unit.classes.lineage(js)) {
      const { node } = this.#unit.classes.definition(one);
      for (const member of node.body.body) {
        if (member.type !== "MethodDefinition" || member.kind === "constructor") continue;
        this.#scan(member.value, names);
      }
    }
    return names;
  }

  #scan(node: AnyNode, names: Set<string>): void {
    if (node.type === "AssignmentExpression") this.#scanTarget(node.left as AnyNode, names);
    if (node.type === "UpdateExpression") this.#scanTarget(node.argument, names);
    if (node.type === "CallExpression" && node.callee.type === "MemberExpression") {
      const inner = thisMember(node.callee.object as AnyNode);
      if (inner !== undefined) this.#mutated.add(inner);
    }
    childNodes(node, (child) => this.#scan(child, names));
  }

  #scanTarget(target: AnyNode, names: Set<string>): void {
    const own = thisMember(target);
    if (own !== undefined) names.add(own);
    else if (target.type === "MemberExpression") {
      const inner = thisMember(target.object as AnyNode);
      if (inner !== undefined) this.#mutated.add(inner);
    } else if (target.type === "ArrayPattern") {
      for (const element of target.elements) if (element) this.#scanTarget(element, names);
    } else if (target.type === "ObjectPattern") {
      for (const property of target.properties) {
        this.#scanTarget(
          (property.type === "RestElement" ? property.argument : property.value) as AnyNode,
          names,
        );
      }
    }
  }

  /** What a class derived from a container adds to it, and the forward of Sequential. */
  #containerMembers(js: Scriptable): Map<string, readonly MemberInfo[]> {
    const all = new Map<string, readonly MemberInfo[]>();
    for (const one of this.#unit.classes.lineage(js)) {
      const isOwn = CONTAINERS.has(one);
      if (isOwn && one !== Sequential) break;
      const { node, source } = this.#unit.classes.definition(one);
      for (const [name, list] of membersOfClass(node, source))
        if (!isOwn || name === "forward") all.set(name, [...(all.get(name) ?? []), ...list]);
      if (isOwn) break;
    }
    return all;
  }

  // -- containers -------------------------------------------------------------------------------------------------

  #example(value: SValue): { info: ClassInfo; module: Module } | undefined {
    if (value.kind !== "value") return undefined;
    const type = resolved(value.type);
    const info = type.kind === "class" ? this.#unit.classInfo(type.name) : undefined;
    const module = info && this.#examples.get(info);
    return module ? { info: info!, module } : undefined;
  }

  /** The modules (or parameters) in a container; of a ModuleDict, pairs of name and module. */
  children(ctx: Context, subject: SValue, node: NodeLike): readonly SValue[] | undefined {
    const found = this.#example(subject);
    if (!found || !isContainer(found.module)) return undefined;
    const { info, module } = found;
    const names =
      module instanceof ParameterList
        ? Object.keys(module).filter((name) => name !== "training")
        : [...ownModules(module)].map(([name]) => name);
    return names.map((name) => {
      const type = info.fields.get(name)!.type;
      const child = ctx.dynamic(ctx.builder.getAttr((subject as Dynamic).value, name, irType(type)), type);
      return module instanceof ModuleDict
        ? ({ kind: "items", items: [constant(name), child], node } as SValue)
        : child;
    });
  }

  /** `list[i]`, `list.get(i)`: the index must be known. */
  childAt(ctx: Context, object: Dynamic, index: SValue, node: NodeLike): SValue | undefined {
    const all = this.children(ctx, object, node);
    if (!all) return undefined;
    if (index.kind !== "const") {
      return ctx.refuse(
        "UNSUPPORTED_SYNTAX",
        node,
        "modules of a list are picked by a number that is known when compiling",
        {
          advice: "Iterate the list: `for (const layer of this.layers)`.",
        },
      );
    }
    if (typeof index.js === "string") {
      const pair = all.find(
        (item) => item.kind === "items" && item.items[0]!.kind === "const" && item.items[0]!.js === index.js,
      );
      return pair?.kind === "items" ? pair.items[1] : undefined;
    }
    const found = all.at(index.js as number);
    if (!found)
      return ctx.refuse(
        "NO_PROPERTY",
        node,
        `index ${String(index.js)} is out of range for ${all.length} modules`,
      );
    return found;
  }

  /** Properties of containers; undefined for what is no container. */
  member(ctx: Context, _info: ClassInfo, object: Dynamic, name: string, node: NodeLike): SValue | undefined {
    const found = this.#example(object);
    if (found && name === "parameters") return { kind: "method", self: object, name };
    if (!found || !isContainer(found.module) || found.info.members.has(name)) return undefined;
    if (name === "items" && found.module instanceof Sequential)
      return { kind: "items", items: this.children(ctx, object, node)!, node };
    if (name === "length") return constant(this.children(ctx, object, node)!.length);
    return { kind: "method", self: object, name };
  }

  /** Methods of containers; undefined for what is no container, or has no such method. */
  callContainer(
    ctx: Context,
    object: Dynamic,
    name: string,
    args: readonly SValue[],
    node: NodeLike,
  ): SValue | undefined {
    const found = this.#example(object);
    if (found && name === "parameters") return this.#parameters(ctx, object, node);
    if (!found || !isContainer(found.module) || found.info.members.has(name)) return undefined;
    const all = () => this.children(ctx, object, node)!;
    const list = (items: readonly SValue[]): SValue => ({ kind: "items", items, node });
    switch (name) {
      case "get":
      case "at":
        return this.childAt(ctx, object, args[0]!, node);
      case "values":
        return list(all().map((item) => (item.kind === "items" ? item.items[1]! : item)));
      case "keys":
        return list(all().map((item, i) => (item.kind === "items" ? item.items[0]! : constant(i))));
      case "entries":
        return list(all().map((item, i) => (item.kind === "items" ? item : list([constant(i), item]))));
      case "has":
        return constant(
          all().some(
            (item) =>
              item.kind === "items" &&
              item.items[0]!.kind === "const" &&
              item.items[0]!.js === (args[0] as { js?: unknown }).js,
          ),
        );
      default:
    }
    return undefined;
  }

  /** `module.parameters()`: its own, then those of its submodules. */
  #parameters(ctx: Context, object: Dynamic, node: NodeLike): SValue {
    const { info, module } = this.#example(object)!;
    const named = [...module.namedParameters()];
    if (named.length < [...module.stateDict()].filter(([, tensor]) => tensor instanceof Parameter).length) {
      ctx.refuse("NOT_SCRIPTABLE", node, "parameters() of a module where one parameter has several names", {
        advice: "Name the parameters one by one.",
      });
    }
    const items = named.map(
      ([path]) =>
        path.split(".").reduce<{ value: SValue; info: ClassInfo | undefined }>(
          (at, name) => {
            const { type } = at.info!.fields.get(name)!;
            const value = ctx.builder.getAttr((at.value as Dynamic).value, name, irType(type));
            const next = resolved(type);
            return {
              value: ctx.dynamic(value, type),
              info: next.kind === "class" ? this.#unit.classInfo(next.name) : undefined,
            };
          },
          { value: object, info },
        ).value,
    );
    return { kind: "items", items, node };
  }

  // -- state ------------------------------------------------------------------------------------------------------

  /** The object of the program that a module becomes, with its present state. */
  objectOf(ctx: Context, module: Module): IValue & { kind: "object" } {
    const known = this.#objects.get(module);
    if (known) return known;
    const info = this.info(ctx, module);
    const object = IValue.object(info.def.name) as IValue & { kind: "object" };
    this.#objects.set(module, object);
    for (const [name, field] of info.fields) {
      if (field.constant) continue;
      const value = (module as unknown as Record<string, unknown>)[name];
      object.attrs.set(name, this.dataOf(ctx, value, field.type));
    }
    return object;
  }

  /** A JavaScript value as data of the program, of the given type. */
  dataOf(ctx: Context, value: unknown, type: SType): IValue {
    const at = resolved(type);
    if (value instanceof Module) return this.objectOf(ctx, value);
    if (typeof value === "object" && value !== null) {
      const compiled = compiledObject(this.#unit, value);
      if (compiled) return compiled;
    }
    if (value instanceof Tensor) {
      let data = this.#tensors.get(value);
      if (!data) {
        data = dataOf(value);
        this.#tensors.set(value, data);
      }
      return IValue.tensor(data);
    }
    if (value == null) return IValue.none;
    const inner: SType =
      at.kind === "union"
        ? (at.members.find((member) => !["null", "undefined"].includes(resolved(member).kind)) ?? at)
        : at;
    switch (typeof value) {
      case "number":
        return IValue.float(value);
      case "string":
        return IValue.str(value);
      case "boolean":
        return IValue.bool(value);
      case "bigint":
        return IValue.int(value);
      default:
        break;
    }
    const t = resolved(inner);
    if (Array.isArray(value)) {
      if (t.kind === "tuple")
        return IValue.tuple(value.map((item, i) => this.dataOf(ctx, item, t.elems[i]!)));
      const elem = t.kind === "array" ? t.elem : UnknownS;
      return IValue.list(
        irType(elem),
        value.map((item) => this.dataOf(ctx, item, elem)),
      );
    }
    if ((value instanceof Map || value instanceof Set) && (t.kind === "map" || t.kind === "set")) {
      const key = t.kind === "map" ? t.key : t.elem;
      const item = t.kind === "map" ? t.value : BooleanS;
      const pairs = value instanceof Map ? [...value] : [...value].map((one) => [one, true] as const);
      return IValue.dict(
        irType(key),
        irType(item),
        pairs.map(([k, v]) => [this.dataOf(ctx, k, key), this.dataOf(ctx, v, item)]),
      );
    }
    throw new TypeError(`no data of the program: ${String(value)}`);
  }
}

function irTypeText(type: SType): string {
  const at = resolved(type);
  return at.kind === "class" ? at.name : JSON.stringify(irType(at));
}

/** `this.name` → name. */
function thisMember(node: AnyNode): string | undefined {
  if (node.type !== "MemberExpression" || node.object.type !== "ThisExpression" || node.computed)
    return undefined;
  return node.property.type === "Identifier" ? node.property.name : undefined;
}

/** False for types of fields that hold modules and the like, which the values themselves tell. */
function isDataType(text: string): boolean {
  return !/\b(nn\.|Module|Linear|Sequential|ModuleList|Parameter)\b|=>/.test(text);
}
