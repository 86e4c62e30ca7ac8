/** One graph being built from a script: where nodes go, what variables are, and how refusals say their place. */

import type { Expression, Function as FunctionNode } from "acorn";
import { GraphBuilder, type OutputSpec } from "../../../format/ir/builder.ts";
import { type Attr, type Block, edit, type Value } from "../../../format/ir/graph.ts";
import { listOf } from "../../../format/types.ts";
import { IValue } from "../../../format/value.ts";
import type { SourceLocation } from "../../../loader/error.ts";
import { type Refusal, scriptError } from "../errors.ts";
import type { TypeMark } from "../source/index.ts";
import { BooleanS, irType, isOpen, joinTypes, type SType, sameType, showType } from "../types/model.ts";
import { coerce } from "./convert.ts";
import type { Instance } from "./functions.ts";
import { Scope, State, Variable } from "./scope.ts";
import type { SourceUnit } from "./source-unit.ts";
import { trim } from "./trim.ts";
import type { Unit } from "./unit.ts";
import { constant, type Dynamic, type NodeLike, type SValue } from "./values.ts";

/** What a refusal says beyond its message. */
export interface RefuseOptions {
  readonly advice?: string;
}

/** A function body being lowered: the graph's own, or one that is inlined into it. */
export class Frame {
  readonly name: string;
  readonly source: SourceUnit;
  readonly caller: Frame | undefined;
  /** The place in `caller` that called this. */
  readonly calledAt: NodeLike | undefined;
  self: SValue | undefined;
  /** Whether the function has returned; what it returns. */
  readonly returned: Variable;
  readonly result: Variable;
  /** The bodies around the present statement that `break` and `continue` leave, innermost last. */
  readonly exits: Exit[] = [];
  /** Type parameters of a generic function, by name; each is found out by its arguments. */
  typeArguments: Map<string, SType> | undefined;
  /** The function that this frame inlines; undefined for the graph's own. */
  inlined: FunctionNode | undefined;

  constructor(
    name: string,
    source: SourceUnit,
    options: { caller?: Frame; calledAt?: NodeLike; self?: SValue; resultType?: SType | undefined },
  ) {
    this.name = name;
    this.source = source;
    this.caller = options.caller;
    this.calledAt = options.calledAt;
    this.self = options.self;
    this.returned = new Variable("returned", { flag: true });
    this.result = new Variable("result", { declared: options.resultType });
  }
}

/** A body that statements can leave early. `stopped`: nothing more of it runs this time; `ended`: nor again. */
export interface Exit {
  readonly kind: "function" | "loop" | "switch";
  readonly label: string | undefined;
  readonly stopped: Variable;
  readonly ended: Variable;
  /** How statements leave it for good. */
  readonly leftBy: Set<"break" | "return" | "outer">;
}

/** Thrown while a `try` is lowered when the type of a variable in a cell must grow: it is lowered again. */
export class CellGrew extends Error {
  readonly variables: readonly Variable[];

  constructor(variables: readonly Variable[]) {
    super();
    this.variables = variables;
  }
}

export class Context {
  readonly unit: Unit;
  readonly builder: GraphBuilder;
  readonly #constants = new GraphBuilder();
  readonly #known = new Map<string, Value>();
  /** Values whose type is not fully known yet, with what it is called in the script. */
  readonly #open: { value: Value; type: SType; node: NodeLike; frame: Frame }[] = [];
  state = new State();
  /** Where names are looked up. */
  scope = new Scope();
  frame: Frame;
  /** Types that variables in cells have been found to need. */
  readonly cellTypes = new Map<Variable, SType>();
  /** Variables that lowering `try` makes for itself. */
  readonly ownOfTry = new Set<Variable>();
  /** Casts that an expression around the present one takes. */
  readonly reserved = new Set<TypeMark>();
  /** What an expression's value is, where it was lowered before: the object of `a?.b`. */
  readonly substitutes = new Map<Expression, SValue>();
  /** The function that this graph is the body of. */
  instance: Instance | undefined;
  /** Names of functions and methods whose compilation led to this one, for messages. */
  readonly chain: readonly SourceLocation[];

  constructor(unit: Unit, builder: GraphBuilder, frame: Frame, chain: readonly SourceLocation[]) {
    this.unit = unit;
    this.builder = builder;
    this.frame = frame;
    this.chain = chain;
  }

  get source(): SourceUnit {
    return this.frame.source;
  }

  /** From now on nodes carry this place. */
  mark(node: NodeLike): void {
    this.builder.range = this.source.range(node);
  }

  /** Refuses the script: at the place of `node`, with the chain of calls that led to it. */
  refuse(refusal: Refusal, node: NodeLike, message: string, options: RefuseOptions = {}): never {
    throw scriptError({
      refusal,
      message,
      ...(options.advice ? { advice: options.advice } : {}),
      trace: [...this.chain, ...this.#places(node)],
    });
  }

  /** The chain of places up to `node`. */
  #places(node: NodeLike): SourceLocation[] {
    const places: SourceLocation[] = [];
    let at: NodeLike = node;
    for (let frame: Frame | undefined = this.frame; frame; frame = frame.caller) {
      places.unshift(frame.source.location(at, frame.name));
      if (frame.calledAt === undefined) break;
      at = frame.calledAt;
    }
    return places;
  }

