/** Decompositions whose vectors have free signs: they must put the matrix together again, and be orthonormal. */

import { describe, expect, it } from "vitest";
import { call, type Tensor, torch } from "../../ts-frontend/index.ts";

/** Largest difference of elements. */
function distance(a: Tensor, b: Tensor): number {
  return a.numel() === 0 ? 0 : a.sub(b).abs().max().item();
}

function eye(n: number, like: Tensor): Tensor {
  return torch.eye(n, { dtype: like.dtype });
}

const shapes = [
  [4, 4],
  [6, 3],
  [3, 6],
  [2, 5, 4],
  [1, 1],
  [12, 12],
  [5, 0],
];

describe.each(["float32", "float64"] as const)("%s", (dtype) => {
  const close = dtype === "float32" ? 2e-5 : 1e-13;

  it.each(shapes.map((shape) => [shape]))("svd of %j", (shape) => {
    torch.manualSeed(1);
    const a = torch.randn(shape, { dtype });
    const [rows, columns] = shape.slice(-2) as [number, number];
    for (const full of [false, true]) {
      const [u, s, vh] = torch.linalgSvd(a, full);
      const k = Math.min(rows, columns);
      expect(u.shape.at(-1)).toBe(full ? rows : k);
      expect(vh.shape.at(-2)).toBe(full ? columns : k);
      expect(distance(u.mT.matmul(u), eye(full ? rows : k, a))).toBeLessThan(close);
      expect(distance(vh.matmul(vh.mT), eye(full ? columns : k, a))).toBeLessThan(close);
      const scaled = u.narrow(-1, 0, k).mul(s.unsqueeze(-2));
      expect(distance(scaled.matmul(vh.narrow(-2, 0, k)), a)).toBeLessThan(close * 10);
    }
    const [u, s, v] = torch.svd(a);
    expect(distance(u.mul(s.unsqueeze(-2)).matmul(v.mT), a)).toBeLessThan(close * 10);
  });

  it("svd completes the vectors of singular matrices", () => {
    torch.manualSeed(2);
    const low = torch.randn([6, 2], { dtype }).matmul(torch.randn([2, 5], { dtype }));
    for (const a of [low, torch.zeros([3, 5], { dtype }), torch.ones([4, 4], { dtype })]) {
      const [u, s, vh] = torch.linalgSvd(a);
      expect(distance(u.mT.matmul(u), eye(a.shape[0]!, a))).toBeLessThan(close);
      expect(distance(vh.matmul(vh.mT), eye(a.shape[1]!, a))).toBeLessThan(close);
      const k = s.shape[0]!;
      const again = u
        .narrow(-1, 0, k)
        .mul(s)
        .matmul(vh.narrow(0, 0, k));
      expect(distance(again, a)).toBeLessThan(close * 10);
    }
  });

  it.each([1, 2, 5, 20].map((n) => [n]))("eigh of %i rows", (n) => {
    torch.manualSeed(n);
    const a = torch.randn([2, n, n], { dtype });
    const symmetric = a.add(a.mT);
    for (const uplo of ["L", "U"]) {
      const [values, vectors] = torch.linalgEigh(symmetric, uplo);
      expect(distance(vectors.mT.matmul(vectors), eye(n, a))).toBeLessThan(close);
      expect(distance(symmetric.matmul(vectors), vectors.mul(values.unsqueeze(-2)))).toBeLessThan(close * 20);
      expect(distance(values, torch.linalgEigvalsh(symmetric))).toBeLessThan(close * 20);
      const list = values.tolist() as number[][];
      for (const row of list) expect(row).toEqual([...row].sort((x, y) => x - y));
    }
  });
});

it("what has no decomposition is refused by name", () => {
  const code = (run: () => unknown): string => {
    try {
      run();
    } catch (error) {
      return (error as { code: string }).code;
    }
    return "none";
  };
  expect(code(() => torch.linalgInv(torch.zeros([2, 2])))).toBe("SINGULAR");
  expect(code(() => torch.linalgInv(torch.zeros([2, 3])))).toBe("NOT_SQUARE");
  expect(code(() => torch.linalgCholesky(torch.eye(2).neg()))).toBe("NOT_POSITIVE");
  expect(code(() => torch.linalgSvd(torch.tensor([[Number.NaN]])))).toBe("NOT_FINITE");
  expect(code(() => torch.linalgEigh(torch.ones([2, 2]), "X"))).toBe("BAD_TEXT");
  expect(code(() => call("aten::linalg_eig", [torch.ones([2, 2])]))).toBe("UNSUPPORTED");
});
