/** The recorder behind `jit.trace`: turns what eager operators report into graphs, one per method call of the module tree. */

import type { Value } from "../../format/ir/graph.ts";
import { emptyProgram, type Fn, type Program } from "../../format/ir/program.ts";
import type { Op } from "../../format/ops/define.ts";
import { findOp } from "../../format/ops/table.ts";
import {
  BoolType,
  classType,
  dictOf,
  FloatType,
  IntType,
  listOf,
  NoneType,
  StrType,
  TensorType,
  type Type,
  tupleOf,
} from "../../format/types.ts";
import { IValue } from "../../format/value.ts";
import { SconceError, type SourceLocation } from "../../loader/error.ts";
import { Sym } from "../eager/dim.ts";
import { userFrame } from "../eager/where.ts";
import { Module } from "../nn/module.ts";
import { type Arg, type Departure, type Recorder, type Result, setRecorder } from "../record.ts";
import { Tensor } from "../tensor.ts";
import { Frame, type Homes } from "./frame.ts";
import { mergeProgram } from "./merge.ts";
import { definedMethod, parameterNames } from "./names.ts";
import { Places } from "./places.ts";
import { type ModuleNode, type ModuleTree, methodsOf } from "./tree.ts";
import { anew, dataOf, entriesOf, leavesOf, type Traced, typeOfExample, typeOfTraced } from "./values.ts";

/** Something the user should know of a trace: PyTorch's TracerWarning. */
export interface TraceWarning {
  readonly kind: "frozen" | "constant" | "random" | "mismatch";
  readonly message: string;
  readonly where: SourceLocation | undefined;
}

/** A method of a traced module, as the calls recorded it: `forward`, then `forward1` for a second call. */
export interface TracedMethod {
  readonly node: ModuleNode | null;
  readonly frame: Frame;
}

export class Tracer implements Recorder {
  readonly tree: ModuleTree | null;
  readonly methods: TracedMethod[] = [];
  readonly places = new Places();
  /** Code of compiled programs that the traced code calls. */
  readonly library: Program = emptyProgram({ kind: "function", name: "" });
  readonly #warn: (warning: TraceWarning) => void;
  readonly #homes: Homes = new Map();
  #frame: Frame | null = null;

  constructor(tree: ModuleTree | null, warn: (warning: TraceWarning) => void) {
    this.tree = tree;
    this.#warn = warn;
  }

