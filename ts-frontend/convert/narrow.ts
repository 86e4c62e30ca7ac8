/**
 * Float32 weights stored in half the bytes: matrices and kernels become float16 or bfloat16 in the file, and a cast to
 * float32 follows wherever the code reads one. So results are those of the rounded weights, computed in float32; inputs
 * and outputs keep their dtypes.
 *
 * A weight stays as it is where something could see or change it in another way: it is written to, returned, kept in a
 * container, shares memory with one that stays, has a single dimension (biases, statistics of norms), or holds numbers
 * that the narrow dtype cannot.
 */

import { type DType, dtypes } from "../../format/dtype.ts";
import { type Graph, Node, type Value } from "../../format/ir/graph.ts";
import { functionsOf, type Program } from "../../format/ir/program.ts";
import { Rewriter } from "../../format/ir/rewrite.ts";
import { findOp } from "../../format/ops/table.ts";
import { IValue, type StorageData, type TensorData } from "../../format/value.ts";
import { SconceError } from "../../loader/error.ts";
import type { Runtime } from "../../loader/runtime.ts";

export type NarrowDType = "float16" | "bfloat16";

const LARGEST_HALF = 65504;

/** Where code reads weights: the nodes of one attribute of a class, or one constant. */
interface Place {
  readonly reads: { readonly graph: Graph; readonly value: Value }[];
  /** The tensors it may give; undefined when some are no weights. */
  tensors: TensorData[] | undefined;
}

/** Narrows the weights of a program in place. Returns how many, and of how many float32 weights. */
export function narrowWeights(
  program: Program,
  dtype: NarrowDType,
  runtime: Runtime,
): { tensors: number; of: number } {
  const places = findPlaces(program);
  const weights = new Set<TensorData>();
  const storages = new Map<StorageData, TensorData>();
  const blocked = new Set<StorageData>();
  for (const place of places.values()) {
    for (const tensor of place.tensors ?? []) weights.add(tensor);
    const open = place.tensors?.every(isMatrix) && place.reads.every(({ value }) => isOnlyRead(value));
    for (const tensor of place.tensors ?? []) {
      if (!open) blocked.add(tensor.storage);
      else storages.set(tensor.storage, tensor);
    }
  }
  for (const tensor of otherTensors(program, places)) blocked.add(tensor.storage);

  const narrow = new Map<StorageData, StorageData>();
  for (const storage of storages.keys()) {
    const made = blocked.has(storage) ? undefined : narrowed(storage, dtype, runtime);
    if (made) narrow.set(storage, made);
  }
  replaceTensors(program, narrow, dtype);
  for (const place of places.values()) {
    if (!place.tensors?.some((tensor) => narrow.has(tensor.storage))) continue;
    for (const { graph, value } of place.reads) widen(graph, value);
  }
  const done = [...weights].filter((tensor) => narrow.has(tensor.storage)).length;
  return { tensors: done, of: weights.size };
}

function isMatrix({ dtype, shape }: TensorData): boolean {
  return dtype === "float32" && shape.length > 1;
}

/** Every attribute that code reads, with what the objects hold under it, and every constant tensor. */
function findPlaces(program: Program): Map<string | Node, Place> {
  const places = new Map<string | Node, Place>();
  const at = (key: string | Node): Place => {
    const known = places.get(key);
    if (known) return known;
    const place: Place = { reads: [], tensors: [] };
    places.set(key, place);
    return place;
  };
  for (const { fn } of functionsOf(program)) {
    for (const node of fn.graph.nodes()) {
      const constant = node.op === "prim::Constant" ? constantTensor(node) : undefined;
      if (constant) {
        const place = at(node);
        place.reads.push({ graph: fn.graph, value: node.output });
        place.tensors?.push(constant);
      } else if (node.op === "prim::GetAttr") {
        at(attributeKey(node)).reads.push({ graph: fn.graph, value: node.output });
      } else if (node.op === "prim::SetAttr") {
        at(attributeKey(node)).tensors = undefined;
      }
    }
  }
  for (const object of objectsOf(program)) {
    for (const [name, value] of object.attrs) {
      const place = at(`${object.type}.${name}`);
      if (value.kind === "tensor") place.tensors?.push(value.tensor);
      else place.tensors = undefined;
    }
  }
  return places;
}

function attributeKey(node: Node): string {
  const { type } = node.inputs[0]!;
  return `${type.kind === "Class" ? type.name : "?"}.${node.attr("name", "s")}`;
}

function constantTensor(node: Node): TensorData | undefined {
  const value = node.attr("value", "ival");
  return value?.kind === "tensor" ? value.tensor : node.attr("value", "t");
}

type ObjectValue = IValue & { kind: "object" };

/** All objects that the root and the constants hold. */
function objectsOf(program: Program): Set<ObjectValue> {
  const found = new Set<ObjectValue>();
  const visit = (value: IValue): void => {
    if (value.kind === "object") {
      if (found.has(value)) return;
      found.add(value);
    }
    for (const part of partsOf(value)) visit(part);
  };
  for (const value of rootsOf(program)) visit(value);
  return found;
}

function partsOf(value: IValue): Iterable<IValue> {
  switch (value.kind) {
    case "object":
      return value.attrs.values();
    case "list":
    case "tuple":
      return value.items;
    case "dict":
      return value.entries.flat();
    default:
      return [];
  }
}

