/**
 * `npm run conformance -- DIR`: runs a folder of PyTorch's own answers and counts right, wrong and unsupported.
 *
 * DIR holds calls of operators (`*.jsonl`), programs (`NAME.pt` and `NAME.json`) or models (`NAME/model.pt` and
 * `NAME/case.json`); its content tells which.
 *
 *   --json FILE     write every result
 *   --filter REGEX  only operators, programs or models whose name matches (programs: or the test they come from)
 *   --show N        print N of the wrong ones (default 10)
 *   --unsupported   also print what is unsupported, by reason
 *   --floor KEY     fail when fewer are right than tests/conformance-floor.json says under KEY
 *   --missing TIER  list the overloads of a tier (T1, T1b) that have no record in DIR
 *   --only VARIANT  programs and models: `optimized` or `plain` instead of both
 *   --roundtrip     programs: print each one's `.code`, compile that again, run its calls
 *   --print-code D  programs and models: write each one's `.code` into the folder D and check it with tsc
 */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { findOp, ops } from "../format/ops/table.ts";
import { Runtime } from "../loader/runtime.ts";
import { checkFloor } from "./conformance/floor.ts";
import { runOps } from "./conformance/ops.ts";
import { printCode } from "./conformance/print-code.ts";
import { listPrograms, programKind } from "./conformance/programs.ts";
import { reportPrograms } from "./conformance/report.ts";
import { reportRoundTrip } from "./conformance/roundtrip.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "string" },
    filter: { type: "string" },
    show: { type: "string", default: "10" },
    unsupported: { type: "boolean", default: false },
    missing: { type: "string" },
    floor: { type: "string" },
    only: { type: "string" },
    "print-code": { type: "string" },
    roundtrip: { type: "boolean", default: false },
  },
});
const dir = positionals[0];
if (!dir || !/^(optimized|plain|undefined)$/.test(String(values.only))) {
  console.error(
    "usage: npm run conformance -- DIR [--json FILE] [--filter REGEX] [--show N] [--unsupported] [--floor KEY] [--missing T1] [--only optimized|plain]",
  );
  process.exit(2);
}

if (values.missing) {
  listMissing(dir, values.missing);
} else {
  const filter = values.filter ? new RegExp(values.filter) : undefined;
  const kind = programKind(dir);
  const printTo = values["print-code"];
  if (kind && printTo) await printCode(listPrograms(dir, filter), printTo, Number(values.show));
  else if (kind && values.roundtrip)
    await reportRoundTrip(listPrograms(dir, filter), Number(values.show), values.unsupported, values.floor);
  else if (kind) await reportPrograms(dir, kind, { ...values, show: Number(values.show), filter });
  else await reportOps(dir, filter);
}

function listMissing(folder: string, name: string): void {
  const file = new URL("../tests/fixtures/tiers.json", import.meta.url);
  const tiers = JSON.parse(readFileSync(file, "utf8")) as Record<string, string[]>;
  const tier = tiers[name];
  if (!tier) {
    console.error(`no tier ${name}; there are ${Object.keys(tiers).join(", ")}`);
    process.exit(2);
  }
  const recorded = new Set(
    readdirSync(folder)
      .filter((f) => f.endsWith(".jsonl"))
      .map((f) => f.slice(0, -6).replace("__", "::")),
  );
  const missing = tier.filter((op) => !recorded.has(op));
  for (const op of missing) console.log(`${op}${findOp(op) ? "" : "  (no row)"}`);
  console.log(
    `missing: ${missing.length} of ${tier.length} overloads of ${name} have no record in ${folder}`,
  );
}

async function reportOps(folder: string, filter: RegExp | undefined): Promise<void> {
  const runtime = await Runtime.create();
  runtime.opName = (id) => ops[id]?.name;
  const results = runOps(runtime, folder, filter);
  const count = (verdict: string): number => results.filter((r) => r.verdict === verdict).length;
  const wrong = results.filter((r) => r.verdict === "wrong");
  for (const r of wrong.slice(0, Number(values.show)))
    console.log(`wrong: ${r.op} (${r.file}:${r.line}) ${r.why}`);

  const names = [...new Set(results.map((r) => r.op))];
  const whole = names.filter((name) => results.every((r) => r.op !== name || r.verdict === "right"));
  const refused = [...new Set(results.filter((r) => r.verdict === "unsupported").map((r) => r.op))];
  if (refused.length) console.log(`unsupported, all or in part: ${refused.join(" ")}`);
  if (values.json) writeFileSync(values.json, `${JSON.stringify(results, null, 1)}\n`);
  if (values.floor) checkFloor(values.floor, { records: count("right"), operators: whole.length });
  console.log(
    `conformance: ops ${count("right")}/${results.length} records, ${whole.length}/${names.length} operators, ${wrong.length} wrong, ${count("unsupported")} unsupported`,
  );
  if (wrong.length) process.exitCode = 1;
}
