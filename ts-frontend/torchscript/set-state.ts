/**
 * Runs `__setstate__` while a file is converted, so that the objects in the converted file have their state. The method's
 * graph is walked on values: what such methods do is to take a tuple apart and set attributes.
 */

import type { Block, Graph, Node, Value } from "../../format/ir/graph.ts";
import { type Fn, findClass, type Program } from "../../format/ir/program.ts";
import { isSubtype, NoneType } from "../../format/types.ts";
import { IValue } from "../../format/value.ts";
import { badCode, unsupportedCode } from "./error.ts";
import type { ObjectValue, StateToSet } from "./instances.ts";

/** Calls within calls, and rounds of loops, that one method may make. */
const MAX_STEPS = 100_000;

/** Sets the state of each object, in order. Throws SconceError UNSUPPORTED for what only a running program could do. */
export function setStates(program: Program, states: readonly StateToSet[]): void {
  for (const { object, state } of states) {
    const evaluator = new Evaluator(program);
    evaluator.method(object, "__setstate__", [object, state]);
    for (const made of [object, ...evaluator.created]) complete(program, made);
  }
}

/** Attributes that were never set are None where they may be. */
function complete(program: Program, object: ObjectValue): void {
  for (const { name, type, kind } of findClass(program, object.type)?.attributes ?? []) {
    if (kind === "constant" || object.attrs.has(name)) continue;
    if (!isSubtype(NoneType, type))
      throw badCode(`${object.type} leaves its attribute ${name} without a value`);
    object.attrs.set(name, IValue.none);
  }
}

type Results = readonly IValue[];

class Evaluator {
  /** Objects that the method made. */
  readonly created: ObjectValue[] = [];
  readonly #program: Program;
  #steps = 0;

  constructor(program: Program) {
    this.#program = program;
  }

  method(object: IValue, name: string, args: Results): Results {
    const def = object.kind === "object" ? findClass(this.#program, object.type) : undefined;
    const fn = def?.methods.find((method) => method.name === name);
    if (fn === undefined) throw badCode(`there is no method ${name} to call`);
    return this.#function(fn, args);
  }

  #function(fn: Fn, args: Results): Results {
    return this.#graph(fn.graph, args);
  }

  #graph(graph: Graph, args: Results): Results {
    const env = new Map<Value, IValue>();
    graph.inputs.forEach((input, i) => {
      env.set(input, args[i]!);
    });
    return this.#block(graph.block, env);
  }

  #block(block: Block, env: Map<Value, IValue>): Results {
    for (const node of block.nodes) {
      if (++this.#steps > MAX_STEPS) throw unsupportedCode("a __setstate__ that does this much work");
      const results = this.#node(
        node,
        node.inputs.map((input) => env.get(input)!),
        env,
      );
      node.outputs.forEach((output, i) => {
        env.set(output, results[i] ?? IValue.none);
      });
    }
    return block.returns.map((value) => env.get(value)!);
  }

  #node(node: Node, args: Results, env: Map<Value, IValue>): Results {
    const [first, second] = args;
    switch (node.op) {
      case "prim::Constant":
        return [node.attr("value", "ival") ?? IValue.none];
      case "prim::unchecked_cast":
        return args;
      case "prim::Uninitialized":
        return [IValue.none];
      case "prim::TupleUnpack":
      case "prim::ListUnpack":
        return itemsOf(first);
      case "prim::TupleIndex":
        return [at(itemsOf(first), second)];
      case "aten::__getitem__.t":
        return [at(itemsOf(first), second)];
      case "prim::TupleConstruct": {
        const { type } = node.output;
        return [type.kind === "Tuple" ? IValue.tuple(args, type.names, type.name) : IValue.tuple(args)];
      }
      case "prim::ListConstruct": {
        const { type } = node.output;
        return [IValue.list(type.kind === "List" ? type.elem : null, [...args])];
      }
      case "prim::CreateObject": {
        const { type } = node.output;
        const object = IValue.object(type.kind === "Class" ? type.name : "") as ObjectValue;
        this.created.push(object);
        return [object];
      }
      case "prim::GetAttr":
        return [this.#attributes(first).get(node.attr("name", "s")!) ?? IValue.none];
      case "prim::SetAttr":
        this.#attributes(first).set(node.attr("name", "s")!, second!);
        return [];
      case "prim::CallMethod":
        return this.method(first!, node.attr("name", "s")!, args);
      case "prim::CallFunction": {
        const fn = this.#program.functions.get(node.inputs[0]!.node?.attr("name", "s") ?? "");
        if (fn === undefined) throw badCode("there is no function to call");
        return this.#function(fn, args.slice(1));
      }
      case "prim::If": {
        const taken = first?.kind === "bool" && first.value ? 0 : 1;
        return this.#block(node.blocks[taken]!, env);
      }
      case "aten::__is__":
        return [IValue.bool(isNone(first) && isNone(second))];
      case "aten::__isnot__":
        return [IValue.bool(!(isNone(first) && isNone(second)))];
      case "aten::__not__":
        return [IValue.bool(!(first?.kind === "bool" && first.value))];
      case "aten::eq.int":
      case "aten::eq.str":
        return [IValue.bool(plain(first) === plain(second))];
      case "aten::ne.int":
      case "aten::ne.str":
        return [IValue.bool(plain(first) !== plain(second))];
      default: {
        const place = node.range && { range: node.range };
        throw unsupportedCode(`${node.op} in a __setstate__`, place);
      }
    }
  }

  #attributes(object: IValue | undefined): Map<string, IValue> {
    if (object?.kind !== "object") throw badCode("an attribute of what is no object");
    return object.attrs;
  }
}

function isNone(value: IValue | undefined): boolean {
  return value?.kind === "none";
}

function plain(value: IValue | undefined): unknown {
  return value !== undefined && "value" in value ? value.value : undefined;
}

function itemsOf(value: IValue | undefined): Results {
  if (value?.kind === "tuple" || value?.kind === "list") return value.items;
  throw badCode("a list or tuple is taken apart that is none");
}

function at(items: Results, index: IValue | undefined): IValue {
  const i = index?.kind === "int" ? Number(index.value) : 0;
  return items[i < 0 ? i + items.length : i] ?? IValue.none;
}
