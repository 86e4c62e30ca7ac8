/**
 * Runs pure operators whose inputs are constants, and takes the branch whose condition is known. Counterpart of
 * TorchScript's ConstantPropagation: as there only loops that make no round go; but no folded constant makes the program
 * much larger, and memory that the caller may keep or write is made anew in every call as before.
 */

import { type Block, constantOf, type Graph, type Node, type Value } from "../../format/ir/graph.ts";
import { functionsOf, type Program } from "../../format/ir/program.ts";
import { Rewriter } from "../../format/ir/rewrite.ts";
import { findOp } from "../../format/ops/table.ts";
import { IValue, numel, type StorageData, type TensorData } from "../../format/value.ts";
import type { AliasAnalysis } from "./alias.ts";
import { kindsOf } from "./alias-cells.ts";
import { constantFor, constBool, constInt, makeConstant, withType } from "./constants.ts";
import { isNondeterministic } from "./effects.ts";
import type { Pass, PassContext } from "./pass.ts";
import { ProgramAliases } from "./program-aliases.ts";

/** Results of up to this many bytes are small, */
const SMALL = 64 * 1024;
/** and all small ones together may add this many bytes to a program; */
const SMALL_GROWTH = 8 * 1024 * 1024;
/** larger ones this many, beyond the constants that they take the place of. */
const GROWTH = 1024 * 1024;
/** Operators on constants larger than this are not run at all. */
const MAX_INPUT = 256 * 1024 * 1024;
/** Lists longer than this stay code. */
const MAX_ITEMS = 1024;

export const constantPropagation: Pass = {
  name: "constant-propagation",
  run(program, context) {
    const propagation = new Propagation(program, context);
    let changed = false;
    for (const { fn } of functionsOf(program)) changed = propagation.run(fn.graph) || changed;
    return changed;
  },
};

class Propagation {
  readonly #memory: ProgramAliases;
  readonly #context: PassContext;
  #budget = GROWTH;
  #smallBudget = SMALL_GROWTH;
  #aliases!: AliasAnalysis;
  #rewriter!: Rewriter;
  #gone!: Set<Node>;
  /** Conditions whose value is known where the walk is: inside their branches, and after a branch that raises. */
  readonly #known = new Map<Value, boolean>();
  readonly #added: Value[] = [];
  readonly #truths = new Map<boolean, Value>();
  #changed = false;

  constructor(program: Program, context: PassContext) {
    this.#memory = new ProgramAliases(program);
    this.#context = context;
  }

  run(graph: Graph): boolean {
    this.#aliases = this.#memory.of(graph);
    this.#rewriter = new Rewriter(graph);
    this.#gone = new Set();
    this.#truths.clear();
    this.#changed = false;
    this.#block(graph.block);
    this.#rewriter.eraseAll(this.#gone);
    return this.#changed;
  }

  #block(block: Block, assumed?: [Value, boolean]): void {
    const mark = this.#added.length;
    if (assumed !== undefined) this.#know(...assumed);
    for (const node of [...block.nodes]) {
      this.#assume(node);
      this.#node(node);
    }
    // What was found inside holds inside.
    while (this.#added.length > mark) this.#known.delete(this.#added.pop()!);
  }

