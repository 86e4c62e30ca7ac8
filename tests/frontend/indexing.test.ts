/** Indexing: the same elements as Python's, views where Python gives views, and writes through them. */

import { describe, expect, test } from "vitest";
import { ellipsis, type Index, SconceError, slice, type Tensor, torch } from "../../ts-frontend/index.ts";

/** x[i][j][k] = 100 i + 10 j + k, of shape [3, 4, 5]. */
function cube(): Tensor {
  const at = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
  return torch.tensor(at(3).map((i) => at(4).map((j) => at(5).map((k) => 100 * i + 10 * j + k))));
}

const x = cube();
const mask = torch.tensor([true, false, true]);

/** [the Python expression, our indices, its shape, its first elements]: as PyTorch answers. */
const views: [string, Index[], number[], number[]][] = [
  ["x[1]", [1], [4, 5], [100, 101]],
  ["x[-1, 2]", [-1, 2], [5], [220, 221]],
  ["x[1, 2, 3]", [1, 2, 3], [], [123]],
  ["x[1:]", [slice(1)], [2, 4, 5], [100, 101]],
  ["x[:, 1:3]", [slice(), slice(1, 3)], [3, 2, 5], [10, 11]],
  ["x[:, ::2, -3:-1]", [slice(), slice(null, null, 2), slice(-3, -1)], [3, 2, 2], [2, 3, 22, 23]],
  ["x[5:9]", [slice(5, 9)], [0, 4, 5], []],
  ["x[..., 0]", [ellipsis, 0], [3, 4], [0, 10, 20]],
  ["x[0, ..., 1]", [0, ellipsis, 1], [4], [1, 11, 21]],
  ["x[..., 1, :]", [ellipsis, 1, slice()], [3, 5], [10, 11]],
  ["x[None, 0]", [null, 0], [1, 4, 5], [0, 1]],
  ["x[:, None, 2]", [slice(), null, 2], [3, 1, 5], [20, 21]],
  ["x[...]", [ellipsis], [3, 4, 5], [0, 1]],
  ["x[x.size(0) - 1]", [x.size(0).sub(1)], [4, 5], [200, 201]],
  ["x[tensor(2)]", [torch.tensor(2n)], [4, 5], [200, 201]],
];

test.each(views)("%s is a view", (_, indices, shape, first) => {
  const y = x.at(...indices);
  expect(y.shape).toEqual(shape);
  expect(Array.from(y.data as Float32Array).slice(0, first.length)).toEqual(first);
  if (y.numel() === 0) return;
  const whole = cube();
  const part = whole.at(...indices);
  part.add_(1000);
  expect(whole.sum().item() - x.sum().item()).toBe(1000 * part.numel());
});

const copies: [string, Index[], number[], number[]][] = [
  ["x[[0, 2]]", [[0, 2]], [2, 4, 5], [0, 1]],
  [
    "x[[0, 2], [1, 3]]",
    [
      [0, 2],
      [1, 3],
    ],
    [2, 5],
    [10, 11, 12, 13, 14, 230],
  ],
  ["x[:, [0, -1], 1]", [slice(), [0, -1], 1], [3, 2], [1, 31, 101, 131]],
  ["x[[2, 0], :, [1, 0]]", [[2, 0], slice(), [1, 0]], [2, 4], [201, 211, 221, 231, 0]],
  ["x[mask]", [mask], [2, 4, 5], [0, 1]],
  ["x[mask, 0]", [mask, 0], [2, 5], [0, 1, 2, 3, 4, 200]],
  ["x[..., [4, 4]]", [ellipsis, [4, 4]], [3, 4, 2], [4, 4, 14]],
  ["x[[True, False, True]]", [[true, false, true]], [2, 4, 5], [0, 1]],
  ["x[True]", [true], [1, 3, 4, 5], [0, 1]],
  ["x[False]", [false], [0, 3, 4, 5], []],
  ["x[tensor(True)]", [torch.tensor(true)], [1, 3, 4, 5], [0, 1]],
  ["x[[]]", [[]], [0, 4, 5], []],
  [
    "x[tensor([[0, 1], [2, 0]])]",
    [
      torch.tensor([
        [0n, 1n],
        [2n, 0n],
      ]),
    ],
    [2, 2, 4, 5],
    [0, 1],
  ],
  ["x[None, [1]]", [null, [1]], [1, 1, 4, 5], [100, 101]],
];

describe("by tensors", () => {
  test.each(copies)("%s is a copy", (_, indices, shape, first) => {
    const y = x.at(...indices);
    expect(y.shape).toEqual(shape);
    expect(Array.from(y.data as Float32Array).slice(0, first.length)).toEqual(first);
  });

  test("a mask of several dimensions takes as many", () => {
    const wide = torch.tensor([
      [true, false],
      [false, true],
    ]);
    const y = torch
      .tensor([
        [
          [1, 2],
          [3, 4],
        ],
        [
          [5, 6],
          [7, 8],
        ],
      ])
      .at(wide);
    expect(y.tolist()).toEqual([
      [1, 2],
      [7, 8],
    ]);
  });
});

describe("writing", () => {
  test("numbers and tensors, broadcast", () => {
    const y = cube();
    expect(y.set([0], 7)).toBe(y);
    expect(y.at(0).sum().item()).toBe(7 * 20);
    y.set([1, slice(1, 3)], torch.tensor([1, 2, 3, 4, 5]));
    expect(y.at(1, 2).tolist()).toEqual([1, 2, 3, 4, 5]);
    expect(y.at(1, 0).tolist()).toEqual([100, 101, 102, 103, 104]);
    y.set([2, 0], torch.tensor([[[9, 9, 9, 9, 8]]]));
    expect(y.at(2, 0).tolist()).toEqual([9, 9, 9, 9, 8]);
    y.set([ellipsis], 0);
    expect(y.sum().item()).toBe(0);
  });

  test("by tensors", () => {
    const y = cube();
    y.set([mask, 0], -1);
    expect(y.at(2, 0).tolist()).toEqual([-1, -1, -1, -1, -1]);
    expect(y.at(1, 0).tolist()).toEqual([100, 101, 102, 103, 104]);
    y.set(
      [
        [0, 1],
        [1, 1],
        [2, 3],
      ],
      torch.tensor([70, 80]),
    );
    expect([y.at(0, 1, 2).item(), y.at(1, 1, 3).item()]).toEqual([70, 80]);
  });
});

test("what is no index is refused", () => {
  expect(() => x.at(0, 0, 0, 0)).toThrow(/4 indices/);
  expect(() => x.at(3)).toThrow(SconceError);
  expect(() => x.at(ellipsis, ellipsis)).toThrow(/second ellipsis/);
  expect(() => x.at("0" as never)).toThrow(/string/);
  expect(() => x.at(slice(0, 3, 0))).toThrow(/step/);
  expect(() => x.at(slice(3, 0, -1))).toThrow(/step/);
  expect(() => x.at(1.5)).toThrow(SconceError);
});
