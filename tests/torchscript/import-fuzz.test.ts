/** Archives with damaged code: the importer gives a typed error or a program that the runtime takes or refuses by name. */

import { expect, it } from "vitest";
import { FormatError } from "../../format/file/error.ts";
import { writeProgram } from "../../format/file/write.ts";
import { SconceError } from "../../loader/error.ts";
import { loadSync } from "../../loader/load.ts";
import { Runtime } from "../../loader/runtime.ts";
import { readTorchScript, type TorchScriptArchive } from "../../ts-frontend/torchscript/archive-reader.ts";
import { importTorchScript } from "../../ts-frontend/torchscript/import.ts";
import { randomInts } from "../support/random.ts";
import { archive, NAMES } from "./fixtures.ts";
import { sourceArchive } from "./source.ts";

const CASES = 2000;
/** Put where something else stood: what the grammar knows, and what it does not. */
const WORDS =
  `self x y 0 -1 9223372036854775808 1e400 "s" None True ( ) [ ] { } , : . = * - -> if else while for in
  def class return pass with as lambda torch ops CONSTANTS.c0 CONSTANTS.c9 __torch__ torch.add torch.slice uninitialized
  annotate isinstance unchecked_cast fork Tensor List[int] Optional[Tensor] Dict[str,] Tuple[()] Union[int,str] not is`.split(
    /\s+/,
  );

const pieces = (text: string) => text.match(/\s+|\w+|"[^"]*"|[^\w\s]/g) ?? [];

function damage(text: string, random: (limit: number) => number): string {
  const parts = pieces(text);
  for (let n = 1 + random(3); n > 0; n--) {
    const at = random(parts.length);
    switch (random(5)) {
      case 0:
        parts.splice(at, 1 + random(4));
        break;
      case 1:
        parts.splice(at, 0, WORDS[random(WORDS.length)]!);
        break;
      case 2:
        parts[at] = WORDS[random(WORDS.length)]!;
        break;
      case 3:
        parts[at] = parts[random(parts.length)]!;
        break;
      default:
        parts.splice(at, 0, ...parts.slice(random(parts.length), random(parts.length)));
    }
  }
  return parts.join("");
}

it(`${CASES} archives of damaged code: typed errors, no traps, nothing left in memory`, async () => {
  const runtime = await Runtime.create();
  const whole = await Promise.all(NAMES.map((name) => readTorchScript(archive(name))));
  const random = randomInts(7);
  const outcomes = new Map<string, number>();
  const live = () => {
    runtime.exports.sc_trim();
    return runtime.exports.sc_live();
  };
  const before = live();
  for (let i = 0; i < CASES; i++) {
    const base = whole[random(whole.length)]!;
    const paths = [...base.code.keys()];
    const path = paths[random(paths.length)]!;
    const code = new Map(base.code).set(path, damage(base.code.get(path)!, random));
    const damaged: TorchScriptArchive = { ...base, code, version: 1 + random(10) };
    const outcome = attempt(damaged, runtime);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  expect(live()).toBe(before);
  expect(outcomes.get("loaded")).toBeGreaterThan(CASES / 20);
  expect(outcomes.get("TORCHSCRIPT")).toBeGreaterThan(CASES / 4);
});

it("code that nests without end is refused", () => {
  const deep = (text: string) => () => importTorchScript(sourceArchive(text), { strict: true });
  const method = (line: string) =>
    `class M(Module):\n  __parameters__ = []\n  __buffers__ = []\n  def forward(self, x: Tensor) -> Tensor:\n    return ${line}\n`;
  expect(deep(method(`${"(".repeat(100_000)}x${")".repeat(100_000)}`))).toThrow(SconceError);
  expect(deep(method(`x${".t()".repeat(100_000)}`))).toThrow(SconceError);
  expect(deep(method(`x${" + x".repeat(100_000)}`))).toThrow(SconceError);
  expect(deep(method(`${"-".repeat(100_000)}x`))).toThrow(SconceError);
});

/** The error's code, or "loaded". Anything but a typed error fails the test. */
function attempt(damaged: TorchScriptArchive, runtime: Runtime): string {
  try {
    const { program } = importTorchScript(damaged);
    const module = loadSync(writeProgram(program, { sha256: false }), runtime, {
      limits: { instructions: 1000 },
    });
    module.dispose();
    return "loaded";
  } catch (error) {
    if (error instanceof SconceError) return error.code;
    if (error instanceof FormatError) return "FormatError";
    throw error;
  }
}
