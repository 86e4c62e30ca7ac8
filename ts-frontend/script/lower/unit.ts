/** A program being compiled from scripts: its functions, classes and modules, each compiled when it is first needed. */

import type { AnyNode, Class, Expression, MemberExpression, Pattern } from "acorn";
import { dtypeFromName, dtypes } from "../../../format/dtype.ts";
import { Graph, type Value } from "../../../format/ir/graph.ts";
import { addClass, emptyProgram, type FnArgument, type Program } from "../../../format/ir/program.ts";
import { classFacts } from "../../../format/ir/verify.ts";
import type { ClassFacts } from "../../../format/types.ts";
import { IValue } from "../../../format/value.ts";
import type { SourceLocation } from "../../../loader/error.ts";
import { shortPath } from "../../jit/places.ts";
import { parseSource, placeOf, readSource, type Scriptable } from "../source/index.ts";
import { declarationsOf } from "../types/declarations.ts";
import {
  BooleanS,
  mayBeNullish,
  membersOf,
  resolved,
  type SType,
  StringS,
  sameType,
  showType,
  typeKey,
} from "../types/model.ts";
import type { Field } from "../types/parse.ts";
import { ClassInfo, membersOfClass } from "./classes.ts";
import { DefinitionRef } from "./code-refs.ts";
import type { Context } from "./context.ts";
import { materialise, toInt, typeOf } from "./convert.ts";
import {
  type Closure,
  type CompileOptions,
  compileInstance,
  type Instance,
  parameterTypes,
} from "./functions.ts";
import { Modules } from "./modules.ts";
import { isDTypeName } from "./schemas.ts";
import { Scope } from "./scope.ts";
import { ScriptClasses } from "./script-classes.ts";
import { SourceUnit } from "./source-unit.ts";
import { children } from "./statements.ts";
import { isOneOf } from "./unions.ts";
import { constant, type NodeLike, type SValue } from "./values.ts";

export interface UnitOptions {
  /** Values of free variables of functions whose source was not registered. */
  readonly scope?: Readonly<Record<string, unknown>>;
  /** The program to compile into; a new one by default. */
  readonly program?: Program;
  /** Interfaces and type aliases of all sources, as text. */
  readonly types?: string;
}

export class Unit {
  readonly program: Program;
  readonly options: UnitOptions;
  readonly modules: Modules;
  readonly classes: ScriptClasses;
  readonly #infos = new Map<string, ClassInfo>();
  readonly #sources = new Map<object, { source: SourceUnit; closure: Closure }>();
  readonly #instances = new Map<object, Map<string, Instance>>();
  readonly #names = new Map<string, number>();
  readonly #structs = new Map<string, ClassInfo>();
  readonly #structFields = new Map<string, readonly Field[]>();
  readonly #interfaces = new Map<string, SType>();
  readonly #keys = new Map<object, string>();
  readonly #settling: (() => void)[] = [];
  readonly #reads = new WeakMap<SourceUnit, Map<string, boolean>>();

  readonly #types: Readonly<Record<string, string>>;

  constructor(options: UnitOptions = {}) {
    this.options = options;
    this.program = options.program ?? emptyProgram({ kind: "function", name: "forward" });
    this.#types = options.types === undefined ? {} : declarationsOf(options.types);
    this.modules = new Modules(this);
    this.classes = new ScriptClasses(this);
  }

  // -- names ------------------------------------------------------------------------------------------------------

  /** A qualified name that nothing in the program has yet; a second one is mangled as in PyTorch. */
  uniqueName(own: string): string {
    const base = own.replace(/[^A-Za-z0-9_]/g, "_") || "anonymous";
    for (let seen = this.#names.get(base) ?? 0; ; seen++) {
      const name = seen === 0 ? `__torch__.${base}` : `__torch__.___torch_mangle_${seen - 1}.${base}`;
      if (this.program.classes.has(name) || this.program.functions.has(name)) continue;
      this.#names.set(base, seen + 1);
      return name;
    }
  }

