/** Which name means what in a file: scopes, and for some functions the outer variables that they use. */

import { type AnyNode, childrenOf } from "./walk.ts";

/** What is to be known of a function or class. */
export interface FreeVariables {
  /** Variables of the scopes around it, the module's included, that it reads or writes. */
  readonly names: Set<string>;
}

interface Scope {
  readonly parent: Scope | null;
  /** Names of values, and how many references there are. */
  readonly uses: Map<string, number>;
  /** How many of the wanted nodes the scope lies in. */
  readonly depth: number;
}

/**
 * Resolves every reference to a value in a program. `wanted` are functions and classes of it; the result has their free
 * variables, and the names of the module that no value refers to.
 */
export function resolve(program: AnyNode, wanted: Iterable<AnyNode>): Resolved {
  const resolver = new Resolver(wanted);
  resolver.program(program);
  return { free: resolver.free, unused: resolver.unused };
}

export interface Resolved {
  readonly free: ReadonlyMap<AnyNode, FreeVariables>;
  readonly unused: ReadonlySet<string>;
}

class Resolver {
  readonly free = new Map<AnyNode, FreeVariables>();
  readonly unused = new Set<string>();
  readonly #active: FreeVariables[] = [];
  #scope: Scope | null = null;

  constructor(wanted: Iterable<AnyNode>) {
    for (const node of wanted) this.free.set(node, { names: new Set() });
  }

  program(program: AnyNode): void {
    const body = program.body as AnyNode[];
    this.#inScope(() => {
      hoist(body, true, (name) => this.#declare(name));
      for (const statement of body) this.#visit(statement);
      for (const [name, count] of this.#scope!.uses) if (count === 0) this.unused.add(name);
    });
  }

  #inScope(run: () => void): void {
    this.#scope = { parent: this.#scope, uses: new Map(), depth: this.#active.length };
    run();
    this.#scope = this.#scope.parent;
  }

  #declare(name: string): void {
    this.#scope!.uses.set(name, 0);
  }

  #refer(name: string): void {
    let scope = this.#scope;
    while (scope && !scope.uses.has(name)) scope = scope.parent;
    if (!scope) return;
    scope.uses.set(name, scope.uses.get(name)! + 1);
    for (let i = scope.depth; i < this.#active.length; i++) this.#active[i]!.names.add(name);
  }

  #visit(node: AnyNode): void {
    const wanted = this.free.get(node);
    if (wanted) this.#active.push(wanted);
    this.#enter(node);
    if (wanted) this.#active.pop();
  }

  #enter(node: AnyNode): void {
    switch (node.type) {
      case "Identifier":
        return this.#refer(node.name as string);
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        return this.#function(node);
      case "ClassDeclaration":
      case "ClassExpression":
        return this.#inScope(() => {
          if (node.id && node.type === "ClassExpression") this.#declare((node.id as AnyNode).name as string);
          for (const decorator of (node.decorators as AnyNode[] | undefined) ?? []) this.#visit(decorator);
          if (node.superClass) this.#visit(node.superClass as AnyNode);
          this.#visit(node.body as AnyNode);
        });
      case "BlockStatement":
      case "StaticBlock":
        return this.#block(node.body as AnyNode[], node.type === "StaticBlock");
      case "SwitchStatement":
        this.#visit(node.discriminant as AnyNode);
        return this.#inScope(() => {
          const cases = node.cases as AnyNode[];
          hoist(
            cases.flatMap((one) => one.consequent as AnyNode[]),
            false,
            (name) => this.#declare(name),
          );
          for (const one of cases) this.#children(one);
        });
      case "ForStatement":
      case "ForInStatement":
      case "ForOfStatement":
        return this.#inScope(() => {
          const head = (node.init ?? node.left) as AnyNode | null;
          if (head) hoist([head], false, (name) => this.#declare(name));
          this.#children(node);
        });
      case "CatchClause":
        return this.#inScope(() => {
          if (node.param) this.#pattern(node.param as AnyNode);
          this.#children(node);
        });
      case "MemberExpression":
        this.#visit(node.object as AnyNode);
        if (node.computed) this.#visit(node.property as AnyNode);
        return;
      case "Property":
      case "MethodDefinition":
      case "PropertyDefinition":
      case "AccessorProperty":
        for (const decorator of (node.decorators as AnyNode[] | undefined) ?? []) this.#visit(decorator);
        if (node.computed) this.#visit(node.key as AnyNode);
        if (node.value && node.declare !== true) this.#visit(node.value as AnyNode);
        return;
      case "LabeledStatement":
        return this.#visit(node.body as AnyNode);
      case "ExportNamedDeclaration":
        if (node.source || node.exportKind === "type") return;
        if (node.declaration) return this.#visit(node.declaration as AnyNode);
        for (const specifier of node.specifiers as AnyNode[])
          if (specifier.exportKind !== "type") this.#visit(specifier.local as AnyNode);
        return;
      case "BreakStatement":
      case "ContinueStatement":
      case "ImportDeclaration":
      case "ExportAllDeclaration":
      case "MetaProperty":
        return;
      case "TSEnumDeclaration":
        for (const member of (node.body as AnyNode).members as AnyNode[])
          if (member.initializer) this.#visit(member.initializer as AnyNode);
        return;
      default:
        if (isValue(node)) this.#children(node);
    }
  }

  #children(node: AnyNode): void {
    for (const child of childrenOf(node)) this.#visit(child);
  }

  #block(body: readonly AnyNode[], isFunction: boolean): void {
    this.#inScope(() => {
      hoist(body, isFunction, (name) => this.#declare(name));
      for (const statement of body) this.#visit(statement);
    });
  }

  #function(node: AnyNode): void {
    this.#inScope(() => {
      if (node.id && node.type === "FunctionExpression") this.#declare((node.id as AnyNode).name as string);
      const parameters = node.params as AnyNode[];
      for (const parameter of parameters) this.#pattern(parameter);
      if (node.type !== "ArrowFunctionExpression") this.#declare("arguments");
      for (const parameter of parameters) this.#visit(parameter);
      const body = node.body as AnyNode | null;
      if (body?.type === "BlockStatement") this.#block(body.body as AnyNode[], true);
      else if (body) this.#visit(body);
    });
  }

  #pattern(node: AnyNode): void {
    namesOf(node, (name) => this.#declare(name));
  }
}

