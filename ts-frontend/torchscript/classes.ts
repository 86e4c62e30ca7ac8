/**
 * The classes and functions of an archive as members of a program. Each is defined when something first names it:
 * attributes and signatures at once, bodies later, from a list of what is still to be lowered.
 */

import { Graph } from "../../format/ir/graph.ts";
import {
  type Attribute,
  type AttributeKind,
  addClass,
  type ClassDef,
  type EnumDef,
  type Fn,
  type FnDeclaration,
  type FnSchema,
  findClass,
  type InterfaceDef,
  type Program,
} from "../../format/ir/program.ts";
import { classFacts } from "../../format/ir/verify.ts";
import {
  AnyType,
  type ClassFacts,
  classType,
  enumType,
  interfaceType,
  NoneType,
  TensorType,
  type Type,
  tupleOf,
} from "../../format/types.ts";
import type { IValue } from "../../format/value.ts";
import { typeOfValue } from "../../format/value.ts";
import type { CodeFile, CodeTable, Definition } from "./code-table.ts";
import { literalValue } from "./emit/literals.ts";
import { dottedName, type TypeNames, typeOf } from "./emit/type-expressions.ts";
import { badCode, unsupportedCode } from "./error.ts";
import type { ClassDef as ClassSyntax, Expr, FunctionDef, Stmt } from "./syntax/ast.ts";

/** A function whose body is still to be lowered into its graph. */
export interface Body {
  readonly fn: Fn;
  readonly def: FunctionDef;
  readonly file: CodeFile;
}

/** Classes that PyTorch defines in C++: `__torch__.torch.classes.quantized.LinearPackedParamsBase`. */
export const NATIVE_CLASSES = "__torch__.torch.classes.";

export class Definitions {
  readonly program: Program;
  readonly facts: ClassFacts;
  /** In the order of discovery; emptied by whoever lowers them. */
  readonly pending: Body[] = [];
  readonly #code: CodeTable;
  readonly #constant: (index: number) => IValue | undefined;
  readonly #types = new Map<string, Type>();
  /** Tuples whose fields are being read. */
  readonly #open = new Set<string>();

  /** `constant` gives the archive's `CONSTANTS.cN`. */
  constructor(program: Program, code: CodeTable, constant: (index: number) => IValue | undefined) {
    this.program = program;
    this.#code = code;
    this.#constant = constant;
    this.facts = classFacts(program);
  }

  /** The type of this qualified name, defined in the program; undefined if the archive has no such class. */
  typeNamed(qualified: string): Type | undefined {
    const known = this.#types.get(qualified);
    if (known !== undefined) return known;
    if (qualified.startsWith(NATIVE_CLASSES)) {
      const type = classType(qualified);
      this.#types.set(qualified, type);
      return type;
    }
    const found = this.#code.find(qualified);
    return found?.kind === "class" ? this.#define(qualified, found.def, found.file) : undefined;
  }

  /** The free function of this qualified name, its signature known. */
  functionNamed(qualified: string): Fn | undefined {
    const known = this.program.functions.get(qualified);
    if (known !== undefined) return known;
    const found = this.#code.find(qualified);
    if (found?.kind !== "function") return undefined;
    const fn: Fn = { name: qualified, schema: this.#schema(found.def, found.file), graph: new Graph() };
    this.program.functions.set(qualified, fn);
    this.pending.push({ fn, def: found.def, file: found.file });
    return fn;
  }

  find(qualified: string): Definition | undefined {
    return this.#code.find(qualified);
  }

  /** A class or interface member's signature, its object first. */
  method(type: string, name: string): Fn | FnDeclaration | undefined {
    const def = this.program.classes.get(type);
    return def === undefined || def.kind === "enum" ? undefined : def.methods.find((fn) => fn.name === name);
  }

  attribute(type: string, name: string): Attribute | undefined {
    return findClass(this.program, type)?.attributes.find((attribute) => attribute.name === name);
  }

  typeNames(file: CodeFile): TypeNames {
    return {
      named: (name) => {
        const dot = name.indexOf(".");
        const head = dot < 0 ? name : name.slice(0, dot);
        const alias = file.source.imports.get(head);
        return this.typeNamed(alias === undefined ? name : `${alias}${name.slice(head.length)}`);
      },
      refuse: (message, at) => {
        throw badCode(message, file.place(at));
      },
    };
  }

  typeAt(expr: Expr, file: CodeFile): Type {
    return typeOf(expr, this.typeNames(file));
  }

  #define(name: string, def: ClassSyntax, file: CodeFile): Type {
    switch (def.base) {
      case undefined:
      case "Module":
        return this.#class(name, def, file);
      case "NamedTuple":
        return this.#namedTuple(name, def, file);
      case "Enum":
        return this.#enum(name, def, file);
      case "Interface":
      case "ModuleInterface":
        return this.#interface(name, def, file);
      default:
        throw unsupportedCode(`class ${name} of kind ${def.base}`, file.place(def));
    }
  }