  /** Runs `body` on `inputs` once, and records it as the method `name` of the root module, or as a function. */
  run(name: string, body: (...args: unknown[]) => unknown, inputs: readonly unknown[]): unknown {
    const root = this.tree?.root ?? null;
    const frame = new Frame(null, root, name, this.tree, this.#homes);
    this.#frame = frame;
    const names = parameterNames(root ? definedMethod(root.module, name) : body);
    const given = inputs.map((input) => anew(input));
    given.forEach((input, i) => {
      this.#bindInput(frame, input, names[i] ?? (i === 0 ? "input" : `input${i}`));
    });
    const restore = this.#shadow(root, name);
    const previous = setRecorder(this);
    try {
      const result = body(...given);
      if (typeof (result as { then?: unknown } | null | undefined)?.then === "function") {
        throw new SconceError({
          code: "NOT_TRACEABLE",
          message: "an async function cannot be traced",
          advice: "Await what is asynchronous before the trace and pass the result in.",
        });
      }
      this.#at(frame, undefined);
      this.#assignState(frame);
      frame.builder.returns([this.#output(frame, result, "the result")]);
      this.methods.push({ node: root, frame });
      return result;
    } finally {
      setRecorder(previous);
      restore();
      this.#frame = null;
    }
  }

  // --- Inputs and outputs of the traced method ---------------------------------------------------------------------

  #bindInput(frame: Frame, input: unknown, name: string): void {
    if (input instanceof Tensor) {
      frame.bind(input, frame.addInput(TensorType, name));
      return;
    }
    const value = frame.addInput(typeOfExample(input, `input ${name}`), name);
    this.#unpack(frame, input, value);
  }

  /** Binds the tensors inside a structured input to what takes it apart. */
  #unpack(frame: Frame, input: unknown, value: Value): void {
    const { builder } = frame;
    if (input instanceof Tensor) {
      frame.bind(input, value);
    } else if (Array.isArray(input)) {
      const types = input.map((item, i) => typeOfExample(item, `[${i}]`));
      const { outputs } = builder.node("prim::TupleUnpack", [value], types);
      input.forEach((item, i) => {
        this.#unpack(frame, item, outputs[i]!);
      });
    } else {
      for (const [key, item] of entriesOf(input) ?? []) {
        const found = builder.op(
          "aten::__getitem__.Dict_str",
          [value, frame.constant(IValue.str(key))],
          TensorType,
        );
        this.#unpack(frame, item, found);
      }
    }
  }

  #output(frame: Frame, result: unknown, path: string): Value {
    if (result instanceof Tensor || result instanceof Sym) return frame.resolve(result);
    if (Array.isArray(result)) {
      const items = result.map((item, i) => this.#output(frame, item, `${path}[${i}]`));
      return frame.builder.op("prim::TupleConstruct", items, tupleOf(items.map((item) => item.type)));
    }
    if (result === null || result === undefined) return frame.constant(IValue.none);
    const entries = entriesOf(result);
    if (!entries) {
      throw new SconceError({
        code: "NOT_TRACEABLE",
        message: `${path} is ${typeof result === "object" ? result.constructor.name : `a ${typeof result}`}; a traced function returns tensors, or arrays, Maps and objects of tensors`,
        facts: [path],
        advice: "Return a tensor; a number that was computed from one is a constant in a trace.",
      });
    }
    const pairs = entries.flatMap(([key, item]) => [
      frame.constant(IValue.str(key)),
      this.#output(frame, item, `${path}.${key}`),
    ]);
    const elem: Type = pairs[1]?.type ?? TensorType;
    return frame.builder.op("prim::DictConstruct", pairs, dictOf(StrType, elem));
  }

  /** Buffers and parameters that the body replaced by other tensors are assigned in the graph too. */
  #assignState(frame: Frame): void {
    for (const node of this.tree?.nodes ?? []) {
      const before = new Map([...node.parameters, ...node.buffers]);
      const now = [
        ...node.module.namedParameters({ recurse: false }),
        ...node.module.namedBuffers({ recurse: false }),
      ];
      for (const [name, tensor] of now) {
        if (before.get(name) !== tensor)
          frame.builder.setAttr(frame.module(node), name, frame.resolve(tensor));
      }
    }
  }

  // --- Calls inside the module tree ----------------------------------------------------------------------------------

