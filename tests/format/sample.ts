/** A program that uses everything a file can hold; the tests of format/ share it. */

import { GraphBuilder } from "../../format/ir/builder.ts";
import { Attr, type Graph } from "../../format/ir/graph.ts";
import { addClass, emptyProgram, type Program } from "../../format/ir/program.ts";
import {
  BoolType,
  classType,
  enumType,
  FloatType,
  futureOf,
  IntType,
  interfaceType,
  listOf,
  NoneType,
  optionalOf,
  StrType,
  TensorType,
} from "../../format/types.ts";
import { bytesOf, IValue, tensorFromBytes } from "../../format/value.ts";

export const LINEAR = "__torch__.Linear";
export const NET = "__torch__.Net";

/** Linear's graph: `self.weight`, `self.bias`, one operator. */
function linearForward(): Graph {
  const b = new GraphBuilder();
  const self = b.input(classType(LINEAR), "self");
  const x = b.input(TensorType, "x.1");
  b.range = { file: "model.ts", line: 4, col: 11 };
  b.scope = "net/linear";
  const weight = b.getAttr(self, "weight", TensorType);
  const bias = b.getAttr(self, "bias", TensorType);
  b.returns([b.op("aten::linear", [x, weight, bias], TensorType)]);
  return b.graph;
}

/** Net's graph: a loop with a branch inside, a call, a fork, guards, constants of every kind. */
function netForward(): Graph {
  const b = new GraphBuilder();
  const self = b.input(classType(NET), "self");
  const x = b.input(TensorType, "x");
  b.range = { file: "model.ts", line: 12, col: 4 };
  const yes = b.constant(IValue.bool(true));
  const zero = b.constant(IValue.int(0));
  const one = b.constant(IValue.int(1));
  const linear = b.getAttr(self, "linear", classType(LINEAR));
  const hidden = b.callMethod(linear, "forward", [x], TensorType);
  const steps = b.getAttr(self, "steps", IntType);
  b.range = { file: "a dir/my # file:2.ts", line: 1, col: 0 };
  const loop = b.loop(steps, yes, [hidden], (i, [carried]) => {
    const big = b.op("aten::gt.int", [i, one], BoolType);
    const branch = b.if(
      big,
      [{ type: TensorType, name: "h" }],
      () => [b.op("aten::relu", [carried!], TensorType)],
      () => [b.op("aten::add.Scalar", [carried!, i, one], TensorType)],
    );
    return { cond: yes, carried: [branch.output] };
  });
  const size = b.op("aten::size.int", [loop.output, zero], IntType);
  b.guard(size, 2n, 'size "0" of x\nwas 2');
  b.guard(b.constant(IValue.float(-0)), -0, "zero");
  b.guard(yes, true, "yes");
  const sub = new GraphBuilder();
  const t = sub.input(TensorType, "t");
  sub.returns([sub.op("aten::neg", [t], TensorType)]);
  const future = b.op("prim::fork", [loop.output], futureOf(TensorType), { Subgraph: Attr.graph(sub.graph) });
  const waited = b.op("aten::wait", [future], TensorType);
  const helped = b.callFunction("__torch__.helper", [waited, b.constant(IValue.float(1e-5))], TensorType);
  const text = b.constant(IValue.str('é\uD800 "x" \'\\\n'));
  const none = b.constant(IValue.none);
  const color = b.constant(IValue.enum("__torch__.Color", "RED", IValue.int(1)));
  const weights = b.constant(IValue.tensor(floats([2], [Number.NaN, -0])));
  const list = b.constant(
    IValue.list(optionalOf(IntType), [IValue.int(1), IValue.none, IValue.int(2n ** 62n)]),
  );
  const point = b.constant(IValue.tuple([IValue.float(0.1), IValue.str("p")], ["x", "y"], "__torch__.Point"));
  const table = b.constant(
    IValue.dict(StrType, FloatType, [[IValue.str("a"), IValue.float(Number.POSITIVE_INFINITY)]]),
  );
  b.isinstance(none, [IntType, NoneType, listOf(TensorType)]);
  b.node("prim::Print", [text, none, color, weights, list, point, table]);
  b.node("custom::all", [], [], {
    f: Attr.float(1.5),
    fs: { kind: "fs", value: [1, -0, Number.NaN] },
    is: { kind: "is", value: [] },
    big: Attr.int(-(2n ** 63n)),
    ss: { kind: "ss", value: ["a", "b,c"] },
    t: Attr.tensor(floats([1], [7])),
    ts: { kind: "ts", value: [floats([1], [7])] },
    ty: Attr.type(enumType("__torch__.Color")),
    v: Attr.ivalue(IValue.bool(false)),
    vs: { kind: "ivals", value: [IValue.int(3), IValue.device("cpu")] },
  });
  b.returns([helped]);
  return b.graph;
}

