/** Which statements and class members of TypeScript leave nothing behind, and which cannot be taken out. */

import type { AnyNode } from "./walk.ts";

/** Syntax that makes code of its own, with what to write instead. */
export const NOT_ERASABLE: Readonly<Record<string, readonly [message: string, advice: string]>> = {
  TSEnumDeclaration: [
    "an enum is code, not only a type: it cannot be taken out",
    "Use a const object, or a union of literals.",
  ],
  TSModuleDeclaration: ["a namespace with values is code, not only a type", "Use a module of its own."],
  TSImportEqualsDeclaration: ["`import … =` is no JavaScript", "Use `import … from`."],
  TSExportAssignment: ["`export =` is no JavaScript", "Use `export default`."],
  Decorator: ["decorators cannot be kept in a script", "Call what they call."],
};

const TYPES = new Set([
  "TSInterfaceDeclaration",
  "TSTypeAliasDeclaration",
  "TSDeclareFunction",
  "TSNamespaceExportDeclaration",
  "TSGlobalDeclaration",
  "TSIndexSignature",
  "TSAbstractMethodDefinition",
  "TSAbstractPropertyDefinition",
  "TSAbstractAccessorProperty",
]);

/** True for a statement or class member that is only type. `unused` are imported names that no value uses. */
export function isErased(node: AnyNode, unused: ReadonlySet<string>): boolean {
  if (TYPES.has(node.type) || node.declare === true) return true;
  switch (node.type) {
    case "ImportDeclaration": {
      if (node.importKind === "type") return true;
      const specifiers = (node.specifiers ?? []) as AnyNode[];
      return (
        unused.size > 0 && specifiers.length > 0 && specifiers.every((s) => isTypeOnlySpecifier(s, unused))
      );
    }
    case "ExportAllDeclaration":
    case "ExportNamedDeclaration":
      return (
        node.exportKind === "type" || (!!node.declaration && isErased(node.declaration as AnyNode, unused))
      );
    case "ExportDefaultDeclaration":
      return isErased(node.declaration as AnyNode, unused);
    case "TSImportEqualsDeclaration":
      return node.importKind === "type";
    case "TSModuleDeclaration": {
      const body = node.body as (AnyNode & { body?: AnyNode[] }) | null;
      return !body || (body.type === "TSModuleBlock" && body.body!.every((inner) => isErased(inner, unused)));
    }
    case "MethodDefinition":
      return (node.value as AnyNode).type === "TSEmptyBodyFunctionExpression";
    default:
      return false;
  }
}

/** True for `type A` in the braces of an import or export, and for an import in `unused`. */
export function isTypeOnlySpecifier(specifier: AnyNode, unused: ReadonlySet<string>): boolean {
  if (specifier.importKind === "type" || specifier.exportKind === "type") return true;
  return specifier.type.startsWith("Import") && unused.has((specifier.local as AnyNode).name as string);
}
