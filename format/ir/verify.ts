/** The verifier: scoping, def-use lists, arity and types of graphs, against operators' schemas and the nodes' own rules. */

import type { Schema } from "../schema.ts";
import { type ClassFacts, isSubtype, printType, type Type } from "../types.ts";
import { type Bindings, substitute, unify } from "../unify.ts";
import {
  type Block,
  type Graph,
  Node,
  type SchemaLookup,
  type SourceRange,
  type Use,
  type Value,
} from "./graph.ts";
import { printRange } from "./print.ts";
import type { Program } from "./program.ts";
import { nodeRules } from "./verify-nodes.ts";

export interface VerifyOptions {
  /** Schemas of the known operators; those it does not know are not checked, unless `strict`. */
  lookup?: SchemaLookup;
  /** The program around the graph: with it attributes, methods, functions and interfaces are checked too. */
  program?: Program;
  /** Refuse operators without schema or rule. Default false: an import may carry them. */
  strict?: boolean;
}

/** A graph or program that is not well-formed. */
export class VerifyError extends Error {
  override readonly name = "VerifyError";
  /** The offending node; undefined where the fault is not in one. */
  readonly node: Node | undefined;
  /** Its operator, or what else is at fault. */
  readonly where: string;
  readonly expected: string;
  readonly got: string;
  readonly range: SourceRange | undefined;

  constructor(where: string, expected: string, got: string, node?: Node) {
    const range = node?.range;
    super(
      `${where}: expected ${expected}, got ${got}${range === undefined ? "" : ` (${printRange(range)})`}`,
    );
    this.node = node;
    this.where = where;
    this.expected = expected;
    this.got = got;
    this.range = range;
  }
}

/** Throws the first VerifyError of the graph, if there is one. */
export function verifyGraph(graph: Graph, options: VerifyOptions = {}): void {
  const first = checkGraph(graph, options)[0];
  if (first !== undefined) throw first;
}

/** Everything that is wrong with the graph. */
export function checkGraph(graph: Graph, options: VerifyOptions = {}): VerifyError[] {
  const checker = new Checker(options);
  checker.graph(graph);
  return checker.errors;
}

/** What a node's rule may ask and report. */
export class Checker {
  readonly errors: VerifyError[] = [];
  readonly program: Program | undefined;
  readonly facts: ClassFacts | undefined;
  readonly #options: VerifyOptions;
  /** Values in scope, and where they have been used so far. */
  #scope = new Map<Value, Use[]>();

  constructor(options: VerifyOptions) {
    this.#options = options;
    this.program = options.program;
    this.facts = options.program === undefined ? undefined : classFacts(options.program);
  }

  report(node: Node, expected: string, got: string): void {
    this.errors.push(new VerifyError(node.op, expected, got, node));
  }

  isSubtype(a: Type, b: Type): boolean {
    return isSubtype(a, b, this.facts);
  }

  /** Reports and leaves the node. */
  refuse(node: Node, expected: string, got: string): never {
    throw new VerifyError(node.op, expected, got, node);
  }

  /** Reports unless a value of type `got` may stand for `wanted`. */
  fits(node: Node, what: string, got: Type | undefined, wanted: Type): void {
    if (got === undefined) this.report(node, `${what}: ${printType(wanted)}`, "nothing");
    else if (!this.isSubtype(got, wanted)) this.report(node, `${what}: ${printType(wanted)}`, printType(got));
  }

  /** Refuses the node unless it has this many inputs, outputs and blocks; undefined stands for any number. */
  shape(node: Node, inputs: number | undefined, outputs: number | undefined, blocks = 0): void {
    const parts: [string, number | undefined, number][] = [
      ["inputs", inputs, node.inputs.length],
      ["outputs", outputs, node.outputs.length],
      ["blocks", blocks, node.blocks.length],
    ];
    const wrong = parts.find(([, want, got]) => want !== undefined && want !== got);
    if (wrong !== undefined) this.refuse(node, `${wrong[1]} ${wrong[0]}`, `${wrong[2]}`);
  }

  graph(graph: Graph): void {
    const outer = this.#scope;
    this.#scope = new Map();
    this.#block(graph.block);
    this.#scope = outer;
  }

