/** The rules of peephole.ts: by operator, each gives what the node is the same as, if it can say so. */

import { dtypes } from "../../format/dtype.ts";
import { baseName, constantOf, type Node, type Value } from "../../format/ir/graph.ts";
import { findOp } from "../../format/ops/table.ts";
import { IntType, isSubtype, type Type, typeEquals } from "../../format/types.ts";
import { IValue, isContiguous, numel } from "../../format/value.ts";
import { constBool, constInt, constTensor, isNone } from "./constants.ts";
import { dtypeOf, isFloating } from "./dtypes.ts";
import { argument } from "./effects.ts";
import type { Peephole, Replacement } from "./peephole.ts";

export type Rule = (node: Node, at: Peephole) => Replacement;

const none: readonly Rule[] = [];

/** The rules that may apply to a node. */
export function rulesFor(node: Node): readonly Rule[] {
  const found = byName.get(baseName(node.op));
  if (found !== undefined) return found;
  const run = findOp(node.op)?.run;
  return run !== undefined && "module" in run && run.module === "kernels/info" ? FIXED : none;
}

// --- None and types -----------------------------------------------------------------------------------------------

/** True or false where the type says whether a value is None. */
function isNoneByType(value: Value): boolean | undefined {
  if (isNone(value)) return true;
  return mayBeNone(value.type) ? undefined : false;
}

function mayBeNone(type: Type): boolean {
  switch (type.kind) {
    case "None":
    case "Optional":
    case "Any":
    case "Var":
      return true;
    case "Union":
      return type.members.some(mayBeNone);
    default:
      return false;
  }
}

const identity =
  (same: boolean): Rule =>
  (node, at) => {
    const [a, b] = node.inputs as [Value, Value];
    const other = isNone(b) ? a : isNone(a) ? b : undefined;
    const known = other && isNoneByType(other);
    return known === undefined ? undefined : at.bool(known === same);
  };

/** A cast to a type that the value is known to have. */
const cast: Rule = (node) => {
  const [value] = node.inputs;
  return value !== undefined && isSubtype(value.type, node.output.type) ? value : undefined;
};

const unwrapOptional: Rule = (node) => {
  const [value] = node.inputs;
  return value !== undefined && !mayBeNone(value.type) && isSubtype(value.type, node.output.type)
    ? value
    : undefined;
};

const PLAIN: ReadonlySet<string> = new Set([
  "int",
  "float",
  "bool",
  "str",
  "Tensor",
  "None",
  "Device",
  "complex",
]);

/** Whether a value of type `type` is one of `wanted`: undefined if only the value can tell. */
function isOneOf(type: Type, wanted: readonly Type[]): boolean | undefined {
  const parts =
    type.kind === "Optional"
      ? [type.elem, { kind: "None" } as Type]
      : type.kind === "Union"
        ? type.members
        : [type];
  const answers = parts.map((part) => {
    if (wanted.some((other) => typeEquals(part, other) && (PLAIN.has(part.kind) || part.kind === "List")))
      return true;
    return PLAIN.has(part.kind) && wanted.every((other) => PLAIN.has(other.kind) || other.kind === "List")
      ? false
      : undefined;
  });
  return answers.every((answer) => answer === answers[0]) ? answers[0] : undefined;
}

const isInstance: Rule = (node, at) => {
  const known = isOneOf(node.inputs[0]!.type, node.attr("types", "tys") ?? []);
  return known === undefined ? undefined : at.bool(known);
};

// --- Containers made in the graph ---------------------------------------------------------------------------------

function madeBy(value: Value | undefined, op: string): readonly Value[] | undefined {
  return value?.node?.op === op ? value.node.inputs : undefined;
}

function fits(value: Value, output: Value): boolean {
  return isSubtype(value.type, output.type);
}

function all(values: readonly Value[], outputs: readonly Value[]): Replacement {
  if (values.length !== outputs.length) return undefined;
  return values.every((value, i) => fits(value, outputs[i]!)) ? values : undefined;
}

const tupleUnpack: Rule = (node) => {
  const made = madeBy(node.inputs[0], "prim::TupleConstruct");
  return made && all(made, node.outputs);
};

function item(made: readonly Value[] | undefined, index: number | undefined, output: Value): Replacement {
  const found = index === undefined ? undefined : made?.at(index);
  return found !== undefined && fits(found, output) ? found : undefined;
}

const tupleIndex: Rule = (node) =>
  item(madeBy(node.inputs[0], "prim::TupleConstruct"), constInt(node.inputs[1]), node.output);

const tupleSlice: Rule = (node, at) => {
  const made = madeBy(node.inputs[0], "prim::TupleConstruct");
  if (made === undefined) return undefined;
  const part = made.slice(Number(node.attr("beg", "i")), Number(node.attr("end", "i")));
  return at.build((builder) => builder.op("prim::TupleConstruct", part, node.output.type));
};

