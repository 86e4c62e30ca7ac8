/** Runs a folder of recorded operator calls (`*.jsonl`) and compares every answer with PyTorch's. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findOp } from "../../format/ops/table.ts";
import type { IValue } from "../../format/value.ts";
import { SconceError } from "../../loader/error.ts";
import type { Runtime } from "../../loader/runtime.ts";
import { difference, fromJson, type JsonValue, UnsupportedValue } from "./ivalue.ts";

export type Verdict = "right" | "wrong" | "unsupported";

export interface OpResult {
  readonly op: string;
  readonly file: string;
  readonly line: number;
  readonly verdict: Verdict;
  /** Why it is wrong or unsupported. */
  readonly why?: string;
}

interface OpRecord {
  op: string;
  schema: string;
  args: JsonValue[];
  expect?: JsonValue;
  raises?: string;
  /** Of a random operator: the runtime's generator is seeded with it, and float32 answers must be exact. */
  seed?: number;
}

/** Operators that sum many products: float32 answers may differ by 1e-4. */
export const SUMS =
  /^aten::(_?conv|conv|matmul|mm|bmm|mv|dot|vdot|inner|outer|addmm|addmv|addbmm|addr|baddbmm|linear|bilinear|einsum|tensordot|kron|.*norm|.*_loss|linalg|cdist|pdist|cumsum|cumprod|logcumsumexp|lstm|gru|rnn|.*scaled_dot_product|.*attention|chain_matmul|pinverse|logdet|cov|corrcoef|trapz|trapezoid|cumulative_trapezoid)/;

/** Errors that mean "this operator, dtype or value is not implemented", as opposed to a wrong refusal. */
const REFUSALS = new Set(["UNSUPPORTED", "DTYPE", "NO_DTYPE"]);

export function runOps(runtime: Runtime, dir: string, filter?: RegExp): OpResult[] {
  const results: OpResult[] = [];
  for (const file of readdirSync(dir).sort()) {
    if (!file.endsWith(".jsonl")) continue;
    const lines = readFileSync(join(dir, file), "utf8").split("\n");
    lines.forEach((line, i) => {
      if (!line.trim()) return;
      const record = JSON.parse(line) as OpRecord;
      if (filter && !filter.test(record.op)) return;
      const before = idleBytes(runtime);
      const judged = judge(runtime, record);
      const leaked = idleBytes(runtime) - before;
      const verdict = leaked ? { verdict: "wrong" as const, why: `${leaked} bytes are not freed` } : judged;
      results.push({ op: record.op, file, line: i + 1, ...verdict });
    });
  }
  return results;
}

/** Bytes in use between calls, kept scratch memory given back. */
export function idleBytes(runtime: Runtime): number {
  runtime.exports.sc_trim();
  return runtime.exports.sc_live();
}

function judge(runtime: Runtime, record: OpRecord): { verdict: Verdict; why?: string } {
  const op = findOp(record.op);
  if (!op || !("kernel" in op.run)) return { verdict: "unsupported", why: "no such row" };
  let args: IValue[];
  let want: IValue[] | null;
  try {
    args = record.args.map((arg) => fromJson(arg));
    want = record.raises === undefined ? expected(record.expect ?? null, op.schema.returns.length) : null;
  } catch (error) {
    if (error instanceof UnsupportedValue) return { verdict: "unsupported", why: error.message };
    throw error;
  }
  let got: IValue[];
  if (record.seed !== undefined) runtime.manualSeed(record.seed);
  try {
    got = runtime.callOp(op.id, args, op.schema.returns.length);
  } catch (error) {
    if (!(error instanceof SconceError)) {
      return { verdict: "wrong", why: `trap: ${(error as Error).message}` };
    }
    if (!want) return { verdict: "right" };
    if (REFUSALS.has(error.code)) return { verdict: "unsupported", why: error.message };
    return { verdict: "wrong", why: `refused: ${error.message.split("\n")[0]}` };
  }
  if (!want) return { verdict: "wrong", why: `expected an error: ${record.raises}` };
  const tolerance = record.seed === undefined ? (SUMS.test(record.op) ? 1e-4 : undefined) : 0;
  const wide =
    tolerance === undefined ? undefined : ({ rtol: tolerance, atol: tolerance, dtype: "float32" } as const);
  for (const [i, value] of want.entries()) {
    const why = difference(got[i]!, value, wide, want.length > 1 ? `result ${i}` : "result");
    if (why) return { verdict: "wrong", why };
  }
  return { verdict: "right" };
}

/** Several results are recorded as one tuple. */
function expected(json: JsonValue, count: number): IValue[] {
  const value = fromJson(json);
  if (count === 1) return [value];
  if (count === 0) return [];
  if (value.kind !== "tuple" || value.items.length !== count) throw new Error(`expected a tuple of ${count}`);
  return [...value.items];
}
