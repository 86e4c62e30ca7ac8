/** Every recorded operator call of the repository: PyTorch's answer, no other bytes in use afterwards. */

import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { findOp, ops } from "../../format/ops/table.ts";
import { Runtime } from "../../loader/runtime.ts";
import { type OpResult, runOps } from "../../scripts/conformance/ops.ts";

const data = new URL("../fixtures/data/ops", import.meta.url).pathname;
const tiers = JSON.parse(readFileSync(new URL("../fixtures/tiers.json", import.meta.url), "utf8")) as {
  T1: string[];
};

let results: OpResult[];

beforeAll(async () => {
  const runtime = await Runtime.create();
  runtime.opName = (id) => ops[id]?.name;
  results = runOps(runtime, data);
});

describe("recorded operator calls", () => {
  it("are never answered wrongly", () => {
    expect(results.length).toBeGreaterThan(1000);
    expect(results.filter((r) => r.verdict === "wrong")).toEqual([]);
  });

  it("are all answered in tier 1", () => {
    expect(tiers.T1.filter((name) => !findOp(name))).toEqual([]);
    const missing = results.filter((r) => r.verdict === "unsupported" && tiers.T1.includes(r.op));
    expect(missing).toEqual([]);
  });
});
