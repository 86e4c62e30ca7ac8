/**
 * Alias analysis: which values of a graph may share memory, which are written, what leaves the graph. Counterpart of
 * TorchScript's AliasDb: it trusts schemas' annotations (`Tensor(a)`, `(a!)`, `*`), containers alias what they hold,
 * and an operator without schema may write everything it can reach.
 */

import {
  type Block,
  baseName,
  constantOf,
  type Graph,
  type Node,
  type SchemaLookup,
  type Value,
} from "../../format/ir/graph.ts";
import { findOp } from "../../format/ops/table.ts";
import type { Alias, Schema } from "../../format/schema.ts";
import type { Type } from "../../format/types.ts";
import type { IValue, StorageData } from "../../format/value.ts";
import { type Cell, Cells, Kind, kindsOf } from "./alias-cells.ts";
import { hasOwnEffect, hiddenWrites, isNondeterministic, mayReturnArgument } from "./effects.ts";

/** What memory of the program's values is known by: a tensor's storage, or a list, dict or object itself. */
export type Location = StorageData | IValue;

export interface AliasOptions {
  /** Schemas of operators; by default the operator table's. */
  readonly lookup?: SchemaLookup;
  /** Memory of constants that something outside the graph also reaches. */
  readonly outside?: (location: Location) => boolean;
  /** The value that a `prim::GetAttr` is known to give, where its object is known and only it can be meant. */
  readonly attribute?: (node: Node) => IValue | undefined;
}

/** Operators without a usable schema that write nothing and whose results are new. */
const READ_ONLY = new Set([
  "aten::format",
  "prim::Print",
  "prim::RaiseException",
  "js::rethrow",
  "js::errorName",
  "js::errorMessage",
  "prim::isinstance",
  "prim::Uninitialized",
  "prim::CreateObject",
  "prim::NumToTensor",
  "sconce::guard_int",
  "sconce::guard_float",
  "sconce::guard_bool",
]);

/** Without effect, but every run makes an object of its own. */
const UNREPEATABLE = new Set(["prim::CreateObject", "prim::Uninitialized"]);

const KIND_OF_VALUE: Partial<Record<IValue["kind"], number>> = {
  tensor: Kind.tensor,
  list: Kind.list,
  dict: Kind.dict,
  tuple: Kind.tuple,
  object: Kind.object,
};

/** What the memory of a value is known by; undefined for what has none of its own. */
export function locationOf(value: IValue): Location | undefined {
  if (value.kind === "tensor") return value.tensor.storage;
  return value.kind === "list" || value.kind === "dict" || value.kind === "object" ? value : undefined;
}

/** False for tensors, and for containers of values that cannot be written. */
function holdsMemory(type: Type): boolean {
  switch (type.kind) {
    case "Tensor":
      return false;
    case "Optional":
      return holdsMemory(type.elem);
    case "List":
      return kindsOf(type.elem) !== 0;
    case "Dict":
      return (kindsOf(type.key) | kindsOf(type.value)) !== 0;
    default:
      return true;
  }
}

const tableLookup: SchemaLookup = (op) => findOp(op)?.schema;

export class AliasAnalysis {
  readonly graph: Graph;
  readonly #options: AliasOptions;
  readonly #lookup: SchemaLookup;
  readonly #cells = new Cells();
  readonly #values = new Map<Value, Cell>();
  readonly #locations = new Map<Location, Cell>();
  readonly #writes = new Map<Node, Cell[]>();
  readonly #effects = new Map<Node, boolean>();
  /** Nodes that may write anything from outside. */
  readonly #unknown = new Set<Node>();

