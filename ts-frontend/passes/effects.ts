/** What operators do beside computing their results: side effects, hidden writes and aliases, randomness. */

import { baseName, constantOf, type Node, type Value } from "../../format/ir/graph.ts";
import { findOp } from "../../format/ops/table.ts";

/** Nodes with an effect that no value shows. */
const EFFECTS = new Set([
  "prim::RaiseException",
  "js::rethrow",
  "prim::Print",
  "prim::SetAttr",
  "prim::CallMethod",
  "prim::CallFunction",
  "prim::fork",
  "prim::Enter",
  "prim::Exit",
  "prim::rpc_async",
  "prim::rpc_sync",
  "prim::rpc_remote",
  "prim::TimePoint",
  "prim::AddStatValue",
  "aten::warn",
  "aten::save",
  "aten::manual_seed",
  "aten::wait",
  "aten::_assert_async",
  "sconce::guard_int",
  "sconce::guard_float",
  "sconce::guard_bool",
]);

/** True if the node itself, its blocks aside, has an effect that its schema does not show. */
export function hasOwnEffect(node: Node): boolean {
  return EFFECTS.has(baseName(node.op)) || drawsRandomNumbers(node);
}

/** Structure that always succeeds on values of the types that the verifier asks for. */
const SUCCEEDING = new Set([
  "prim::Constant",
  "prim::ListConstruct",
  "prim::TupleConstruct",
  "prim::TupleUnpack",
  "prim::GetAttr",
  "prim::CreateObject",
  "prim::Uninitialized",
  "prim::unchecked_cast",
  "prim::isinstance",
  "js::errorName",
]);

/** Arithmetic on floats and bools, comparisons of numbers: whatever the operands, there is a result. */
const TOTAL =
  /^aten::((add|sub|mul|neg)(\.float|\.int)?|(lt|le|gt|ge|eq|ne)(\.float|\.int|\.bool|\.str)?|__(not|and|or|xor|is|isnot)__(\.bool)?)$/;

/** JavaScript's operators that give a result for every number and text. */
const TOTAL_JS =
  /^js::(mod|bit(and|or|xor|not)|u?sh[lr]|floor|ceil|trunc|round|sqrt|abs|sign|fround|clz32|imul|min|max|truthy\.\w+|is(Integer|Finite|NaN|SafeInteger)|sameValue|toScalar|ofBool|str\.\w+|idx|list(Len|At)|str(Len|Idx|At)|char(At|CodeAt)|codePointAt)$/;

/** False if the node, its blocks aside, is known never to raise but for want of memory. */
export function mayRaise(node: Node): boolean {
  if (SUCCEEDING.has(node.op) || TOTAL_JS.test(node.op)) return false;
  return !TOTAL.test(node.op) || node.inputs.some(({ type }) => type.kind === "Tensor");
}

/** Results that depend on uninitialised memory: not the same in every run, but without effect. */
const UNINITIALISED = /^aten::(new_)?empty(_like|_strided|_permuted|_quantized)?$/;

/** Operators that draw from the random generator unless an argument of this name says otherwise. */
const RANDOM = new Map<string, string | undefined>([
  ...[
    "rand",
    "rand_like",
    "randn",
    "randn_like",
    "randint",
    "randint_like",
    "randperm",
    "bernoulli",
    "bernoulli_",
    "normal",
    "normal_",
    "multinomial",
    "uniform_",
    "random_",
    "exponential_",
    "geometric_",
    "cauchy_",
    "log_normal_",
    "poisson",
    "binomial",
    "_standard_gamma",
    "_sample_dirichlet",
  ].map((name): [string, undefined] => [`aten::${name}`, undefined]),
  ...[
    "dropout",
    "dropout_",
    "alpha_dropout",
    "alpha_dropout_",
    "feature_dropout",
    "feature_dropout_",
    "feature_alpha_dropout",
    "feature_alpha_dropout_",
    "native_dropout",
    "lstm",
    "gru",
    "rnn_tanh",
    "rnn_relu",
    "_fused_dropout",
  ].map((name): [string, string] => [`aten::${name}`, "train"]),
  ["aten::rrelu", "training"],
  ["aten::rrelu_", "training"],
  ["aten::rrelu_with_noise", "training"],
  ["aten::rrelu_with_noise_", "training"],
  ["aten::fractional_max_pool2d", undefined],
  ["aten::fractional_max_pool3d", undefined],
  ["aten::scaled_dot_product_attention", "dropout_p"],
  ["aten::_scaled_dot_product_attention", "dropout_p"],
]);

