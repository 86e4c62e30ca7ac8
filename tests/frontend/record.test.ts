/** What a recorder hears: operators with their full arguments, and every value that leaves the tensor world. */

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findOp } from "../../format/ops/table.ts";
import { Sym } from "../../ts-frontend/eager/dim.ts";
import { Dim, slice, Tensor, torch } from "../../ts-frontend/index.ts";
import { type Arg, type Recorder, type Result, setRecorder, unrecorded } from "../../ts-frontend/record.ts";

const log: string[] = [];
let places: { file: string; line: number }[] = [];
const names = new Map<unknown, string>();

function nameOf(value: unknown): string {
  const known = names.get(value);
  if (known) return known;
  const name = `${value instanceof Tensor ? "t" : "s"}${names.size}`;
  names.set(value, name);
  return name;
}

function text(value: Arg | Result): string {
  if (value instanceof Tensor || value instanceof Sym) return nameOf(value);
  if (Array.isArray(value)) return `[${value.map(text).join(", ")}]`;
  if (value === null || typeof value === "string") return String(value);
  const plain = value as Exclude<Arg, Tensor | Sym | readonly Arg[]>;
  return plain.kind === "none" ? "None" : `${plain.kind} ${"value" in plain ? plain.value : "?"}`;
}

const recorder: Recorder = {
  op: (op, args, results) => {
    log.push(`${op.name}(${args.map(text).join(", ")}) -> ${results.map(text).join(", ")}`);
  },
  leave: (kind, source, value, where) => {
    log.push(`${kind} ${nameOf(source)} = ${typeof value === "bigint" ? `${value}n` : value}`);
    if (where) places.push(where);
  },
  leaveTensor: (tensor, how) => void log.push(`${how} of ${nameOf(tensor)}`),
  program: () => {},
  made: (tensor, how) => void log.push(`${how} made ${nameOf(tensor)}`),
};

function heard(fn: () => void): string[] {
  log.length = 0;
  places = [];
  const previous = setRecorder(recorder);
  try {
    fn();
  } finally {
    setRecorder(previous);
  }
  return [...log];
}

let x: Tensor;
beforeEach(() => {
  names.clear();
  x = torch.tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  names.set(x, "x");
});
afterEach(() => void setRecorder(null));

describe("operators", () => {
  test("come with every argument, as the kind it was given", () => {
    expect(
      heard(() => {
        x.add(x);
        x.add(x, { alpha: 0.5 });
        x.mul(2);
        x.mul(2.5);
        x.sum(1, { dtype: "float64" });
        x.sum([0, 1], true);
      }),
    ).toEqual([
      "aten::add.Tensor(x, x, int 1) -> t1",
      "aten::add.Tensor(x, x, float 0.5) -> t2",
      "aten::mul.Scalar(x, int 2) -> t3",
      "aten::mul.Scalar(x, float 2.5) -> t4",
      "aten::sum.dim_IntList(x, [int 1], bool false, int 7) -> t5",
      "aten::sum.dim_IntList(x, [int 0, int 1], bool true, None) -> t6",
    ]);
  });

  test("that write name the object they wrote, several results come in order", () => {
    expect(
      heard(() => {
        x.add_(1);
        x.max(0);
        x.split(1);
      }),
    ).toEqual([
      "aten::add_.Scalar(x, int 1, int 1) -> x",
      "aten::max.dim(x, int 0, bool false) -> t1, t2",
      "aten::split.Tensor(x, int 1, int 0) -> [t3, t4]",
    ]);
  });

  test("that fail are not heard of", () => {
    expect(heard(() => void expect(() => x.reshape(4)).toThrow())).toEqual([]);
  });

  test("of indexing are those of PyTorch", () => {
    expect(
      heard(() => {
        x.at(slice(), 1);
        x.at(-1, slice(1));
      }),
    ).toEqual([
      "aten::slice.Tensor(x, int 0, int 0, int 9223372036854775807, int 1) -> t1",
      "aten::select.int(t1, int 1, int 1) -> t2",
      "aten::select.int(x, int 0, int -1) -> t3",
      "aten::slice.Tensor(t3, int 0, int 1, int 9223372036854775807, int 1) -> t4",
    ]);
  });

  test("inside unrecorded are not heard of", () => {
    expect(heard(() => void unrecorded(() => x.add(1)))).toEqual([]);
  });
});