  constructor(graph: Graph, options: AliasOptions = {}) {
    this.graph = graph;
    this.#options = options;
    this.#lookup = options.lookup ?? tableLookup;
    for (const input of graph.inputs) this.#fromOutside(input);
    this.#block(graph.block);
    if (this.#unknown.size > 0) for (const cell of this.#cells.wildCells) cell.written = true;
    for (const output of graph.outputs) {
      const cell = this.#values.get(output);
      if (cell !== undefined) for (const inner of this.#cells.reach(cell)) inner.returned = true;
    }
    this.#cells.finish();
  }

  // --- Questions ------------------------------------------------------------------------------------------------

  /** True if some node of the graph may write the value, or anything it holds. */
  hasWriters(value: Value): boolean {
    const cell = this.#rootOf(value);
    return cell !== undefined && (holdsMemory(value.type) ? cell.deepWritten : cell.written);
  }

  /** True if an input or output of the node has writers; what an attribute read finds may have been set. */
  touchesWritten(node: Node): boolean {
    if (node.op === "prim::GetAttr") {
      const object = this.#rootOf(node.inputs[0]!);
      const name = node.attr("name", "s")!;
      if (object?.written || object?.writtenFields?.has(name)) return true;
      return node.outputs.some((value) => this.hasWriters(value));
    }
    return [...node.inputs, ...node.outputs].some((value) => this.hasWriters(value));
  }

  /** True if the two values may share memory, not counting what they hold. */
  mayAlias(a: Value, b: Value): boolean {
    const cell = this.#rootOf(a);
    return cell !== undefined && cell === this.#rootOf(b);
  }

  /** True if whoever called may see the value's memory after the graph has run: it is returned, or stored outside. */
  escapes(value: Value): boolean {
    const cell = this.#rootOf(value);
    return cell !== undefined && (cell.returned || cell.stored);
  }

  /** True if the value may be memory from outside the graph. */
  isFromOutside(value: Value): boolean {
    return this.#rootOf(value)?.wild ?? false;
  }

  /** The classes that a node writes; `everything` if it may write anything from outside. */
  writesOf(node: Node): { cells: readonly Cell[]; everything: boolean } {
    const cells = this.#writes.get(node) ?? [];
    return { cells: cells.map((cell) => this.#cells.find(cell)), everything: this.#unknown.has(node) };
  }

  /** True if the node writes to memory that existed before it. */
  writes(node: Node): boolean {
    return this.#writes.has(node) || this.#unknown.has(node);
  }

  /** True if the node, or one in its blocks, prints, raises on purpose, calls, draws random numbers or sets an attribute. */
  hasSideEffects(node: Node): boolean {
    let known = this.#effects.get(node);
    if (known === undefined) {
      known =
        hasOwnEffect(node) ||
        this.#unknown.has(node) ||
        node.blocks.some((block) => block.nodes.some((inner) => this.hasSideEffects(inner)));
      this.#effects.set(node, known);
    }
    return known;
  }

  /** True if the node's results follow from its inputs alone and nothing else comes of it (but it may raise). */
  isPure(node: Node): boolean {
    if (node.blocks.length > 0 || this.writes(node) || this.hasSideEffects(node)) return false;
    return !isNondeterministic(node) && !UNREPEATABLE.has(node.op);
  }

  /** Kinds of memory from outside that the graph may write. */
  get outsideWritten(): number {
    return this.#cells.wildCells.reduce((kinds, cell) => (cell.written ? kinds | cell.kinds : kinds), 0);
  }

  /** The class of a value; undefined if nothing that it holds can be written. */
  cellOf(value: Value): Cell | undefined {
    return this.#rootOf(value);
  }

  /** Everything that a class holds, itself included. */
  reach(cell: Cell): Iterable<Cell> {
    return this.#cells.reach(cell);
  }

  /** The memory of the program's values that the graph meets, and its classes. */
  *locations(): Generator<[Location, Cell]> {
    for (const [location, cell] of this.#locations) yield [location, this.#cells.find(cell)];
  }

  #rootOf(value: Value): Cell | undefined {
    const cell = this.#values.get(value);
    return cell === undefined ? undefined : this.#cells.find(cell);
  }

  // --- Building -------------------------------------------------------------------------------------------------

  #fromOutside(value: Value): void {
    const kinds = kindsOf(value.type);
    if (kinds !== 0) this.#values.set(value, this.#cells.wildOf(kinds));
  }

  #cell(value: Value): Cell | undefined {
    const known = this.#values.get(value);
    if (known !== undefined) return this.#cells.find(known);
    return kindsOf(value.type) === 0 ? undefined : this.#fresh(value);
  }

  #fresh(value: Value): Cell {
    const cell = this.#cells.fresh(kindsOf(value.type));
    this.#values.set(value, cell);
    return cell;
  }

  /** The value may be the same memory as `cell`. */
  #is(value: Value, cell: Cell | undefined): void {
    const kinds = kindsOf(value.type);
    if (cell === undefined || kinds === 0) return;
    const known = this.#values.get(value);
    this.#values.set(value, known === undefined ? cell : this.#cells.join(known, cell));
  }

