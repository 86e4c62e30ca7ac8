/** `--roundtrip`: each program's `.code` is compiled again, given the values of its objects, and runs its calls. */

import { readProgram } from "../../format/file/read.ts";
import { writeProgram } from "../../format/file/write.ts";
import { functionsOf, type Program } from "../../format/ir/program.ts";
import { SconceError } from "../../loader/error.ts";
import { convert } from "../../ts-frontend/convert/index.ts";
import { programCode } from "../../ts-frontend/jit/code/index.ts";
import { compileCode, verifyCode } from "../../ts-frontend/script/code/compile-code.ts";
import { checkFloor } from "./floor.ts";
import { graphShape } from "./graph-shape.ts";
import { type Converter, type ProgramCase, type ProgramResult, runPrograms } from "./programs.ts";

/** Runs the cases and prints how many give the same results; the exit code is 1 if a result is wrong. */
export async function reportRoundTrip(
  cases: readonly ProgramCase[],
  show: number,
  reasons: boolean,
  floor: string | undefined,
): Promise<void> {
  const graphs = { same: 0, all: 0 };
  const converter: Converter = async (archive) => {
    const { bytes } = await convert(archive, { optimize: false });
    const program = readProgram(bytes);
    const again = await roundTrip(program);
    count(program, again, graphs);
    return writeProgram(again);
  };
  const results = await runPrograms(cases, converter, [false]);
  const right = results.filter((one) => one.calls.every((call) => call.verdict === "right")).length;
  const wrong = results.filter((one) => one.calls.some((call) => call.verdict === "wrong"));
  for (const one of wrong.slice(0, show)) {
    const why = one.calls.find((call) => call.verdict === "wrong")!.why ?? "";
    console.log(`wrong: ${one.name} (${one.test}): ${why.split("\n").slice(0, 3).join(" ")}`);
  }
  if (reasons) printReasons(results);
  if (floor) checkFloor(floor, { programs: right, graphs: graphs.same });
  console.log(
    `roundtrip: ${right}/${results.length} programs, ${wrong.length} wrong, ${graphs.same}/${graphs.all} graphs the same`,
  );
  if (wrong.length > 0) process.exitCode = 1;
}

/** The program, printed and compiled again; what the compiler refuses is UNSUPPORTED. */
export async function roundTrip(program: Program): Promise<Program> {
  const { code, constants } = programCode(program);
  let again: Program;
  try {
    again = await compileCode(code, { constants });
  } catch (error) {
    if (!(error instanceof SconceError)) throw error;
    const line = error.where?.text?.trim() ?? "";
    throw new SconceError({
      code: "UNSUPPORTED",
      message: `${error.code}: ${error.message.split("\n")[0]} [${line}]`,
    });
  }
  again.root = program.root;
  verifyCode(again);
  return { ...again, metadata: program.metadata, extraFiles: program.extraFiles };
}

/** How many functions have the same graph before and after, wherever its constants stand. */
function count(before: Program, after: Program, graphs: { same: number; all: number }): void {
  const shapes = new Map<string, string>();
  for (const { fn, owner } of functionsOf(after))
    shapes.set(`${owner?.name} ${fn.name}`, graphShape(fn.graph));
  for (const { fn, owner } of functionsOf(before)) {
    graphs.all++;
    if (shapes.get(`${owner?.name} ${fn.name}`) === graphShape(fn.graph)) graphs.same++;
  }
}

function printReasons(results: readonly ProgramResult[]): void {
  const byReason = new Map<string, string[]>();
  for (const one of results) {
    const call = one.calls.find(({ verdict }) => verdict === "unsupported");
    if (!call) continue;
    const reason = (call.why ?? "").replace(/^.*?convert: UNSUPPORTED /, "").slice(0, 240);
    const key = reason.replace(/\[.*/, "").slice(0, 90);
    byReason.set(key, [...(byReason.get(key) ?? []), `${one.name} ${reason}`]);
  }
  for (const [key, found] of [...byReason].sort(([, a], [, b]) => b.length - a.length))
    console.log(`refused: ${found.length} × ${key} (${found.slice(0, 3).join(" | ")})`);
}