  /** One constant per graph for what conditions are known to be. */
  #truth(value: boolean): Value {
    let constant = this.#truths.get(value);
    if (constant === undefined) {
      const { block } = this.#rewriter.graph;
      constant = this.#rewriter.atStart(block, (builder) => builder.constant(IValue.bool(value)));
      this.#truths.set(value, constant);
    }
    return constant;
  }

  #know(condition: Value, value: boolean): void {
    if (this.#known.has(condition)) return;
    this.#known.set(condition, value);
    this.#added.push(condition);
  }

  /** Conditions that are known here are constants to this node. */
  #assume(node: Node): void {
    if (this.#known.size === 0) return;
    for (const [i, input] of node.inputs.entries()) {
      const value = this.#known.get(input);
      if (value === undefined) continue;
      this.#rewriter.setInput(node, i, this.#truth(value));
      this.#changed = true;
    }
  }

  #node(node: Node): void {
    switch (node.op) {
      case "prim::If":
        return this.#branch(node);
      case "prim::Loop":
        return this.#loop(node);
      case "prim::Constant":
        return;
      default:
        for (const block of node.blocks) this.#block(block);
        if (node.blocks.length === 0) this.#fold(node);
    }
  }

  #branch(node: Node): void {
    const taken = constBool(node.inputs[0]);
    if (taken === undefined) {
      const [condition] = node.inputs as [Value];
      const [yes, no] = node.blocks as [Block, Block];
      this.#block(yes, [condition, true]);
      this.#block(no, [condition, false]);
      if (raises(yes) !== raises(no)) this.#know(condition, raises(no));
      for (const [i, output] of node.outputs.entries()) {
        if (yes.returns[i] === no.returns[i] && output.uses.length > 0) {
          this.#rewriter.replaceUses(output, yes.returns[i]!);
          this.#changed = true;
        }
      }
      return;
    }
    const block = node.blocks[taken ? 0 : 1]!;
    this.#block(block);
    this.#rewriter.empty(node, block);
    this.#gone.add(node);
    this.#changed = true;
  }

  #loop(node: Node): void {
    const trips = constInt(node.inputs[0]);
    const carried = node.inputs.slice(2);
    if ((trips !== undefined && trips <= 0) || constBool(node.inputs[1]) === false) {
      for (const [i, output] of node.outputs.entries()) this.#rewriter.replaceUses(output, carried[i]!);
      this.#gone.add(node);
      this.#changed = true;
      return;
    }
    const [block] = node.blocks;
    // What every round hands on unchanged is what the loop began with.
    for (const [i, start] of carried.entries()) {
      const param = block!.params[i + 1]!;
      const next = block!.returns[i + 1]!;
      if (next !== param && next !== start) continue;
      if (param.uses.every(({ user }) => user === block) && node.outputs[i]!.uses.length === 0) continue;
      this.#rewriter.replaceUses(param, start);
      this.#rewriter.replaceUses(node.outputs[i]!, start);
      this.#changed = true;
    }
    this.#block(block!);
  }

  // --- Operators ------------------------------------------------------------------------------------------------

  #fold(node: Node): void {
    if (node.outputs.length === 0 || !node.inputs.every((input) => constantOf(input) !== undefined)) return;
    if (!this.#aliases.isPure(node) || isNondeterministic(node)) return;
    const args = node.inputs.map((input) => constantOf(input)!);
    if (this.#shared(node, args)) return;
    const results = this.#structure(node, args) ?? this.#evaluate(node, args);
    if (results === undefined || results.length !== node.outputs.length) return;
    const typed = results.map((value, i) => withType(value, node.outputs[i]!.type));
    if (!typed.every(isStorable) || !this.#affordable(typed, args)) return;
    this.#changed = true;
    if (node.outputs.length === 1) {
      const { value, type } = constantFor(typed[0]!, node.output.type);
      this.#rewriter.becomeConstant(node, value, type);
      return;
    }
    this.#rewriter.before(node, (builder) => {
      for (const [i, output] of node.outputs.entries()) {
        if (output.uses.length === 0) continue;
        const constant = makeConstant(builder, typed[i]!, output.type);
        constant.name ??= output.name;
        this.#rewriter.replaceUses(output, constant);
      }
    });
    this.#gone.add(node);
  }

  /** True if the node's results, or its arguments, are memory that someone writes or that the caller gets. */
  #shared(node: Node, args: readonly IValue[]): boolean {
    if (this.#aliases.touchesWritten(node)) return true;
    if (node.outputs.some((value) => kindsOf(value.type) !== 0 && this.#aliases.escapes(value))) return true;
    return args.some((arg) => this.#memory.mayChange(arg));
  }

  #structure(node: Node, args: readonly IValue[]): IValue[] | undefined {
    const { type } = node.outputs[0]!;
    switch (node.op) {
      case "prim::TupleConstruct":
        return type.kind === "Tuple" ? [IValue.tuple(args, type.names, type.name)] : undefined;
      case "prim::ListConstruct":
        return type.kind === "List" && args.length <= MAX_ITEMS
          ? [IValue.list(type.elem, [...args])]
          : undefined;
      case "prim::TupleUnpack":
      case "prim::ListUnpack": {
        const [from] = args;
        return from?.kind === "tuple" || from?.kind === "list" ? [...from.items] : undefined;
      }
      case "prim::TupleIndex": {
        const [from, index] = args;
        if (from?.kind !== "tuple" || index?.kind !== "int") return undefined;
        const item = from.items.at(Number(index.value));
        return item === undefined ? undefined : [item];
      }
      default:
        return undefined;
    }
  }

  #evaluate(node: Node, args: readonly IValue[]): readonly IValue[] | undefined {
    const op = findOp(node.op);
    if (op === undefined || this.#context.evaluate === undefined || !isReasonable(node, args))
      return undefined;
    return this.#context.evaluate(op, args);
  }

  /** True if the results may be stored: small, or no larger than what they take the place of. */
  #affordable(results: readonly IValue[], args: readonly IValue[]): boolean {
    const known = storagesOf(args);
    const made = [...storagesOf(results)].filter((storage) => !known.has(storage));
    const bytes = made.reduce((sum, { bytes }) => sum + bytes.length, 0);
    if (bytes <= Math.min(SMALL, this.#smallBudget)) {
      this.#smallBudget -= bytes;
      return true;
    }
    const before = [...known].reduce((sum, storage) => sum + storage.bytes.length, 0);
    if (bytes <= before && this.#onlyUse(known)) return true;
    if (bytes > this.#budget) return false;
    this.#budget -= bytes;
    return true;
  }

  /** True if no other constant of the graph reads these storages: then they go when the results come. */
  #onlyUse(storages: ReadonlySet<StorageData>): boolean {
    let uses = 0;
    for (const node of this.#rewriter.graph.nodes()) {
      const value = node.op === "prim::Constant" ? constantOf(node.output) : undefined;
      if (value?.kind === "tensor" && storages.has(value.tensor.storage)) uses += node.output.uses.length;
    }
    return uses <= storages.size;
  }
}

/** True if a block always ends with an exception. */
function raises(block: Block): boolean {
  return block.nodes.some(({ op }) => op === "prim::RaiseException" || op === "js::rethrow");
}

/** Objects cannot be made constants: they have identity and state. */
function isStorable(value: IValue): boolean {
  switch (value.kind) {
    case "list":
    case "tuple":
      return value.items.every(isStorable);
    case "dict":
      return value.entries.flat().every(isStorable);
    default:
      return value.kind !== "object";
  }
}

function tensorsOf(values: readonly IValue[]): TensorData[] {
  return values.flatMap((value) => {
    if (value.kind === "tensor") return [value.tensor];
    if (value.kind === "list" || value.kind === "tuple") return tensorsOf(value.items);
    return value.kind === "dict" ? tensorsOf(value.entries.flat()) : [];
  });
}

function storagesOf(values: readonly IValue[]): Set<StorageData> {
  return new Set(tensorsOf(values).map((tensor) => tensor.storage));
}

/**
 * False for what might make something huge. Without tensors the numbers of a call are sizes, counts or bounds, whose
 * product bounds a result; with tensors a result has no more elements than their broadcast shape, or than a list of sizes
 * asks for.
 */
function isReasonable(node: Node, args: readonly IValue[]): boolean {
  if (node.outputs.every(({ type }) => NUMBERS.has(type.kind))) return true;
  const tensors = tensorsOf(args);
  const elements = tensors.reduce((sum, { shape }) => sum + numel(shape), 0);
  if (elements * 8 > MAX_INPUT) return false;
  let product = 1;
  for (const arg of args) {
    if ((arg.kind === "int" || arg.kind === "float") && tensors.length === 0) product *= magnitude(arg);
    if (arg.kind === "list") for (const item of arg.items) product *= magnitude(item);
  }
  const most = Math.max(GROWTH / 8, 4 * elements);
  return product <= most && broadcastElements(tensors) <= most;
}

const NUMBERS: ReadonlySet<string> = new Set(["int", "float", "bool", "Scalar", "str", "None", "Device"]);

function magnitude(value: IValue): number {
  return value.kind === "int" || value.kind === "float" ? Math.max(1, Math.abs(Number(value.value))) : 1;
}

function broadcastElements(tensors: readonly TensorData[]): number {
  let product = 1;
  const dims = Math.max(0, ...tensors.map(({ shape }) => shape.length));
  for (let d = 1; d <= dims; d++) product *= Math.max(1, ...tensors.map(({ shape }) => shape.at(-d) ?? 1));
  return product;
}
