/** Tensors: operators, sizes, indexing, control flow on their values, iteration. */

import { type Tensor, torch } from "sconce/torch";

const vector = () => [torch.tensor([1, -2, 3.5, 0])];
const matrix = () => [
  torch.tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]),
];

export function operators(x: Tensor): Tensor {
  return x.mul(2).add(1).relu().sub(x);
}
operators.cases = [vector, matrix];

export function functions(x: Tensor): Tensor {
  return torch.cat([torch.exp(x), torch.zeros([1, 3]), torch.ones(1, 3)]);
}
functions.cases = [matrix];

export function branchOnValue(x: Tensor): Tensor {
  if (x.sum().item() > 0) return x.mul(2);
  return x.neg();
}
branchOnValue.cases = [vector, () => [torch.tensor([-1, -2])]];

export function branchOnBoolean(x: Tensor): number {
  return x.sum().gt(0).itemBool() ? 1 : x.any().itemBool() ? 2 : 3;
}
branchOnBoolean.cases = [vector, () => [torch.tensor([-1, -2])], () => [torch.tensor([0, 0])]];

export function loopOverRows(x: Tensor): Tensor {
  let sum = torch.zeros([3]);
  for (const row of x) sum = sum.add(row.mul(row.max()));
  return sum;
}
loopOverRows.cases = [matrix];

export function loopCount(x: Tensor, n: number): Tensor {
  let y = x;
  for (let i = 0; i < n; i++) {
    y = y.add(i);
    if (y.max().item() > 10) break;
  }
  return y;
}
loopCount.cases = [() => [torch.tensor([1, 2]), 3], () => [torch.tensor([1, 2]), 100]];

export function untilConverged(x: Tensor): number {
  let y = x;
  let steps = 0;
  while (y.abs().max().item() > 0.01) {
    y = y.div(2);
    steps++;
  }
  return steps;
}
untilConverged.cases = [vector];

export function sizes(x: Tensor): number[] {
  const [rows, columns] = [x.size(0), x.size(1)];
  return [rows.value, columns.mul(2).value, x.shape.length, x.shape[0]!, x.dim(), x.numel(), x.ndim];
}
sizes.cases = [matrix];

export function reshaped(x: Tensor): Tensor {
  const n = x.size(0);
  return x
    .reshape([x.size(1), n])
    .view(-1)
    .view(n.mul(x.size(1)), 1);
}
reshaped.cases = [matrix];

export function indexed(x: Tensor): Tensor {
  return torch.stack([x.at(0), x.at(-1), x.select(0, 1)]);
}
indexed.cases = [matrix];

export function itemAt(x: Tensor, i: number): number {
  return x.at(0, i).item() + x.at(1, -1).item();
}
itemAt.cases = [() => [...matrix(), 0], () => [...matrix(), 2]];

export function written(x: Tensor): Tensor {
  const y = x.clone();
  y.set([0], 9);
  y.set([1, 2], y.at(0, 0).add(1));
  return y;
}
written.cases = [matrix];

export function inPlace(x: Tensor): Tensor {
  const y = x.clone();
  y.add_(1);
  y.mul_(y);
  const view = y.select(0, 0);
  view.fill_(0);
  return y;
}
inPlace.cases = [matrix];

export function listOfTensors(x: Tensor): Tensor {
  const parts: Tensor[] = [];
  for (let i = 0; i < 3; i++) parts.push(x.mul(i));
  return torch.stack(parts).sum(0);
}
listOfTensors.cases = [vector];

export function tensorTuple(x: Tensor): [Tensor, Tensor] {
  const [values, indices] = x.max(-1);
  return [values, indices];
}
tensorTuple.cases = [matrix];

export function chunked(x: Tensor): Tensor {
  const [a, b, c] = x.chunk(3, 1);
  return torch.cat([c!, a!, b!], 1);
}
chunked.cases = [matrix];

export function optionalTensor(x: Tensor, bias?: Tensor): Tensor {
  if (bias !== undefined) return x.add(bias);
  return x;
}
optionalTensor.cases = [vector, () => [...vector(), torch.tensor([10, 20, 30, 40])]];

