/** What parameter properties, `constructor(readonly x: number)`, do when they run. */

import type { BlankedFile } from "./blank.ts";
import { locationIn, syntaxError } from "./error.ts";
import type { Insertion } from "./insertions.ts";
import { type AnyNode, walk } from "./walk.ts";

/**
 * The fields and assignments that parameter properties stand for, as insertions into the blanked text: a field in the
 * class, and in the constructor an assignment, before all else but behind `super()`. They add no line.
 *
 * Throws SconceError (SYNTAX) where a derived class has no `super()` among the statements of its constructor.
 */
export function parameterProperties({ program, file, original }: BlankedFile): Insertion[] {
  const insertions: Insertion[] = [];
  walk(program, (node) => {
    if (node.type !== "ClassDeclaration" && node.type !== "ClassExpression") return;
    const body = node.body as AnyNode & { body: AnyNode[] };
    const maker = body.body.find((member) => member.kind === "constructor" && bodyOf(member));
    if (!maker) return;
    const parameters = (maker.value as AnyNode).params as AnyNode[];
    const names = parameters.filter((p) => p.type === "TSParameterProperty").map(nameOf);
    if (names.length === 0) return;
    const at = placeOfAssignments(bodyOf(maker)!, node.superClass !== null);
    if (at === undefined) {
      throw syntaxError(
        "the constructor must call super() in a statement of its own",
        locationIn(original, file, maker.start),
        "Or assign the fields in the constructor's body.",
      );
    }
    insertions.push({ at: body.start + 1, text: names.map((name) => ` ${name};`).join("") });
    insertions.push({ at, text: names.map((name) => ` this.${name} = ${name};`).join("") });
  });
  return insertions;
}

function bodyOf(member: AnyNode): (AnyNode & { body: AnyNode[] }) | null {
  return (member.value as AnyNode).body as (AnyNode & { body: AnyNode[] }) | null;
}

function nameOf(property: AnyNode): string {
  const parameter = property.parameter as AnyNode;
  return (parameter.type === "AssignmentPattern" ? (parameter.left as AnyNode) : parameter).name as string;
}

function placeOfAssignments(body: AnyNode & { body: AnyNode[] }, derived: boolean): number | undefined {
  let at: number | undefined = body.start + 1;
  for (const statement of body.body) {
    if (!statement.directive) break;
    at = statement.end;
  }
  if (derived) at = body.body.find(isSuperCall)?.end;
  return at;
}

function isSuperCall(statement: AnyNode): boolean {
  const call = statement.expression as AnyNode | undefined;
  return call?.type === "CallExpression" && (call.callee as AnyNode).type === "Super";
}
