/** Eager, scripted, and scripted, saved and loaded: the same bits. */

import { createHash } from "node:crypto";
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

type State = Iterable<readonly [string, { readonly data: unknown }]>;

/** Parameters and buffers as names and digests of their bytes, in the order of the names. */
export function digests(state: State): string[] {
  const digest = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
    createHash("sha256")
      .update(new Uint8Array(buffer, byteOffset, byteLength))
      .digest("hex");
  return [...new Map([...state].map(([name, { data }]) => [name, digest(data as Uint8Array)]))]
    .map(([name, text]) => `${name} ${text}`)
    .sort();
}

/** All parameters, by all of their names, and buffers, kept in files or not. */
export function stateOf(module: nn.Module): string[] {
  return digests([...module.stateDict(), ...module.namedBuffers()]);
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
  const state = stateOf(module);
  expect(digests(scripted.stateDict())).toEqual(state);
  expect(digests(loaded.stateDict())).toEqual(state);
  scripted.dispose();
  loaded.dispose();
}
