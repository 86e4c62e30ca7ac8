/** Lowers statements: names are bound in scopes, and what branches and loops set becomes results of their nodes. */

import { GraphBuilder, NO_LIMIT } from "../../../format/ir/builder.ts";
import type { Value } from "../../../format/ir/graph.ts";
import { printType, type Type } from "../../../format/types.ts";
import { IValue } from "../../../format/value.ts";
import type { Body } from "../classes.ts";
import type { Expr, Span, Stmt } from "../syntax/ast.ts";
import { callMethod, callOperator, unpack } from "./calls.ts";
import { FunctionContext, type ImportContext } from "./context.ts";
import { ExpressionEmitter } from "./expressions.ts";
import { type Meaning, Scope } from "./scope.ts";
import { unifyTypes } from "./unify-types.ts";

/** Lowers a function's body into its graph. */
export function emitFunction(imports: ImportContext, { fn, def, file }: Body): void {
  const context = new FunctionContext(imports, file, new GraphBuilder(fn.graph));
  const scope = new Scope();
  for (const { name, type } of fn.schema.args) {
    scope.set(name, { kind: "value", value: context.builder.input(type, name) });
  }
  const result = emitBody(context, scope, def.body, fn.schema.returns[0]!.type, def);
  context.builder.returns([result]);
}

/** The statements of a function and the value they return, which fits `type`. */
export function emitBody(
  context: FunctionContext,
  scope: Scope,
  body: readonly Stmt[],
  type: Type | undefined,
  at: Span,
): Value {
  const emitter = new StatementEmitter(context, scope);
  const last = body.at(-1);
  const ending = last?.kind === "return" ? last : undefined;
  for (const statement of ending === undefined ? body : body.slice(0, -1)) emitter.emit(statement);
  context.mark(ending ?? at);
  const value = ending?.value === undefined ? context.none() : emitter.expressions.value(ending.value, type);
  return type === undefined ? value : emitter.expressions.annotated(value, type, ending ?? at);
}

class StatementEmitter {
  readonly #context: FunctionContext;
  readonly expressions: ExpressionEmitter;

  constructor(context: FunctionContext, scope: Scope) {
    this.#context = context;
    this.expressions = new ExpressionEmitter(context, scope);
  }