/** True for nodes that hold values: no types, but the expressions that types are put around. */
function isValue({ type }: AnyNode): boolean {
  return (
    !type.startsWith("TS") ||
    /^TS(?:As|Satisfies|NonNull|Instantiation)Expression$|^TS(?:TypeAssertion|ParameterProperty|ExportAssignment)$/.test(
      type,
    )
  );
}

/** Calls `declare` for the names that statements declare: all of a block's own, and in a function every `var` below. */
function hoist(statements: readonly AnyNode[], isFunction: boolean, declare: (name: string) => void): void {
  for (const outer of statements) {
    const statement = /^Export(?:Named|Default)Declaration$/.test(outer.type)
      ? ((outer.declaration as AnyNode | null) ?? outer)
      : outer;
    if (statement.declare !== true) own(statement, declare);
    if (isFunction) vars(statement, declare);
  }
}

function own(statement: AnyNode, declare: (name: string) => void): void {
  switch (statement.type) {
    case "VariableDeclaration":
      for (const { id } of statement.declarations as AnyNode[]) namesOf(id as AnyNode, declare);
      break;
    case "FunctionDeclaration":
    case "ClassDeclaration":
    case "TSEnumDeclaration":
    case "TSModuleDeclaration": {
      const id = statement.id as AnyNode | null;
      if (id?.type === "Identifier") declare(id.name as string);
      break;
    }
    case "ImportDeclaration":
      for (const { local, importKind } of (statement.specifiers ?? []) as AnyNode[])
        if (importKind !== "type" && statement.importKind !== "type")
          declare((local as AnyNode).name as string);
  }
}

function vars(node: AnyNode, declare: (name: string) => void): void {
  if (/Function|^Class|^TS/.test(node.type)) return;
  if (node.type === "VariableDeclaration" && node.kind === "var") own(node, declare);
  for (const child of childrenOf(node)) vars(child, declare);
}

/** The names that a pattern binds. */
export function namesOf(pattern: AnyNode, found: (name: string) => void): void {
  switch (pattern.type) {
    case "Identifier":
      return found(pattern.name as string);
    case "ObjectPattern":
      for (const part of pattern.properties as AnyNode[])
        namesOf((part.value ?? part.argument) as AnyNode, found);
      return;
    case "ArrayPattern":
      for (const part of pattern.elements as (AnyNode | null)[]) if (part) namesOf(part, found);
      return;
    case "AssignmentPattern":
      return namesOf(pattern.left as AnyNode, found);
    case "RestElement":
      return namesOf(pattern.argument as AnyNode, found);
    case "TSParameterProperty":
      return namesOf(pattern.parameter as AnyNode, found);
  }
}
