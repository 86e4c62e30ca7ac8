/** Convolutions and their transposes. */

import type { Tensor } from "../tensor.ts";
import * as F from "./functional/index.ts";
import { type Size, type Sizes, spread } from "./functional/op.ts";
import * as init from "./init.ts";
import { Module } from "./module.ts";
import { optionError, refuseOption } from "./options.ts";
import type { Parameter } from "./parameter.ts";
import { fields } from "./repr.ts";
import { emptyParameter } from "./weights.ts";

export interface ConvModuleOptions {
  stride?: Sizes;
  /** Elements added around the input; `"same"` keeps its size (stride 1 only), `"valid"` is 0. */
  padding?: Sizes | "same" | "valid";
  dilation?: Sizes;
  groups?: number;
  bias?: boolean;
  /** What the padding holds: zeros by default. */
  paddingMode?: "zeros" | Exclude<F.PaddingMode, "constant">;
}

export interface ConvTransposeModuleOptions {
  stride?: Sizes;
  padding?: Sizes;
  outputPadding?: Sizes;
  groups?: number;
  bias?: boolean;
  dilation?: Sizes;
}

/** What convolutions have in common: weights of `dims` spatial dimensions, initialised uniformly in ±1/√fanIn. */
abstract class ConvBase extends Module {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;
  weight: Parameter;
  /** [outChannels] */
  bias: Parameter | null;

  constructor(
    dims: number,
    transposed: boolean,
    inChannels: number,
    outChannels: number,
    kernelSize: Sizes,
    options: { stride?: Sizes; dilation?: Sizes; groups?: number; bias?: boolean },
  ) {
    super();
    const { stride = 1, dilation = 1, groups = 1, bias = true } = options;
    if (groups < 1 || inChannels % groups !== 0 || outChannels % groups !== 0) {
      throw optionError(`${inChannels} and ${outChannels} channels cannot be split into ${groups} groups`);
    }
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.kernelSize = spread(kernelSize, dims);
    this.stride = spread(stride, dims);
    this.dilation = spread(dilation, dims);
    this.groups = groups;
    const [first, second] = transposed ? [inChannels, outChannels] : [outChannels, inChannels];
    this.weight = emptyParameter(first, second / groups, ...this.kernelSize);
    this.bias = bias ? emptyParameter(outChannels) : null;
    this.resetParameters();
  }

  resetParameters(): void {
    init.kaimingUniform_(this.weight, { a: Math.sqrt(5) });
    if (this.bias === null) return;
    const { fanIn } = init.calculateFanInAndFanOut(this.weight);
    if (fanIn === 0) return;
    const bound = 1 / Math.sqrt(fanIn);
    init.uniform_(this.bias, -bound, bound);
  }

  protected describe(padding: Sizes | string, outputPadding: readonly number[], paddingMode: string): string {
    const unless = (sizes: readonly number[], usual: number) =>
      sizes.every((n) => n === usual) ? undefined : sizes;
    const head = `${this.inChannels}, ${this.outChannels}, `;
    return (
      head +
      fields({
        kernel_size: this.kernelSize,
        stride: this.stride,
        padding: Array.isArray(padding) ? unless(padding, 0) : (padding as string),
        dilation: unless(this.dilation, 1),
        output_padding: unless(outputPadding, 0),
        groups: this.groups === 1 ? undefined : this.groups,
        bias: this.bias === null ? false : undefined,
        padding_mode: paddingMode === "zeros" ? undefined : paddingMode,
      })
    );
  }
}

abstract class Conv extends ConvBase {
  readonly padding: readonly number[] | "same" | "valid";
  readonly paddingMode: NonNullable<ConvModuleOptions["paddingMode"]>;
  /** The padding as `F.pad` takes it: both sides of the last dimension first. */
  private readonly border: readonly number[];

  constructor(
    dims: 1 | 2 | 3,
    inChannels: number,
    outChannels: number,
    kernelSize: Sizes,
    options: ConvModuleOptions = {},
  ) {
    super(dims, false, inChannels, outChannels, kernelSize, options);
    const { padding = 0, paddingMode = "zeros" } = options;
    if (padding === "same" && this.stride.some((step) => step !== 1)) {
      throw optionError('padding "same" goes with stride 1 only');
    }
    this.padding = typeof padding === "string" ? padding : spread(padding, dims);
    this.paddingMode = paddingMode;
    const sides = this.kernelSize.map((size, i): [number, number] => {
      if (this.padding === "valid") return [0, 0];
      if (this.padding !== "same") return [this.padding[i]!, this.padding[i]!];
      const total = this.dilation[i]! * (size - 1);
      return [Math.floor(total / 2), Math.ceil(total / 2)];
    });
    this.border = sides.reverse().flat();
  }