  emit(statement: Stmt): void {
    this.#context.mark(statement);
    switch (statement.kind) {
      case "pass":
        return;
      case "expr":
        this.expressions.meaning(statement.value);
        return;
      case "assign":
        this.#assign(statement);
        return;
      case "declare": {
        const type = this.#context.definitions.typeAt(statement.type, this.#context.file);
        if (statement.value === undefined) return;
        const value = this.expressions.value(statement.value, type);
        const typed = this.expressions.annotated(value, type, statement);
        this.#bind(statement.target, { kind: "value", value: typed });
        return;
      }
      case "if":
        this.#if(statement);
        return;
      case "while":
        this.#loop(statement.body, statement, {
          trip: () => this.#context.int(NO_LIMIT),
          test: () => this.expressions.condition(statement.test),
        });
        return;
      case "for":
        this.#for(statement);
        return;
      case "with":
        this.#with(statement);
        return;
      case "def": {
        const { scope } = this.expressions;
        scope.set(statement.def.name, { kind: "closure", def: statement.def, scope });
        return;
      }
      case "return":
        this.#context.unsupported("return before the end of a function", statement);
    }
  }

  #assign(statement: Stmt & { kind: "assign" }): void {
    const { targets, unpacks, value } = statement;
    const single = targets.length === 1 && !unpacks;
    if (single && targets[0]!.kind === "attribute") {
      this.#bind(targets[0]!, {
        kind: "value",
        value: this.expressions.value(value, this.#hint(targets[0]!)),
      });
      return;
    }
    const meaning = this.expressions.meaning(value);
    if (single) {
      this.#bind(targets[0]!, meaning);
      return;
    }
    if (value.kind === "tuple" && value.items.length === targets.length && meaning.kind === "value") {
      // a, b = x, y: the tuple just made is taken apart again
      const items = meaning.value.node?.inputs ?? [];
      targets.forEach((target, i) => {
        this.#bind(target, { kind: "value", value: items[i]! });
      });
      this.#context.builder.discard(meaning.value.node!);
      return;
    }
    const values =
      meaning.kind === "values" && !unpacks
        ? meaning.values
        : unpack(this.#context, this.expressions.asValue(meaning, value), targets.length, statement);
    if (values.length !== targets.length) {
      this.#context.refuse(`${targets.length} targets for ${values.length} values`, statement);
    }
    targets.forEach((target, i) => {
      this.#bind(target, { kind: "value", value: values[i]! });
    });
  }

  /** The type of the attribute that is assigned. */
  #hint(target: Expr): Type | undefined {
    if (target.kind !== "attribute" || target.object.kind !== "name") return undefined;
    const object = this.expressions.scope.find(target.object.name);
    if (object?.kind !== "value" || object.value.type.kind !== "Class") return undefined;
    return this.#context.definitions.attribute(object.value.type.name, target.name)?.type;
  }

  /** Gives a target its value: a name, an attribute, an item, or a tuple of targets. */
  #bind(target: Expr, meaning: Meaning): void {
    const { builder } = this.#context;
    switch (target.kind) {
      case "name":
        if (meaning.kind === "value" && meaning.value.name === undefined) {
          meaning.value.name = builder.uniqueName(target.name);
        }
        this.expressions.scope.set(target.name, meaning);
        return;
      case "attribute": {
        const object = this.expressions.value(target.object);
        const value = this.expressions.asValue(meaning, target);
        const type = object.type.kind === "Class" ? object.type.name : "";
        const attribute = this.#context.definitions.attribute(type, target.name);
        if (attribute === undefined) {
          this.#context.refuse(`${printType(object.type)} has no attribute ${target.name}`, target);
        }
        this.#context.mark(target);
        builder.setAttr(object, target.name, this.expressions.annotated(value, attribute.type, target));
        return;
      }
      case "subscript": {
        const object = this.expressions.value(target.object);
        const args = [
          object,
          this.expressions.value(target.index),
          this.expressions.asValue(meaning, target),
        ];
        callOperator(this.#context, "aten::_set_item", { args, keywords: new Map() }, target);
        return;
      }
      case "tuple": {
        const value = this.expressions.asValue(meaning, target);
        const values = unpack(this.#context, value, target.items.length, target);
        target.items.forEach((item, i) => {
          this.#bind(item, { kind: "value", value: values[i]! });
        });
        return;
      }
      default:
        this.#context.refuse("this cannot be assigned to", target);
    }
  }

  /** Runs the statements in a scope of their own, and gives it. */
  #inside(body: readonly Stmt[], scope: Scope): Scope {
    const outer = this.expressions.scope;
    this.expressions.scope = scope;
    for (const statement of body) this.emit(statement);
    this.expressions.scope = outer;
    return scope;
  }

  #if(statement: Stmt & { kind: "if" }): void {
    const { scope } = this.expressions;
    const test = this.expressions.condition(statement.test);
    this.#context.mark(statement);
    const names: string[] = [];
    const node = this.#context.builder.branch(
      test,
      () => this.#inside(statement.yes, new Scope(scope)),
      () => this.#inside(statement.no, new Scope(scope)),
      (yes, no) => {
        const joined = { outputs: [] as Type[], yes: [] as Value[], no: [] as Value[] };
        for (const name of new Set([...yes.names.keys(), ...no.names.keys()])) {
          const a = yes.find(name);
          const b = no.find(name);
          if (a === undefined || b === undefined) continue;
          const both = this.#join(a, b, statement);
          if (both === undefined) continue;
          names.push(name);
          joined.outputs.push(both.type);
          joined.yes.push(both.yes);
          joined.no.push(both.no);
        }
        return joined;
      },
    );
    names.forEach((name, i) => {
      const value = node.outputs[i]!;
      value.name = this.#context.builder.uniqueName(name);
      scope.set(name, { kind: "value", value });
    });
  }

  /** A name that both branches leave set: undefined where they agree on no type, so that it is out of scope. */
  #join(a: Meaning, b: Meaning, at: Span): { type: Type; yes: Value; no: Value } | undefined {
    if (a.kind !== "value" || b.kind !== "value") {
      if (a.kind === b.kind) return undefined;
      this.#context.unsupported("a name that is a value in one branch only", at);
    }
    const type = unifyTypes(a.value.type, b.value.type, this.#context.definitions.facts);
    return type && { type, yes: a.value, no: b.value };
  }

  #for(statement: Stmt & { kind: "for" }): void {
    const { iterable, target } = statement;
    const isRange =
      iterable.kind === "call" && iterable.callee.kind === "name" && iterable.callee.name === "range";
    if (!isRange) this.#context.unsupported("a loop over anything but a range", statement);
    const bounds = iterable.args.map((arg) => this.expressions.value(arg));
    const given = (args: readonly Value[]) => ({ args, keywords: new Map<string, Value>() });
    const operator = (symbol: string, args: readonly Value[]) =>
      callOperator(this.#context, symbol, given(args), statement)[0]!;
    const [start, stop, step] =
      bounds.length === 1
        ? [undefined, bounds[0]!, undefined]
        : [bounds[0], bounds[1]!, bounds[2] ?? this.#context.int(1)];
    this.#loop(statement.body, statement, {
      trip: () => (start === undefined ? stop! : operator("aten::__range_length", [start, stop!, step!])),
      test: () => this.#context.builder.constant(IValue.bool(true)),
      index: (i) => {
        const value = start === undefined ? i : operator("aten::__derive_index", [i, start, step!]);
        this.#bind(target, { kind: "value", value });
      },
    });
  }

  #loop(
    body: readonly Stmt[],
    at: Span,
    parts: { trip: () => Value; test: () => Value; index?: (i: Value) => void },
  ): void {
    const outer = this.expressions.scope;
    const names = [...assignedIn(body)].filter((name) => outer.find(name)?.kind === "value");
    const start = names.map((name) => (outer.find(name) as Meaning & { kind: "value" }).value);
    const trip = parts.trip();
    const first = parts.test();
    this.#context.mark(at);
    const node = this.#context.builder.loop(trip, first, start, (i, carried) => {
      const scope = new Scope(outer);
      names.forEach((name, k) => {
        carried[k]!.name = this.#context.builder.uniqueName(name);
        scope.set(name, { kind: "value", value: carried[k]! });
      });
      this.expressions.scope = scope;
      parts.index?.(i);
      this.#inside(body, scope);
      this.expressions.scope = scope;
      this.#context.mark(at);
      const cond = parts.test();
      const next = names.map((name, k) => {
        const value = this.expressions.asValue(scope.find(name)!, at);
        if (!this.#context.isSubtype(value.type, start[k]!.type)) {
          this.#context.unsupported(
            `${name} changing from ${printType(start[k]!.type)} to ${printType(value.type)} in a loop`,
            at,
          );
        }
        return value;
      });
      this.expressions.scope = outer;
      return { cond, carried: next };
    });
    names.forEach((name, i) => {
      const value = node.outputs[i]!;
      value.name = this.#context.builder.uniqueName(name);
      outer.set(name, { kind: "value", value });
    });
  }

  #with(statement: Stmt & { kind: "with" }): void {
    const objects: Value[] = [];
    const given = (args: readonly Value[]) => ({ args, keywords: new Map<string, Value>() });
    for (const { object, target } of statement.items) {
      const value = this.expressions.value(object);
      const entered = callMethod(this.#context, value, "__enter__", given([]), statement);
      if (target !== undefined) this.#bind(target, { kind: "value", value: entered });
      objects.push(value);
    }
    for (const inner of statement.body) this.emit(inner);
    this.#context.mark(statement);
    for (const object of objects.reverse()) {
      const none = this.#context.none();
      callMethod(this.#context, object, "__exit__", given([none, none, none]), statement);
    }
  }
}

/** Names that statements set, those of inner blocks included. */
function assignedIn(body: readonly Stmt[], names = new Set<string>()): Set<string> {
  const target = (expr: Expr): void => {
    if (expr.kind === "name") names.add(expr.name);
    else if (expr.kind === "tuple") expr.items.forEach(target);
  };
  for (const statement of body) {
    switch (statement.kind) {
      case "assign":
        statement.targets.forEach(target);
        break;
      case "declare":
        target(statement.target);
        break;
      case "if":
        assignedIn(statement.yes, names);
        assignedIn(statement.no, names);
        break;
      case "for":
        target(statement.target);
        assignedIn(statement.body, names);
        break;
      case "while":
        assignedIn(statement.body, names);
        break;
      case "with":
        for (const item of statement.items) if (item.target) target(item.target);
        assignedIn(statement.body, names);
    }
  }
  return names;
}
