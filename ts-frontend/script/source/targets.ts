/** Which functions and classes of a file are registered, and where the call that does it goes. */

import { unwrapped } from "./blank.ts";
import type { ParsedFile } from "./oxc.ts";
import { type AnyNode, childrenOf } from "./walk.ts";

export interface Target {
  /** The function or class. */
  readonly node: AnyNode;
  /** The variable that holds it, and where a statement about it may stand; absent for one that must be wrapped. */
  readonly name?: string;
  readonly at: number;
  /** The declared type of that variable. */
  readonly annotation?: AnyNode;
}

/** Calls that compile the function they are given. */
const SCRIPT = new Set(["script", "scriptIfTracing", "ignored", "unused", "exported"]);

/**
 * All functions, classes and variables that hold one, at the top level of the file; inside functions those of top-level
 * statements that call `script`; and functions and classes that stand in the call itself.
 *
 * @param head where the module's first statement may stand
 */
export function targetsOf({ program }: ParsedFile, head: number): Target[] {
  const targets: Target[] = [];
  for (const statement of program.body) {
    addStatement(statement, head, targets);
    if (callsScript(statement)) addNested(statement, targets);
  }
  return targets.filter(({ node }) => !hasJsx(node));
}

function addStatement(statement: AnyNode, head: number, targets: Target[]): void {
  if (statement.type === "ExportNamedDeclaration" || statement.type === "ExportDefaultDeclaration") {
    const declaration = statement.declaration as AnyNode | null;
    if (!declaration || declaration.declare === true) return;
    if (statement.type === "ExportNamedDeclaration" || declaration.id)
      addDeclaration(declaration, statement.end, head, targets);
    else addExpression(declaration, targets);
  } else addDeclaration(statement, statement.end, head, targets);
}

function addDeclaration(node: AnyNode, end: number, head: number, targets: Target[]): void {
  if (node.declare === true) return;
  const name = (node.id as AnyNode | null | undefined)?.name as string | undefined;
  switch (node.type) {
    case "FunctionDeclaration":
      if (name !== undefined) targets.push({ node, name, at: head });
      break;
    case "ClassDeclaration":
      if (name !== undefined) targets.push({ node, name, at: end });
      break;
    case "VariableDeclaration":
      for (const { id, init } of node.declarations as AnyNode[]) {
        const value = init ? unwrapped(init as AnyNode) : undefined;
        const variable = id as AnyNode;
        if (!value || !isFunctionOrClass(value) || variable.type !== "Identifier") continue;
        const type = variable.typeAnnotation as AnyNode | null;
        targets.push({
          node: value,
          name: variable.name as string,
          at: end,
          ...(type ? { annotation: type.typeAnnotation as AnyNode } : {}),
        });
      }
  }
}

function addExpression(node: AnyNode, targets: Target[]): void {
  const value = unwrapped(node);
  if (isFunctionOrClass(value) || value.type === "FunctionDeclaration" || value.type === "ClassDeclaration")
    targets.push({ node: value, at: value.start });
}

function isFunctionOrClass({ type }: AnyNode): boolean {
  return type === "ArrowFunctionExpression" || type === "FunctionExpression" || type === "ClassExpression";
}

function hasJsx(node: AnyNode): boolean {
  if (node.type.startsWith("JSX")) return true;
  for (const child of childrenOf(node)) if (hasJsx(child)) return true;
  return false;
}

/** The name of what is called: `jit.script(…)`, `script(…)`. */
function calleeName(node: AnyNode): string | undefined {
  if (node.type !== "CallExpression") return undefined;
  const callee = unwrapped(node.callee as AnyNode);
  const name = callee.type === "MemberExpression" && !callee.computed ? (callee.property as AnyNode) : callee;
  return name.type === "Identifier" ? (name.name as string) : undefined;
}

function callsScript(node: AnyNode): boolean {
  if (SCRIPT.has(calleeName(node) ?? "")) return true;
  for (const child of childrenOf(node)) if (callsScript(child)) return true;
  return false;
}

function addNested(node: AnyNode, targets: Target[]): void {
  for (const child of childrenOf(node)) {
    if (child.type === "BlockStatement") {
      for (const statement of child.body as AnyNode[])
        addDeclaration(statement, statement.end, child.start + 1, targets);
    }
    if (SCRIPT.has(calleeName(child) ?? ""))
      for (const argument of child.arguments as AnyNode[]) addExpression(argument, targets);
    addNested(child, targets);
  }
}