  #block(block: Block): void {
    const added: Value[] = [];
    const define = (value: Value) => {
      this.#scope.set(value, []);
      added.push(value);
    };
    block.params.forEach(define);
    for (const node of block.nodes) {
      this.#use(node, node.inputs);
      for (const inner of node.blocks) this.#block(inner);
      if (node.block !== block) this.report(node, "the node to know its block", "another");
      node.outputs.forEach(define);
      this.#node(node);
    }
    this.#use(block, block.returns);
    for (const value of added) this.#leave(value);
  }

  #at(user: Node | Block, expected: string, value: Value): void {
    const node = user instanceof Node ? user : user.owner;
    const name = value.name ?? `number ${value.index} of ${value.node?.op ?? "a block"}`;
    this.errors.push(new VerifyError(node?.op ?? "return", expected, `%${name}`, node));
  }

  /** Every value that is used here is defined before, in this block or around it. */
  #use(user: Node | Block, values: readonly Value[]): void {
    values.forEach((value, index) => {
      const uses = this.#scope.get(value);
      if (uses === undefined) this.#at(user, "values in scope", value);
      else uses.push({ user, index });
    });
  }

  /** Ends a value's scope: the uses it has recorded are those that were met. */
  #leave(value: Value): void {
    const recorded = new Map<Node | Block, Set<number>>();
    for (const { user, index } of value.uses) {
      const slots = user instanceof Node ? user.inputs : user.returns;
      const known = recorded.get(user) ?? new Set();
      if (slots[index] !== value || known.has(index)) this.#at(user, "no use that is not there", value);
      recorded.set(user, known.add(index));
    }
    for (const { user, index } of this.#scope.get(value)!) {
      if (!recorded.get(user)?.has(index)) this.#at(user, "a recorded use", value);
    }
    this.#scope.delete(value);
  }

  #node(node: Node): void {
    for (const attr of node.attrs.values()) if (attr.kind === "g") this.graph(attr.value);
    try {
      this.#apply(node);
    } catch (error) {
      if (!(error instanceof VerifyError)) throw error;
      this.errors.push(error);
    }
  }

  #apply(node: Node): void {
    const rule = nodeRules.get(node.op);
    const schema = rule === undefined ? this.#options.lookup?.(node.op) : undefined;
    if (rule !== undefined) rule(node, this);
    else if (schema !== undefined) this.#schema(node, schema);
    else if (this.#options.strict) this.report(node, "a known operator", node.op);
  }

  /** The node against its operator's schema: inputs are all arguments in order. */
  #schema(node: Node, schema: Schema): void {
    const { args, returns } = schema;
    const bindings: Bindings = new Map();
    if (node.inputs.length < args.length || (node.inputs.length > args.length && !schema.vararg)) {
      this.refuse(node, `${args.length} inputs`, `${node.inputs.length}`);
    }
    args.forEach((arg, i) => {
      const { type } = node.inputs[i]!;
      if (!unify(arg.type, type, bindings, this.facts)) {
        const wanted = substitute(arg.type, bindings) ?? arg.type;
        this.report(node, `${arg.name}: ${printType(wanted)}`, printType(type));
      }
    });
    if (schema.varret) return;
    if (node.outputs.length !== returns.length) {
      this.refuse(node, `${returns.length} outputs`, `${node.outputs.length}`);
    }
    returns.forEach((ret, i) => {
      const type = substitute(ret.type, bindings);
      const declared = node.outputs[i]!.type;
      if (type !== undefined && !this.isSubtype(type, declared)) {
        this.report(node, `output ${i} to be ${printType(type)}`, printType(declared));
      }
    });
  }
}

/** What a program says about its interfaces. */
export function classFacts(program: Program): ClassFacts {
  const implementing = (className: string, interfaceName: string): boolean => {
    const have = program.classes.get(className);
    const want = program.classes.get(interfaceName);
    if (want?.kind !== "interface" || have === undefined || have.kind === "enum") return false;
    return want.methods.every(({ name, schema }) => {
      const method = have.methods.find((fn) => fn.name === name);
      if (method === undefined || method.schema.args.length !== schema.args.length) return false;
      const args = schema.args.every((arg, i) => i === 0 || isSubtype(arg.type, method.schema.args[i]!.type));
      const returns =
        method.schema.returns.length === schema.returns.length &&
        method.schema.returns.every((ret, i) => isSubtype(ret.type, schema.returns[i]!.type));
      return args && returns;
    });
  };
  return { implements: implementing };
}
