/** Batch norm folded into convolutions: text in, text out; what keeps it apart. */

import { expect, it } from "vitest";
import { foldBatchNorm } from "../../ts-frontend/passes/fold-batch-norm.ts";
import { runPass } from "../../ts-frontend/passes/pass.ts";
import { afterRun, dedent, tensor } from "./support.ts";

const tensors = {
  w: tensor([1, 2], [2, 1, 1]),
  gamma: tensor([2, 0.5]),
  beta: tensor([1, -1]),
  mean: tensor([0.5, 1]),
  var: tensor([4, 1]),
  // scale is gamma / sqrt(var): 1 and 0.5
  w2: tensor([1, 1], [2, 1, 1]),
  b2: tensor([0.5, -1.5]),
};

const HEAD = `
      graph(%x : Tensor):
        %no : NoneType = prim::Constant()
        %off : bool = prim::Constant[value=0]()
        %eps : float = prim::Constant[value=0.]()
        %one : int = prim::Constant[value=1]()
        %s : int[] = prim::Constant[value=[1]]()
        %p : int[] = prim::Constant[value=[0]]()`;
const VECTORS = `
        %gamma : Tensor = prim::Constant[value=$gamma]()
        %beta : Tensor = prim::Constant[value=$beta]()
        %mean : Tensor = prim::Constant[value=$mean]()
        %var : Tensor = prim::Constant[value=$var]()`;

const before = (use = "", training = "off") => `${HEAD}
        %w : Tensor = prim::Constant[value=$w]()${VECTORS}
        %y : Tensor = aten::conv1d(%x, %w, %no, %s, %p, %s, %one)${use}
        %z : Tensor = aten::batch_norm(%y, %gamma, %beta, %mean, %var, %${training}, %eps, %eps, %off)
        return (%z)`;

it("becomes the convolution's weight and bias", () => {
  const got = afterRun((program) => expect(runPass(foldBatchNorm, program)).toBe(true), before(), tensors);
  expect(got).toBe(
    dedent(`${HEAD.replace(/.*%no : .*\n/, "")}${VECTORS}
        %w : Tensor = prim::Constant[value=$w2]()
        %0 : Tensor = prim::Constant[value=$b2]()
        %y : Tensor = aten::conv1d(%x, %w, %0, %s, %p, %s, %one)
        return (%y)`),
  );
});

it("stays where the convolution's result is used, in training, and where constants are written", () => {
  const texts = [
    before("\n        = prim::Print(%y)".replace("\n        =", "\n         =")),
    before("\n        %on : bool = prim::Constant[value=1]()", "on"),
    before("\n        %mean2 : Tensor = aten::relu_(%mean)"),
  ];
  for (const text of texts) {
    afterRun((program) => expect(runPass(foldBatchNorm, program)).toBe(false), text, tensors);
  }
});
