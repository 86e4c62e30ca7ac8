/** Alias classes by union-find: which values may be the same memory, and what containers may hold. Near-linear. */

import type { Type } from "../../format/types.ts";

/** Kinds of memory that a value may be, as bits: classes of different kinds never meet unless a value may be both. */
export const Kind = {
  tensor: 1,
  list: 2,
  dict: 4,
  tuple: 8,
  object: 16,
  future: 32,
  other: 64,
  any: 127,
} as const;

const kindsOfType = new WeakMap<Type, number>();

/** The kinds that a value of this type may be; 0 if nothing reachable from it can be written. */
export function kindsOf(type: Type): number {
  let kinds = kindsOfType.get(type);
  if (kinds === undefined) {
    kinds = findKinds(type);
    kindsOfType.set(type, kinds);
  }
  return kinds;
}

function findKinds(type: Type): number {
  switch (type.kind) {
    case "Tensor":
      return Kind.tensor;
    case "List":
    case "AnyList":
      return Kind.list;
    case "Dict":
      return Kind.dict;
    case "Tuple":
      return type.elems.some((elem) => kindsOf(elem) !== 0) ? Kind.tuple : 0;
    case "AnyTuple":
      return Kind.tuple;
    case "Class":
    case "Interface":
    case "AnyClass":
      return Kind.object;
    case "Future":
    case "RRef":
      return Kind.future;
    case "Optional":
      return kindsOf(type.elem);
    case "Union":
      return type.members.reduce((kinds, member) => kinds | kindsOf(member), 0);
    case "Any":
    case "Var":
      return Kind.any;
    case "Generator":
    case "Storage":
    case "Stream":
      return Kind.other;
    default:
      return 0;
  }
}

/** One class of values that may alias; `Cells.find` gives its present representative. */
export class Cell {
  parent: Cell | undefined;
  rank = 0;
  kinds: number;
  /** It may be memory that the caller or an object from outside also reaches. */
  wild = false;
  /** It was given away: put into something from outside, or passed to something unknown. */
  stored = false;
  /** The graph returns it. */
  returned = false;
  written = false;
  /** A write to it or to something it holds; known after `Cells.finish`. */
  deepWritten = false;
  /** Attributes that are set, of objects. */
  writtenFields: Set<string> | undefined;
  /** What it holds: `*` for items of lists and dicts, `0` … for those of tuples, `.name` for attributes. */
  fields: Map<string, Cell> | undefined;

  constructor(kinds: number) {
    this.kinds = kinds;
  }
}

export class Cells {
  readonly #all: Cell[] = [];
  readonly #wild = new Map<number, Cell>();

  fresh(kinds: number): Cell {
    const cell = new Cell(kinds);
    this.#all.push(cell);
    return cell;
  }

  find(cell: Cell): Cell {
    let root = cell;
    while (root.parent !== undefined) root = root.parent;
    for (let at = cell; at.parent !== undefined; ) {
      const next = at.parent;
      at.parent = root;
      at = next;
    }
    return root;
  }

  /** The class of everything from outside of these kinds. */
  wildOf(kinds: number): Cell {
    let found: Cell | undefined;
    for (let bit = 1; bit <= kinds; bit <<= 1) {
      if ((kinds & bit) === 0) continue;
      let cell = this.#wild.get(bit);
      if (cell === undefined) {
        cell = this.fresh(bit);
        cell.wild = true;
        this.#wild.set(bit, cell);
      }
      found = found === undefined ? cell : this.join(found, cell);
    }
    return this.find(found ?? this.fresh(0));
  }