  /** The chain for a function that a call at `node` makes compile. */
  chainTo(node: NodeLike): readonly SourceLocation[] {
    return [...this.chain, ...this.#places(node)];
  }

  /** A constant; equal ones are made once, and all stand before everything else. */
  constant(value: IValue, key?: string): Value {
    const known = key === undefined ? undefined : this.#known.get(key);
    if (known) return known;
    const made = this.#constants.constant(value);
    if (key !== undefined) this.#known.set(key, made);
    return made;
  }

  float(value: number): Value {
    return this.constant(IValue.float(value), `f${Object.is(value, -0) ? "-0" : value}`);
  }

  int(value: number | bigint): Value {
    return this.constant(IValue.int(value), `i${value}`);
  }

  bool(value: boolean): Value {
    return this.constant(IValue.bool(value), `b${value}`);
  }

  str(value: string): Value {
    return this.constant(IValue.str(value), `s${value}`);
  }

  none(): Value {
    return this.constant(IValue.none, "none");
  }

  /** Adds an operator with one result. */
  op(name: string, inputs: readonly Value[], type: SType, attrs?: Readonly<Record<string, Attr>>): Dynamic {
    const value = this.builder.op(name, inputs, irType(type), attrs);
    return this.dynamic(value, type);
  }

  /** Adds an operator of the IR with one result of an IR type. */
  raw(
    name: string,
    inputs: readonly Value[],
    type: OutputSpec,
    attrs?: Readonly<Record<string, Attr>>,
  ): Value {
    return this.builder.op(name, inputs, type, attrs);
  }

  /** Adds an operator without a result. */
  effect(name: string, inputs: readonly Value[]): void {
    this.builder.node(name, inputs);
  }

  dynamic(value: Value, type: SType): Dynamic {
    if (isOpen(type)) this.#open.push({ value, type, node: { start: 0, end: 0 }, frame: this.frame });
    return { kind: "value", value, type };
  }

  /** As `dynamic`, for what `node` says: an array literal whose items' type is still to be found out. */
  open(value: Value, type: SType, node: NodeLike): Dynamic {
    this.#open.push({ value, type, node, frame: this.frame });
    return { kind: "value", value, type };
  }

  /** `prim::unchecked_cast`: the same value under a narrower type. */
  cast(value: Value, type: SType): Dynamic {
    const ir = irType(type);
    if (ir === value.type) return this.dynamic(value, type);
    return this.op("prim::unchecked_cast", [value], type);
  }

  /** What a type parameter of the function being lowered stands for. */
  typeVariable(name: string): SType | undefined {
    for (let frame: Frame | undefined = this.frame; frame; frame = frame.caller) {
      const found = frame.typeArguments?.get(name);
      if (found) return found;
    }
    return undefined;
  }

  /** `!test`. */
  not(test: SValue): SValue {
    if (test.kind === "const") return constant(!test.js);
    return this.op("aten::__not__", [(test as Dynamic).value], BooleanS);
  }

  /** Assigns a variable that lives in a cell; its type grows with what is assigned. */
  writeCell(variable: Variable, cell: SValue & { kind: "cell" }, value: Dynamic, node: NodeLike): void {
    const type = joinTypes(cell.type, value.type);
    if (!sameType(type, cell.type)) {
      this.cellTypes.set(variable, type);
      throw new CellGrew([variable]);
    }
    const made = coerce(this, value, cell.type, node);
    this.builder.op("aten::_set_item.t", [cell.list, this.int(0), made.value], listOf(irType(cell.type)));
  }

  /** Takes back all nodes of a block from the given count on. */
  rewind(block: Block, count: number): void {
    edit.truncate(block, count);
  }

  /** Puts the constants before everything else; open types are settled when the whole program is compiled. */
  finish(): void {
    trim(this.builder.graph);
    const used = this.#constants.block.nodes.filter((node) => node.output.uses.length > 0);
    edit.hoist(this.builder.graph.block, used);
    if (this.#open.length > 0) this.unit.atEnd(() => this.#settle());
  }

  #settle(): void {
    for (const { value, type, node, frame } of this.#open) {
      if (isOpen(type) && node.end > 0 && isInUse(value)) {
        this.frame = frame;
        this.refuse("UNKNOWN_TYPE", node, `the type of what this holds is not known: ${showType(type)}`, {
          advice:
            "Give the variable a type, as in `const list: number[] = []` (JavaScript: /** @type {number[]} */).",
        });
      }
      value.type = irType(type);
    }
  }
}

/** False for a value whose node was taken back. */
function isInUse(value: Value): boolean {
  return value.node === undefined || value.node.block !== undefined;
}
