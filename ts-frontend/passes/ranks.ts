/** What is known of a tensor's number of dimensions: a number, or that it is another tensor's. */

import { baseName, type Graph, type Node, type Value } from "../../format/ir/graph.ts";
import { findOp } from "../../format/ops/table.ts";
import { constBool, constTensor } from "./constants.ts";
import { argument } from "./effects.ts";

/** As many dimensions as `of` has; without it, `count`. */
export interface Rank {
  readonly of?: Value;
  readonly count: number;
}

/** Operators, in place or not, whose result has as many dimensions as their first argument. */
const SAME =
  /^aten::(conv(_transpose)?[123]d|_?convolution|_convolution_mode|batch_norm|instance_norm|group_norm|layer_norm|(max|avg|adaptive_avg)_pool[123]d|relu6?|hardtanh|hardswish|hardsigmoid|leaky_relu|elu|celu|selu|prelu|gelu|silu|mish|sigmoid|tanh|softplus|softmax|log_softmax|(alpha_|feature_|feature_alpha_)?dropout|contiguous|clone|to|detach|neg|abs|exp|log|sqrt|rsqrt|permute|transpose|flip|roll|slice|narrow|pad|constant_pad_nd|reflection_pad[123]d|replication_pad[123]d|upsample_(nearest|linear|bilinear|bicubic|trilinear|nearest_exact)[123]d|pixel_shuffle|pixel_unshuffle|channel_shuffle)_?$/;

const ELEMENTWISE = /^aten::(add|sub|mul|div|maximum|minimum|where|clamp|clamp_min|clamp_max)_?$/;

/** Finds ranks in a graph in which none changes in place (see `changesRanks`); remembers what it has found. */
export class Ranks {
  readonly #roots = new Map<Value, Value>();

  of(value: Value): Rank {
    const root = this.#root(value);
    const tensor = constTensor(root);
    return tensor === undefined ? { of: root, count: 0 } : { count: tensor.shape.length };
  }

  /** The earliest value that is known to have as many dimensions. */
  #root(value: Value): Value {
    const path: Value[] = [];
    let at = value;
    for (;;) {
      const known = this.#roots.get(at);
      const next = known ?? this.#next(at);
      if (next === undefined || next === at) break;
      path.push(at);
      at = next;
      if (known !== undefined) break;
    }
    for (const step of path) this.#roots.set(step, at);
    this.#roots.set(at, at);
    return at;
  }

  #next(value: Value): Value | undefined {
    const { node } = value;
    if (node === undefined || value.index !== 0 || findOp(node.op) === undefined) return undefined;
    const base = baseName(node.op);
    const [first] = node.inputs;
    if (SAME.test(base)) return first?.type.kind === "Tensor" ? first : undefined;
    if (base === "aten::linear") return constTensor(node.inputs[1])?.shape.length === 2 ? first : undefined;
    if (base === "aten::mean") return constBool(argument(node, "keepdim")) === true ? first : undefined;
    if (!ELEMENTWISE.test(base)) return undefined;
    // The result of several has the rank of all if they are known to have the same; defined in order, so this ends.
    const tensors = node.inputs
      .filter(({ type }) => type.kind === "Tensor")
      .map((input) => this.#root(input));
    return tensors.every((root) => root === tensors[0]) ? tensors[0] : undefined;
  }
}

const CHANGING =
  /^aten::(un)?squeeze_$|^aten::(t|transpose|swap(axes|dims)|as_strided|resize|resize_as|set|detach)_$|^aten::set_data$|::resize_/;

/** True if some node may give a tensor other dimensions in place, or may do anything. */
export function changesRanks(graph: Graph): boolean {
  for (const node of graph.nodes()) {
    if (CHANGING.test(baseName(node.op)) || UNKNOWN.has(node.op)) return true;
    if (findOp(node.op) === undefined && !node.op.startsWith("prim::") && !node.op.startsWith("sconce::"))
      return true;
    if (overloadWritesOut(node)) return true;
  }
  return false;
}

const UNKNOWN = new Set([
  "prim::CallMethod",
  "prim::CallFunction",
  "prim::fork",
  "prim::Enter",
  "prim::Exit",
]);

/** `out` arguments are resized to the result. */
function overloadWritesOut(node: Node): boolean {
  return (
    findOp(node.op)?.schema.args.some(({ name, alias }) => name.startsWith("out") && alias?.write) === true
  );
}
