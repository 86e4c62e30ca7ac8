/**
 * Takes out of a function's text what tools put around the user's names, and keeps every offset: `__name(f, "f")`,
 * `(0, a.b)(…)`, and the prefixes of imports.
 */

import { type AnyNode, walk } from "./walk.ts";

/** Objects that stand for an import: of Vite and Vitest, webpack, and, before names we know, esbuild and TypeScript. */
const IMPORT = /^(?:__vi(?:te_ssr)?_import_\d+__|.*__WEBPACK_IMPORTED_MODULE_\d+__)$/;
const COMMON_JS = /^(?:import_\w+|\w+_\d+)$/;
/** What sconce/torch exports that a script names. */
const BUILT_IN = new Set(["torch", "nn", "jit", "ops", "math", "functional", "F"]);

/** Helper functions of compilers and coverage tools: code that calls one was rewritten. */
const HELPERS =
  /^(?:__(?:async|await|awaiter|generator|yieldStar|forAwait|spread\w*|read|rest|objRest|assign|values|pow|template|publicField|private\w+|super\w+|wrapRegExp|makeTemplateObject|extends|decorate\w*|param|metadata|classPrivate\w+|accessCheck|earlyAccess|importDefault|importStar|toESM|toCommonJS|using|callDispose)|_(?:async_to_generator|asyncToGenerator|to_consumable_array|toConsumableArray|define_property|defineProperty|class_call_check|classCallCheck|create_class|createClass|object_spread\w*|objectSpread\w*|sliced_to_array|slicedToArray|call_super|callSuper|class_private\w+|classPrivate\w+|inherits|ts_\w+)|babelHelpers|cov_\w+)$/;

/** True for the name of a helper function of a compiler, which the user did not write. */
export function isHelper(name: string): boolean {
  return HELPERS.test(name);
}

/** The same text with helpers blanked; `root` is its tree. */
export function untransform(text: string, root: unknown): string {
  const cuts: [start: number, end: number][] = [];
  walk(root as AnyNode, (node) => {
    switch (node.type) {
      case "StaticBlock":
        if (isNameBlock(node)) cuts.push([node.start, node.end]);
        break;
      case "ExpressionStatement":
        if (isNameCall(node.expression as AnyNode)) {
          cuts.push([node.start, text[node.end - 1] === ";" ? node.end - 1 : node.end]);
          return false;
        }
        break;
      case "CallExpression":
        cutCall(node, text, cuts);
        break;
      case "MemberExpression":
        cutPrefix(node, cuts);
        break;
    }
    return true;
  });
  if (cuts.length === 0) return text;
  cuts.sort((a, b) => a[0] - b[0]);
  let result = "";
  let at = 0;
  for (const [start, end] of cuts) {
    if (start < at) continue;
    result += text.slice(at, start) + text.slice(start, end).replace(/[^\s]/g, " ");
    at = end;
  }
  return result + text.slice(at);
}

/** `__name(value, "name")`, which keeps the name of a function that was renamed. */
function isNameCall(node: AnyNode): boolean {
  if (node.type !== "CallExpression") return false;
  const callee = node.callee as AnyNode;
  const args = node.arguments as AnyNode[];
  return (
    callee.type === "Identifier" &&
    callee.name === "__name" &&
    args.length === 2 &&
    args[1]!.type === "Literal"
  );
}

/** `static { __name(this, "Name"); }` */
function isNameBlock(node: AnyNode): boolean {
  const [only, ...rest] = node.body as AnyNode[];
  return rest.length === 0 && only?.type === "ExpressionStatement" && isNameCall(only.expression as AnyNode);
}

function cutCall(node: AnyNode, text: string, cuts: [number, number][]): void {
  const outer = node.callee as AnyNode;
  const callee = outer.type === "ParenthesizedExpression" ? (outer.expression as AnyNode) : outer;
  if (isNameCall(node)) {
    // The parentheses stay: `__name((x) => x, "f")(1)`.
    cuts.push([callee.start, text.indexOf("(", callee.end)]);
    cuts.push([text.lastIndexOf(",", (node.arguments as AnyNode[])[1]!.start), node.end - 1]);
    return;
  }
  if (callee.type !== "SequenceExpression") return;
  const [zero, target, ...more] = callee.expressions as AnyNode[];
  if (more.length > 0 || zero!.type !== "Literal" || zero!.value !== 0) return;
  cuts.push([zero!.start, text.indexOf(",", zero!.end) + 1]);
  if (target?.type === "MemberExpression") cutPrefix(target, cuts);
}

function cutPrefix(node: AnyNode, cuts: [number, number][]): void {
  const object = node.object as AnyNode;
  const property = node.property as AnyNode;
  if (object.type !== "Identifier" || node.computed || property.type !== "Identifier") return;
  const prefix = object.name as string;
  if (IMPORT.test(prefix) || (COMMON_JS.test(prefix) && BUILT_IN.has(property.name as string)))
    cuts.push([object.start, property.start]);
}