  /** Puts recording wrappers over every method of the tree, but the one being traced; returns what takes them off. */
  #shadow(root: ModuleNode | null, entry: string): () => void {
    const shadowed: [object, string, PropertyDescriptor | undefined][] = [];
    for (const node of this.tree?.nodes ?? []) {
      for (const name of methodsOf(node.module, Module.prototype)) {
        if (node === root && name === entry) continue;
        const original = (node.module as unknown as Record<string, (...args: unknown[]) => unknown>)[name]!;
        const wrapper = (...args: unknown[]): unknown => this.#call(node, name, original, args);
        shadowed.push([node.module, name, Object.getOwnPropertyDescriptor(node.module, name)]);
        Object.defineProperty(node.module, name, { value: wrapper, configurable: true, enumerable: false });
      }
    }
    return () => {
      for (const [module, name, before] of shadowed) {
        if (before) Object.defineProperty(module, name, before);
        else delete (module as Record<string, unknown>)[name];
      }
    };
  }

  #call(node: ModuleNode, name: string, original: (...args: unknown[]) => unknown, args: unknown[]): unknown {
    const parent = this.#frame;
    if (!parent) return original.apply(node.module, args);
    const where = this.places.range(userFrame());
    const frame = new Frame(parent, node, name, this.tree, this.#homes);
    const names = parameterNames(definedMethod(node.module, name));
    const leaves = new Set<Traced>();
    args.forEach((arg, i) => {
      for (const leaf of leavesOf(arg)) {
        if (leaves.has(leaf)) continue;
        leaves.add(leaf);
        frame.bindParameter(leaf, frame.addInput(typeOfTraced(leaf), names[i] ?? "input"));
      }
    });
    this.#frame = frame;
    let result: unknown;
    try {
      result = original.apply(node.module, args);
    } finally {
      this.#frame = parent;
    }
    const returned = [...leavesOf(result)];
    const values = returned.map((leaf) => frame.resolve(leaf));
    const whole =
      values.length === 1
        ? values[0]!
        : frame.builder.op("prim::TupleConstruct", values, tupleOf(values.map((value) => value.type)));
    frame.builder.returns(values.length === 0 ? [frame.constant(IValue.none)] : [whole]);
    parent.builder.range = where;
    const inputs = [
      parent.module(node),
      ...[...leaves].map((leaf) => parent.resolve(leaf)),
      ...frame.extraArguments(),
    ];
    const type = values.length === 0 ? NoneType : whole.type;
    const callNode = parent.builder.node("prim::CallMethod", inputs, [type]);
    frame.callNode = callNode;
    this.methods.push({ node, frame });
    const outputs =
      values.length > 1
        ? parent.builder.node(
            "prim::TupleUnpack",
            [callNode.outputs[0]!],
            values.map((value) => value.type),
          ).outputs
        : callNode.outputs;
    returned.forEach((leaf, i) => {
      parent.bind(leaf, outputs[i]!);
    });
    return result;
  }

  // --- Recorder ----------------------------------------------------------------------------------------------------

  #at(frame: Frame, where: SourceLocation | undefined): void {
    frame.builder.range = this.places.range(where);
    const path = frame.node?.pathFrom(this.tree!.root) ?? [];
    frame.builder.scope = path.length ? path.join(".") : undefined;
  }

  #now(): Frame {
    if (!this.#frame) throw new Error("internal: an operator was recorded outside a trace");
    return this.#frame;
  }

  op(op: Op, args: readonly Arg[], results: readonly Result[]): void {
    const frame = this.#now();
    this.#at(frame, userFrame());
    const inputs = args.map((arg, i) => frame.argument(arg, op.schema.args[i]!.type));
    const types = op.schema.returns.map(({ type }, i) =>
      type.kind === "Var" ? typeOfResult(results[i]) : type,
    );
    const { outputs } = frame.builder.node(op.name, inputs, types);
    results.forEach((result, i) => {
      this.#bindResult(frame, result, outputs[i]!);
    });
  }

  #bindResult(frame: Frame, result: Result, value: Value): void {
    if (result instanceof Tensor || result instanceof Sym) {
      frame.bind(result, value);
    } else if (Array.isArray(result) && result.length > 0) {
      const elem = value.type.kind === "List" ? value.type.elem : TensorType;
      const { outputs } = frame.builder.node(
        "prim::ListUnpack",
        [value],
        result.map(() => elem),
      );
      result.forEach((item, i) => {
        this.#bindResult(frame, item, outputs[i]!);
      });
    }
  }

  leave(
    kind: "int" | "float" | "bool",
    source: Tensor | Sym,
    value: number | bigint | boolean,
    where: SourceLocation | undefined,
  ): void {
    const frame = this.#now();
    this.#at(frame, where);
    let number = frame.resolve(source);
    if (source instanceof Tensor) {
      const [op, type] =
        kind === "int"
          ? (["aten::Int.Tensor", IntType] as const)
          : kind === "float"
            ? (["aten::Float.Tensor", FloatType] as const)
            : (["aten::Bool.Tensor", BoolType] as const);
      number = frame.builder.op(op, [number], type);
    }
    const expected = kind === "int" ? BigInt(value) : kind === "float" ? Number(value) : Boolean(value);
    const what = source instanceof Tensor ? "a value read from a tensor" : "a size read as a number";
    frame.builder.guard(number, expected, `${what} (${this.places.describe(where)})`);
  }

  leaveTensor(tensor: Tensor, how: Departure, where: SourceLocation | undefined): void {
    const frame = this.#now();
    this.#at(frame, where);
    const equal = findOp("aten::equal");
    if ((how === "data" || how === "tolist" || how === "view") && equal) {
      const same = frame.builder.op(
        equal.name,
        [frame.resolve(tensor), frame.builder.constant(IValue.tensor(dataOf(tensor)))],
        BoolType,
      );
      frame.builder.guard(
        same,
        true,
        `all elements of a tensor, read as an array (${this.places.describe(where)})`,
      );
      return;
    }
    this.#warn({
      kind: "frozen",
      message: `${how} of a tensor was read during tracing; what depends on it is frozen in the trace`,
      where,
    });
  }

  made(): void {}

  // --- Calls of compiled programs ------------------------------------------------------------------------------------

  program(callee: object, program: Program, fn: Fn, args: readonly unknown[], result: unknown): void {
    const frame = this.#now();
    this.#at(frame, userFrame());
    const taken = (name: string): boolean =>
      this.tree?.nodes.some((node) => node.className === name) ?? false;
    const renaming = mergeProgram(this.library, program, taken);
    const { builder } = frame;
    const formals = fn.schema.args.filter((arg) => arg.name !== "self");
    const values = formals.map((formal, i) =>
      i < args.length
        ? this.#argument(frame, args[i], renaming.type(formal.type), formal.name)
        : frame.constant(formal.default ?? IValue.none),
    );
    const type = renaming.type(fn.schema.returns[0]!.type);
    let value: Value;
    if (program.root.kind === "function") {
      value = builder.callFunction(renaming.name(program.root.name), values, type);
    } else {
      const owner = this.tree?.ownerOfCompiled(callee);
      if (!owner) {
        throw new SconceError({
          code: "NOT_TRACEABLE",
          message: "a compiled module that is called in a trace must be an attribute of a traced module",
          advice: "Assign it in the constructor: this.part = jit.script(…).",
        });
      }
      const own = classType(renaming.name(program.root.object.type));
      const object = builder.getAttr(frame.module(owner.node), owner.name, own);
      value = builder.callMethod(object, fn.name, values, type);
    }
    this.#bindCompiled(frame, result, value);
  }

  #argument(frame: Frame, arg: unknown, type: Type, name: string): Value {
    const inner = type.kind === "Optional" ? type.elem : type;
    if (arg instanceof Tensor || arg instanceof Sym) return frame.resolve(arg);
    if (arg === null || arg === undefined) return frame.constant(IValue.none);
    if (typeof arg === "boolean") return frame.constant(IValue.bool(arg));
    if (typeof arg === "string") return frame.constant(IValue.str(arg));
    if (typeof arg === "bigint") return frame.constant(IValue.int(arg));
    if (typeof arg === "number") {
      return frame.constant(inner.kind === "int" ? IValue.int(arg) : IValue.float(arg));
    }
    if (Array.isArray(arg)) {
      const elems = inner.kind === "Tuple" ? inner.elems : undefined;
      const elem = inner.kind === "List" ? inner.elem : TensorType;
      const items = arg.map((item, i) => this.#argument(frame, item, elems?.[i] ?? elem, `${name}[${i}]`));
      return frame.builder.op(elems ? "prim::TupleConstruct" : "prim::ListConstruct", items, inner);
    }
    throw new SconceError({
      code: "NOT_TRACEABLE",
      message: `the argument ${name} of a compiled function cannot be recorded in a trace`,
      advice: "Pass tensors, numbers, strings, and arrays of them.",
    });
  }

  /** Tensors in the result of a compiled function stand for parts of its value; numbers are guarded. */
  #bindCompiled(frame: Frame, result: unknown, value: Value): void {
    const { builder } = frame;
    if (result instanceof Tensor) {
      frame.bind(
        result,
        value.type.kind === "Optional" ? builder.op("prim::unchecked_cast", [value], TensorType) : value,
      );
    } else if (Array.isArray(result)) {
      const { type } = value;
      const types = result.map((_, i) =>
        type.kind === "Tuple" ? type.elems[i]! : type.kind === "List" ? type.elem : TensorType,
      );
      const unpack = type.kind === "Tuple" ? "prim::TupleUnpack" : "prim::ListUnpack";
      const { outputs } = builder.node(unpack, [value], types);
      result.forEach((item, i) => {
        this.#bindCompiled(frame, item, outputs[i]!);
      });
    } else if (typeof result === "number" || typeof result === "boolean") {
      const where = userFrame();
      const kind = value.type.kind;
      if (kind === "int" || kind === "float" || kind === "bool") {
        const expected =
          kind === "int" ? BigInt(result) : kind === "float" ? Number(result) : Boolean(result);
        builder.guard(
          value,
          expected,
          `a value that a compiled function gave (${this.places.describe(where)})`,
        );
      }
    } else if (result instanceof Map) {
      for (const [key, item] of result) {
        if (!(item instanceof Tensor) || typeof key !== "string") continue;
        frame.bind(
          item,
          builder.op("aten::__getitem__.Dict_str", [value, frame.constant(IValue.str(key))], TensorType),
        );
      }
    } else if (result !== null && result !== undefined) {
      this.#warn({
        kind: "frozen",
        message:
          "a compiled function gave something that is no tensor; what depends on it is frozen in the trace",
        where: userFrame(),
      });
    }
  }
}

function typeOfResult(result: Result | undefined): Type {
  if (result instanceof Tensor) return TensorType;
  if (result instanceof Sym) return typeOfTraced(result);
  if (typeof result === "string") return StrType;
  if (Array.isArray(result)) return listOf(typeOfResult(result[0]));
  return NoneType;
}
