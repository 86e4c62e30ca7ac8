/** The verifier's rules for nodes that are structure rather than operators: control flow, containers, objects, guards. */

import {
  BoolType,
  FloatType,
  FunctionType,
  IntType,
  JsErrorType,
  NoneType,
  printType,
  StrType,
  TensorType,
  type Type,
  typeEquals,
} from "../types.ts";
import { typeOfValue } from "../value.ts";
import { type AttrKind, constantOf, type Node } from "./graph.ts";
import { type FnSchema, findMethod } from "./program.ts";
import type { Checker } from "./verify.ts";

export type NodeRule = (node: Node, checker: Checker) => void;

/** Refuses the node unless it has exactly these attributes. */
function attrs(node: Node, checker: Checker, wanted: Readonly<Record<string, AttrKind>>): void {
  for (const [name, kind] of Object.entries(wanted)) {
    const got = node.attrs.get(name)?.kind;
    if (got !== kind) checker.refuse(node, `attribute ${name} of kind ${kind}`, got ?? "none");
  }
  const stray = [...node.attrs.keys()].find((name) => !Object.hasOwn(wanted, name));
  if (stray !== undefined) checker.refuse(node, "no other attributes", stray);
}

function constant(node: Node, checker: Checker): void {
  checker.shape(node, 0, 1);
  const { type } = node.output;
  if (node.attrs.has("name")) {
    attrs(node, checker, { name: "s" });
    checker.fits(node, "output", FunctionType, type);
    const name = node.attr("name", "s")!;
    if (checker.program !== undefined && !checker.program.functions.has(name)) {
      checker.report(node, "a free function of the program", name);
    }
  } else if (node.attrs.size === 0) {
    checker.fits(node, "output", NoneType, type);
  } else {
    attrs(node, checker, { value: "ival" });
    checker.fits(node, "output", typeOfValue(node.attr("value", "ival")!), type);
  }
}

function branch(node: Node, checker: Checker): void {
  checker.shape(node, 1, undefined, 2);
  checker.fits(node, "condition", node.inputs[0]!.type, BoolType);
  for (const block of node.blocks) {
    if (block.params.length !== 0)
      checker.report(node, "blocks without parameters", `${block.params.length}`);
    returnsFit(
      node,
      checker,
      block.returns.map(({ type }) => type),
      node.outputs.map(({ type }) => type),
    );
  }
}

function tryCatch(node: Node, checker: Checker): void {
  checker.shape(node, 0, undefined, 2);
  const outputs = node.outputs.map(({ type }) => type);
  for (const [i, block] of node.blocks.entries()) {
    const params = block.params.map(({ type }) => type);
    if (params.length !== i) checker.refuse(node, `${i} parameters of block ${i}`, `${params.length}`);
    for (const type of params) checker.fits(node, "the caught error", JsErrorType, type);
    returnsFit(
      node,
      checker,
      block.returns.map(({ type }) => type),
      outputs,
    );
  }
}

/** `js::rethrow`, `js::errorName`, `js::errorMessage`. */
function ofError(output: Type | undefined): NodeRule {
  return (node, checker) => {
    checker.shape(node, 1, output === undefined ? 0 : 1);
    checker.fits(node, "the error", node.inputs[0]!.type, JsErrorType);
    if (output !== undefined) checker.fits(node, "output", output, node.output.type);
  };
}

function loop(node: Node, checker: Checker): void {
  checker.shape(node, undefined, undefined, 1);
  const [trip, cond, ...carried] = node.inputs.map(({ type }) => type);
  checker.fits(node, "trip count", trip, IntType);
  checker.fits(node, "condition", cond, BoolType);
  const [index, ...params] = node.blocks[0]!.params.map(({ type }) => type);
  const [again, ...next] = node.blocks[0]!.returns.map(({ type }) => type);
  const outputs = node.outputs.map(({ type }) => type);
  if (index === undefined || !typeEquals(index, IntType)) {
    checker.report(
      node,
      "a block whose first parameter is int",
      index === undefined ? "none" : printType(index),
    );
  }
  checker.fits(node, "what the block returns first", again, BoolType);
  returnsFit(node, checker, carried, params);
  returnsFit(node, checker, next, params);
  returnsFit(node, checker, params, outputs);
}

/** As many types, each fitting its target. */
function returnsFit(node: Node, checker: Checker, got: readonly Type[], wanted: readonly Type[]): void {
  if (got.length !== wanted.length) checker.refuse(node, `${wanted.length} values`, `${got.length}`);
  got.forEach((type, i) => {
    checker.fits(node, `value ${i}`, type, wanted[i]!);
  });
}

function listConstruct(node: Node, checker: Checker): void {
  checker.shape(node, undefined, 1);
  const { type } = node.output;
  if (type.kind !== "List") checker.refuse(node, "a list type", printType(type));
  node.inputs.forEach((input, i) => {
    checker.fits(node, `element ${i}`, input.type, type.elem);
  });
}

