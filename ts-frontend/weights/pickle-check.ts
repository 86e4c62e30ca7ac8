/** Checks on unpickled values, so that those who walk through them need not fear depth, cycles or copies without end. */

import { PickleDict, PickleList, PickleObject, PickleTuple } from "./pickle-values.ts";
import { malformed } from "./source.ts";

/** How many more values than there are a walk may meet that does not notice which it met before. */
const MAX_REPEATED = 2 ** 22;

/** What a container holds, itself included, if everything is counted as often as it occurs. */
interface Extent {
  count: number;
  height: number;
}

interface Step extends Extent {
  readonly container: object;
  readonly children: readonly unknown[];
  next: number;
}

/**
 * Refuses (FILE_MALFORMED) nesting deeper than `maxDepth`, a list, tuple or dict that holds itself unless through an
 * object, and tuples of tuples of tuples that share so much that a copy would not end. `checkLeaf` gets everything that
 * is neither a container nor an object. Each value is entered once, and nothing recurses.
 */
export function checkShape(root: unknown, maxDepth: number, checkLeaf?: (value: unknown) => void): void {
  new ShapeCheck(maxDepth, checkLeaf).run(root);
}

class ShapeCheck {
  readonly #maxDepth: number;
  readonly #checkLeaf: ((value: unknown) => void) | undefined;
  readonly #objects: { object: PickleObject; depth: number }[] = [];
  readonly #met = new Set<PickleObject>();
  readonly #extents = new Map<object, Extent>();
  #path: Step[] = [];
  readonly #open = new Set<object>();
  #visited = 0;

  constructor(maxDepth: number, checkLeaf: ((value: unknown) => void) | undefined) {
    this.#maxDepth = maxDepth;
    this.#checkLeaf = checkLeaf;
  }

  run(root: unknown): void {
    this.#walk(root, 0);
    for (let item = this.#objects.pop(); item !== undefined; item = this.#objects.pop()) {
      this.#walk(item.object.state, item.depth + 1);
    }
  }

  /** Goes through the containers under `root` and stops at what they hold besides each other. */
  #walk(root: unknown, depth: number): void {
    this.#enter(root, depth);
    for (let step = this.#path.at(-1); step !== undefined; step = this.#path.at(-1)) {
      if (step.next < step.children.length) {
        this.#enter(step.children[step.next++], depth + this.#path.length);
      } else {
        this.#path.pop();
        this.#open.delete(step.container);
        this.#extents.set(step.container, { count: step.count, height: step.height });
        this.#count(step);
      }
    }
  }

  #enter(value: unknown, depth: number): void {
    this.#visited += 1;
    const children = childrenOf(value);
    if (children === undefined) {
      this.#count({ count: 1, height: 0 });
      if (value instanceof PickleObject) this.#object(value, depth);
      else this.#checkLeaf?.(value);
      return;
    }
    const container = value as object;
    if (this.#open.has(container)) throw malformed("a list, tuple or dict holds itself");
    const known = this.#extents.get(container);
    this.#checkDepth(depth + (known?.height ?? 1));
    if (known !== undefined) {
      this.#count(known);
      return;
    }
    this.#open.add(container);
    this.#path.push({ container, children, next: 0, count: 1, height: 1 });
  }

  #object(object: PickleObject, depth: number): void {
    if (this.#met.has(object)) return;
    this.#met.add(object);
    this.#checkDepth(depth + 1);
    this.#objects.push({ object, depth });
  }

  #checkDepth(depth: number): void {
    if (depth > this.#maxDepth) throw malformed(`values nested more than ${this.#maxDepth} deep`);
  }

  #count(child: Extent): void {
    const parent = this.#path.at(-1);
    if (parent === undefined) return;
    parent.count += child.count;
    parent.height = Math.max(parent.height, child.height + 1);
    if (parent.count > this.#visited + MAX_REPEATED) {
      throw malformed("lists, tuples or dicts share values without measure");
    }
  }
}

function childrenOf(value: unknown): readonly unknown[] | undefined {
  if (value instanceof PickleList || value instanceof PickleTuple) return value.items;
  return value instanceof PickleDict ? value.entries.flat() : undefined;
}
