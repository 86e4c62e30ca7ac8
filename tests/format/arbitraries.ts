/** Random types, values and graphs for the properties of format/. */

import fc from "fast-check";
import { type DType, dtypes } from "../../format/dtype.ts";
import { GraphBuilder } from "../../format/ir/builder.ts";
import { Attr, type Graph, type Value } from "../../format/ir/graph.ts";
import {
  AnyType,
  BoolType,
  classType,
  DeviceType,
  dictOf,
  enumType,
  FloatType,
  futureOf,
  IntType,
  interfaceType,
  listOf,
  NoneType,
  optionalOf,
  type SimpleKind,
  StrType,
  simpleType,
  TensorType,
  type Type,
  tupleOf,
  unionOf,
} from "../../format/types.ts";
import { contiguousStrides, IValue, numel, type TensorData } from "../../format/value.ts";

const simpleKinds: SimpleKind[] = [
  "Tensor",
  "int",
  "float",
  "bool",
  "str",
  "complex",
  "None",
  "Device",
  "Scalar",
  "Any",
  "Generator",
  "Storage",
  "Stream",
  "QScheme",
  "Function",
  "AnyList",
  "AnyTuple",
  "AnyClass",
  "AnyEnum",
];

/** Text of any characters, quotes, line ends and lone surrogates included. */
export const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.constant("a\"b\n\\ '#,)\u2028\uD800"),
);

const qualified = fc.oneof(
  fc.constantFrom("__torch__.Net", "__torch__.torch.nn.___torch_mangle_3.Linear", "bare", "Tensor", "a.1b"),
  anyText,
);

export const anyType: fc.Arbitrary<Type> = fc.letrec<{ type: Type }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 4, depthIdentifier: "type" },
    fc.constantFrom(...simpleKinds).map(simpleType),
    qualified.map(classType),
    qualified.map(interfaceType),
    qualified.map(enumType),
    tie("type").map(listOf),
    tie("type").map(optionalOf),
    tie("type").map(futureOf),
    fc.tuple(tie("type"), tie("type")).map(([key, value]) => dictOf(key, value)),
    fc.array(tie("type"), { minLength: 1, maxLength: 4 }).map(unionOf),
    fc.array(tie("type"), { maxLength: 4 }).map((elems) => tupleOf(elems)),
    fc
      .tuple(
        fc.array(fc.tuple(anyText, tie("type")), { maxLength: 3 }),
        fc.option(qualified, { nil: undefined }),
      )
      .map(([fields, name]) =>
        tupleOf(
          fields.map(([, type]) => type),
          fields.map(([field]) => field),
          name,
        ),
      ),
  ),
})).type;

/** Any double; NaN only as itself, since its payload is not kept. */
const anyFloat = fc.double();

const int64 = fc.oneof(fc.integer().map(BigInt), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }));

/** A strided tensor: some start in the middle of their storage, have gaps, or repeat elements by stride 0. */
export const anyTensor: fc.Arbitrary<TensorData> = fc
  .record({
    dtype: fc.constantFrom(...(Object.keys(dtypes) as DType[])),
    shape: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }),
    step: fc.integer({ min: 0, max: 2 }),
    offset: fc.integer({ min: 0, max: 3 }),
    seed: fc.integer({ min: 0, max: 255 }),
  })
  .map(({ dtype, shape, step, offset, seed }) => {
    const strides = contiguousStrides(shape).map((stride) => stride * step);
    const elements = offset + numel(shape.map((size) => Math.max(size, 1))) * Math.max(step, 1);
    const bytes = Uint8Array.from({ length: elements * dtypes[dtype].bytes }, (_, i) =>
      dtype === "bool" ? (i * 7 + seed) & 1 : (i * 37 + seed) & 255,
    );
    return { dtype, shape, strides, offset, storage: { bytes } };
  });

/** A value with its type: what a constant of that type may hold. */
export const anyConstant: fc.Arbitrary<IValue> = fc.letrec<{ value: IValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthIdentifier: "value" },
    fc.constant(IValue.none),
    fc.boolean().map(IValue.bool),
    int64.map(IValue.int),
    anyFloat.map(IValue.float),
    anyText.map(IValue.str),
    fc.constantFrom("cpu", "cuda:0").map(IValue.device),
    anyTensor.map(IValue.tensor),
    fc.tuple(anyText, int64).map(([name, value]) => IValue.enum("__torch__.Color", name, IValue.int(value))),
    fc.array(int64).map((items) => IValue.list(IntType, items.map(IValue.int))),
    fc.array(fc.option(anyFloat)).map((items) =>
      IValue.list(
        optionalOf(FloatType),
        items.map((item) => (item === null ? IValue.none : IValue.float(item))),
      ),
    ),
    fc.array(tie("value"), { maxLength: 3 }).map((items) => IValue.list(AnyType, items)),
    fc.array(tie("value"), { maxLength: 3 }).map((items) => IValue.tuple(items)),
    fc.tuple(tie("value"), anyText).map(([item, field]) => IValue.tuple([item], [field], "__torch__.Point")),
    fc.uniqueArray(fc.tuple(anyText, fc.boolean()), { selector: ([key]) => key }).map((entries) =>
      IValue.dict(
        StrType,
        BoolType,
        entries.map(([key, value]) => [IValue.str(key), IValue.bool(value)]),
      ),
    ),
  ),
})).value;