  #class(name: string, syntax: ClassSyntax, file: CodeFile): Type {
    const type = classType(name);
    this.#types.set(name, type);
    const def = addClass(this.program, syntax.base === "Module" ? "module" : "class", name);
    new ClassReader(this, def, file).read(syntax.body);
    for (const statement of syntax.body) {
      if (statement.kind !== "def") continue;
      const { def: method } = statement;
      const schema = this.#schema(method, file, type);
      const fn: Fn = { name: method.name, schema, graph: new Graph() };
      def.methods.push(fn);
      this.pending.push({ fn, def: method, file });
    }
    return type;
  }

  #namedTuple(name: string, syntax: ClassSyntax, file: CodeFile): Type {
    const { body } = syntax;
    if (this.#open.has(name)) throw badCode(`${name} holds itself`, file.place(syntax));
    this.#open.add(name);
    const fields = body.flatMap((statement) =>
      statement.kind === "declare" && statement.target.kind === "name"
        ? [{ name: statement.target.name, type: this.typeAt(statement.type, file) }]
        : [],
    );
    const type = tupleOf(
      fields.map((field) => field.type),
      fields.map((field) => field.name),
      name,
    );
    this.#open.delete(name);
    this.#types.set(name, type);
    return type;
  }

  #enum(name: string, { body }: ClassSyntax, file: CodeFile): Type {
    const members = body.flatMap((statement) => {
      if (statement.kind !== "assign" || statement.targets[0]?.kind !== "name") return [];
      const value = literalValue(statement.value);
      if (value === undefined) throw unsupportedCode(`members of enum ${name}`, file.place(statement));
      return [{ name: statement.targets[0].name, value }];
    });
    const valueType = members[0] === undefined ? AnyType : typeOfValue(members[0].value);
    const def: EnumDef = { kind: "enum", name, valueType, members };
    this.program.classes.set(name, def);
    const type = enumType(name);
    this.#types.set(name, type);
    return type;
  }

  #interface(name: string, { body }: ClassSyntax, file: CodeFile): Type {
    const type = interfaceType(name);
    this.#types.set(name, type);
    const def: InterfaceDef = { kind: "interface", name, methods: [] };
    this.program.classes.set(name, def);
    for (const statement of body) {
      if (statement.kind !== "def") continue;
      def.methods.push({ name: statement.def.name, schema: this.#schema(statement.def, file, type) });
    }
    return type;
  }

  #schema({ parameters, returns }: FunctionDef, file: CodeFile, self?: Type): FnSchema {
    const args = parameters.map((parameter, i) => {
      const { name, type: written, default: fallback, keywordOnly } = parameter;
      const type =
        i === 0 && self !== undefined
          ? self
          : written === undefined
            ? TensorType
            : this.typeAt(written, file);
      const value = fallback === undefined ? undefined : this.#default(fallback, type, file);
      return {
        name,
        type,
        ...(value === undefined ? {} : { default: value }),
        ...(keywordOnly ? { kwarg: true } : {}),
      };
    });
    return { args, returns: [{ type: returns === undefined ? NoneType : this.typeAt(returns, file) }] };
  }

  #default(expr: Expr, type: Type, file: CodeFile): IValue {
    const name = dottedName(expr);
    const constant = name?.startsWith("CONSTANTS.c") ? this.#constant(Number(name.slice(11))) : undefined;
    const value = constant ?? literalValue(expr, type);
    if (value === undefined) throw unsupportedCode("a default that is no literal", file.place(expr));
    return value;
  }
}