  // -- sources ----------------------------------------------------------------------------------------------------

  /** The parsed source of a function, with the values of its free variables. */
  closureOf(fn: Scriptable): Closure {
    const known = this.#sources.get(fn);
    if (known) return known.closure;
    const source = this.sourceUnit(fn);
    const parsed = parseSource(source.text);
    const closure: Closure =
      parsed.kind === "class"
        ? this.#methodOf(fn, parsed.node, source)
        : { node: parsed.node, scope: new Scope(), source };
    this.#sources.set(fn, { source, closure });
    return closure;
  }

  /** A method whose class was registered. */
  #methodOf(fn: Scriptable, node: Class, source: SourceUnit): Closure {
    const { method } = readSource(fn);
    const member = membersOfClass(node, source)
      .get(method?.name ?? "")
      ?.find(({ kind, isStatic }) => kind === "method" && isStatic === method!.isStatic);
    if (!member) throw new TypeError(`${fn.name} is a class`);
    return { node: member.node, scope: new Scope(), source, at: member.at };
  }

  /** The source of a function or class. */
  sourceUnit(fn: Scriptable): SourceUnit {
    const { text, scope } = readSource(fn);
    let values: Record<string, unknown> | undefined;
    const { scope: given } = this.options;
    const outer = (name: string): { value: unknown } | undefined => {
      values ??= scope();
      if (Object.hasOwn(values, name)) return { value: values[name] };
      if (given && Object.hasOwn(given, name)) return { value: given[name] };
      return name === fn.name ? { value: fn } : undefined;
    };
    const indent = " ".repeat(Math.max(0, text.column));
    this.#keepText(
      shortPath(text.file),
      indent + text.original.slice(Math.max(0, -text.column)),
      placeOf(text, 0).line,
    );
    return new SourceUnit({ ...text, declarations: { ...this.#types, ...text.declarations } }, outer);
  }

  /** Keeps the lines of a source where they stand in its file, for messages at run time. */
  #keepText(file: string, text: string, line: number): void {
    const lines = (this.program.sources.get(file) ?? "").split("\n");
    const own = text.split("\n");
    while (lines.length < line - 1 + own.length) lines.push("");
    own.forEach((content, i) => {
      const at = line - 1 + i;
      if (lines[at]!.trim() === "" || i > 0) lines[at] = content;
    });
    this.program.sources.set(file, lines.join("\n"));
  }

  // -- functions --------------------------------------------------------------------------------------------------

  /** The function compiled for these argument types; recursion meets it while it is being compiled. */
  instance(
    key: object,
    types: readonly SType[],
    options: CompileOptions,
    add: (instance: Instance) => void,
  ): Instance {
    let byTypes = this.#instances.get(key);
    if (!byTypes) {
      byTypes = new Map();
      this.#instances.set(key, byTypes);
    }
    const text = types.map(typeKey).join(", ");
    const known = byTypes.get(text);
    if (known) return known;
    const instance: Instance = {
      name: options.name,
      parameters: types,
      result: undefined,
      assumed: undefined,
      fn: { name: options.name, schema: { args: [], returns: [] }, graph: new Graph() },
    };
    byTypes.set(text, instance);
    add(instance);
    try {
      compileInstance(this, instance, options);
    } catch (error) {
      byTypes.delete(text);
      throw error;
    }
    return instance;
  }

  /** Compiles a free function for the types of the given arguments. */
  functionInstance(
    ctx: Context,
    fn: Scriptable,
    given: readonly (SType | undefined)[],
    chain: readonly SourceLocation[],
  ): Instance {
    const closure = this.closureOf(fn);
    const own = fn.name || "anonymous";
    const memberAt = closure.at === undefined ? {} : { memberAt: closure.at };
    const options = { name: own, closure, given, chain, ...memberAt };
    const types = parameterTypes(ctx, options);
    const name = this.#nameOf(fn, types, own);
    return this.instance(fn, types, { ...options, name }, (instance) => {
      this.program.functions.set(name, instance.fn);
    });
  }

  #nameOf(fn: object, types: readonly SType[], own: string): string {
    const known = this.#instances.get(fn)?.get(types.map(typeKey).join(", "));
    return known?.name ?? this.uniqueName(own);
  }

  /** The default of a parameter, where it is a constant. */
  defaultOf(pattern: Pattern, type: SType): Pick<FnArgument, "default"> {
    if (pattern.type === "AssignmentPattern" && pattern.right.type === "Literal") {
      const { value } = pattern.right;
      if (typeof value === "number") return { default: IValue.float(value) };
      if (typeof value === "bigint") return { default: IValue.int(value) };
      if (typeof value === "string") return { default: IValue.str(value) };
      if (typeof value === "boolean") return { default: IValue.bool(value) };
    }
    return mayBeNullish(type) ? { default: IValue.none } : {};
  }

  // -- types ------------------------------------------------------------------------------------------------------

  addInfo(info: ClassInfo): ClassInfo {
    this.#infos.set(info.def.name, info);
    return info;
  }

  classInfo(name: string): ClassInfo | undefined {
    return this.#infos.get(name);
  }

  /** The type of objects with these fields; equal ones are one class. */
  structType(fields: readonly Field[], own = "Object"): SType {
    const key = fields.map(({ name, type }) => `${name}: ${typeKey(type)}`).join("; ");
    const known = this.#structs.get(key);
    if (known) return known.type;
    const info = this.#struct(own, fields);
    this.#structs.set(key, info);
    return info.type;
  }

  #struct(own: string, fields: readonly Field[]): ClassInfo {
    const def = addClass(this.program, "class", this.uniqueName(own));
    const info = this.addInfo(new ClassInfo(def, new Map(), undefined));
    this.#setFields(info, fields);
    return info;
  }

  #setFields(info: ClassInfo, fields: readonly Field[]): void {
    this.#structFields.set(info.def.name, fields);
    for (const { name, type } of fields) info.addField(name, { type, kind: "attribute" });
  }

  /** The type of an interface; `define` is asked once for its fields, after the name is known, so that it may recur. */
  interfaceType(own: string, key: string, define: () => readonly Field[] | SType): SType {
    const known = this.#interfaces.get(key);
    if (known) return known;
    const info = this.#struct(own, []);
    this.#interfaces.set(key, info.type);
    const made = define();
    if ("kind" in made) {
      this.#interfaces.set(key, made);
      this.program.classes.delete(info.def.name);
      return made;
    }
    this.#setFields(info, made);
    return info.type;
  }

  /** The fields of a class that is described by them alone. */
  structFields(name: string): readonly Field[] | undefined {
    return this.#structFields.get(name);
  }

  /** The names of the fields of an object that a literal may spread. */
  fieldsOf(type: SType): readonly string[] | undefined {
    const at = resolved(type);
    return at.kind === "class" ? this.structFields(at.name)?.map((field) => field.name) : undefined;
  }

  fieldType(type: SType, name: string): SType | undefined {
    const at = resolved(type);
    if (at.kind === "record") return at.value;
    if (at.kind === "union") {
      const found = at.members.flatMap((member) => this.fieldType(member, name) ?? []);
      return found.length === 1 ? found[0] : undefined;
    }
    return at.kind === "class" ? this.classInfo(at.name)?.fields.get(name)?.type : undefined;
  }

  /** A type named in a script that is no built-in: a class that the name stands for. */
  namedType(ctx: Context, name: string, source: SourceUnit): SType | undefined {
    const outer = source.outer(name.split(".")[0]!);
    let js = outer?.value;
    for (const part of name.split(".").slice(1)) js = (js as Record<string, unknown> | undefined)?.[part];
    if (js instanceof DefinitionRef) return js.type;
    return typeof js === "function" ? this.classes.typeOf(ctx, js as Scriptable) : undefined;
  }

  /** What the classes of the program say about subtypes. */
  get facts(): ClassFacts {
    return classFacts(this.program);
  }

  /** The type of objects of a class that an expression names. */
  classTypeOf(ctx: Context, node: Expression): SType | undefined {
    if (node.type === "Identifier" && !ctx.scope.find(node.name)) {
      if (node.name === "Error") return { kind: "Error" };
      const outer = ctx.source.outer(node.name);
      if (typeof outer?.value === "function") {
        if (outer.value.name === "Tensor") return { kind: "Tensor" };
        return this.classes.typeOf(ctx, outer.value as Scriptable);
      }
      if (node.name === "Tensor") return { kind: "Tensor" };
    }
    return undefined;
  }

  // -- values -----------------------------------------------------------------------------------------------------

  /** A name for a value from outside that is a constant of the program: the same for the same object. */
  keyOf(thing: object): string {
    const known = this.#keys.get(thing) ?? `t${this.#keys.size}`;
    this.#keys.set(thing, known);
    return known;
  }

  superMember(ctx: Context, node: MemberExpression): SValue {
    return ctx.refuse(
      "UNSUPPORTED_SYNTAX",
      node,
      "super is supported in calls of methods only: super.method(…)",
    );
  }

  /** The code of a dtype given by its name or as a value. */
  dtypeCode(ctx: Context, value: SValue, node: NodeLike): Value {
    if (value.kind === "const" && typeof value.js === "string") {
      if (isDTypeName(value.js)) return ctx.int(dtypes[dtypeFromName(value.js)].code);
      ctx.refuse("TYPE_MISMATCH", node, `${JSON.stringify(value.js)} is no dtype`);
    }
    const type = typeOf(ctx, value);
    if (type.kind !== "DType") {
      ctx.refuse("TYPE_MISMATCH", node, `expected a dtype, got ${showType(type)}`, {
        advice: "Write torch.float32 or the like.",
      });
    }
    return toInt(ctx, value, node);
  }

  /** `"key" in object`. */
  hasKey(ctx: Context, key: SValue, object: SValue, node: AnyNode): SValue {
    if (object.kind === "fields" && key.kind === "const") return constant(object.fields.has(String(key.js)));
    const type = typeOf(ctx, object);
    if (type.kind === "record") {
      return ctx.op(
        "js::recHas",
        [materialise(ctx, object, node).value, materialise(ctx, key, node, StringS).value],
        BooleanS,
      );
    }
    if (type.kind === "class" && key.kind === "const") {
      return constant(this.classInfo(type.name)!.fields.has(String(key.js)));
    }
    return ctx.refuse("OPERATOR_TYPES", node, `in does not work on ${showType(type)}`, {
      advice: "Use map.has(key) or list.includes(x).",
    });
  }

  /** True if objects of the one type are of a class that is, or extends, the other. */
  extends(type: SType, base: SType): boolean {
    const [at, wanted] = [resolved(type), resolved(base)];
    if (at.kind !== "class" || wanted.kind !== "class") return sameType(at, wanted);
    const [own, other] = [at, wanted].map(
      ({ name }) => this.classInfo(name)?.host as { prototype: object } | undefined,
    );
    return (
      at.name === wanted.name ||
      (own !== undefined && other !== undefined && own.prototype instanceof (other as never))
    );
  }

  /** `value instanceof Class`. */
  instanceOf(ctx: Context, value: SValue, right: Expression, node: AnyNode): SValue {
    const wanted = this.classTypeOf(ctx, right);
    const type = typeOf(ctx, value);
    if (right.type === "Identifier" && type.kind === "Error") {
      if (right.name === "Error") return constant(true);
      const name = ctx.op("js::errorName", [materialise(ctx, value, node).value], StringS);
      return ctx.op("aten::eq.str", [name.value, ctx.str(right.name)], BooleanS);
    }
    if (right.type === "Identifier" && ["Array", "Map", "Set"].includes(right.name)) {
      const kind = right.name.toLowerCase();
      if (type.kind !== "union")
        return constant(type.kind === kind || (kind === "array" && type.kind === "tuple"));
    }
    if (!wanted) return ctx.refuse("UNKNOWN_TYPE", right, "the class is not known to the script");
    const fitting = membersOf(type).filter((member) => this.extends(member, wanted));
    if (fitting.length === 0 || type.kind !== "union") return constant(fitting.length > 0);
    return isOneOf(ctx, materialise(ctx, value, node), fitting);
  }

  /**
   * True if a variable is nowhere more than read field by field, so that a literal need not become an object. With
   * `shared` it may stand for itself too, as where it is returned, since nobody changes it.
   */
  isOnlyRead(
    source: SourceUnit,
    target: { name: string; start: number },
    options: { readonly passed?: boolean; readonly shared?: boolean } = {},
  ): boolean {
    const { passed = true, shared = false } = options;
    const label = `${target.name} ${passed} ${shared}`;
    let known = this.#reads.get(source);
    if (!known) {
      known = new Map();
      this.#reads.set(source, known);
    }
    const cached = known.get(label);
    if (cached !== undefined) return cached;
    let only = true;
    const visit = (node: AnyNode, parent: AnyNode | undefined, above: AnyNode | undefined): void => {
      if (node.type === "Identifier" && node.name === target.name && node.start !== target.start) {
        const read = parent?.type === "MemberExpression" && parent.object === node && !parent.computed;
        const deeper = above?.type === "MemberExpression" && above.object === parent;
        const written =
          above &&
          (deeper ||
            (above.type === "AssignmentExpression" && above.left === parent) ||
            above.type === "UpdateExpression" ||
            (above.type === "UnaryExpression" && above.operator === "delete"));
        const key = parent?.type === "Property" && parent.key === node && parent.value !== node;
        const property = parent?.type === "MemberExpression" && parent.property === node && !parent.computed;
        const argument = passed && parent?.type === "CallExpression" && parent.callee !== node;
        const changed =
          above?.type === "CallExpression" &&
          above.callee === parent &&
          parent?.type === "MemberExpression" &&
          parent.property.type === "Identifier" &&
          CHANGING.has(parent.property.name);
        const spread = parent?.type === "SpreadElement";
        const initial =
          parent?.type === "VariableDeclarator" && parent.init === node && parent.id.type === "ObjectPattern";
        const other =
          shared && parent?.type !== "MemberExpression" && parent?.type !== "AssignmentExpression";
        const indexed = shared && parent?.type === "MemberExpression" && parent.object === node;
        const kept = ((read || indexed) && !written && !changed) || spread || initial || argument || other;
        if (!key && !property && !kept) only = false;
      }
      children(node, (child) => visit(child, node, parent));
    };
    visit(parseTree(source), undefined, undefined);
    known.set(label, only);
    return only;
  }

  // -- the end ----------------------------------------------------------------------------------------------------

  /** Runs `settle` when everything is compiled. */
  atEnd(settle: () => void): void {
    this.#settling.push(settle);
  }

  /** Settles what is known only when everything is compiled. */
  finish(): Program {
    for (const settle of this.#settling) settle();
    for (const info of this.#infos.values()) info.settle();
    return this.program;
  }
}

/** Methods that change the array that they are called on. */
const CHANGING = new Set("push pop shift unshift splice sort reverse fill copyWithin".split(" "));

const trees = new WeakMap<SourceUnit, AnyNode>();

function parseTree(source: SourceUnit): AnyNode {
  const known = trees.get(source);
  if (known) return known;
  const { node } = parseSource(source.text);
  trees.set(source, node as AnyNode);
  return node as AnyNode;
}
