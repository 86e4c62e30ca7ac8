/** Which JavaScript functions and modules stand for a program: those that `jit.script`, `jit.trace` and `jit.load` gave. */

import type { Program } from "../../format/ir/program.ts";

const programs = new WeakMap<object, () => Program>();

/** From now on `thing`, called in a script or a trace, means the root of this program. */
export function rememberProgram(thing: object, program: () => Program): void {
  programs.set(thing, program);
}

/** The program behind a compiled function or module; undefined for anything else. */
export function programOfCompiled(thing: object): Program | undefined {
  return programs.get(thing)?.();
}