  #same(a: Value, b: Value): void {
    const cell = this.#cell(a) ?? (kindsOf(b.type) === 0 ? undefined : this.#cells.fresh(kindsOf(b.type)));
    this.#is(b, cell);
  }

  #write(node: Node, cell: Cell | undefined): void {
    if (cell === undefined) return;
    this.#cells.find(cell).written = true;
    const known = this.#writes.get(node);
    if (known === undefined) this.#writes.set(node, [cell]);
    else known.push(cell);
  }

  #block(block: Block): void {
    for (const node of block.nodes) this.#node(node);
  }

  #node(node: Node): void {
    switch (node.op) {
      case "prim::Constant":
        return this.#constant(node);
      case "prim::GetAttr":
        return this.#getAttr(node);
      case "prim::SetAttr":
        return this.#setAttr(node);
      case "prim::If":
      case "js::Try":
        return this.#branch(node);
      case "prim::Loop":
        return this.#loop(node);
      case "prim::TupleConstruct":
      case "prim::ListConstruct":
      case "prim::DictConstruct":
        return this.#construct(node);
      case "prim::TupleUnpack":
      case "prim::ListUnpack":
        return this.#unpack(node);
      case "prim::TupleIndex":
        return this.#tupleIndex(node);
      case "prim::TupleSlice":
        return this.#tupleSlice(node);
      case "prim::unchecked_cast":
      case "prim::unchecked_unwrap_optional":
        return this.#same(node.inputs[0]!, node.output);
      case "prim::CallMethod":
      case "prim::CallFunction":
      case "prim::fork":
        return this.#anything(node);
      default:
        return this.#other(node);
    }
  }

  #other(node: Node): void {
    const schema = node.blocks.length === 0 ? this.#lookup(node.op) : undefined;
    if (READ_ONLY.has(baseName(node.op))) for (const output of node.outputs) this.#cell(output);
    else if (schema === undefined || schema.varret || schema.vararg) this.#anything(node);
    else this.#operator(node, schema);
  }

  /** A node that may do anything with what it can reach. */
  #anything(node: Node): void {
    this.#unknown.add(node);
    for (const input of node.inputs) this.#give(input);
    for (const block of node.blocks) {
      for (const param of block.params) this.#fromOutside(param);
      this.#block(block);
      for (const value of block.returns) this.#give(value);
    }
    for (const output of node.outputs) this.#fromOutside(output);
  }

  #give(value: Value): void {
    const cell = this.#cell(value);
    if (cell !== undefined) this.#cells.store(cell);
  }

  #constant(node: Node): void {
    const value = constantOf(node.output);
    if (value !== undefined && kindsOf(node.output.type) !== 0) this.#is(node.output, this.#memory(value));
  }

  /** The class of a value of the program. */
  #memory(value: IValue): Cell {
    const location = locationOf(value);
    const known = location && this.#locations.get(location);
    if (known !== undefined) return this.#cells.find(known);
    const cell = this.#cells.fresh(KIND_OF_VALUE[value.kind] ?? 0);
    if (location !== undefined) this.#locations.set(location, cell);
    this.#fill(cell, value);
    if (location !== undefined && (value.kind === "object" || this.#options.outside?.(location))) {
      this.#cells.join(cell, this.#cells.wildOf(cell.kinds));
    }
    return this.#cells.find(cell);
  }

  #fill(cell: Cell, value: IValue): void {
    const put = (name: string, item: IValue) => {
      if (KIND_OF_VALUE[item.kind] !== undefined) this.#cells.put(cell, name, this.#memory(item));
    };
    if (value.kind === "list") for (const item of value.items) put("*", item);
    if (value.kind === "tuple") for (const [i, item] of value.items.entries()) put(String(i), item);
    if (value.kind === "dict") for (const entry of value.entries) for (const item of entry) put("*", item);
  }

  #getAttr(node: Node): void {
    const kinds = kindsOf(node.output.type);
    if (kinds === 0) return;
    const value = this.#options.attribute?.(node);
    if (value !== undefined) {
      if (value.kind === "object") this.#fromOutside(node.output);
      else this.#is(node.output, KIND_OF_VALUE[value.kind] === undefined ? undefined : this.#memory(value));
      return;
    }
    const object = node.inputs[0]!;
    const name = node.attr("name", "s")!;
    const from = this.#cell(object);
    const field = object.type.kind === "Tuple" ? String(object.type.names?.indexOf(name) ?? -1) : `.${name}`;
    this.#is(node.output, from && this.#cells.field(from, field, kinds));
  }

  #setAttr(node: Node): void {
    const [object, value] = node.inputs as [Value, Value];
    const name = node.attr("name", "s")!;
    const into = this.#cell(object);
    if (into === undefined) return;
    const cell = this.#cell(value);
    if (cell !== undefined) this.#cells.put(into, `.${name}`, cell);
    this.#cells.writeField(into, name);
    this.#writes.set(node, [into]);
  }

  #branch(node: Node): void {
    for (const block of node.blocks) {
      this.#block(block);
      for (const [i, value] of block.returns.entries()) this.#same(value, node.outputs[i]!);
    }
  }

  #loop(node: Node): void {
    const [block] = node.blocks;
    const carried = block!.params.slice(1);
    for (const [i, param] of carried.entries()) this.#same(node.inputs[i + 2]!, param);
    this.#block(block!);
    for (const [i, param] of carried.entries()) {
      this.#same(block!.returns[i + 1]!, param);
      this.#same(param, node.outputs[i]!);
    }
  }

  #construct(node: Node): void {
    const cell = kindsOf(node.output.type) === 0 ? undefined : this.#fresh(node.output);
    if (cell === undefined) return;
    const tuple = node.op === "prim::TupleConstruct";
    for (const [i, input] of node.inputs.entries()) {
      const item = this.#cell(input);
      if (item !== undefined) this.#cells.put(cell, tuple ? String(i) : "*", item);
    }
  }

  #unpack(node: Node): void {
    const from = this.#cell(node.inputs[0]!);
    if (from === undefined) return;
    const tuple = node.inputs[0]!.type.kind === "Tuple";
    for (const [i, output] of node.outputs.entries()) {
      const kinds = kindsOf(output.type);
      if (kinds !== 0) this.#is(output, this.#cells.field(from, tuple ? String(i) : "*", kinds));
    }
  }

  #tupleIndex(node: Node): void {
    const [tuple, index] = node.inputs as [Value, Value];
    const from = this.#cell(tuple);
    const kinds = kindsOf(node.output.type);
    if (from === undefined || kinds === 0) return;
    const known = constantOf(index);
    const count = tuple.type.kind === "Tuple" ? tuple.type.elems.length : 0;
    for (let i = 0; i < count; i++) {
      if (known?.kind === "int" && Number(known.value) !== i && Number(known.value) + count !== i) continue;
      this.#is(node.output, this.#cells.field(from, String(i), kinds));
    }
  }

  #tupleSlice(node: Node): void {
    const from = this.#cell(node.inputs[0]!);
    const { type } = node.output;
    if (from === undefined || type.kind !== "Tuple" || kindsOf(type) === 0) return;
    const cell = this.#fresh(node.output);
    const begin = Number(node.attr("beg", "i") ?? 0);
    for (const [i, elem] of type.elems.entries()) {
      const kinds = kindsOf(elem);
      if (kinds !== 0) this.#cells.put(cell, String(i), this.#cells.field(from, String(begin + i), kinds));
    }
  }

  // --- Operators by schema --------------------------------------------------------------------------------------

  #operator(node: Node, schema: Schema): void {
    const sets = new Map<string, Cell>();
    for (const [i, arg] of schema.args.entries()) {
      const input = node.inputs[i];
      if (arg.alias === undefined || input === undefined) continue;
      const cell = this.#marked(this.#cell(input), arg.type, arg.alias);
      if (cell === undefined) continue;
      for (const set of arg.alias.set.split("|")) {
        const known = sets.get(set);
        sets.set(set, known === undefined ? cell : this.#cells.join(known, cell));
      }
      if (arg.alias.write) {
        this.#write(node, cell);
        this.#insert(node, i, cell);
      }
    }
    for (const value of hiddenWrites(node)) this.#write(node, this.#cell(value));
    for (const [i, output] of node.outputs.entries()) {
      const ret = schema.returns[i];
      if (kindsOf(output.type) === 0 || ret === undefined) continue;
      this.#result(node, output, ret.alias, ret.type, sets);
    }
  }

  /** The class that an alias mark stands at: the value's own, or that of its items for `Tensor(a)[]`. */
  #marked(cell: Cell | undefined, type: Type, alias: Alias): Cell | undefined {
    let at = cell;
    let level = type;
    for (let i = 0; i < (alias.inner ?? 0) && at !== undefined; i++) {
      if (level.kind === "List") at = this.#cells.field(at, "*", kindsOf(level.elem));
      else if (level.kind !== "Optional") break;
      level = level.elem;
    }
    return at;
  }

  /** What a written container may hold afterwards: any other argument, or what that holds. */
  #insert(node: Node, written: number, cell: Cell): void {
    const container = (this.#cells.find(cell).kinds & ~Kind.tensor) !== 0;
    for (const [i, input] of node.inputs.entries()) {
      const other = this.#cell(input);
      if (i === written || other === undefined) continue;
      // append puts its argument in, extend what its argument holds: both are assumed.
      if (container) for (const part of [...this.#cells.reach(other)]) this.#cells.put(cell, "*", part);
      else if (/::set_/.test(node.op)) this.#cells.join(cell, other);
    }
  }

  #result(node: Node, output: Value, alias: Alias | undefined, type: Type, sets: Map<string, Cell>): void {
    if (alias === undefined || alias.set === "*") {
      const whole = alias !== undefined || mayReturnArgument(node.op);
      const cell = this.#cell(output)!;
      // A tensor is new where the schema says no more; a container is, but what it holds need not be.
      if (!whole && kindsOf(output.type) === Kind.tensor) return;
      for (const input of node.inputs) this.#flow(output.type, cell, input, whole);
      return;
    }
    for (const set of alias.set.split("|")) {
      const cell = set === "*" ? this.#cells.wildOf(kindsOf(output.type)) : sets.get(set);
      if (cell === undefined) continue;
      let into = output.type;
      if ((alias.inner ?? 0) === 0) this.#is(output, cell);
      else {
        let at = this.#cell(output)!;
        for (let i = 1; i < alias.inner!; i++) {
          if (into.kind !== "List") continue;
          at = this.#cells.field(at, "*", kindsOf(into.elem));
          into = into.elem;
        }
        if (into.kind === "List" && type.kind === "List") this.#cells.put(at, "*", cell);
        else this.#is(output, cell);
      }
    }
    this.#cell(output);
  }

  /**
   * A result of which no more is known may be, or hold, whatever the argument is or holds that is of a fitting kind. A
   * fresh container (`whole` false) is not the argument itself.
   */
  #flow(type: Type, cell: Cell, input: Value, whole: boolean): void {
    const from = this.#cell(input);
    if (from === undefined) return;
    const kinds = kindsOf(type);
    const container = (kinds & ~Kind.tensor) !== 0;
    for (const part of [...this.#cells.reach(from)]) {
      const root = this.#cells.find(part);
      if ((whole || !container) && (root.kinds & kinds) !== 0) this.#cells.join(cell, root);
      else if (container) this.#hold(type, cell, root);
    }
  }

  #hold(type: Type, cell: Cell, part: Cell): void {
    const inner = (elem: Type, name: string) => {
      const kinds = kindsOf(elem);
      if (kinds === 0) return;
      if ((this.#cells.find(part).kinds & kinds) !== 0) this.#cells.put(cell, name, part);
      else if ((kinds & ~Kind.tensor) !== 0) this.#hold(elem, this.#cells.field(cell, name, kinds), part);
    };
    switch (type.kind) {
      case "List":
      case "Optional":
      case "Future":
        if (type.kind === "Optional") this.#hold(type.elem, cell, part);
        else inner(type.elem, "*");
        return;
      case "Dict":
        inner(type.key, "*");
        inner(type.value, "*");
        return;
      case "Tuple":
        for (const [i, elem] of type.elems.entries()) inner(elem, String(i));
        return;
      default:
        this.#cells.store(part);
        this.#cells.join(cell, this.#cells.wildOf(kindsOf(type)));
    }
  }
}
