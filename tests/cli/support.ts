/** Runs the command line as a process of its own, from the sources. */

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../ts-frontend/cli/main.ts", import.meta.url));

export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function sconce(...args: string[]): Run {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", "tsx", "--conditions=sconce-source", MAIN, ...args],
    { encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } },
  );
  return { status, stdout, stderr };
}

/** A file of the tests, by its path in the folder `tests`. */
export function fixture(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}

/** The recurrent voice-activity network: `forward(Tensor x, int sr) -> Tensor`, state kept between calls. */
export const VAD = fixture("fixtures/data/programs/vad/model.pt");