describe("values that leave", () => {
  test("from tensors, as the type they have", () => {
    expect(
      heard(() => {
        torch.tensor([2.5]).item();
        torch.tensor(3n).item();
        torch.tensor(2n ** 60n).itemBigInt();
        torch.tensor(true).item();
        torch.tensor([7]).itemBool();
        x.tolist();
        x.data;
        x.view();
        x.stride();
      }),
    ).toEqual([
      "tensor made t1",
      "float t1 = 2.5",
      "tensor made t2",
      "int t2 = 3",
      "tensor made t3",
      "int t3 = 1152921504606846976n",
      "tensor made t4",
      "bool t4 = true",
      "tensor made t5",
      "bool t5 = true",
      "tolist of x",
      "data of x",
      "view of x",
      "stride of x",
    ]);
  });

  test("from operators that give numbers or booleans", () => {
    expect(heard(() => void x.at(0, 0).isNonzero())).toEqual([
      "aten::select.int(x, int 0, int 0) -> t1",
      "aten::select.int(t1, int 0, int 0) -> t2",
      "aten::is_nonzero(t2) -> s3",
      "bool s3 = true",
    ]);
  });

  test("not when printed", () => {
    expect(heard(() => void [String(x), `${x}`, x.toString()])).toEqual([]);
  });

  test("with the line that read them", () => {
    heard(() => void torch.tensor([1]).item());
    expect(places).toHaveLength(1);
    expect(places[0]!.file).toMatch(/tests\/frontend\/record\.test\.ts$/);
    expect(places[0]!.line).toBe(Number(/record\.test\.ts:(\d+)/.exec(new Error().stack!)![1]) - 3);
  });
});

describe("sizes", () => {
  const computed = test.runIf(findOp("aten::add.int"));

  test("are operators, and no guards until their value is read", () => {
    expect(
      heard(() => {
        x.reshape(x.size(1), x.size(-2));
      }),
    ).toEqual([
      "aten::size.int(x, int 1) -> s1",
      "aten::size.int(x, int -2) -> s2",
      "aten::reshape(x, [s1, s2]) -> t3",
    ]);
    expect(heard(() => void x.size(0).value)).toEqual(["aten::size.int(x, int 0) -> s4", "int s4 = 2"]);
  });

  test("of shape are guarded one by one, as they are read, once", () => {
    expect(heard(() => void x.shape)).toEqual([]);
    expect(heard(() => void x.shape.length)).toEqual([]);
    expect(
      heard(() => {
        const { shape } = x;
        expect(shape[1]! + shape[1]!).toBe(6);
      }),
    ).toEqual(["aten::size.int(x, int 1) -> s1", "int s1 = 3"]);
    expect(heard(() => void expect([...x.shape]).toEqual([2, 3]))).toHaveLength(4);
    expect(heard(() => void x.numel()).at(-1)).toMatch(/^int s\d = 6$/);
  });

  computed("are computed by operators; only what is decided is guarded", () => {
    const lines = heard(() => {
      const n = x.size(1).mul(2).add(1).sub(3).floordiv(2).mod(5);
      expect(n.gt(1)).toBe(true);
    });
    expect(lines.map((line) => line.split("(")[0])).toEqual([
      "aten::size.int",
      "aten::mul.int",
      "aten::add.int",
      "aten::sub.int",
      "aten::floordiv.int",
      "aten::remainder.int",
      "aten::gt.int",
      expect.stringMatching(/^bool s\d+ = true$/),
    ]);
  });
});

describe("Dim", () => {
  test("computes as Python's ints", () => {
    const seven = new Dim(7);
    expect([seven.add(2), seven.sub(10), seven.mul(-3), seven.neg()].map((d) => d.value)).toEqual([
      9, -3, -21, -7,
    ]);
    expect([seven.floordiv(-2), seven.neg().floordiv(2), seven.floordiv(seven)].map((d) => d.value)).toEqual([
      -4, -4, 1,
    ]);
    expect([seven.mod(-4), seven.neg().mod(4), seven.mod(7)].map((d) => d.value)).toEqual([-1, 1, 0]);
    expect([seven.eq(7), seven.ne(7), seven.lt(8), seven.le(6), seven.gt(new Dim(6)), seven.ge(8)]).toEqual([
      true,
      false,
      true,
      false,
      true,
      false,
    ]);
    expect(new Dim(9007199254740991).floordiv(2).value).toBe(4503599627370495);
    expect(Object.is(new Dim(0).mul(-1).value, 0)).toBe(true);
  });

  test("refuses what is no exact integer, and division by zero", () => {
    expect(() => new Dim(1.5)).toThrow(/1.5/);
    expect(() => new Dim(2 ** 52).mul(4)).toThrow();
    expect(() => new Dim(1).floordiv(0)).toThrow(/zero/);
    expect(() => new Dim(1).mod(0)).toThrow(/zero/);
  });

  test("is text where text is wanted", () => {
    expect(`${new Dim(3)}`).toBe("3");
    expect(JSON.stringify({ n: new Dim(3) })).toBe('{"n":3}');
    expect(torch.tensor([1, 2]).size().map(String)).toEqual(["2"]);
  });
});
