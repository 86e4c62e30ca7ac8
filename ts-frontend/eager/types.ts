/** The types of operator arguments. */

import type { DType } from "../../format/dtype.ts";
import type { Dim } from "./dim.ts";

/** An integer: an integral number, a bigint, or a size of a tensor. */
export type Int = number | bigint | Dim;

/** One integer, or a list of them; a single one stands for as many as are wanted. */
export type Ints = Int | readonly Int[];

/** A number that takes part in arithmetic with tensors: an int when it is integral, else a float. */
export type Scalar = number | bigint | boolean | Dim;

/** A dtype by its name, as `torch.float32` holds it, or by PyTorch's older name. */
export type DTypeLike = DType | "float" | "double" | "half" | "char" | "byte" | "short" | "int" | "long";

/** Where a tensor lives: always `"cpu"`. */
export type Device = "cpu";

export type Layout = "strided";

export type MemoryFormat = "contiguous_format" | "preserve_format" | "channels_last" | "channels_last_3d";

/** What every maker of tensors takes. */
export interface TensorOptions {
  /** By default float32, or what the values suggest. */
  readonly dtype?: DTypeLike | null | undefined;
  readonly layout?: Layout | null | undefined;
  readonly device?: Device | null | undefined;
  readonly pinMemory?: boolean | null | undefined;
}
