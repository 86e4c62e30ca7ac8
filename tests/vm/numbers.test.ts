/** TorchScript's operators on plain numbers over edge values: PyTorch's own answers, types and refusals. */

import { readFileSync } from "node:fs";
import { beforeAll, expect, it } from "vitest";
import { findOp } from "../../format/ops/table.ts";
import { IValue } from "../../format/value.ts";
import { SconceError } from "../../loader/error.ts";
import { Runtime } from "../../loader/runtime.ts";

type Kind = "int" | "float" | "bool" | "Scalar";

interface Recorded {
  sets: Record<string, Record<Kind, string[]>>;
  results: Record<string, { args: Kind[]; set: string; answers: string }>;
}

const { sets, results } = JSON.parse(
  readFileSync(new URL("../fixtures/data/numbers.json", import.meta.url), "utf8"),
) as Recorded;

/** Operators whose answers are rounded by a library's approximation: these may differ in their last bits. */
const APPROXIMATE =
  /::(a?(sin|cos|tan)h?|atan2|exp|expm1|log|log10|log1p|erfc?|l?gamma|pow|angle|degrees|radians)(\.|$)/;

let runtime: Runtime;
beforeAll(async () => {
  runtime = await Runtime.create();
});

function parse(text: string): IValue {
  if (text === "T" || text === "F") return IValue.bool(text === "T");
  if (/^-?\d+$/.test(text)) return IValue.int(BigInt(text));
  return IValue.float({ nan: Number.NaN, inf: Infinity, "-inf": -Infinity }[text] ?? Number(text));
}

function combinations(lists: readonly (readonly string[])[]): string[][] {
  return lists.reduceRight<string[][]>(
    (rest, list) => list.flatMap((value) => rest.map((others) => [value, ...others])),
    [[]],
  );
}

/** Why `got` is not the recorded answer; null when it is. */
function difference(name: string, got: readonly IValue[], want: readonly IValue[]): string | null {
  for (const [i, value] of want.entries()) {
    const other = got[i];
    if (other?.kind !== value.kind) return `a ${other?.kind}, not a ${value.kind}`;
    const a = (other as { value: unknown }).value;
    const b = (value as { value: unknown }).value;
    if (Object.is(a, b)) continue;
    const close =
      APPROXIMATE.test(name) &&
      Math.abs(Number(a) - Number(b)) <= 4e-15 * Math.max(Math.abs(Number(b)), 1e-300);
    if (!close) return `${a}, not ${b}`;
  }
  return null;
}

it.each(Object.keys(results))("%s", (name) => {
  const { args, set, answers } = results[name]!;
  const op = findOp(name);
  expect(op, "no row").toBeDefined();
  const recorded = answers.split(",");
  const calls = combinations(args.map((kind) => sets[set]![kind]));
  expect(calls).toHaveLength(recorded.length);
  const wrong = calls.flatMap((call, i) => {
    const text = recorded[i]!;
    const refused = text === "!" || text === "crash";
    try {
      const got = runtime.callOp(op!.id, call.map(parse), op!.schema.returns.length);
      const why = refused
        ? "an answer where PyTorch has none"
        : difference(name, got, text.split(" ").map(parse));
      return why === null ? [] : [`(${call.join(", ")}): ${why}`];
    } catch (error) {
      if (!(error instanceof SconceError)) throw error;
      return refused ? [] : [`(${call.join(", ")}): ${error.code}, not ${text}`];
    }
  });
  expect(wrong).toEqual([]);
});