const getAttr: Rule = (node) => {
  const { type } = node.inputs[0]!;
  if (type.kind !== "Tuple") return undefined;
  const index = type.names?.indexOf(node.attr("name", "s")!) ?? -1;
  return index < 0 ? undefined : item(madeBy(node.inputs[0], "prim::TupleConstruct"), index, node.output);
};

const listUnpack: Rule = (node, at) => {
  const made = madeBy(node.inputs[0], "prim::ListConstruct");
  return made && at.keepsItems(node.inputs[0]!) ? all(made, node.outputs) : undefined;
};

const getItem: Rule = (node, at) => {
  const made = madeBy(node.inputs[0], "prim::ListConstruct");
  if (made === undefined || !at.keepsItems(node.inputs[0]!)) return undefined;
  return item(made, constInt(node.inputs[1]), node.output);
};

const length: Rule = (node, at) => {
  const [list] = node.inputs as [Value];
  const made = madeBy(list, "prim::ListConstruct");
  if (made !== undefined) return at.keepsItems(list) ? at.int(made.length) : undefined;
  if (list.node?.op === "aten::size" && list.node.inputs.length === 1 && at.keepsItems(list)) {
    const [tensor] = list.node.inputs as [Value];
    return at.build((builder) => builder.op("aten::dim", [tensor], IntType));
  }
  const shape = node.op === "aten::len.Tensor" ? shapeOf(list, at) : undefined;
  return shape?.[0] === undefined ? undefined : at.int(shape[0]);
};

// --- Facts about tensors ------------------------------------------------------------------------------------------

/** The shape of a constant that nobody writes. */
function shapeOf(value: Value, at: Peephole): readonly number[] | undefined {
  const tensor = constTensor(value);
  return tensor !== undefined && at.isUnwritten(value) ? tensor.shape : undefined;
}

const size: Rule = (node, at) => {
  const shape = shapeOf(node.inputs[0]!, at);
  if (shape === undefined) return undefined;
  if (node.inputs.length === 1) {
    // The caller would find one list in the place of many.
    if (at.aliases.hasWriters(node.output) || at.aliases.escapes(node.output)) return undefined;
    return at.constant(
      IValue.list(
        IntType,
        shape.map((n) => IValue.int(n)),
      ),
    );
  }
  const found = shape.at(constInt(node.inputs[1]) ?? Number.NaN);
  const dim = constInt(node.inputs[1]);
  return dim === undefined || found === undefined || dim < -shape.length ? undefined : at.int(found);
};

/** The number of dimensions, or the same of a tensor that came before. */
const dim: Rule = (node, at) => {
  const [self] = node.inputs as [Value];
  const shape = shapeOf(self, at);
  if (shape !== undefined) return at.int(shape.length);
  const rank = at.rankOf(self);
  if (rank === undefined || rank.of === self) return undefined;
  const { of } = rank;
  return of === undefined
    ? at.int(rank.count)
    : at.build((builder) => builder.op("aten::dim", [of], IntType));
};

const count: Rule = (node, at) => {
  const shape = shapeOf(node.inputs[0]!, at);
  return shape && at.int(numel(shape));
};

const dtype: Rule = (node, at) => {
  const known = dtypeOf(node.inputs[0]!);
  return known && at.int(dtypes[known].code);
};

const floating: Rule = (node, at) => {
  const known = dtypeOf(node.inputs[0]!);
  return known && at.bool(isFloating(known));
};

const contiguity: Rule = (node, at) => {
  const tensor = node.inputs.length === 1 ? constTensor(node.inputs[0]) : undefined;
  return tensor && at.isUnwritten(node.inputs[0]!) ? at.bool(isContiguous(tensor)) : undefined;
};

const device: Rule = (_, at) => at.constant(IValue.device("cpu"));

/** `is_cuda` and all the others to which the answer is the same for every tensor. */
const fixed: Rule = (node, at) => {
  const run = findOp(node.op)!.run;
  const kernel = "kernel" in run ? run.kernel : "";
  const answers = kernel === "always" || kernel === "never" || kernel === "neverEvenNested";
  return answers ? at.bool(kernel === "always") : undefined;
};

const FIXED: readonly Rule[] = [fixed];

// --- Tensors that stay what they are ------------------------------------------------------------------------------

/** `to` gives its very argument where dtype and device are those it has and no copy is asked for. */
const to: Rule = (node) => {
  const self = argument(node, "self");
  const wanted = argument(node, "dtype");
  const where = argument(node, "device");
  if (self === undefined || (wanted === undefined && where === undefined)) return undefined;
  if (constBool(argument(node, "copy")) !== false) return undefined;
  for (const name of ["memory_format", "layout", "pin_memory"]) {
    const option = argument(node, name);
    if (option !== undefined && !isNone(option)) return undefined;
  }
  const place = where && constantOf(where);
  if (where !== undefined && !isNone(where) && !(place?.kind === "device" && place.value === "cpu"))
    return undefined;
  if (wanted !== undefined && !isNone(wanted)) {
    const known = dtypeOf(self);
    if (known === undefined || constInt(wanted) !== dtypes[known].code) return undefined;
  }
  return self;
};

