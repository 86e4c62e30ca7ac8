/** A program that uses every part of the file format: for tests that damage files, and for round trips. */

import { GraphBuilder } from "../../format/ir/builder.ts";
import { addClass, emptyProgram, type Program } from "../../format/ir/program.ts";
import {
  classType,
  dictOf,
  IntType,
  listOf,
  optionalOf,
  StrType,
  TensorType,
  tupleOf,
} from "../../format/types.ts";
import { IValue, type StorageData, type TensorData } from "../../format/value.ts";

/**
 * A module whose `forward(x: Tensor, n: int = 2)` adds its shared weights `n` times in a loop, with a branch, a list, a dict,
 * a tuple, a call of a submodule, a guard and a counter that it writes to. Returns a tensor and the counter.
 */
export function sampleProgram(): Program {
  const storage: StorageData = { bytes: new Uint8Array(new Float32Array([1, 2, 3, 4, 5, 6]).buffer) };
  const weight = (offset: number): TensorData => ({
    dtype: "float32",
    shape: [2],
    strides: [1],
    offset,
    storage,
  });
  const child = IValue.object(
    "__torch__.Child",
    new Map([
      ["bias", IValue.tensor(weight(3))],
      ["names", IValue.list(StrType, [IValue.str("a"), IValue.str("β")])],
    ]),
  );
  const object = IValue.object(
    "__torch__.Root",
    new Map<string, IValue>([
      ["child", child],
      ["weight", IValue.tensor(weight(0))],
      ["count", IValue.int(0)],
      ["table", IValue.dict(StrType, IntType, [[IValue.str("k"), IValue.int(7)]])],
    ]),
  ) as IValue & { kind: "object" };
  const program = emptyProgram({ kind: "object", object });
  program.metadata.set("about", "a sample");
  program.extraFiles.set("notes.txt", new TextEncoder().encode("extra"));
  program.sources.set("root.ts", "one\ntwo\nthree");

  const childClass = addClass(program, "module", "__torch__.Child");
  childClass.attributes.push({ name: "bias", type: TensorType, kind: "buffer" });
  childClass.attributes.push({ name: "names", type: listOf(StrType), kind: "attribute" });
  childClass.attributes.push({ name: "scale", type: IntType, kind: "constant", value: IValue.int(3) });
  const c = new GraphBuilder();
  const cself = c.input(classType("__torch__.Child"), "self");
  const cx = c.input(TensorType, "x");
  c.returns([
    c.op(
      "aten::add.Tensor",
      [cx, c.getAttr(cself, "bias", TensorType), c.getAttr(cself, "scale", IntType)],
      TensorType,
    ),
  ]);
  childClass.methods.push({
    name: "forward",
    schema: {
      args: [
        { name: "self", type: classType("__torch__.Child") },
        { name: "x", type: TensorType },
      ],
      returns: [{ type: TensorType }],
    },
    graph: c.graph,
  });

  const root = addClass(program, "module", "__torch__.Root");
  root.attributes.push({ name: "child", type: classType("__torch__.Child"), kind: "module" });
  root.attributes.push({ name: "weight", type: TensorType, kind: "parameter" });
  root.attributes.push({ name: "count", type: IntType, kind: "attribute" });
  root.attributes.push({ name: "table", type: dictOf(StrType, IntType), kind: "attribute" });
  const b = new GraphBuilder();
  b.range = { file: "root.ts", line: 2, col: 1 };
  const self = b.input(classType("__torch__.Root"), "self");
  const x = b.input(TensorType, "x");
  const n = b.input(IntType, "n");
  const one = b.constant(IValue.int(1));
  const yes = b.constant(IValue.bool(true));
  const w = b.getAttr(self, "weight", TensorType);
  const loop = b.loop(n, yes, [x], (i, [y]) => {
    const some = b.isinstance(i, [IntType]);
    const branch = b.if(
      some,
      [TensorType],
      () => [b.op("aten::add.Tensor", [y!, w, one], TensorType)],
      () => [y!],
    );
    return { cond: yes, carried: [branch.output] };
  });
  const called = b.callMethod(
    b.getAttr(self, "child", classType("__torch__.Child")),
    "forward",
    [loop.outputs[0]!],
    TensorType,
  );
  const list = b.op("prim::ListConstruct", [called, x], listOf(TensorType));
  const parts = b.node("prim::ListUnpack", [list], [TensorType, TensorType]);
  b.guard(one, 1n, "one");
  b.constant(IValue.float(-0));
  b.constant(IValue.none, optionalOf(IntType));
  b.setAttr(self, "count", n);
  const type = tupleOf([TensorType, IntType]);
  b.returns([b.op("prim::TupleConstruct", [parts.outputs[0]!, b.getAttr(self, "count", IntType)], type)]);
  root.methods.push({
    name: "forward",
    schema: {
      args: [
        { name: "self", type: classType("__torch__.Root") },
        { name: "x", type: TensorType },
        { name: "n", type: IntType, default: IValue.int(2) },
      ],
      returns: [{ type }],
    },
    graph: b.graph,
  });
  return program;
}

/** What `forward([1, 1])` of the sample gives: x + 2 * [1, 2] + 3 * [4, 5], and the count 2. */
export const SAMPLE_ANSWER = { data: [15, 20], count: 2 };
