/** Lowers statements. */

import type {
  AnyNode,
  Expression,
  ForStatement,
  IfStatement,
  Pattern,
  Statement,
  SwitchStatement,
  VariableDeclaration,
} from "acorn";
import { irType, mayBeNullish, resolved, type SType } from "../types/model.ts";
import { branch } from "./branches.ts";
import type { Context } from "./context.ts";
import { lowerCounted } from "./counted.ts";
import { enterBody, findExit, isStopped, leaveByBreak, leaveByContinue, stoppedNow } from "./exits.ts";
import { condition, lowerExpression, words } from "./expressions.ts";
import { lowerForOf } from "./for-of.ts";
import { lowerReturn, refuseAsync } from "./functions.ts";
import { lowerLoop } from "./loops.ts";
import { narrow } from "./narrowing.ts";
import { bindPattern, patternNames } from "./patterns.ts";
import { Scope, type Variable, Variable as VariableClass } from "./scope.ts";
import { lowerThrow, lowerTry } from "./try.ts";
import { typeAt } from "./type-scope.ts";
import { constant, isFalse, type SValue, UNDEFINED, UNSET } from "./values.ts";

/** Statements in order; what follows an exit that may have been taken is guarded. */
export function lowerList(ctx: Context, statements: readonly Statement[]): void {
  hoistFunctions(ctx, statements);
  hoistNames(ctx, statements);
  for (let i = 0; i < statements.length; i++) {
    if (isStopped(ctx)) return;
    const stopped = stoppedNow(ctx);
    const exit = ctx.frame.exits.at(-1)!;
    if (!isFalse(stopped)) {
      const rest = statements.slice(i);
      branch(
        ctx,
        stopped,
        () => {
          // Only a return stops a function's own body.
          if (exit.kind === "function") ctx.state.set(ctx.frame.returned, constant(true));
          return undefined;
        },
        () => {
          // The flags are down in here.
          ctx.state.set(exit.stopped, constant(false));
          if (exit.kind === "function") ctx.state.set(ctx.frame.returned, constant(false));
          lowerList(ctx, rest);
          return undefined;
        },
        statements[i]!,
      );
      return;
    }
    const statement = statements[i]!;
    if (statement.type === "IfStatement" && leavesOneSide(statement)) {
      lowerIf(ctx, statement, statements.slice(i + 1));
      return;
    }
    lowerStatement(ctx, statement);
  }
}

/** A name of the block hides one from outside even before it is declared: then it has no value yet. */
function hoistNames(ctx: Context, statements: readonly Statement[]): void {
  for (const statement of statements) {
    if (statement.type !== "VariableDeclaration") continue;
    for (const name of statement.declarations.flatMap(({ id }) => patternNames(id))) {
      if (!ctx.scope.declares(name)) ctx.scope.declare(new VariableClass(name));
    }
  }
}

/** Function declarations are known in their whole block. */
function hoistFunctions(ctx: Context, statements: readonly Statement[]): void {
  for (const statement of statements) {
    if (statement.type !== "FunctionDeclaration") continue;
    if (statement.async || statement.generator) {
      refuseAsync(ctx, statement);
    }
    if (ctx.scope.declares(statement.id.name)) continue;
    const variable = ctx.scope.declare(new VariableClass(statement.id.name, { constant: true }));
    const self = ctx.frame.self;
    ctx.state.set(variable, {
      kind: "closure",
      node: statement,
      scope: ctx.scope,
      source: ctx.source,
      ...(self ? { self } : {}),
    });
  }
}

/** True if exactly one side of the `if` never reaches its end, so that the rest belongs to the other. */
function leavesOneSide(statement: IfStatement): boolean {
  const no = statement.alternate ? alwaysLeaves(statement.alternate) : false;
  return alwaysLeaves(statement.consequent) !== no;
}

