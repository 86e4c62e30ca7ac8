/** Classes of the user's that a script makes objects of: compiled from their source, with fields that the constructor sets. */

import type { CallExpression, Class, MemberExpression } from "acorn";
import { GraphBuilder } from "../../../format/ir/builder.ts";
import { Graph } from "../../../format/ir/graph.ts";
import { addClass, type Fn } from "../../../format/ir/program.ts";
import { Module } from "../../nn/module.ts";
import { exclusionOf } from "../marks.ts";
import { parseSource, type Scriptable } from "../source/index.ts";
import { irType, type SType, showType, typeKey, UndefinedS, widened } from "../types/model.ts";
import { lowerArguments, passArguments, resultOf } from "./calls.ts";
import { ClassInfo, closureOf, initialiseFields, type MemberInfo, membersOfClass } from "./classes.ts";
import { Context, Frame } from "./context.ts";
import { coerce, typeOf } from "./convert.ts";
import { enterBody } from "./exits.ts";
import { bindArguments, type Closure, type Instance, inlineCall, parameterTypes } from "./functions.ts";
import { Scope } from "./scope.ts";
import type { SourceUnit } from "./source-unit.ts";
import { lowerList } from "./statements.ts";
import type { Unit } from "./unit.ts";
import type { Dynamic, NodeLike, SValue } from "./values.ts";
import { UNDEFINED, UNSET } from "./values.ts";

interface Definition {
  readonly node: Class;
  readonly source: SourceUnit;
}

export class ScriptClasses {
  readonly #unit: Unit;
  readonly #infos = new Map<Scriptable, ClassInfo>();
  readonly #definitions = new Map<Scriptable, Definition>();
  readonly #constructors = new Map<ClassInfo, Instance>();

  constructor(unit: Unit) {
    this.#unit = unit;
  }

  /** The parsed source of a class. */
  definition(js: Scriptable): Definition {
    const known = this.#definitions.get(js);
    if (known) return known;
    const source = this.#unit.sourceUnit(js);
    const parsed = parseSource(source.text);
    if (parsed.kind !== "class") throw new TypeError(`${js.name} is no class`);
    const made = { node: parsed.node, source };
    this.#definitions.set(js, made);
    return made;
  }

  /** A class and those it extends, up to the base of modules: the class itself first. */
  *lineage(js: Scriptable): Generator<Scriptable> {
    for (
      let at: unknown = js;
      typeof at === "function" && at !== Function.prototype && at !== Module;
      at = Object.getPrototypeOf(at)
    ) {
      yield at as Scriptable;
    }
  }

  /** All members that objects of a class have, the most derived first. */
  members(js: Scriptable): Map<string, MemberInfo[]> {
    const all = new Map<string, MemberInfo[]>();
    for (const one of this.lineage(js)) {
      const { node, source } = this.definition(one);
      for (const [name, list] of membersOfClass(node, source))
        all.set(name, [...(all.get(name) ?? []), ...list]);
    }
    return all;
  }

  /** The type of a class's objects; undefined for what cannot be a script class. */
  typeOf(_ctx: Context, js: Scriptable): SType | undefined {
    if (!/^class\b/.test(Function.prototype.toString.call(js)) || js.prototype instanceof Module)
      return undefined;
    return this.info(js).type;
  }

