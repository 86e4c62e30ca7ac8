/** The elementwise engine: every layout gives the same bits, memory that is shared, strides of results, no leaks. */

import { beforeAll, describe, expect, test } from "vitest";
import { Runtime } from "../../loader/runtime.ts";
import { type Arg, call, type Held, hold } from "../support/calls.ts";
import { randomInts } from "../support/random.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await Runtime.create();
});

const random = randomInts(11);
const numbers = (n: number): number[] => Array.from({ length: n }, () => (random(4001) - 2000) / 512);
const product = (sizes: readonly number[]): number => sizes.reduce((n, size) => n * size, 1);

/** The first result of an operator. */
function run(name: string, ...args: Arg[]): Held {
  return call(runtime, name, ...args)[0]!;
}

/** A tensor of `shape` in one of several layouts, and its elements in row-major order. */
function laidOut(shape: readonly number[], how: number): { held: Held; values: number[] } {
  const values = numbers(product(shape));
  const last = shape.length - 1;
  if (how === 0 || shape.length === 0) return { held: hold(runtime, values, shape), values };
  if (how === 1) {
    // Made with the dimensions reversed, seen through a permutation.
    const base = hold(runtime, values, [...shape].reverse());
    const held = run(
      "aten::permute",
      base,
      shape.map((_, i) => last - i),
    );
    base.release();
    return { held, values: held.values };
  }
  if (how === 2) {
    // Every other column of a wider one.
    const wide = hold(runtime, numbers(2 * values.length), [...shape.slice(0, -1), 2 * shape[last]!]);
    const held = run("aten::slice.Tensor", wide, BigInt(last), null, null, 2n);
    wide.release();
    return { held, values: held.values };
  }
  // The middle of a taller one.
  const tall = hold(runtime, numbers((shape[0]! + 2) * product(shape.slice(1))), [
    shape[0]! + 2,
    ...shape.slice(1),
  ]);
  const held = run("aten::slice.Tensor", tall, 0n, 1n, BigInt(shape[0]! + 1), 1n);
  tall.release();
  return { held, values: held.values };
}

/** Row-major `values` of `shape` broadcast to `to`. */
function broadcast(values: readonly number[], shape: readonly number[], to: readonly number[]): number[] {
  const pad = to.length - shape.length;
  return Array.from({ length: product(to) }, (_, flat) => {
    let at = 0;
    let step = 1;
    let rest = flat;
    for (let d = to.length - 1; d >= 0; d--) {
      const i = rest % to[d]!;
      rest = Math.floor(rest / to[d]!);
      const size = d >= pad ? shape[d - pad]! : 1;
      at += (size === 1 ? 0 : i) * step;
      step *= size;
    }
    return values[at]!;
  });
}

const shapes = [
  [],
  [1],
  [7],
  [600],
  [3, 5],
  [40, 3],
  [2, 129],
  [70, 70],
  [5, 1, 9],
  [4, 33, 17],
  [2, 3, 4, 5],
  [2, 20, 3, 3],
];

describe("layouts", () => {
  test.each(shapes)("shape %j", (...size) => {
    for (let a = 0; a < 4; a++) {
      for (let b = 0; b < 4; b++) {
        const other = size.map((n) => (random(3) === 0 ? 1 : n)).slice(random(size.length + 1));
        const x = laidOut(size, a);
        const y = laidOut(other, b);
        const want = broadcast(y.values, other, size).map((v, i) => Math.fround(x.values[i]! * v));
        for (const z of [run("aten::mul.Tensor", x.held, y.held), run("aten::mul.Tensor", y.held, x.held)]) {
          expect(z.shape).toEqual(size);
          expect(z.values).toEqual(want);
          z.release();
        }
        const same = run("aten::mul_.Tensor", x.held, y.held);
        expect(same.address).toBe(x.held.address);
        expect(same.values).toEqual(want);
        for (const t of [same, x.held, y.held]) t.release();
      }
    }
  });

  test("an element's bits do not depend on its place", () => {
    const values = numbers(64);
    const whole = hold(runtime, values, [64]);
    for (const name of ["aten::exp", "aten::tanh", "aten::silu", "aten::sin"]) {
      const all = run(name, whole);
      for (const [from, to] of [
        [0, 1],
        [1, 3],
        [5, 8],
        [13, 31],
        [63, 64],
      ] as const) {
        const part = run("aten::slice.Tensor", whole, 0n, BigInt(from), BigInt(to), 1n);
        const some = run(name, part);
        expect(some.values).toEqual(all.values.slice(from, to));
        for (const t of [part, some]) t.release();
      }
      all.release();
    }
    whole.release();
  });

  test("a number, a tensor without dimensions and a full tensor are the same operand", () => {
    for (const shape of [[3], [1000], [6, 100], [5, 3]]) {
      const x = hold(runtime, numbers(product(shape)), shape);
      const full = hold(
        runtime,
        Array.from({ length: product(shape) }, () => 1.25),
        shape,
      );
      const single = hold(runtime, [1.25], []);
      for (const name of ["add", "sub", "mul", "div"]) {
        const alpha: Arg[] = name === "add" || name === "sub" ? [1n] : [];
        const results = [
          run(`aten::${name}.Tensor`, x, full, ...alpha),
          run(`aten::${name}.Tensor`, x, single, ...alpha),
          run(`aten::${name}.Scalar`, x, 1.25, ...alpha),
        ];
        for (const r of results) expect(r.values).toEqual(results[0]!.values);
        for (const r of results) r.release();
      }
      for (const t of [x, full, single]) t.release();
    }
  });
});

