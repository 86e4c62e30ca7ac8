/**
 * The condition of a `while`: a loop computes it once before it starts and again at the end of its body. Where both are
 * the same expression of the variables that the loop carries, or one of them, it is written once, as `while (…)`.
 */

import { type Block, constantOf, type Node, type Value } from "../../../format/ir/graph.ts";
import { printAttr, printValue } from "../../../format/ir/literal.ts";
import { findOp } from "../../../format/ops/table.ts";
import { AnyType } from "../../../format/types.ts";

export interface LoopCondition {
  /** The value as the end of the body computes it. */
  readonly value: Value;
  /** The nodes that compute it, before the loop and in it: they stand in the condition. */
  readonly nodes: ReadonlySet<Node>;
  /** Which carried variable a value in the condition is. */
  readonly carried: ReadonlyMap<Value, number>;
}

/** The condition of a loop that has one such, as TypeScript's `while` repeats it. */
export function loopCondition(loop: Node): LoopCondition | undefined {
  const block = loop.blocks[0]!;
  const match = new Match(loop.inputs.slice(2), block.returns.slice(1));
  const value = block.returns[0]!;
  if (!match.same(loop.inputs[1]!, value)) return undefined;
  if (match.first.size === 0 && match.carried.size === 0) return undefined;
  const before = loop.block!.nodes.slice(0, loop.block!.nodes.indexOf(loop));
  if (!endsWith(before, match.first) || !endsWith(block.nodes, match.second)) return undefined;
  return { value, nodes: new Set([...match.first, ...match.second]), carried: match.carried };
}

/** True when these nodes are the last of the list, constants apart. */
function endsWith(nodes: readonly Node[], wanted: ReadonlySet<Node>): boolean {
  if (wanted.size === 0) return true;
  const last = nodes.filter((node) => node.op !== "prim::Constant").slice(-wanted.size);
  return last.length === wanted.size && last.every((node) => wanted.has(node));
}

class Match {
  readonly first = new Set<Node>();
  readonly second = new Set<Node>();
  readonly carried = new Map<Value, number>();
  readonly #starts: readonly Value[];
  readonly #nexts: readonly Value[];

  constructor(starts: readonly Value[], nexts: readonly Value[]) {
    this.#starts = starts;
    this.#nexts = nexts;
  }

  /** Whether `a` before the loop is what `b` is at the end of its body. */
  same(a: Value, b: Value): boolean {
    const at = this.#starts.findIndex((start, k) => start === a && this.#nexts[k] === b);
    if (at >= 0) {
      this.carried.set(b, at);
      return true;
    }
    const [x, y] = [constantOf(a), constantOf(b)];
    if (x !== undefined && y !== undefined)
      return printValue(x, AnyType, BY_NAME) === printValue(y, AnyType, BY_NAME);
    if (a === b) return true;
    const [one, other] = [a.node, b.node];
    if (one === undefined || other === undefined || !isPart(one, other.block) || !isPart(other, one.block))
      return false;
    if (one.op !== other.op || attributes(one) !== attributes(other)) return false;
    if (one.inputs.length !== other.inputs.length) return false;
    if (!one.inputs.every((input, i) => this.same(input, other.inputs[i]!))) return false;
    this.first.add(one);
    this.second.add(other);
    return true;
  }
}

const BY_NAME = { object: () => "object" };

function attributes(node: Node): string {
  return [...node.attrs]
    .map(([name, attr]) => (attr.kind === "g" ? name : `${name}=${printAttr(attr, BY_NAME)}`))
    .join();
}

/** A node whose result is used once and whose text tells its type. */
function isPart(node: Node, elsewhere: Block | undefined): boolean {
  if (node.outputs.length !== 1 || node.output.uses.length !== 1 || node.block === elsewhere) return false;
  if (node.op === "prim::GetAttr") return node.inputs[0]!.type.kind !== "Tuple";
  if (node.op === "prim::isinstance") return true;
  const op = findOp(node.op);
  return op !== undefined && "kernel" in op.run && node.blocks.length === 0;
}