function listUnpack(node: Node, checker: Checker): void {
  checker.shape(node, 1, undefined);
  const { type } = node.inputs[0]!;
  if (type.kind !== "List") checker.refuse(node, "a list", printType(type));
  for (const output of node.outputs) checker.fits(node, `output ${output.index}`, type.elem, output.type);
}

function tupleConstruct(node: Node, checker: Checker): void {
  checker.shape(node, undefined, 1);
  const { type } = node.output;
  if (type.kind !== "Tuple") checker.refuse(node, "a tuple type", printType(type));
  returnsFit(
    node,
    checker,
    node.inputs.map((input) => input.type),
    type.elems,
  );
}

function tupleElems(node: Node, checker: Checker): readonly Type[] {
  const type = node.inputs[0]!.type;
  return type.kind === "Tuple" ? type.elems : checker.refuse(node, "a tuple", printType(type));
}

function tupleUnpack(node: Node, checker: Checker): void {
  checker.shape(node, 1, undefined);
  const elems = tupleElems(node, checker);
  returnsFit(
    node,
    checker,
    elems,
    node.outputs.map(({ type }) => type),
  );
}

function tupleIndex(node: Node, checker: Checker): void {
  checker.shape(node, 2, 1);
  const elems = tupleElems(node, checker);
  checker.fits(node, "index", node.inputs[1]!.type, IntType);
  const index = constantOf(node.inputs[1]!);
  if (index?.kind !== "int") {
    // Any element may be meant.
    for (const elem of elems) checker.fits(node, "output", elem, node.output.type);
    return;
  }
  const at = Number(index.value) + (index.value < 0n ? elems.length : 0);
  const elem = elems[at];
  if (elem === undefined) checker.report(node, `an index into ${elems.length} elements`, String(index.value));
  else checker.fits(node, "output", elem, node.output.type);
}

function tupleSlice(node: Node, checker: Checker): void {
  checker.shape(node, 1, 1);
  attrs(node, checker, { beg: "i", end: "i" });
  const elems = tupleElems(node, checker);
  const { type } = node.output;
  if (type.kind !== "Tuple") checker.refuse(node, "a tuple type", printType(type));
  const slice = elems.slice(Number(node.attr("beg", "i")), Number(node.attr("end", "i")));
  returnsFit(node, checker, slice, type.elems);
}

function dictConstruct(node: Node, checker: Checker): void {
  checker.shape(node, undefined, 1);
  const { type } = node.output;
  if (type.kind !== "Dict") checker.refuse(node, "a dict type", printType(type));
  if (node.inputs.length % 2 !== 0) checker.refuse(node, "keys and values in pairs", `${node.inputs.length}`);
  node.inputs.forEach((input, i) => {
    checker.fits(node, i % 2 === 0 ? "key" : "value", input.type, i % 2 === 0 ? type.key : type.value);
  });
}

/** The type of the attribute that a GetAttr or SetAttr names, if its class is known. */
function attributeType(node: Node, checker: Checker): Type | undefined {
  const { type } = node.inputs[0]!;
  const name = node.attr("name", "s")!;
  if (type.kind === "Tuple" && type.names !== undefined) {
    const index = type.names.indexOf(name);
    if (index < 0) checker.report(node, `a field of ${printType(type)}`, name);
    return type.elems[index];
  }
  if (type.kind !== "Class") checker.refuse(node, "an object", printType(type));
  const def = checker.program?.classes.get(type.name);
  if (def?.kind !== "module" && def?.kind !== "class") return undefined;
  const attribute = def.attributes.find((candidate) => candidate.name === name);
  if (attribute === undefined) checker.report(node, `an attribute of ${type.name}`, name);
  else if (node.op === "prim::SetAttr" && attribute.kind === "constant") {
    checker.report(node, "an attribute that is not a constant", name);
  }
  return attribute?.type;
}

function getAttr(node: Node, checker: Checker): void {
  checker.shape(node, 1, 1);
  attrs(node, checker, { name: "s" });
  const type = attributeType(node, checker);
  if (type !== undefined) checker.fits(node, "output", type, node.output.type);
}

function setAttr(node: Node, checker: Checker): void {
  checker.shape(node, 2, 0);
  attrs(node, checker, { name: "s" });
  const type = attributeType(node, checker);
  if (type !== undefined) checker.fits(node, node.attr("name", "s")!, node.inputs[1]!.type, type);
}

function createObject(node: Node, checker: Checker): void {
  checker.shape(node, 0, 1);
  if (node.output.type.kind !== "Class") checker.report(node, "a class", printType(node.output.type));
}

function callMethod(node: Node, checker: Checker): void {
  checker.shape(node, undefined, undefined);
  attrs(node, checker, { name: "s" });
  const type = node.inputs[0]?.type;
  if (type?.kind !== "Class" && type?.kind !== "Interface") {
    checker.refuse(node, "an object", type === undefined ? "nothing" : printType(type));
  }
  const name = node.attr("name", "s")!;
  if (!checker.program?.classes.has(type.name)) return;
  const method = findMethod(checker.program, type.name, name);
  if (method === undefined) checker.refuse(node, `a method of ${type.name}`, name);
  call(
    node,
    checker,
    node.inputs.slice(1).map((input) => input.type),
    { ...method.schema, args: method.schema.args.slice(1) },
  );
}

