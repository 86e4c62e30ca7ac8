/** Runs a folder of programs or models, shows what is not right, and ends with the line that counts. */

import { writeFileSync } from "node:fs";
import { convert } from "../../ts-frontend/convert/index.ts";
import { checkFloor } from "./floor.ts";
import { type Converter, listPrograms, type ProgramResult, runPrograms } from "./programs.ts";

export interface ReportOptions {
  readonly filter: RegExp | undefined;
  readonly show: number;
  readonly unsupported: boolean;
  readonly json?: string | undefined;
  readonly floor?: string | undefined;
  readonly only?: string | undefined;
}

interface Finding {
  readonly program: ProgramResult;
  readonly call: number;
  readonly why: string;
}

/** Runs `dir` and prints; the exit code is 1 when a call is wrong or the floor is not reached. */
export async function reportPrograms(
  dir: string,
  kind: "scripts" | "models",
  options: ReportOptions,
): Promise<void> {
  const cases = listPrograms(dir, options.filter);
  const variants = options.only ? [options.only === "optimized"] : [true, false];
  const tty = process.stderr.isTTY;
  const results = await runPrograms(cases, converter, variants, (result, done) => {
    if (tty) process.stderr.write(`\r\x1b[K${done}/${cases.length} ${result.name}`);
  });
  if (tty) process.stderr.write("\r\x1b[K");
  if (options.json) writeFileSync(options.json, `${JSON.stringify(results, null, 1)}\n`);

  const wrong = findings(results, "wrong");
  for (const { program, call, why } of wrong.slice(0, options.show))
    console.log(`wrong: ${program.name} call ${call} (${program.test}): ${why}`);
  if (wrong.length > options.show)
    console.log(`wrong: ${wrong.length - options.show} more; --show shows them`);
  const unsupported = findings(results, "unsupported");
  if (options.unsupported) printReasons(unsupported);

  const calls = results.flatMap((result) => result.calls);
  const right = calls.filter((call) => call.verdict === "right").length;
  const whole = results.filter((r) => r.calls.every((call) => call.verdict === "right")).length;
  const noun = kind === "scripts" ? "programs" : "models";
  if (options.floor) checkFloor(options.floor, { [noun]: whole, calls: right });
  console.log(
    `conformance: ${kind} ${whole}/${results.length} ${noun}, ${right}/${calls.length} calls, ${wrong.length} wrong, ${unsupported.length} unsupported`,
  );
  if (wrong.length) process.exitCode = 1;
}

function findings(results: readonly ProgramResult[], verdict: string): Finding[] {
  return results.flatMap((program) =>
    program.calls.flatMap((result, call) =>
      result.verdict === verdict ? [{ program, call, why: result.why ?? "" }] : [],
    ),
  );
}

/** Reasons with how many calls each costs, the costliest first. */
function printReasons(list: readonly Finding[]): void {
  const byReason = new Map<string, Finding[]>();
  for (const finding of list) {
    const reason = finding.why.replace(/^.*?(convert|load|call): /, "$1: ");
    byReason.set(reason, [...(byReason.get(reason) ?? []), finding]);
  }
  for (const [reason, found] of [...byReason].sort(([, a], [, b]) => b.length - a.length))
    console.log(`unsupported: ${found.length} × ${reason} (${found[0]!.program.name})`);
}

const converter: Converter = async (archive, { optimize }) => (await convert(archive, { optimize })).bytes;