  /** Every class of memory from outside, of any kind. */
  get wildCells(): Cell[] {
    return [...this.#wild.values()].map((cell) => this.find(cell));
  }

  /** Makes two classes one. */
  join(a: Cell, b: Cell): Cell {
    const waiting: [Cell, Cell][] = [[a, b]];
    for (let pair = waiting.pop(); pair !== undefined; pair = waiting.pop()) this.#joinOne(pair, waiting);
    return this.find(a);
  }

  #joinOne([a, b]: [Cell, Cell], waiting: [Cell, Cell][]): void {
    let to = this.find(a);
    let from = this.find(b);
    if (to === from) return;
    if (to.rank < from.rank) [to, from] = [from, to];
    if (to.rank === from.rank) to.rank++;
    const becomesWild = to.wild !== from.wild;
    from.parent = to;
    to.kinds |= from.kinds;
    to.wild ||= from.wild;
    to.stored ||= from.stored;
    to.returned ||= from.returned;
    to.written ||= from.written;
    for (const name of from.writtenFields ?? []) this.#writtenFields(to).add(name);
    for (const [name, cell] of from.fields ?? []) {
      const known = to.fields?.get(name);
      if (known === undefined) {
        to.fields ??= new Map();
        to.fields.set(name, cell);
      } else waiting.push([known, cell]);
    }
    from.fields = undefined;
    from.writtenFields = undefined;
    if (!to.wild) return;
    // A class from outside is the class of all its kinds, and holds only such classes.
    waiting.push([to, this.wildOf(to.kinds)]);
    if (becomesWild) {
      for (const cell of to.fields?.values() ?? []) {
        if (to.stored) this.find(cell).stored = true;
        waiting.push([cell, this.wildOf(this.find(cell).kinds)]);
      }
      to.fields = undefined;
    }
  }

  #writtenFields(cell: Cell): Set<string> {
    cell.writtenFields ??= new Set();
    return cell.writtenFields;
  }

  /** Gives a class away: from now on anything from outside may reach it and all that it holds. */
  store(cell: Cell): void {
    const root = this.find(cell);
    if (root.kinds === 0) return;
    const holds = root.wild ? [] : [...(root.fields?.values() ?? [])];
    root.stored = true;
    this.join(root, this.wildOf(root.kinds)).stored = true;
    for (const inner of holds) this.find(inner).stored = true;
  }

  /** What is found under a name in a class, when it is of these kinds. */
  field(cell: Cell, name: string, kinds: number): Cell {
    const root = this.find(cell);
    if (kinds === 0) return this.fresh(0);
    if (root.wild) return this.wildOf(kinds);
    const known = root.fields?.get(name);
    if (known !== undefined) {
      const found = this.find(known);
      if ((found.kinds | kinds) !== found.kinds) {
        found.kinds |= kinds;
        if (found.wild) return this.join(found, this.wildOf(kinds));
      }
      return found;
    }
    const made = this.fresh(kinds);
    root.fields ??= new Map();
    root.fields.set(name, made);
    return made;
  }

  /** Puts a class under a name into another. */
  put(cell: Cell, name: string, value: Cell): void {
    const root = this.find(cell);
    const { kinds } = this.find(value);
    if (kinds === 0) return;
    if (root.wild) this.store(value);
    else if (root.fields?.has(name)) this.join(root.fields.get(name)!, value);
    else {
      root.fields ??= new Map();
      root.fields.set(name, value);
    }
  }

  writeField(cell: Cell, name: string): void {
    this.#writtenFields(this.find(cell)).add(name);
  }

  /** Everything that a class holds, itself first. */
  *reach(cell: Cell): Generator<Cell> {
    const seen = new Set<Cell>();
    const waiting = [cell];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const root = this.find(next);
      if (seen.has(root)) continue;
      seen.add(root);
      yield root;
      if (root.fields !== undefined) waiting.push(...root.fields.values());
      // Any container from outside may hold anything from outside.
      if (root.wild && (root.kinds & ~Kind.tensor) !== 0) waiting.push(...this.#wild.values());
    }
  }

  /** Ends the analysis: spreads writes from what is held to what holds it. */
  finish(): void {
    const holders = new Map<Cell, Cell[]>();
    const waiting: Cell[] = [];
    for (const cell of this.#all) {
      if (cell.parent !== undefined) continue;
      if (cell.written || cell.writtenFields !== undefined) waiting.push(cell);
      for (const inner of cell.fields?.values() ?? []) addTo(holders, this.find(inner), cell);
    }
    const outside = [...new Set(this.wildCells)];
    for (const holder of outside) {
      if ((holder.kinds & ~Kind.tensor) === 0) continue;
      for (const inner of outside) addTo(holders, inner, holder);
    }
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (next.deepWritten) continue;
      next.deepWritten = true;
      waiting.push(...(holders.get(next) ?? []));
    }
  }
}

function addTo<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
