/** Compiles what `.code` prints: a TypeScript module of classes and functions, back to the program that it shows. */

import { type ClassDeclaration, type FunctionDeclaration, type PropertyDefinition, parse } from "acorn";
import { GraphBuilder } from "../../../format/ir/builder.ts";
import { Graph } from "../../../format/ir/graph.ts";
import {
  type Attribute,
  type AttributeKind,
  addClass,
  type ClassDef,
  type EnumDef,
  type Fn,
  type FnArgument,
  type FnSchema,
  type InterfaceDef,
  type Program,
} from "../../../format/ir/program.ts";
import { verifyProgram } from "../../../format/ir/verify-program.ts";
import { findOp } from "../../../format/ops/table.ts";
import { IValue } from "../../../format/value.ts";
import { SconceError } from "../../../loader/error.ts";
import { memberName } from "../lower/classes.ts";
import { ConstantsRef, DefinitionRef, FunctionRef } from "../lower/code-refs.ts";
import { Context, Frame } from "../lower/context.ts";
import { type Closure, compileInstance } from "../lower/functions.ts";
import { Scope } from "../lower/scope.ts";
import { SourceUnit } from "../lower/source-unit.ts";
import { signatureOf, typeAt } from "../lower/type-scope.ts";
import { Unit } from "../lower/unit.ts";
import { blank } from "../source/blank.ts";
import { loadParser } from "../source/oxc.ts";
import { PARSE_OPTIONS } from "../source/parse.ts";
import type { TypedText } from "../source/typed-text.ts";
import { irType, type SType } from "../types/model.ts";
import { literalOf } from "./literals.ts";

export interface CompileCodeOptions {
  /** What `CONSTANTS.name` stands for, as `codeWithConstants` gives it. */
  readonly constants?: ReadonlyMap<string, IValue>;
  /** Name of the text, for messages. */
  readonly file?: string;
}

type FunctionNode = Closure["node"];

/** A function whose signature is known and whose body waits. */
interface Body {
  readonly fn: Fn;
  readonly node: FunctionNode;
  readonly at: number;
  readonly self?: SType;
  readonly types: readonly SType[];
  readonly result: SType;
}

/**
 * The program of a printed module. Its root is the default export; an object's attributes are to be filled in by the
 * caller, since the text does not hold them. Needs oxc-parser. Throws SconceError with the place.
 */
export async function compileCode(text: string, options: CompileCodeOptions = {}): Promise<Program> {
  const file = options.file ?? "code.ts";
  const parseTypes = await loadParser();
  const parsed = parseTypes(file, text);
  const blanked = blank(parsed);
  const declarations: Record<string, string> = {};
  const interfaces: { name: string; text: string }[] = [];
  for (const node of parsed.program.body) {
    const at = node as unknown as { type: string; start: number; end: number; id?: { name: string } };
    const own = text.slice(at.start, at.end);
    if (at.type === "TSTypeAliasDeclaration") declarations[at.id!.name] = own;
    else if (at.type === "TSInterfaceDeclaration") interfaces.push({ name: at.id!.name, text: own });
  }
  const source: TypedText = {
    text: blanked.text,
    original: text,
    file,
    line: 1,
    column: 0,
    marks: blanked.marks,
    declarations,
  };
  return new CodeCompiler(source, interfaces, options.constants ?? new Map()).compile();
}

class CodeCompiler {
  readonly #unit = new Unit();
  readonly #names = new Map<string, unknown>();
  readonly #source: SourceUnit;
  readonly #interfaces: readonly { name: string; text: string }[];
  readonly #bodies: Body[] = [];
  readonly #context: Context;