/** Reads a class's own statements: attributes, their kinds, hooks. */
class ClassReader {
  readonly #definitions: Definitions;
  readonly #def: ClassDef;
  readonly #file: CodeFile;
  readonly #parameters = new Set<string>();
  readonly #buffers = new Set<string>();

  constructor(definitions: Definitions, def: ClassDef, file: CodeFile) {
    this.#definitions = definitions;
    this.#def = def;
    this.#file = file;
  }

  read(body: readonly Stmt[]): void {
    for (const statement of body) {
      if (statement.kind === "assign") this.#assign(statement);
      else if (statement.kind === "declare") this.#declare(statement);
      else if (statement.kind !== "def" && statement.kind !== "pass") {
        throw unsupportedCode(`a ${statement.kind} statement in a class`, this.#file.place(statement));
      }
    }
  }

  #assign(statement: Stmt & { kind: "assign" }): void {
    const target = statement.targets[0]!;
    if (target.kind === "subscript") {
      // __annotations__["0"] = type: an attribute whose name is no identifier
      if (target.index.kind !== "str") throw badCode("expected a name", this.#file.place(target));
      this.#attribute(target.index.value, statement.value);
      return;
    }
    const name = target.kind === "name" ? target.name : "";
    switch (name) {
      case "__annotations__":
      case "__constants__":
      case "__properties__":
        return;
      case "__parameters__":
        for (const item of this.#names(statement.value)) this.#parameters.add(item);
        return;
      case "__buffers__":
        for (const item of this.#names(statement.value)) this.#buffers.add(item);
        return;
      case "__forward_pre_hooks__":
        this.#def.forwardPreHooks.push(...this.#names(statement.value));
        return;
      case "__forward_hooks__":
        this.#def.forwardHooks.push(...this.#names(statement.value));
        return;
      default:
        throw unsupportedCode(`the class statement ${name || "without a name"}`, this.#file.place(statement));
    }
  }

  #names(expr: Expr): string[] {
    const items = expr.kind === "list" || expr.kind === "tuple" ? expr.items : [];
    return items.flatMap((item) => (item.kind === "str" ? [item.value] : []));
  }

  #declare({ target, type, value }: Stmt & { kind: "declare" }): void {
    if (target.kind !== "name") throw badCode("expected an attribute's name", this.#file.place(target));
    this.#attribute(target.name, type, value);
  }

  #attribute(name: string, written: Expr, value?: Expr): void {
    const final =
      written.kind === "subscript" && written.object.kind === "name" && written.object.name === "Final";
    const type = this.#definitions.typeAt(final ? written.index : written, this.#file);
    if (!final) {
      this.#def.attributes.push({ name, type, kind: this.#kind(name, type) });
      return;
    }
    const constant = value && literalValue(value, type);
    if (constant === undefined) throw unsupportedCode(`the constant ${name}`, this.#file.place(written));
    this.#def.attributes.push({ name, type, kind: "constant", value: constant });
  }

  #kind(name: string, type: Type): AttributeKind {
    if (this.#parameters.has(name)) return "parameter";
    if (this.#buffers.has(name)) return "buffer";
    const named = type.kind === "Class" || type.kind === "Interface";
    const def = named ? this.#definitions.find(type.name) : undefined;
    const base = def?.kind === "class" ? def.def.base : undefined;
    return base === "Module" || base === "ModuleInterface" ? "module" : "attribute";
  }
}