function rootsOf(program: Program): IValue[] {
  const roots: IValue[] = program.root.kind === "object" ? [program.root.object] : [];
  for (const { fn } of functionsOf(program)) {
    for (const node of fn.graph.nodes()) {
      const value = node.op === "prim::Constant" ? node.attr("value", "ival") : undefined;
      if (value) roots.push(value);
    }
  }
  return roots;
}

/** Tensors that no place stands for: those in containers, in constants of classes, in defaults, and with derived data. */
function otherTensors(program: Program, places: ReadonlyMap<string | Node, Place>): TensorData[] {
  const found: TensorData[] = program.derived.map(({ tensor }) => tensor);
  const inside = (value: IValue): void => {
    if (value.kind === "tensor") found.push(value.tensor);
    else if (value.kind !== "object") for (const part of partsOf(value)) inside(part);
  };
  for (const object of objectsOf(program)) {
    for (const [name, value] of object.attrs) {
      if (value.kind !== "tensor") inside(value);
      else if (!places.get(`${object.type}.${name}`)?.tensors) found.push(value.tensor);
    }
  }
  for (const value of rootsOf(program)) if (value.kind !== "tensor") inside(value);
  for (const def of program.classes.values()) {
    if (def.kind === "enum" || def.kind === "interface") continue;
    for (const { value } of def.attributes) if (value) inside(value);
  }
  for (const { fn } of functionsOf(program)) {
    for (const arg of fn.schema.args) if (arg.default) inside(arg.default);
    for (const node of fn.graph.nodes()) {
      for (const attr of node.attrs.values()) if (attr.kind === "ts") found.push(...attr.value);
    }
  }
  return found;
}

/** True if every use, of the value and of views of it, is a kernel that reads it. */
function isOnlyRead(value: Value): boolean {
  return value.uses.every(({ user, index }) => {
    if (!(user instanceof Node)) return false;
    if (user.op === "prim::ListConstruct" || user.op === "prim::TupleConstruct")
      return isOnlyRead(user.output);
    const op = findOp(user.op);
    const arg = op && "kernel" in op.run ? op.schema.args[index] : undefined;
    if (!op || !arg || op.schema.vararg) return false;
    if (!arg.alias) return true;
    if (arg.alias.write || arg.alias.after || arg.alias.set.includes("*")) return false;
    const { set } = arg.alias;
    return op.schema.returns.every((ret, i) => !ret.alias?.set.includes(set) || isOnlyRead(user.outputs[i]!));
  });
}

/** The storage in the narrow dtype, rounded by the runtime; undefined if a number would become infinite. */
function narrowed(storage: StorageData, dtype: NarrowDType, runtime: Runtime): StorageData | undefined {
  const { bytes } = storage;
  const elements = Math.floor(bytes.length / 4);
  const wide = new Float32Array(bytes.slice(0, elements * 4).buffer);
  if (dtype === "float16" && wide.some((x) => Math.abs(x) > LARGEST_HALF && Number.isFinite(x)))
    return undefined;
  const whole: TensorData = { dtype: "float32", shape: [elements], strides: [1], offset: 0, storage };
  const [result] = runtime.callOp(castOp().id, castArguments(IValue.tensor(whole), dtype), 1);
  if (result?.kind !== "tensor")
    throw new SconceError({ code: "BAD_TENSOR", message: "a cast gave no tensor" });
  return { bytes: result.tensor.storage.bytes };
}

const CAST = "aten::to.dtype";

function castOp() {
  return findOp(CAST)!;
}

function castArguments(tensor: IValue, dtype: DType): IValue[] {
  return [tensor, IValue.int(dtypes[dtype].code), IValue.bool(false), IValue.bool(false), IValue.none];
}

/** Puts the narrow storages under the tensors; strides and offsets count elements and stay. */
function replaceTensors(
  program: Program,
  narrow: ReadonlyMap<StorageData, StorageData>,
  dtype: NarrowDType,
): void {
  const replaced = new Map<TensorData, TensorData>();
  const replace = (tensor: TensorData): TensorData => {
    const storage = narrow.get(tensor.storage);
    if (!storage) return tensor;
    const known = replaced.get(tensor) ?? { ...tensor, dtype, storage };
    replaced.set(tensor, known);
    return known;
  };
  for (const object of objectsOf(program)) {
    for (const [name, value] of object.attrs) {
      if (value.kind === "tensor" && narrow.has(value.tensor.storage))
        object.attrs.set(name, IValue.tensor(replace(value.tensor)));
    }
  }
  for (const { fn } of functionsOf(program)) {
    for (const node of fn.graph.nodes()) {
      if (node.op !== "prim::Constant") continue;
      const value = node.attrs.get("value");
      if (value?.kind === "ival" && value.value.kind === "tensor" && narrow.has(value.value.tensor.storage))
        node.attrs.set("value", { kind: "ival", value: IValue.tensor(replace(value.value.tensor)) });
      else if (value?.kind === "t" && narrow.has(value.value.storage))
        node.attrs.set("value", { kind: "t", value: replace(value.value) });
    }
  }
}

/** Every use of the value becomes one of its float32 form. */
function widen(graph: Graph, value: Value): void {
  const rewriter = new Rewriter(graph);
  const wide = rewriter.after(value.def as Node, (builder) => {
    const [, ...rest] = castArguments(IValue.none, "float32");
    return builder.op(CAST, [value, ...rest.map((item) => builder.constant(item))], value.type);
  });
  rewriter.replaceUses(value, wide, ({ user }) => user !== wide.def);
}