/** True if a statement never lets the next one run. */
export function alwaysLeaves(statement: Statement): boolean {
  switch (statement.type) {
    case "ReturnStatement":
    case "ThrowStatement":
    case "BreakStatement":
    case "ContinueStatement":
      return true;
    case "BlockStatement":
      return statement.body.some(alwaysLeaves);
    case "IfStatement":
      return Boolean(
        statement.alternate && alwaysLeaves(statement.consequent) && alwaysLeaves(statement.alternate),
      );
    default:
      return false;
  }
}

function lowerIf(ctx: Context, node: IfStatement, rest: readonly Statement[]): void {
  const test = condition(ctx, node.test);
  if (ctx.state.dead) return;
  ctx.mark(node);
  const yesLeaves = alwaysLeaves(node.consequent);
  const side = (body: Statement | null | undefined, truth: boolean, takesRest: boolean) => (): undefined => {
    narrow(ctx, node.test, truth);
    if (body) block(ctx, [body]);
    if (takesRest) lowerList(ctx, rest);
    return undefined;
  };
  branch(
    ctx,
    test,
    side(node.consequent, true, rest.length > 0 && !yesLeaves),
    side(node.alternate, false, rest.length > 0 && yesLeaves),
    node,
  );
}

/** Runs statements in a scope of their own. */
export function block(ctx: Context, statements: readonly Statement[]): void {
  const before = ctx.scope;
  ctx.scope = new Scope(before);
  try {
    lowerList(
      ctx,
      statements.length === 1 && statements[0]!.type === "BlockStatement" ? statements[0]!.body : statements,
    );
  } finally {
    ctx.scope = before;
  }
}

function lowerStatement(ctx: Context, node: Statement): void {
  ctx.mark(node);
  switch (node.type) {
    case "EmptyStatement":
    case "FunctionDeclaration":
      return;
    case "ExpressionStatement":
      if (node.directive) return;
      lowerExpression(ctx, node.expression);
      return;
    case "VariableDeclaration":
      declare(ctx, node);
      return;
    case "BlockStatement":
      block(ctx, [node]);
      return;
    case "IfStatement":
      lowerIf(ctx, node, []);
      return;
    case "ReturnStatement":
      lowerReturn(ctx, node.argument);
      return;
    case "WhileStatement":
    case "DoWhileStatement":
      loop(ctx, node, undefined);
      return;
    case "ForStatement":
      lowerFor(ctx, node, undefined);
      return;
    case "ForOfStatement":
      lowerForOf(ctx, node, undefined);
      return;
    case "LabeledStatement":
      labelled(ctx, node.body, node.label.name);
      return;
    case "BreakStatement":
    case "ContinueStatement": {
      const kind = node.type === "BreakStatement" ? "break" : "continue";
      const exit = findExit(ctx, kind, node.label?.name);
      if (!exit) ctx.refuse("UNSUPPORTED_SYNTAX", node, `${kind} outside of a loop`);
      if (kind === "break") leaveByBreak(ctx, exit);
      else leaveByContinue(ctx, exit);
      return;
    }
    case "SwitchStatement":
      lowerSwitch(ctx, node);
      return;
    case "ThrowStatement":
      lowerThrow(ctx, node);
      return;
    case "TryStatement":
      lowerTry(ctx, node);
      return;
    case "ForInStatement":
      ctx.refuse("UNSUPPORTED_SYNTAX", node, "for…in is not supported", {
        advice: "Use `for (const key of Object.keys(record))`, or for…of over an array or Map.",
      });
      return;
    default:
      ctx.refuse("UNSUPPORTED_SYNTAX", node, `${words(node.type)} is not supported in a script`);
  }
}

function labelled(ctx: Context, body: Statement, label: string): void {
  switch (body.type) {
    case "WhileStatement":
    case "DoWhileStatement":
      loop(ctx, body, label);
      return;
    case "ForStatement":
      lowerFor(ctx, body, label);
      return;
    case "ForOfStatement":
      lowerForOf(ctx, body, label);
      return;
    default:
      ctx.refuse("UNSUPPORTED_SYNTAX", body, "only loops can have a label");
  }
}