describe("memory that is shared", () => {
  const grid = (n: number): Held =>
    hold(
      runtime,
      Array.from({ length: n * n }, (_, i) => i),
      [n, n],
    );
  const overlap = expect.objectContaining({ code: "OVERLAP" });

  test("the output itself may be an input", () => {
    const x = grid(3);
    const y = run("aten::add_.Tensor", x, x, 1n);
    expect(y.values).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16]);
    for (const t of [x, y]) t.release();
  });

  test("an input that is part of the output is refused, as by PyTorch", () => {
    const x = grid(3);
    const t = run("aten::t", x);
    const row = run("aten::select.int", x, 0n, 0n);
    for (const input of [t, row]) {
      expect(() => run("aten::add_.Tensor", x, input, 1n)).toThrow(overlap);
    }
    const line = hold(runtime, [1, 2, 3, 4, 5], [5]);
    const head = run("aten::slice.Tensor", line, 0n, 0n, 4n, 1n);
    const tail = run("aten::slice.Tensor", line, 0n, 1n, 5n, 1n);
    expect(() => run("aten::mul_.Tensor", tail, head)).toThrow(overlap);
    expect(line.values).toEqual([1, 2, 3, 4, 5]);
    for (const held of [x, t, row, line, head, tail]) held.release();
  });

  test("an output that repeats an element is refused", () => {
    const one = hold(runtime, [1], [1]);
    const wide = run("aten::expand", one, [3], false);
    expect(() => run("aten::add_.Scalar", wide, 1, 1n)).toThrow(overlap);
    for (const t of [one, wide]) t.release();
  });

  test("views with gaps that may share elements: the input is read before anything is written", () => {
    const x = grid(4);
    const tall = run("aten::slice.Tensor", x, 0n, 0n, 3n, 1n);
    const corner = run("aten::slice.Tensor", tall, 1n, 0n, 3n, 1n);
    const t = run("aten::t", corner);
    const y = run("aten::add_.Tensor", corner, t, 1n);
    expect(y.values).toEqual([0, 5, 10, 5, 10, 15, 10, 15, 20]);
    for (const held of [x, tall, corner, t, y]) held.release();

    const line = hold(runtime, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [10]);
    const even = run("aten::slice.Tensor", line, 0n, 0n, 10n, 2n);
    const head = run("aten::slice.Tensor", line, 0n, 0n, 5n, 1n);
    run("aten::add_.Tensor", even, head, 1n).release();
    expect(line.values).toEqual([0, 1, 3, 3, 6, 5, 9, 7, 12, 9]);
    for (const held of [line, even, head]) held.release();
  });

  test("views beside each other do not share", () => {
    const line = hold(runtime, [1, 2, 3, 4], [4]);
    const head = run("aten::slice.Tensor", line, 0n, 0n, 2n, 1n);
    const tail = run("aten::slice.Tensor", line, 0n, 2n, 4n, 1n);
    run("aten::mul_.Tensor", head, tail).release();
    expect(line.values).toEqual([3, 8, 3, 4]);
    for (const held of [line, head, tail]) held.release();
  });
});