  forward(input: Tensor): Tensor {
    const { weight, bias, stride, dilation, groups } = this;
    const convolve = [F.conv1d, F.conv2d, F.conv3d][this.kernelSize.length - 1]!;
    if (this.paddingMode === "zeros") {
      return convolve(input, weight, bias, { stride, padding: this.padding, dilation, groups });
    }
    const padded = F.pad(input, this.border, { mode: this.paddingMode });
    return convolve(padded, weight, bias, { stride, dilation, groups });
  }

  override extraRepr(): string {
    return this.describe(this.padding, [], this.paddingMode);
  }
}

/** Convolution of [N, inChannels, L] to [N, outChannels, L']; the batch dimension may be missing. */
export class Conv1d extends Conv {
  constructor(inChannels: number, outChannels: number, kernelSize: Sizes, options: ConvModuleOptions = {}) {
    super(1, inChannels, outChannels, kernelSize, options);
  }
}

/** Convolution of [N, inChannels, H, W] to [N, outChannels, H', W']; the batch dimension may be missing. */
export class Conv2d extends Conv {
  constructor(inChannels: number, outChannels: number, kernelSize: Sizes, options: ConvModuleOptions = {}) {
    super(2, inChannels, outChannels, kernelSize, options);
  }
}

/** Convolution of [N, inChannels, D, H, W] to [N, outChannels, D', H', W']; the batch dimension may be missing. */
export class Conv3d extends Conv {
  constructor(inChannels: number, outChannels: number, kernelSize: Sizes, options: ConvModuleOptions = {}) {
    super(3, inChannels, outChannels, kernelSize, options);
  }
}

abstract class ConvTranspose extends ConvBase {
  readonly padding: readonly number[];
  readonly outputPadding: readonly number[];

  constructor(
    dims: 1 | 2,
    inChannels: number,
    outChannels: number,
    kernelSize: Sizes,
    options: ConvTransposeModuleOptions,
  ) {
    super(dims, true, inChannels, outChannels, kernelSize, options);
    this.padding = spread(options.padding ?? 0, dims);
    this.outputPadding = spread(options.outputPadding ?? 0, dims);
  }

  /** `outputSize` names the output's spatial sizes, of which several are possible when the stride is above 1. */
  forward(input: Tensor, outputSize?: readonly Size[]): Tensor {
    const { weight, bias, stride, padding, outputPadding, groups, dilation } = this;
    const options = { stride, padding, outputPadding, groups, dilation };
    const convolve = this.kernelSize.length === 1 ? F.convTranspose1d : F.convTranspose2d;
    if (outputSize === undefined) return convolve(input, weight, bias, options);
    const rest = paddingFor(this, input, outputSize);
    return convolve(input, weight, bias, { ...options, outputPadding: rest });
  }

  override extraRepr(): string {
    return this.describe(this.padding, this.outputPadding, "zeros");
  }
}

/** What is left of the sizes wanted, of which the last ones count, after the smallest possible. */
function paddingFor(module: ConvTranspose, input: Tensor, outputSize: readonly Size[]): Size[] {
  const { kernelSize, stride, padding, dilation } = module;
  const dims = kernelSize.length;
  if (outputSize.length !== dims && outputSize.length !== input.dim()) {
    refuseOption(`outputSize should have ${dims} sizes, got ${outputSize.length}`);
  }
  return outputSize.slice(-dims).map((wanted, i) => {
    const grown = input
      .size(i - dims)
      .sub(1)
      .mul(stride[i]!);
    const smallest = grown.add(dilation[i]! * (kernelSize[i]! - 1) + 1 - 2 * padding[i]!);
    return smallest.neg().add(wanted);
  });
}

/** The transpose of Conv1d: [N, inChannels, L] to [N, outChannels, L']. */
export class ConvTranspose1d extends ConvTranspose {
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Sizes,
    options: ConvTransposeModuleOptions = {},
  ) {
    super(1, inChannels, outChannels, kernelSize, options);
  }
}

/** The transpose of Conv2d: [N, inChannels, H, W] to [N, outChannels, H', W']. */
export class ConvTranspose2d extends ConvTranspose {
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Sizes,
    options: ConvTransposeModuleOptions = {},
  ) {
    super(2, inChannels, outChannels, kernelSize, options);
  }
}