export function scalarsBothKinds(x: Tensor, n: number): Tensor {
  const whole = torch.tensor([1n, 2n]).mul(n);
  return torch.cat([x.add(n), whole.to(torch.float32)]);
}
scalarsBothKinds.cases = [() => [...vector(), 2], () => [...vector(), 0.5]];

export function made(n: number): Tensor {
  return torch
    .tensor([n, n + 1, 0.5])
    .add(torch.arange(3))
    .add(torch.full([3], n));
}
made.cases = [[1], [2.25]];

export function fromList(list: number[]): Tensor {
  return torch.tensor(list.map((x) => x * x)).sum();
}
fromList.cases = [[[1, 2, 3]]];

export function wholeNumbers(rows: number[][], pair: [number, number]): Tensor[] {
  return [
    torch.tensor(rows, { dtype: torch.int64 }),
    torch.tensor([rows, rows], { dtype: torch.int32 }),
    torch.tensor([pair], { dtype: torch.int64 }),
  ];
}
wholeNumbers.cases = [
  [
    [
      [1, 2],
      [3, -4],
    ],
    [5, 6],
  ],
  [[[]], [0, -0]],
];

export function toListAgain(x: Tensor): number[] {
  const rows = x.tolist() as number[][];
  return rows.map((row) => row.reduce((a, b) => a + b, 0));
}
toListAgain.cases = [matrix];

export function dtypes(x: Tensor): Tensor {
  const y = x.to(torch.int64);
  return y.dtype === torch.int64 ? y.add(1) : x;
}
dtypes.cases = [vector];

export function comparisonsMask(x: Tensor): Tensor {
  return torch.where(x.gt(0), x, x.neg()).maskedFill(x.eq(0), 7);
}
comparisonsMask.cases = [vector];

export function keywordOptions(x: Tensor): Tensor {
  return x.softmax(0).div(2, { roundingMode: "floor" }).add(x.sum(0, true)).add(1, { alpha: 3 });
}
keywordOptions.cases = [vector];

export function einsumAndMatmul(x: Tensor): Tensor {
  return torch.einsum("ij,kj->ik", [x, x]).add(x.matmul(x.t()));
}
einsumAndMatmul.cases = [matrix];

export function helperCalls(x: Tensor): Tensor {
  return normalized(normalized(x, 1), 2);
}
helperCalls.cases = [vector];

export function normalized(x: Tensor, scale: number): Tensor {
  return x.sub(x.mean()).div(x.std()).mul(scale);
}

export function mapOfTensors(x: Tensor): Tensor {
  const m = new Map<string, Tensor>();
  m.set("a", x);
  m.set("b", x.mul(2));
  let sum = torch.zeros([4]);
  for (const [, t] of m) sum = sum.add(t);
  return sum.add(m.get("a") ?? sum);
}
mapOfTensors.cases = [vector];

export function dims(x: Tensor): number {
  const n = x.size(0);
  const m = x.size(1);
  if (n.eq(2) && m.gt(2)) return n.add(m).mul(10).value;
  return m.sub(n).value;
}
dims.cases = [matrix, () => [torch.zeros([1, 1])]];

export function greedyDecode(weights: Tensor, n: number): number[] {
  let token = 0;
  const out: number[] = [];
  for (let i = 0; i < n; i++) {
    const logits = weights.at(token);
    token = logits.argmax().item();
    out.push(token);
    if (token === 2) break;
  }
  return out;
}
greedyDecode.cases = [
  () => [
    torch.tensor([
      [0, 1, 0],
      [0, 0, 1],
      [1, 0, 0],
    ]),
    10,
  ],
  () => [
    torch.tensor([
      [1, 0],
      [0, 1],
    ]),
    3,
  ],
];

export function recursionOnTensors(x: Tensor, n: number): Tensor {
  return n === 0 ? x : recursionOnTensors(x.add(1), n - 1);
}
recursionOnTensors.cases = [() => [...vector(), 3]];

export function exceptionsFromOperators(x: Tensor): string {
  try {
    x.matmul(torch.zeros([5, 5]));
    return "fine";
  } catch {
    return "failed";
  }
}
exceptionsFromOperators.cases = [matrix];

export function printsTensorParts(x: Tensor): number {
  for (const row of x) console.log(row.sum().item(), row.shape.join("x"));
  return x.sum().item();
}
printsTensorParts.cases = [matrix];