const itself: Rule = (node) => node.inputs[0];

/** A view that changes nothing: its argument, where nobody could turn one of the two without the other. */
function sameView(node: Node, at: Peephole, value: Value | undefined): Replacement {
  return value !== undefined && at.isInterchangeable(node.output, value) ? value : undefined;
}

const detach: Rule = (node, at) => sameView(node, at, node.inputs[0]);

/** Two transpositions that undo each other. */
const transpose: Rule = (node, at) => {
  const inner = node.inputs[0]!.node;
  if (inner?.op !== node.op) return undefined;
  if (node.op === "aten::t") return sameView(node, at, inner.inputs[0]);
  const [a, b] = node.inputs.slice(1).map(constInt);
  const [c, d] = inner.inputs.slice(1).map(constInt);
  if (a === undefined || b === undefined || c === undefined || d === undefined) return undefined;
  // Dimensions counted from either end only compare when all are counted from the same.
  if (Math.sign(a + 0.5) !== Math.sign(b + 0.5) || Math.sign(a + 0.5) !== Math.sign(c + 0.5))
    return undefined;
  const undone = (a === c && b === d) || (a === d && b === c);
  return undone ? sameView(node, at, inner.inputs[0]) : undefined;
};

/** `expand` or `view` to the tensor's own size. */
const ownSize: Rule = (node, at) => {
  const [self, sizes] = node.inputs as [Value, Value];
  const asked = sizes.node;
  if (asked?.op !== "aten::size" || asked.inputs[0] !== self || !at.keepsItems(sizes)) return undefined;
  return sameView(node, at, self);
};

const asItself: Rule = (node, at) =>
  node.inputs[0] === node.inputs[1] ? sameView(node, at, node.inputs[0]) : undefined;

/** A number that became a tensor and is read back. */
const readBack: Rule = (node, at) => {
  const made = node.inputs[0]!.node;
  if (made === undefined || baseName(made.op) !== "prim::NumToTensor" || !at.isUnwritten(made.output))
    return undefined;
  const [number] = made.inputs as [Value];
  return number.type.kind === node.output.type.kind && number.type.kind !== "Scalar" ? number : undefined;
};

/** A guard of a trace that is known to hold. */
const guard: Rule = (node) => {
  const value = constantOf(node.inputs[0]!);
  if (value?.kind === "int") return node.attr("expected", "i") === value.value ? [] : undefined;
  if (value?.kind === "bool") return node.attr("expected", "i") === (value.value ? 1n : 0n) ? [] : undefined;
  if (value?.kind === "float") return Object.is(node.attr("expected", "f"), value.value) ? [] : undefined;
  return undefined;
};

const byName: ReadonlyMap<string, readonly Rule[]> = new Map<string, readonly Rule[]>([
  ["aten::__is__", [identity(true)]],
  ["aten::__isnot__", [identity(false)]],
  ["prim::unchecked_cast", [cast]],
  ["prim::unchecked_unwrap_optional", [cast]],
  ["aten::_unwrap_optional", [unwrapOptional]],
  ["prim::isinstance", [isInstance]],
  ["prim::TupleUnpack", [tupleUnpack]],
  ["prim::TupleIndex", [tupleIndex]],
  ["prim::TupleSlice", [tupleSlice]],
  ["prim::GetAttr", [getAttr]],
  ["prim::ListUnpack", [listUnpack]],
  ["aten::__getitem__", [getItem]],
  ["aten::len", [length]],
  ["aten::size", [size]],
  ["aten::dim", [dim]],
  ["aten::numel", [count]],
  ["prim::dtype", [dtype]],
  ["prim::device", [device]],
  ["aten::is_floating_point", [floating]],
  ["aten::is_contiguous", [contiguity]],
  ["aten::to", [to]],
  ["aten::cpu", [itself]],
  ["aten::detach", [detach]],
  ["aten::t", [transpose]],
  ["aten::transpose", [transpose]],
  ["aten::expand", [ownSize]],
  ["aten::view", [ownSize]],
  ["aten::reshape", [ownSize]],
  ["aten::expand_as", [asItself]],
  ["aten::view_as", [asItself]],
  ["aten::reshape_as", [asItself]],
  ["aten::Int", [readBack]],
  ["aten::Float", [readBack]],
  ["aten::Bool", [readBack]],
  ["aten::IntImplicit", [readBack]],
  ["aten::FloatImplicit", [readBack]],
  ["sconce::guard_int", [guard]],
  ["sconce::guard_float", [guard]],
  ["sconce::guard_bool", [guard]],
]);
