/** The operator table: every family's rows, by id and by name. The order of families fixes the ids of one release. */

import { activations } from "./activations.ts";
import { arithmetic } from "./arithmetic.ts";
import { attention, fusedEncoder, nested } from "./attention.ts";
import { bags, bilinear, renorm } from "./bags.ts";
import { choices } from "./choices.ts";
import { clamp } from "./clamp.ts";
import { compare } from "./compare.ts";
import { conv } from "./conv.ts";
import { copy } from "./copy.ts";
import type { Op } from "./define.ts";
import { detection } from "./detection.ts";
import { dicts } from "./dicts.ts";
import { differences } from "./differences.ts";
import { dims } from "./dims.ts";
import { distances } from "./distances.ts";
import { division } from "./division.ts";
import { dropout } from "./dropout.ts";
import { einsum } from "./einsum.ts";
import { exponential } from "./exponential.ts";
import { extremum } from "./extremum.ts";
import { factories } from "./factories.ts";
import { fill } from "./fill.ts";
import { fold } from "./fold.ts";
import { errorValues, futures } from "./futures.ts";
import { gather } from "./gather.ts";
import { gridSample } from "./grid-sample.ts";
import { histogram } from "./histogram.ts";
import { indexAlong } from "./index-along.ts";
import { indexing } from "./indexing.ts";
import { info } from "./info.ts";
import { join } from "./join.ts";
import { jsLists, jsSort } from "./js-lists.ts";
import { jsMaps } from "./js-maps.ts";
import { jsNumbers, jsNumberText } from "./js-numbers.ts";
import { jsStringCase, jsStringSearch, jsStrings } from "./js-strings.ts";
import { cross, decompositions, factorisations, linearSolve, matrixNorm, matrixProducts } from "./linalg.ts";
import { listOrder, lists } from "./lists.ts";
import { literal } from "./literal.ts";
import { logic } from "./logic.ts";
import { ctcLoss, losses, marginLosses, nllLoss } from "./losses.ts";
import { masked } from "./masked.ts";
import { matmul } from "./matmul.ts";
import { matrixParts } from "./matrix-parts.ts";
import { moments } from "./moments.ts";
import { batchNorm, groupNorm, layerNorm } from "./norm.ts";
import { numberFunctions } from "./number-functions.ts";
import { numbers } from "./numbers.ts";
import { devices, hashes, modes, objects, sizes, tensorLists } from "./objects.ts";
import { orderStatistics } from "./order-statistics.ts";
import { deriveOuts } from "./outs.ts";
import { pad } from "./pad.ts";
import { pairs } from "./pairs.ts";
import { parametric } from "./parametric.ts";
import { parts } from "./parts.ts";
import { polygamma } from "./polygamma.ts";
import { adaptivePool, avgPool, maxPool, unpool } from "./pool.ts";
import { power } from "./power.ts";
import { prim } from "./prim.ts";
import { quantile } from "./quantile.ts";
import { quantized } from "./quantized.ts";
import { multinomial, random, randomFactories, rrelu } from "./random.ts";
import { ranges } from "./ranges.ts";
import { rearrange } from "./rearrange.ts";
import { packed, recurrent, recurrentCells } from "./recurrent.ts";
import { reduce } from "./reduce.ts";
import { repeat } from "./repeat.ts";
import { rounding } from "./rounding.ts";
import { scalar } from "./scalar.ts";
import { scan } from "./scan.ts";
import { scatter } from "./scatter.ts";
import { search } from "./search.ts";
import { setSize } from "./set-size.ts";
import { slice } from "./slice.ts";
import { softmax } from "./softmax.ts";
import { sort } from "./sort.ts";
import { special } from "./special.ts";
import { split } from "./split.ts";
import { stringSearch, stringShape, strings, text } from "./strings.ts";
import { trigonometry } from "./trigonometry.ts";
import { triples } from "./triples.ts";
import { unique } from "./unique.ts";
import { upsample } from "./upsample.ts";
import { vectorNorm } from "./vector-norm.ts";
import { view } from "./view.ts";
import { where } from "./where.ts";

const families = [
  prim,
  arithmetic,
  view,
  dims,
  slice,
  split,
  scalar,
  reduce,
  extremum,
  moments,
  copy,
  fill,
  factories,
  ranges,
  literal,
  info,
  softmax,
  scan,
  vectorNorm,
  join,
  repeat,
  division,
  power,
  pairs,
  triples,
  compare,
  logic,
  indexing,
  gather,
  matmul,
  maxPool,
  avgPool,
  adaptivePool,
  exponential,
  trigonometry,
  special,
  rounding,
  activations,
  parametric,
  clamp,
  where,
  dropout,
  pad,
  masked,
  scatter,
  conv,
  layerNorm,
  groupNorm,
  batchNorm,
  attention,
  recurrent,
  recurrentCells,
  lists,
  listOrder,
  numbers,
  numberFunctions,
  dicts,
  einsum,
  parts,
  indexAlong,
  rearrange,
  matrixParts,
  fold,
  upsample,
  packed,
  strings,
  text,
  quantized,
  fusedEncoder,
  sort,
  orderStatistics,
  quantile,
  unique,
  search,
  histogram,
  stringSearch,
  stringShape,
  futures,
  errorValues,
  objects,
  hashes,
  devices,
  modes,
  tensorLists,
  sizes,
  random,
  randomFactories,
  multinomial,
  rrelu,
  losses,
  nllLoss,
  marginLosses,
  distances,
  bags,
  renorm,
  bilinear,
  unpool,
  linearSolve,
  decompositions,
  factorisations,
  matrixNorm,
  matrixProducts,
  cross,
  gridSample,
  detection,
  setSize,
  differences,
  choices,
  ctcLoss,
  nested,
  polygamma,
  jsNumbers,
  jsNumberText,
  jsLists,
  jsSort,
  jsMaps,
  jsStrings,
  jsStringSearch,
  jsStringCase,
];

let count = 0;
const written = families.flatMap((f) => f.rows.flatMap((row) => row(() => count++, f.module)));
/** All overloads; `ops[i].id === i`. */
export const ops: readonly Op[] = [...written, ...deriveOuts(written)];

const byName = new Map(ops.map((op) => [op.name, op]));
if (byName.size !== ops.length) {
  const seen = new Set<string>();
  const twice = ops.filter((op) => seen.size === seen.add(op.name).size).map((op) => op.name);
  throw new Error(`operators with two rows: ${twice.join(", ")}`);
}

/** The overload named `aten::add.Tensor`, or undefined when there is no row. */
export function findOp(name: string): Op | undefined {
  return byName.get(name);
}

const bySymbol = new Map<string, Op[]>();
for (const op of ops) {
  const list = bySymbol.get(op.schema.name);
  if (list) list.push(op);
  else bySymbol.set(op.schema.name, [op]);
}

/** Every overload of `aten::add`, in table order. */
export function overloads(symbol: string): readonly Op[] {
  return bySymbol.get(symbol) ?? [];
}