function helper(): Graph {
  const b = new GraphBuilder();
  const x = b.input(TensorType, "x");
  const scale = b.input(FloatType, "scale");
  b.returns([b.op("aten::mul.Scalar", [x, scale], TensorType)]);
  return b.graph;
}

/** A float32 tensor of its own. */
export function floats(shape: number[], values: number[]) {
  return tensorFromBytes("float32", shape, bytesOf(Float32Array.from(values)));
}

export function sampleProgram(): Program {
  const weight = floats([3, 2], [1, 2, 3, 4, 5, 6]);
  const bias = { ...weight, shape: [3], strides: [2], offset: 0 };
  const linearObject = IValue.object(
    LINEAR,
    new Map([
      ["weight", IValue.tensor(weight)],
      ["bias", IValue.tensor(bias)],
      ["training", IValue.bool(false)],
    ]),
  );
  const history = IValue.list(TensorType, [IValue.tensor(weight)]);
  const packed = IValue.object(
    "__torch__.torch.classes.quantized.Packed",
    new Map([["scale", IValue.float(0.5)]]),
  );
  const root = IValue.object(
    NET,
    new Map<string, IValue>([
      ["linear", linearObject],
      ["tied", linearObject],
      ["steps", IValue.int(3)],
      ["history", history],
      ["again", history],
      ["packed", packed],
    ]),
  );
  const program = emptyProgram({ kind: "object", object: root as IValue & { kind: "object" } });

  const linear = addClass(program, "module", LINEAR);
  linear.attributes.push(
    { name: "weight", type: TensorType, kind: "parameter" },
    { name: "bias", type: TensorType, kind: "parameter" },
    { name: "training", type: BoolType, kind: "attribute" },
    { name: "features", type: IntType, kind: "constant", value: IValue.int(3) },
  );
  linear.methods.push({
    name: "forward",
    schema: {
      args: [
        { name: "self", type: classType(LINEAR) },
        { name: "x", type: TensorType },
      ],
      returns: [{ type: TensorType }],
    },
    graph: linearForward(),
  });

  const net = addClass(program, "module", NET);
  net.attributes.push(
    { name: "linear", type: classType(LINEAR), kind: "module" },
    { name: "tied", type: interfaceType("__torch__.Layer"), kind: "module" },
    { name: "steps", type: IntType, kind: "attribute" },
    { name: "history", type: listOf(TensorType), kind: "buffer" },
    { name: "again", type: listOf(TensorType), kind: "attribute" },
    { name: "packed", type: classType("__torch__.torch.classes.quantized.Packed"), kind: "attribute" },
  );
  net.methods.push({
    name: "forward",
    schema: {
      args: [
        { name: "self", type: classType(NET) },
        { name: "x", type: TensorType },
      ],
      returns: [{ type: TensorType, name: "y" }],
    },
    graph: netForward(),
  });
  net.forwardHooks.push("forward");
  net.properties.push({ name: "out", getter: "forward" });

  program.classes.set("__torch__.Layer", {
    kind: "interface",
    name: "__torch__.Layer",
    methods: [{ ...linear.methods[0]!, schema: structuredClone(linear.methods[0]!.schema) }],
  });
  program.classes.set("__torch__.Color", {
    kind: "enum",
    name: "__torch__.Color",
    valueType: IntType,
    members: [
      { name: "RED", value: IValue.int(1) },
      { name: "BLUE", value: IValue.int(2) },
    ],
  });
  program.functions.set("__torch__.helper", {
    name: "__torch__.helper",
    schema: {
      args: [
        { name: "x", type: TensorType },
        { name: "scale", type: FloatType, default: IValue.float(2), kwarg: true },
      ],
      returns: [{ type: TensorType }],
    },
    graph: helper(),
  });
  program.metadata.set("producer", "tests");
  program.extraFiles.set("labels.txt", new TextEncoder().encode("cat\ndog\n"));
  program.extraFiles.set("empty", new Uint8Array());
  program.sources.set("model.ts", "export class Net {}\n");
  program.derived.push({
    layout: "gemm",
    version: 1,
    tensor: weight,
    bytes: Uint8Array.of(9, 8, 7),
    params: [4, -1],
  });
  return program;
}
