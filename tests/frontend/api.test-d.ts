/** Types of the generated API: checked by `tsc`, never run. */

import { expectTypeOf } from "vitest";
import {
  type Dim,
  type DType,
  keep,
  type MemoryView,
  type Nested,
  scope,
  type Tensor,
  torch,
} from "../../ts-frontend/index.ts";

declare const x: Tensor;
declare const d: Dim;

// Operators: overloads, numbers for tensors, keyword arguments, in-place.
expectTypeOf(x.add(x)).toEqualTypeOf<Tensor>();
expectTypeOf(x.add(2)).toEqualTypeOf<Tensor>();
expectTypeOf(x.add(2n, { alpha: 0.5 })).toEqualTypeOf<Tensor>();
expectTypeOf(torch.add(x, x, { alpha: 2 })).toEqualTypeOf<Tensor>();
expectTypeOf(x.add_(1)).toEqualTypeOf<Tensor>();
expectTypeOf(x.sum()).toEqualTypeOf<Tensor>();
expectTypeOf(x.sum(1, true, { dtype: "float64" })).toEqualTypeOf<Tensor>();
expectTypeOf(x.sum([0, 1], { keepdim: true, dtype: torch.float64 })).toEqualTypeOf<Tensor>();
expectTypeOf(x.isFloatingPoint()).toEqualTypeOf<boolean>();
expectTypeOf(torch.resultType(x, 1)).toEqualTypeOf<DType>();

// Several results are tuples with PyTorch's names; lists are arrays.
expectTypeOf(torch.varMean(x, [0])).toExtend<[Tensor, Tensor]>();
expectTypeOf(x.split(2)).toEqualTypeOf<Tensor[]>();

// In-place operators keep a subclass.
declare class Weight extends (await import("../../ts-frontend/index.ts")).Tensor {
  readonly tied: boolean;
}
declare const weight: Weight;
expectTypeOf(weight.mul_(2)).toEqualTypeOf<Weight>();
expectTypeOf(weight.mul(2)).toEqualTypeOf<Tensor>();

// Sizes: numbers, Dims, bigints; one by one or in a list.
expectTypeOf(x.reshape(2, d, -1)).toEqualTypeOf<Tensor>();
expectTypeOf(x.reshape([d, 3n])).toEqualTypeOf<Tensor>();
expectTypeOf(torch.zeros(2, d)).toEqualTypeOf<Tensor>();
expectTypeOf(torch.zeros([2, d], { dtype: "int64" })).toEqualTypeOf<Tensor>();
expectTypeOf(x.size(0)).toEqualTypeOf<Dim>();
expectTypeOf(x.size()).toEqualTypeOf<Dim[]>();
expectTypeOf(x.shape).toEqualTypeOf<number[]>();
expectTypeOf(x.size(0).mul(2).value).toEqualTypeOf<number>();
expectTypeOf(x.size(0).eq(3)).toEqualTypeOf<boolean>();

// A memory view without arguments, the operator with them.
expectTypeOf(x.view()).toEqualTypeOf<MemoryView>();
expectTypeOf(x.view(2, -1)).toEqualTypeOf<Tensor>();
expectTypeOf(x.view([2, d])).toEqualTypeOf<Tensor>();

// Values.
expectTypeOf(x.dtype).toEqualTypeOf<DType>();
expectTypeOf(x.item()).toEqualTypeOf<number>();
expectTypeOf(x.itemBigInt()).toEqualTypeOf<bigint>();
expectTypeOf(x.itemBool()).toEqualTypeOf<boolean>();
expectTypeOf(x.tolist()).toEqualTypeOf<Nested>();
expectTypeOf(torch.float32).toEqualTypeOf<"float32">();

// Indexing.
expectTypeOf(x.at(0, torch.slice(1, d), null, torch.ellipsis, x, [1, 2])).toEqualTypeOf<Tensor>();
expectTypeOf(x.set([0, torch.slice()], 5)).toEqualTypeOf<Tensor>();

// Scopes give back what they were given.
expectTypeOf(scope(() => ({ a: x, n: 1 }))).toEqualTypeOf<{ a: Tensor; n: number }>();
expectTypeOf(keep(weight)).toEqualTypeOf<Weight>();

// What is refused before it runs.
// @ts-expect-error a size is no number
expectTypeOf<number>(x.size(0));
// @ts-expect-error arithmetic on a size
void (x.size(0) * 2);
// @ts-expect-error a string is no operand
x.add("1");
// @ts-expect-error no such keyword
x.add(x, { beta: 2 });
// @ts-expect-error no such dtype
torch.zeros([2], { dtype: "complex64" });
// @ts-expect-error a tensor is no size
torch.zeros(x);
// @ts-expect-error a slice has no place among sizes
x.reshape(torch.slice(1));
