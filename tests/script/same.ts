/** Eager, scripted, and scripted, saved and loaded: the same bits. */

import { jit, type nn, torch } from "sconce/torch";
import { expect } from "vitest";
import { fromBytes } from "../../ts-frontend/jit/script-module.ts";
import { show } from "./harness.ts";

export type Arguments = () => readonly unknown[];

interface Forward {
  forward(...args: readonly unknown[]): unknown;
}

const SEED = 7;

/** What a call gives, as text that tells all bits apart but those of NaN; random numbers are the same every time. */
export function outcome(module: object, args: Arguments): string {
  torch.manualSeed(SEED);
  return show((module as Forward).forward(...args()));
}

/** Parameters and buffers as text, in the order of their names. */
export function stateText(state: ReadonlyMap<string, { readonly data: unknown }>): string[] {
  return [...state].map(([name, { data }]) => `${name} ${show([...(data as Iterable<number>)])}`).sort();
}

/** The module, its script, and the script's file do the same, several times, and leave the same state. */
export function expectSame(module: nn.Module, calls: readonly Arguments[], signature?: string): void {
  const scripted = jit.script(module.clone(), signature === undefined ? {} : { signature });
  const loaded = fromBytes(scripted.toBytes());
  for (const args of calls) {
    const eager = outcome(module, args);
    expect(outcome(scripted, args)).toBe(eager);
    expect(outcome(loaded, args)).toBe(eager);
  }
  const state = stateText(module.stateDict());
  expect(stateText(scripted.stateDict())).toEqual(state);
  expect(stateText(loaded.stateDict())).toEqual(state);
  scripted.dispose();
  loaded.dispose();
}
