/** aten::set_: one tensor takes the place of another in memory. */

import { expect, it } from "vitest";
import { Runtime } from "../../loader/runtime.ts";
import { Tensor } from "../../loader/tensor.ts";
import { leavesNothing, loadParts } from "../support/programs.ts";

it("makes a tensor share another's memory, sizes and strides", async () => {
  const runtime = await Runtime.create();
  const module = loadParts(runtime, {
    functions: {
      f: `graph(%a : Tensor, %b : Tensor):
  %t : Tensor = aten::t(%b)
  %c : Tensor = aten::set_.source_Tensor(%a, %t)
  %two : int = prim::Constant[value=2]()
  %d : Tensor = aten::mul_.Scalar(%b, %two)
  %same : bool = aten::__is__(%a, %c)
  return (%a, %same)`,
    },
  });
  leavesNothing(runtime, () => {
    const b = new Tensor(new Float32Array([1, 2, 3, 4, 5, 6]), [2, 3]);
    const [a, same] = module.forward(new Tensor(new Float32Array([0])), b) as [Tensor, boolean];
    expect(a.shape).toEqual([3, 2]);
    expect([...a.data]).toEqual([2, 8, 4, 10, 6, 12]);
    expect(same).toBe(true);
    const ints = new Tensor(new BigInt64Array([1n]), [1, 1], "int64");
    expect(() => module.forward(new Tensor(new Float32Array([0])), ints)).toThrow("dtypes must be the same");
  });
});
