/** Which JavaScript functions stand for a program: those that `jit.script` and `jit.trace` gave. */

import type { Program } from "../../format/ir/program.ts";

const programs = new WeakMap<object, () => Program>();

export function rememberProgram(fn: object, program: () => Program): void {
  programs.set(fn, program);
}

export function programOfFunction(fn: object): Program | undefined {
  return programs.get(fn)?.();
}
