/**
 * `npm run conformance -- DIR`: runs a folder of PyTorch's own answers and counts right, wrong and unsupported.
 *
 *   --json FILE     write every result
 *   --filter REGEX  only operators whose name matches
 *   --show N        print N of the wrong ones (default 10)
 *   --floor KEY     fail when fewer are right than tests/conformance-floor.json says under KEY
 *   --missing TIER  list the overloads of a tier (T1, T1b) that have no record in DIR
 */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { findOp, ops } from "../format/ops/table.ts";
import { Runtime } from "../loader/runtime.ts";
import { runOps } from "./conformance/ops.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "string" },
    filter: { type: "string" },
    show: { type: "string", default: "10" },
    missing: { type: "string" },
    floor: { type: "string" },
  },
});
const dir = positionals[0];
if (!dir) {
  console.error("usage: npm run conformance -- DIR [--json FILE] [--filter REGEX] [--show N] [--missing T1]");
  process.exit(2);
}

if (values.missing) {
  const file = new URL("../tests/fixtures/tiers.json", import.meta.url);
  const tiers = JSON.parse(readFileSync(file, "utf8")) as Record<string, string[]>;
  const tier = tiers[values.missing];
  if (!tier) {
    console.error(`no tier ${values.missing}; there are ${Object.keys(tiers).join(", ")}`);
    process.exit(2);
  }
  const recorded = new Set(
    readdirSync(dir)
      .filter((f) => f.endsWith(".jsonl"))
      .map((f) => f.slice(0, -6).replace("__", "::")),
  );
  const missing = tier.filter((name) => !recorded.has(name));
  for (const name of missing) console.log(`${name}${findOp(name) ? "" : "  (no row)"}`);
  console.log(
    `missing: ${missing.length} of ${tier.length} overloads of ${values.missing} have no record in ${dir}`,
  );
  process.exit(0);
}

/** Fails when fewer records or operators are right than were right before. */
function checkFloor(key: string): void {
  const file = new URL("../tests/conformance-floor.json", import.meta.url);
  const floors = JSON.parse(readFileSync(file, "utf8")) as Record<
    string,
    { records: number; operators: number }
  >;
  const floor = floors[key];
  if (floor && count("right") >= floor.records && whole.length >= floor.operators) return;
  console.error(`below the floor of ${JSON.stringify(floor)}: what was right once must stay right`);
  process.exitCode = 1;
}

const runtime = await Runtime.create();
runtime.opName = (id) => ops[id]?.name;
const results = runOps(runtime, dir, values.filter ? new RegExp(values.filter) : undefined);
const count = (verdict: string): number => results.filter((r) => r.verdict === verdict).length;
const wrong = results.filter((r) => r.verdict === "wrong");
for (const r of wrong.slice(0, Number(values.show)))
  console.log(`wrong: ${r.op} (${r.file}:${r.line}) ${r.why}`);

const names = [...new Set(results.map((r) => r.op))];
const whole = names.filter((name) => results.every((r) => r.op !== name || r.verdict === "right"));
const refused = [...new Set(results.filter((r) => r.verdict === "unsupported").map((r) => r.op))];
if (refused.length) console.log(`unsupported, all or in part: ${refused.join(" ")}`);
if (values.json) writeFileSync(values.json, `${JSON.stringify(results, null, 1)}\n`);
if (values.floor) checkFloor(values.floor);
console.log(
  `conformance: ops ${count("right")}/${results.length} records, ${whole.length}/${names.length} operators, ${wrong.length} wrong, ${count("unsupported")} unsupported`,
);
if (wrong.length) process.exitCode = 1;