function callFunction(node: Node, checker: Checker): void {
  checker.shape(node, undefined, undefined);
  checker.fits(node, "the function", node.inputs[0]?.type, FunctionType);
  const name = node.inputs[0]?.node?.attr("name", "s");
  const fn = name === undefined ? undefined : checker.program?.functions.get(name);
  if (fn !== undefined)
    call(
      node,
      checker,
      node.inputs.slice(1).map((input) => input.type),
      fn.schema,
    );
}

/** Argument and result types against the signature that is called; all arguments are given. */
function call(node: Node, checker: Checker, args: readonly Type[], schema: FnSchema): void {
  returnsFit(
    node,
    checker,
    args,
    schema.args.map(({ type }) => type),
  );
  returnsFit(
    node,
    checker,
    schema.returns.map(({ type }) => type),
    node.outputs.map(({ type }) => type),
  );
}

function fork(node: Node, checker: Checker): void {
  checker.shape(node, undefined, 1);
  attrs(node, checker, { Subgraph: "g" });
  const graph = node.attr("Subgraph", "g")!;
  const { type } = node.output;
  if (type.kind !== "Future") checker.refuse(node, "a future", printType(type));
  returnsFit(
    node,
    checker,
    node.inputs.map((input) => input.type),
    graph.inputs.map((input) => input.type),
  );
  returnsFit(
    node,
    checker,
    graph.outputs.map((output) => output.type),
    [type.elem],
  );
}

/** Any type may be claimed: in a branch that is never taken even one that has nothing to do with the value's. */
function uncheckedCast(node: Node, checker: Checker): void {
  checker.shape(node, 1, 1);
}

function isInstance(node: Node, checker: Checker): void {
  checker.shape(node, 1, 1);
  attrs(node, checker, { types: "tys" });
  checker.fits(node, "output", BoolType, node.output.type);
}

function raise(node: Node, checker: Checker): void {
  checker.shape(node, undefined, 0);
  const [message, name, ...rest] = node.inputs.map(({ type }) => type);
  checker.fits(node, "message", message, StrType);
  if (name !== undefined && !checker.isSubtype(name, StrType))
    checker.fits(node, "class name", name, NoneType);
  if (rest.length > 0) checker.report(node, "a message and a class name", `${rest.length} more`);
}

function numToTensor(node: Node, checker: Checker): void {
  checker.shape(node, 1, 1);
  checker.fits(node, "input", node.inputs[0]!.type, { kind: "Scalar" });
  checker.fits(node, "output", TensorType, node.output.type);
}

function toList(node: Node, checker: Checker): void {
  checker.shape(node, 3, 1);
  [TensorType, IntType, IntType].forEach((type, i) => {
    checker.fits(node, `input ${i}`, node.inputs[i]!.type, type);
  });
}

function guard(input: Type, expected: AttrKind): NodeRule {
  return (node, checker) => {
    checker.shape(node, 1, 0);
    attrs(node, checker, { expected, message: "s" });
    checker.fits(node, "actual", node.inputs[0]!.type, input);
  };
}

/** By operator, without overload where the operator has none. */
export const nodeRules: ReadonlyMap<string, NodeRule> = new Map<string, NodeRule>([
  ["prim::Constant", constant],
  ["prim::If", branch],
  ["prim::Loop", loop],
  ["js::Try", tryCatch],
  ["js::rethrow", ofError(undefined)],
  ["js::errorName", ofError(StrType)],
  ["js::errorMessage", ofError(StrType)],
  ["prim::ListConstruct", listConstruct],
  ["prim::ListUnpack", listUnpack],
  ["prim::TupleConstruct", tupleConstruct],
  ["prim::TupleUnpack", tupleUnpack],
  ["prim::TupleIndex", tupleIndex],
  ["prim::TupleSlice", tupleSlice],
  ["prim::DictConstruct", dictConstruct],
  ["prim::GetAttr", getAttr],
  ["prim::SetAttr", setAttr],
  ["prim::CreateObject", createObject],
  ["prim::CallMethod", callMethod],
  ["prim::CallFunction", callFunction],
  ["prim::fork", fork],
  ["prim::unchecked_cast", uncheckedCast],
  ["prim::isinstance", isInstance],
  ["prim::Uninitialized", (node, checker) => void checker.shape(node, 0, 1)],
  ["prim::RaiseException", raise],
  ["prim::tolist", toList],
  ["prim::NumToTensor", numToTensor],
  ["prim::NumToTensor.Scalar", numToTensor],
  ["prim::NumToTensor.bool", numToTensor],
  ["sconce::guard_int", guard(IntType, "i")],
  ["sconce::guard_float", guard(FloatType, "f")],
  ["sconce::guard_bool", guard(BoolType, "i")],
]);
