/** Batch normalisation, and instance normalisation, which shares its state. */

import { call } from "../dispatch.ts";
import type { Tensor } from "../tensor.ts";
import * as F from "./functional/index.ts";
import * as init from "./init.ts";
import { Module } from "./module.ts";
import { checkRank } from "./options.ts";
import type { Parameter } from "./parameter.ts";
import { fields, repr } from "./repr.ts";
import { filledParameter } from "./weights.ts";

export interface BatchNormModuleOptions {
  /** Added to the variance; 1e-5 by default. */
  eps?: number;
  /** Share of the batch in the running statistics, 0.1 by default; null averages over all batches. */
  momentum?: number | null;
  /** Learn a weight and a bias for each channel. */
  affine?: boolean;
  /** Keep running statistics, which evaluation then uses. */
  trackRunningStats?: boolean;
}

/** Weights and running statistics of `numFeatures` channels. */
abstract class NormBase extends Module {
  readonly numFeatures: number;
  readonly eps: number;
  readonly momentum: number | null;
  readonly affine: boolean;
  readonly trackRunningStats: boolean;
  weight: Parameter | null;
  bias: Parameter | null;
  running_mean: Tensor | null;
  running_var: Tensor | null;
  /** An int64 of no dimensions. */
  num_batches_tracked: Tensor | null;

  constructor(numFeatures: number, options: Required<BatchNormModuleOptions>) {
    super();
    const { affine, trackRunningStats } = options;
    this.numFeatures = numFeatures;
    this.eps = options.eps;
    this.momentum = options.momentum;
    this.affine = affine;
    this.trackRunningStats = trackRunningStats;
    this.weight = affine ? filledParameter(1, numFeatures) : null;
    this.bias = affine ? filledParameter(0, numFeatures) : null;
    const tracked = (name: string, make: () => unknown) =>
      this.registerBuffer(name, trackRunningStats ? (make() as Tensor) : null);
    this.running_mean = tracked("running_mean", () => call("aten::zeros", [[numFeatures]]));
    this.running_var = tracked("running_var", () => call("aten::ones", [[numFeatures]]));
    this.num_batches_tracked = tracked("num_batches_tracked", () =>
      call("aten::zeros", [[]], { dtype: "int64" }),
    );
  }

  resetRunningStats(): void {
    if (this.running_mean !== null) init.zeros_(this.running_mean);
    if (this.running_var !== null) init.ones_(this.running_var);
    if (this.num_batches_tracked !== null) init.zeros_(this.num_batches_tracked);
  }

  resetParameters(): void {
    this.resetRunningStats();
    if (this.weight !== null) init.ones_(this.weight);
    if (this.bias !== null) init.zeros_(this.bias);
  }

  protected override optionalState(): readonly string[] {
    return ["num_batches_tracked"];
  }

  override extraRepr(): string {
    const { eps, momentum, affine, trackRunningStats: track_running_stats } = this;
    return `${repr(this.numFeatures)}, ${fields({ eps, momentum, affine, track_running_stats })}`;
  }
}

abstract class BatchNorm extends NormBase {
  constructor(numFeatures: number, options: BatchNormModuleOptions = {}) {
    super(numFeatures, { eps: 1e-5, momentum: 0.1, affine: true, trackRunningStats: true, ...options });
  }

  /** How many dimensions an input may have. */
  protected abstract readonly ranks: readonly [number, number];

  forward(input: Tensor): Tensor {
    const [rank, other] = this.ranks;
    checkRank(this, input, rank, other);
    const { training, weight, bias, eps, running_mean, running_var } = this;
    const own = running_mean === null && running_var === null;
    const keepsStats = !training || this.trackRunningStats;
    return F.batchNorm(input, keepsStats ? running_mean : null, keepsStats ? running_var : null, {
      weight,
      bias,
      training: training || own,
      momentum: countBatch(this),
      eps,
    });
  }
}

/** Counts a training batch. Returns its share in the running statistics. */
function countBatch({ training, momentum, num_batches_tracked }: BatchNorm): number {
  if (!training || num_batches_tracked === null) return momentum ?? 0;
  call("aten::add_", [num_batches_tracked, 1]);
  return momentum ?? 1 / num_batches_tracked.item();
}

/** Batch normalisation of [N, C] or [N, C, L]. */
export class BatchNorm1d extends BatchNorm {
  protected override get ranks(): readonly [number, number] {
    return [2, 3];
  }
}

/** Batch normalisation of [N, C, H, W]. */
export class BatchNorm2d extends BatchNorm {
  protected override get ranks(): readonly [number, number] {
    return [4, 4];
  }
}

/** Batch normalisation of [N, C, D, H, W]. */
export class BatchNorm3d extends BatchNorm {
  protected override get ranks(): readonly [number, number] {
    return [5, 5];
  }
}

abstract class InstanceNorm extends NormBase {
  constructor(numFeatures: number, options: BatchNormModuleOptions = {}) {
    super(numFeatures, { eps: 1e-5, momentum: 0.1, affine: false, trackRunningStats: false, ...options });
  }
}

/** Normalises a batch of `rank` dimensions, or one sample. */
function normalize(module: InstanceNorm, input: Tensor, rank: number): Tensor {
  checkRank(module, input, rank - 1, rank);
  const batched = input.dim() === rank;
  const batch = batched ? input : (call("aten::unsqueeze", [input, 0]) as Tensor);
  const result = F.instanceNorm(batch, {
    runningMean: module.running_mean,
    runningVar: module.running_var,
    weight: module.weight,
    bias: module.bias,
    useInputStats: module.training || !module.trackRunningStats,
    momentum: module.momentum ?? 0,
    eps: module.eps,
  });
  return batched ? result : (call("aten::squeeze", [result, 0]) as Tensor);
}

/** Normalises each channel of each sample of [N, C, L]; the batch dimension may be missing. */
export class InstanceNorm1d extends InstanceNorm {
  forward(input: Tensor): Tensor {
    return normalize(this, input, 3);
  }
}

/** Normalises each channel of each sample of [N, C, H, W]; the batch dimension may be missing. */
export class InstanceNorm2d extends InstanceNorm {
  forward(input: Tensor): Tensor {
    return normalize(this, input, 4);
  }
}

/** Normalises each channel of each sample of [N, C, D, H, W]; the batch dimension may be missing. */
export class InstanceNorm3d extends InstanceNorm {
  forward(input: Tensor): Tensor {
    return normalize(this, input, 5);
  }
}