/** The value given for the schema's argument of this name; undefined without row or argument. */
export function argument(node: Node, name: string): Value | undefined {
  const args = findOp(node.op)?.schema.args;
  const index = args?.findIndex((arg) => arg.name === name) ?? -1;
  return index < 0 ? undefined : node.inputs[index];
}

/** True unless the argument of this name is known to be false, or 0, or None. */
function mayBeOn(node: Node, name: string): boolean {
  const value = argument(node, name);
  const constant = value && constantOf(value);
  switch (constant?.kind) {
    case "bool":
      return constant.value;
    case "int":
    case "float":
      return Number(constant.value) !== 0;
    case "none":
      return false;
    default:
      return true;
  }
}

/** True if the node may draw random numbers: removing it would change later draws. */
function drawsRandomNumbers(node: Node): boolean {
  const base = baseName(node.op);
  if (RANDOM.has(base)) {
    const flag = RANDOM.get(base);
    return flag === undefined || mayBeOn(node, flag);
  }
  return findOp(node.op)?.nondeterministic === true && !UNINITIALISED.test(base);
}

/** True if two runs of the node on equal inputs may give different results. */
export function isNondeterministic(node: Node): boolean {
  return drawsRandomNumbers(node) || UNINITIALISED.test(baseName(node.op));
}

/** Operators that may give one of their arguments, or a view of it, although their schema does not say so. */
const MAY_RETURN_ARGUMENT = new Set([
  "prim::max",
  "prim::min",
  "aten::add_",
  "aten::mul_",
  ...[
    ...["dropout", "alpha_dropout", "feature_dropout", "feature_alpha_dropout", "native_dropout"],
    ...["atleast_1d", "atleast_2d", "atleast_3d", "type_as", "sum_to_size", "constant_pad_nd", "pad"],
    ...["einsum", "tensordot", "chain_matmul", "linalg_multi_dot", "cartesian_prod", "align_to", "align_as"],
    ...["pixel_shuffle", "pixel_unshuffle", "channel_shuffle", "native_channel_shuffle", "to_dense"],
    ...["_unsafe_view", "_reshape_alias", "_reshape_from_tensor", "lift", "lift_fresh", "conj_physical"],
    ...["_cast_Byte", "_cast_Char", "_cast_Double", "_cast_Float", "_cast_Half", "_cast_Int", "_cast_Long"],
    ...["_cast_Short", "_autocast_to_full_precision", "_autocast_to_reduced_precision", "histogram"],
  ].map((name) => `aten::${name}`),
]);

export function mayReturnArgument(op: string): boolean {
  return MAY_RETURN_ARGUMENT.has(baseName(op));
}

/** Arguments that an operator may write although its schema does not say so: running statistics. */
export function hiddenWrites(node: Node): Value[] {
  const flag = HIDDEN_WRITES.get(baseName(node.op));
  if (flag === undefined || !mayBeOn(node, flag)) return [];
  return ["running_mean", "running_var"].flatMap((name) => argument(node, name) ?? []);
}

export function mayWriteStatistics(op: string): boolean {
  return HIDDEN_WRITES.has(baseName(op));
}

const HIDDEN_WRITES = new Map([
  ["aten::batch_norm", "training"],
  ["aten::native_batch_norm", "training"],
  ["aten::_batch_norm_impl_index", "training"],
  ["aten::cudnn_batch_norm", "training"],
  ["aten::miopen_batch_norm", "training"],
  ["aten::instance_norm", "use_input_stats"],
]);