  constructor(
    text: TypedText,
    interfaces: readonly { name: string; text: string }[],
    constants: ReadonlyMap<string, IValue>,
  ) {
    this.#interfaces = interfaces;
    this.#source = new SourceUnit(text, (name) =>
      this.#names.has(name) ? { value: this.#names.get(name) } : undefined,
    );
    this.#names.set("CONSTANTS", new ConstantsRef(constants));
    this.#context = new Context(this.#unit, new GraphBuilder(), new Frame("code", this.#source, {}), []);
  }

  compile(): Program {
    const { program } = this.#unit;
    program.sources.set(this.#source.file, this.#source.text.original);
    const { body } = parse(this.#source.text.text, PARSE_OPTIONS);
    const classes: ClassDeclaration[] = [];
    const functions: FunctionDeclaration[] = [];
    const qualified = new Map<string, string>();
    let root: string | undefined;
    for (const node of body) {
      if (node.type === "ClassDeclaration") classes.push(node as ClassDeclaration);
      else if (node.type === "FunctionDeclaration") functions.push(node as FunctionDeclaration);
      else if (node.type === "ExportDefaultDeclaration" && node.declaration.type === "Identifier")
        root = node.declaration.name;
      else if (node.type === "ExpressionStatement" && node.expression.type === "AssignmentExpression") {
        const { left, right } = node.expression;
        if (
          left.type === "MemberExpression" &&
          left.object.type === "Identifier" &&
          right.type === "Literal"
        ) {
          qualified.set(left.object.name, String(right.value));
        }
      }
    }
    this.#declare(classes);
    this.#defineInterfaces();
    for (const node of classes) this.#defineClass(node);
    for (const node of functions) this.#defineFunction(node, qualified.get(node.id.name) ?? node.id.name);
    for (const one of this.#bodies) this.#compileBody(one);
    const found = root === undefined ? undefined : this.#names.get(root);
    if (found instanceof FunctionRef) program.root = { kind: "function", name: found.fn.name };
    else if (found instanceof DefinitionRef && found.type.kind === "class") {
      program.root = {
        kind: "object",
        object: IValue.object(found.type.name) as IValue & { kind: "object" },
      };
    } else
      throw new SconceError({
        code: "SCRIPT_SYNTAX",
        message: "the code has no default export that names its root",
      });
    this.#unit.finish();
    return program;
  }

  /** Names of all classes, so that types may name those that come later. */
  #declare(classes: readonly ClassDeclaration[]): void {
    const { program } = this.#unit;
    for (const node of classes) {
      const statics = this.#statics(node);
      const name = String(statics.get("qualifiedName") ?? node.id.name);
      const base = node.superClass?.type === "Identifier" ? node.superClass.name : "";
      if (base === "ScriptEnum") {
        const def: EnumDef = { kind: "enum", name, valueType: irType({ kind: "bigint" }), members: [] };
        program.classes.set(name, def);
        this.#names.set(node.id.name, new DefinitionRef({ kind: "ir", type: { kind: "Enum", name } }, def));
      } else {
        addClass(program, statics.get("kind") === "module" ? "module" : "class", name);
        this.#names.set(node.id.name, new DefinitionRef({ kind: "class", name }));
      }
    }
    for (const { name, text } of this.#interfaces) {
      const own = /qualifiedName\?:\s*("(?:[^"\\]|\\.)*")/.exec(text)?.[1];
      const qualifiedName = own ? (JSON.parse(own) as string) : name;
      program.classes.set(qualifiedName, { kind: "interface", name: qualifiedName, methods: [] });
      this.#names.set(
        name,
        new DefinitionRef({ kind: "ir", type: { kind: "Interface", name: qualifiedName } }),
      );
    }
  }

  #statics(node: ClassDeclaration): Map<string, unknown> {
    const found = new Map<string, unknown>();
    for (const member of node.body.body) {
      if (member.type !== "PropertyDefinition" || !member.static || !member.value) continue;
      const name = memberName(member);
      if (name !== undefined) found.set(name, literalOf(member.value));
    }
    return found;
  }

  #defineInterfaces(): void {
    for (const { name, text } of this.#interfaces) {
      const ref = this.#names.get(name) as DefinitionRef;
      const type = ref.type.kind === "ir" ? ref.type.type : undefined;
      const def = this.#unit.program.classes.get((type as { name: string }).name) as InterfaceDef;
      for (const match of text.matchAll(/^ {2}("[^"]*"|[\w$]+)(\(.*\): .*);$/gm)) {
        const own = match[1]!.startsWith('"') ? (JSON.parse(match[1]!) as string) : match[1]!;
        const signature = signatureOf(this.#context, match[2]!, this.#source, { start: 0, end: 0 });
        const args: FnArgument[] = signature.parameters.map((parameter) => ({
          name: parameter.name,
          type: irType(parameter.type),
          ...(parameter.optional ? { default: IValue.none } : {}),
        }));
        args.unshift({ name: "self", type: type! });
        def.methods.push({ name: own, schema: { args, returns: [{ type: irType(signature.result) }] } });
      }
    }
  }

  #type(text: string | undefined, node: { start: number; end: number }): SType {
    if (text === undefined) {
      return this.#context.refuse("UNKNOWN_TYPE", node, "printed code gives the type of everything here");
    }
    return typeAt(this.#context, text, this.#source, node);
  }

  #defineClass(node: ClassDeclaration): void {
    const ref = this.#names.get(node.id.name) as DefinitionRef;
    if (ref.members) {
      this.#defineEnum(node, ref.members);
      return;
    }
    const self = ref.type as SType & { kind: "class" };
    const def = this.#unit.program.classes.get(self.name) as ClassDef;
    const statics = this.#statics(node);
    def.forwardPreHooks.push(...((statics.get("forwardPreHooks") as string[]) ?? []));
    def.forwardHooks.push(...((statics.get("forwardHooks") as string[]) ?? []));
    for (const [name, accessors] of Object.entries(
      (statics.get("properties") as Record<string, string[]>) ?? {},
    )) {
      const [getter, setter] = accessors;
      def.properties.push({ name, getter: getter!, ...(setter === undefined ? {} : { setter }) });
    }
    for (const member of node.body.body) {
      if (member.type === "PropertyDefinition" && !member.static)
        def.attributes.push(this.#attribute(member));
      if (member.type !== "MethodDefinition") continue;
      const fn: Fn = { name: memberName(member)!, schema: { args: [], returns: [] }, graph: new Graph() };
      this.#defineBody(fn, member.value, member.key.start, self);
      def.methods.push(fn);
    }
  }

  #attribute(member: PropertyDefinition): Attribute {
    const name = memberName(member)!;
    const text =
      this.#source.typeText("field", member.start) ?? this.#source.typeText("field", member.key.start);
    const type = irType(this.#type(text, member));
    const wrapper = /^\s*[?!]?:\s*(Parameter|Buffer|Constant|Submodule)\b/.exec(text ?? "")?.[1];
    const isModule = type.kind === "Class" && this.#unit.program.classes.get(type.name)?.kind === "module";
    const kinds: Record<string, AttributeKind> = {
      Parameter: "parameter",
      Buffer: "buffer",
      Constant: "constant",
      Submodule: "module",
    };
    const kind = wrapper ? kinds[wrapper]! : isModule ? "module" : "attribute";
    if (kind !== "constant") return { name, type, kind };
    return { name, type, kind, value: this.#constant(member.value!, type) };
  }

  /** The value of a constant's initialiser. */
  #constant(node: NonNullable<PropertyDefinition["value"]>, type: ReturnType<typeof irType>): IValue {
    const table = this.#names.get("CONSTANTS") as ConstantsRef;
    return literalOf.value(
      node,
      type,
      (name) => table.table.get(name),
      (path) => this.#enumMember(path),
    );
  }

  #enumMember(path: readonly string[]): IValue | undefined {
    const ref = this.#names.get(path[0]!);
    return ref instanceof DefinitionRef ? ref.member(path[1]!) : undefined;
  }

  #defineEnum(node: ClassDeclaration, def: EnumDef): void {
    const text = /extends\s+ScriptEnum<(.*)>\s*\{/.exec(
      this.#source.text.original.slice(node.start, node.body.start + 1),
    )?.[1];
    def.valueType = irType(this.#type(text, node));
    for (const member of node.body.body) {
      if (member.type !== "PropertyDefinition" || member.value?.type !== "NewExpression") continue;
      const [name, value] = member.value.arguments;
      def.members.push({
        name: String(literalOf(name as never)),
        value: this.#constant(value as never, def.valueType),
      });
    }
  }

  #defineFunction(node: FunctionDeclaration, name: string): void {
    const fn: Fn = { name, schema: { args: [], returns: [] }, graph: new Graph() };
    this.#defineBody(fn, node, node.start);
    this.#unit.program.functions.set(name, fn);
    this.#names.set(node.id.name, new FunctionRef(fn));
  }

  #defineBody(fn: Fn, node: FunctionNode, at: number, self?: SType): void {
    const types: SType[] = [];
    const args: FnArgument[] = self ? [{ name: "self", type: irType(self) }] : [];
    for (const parameter of node.params) {
      const target = parameter.type === "AssignmentPattern" ? parameter.left : parameter;
      const type = this.#type(this.#source.typeText("binding", target.start), target);
      types.push(type);
      const ir = irType(type);
      const fallback =
        parameter.type === "AssignmentPattern" ? this.#constant(parameter.right, ir) : undefined;
      args.push({
        name: target.type === "Identifier" ? target.name : `arg${types.length}`,
        type: ir,
        ...(fallback ? { default: fallback } : {}),
      });
    }
    const result = this.#type(
      this.#source.typeText("return", at) ?? this.#source.typeText("return", node.start),
      node,
    );
    const schema: FnSchema = { args, returns: [{ type: irType(result) }] };
    fn.schema = schema;
    this.#bodies.push({ fn, node, at, types, result, ...(self ? { self } : {}) });
  }

  #compileBody({ fn, node, at, self, types, result }: Body): void {
    const { schema } = fn;
    const closure: Closure = { node, scope: new Scope(), source: this.#source };
    const instance = { name: fn.name, parameters: types, result: undefined, assumed: undefined, fn };
    compileInstance(this.#unit, instance, {
      name: fn.name,
      closure,
      given: types,
      chain: [],
      memberAt: at,
      signature: { parameters: types.map((type) => ({ type })), result },
      ...(self ? { self } : {}),
    });
    fn.schema = schema;
  }
}

/** Verifies a program that was compiled from code, once its root's state is filled in. */
export function verifyCode(program: Program): void {
  verifyProgram(program, { lookup: (name) => findOp(name)?.schema });
}