  info(js: Scriptable): ClassInfo {
    const known = this.#infos.get(js);
    if (known) return known;
    const def = addClass(this.#unit.program, "class", this.#unit.uniqueName(js.name));
    const info = this.#unit.addInfo(new ClassInfo(def, this.members(js), js));
    this.#infos.set(js, info);
    return info;
  }

  /** `new Class(args)`. */
  construct(ctx: Context, js: Scriptable, args: readonly SValue[], node: NodeLike): SValue {
    if (typeof js !== "function") return ctx.refuse("NOT_CALLABLE", node, "new needs a class");
    if (js.prototype instanceof Module) {
      return ctx.refuse("NOT_SCRIPTABLE", node, `modules such as ${js.name} are made before the script`, {
        advice: "Make it in the constructor of the module that is scripted.",
      });
    }
    if (js.prototype instanceof Error) {
      return ctx.refuse("NOT_SCRIPTABLE", node, "errors are made where they are thrown", {
        advice: 'Write throw new Error("…"); its own classes of errors are not supported.',
      });
    }
    const info = this.info(js);
    const instance = this.#initialiser(ctx, js, info, args, node);
    const object = ctx.op("prim::CreateObject", [], info.type);
    const values = passArguments(ctx, instance, args, node);
    ctx.builder.callMethod(object.value, "__init__", values, irType(UndefinedS));
    return object;
  }

  /** The constructor as a method; compiled for the arguments of the first call. */
  #initialiser(
    ctx: Context,
    js: Scriptable,
    info: ClassInfo,
    args: readonly SValue[],
    node: NodeLike,
  ): Instance {
    const known = this.#constructors.get(info);
    if (known) return known;
    const chain = ctx.chainTo(node);
    const own = this.#constructorOf(js);
    const scratch = new Context(
      this.#unit,
      new GraphBuilder(),
      new Frame(js.name, own.closure.source, {}),
      chain,
    );
    const given = args.map((arg) => (arg.kind === "const" && arg.js == null ? undefined : typeOf(ctx, arg)));
    const parameters = parameterTypes(scratch, { name: js.name, closure: own.closure, given, chain });
    const fn: Fn = {
      name: "__init__",
      schema: { args: [], returns: [{ type: irType(UndefinedS) }] },
      graph: new Graph(),
    };
    const instance: Instance = { name: "__init__", parameters, result: UndefinedS, assumed: undefined, fn };
    this.#constructors.set(info, instance);
    info.def.methods.push(fn);
    const builder = new GraphBuilder(fn.graph);
    const frame = new Frame(`new ${js.name}`, own.closure.source, {});
    const inner = new Context(this.#unit, builder, frame, chain);
    const self: Dynamic = { kind: "value", value: builder.input(irType(info.type), "self"), type: info.type };
    frame.self = self;
    fn.schema.args.push({ name: "self", type: irType(info.type) });
    const values = parameters.map((type, i) => {
      const pattern = own.closure.node.params[i]!;
      const base = pattern.type === "AssignmentPattern" ? pattern.left : pattern;
      const name = base.type === "Identifier" ? base.name : `arg${i}`;
      const value = builder.input(irType(type), name);
      fn.schema.args.push({ name, type: irType(type), ...this.#unit.defaultOf(pattern, type) });
      return inner.dynamic(value, type) as SValue;
    });
    info.constructing = true;
    this.#run(inner, js, own, values);
    info.constructing = false;
    builder.returns([inner.none()]);
    inner.finish();
    return instance;
  }

  /** The constructor of a class, or of the nearest one above that has one; an empty one if none has. */
  #constructorOf(js: Scriptable): { owner: Scriptable; closure: Closure } {
    for (const one of this.lineage(js)) {
      const { node, source } = this.definition(one);
      const member = node.body.body.find(
        (item) => item.type === "MethodDefinition" && item.kind === "constructor",
      );
      if (member?.type === "MethodDefinition")
        return { owner: one, closure: { node: member.value, scope: new Scope(), source } };
    }
    const { source } = this.definition(js);
    return { owner: js, closure: { node: EMPTY, scope: new Scope(), source } };
  }

  /** Runs field initialisers and the constructor's body on the object. */
  #run(
    ctx: Context,
    js: Scriptable,
    own: { owner: Scriptable; closure: Closure },
    args: readonly SValue[],
  ): void {
    const info = this.info(js);
    const self = ctx.frame.self as Dynamic;
    const chain = [...this.lineage(js)];
    const initialise = (from: number, to: number): void => {
      for (const one of chain.slice(from, to).reverse()) {
        const { node, source } = this.definition(one);
        const before = ctx.frame;
        ctx.frame = new Frame(`new ${js.name}`, source, { self });
        enterBody(ctx, "function");
        initialiseFields(ctx, info, node, source, self);
        ctx.frame = before;
      }
    };
    const at = chain.indexOf(own.owner);
    const isDerived = chain[at + 1] !== undefined && own.closure.node !== EMPTY;
    this.#pending.set(ctx.frame, {
      js,
      owner: own.owner,
      initialise: () => initialise(0, at + 1),
    });
    if (!isDerived) initialise(0, chain.length);
    ctx.scope = bindArguments(ctx, own.closure, args);
    enterBody(ctx, "function");
    this.#parameterProperties(ctx, own.closure, info, self);
    ctx.state.set(ctx.frame.returned, { kind: "const", js: false });
    ctx.state.set(ctx.frame.result, UNDEFINED);
    lowerList(ctx, own.closure.node.body.type === "BlockStatement" ? own.closure.node.body.body : []);
    ctx.frame.exits.pop();
  }

  readonly #pending = new Map<Frame, { js: Scriptable; owner: Scriptable; initialise: () => void }>();

  /** `constructor(private x: number)`: the parameter is a field. */
  #parameterProperties(ctx: Context, closure: Closure, info: ClassInfo, self: Dynamic): void {
    for (const parameter of closure.node.params) {
      const base = parameter.type === "AssignmentPattern" ? parameter.left : parameter;
      if (base.type !== "Identifier") continue;
      if (
        closure.source.typeText("parameterProperty", parameter.start) === undefined &&
        closure.source.typeText("parameterProperty", base.start) === undefined
      )
        continue;
      const value = ctx.state.get(ctx.scope.find(base.name)!)!;
      const type = widened(typeOf(ctx, value));
      info.addField(base.name, { type, kind: "attribute" });
      ctx.builder.setAttr(self.value, base.name, coerce(ctx, value, type, base).value);
    }
  }

  /** `super(args)` in a constructor. */
  superCall(ctx: Context, node: CallExpression): SValue {
    const pending = this.#pending.get(ctx.frame);
    if (!pending) return ctx.refuse("UNSUPPORTED_SYNTAX", node, "super(…) outside of a constructor");
    const chain = [...this.lineage(pending.js)];
    const above = chain[chain.indexOf(pending.owner) + 1];
    const args = lowerArguments(ctx, node.arguments);
    if (above) {
      const own = this.#constructorOf(above);
      const info = this.info(pending.js);
      const { node: body, source } = this.definition(above);
      initialiseFields(ctx, info, body, source, ctx.frame.self as Dynamic);
      inlineCall(ctx, { ...own.closure, self: ctx.frame.self! }, args, node, `new ${above.name}`);
    }
    pending.initialise();
    return UNDEFINED;
  }

  /** `super.name(args)`: the member of the class above, inlined. */
  superMethod(ctx: Context, callee: MemberExpression, args: readonly SValue[], node: NodeLike): SValue {
    const name = (callee.property as { name: string }).name;
    const self = ctx.frame.self;
    const info =
      self?.kind === "value" && self.type.kind === "class" ? this.#unit.classInfo(self.type.name) : undefined;
    const list =
      info?.members.get(name)?.filter((member) => member.kind === "method" && !member.isStatic) ?? [];
    // The one above that whose body this is.
    const here = list.findIndex((member) => member.source === ctx.source);
    const found = list[here + 1];
    if (!found || !self) return ctx.refuse("NO_PROPERTY", node, `there is no ${name} above this class`);
    return inlineCall(ctx, closureOf(found, self), args, node, name);
  }

  /** `object.name(args)`, a method compiled for the types of its arguments. */
  call(ctx: Context, object: Dynamic, name: string, args: readonly SValue[], node: NodeLike): SValue {
    const type = object.type as SType & { kind: "class" };
    const info = this.#unit.classInfo(type.name)!;
    const member = info.members.get(name)?.find((found) => found.kind === "method" && !found.isStatic);
    if (!member) return ctx.refuse("NO_PROPERTY", node, `${showType(type)} has no method ${name}`);
    const exclusion = info.host && exclusionOf(info.host as Scriptable, name);
    if (exclusion === "ignored") {
      return ctx.refuse("NOT_SCRIPTABLE", node, `${name} is ignored: it runs in eager code only`, {
        advice: "Mark it with jit.unused if the program may hold the call and raise when it comes to it.",
      });
    }
    if (exclusion === "unused") {
      ctx.effect("prim::RaiseException", [
        ctx.str(`${name} is unused: the program does not hold it`),
        ctx.str("Error"),
      ]);
      ctx.state.dead = true;
      return UNSET;
    }
    if (!args.every((arg) => ["const", "value", "cell", "items"].includes(arg.kind))) {
      return inlineCall(ctx, closureOf(member, object), args, node, name);
    }
    const given = args.map((arg) => (arg.kind === "const" && arg.js == null ? undefined : typeOf(ctx, arg)));
    const instance = this.method(ctx, info, name, member, given, node);
    const values = passArguments(ctx, instance, args, node);
    const result = resultOf(ctx, instance, name, node);
    return ctx.dynamic(ctx.builder.callMethod(object.value, instance.name, values, irType(result)), result);
  }

  /** A method compiled for these argument types; another list of types gives `name1`, `name2` … */
  method(
    ctx: Context,
    info: ClassInfo,
    name: string,
    member: MemberInfo,
    given: readonly (SType | undefined)[],
    node: NodeLike,
    entry: { readonly root?: boolean } = {},
  ): Instance {
    const closure: Closure = { node: member.node, scope: new Scope(), source: member.source };
    const chain = entry.root ? [] : ctx.chainTo(node);
    const frame = new Frame(name, member.source, {});
    const scratch = new Context(this.#unit, new GraphBuilder(), frame, chain);
    const own = `${info.def.name.split(".").at(-1)}.${name}`;
    const options = { name: own, closure, given, chain, self: info.type, memberAt: member.at };
    const types = parameterTypes(scratch, options);
    const key = `${name}(${types.map(typeKey).join(", ")})`;
    const known = info.compiled.get(key);
    if (known) return known;
    const taken = new Set(info.def.methods.map((fn) => fn.name));
    const base = name.replace(/^#/, "_private_");
    let unique = base;
    for (let k = 1; taken.has(unique); k++) unique = `${base}${k}`;
    return this.#unit.instance(member.node, [info.type, ...types], { ...options }, (instance) => {
      instance.fn.name = unique;
      (instance as { name: string }).name = unique;
      (instance as { parameters: readonly SType[] }).parameters = types;
      info.compiled.set(key, instance);
      info.def.methods.push(instance.fn);
    });
  }
}

/** `constructor() {}` */
const EMPTY = {
  type: "FunctionExpression",
  start: 0,
  end: 0,
  params: [],
  body: { type: "BlockStatement", start: 0, end: 0, body: [] },
} as unknown as Closure["node"];