const anyAttr: fc.Arbitrary<Attr> = fc.oneof(
  int64.map(Attr.int),
  anyFloat.map(Attr.float),
  anyText.map(Attr.str),
  anyTensor.map(Attr.tensor),
  anyType.map(Attr.type),
  anyConstant.map(Attr.ivalue),
  fc.array(int64).map((value): Attr => ({ kind: "is", value })),
  fc.array(anyFloat).map((value): Attr => ({ kind: "fs", value })),
  fc.array(anyText).map((value): Attr => ({ kind: "ss", value })),
  fc.array(anyTensor, { maxLength: 2 }).map((value): Attr => ({ kind: "ts", value })),
  fc.array(anyType, { maxLength: 3 }).map(Attr.types),
  fc.array(anyConstant, { maxLength: 3 }).map((value): Attr => ({ kind: "ivals", value })),
);

type Item = IValue | NodeSpec;

interface NodeSpec {
  op: string;
  /** Picks among the values in scope. */
  inputs: number[];
  outputs: Type[];
  attrs: [string, Attr][];
  blocks: Item[][];
  name: string | undefined;
  range: { file: string; line: number; col: number } | undefined;
  scope: string | undefined;
}

const anyName = fc.oneof(fc.constantFrom("x", "x.1", "self.l.weight", "12", "$y"), anyText);
const anyFile = fc.oneof(fc.constantFrom("a.ts", "/a b/c # d:3:4", "https://x.y/z.js"), anyText);

const anyItems: fc.Arbitrary<Item[]> = fc.letrec<{ items: Item[]; node: NodeSpec }>((tie) => ({
  items: fc.array(fc.oneof(anyConstant, tie("node")), { maxLength: 6, depthIdentifier: "items" }),
  node: fc.record({
    op: fc.constantFrom("aten::add.Tensor", "aten::relu", "my_ns::op.over_load", "prim::fork", "js::Try"),
    inputs: fc.array(fc.nat(), { maxLength: 4 }),
    outputs: fc.array(fc.oneof(fc.constantFrom(TensorType, NoneType, DeviceType), anyType), { maxLength: 3 }),
    attrs: fc.uniqueArray(fc.tuple(anyText, anyAttr), { selector: ([name]) => name, maxLength: 3 }),
    blocks: fc.oneof(
      { maxDepth: 3, depthIdentifier: "blocks" },
      fc.constant<Item[][]>([]),
      fc.array(tie("items"), { maxLength: 2 }),
    ),
    name: fc.option(anyName, { nil: undefined }),
    range: fc.option(fc.record({ file: anyFile, line: fc.nat(), col: fc.nat() }), { nil: undefined }),
    scope: fc.option(fc.oneof(fc.constantFrom("net/linear", "__module.l"), anyText), { nil: undefined }),
  }),
})).items;

/** Graphs that are well scoped but otherwise arbitrary: types, attributes, names, places, blocks, constants. */
export const anyGraph: fc.Arbitrary<Graph> = fc
  .tuple(fc.array(anyType, { maxLength: 3 }), anyItems, fc.array(fc.nat(), { maxLength: 3 }))
  .map(([inputs, items, returns]) => {
    const builder = new GraphBuilder();
    const values = inputs.map((type, i) => builder.input(type, i === 0 ? "self" : undefined));
    addItems(builder, items, values);
    builder.returns(pick(values, returns));
    return builder.graph;
  });

function pick(values: readonly Value[], numbers: readonly number[]): Value[] {
  return values.length === 0 ? [] : numbers.map((n) => values[n % values.length]!);
}

/** Adds nodes that use the values in scope, and what they define to them. */
function addItems(builder: GraphBuilder, items: readonly Item[], scope: Value[]): void {
  for (const item of items) {
    if ("kind" in item) {
      scope.push(builder.constant(item));
      continue;
    }
    const { name } = item;
    const outputs = item.outputs.map((type) => (name === undefined ? type : { type, name }));
    const node = builder.node(item.op, pick(scope, item.inputs), outputs, Object.fromEntries(item.attrs));
    node.range = item.range;
    node.scope = item.scope;
    if (item.op === "prim::fork") node.attrs.set("Subgraph", Attr.graph(subgraph(item)));
    for (const inner of item.blocks) {
      builder.addBlock(node, [IntType, { type: TensorType, name: "carried" }], (params) => {
        const visible = [...scope, ...params];
        addItems(builder, inner, visible);
        return pick(visible, item.inputs);
      });
    }
    scope.push(...node.outputs);
  }
}

function subgraph(spec: NodeSpec): Graph {
  const builder = new GraphBuilder();
  const values = spec.outputs.map((type) => builder.input(type));
  addItems(builder, spec.blocks.flat().slice(0, 2), values);
  builder.returns(pick(values, [0]));
  return builder.graph;
}
