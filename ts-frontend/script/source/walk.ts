/** Walks over ESTree nodes, as acorn and oxc-parser make them. */

export interface AnyNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

export function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && typeof (value as AnyNode).type === "string";
}

/** The nodes directly below a node, in the order of its fields. */
export function* childrenOf(node: AnyNode): Generator<AnyNode> {
  for (const key in node) {
    const value = node[key];
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) yield item;
    } else if (isNode(value)) yield value;
  }
}

/** Calls `visit` for a node and all below it, from the outside in; what it returns false for is not entered. */
// biome-ignore lint/suspicious/noConfusingVoidType: visitors that return nothing
export function walk(node: AnyNode, visit: (node: AnyNode) => boolean | void): void {
  if (visit(node) === false) return;
  for (const child of childrenOf(node)) walk(child, visit);
}