/** True for `let x: T;`, which TypeScript lets nothing read before it is assigned. */
function isSetLater(ctx: Context, id: Pattern, declared: SType | undefined): boolean {
  if (!declared || mayBeNullish(declared) || ctx.source.typeText("binding", id.start) === undefined)
    return false;
  return resolved(declared).kind !== "unknown";
}

function declare(ctx: Context, node: VariableDeclaration): void {
  const constant = node.kind === "const";
  for (const { id, init } of node.declarations) {
    const text =
      ctx.source.typeText("binding", id.start) ??
      ctx.source.docBefore(id.start) ??
      ctx.source.docBefore(node.start);
    const declared = text === undefined ? undefined : typeAt(ctx, text, ctx.source, id);
    const promised = !init && declared !== undefined && /^\s*!/.test(text ?? "");
    const value: SValue = init
      ? lowerExpression(ctx, init, declared)
      : promised
        ? ctx.dynamic(ctx.builder.uninitialized(irType(declared)), declared)
        : isSetLater(ctx, id, declared)
          ? UNSET
          : UNDEFINED;
    if (ctx.state.dead) return;
    ctx.mark(id);
    bindPattern(ctx, id, value, { declare: true, constant, ...(init ? { declared } : {}) });
    if (!init && declared && id.type === "Identifier") {
      const variable = ctx.scope.find(id.name)!;
      variable.declared = declared;
    }
  }
}

function loop(
  ctx: Context,
  node: Statement & { type: "WhileStatement" | "DoWhileStatement" },
  label: string | undefined,
): void {
  const ranOut = lowerLoop(
    ctx,
    {
      test: () => condition(ctx, node.test),
      body: () => {
        if (node.type === "WhileStatement") narrow(ctx, node.test, true);
        block(ctx, [node.body]);
      },
      bodyFirst: node.type === "DoWhileStatement",
      label,
      assigned: assignedIn(ctx, node),
    },
    node,
  );
  if (ranOut && !ctx.state.dead) narrow(ctx, node.test, false);
}

function lowerFor(ctx: Context, node: ForStatement, label: string | undefined): void {
  if (lowerCounted(ctx, node, label)) return;
  const before = ctx.scope;
  ctx.scope = new Scope(before);
  if (node.init?.type === "VariableDeclaration") declare(ctx, node.init);
  else if (node.init) lowerExpression(ctx, node.init);
  lowerLoop(
    ctx,
    {
      test: () => (node.test ? condition(ctx, node.test) : { kind: "const", js: true }),
      body: () => {
        if (node.test) narrow(ctx, node.test, true);
        block(ctx, [node.body]);
      },
      update: () => {
        if (node.update) lowerExpression(ctx, node.update);
      },
      label,
      assigned: assignedIn(ctx, node),
    },
    node,
  );
  ctx.scope = before;
}

