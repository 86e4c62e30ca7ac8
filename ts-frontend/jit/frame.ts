/** One method call being traced: its graph, and which value stands for which tensor inside it. */

import { GraphBuilder } from "../../format/ir/builder.ts";
import { edit, type Node, type Value } from "../../format/ir/graph.ts";
import type { Fn, FnArgument } from "../../format/ir/program.ts";
import {
  classType,
  listOf,
  NoneType,
  optionalOf,
  TensorType,
  type Type,
  typeEquals,
} from "../../format/types.ts";
import { IValue } from "../../format/value.ts";
import { Sym } from "../eager/dim.ts";
import type { Arg } from "../record.ts";
import { Tensor } from "../tensor.ts";
import { ModuleNode, type ModuleTree } from "./tree.ts";
import { constantOfSym, dataOf, isTraced, type Traced, typeOfTraced } from "./values.ts";

/** What a frame can be asked for: a tensor or number, or a module. */
type Wanted = Traced | ModuleNode;

/** Where values were defined, for those that are used after the call that made them. */
export type Homes = Map<Traced, Frame>;

export class Frame {
  readonly builder = new GraphBuilder();
  readonly parent: Frame | null;
  readonly node: ModuleNode | null;
  readonly name: string;
  readonly args: FnArgument[] = [];
  /** What the graph takes beyond the call's own arguments, because the body used it. */
  readonly extras: Wanted[] = [];
  /** The call in the parent's graph, once this frame has ended. */
  callNode: Node | null = null;
  readonly #tree: ModuleTree | null;
  readonly #homes: Homes;
  readonly #values = new Map<Wanted, Value>();
  readonly #constants = new Map<string, Value>();

  constructor(
    parent: Frame | null,
    node: ModuleNode | null,
    name: string,
    tree: ModuleTree | null,
    homes: Homes,
  ) {
    this.parent = parent;
    this.node = node;
    this.name = name;
    this.#tree = tree;
    this.#homes = homes;
    if (node) this.#values.set(node, this.addInput(classType(node.className), "self"));
  }

  get ended(): boolean {
    return this.callNode !== null;
  }

  /** Adds a parameter to the graph and the signature. */
  addInput(type: Type, name: string): Value {
    const value = this.builder.input(type, name);
    this.args.push({ name: value.name ?? name, type });
    return value;
  }

  /** From now on `value` stands for `thing` in this graph. */
  bind(thing: Traced, value: Value): void {
    this.#values.set(thing, value);
    this.#homes.set(thing, this);
  }

  /** Binds an argument of the call: its home stays where it was made. */
  bindParameter(thing: Traced, value: Value): void {
    this.#values.set(thing, value);
  }

  /** The value that stands for a tensor or a number here: known, an attribute, handed down, handed up, or a constant. */
  resolve(thing: Traced): Value {
    return this.#find(thing) ?? this.#constantFor(thing);
  }

  #find(thing: Traced): Value | undefined {
    const known = this.#values.get(thing);
    if (known) return known;
    const attribute = this.#attribute(thing);
    if (attribute) return attribute;
    this.#bringUp(thing);
    const brought = this.#values.get(thing);
    if (brought) return brought;
    return this.parent?.holds(thing) ? this.#handDown(thing, typeOfTraced(thing)) : undefined;
  }

  /** True when this frame or one above it can give `thing` without a constant. */
  holds(thing: Traced): boolean {
    return this.#values.has(thing) || this.#reaches(thing) || (this.parent?.holds(thing) ?? false);
  }

  #reaches(thing: Traced): boolean {
    const owner = thing instanceof Tensor ? this.#tree?.ownerOf(thing) : undefined;
    return Boolean(owner && this.node && owner.node.pathFrom(this.node));
  }

  #attribute(thing: Traced): Value | undefined {
    const owner = thing instanceof Tensor ? this.#tree?.ownerOf(thing) : undefined;
    if (!owner || !this.node || !owner.node.pathFrom(this.node)) return undefined;
    const value = this.builder.getAttr(this.module(owner.node), owner.name, TensorType);
    this.#values.set(thing, value);
    return value;
  }

  /** Makes a value of a call that has ended a result of that call, and of the calls around it up to a live frame. */
  #bringUp(thing: Traced): void {
    let home = this.#homes.get(thing);
    if (!home?.ended) return;
    while (home.callNode && home.parent) {
      const { builder, callNode, parent }: Frame = home;
      const inside = home.#values.get(thing)!;
      builder.returns([...builder.graph.outputs, inside]);
      parent.#values.set(thing, edit.addOutput(callNode, inside.type));
      home = parent;
    }
    this.#homes.set(thing, home);
  }

  /** A further parameter, for which the call passes what the frame above has. */
  #handDown(thing: Wanted, type: Type): Value {
    const value = this.addInput(type, thing instanceof ModuleNode ? thing.name || "module" : "outer");
    this.#values.set(thing, value);
    this.extras.push(thing);
    return value;
  }

  #constantFor(thing: Traced): Value {
    const value =
      thing instanceof Sym
        ? this.constant(constantOfSym(thing))
        : this.builder.constant(IValue.tensor(dataOf(thing)));
    this.#values.set(thing, value);
    return value;
  }

  /** The value of a module: attributes of `self` where it is below this frame's module, else handed down. */
  module(node: ModuleNode): Value {
    const known = this.#values.get(node);
    if (known) return known;
    const path = this.node && node.pathFrom(this.node);
    if (!path) return this.#handDown(node, classType(node.className));
    const value = this.builder.getAttr(this.module(node.parent!), node.name, classType(node.className));
    this.#values.set(node, value);
    return value;
  }

  /** Values of the frame's extras in the frame above, in order: further arguments of its call. */
  extraArguments(): Value[] {
    return this.extras.map((thing) =>
      thing instanceof ModuleNode ? this.parent!.module(thing) : this.parent!.resolve(thing),
    );
  }

  /** A constant; equal ones are made once. */
  constant(value: IValue): Value {
    const key = constantKey(value);
    const known = key === null ? undefined : this.#constants.get(key);
    if (known) return known;
    const made = this.builder.constant(value);
    if (key !== null) this.#constants.set(key, made);
    return made;
  }

  /** The value of a recorded argument whose schema type is `type`. */
  argument(arg: Arg, type: Type): Value {
    if (isTraced(arg)) return this.resolve(arg);
    if (!Array.isArray(arg)) {
      const value = arg as IValue;
      return this.constant(value);
    }
    const list = type.kind === "Optional" ? type.elem : type;
    let elem: Type = list.kind === "List" ? list.elem : TensorType;
    const items = arg.map((item) => this.argument(item, elem));
    if (elem.kind === "Var" && items[0]) elem = items[0].type;
    if (elem.kind === "Tensor" && items.some((item) => typeEquals(item.type, NoneType)))
      elem = optionalOf(TensorType);
    return this.builder.op("prim::ListConstruct", items, listOf(elem));
  }

  /** The finished function; returned values' types make its signature. */
  toFn(): Fn {
    const returns = this.builder.graph.outputs.map((value) => ({ type: value.type }));
    return { name: this.name, schema: { args: this.args, returns }, graph: this.builder.graph };
  }
}

/** Equal text for equal constants of the simple kinds, null for others. */
function constantKey(value: IValue): string | null {
  switch (value.kind) {
    case "none":
      return "none";
    case "float":
      return `float ${Object.is(value.value, -0) ? "-0" : value.value}`;
    case "int":
    case "bool":
    case "str":
    case "device":
      return `${value.kind} ${value.value}`;
    default:
      return null;
  }
}