describe("strides of results, as PyTorch's", () => {
  const x = (shape: readonly number[]): Held => hold(runtime, numbers(product(shape)), shape);
  /** Strides of the sum of `a`, seen through the permutation, and `b`. */
  function strides(a: Held, dims: readonly number[], b: Held): number[] {
    const p = run("aten::permute", a, dims);
    const sum = run("aten::add.Tensor", p, b, 1n);
    const result = sum.strides;
    for (const t of [a, p, b, sum]) t.release();
    return result;
  }

  test("inputs of one dense layout keep it", () => {
    const a = run("aten::permute", x([2, 4, 5, 3]), [0, 3, 1, 2]);
    const r = run("aten::relu", a);
    expect(r.shape).toEqual([2, 3, 4, 5]);
    expect(r.strides).toEqual([60, 1, 15, 3]);
    for (const t of [a, r]) t.release();
  });

  test("the first input decides where layouts differ", () => {
    expect(strides(x([2, 4, 5, 3]), [0, 3, 1, 2], x([2, 3, 4, 5]))).toEqual([60, 1, 15, 3]);
    expect(strides(x([4, 3]), [1, 0], x([3, 4]))).toEqual([1, 3]);
  });

  test("a broadcast input does not", () => {
    expect(strides(x([4, 3]), [1, 0], x([4]))).toEqual([1, 3]);
    expect(strides(x([5]), [0], x([2, 3, 5]))).toEqual([15, 5, 1]);
  });

  test("masked_fill gives a row-major result", () => {
    const a = run("aten::t", x([3, 4]));
    const mask = run("aten::gt.Scalar", a, 0);
    const r = run("aten::masked_fill.Scalar", a, mask, 7);
    expect(a.strides).toEqual([1, 4]);
    expect(r.strides).toEqual([3, 1]);
    for (const t of [a, mask, r]) t.release();
  });
});

describe("memory", () => {
  /** Bytes in use after `work` more than before. */
  function leaked(work: () => void): number {
    const { exports } = runtime;
    work();
    exports.sc_trim();
    const before = exports.sc_live();
    for (let i = 0; i < 3; i++) work();
    exports.sc_trim();
    return exports.sc_live() - before;
  }

  const x = (): Held => hold(runtime, numbers(12), [3, 4]);

  test("nothing stays after operators that succeed", () => {
    const calls: [string, ...Arg[]][] = [
      ["aten::exp"],
      ["aten::relu_"],
      ["aten::mul.Scalar", 2],
      ["aten::pow.Tensor_Scalar", 2.5],
      ["aten::clamp", 0, 1],
      ["aten::gt.Scalar", 0],
      ["aten::glu", 1n],
      ["aten::dropout", 0.5, false],
      ["aten::dropout", 1, true],
      ["aten::dropout", 0.5, true],
      ["aten::native_dropout", 0.5, false],
      ["aten::nan_to_num", null, null, null],
    ];
    for (const [name, ...args] of calls) {
      const bytes = leaked(() => {
        const a = x();
        for (const t of [...call(runtime, name, a, ...args), a]) t.release();
      });
      expect([name, bytes]).toEqual([name, 0]);
    }
  });

  test("nothing stays after operators that fail", () => {
    const y = hold(runtime, [1, 2, 3, 4, 5], [5]);
    const failing: [string, string, ...Arg[]][] = [
      ["BROADCAST", "aten::add.Tensor", y, 1n],
      ["BROADCAST", "aten::add_.Tensor", y, 1n],
      ["BAD_VALUE", "aten::dropout", 2, true],
      ["BAD_VALUE", "aten::clamp", null, null],
      ["CHANNELS", "aten::prelu", y],
      ["BAD_VALUE", "aten::glu", 0n],
      ["DTYPE", "aten::bitwise_not"],
      ["BAD_VALUE", "aten::celu", 0],
    ];
    for (const [code, name, ...args] of failing) {
      const bytes = leaked(() => {
        const a = x();
        expect(() => call(runtime, name, a, ...args)).toThrow(expect.objectContaining({ code }));
        a.release();
      });
      expect([name, bytes]).toEqual([name, 0]);
    }
    y.release();
  });

  test("integer division by zero is refused and leaves nothing", () => {
    const a = run("aten::gt.Scalar", x(), 0);
    const ints = run("aten::add.Scalar", a, 1n, 1n);
    const zero = run("aten::mul.Scalar", ints, 0n);
    const refused = expect.objectContaining({ code: "ZERO_DIVISION" });
    for (const name of ["floor_divide", "remainder.Tensor", "fmod.Tensor"]) {
      expect(leaked(() => expect(() => run(`aten::${name}`, ints, zero)).toThrow(refused))).toBe(0);
    }
    for (const t of [a, ints, zero]) t.release();
  });

  test("out of memory is a typed error", () => {
    const { exports } = runtime;
    const big = hold(runtime, numbers(1 << 16), [1 << 16]);
    exports.sc_trim();
    exports.sc_set_memory_limit(exports.sc_live() + 1000);
    try {
      expect(() => run("aten::exp", big)).toThrow(expect.objectContaining({ code: "OUT_OF_MEMORY" }));
    } finally {
      exports.sc_set_memory_limit(0);
    }
    big.release();
  });
});