function lowerSwitch(ctx: Context, node: SwitchStatement): void {
  const exit = enterBody(ctx, "switch");
  const before = ctx.scope;
  ctx.scope = new Scope(before);
  const subject = node.discriminant;
  // It is evaluated once, unless it is a name or field, whose tests narrow it.
  if (!isPlain(subject)) ctx.substitutes.set(subject, lowerExpression(ctx, subject));
  const cases = node.cases.map((clause) => clause.test);
  const fallback = cases.indexOf(null);
  const run = (from: number): void => {
    // From here on every clause runs until one leaves.
    for (let i = from; i < node.cases.length; i++) {
      if (isStopped(ctx)) return;
      const statements = node.cases[i]!.consequent as Statement[];
      if (!isFalse(stoppedNow(ctx))) {
        branch(
          ctx,
          stoppedNow(ctx),
          () => undefined,
          () => {
            ctx.state.set(exit.stopped, { kind: "const", js: false });
            run(i);
            return undefined;
          },
          node,
        );
        return;
      }
      lowerList(ctx, statements);
    }
  };
  const tests = cases.flatMap((test, i) => (test ? [{ test, i }] : []));
  const choose = (at: number): void => {
    const next = tests[at];
    if (next === undefined) {
      if (fallback >= 0) run(fallback);
      return;
    }
    // Cases that share a body with the next one are one test.
    const group = [next];
    while (
      node.cases[group.at(-1)!.i]!.consequent.length === 0 &&
      tests[at + group.length]?.i === group.at(-1)!.i + 1
    )
      group.push(tests[at + group.length]!);
    const test = group
      .map(({ test }) => equalsTest(subject, test))
      .reduce(
        (left, right) =>
          ({
            type: "LogicalExpression",
            operator: "||",
            left,
            right,
            start: left.start,
            end: right.end,
          }) as Expression,
      );
    const holds = condition(ctx, test);
    branch(
      ctx,
      holds,
      () => {
        narrow(ctx, test, true);
        run(group[0]!.i);
        return undefined;
      },
      () => {
        narrow(ctx, test, false);
        choose(at + group.length);
        return undefined;
      },
      node,
    );
  };
  choose(0);
  ctx.substitutes.delete(subject);
  ctx.scope = before;
  ctx.frame.exits.pop();
}

function isPlain(node: Expression): boolean {
  if (node.type === "Identifier" || node.type === "ThisExpression") return true;
  return node.type === "MemberExpression" && !node.computed && isPlain(node.object as Expression);
}

function equalsTest(subject: Expression, test: Expression): Expression {
  return {
    type: "BinaryExpression",
    operator: "===",
    left: subject,
    right: test,
    start: test.start,
    end: test.end,
  } as Expression;
}

/** Variables outside that statements inside set, as the names in the text show. */
export function assignedIn(ctx: Context, node: AnyNode): ReadonlySet<Variable> {
  const found = new Set<Variable>();
  const name = (target: Pattern): void => {
    if (target.type === "Identifier") {
      const variable = ctx.scope.find(target.name);
      if (variable && !variable.constant) found.add(variable);
    } else if (target.type === "ArrayPattern")
      for (const element of target.elements) element && name(element);
    else if (target.type === "ObjectPattern") {
      for (const property of target.properties)
        name(property.type === "RestElement" ? property.argument : property.value);
    } else if (target.type === "AssignmentPattern") name(target.left);
    else if (target.type === "RestElement") name(target.argument);
  };
  const visit = (at: AnyNode): void => {
    switch (at.type) {
      case "AssignmentExpression":
        name(at.left);
        break;
      case "UpdateExpression":
        name(at.argument as Pattern);
        break;
      case "ForOfStatement":
        if (at.left.type !== "VariableDeclaration") name(at.left);
        break;
      case "ReturnStatement":
        found.add(ctx.frame.returned);
        found.add(ctx.frame.result);
        for (const exit of ctx.frame.exits) {
          found.add(exit.stopped);
          found.add(exit.ended);
        }
        break;
      case "FunctionExpression":
      case "ArrowFunctionExpression":
      case "FunctionDeclaration":
        visitBody(at);
        return;
    }
    children(at, visit);
  };
  const visitBody = (fn: AnyNode): void => {
    children(fn, (child) => {
      if (child.type === "ReturnStatement") children(child, visit);
      else visit(child);
    });
  };
  visit(node);
  return found;
}

/** The nodes right below a node. */
export function children(node: AnyNode, visit: (child: AnyNode) => void): void {
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) visit(item);
    } else if (isNode(value)) visit(value);
  }
}

function isNode(value: unknown): value is AnyNode {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as AnyNode).type === "string" &&
    "start" in value
  );
}
