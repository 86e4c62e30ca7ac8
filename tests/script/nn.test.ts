/** Every layer of nn does as a script what it does eagerly, bit for bit, before and after it is saved and loaded. */

import { jit, nn, type Tensor, torch } from "sconce/torch";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../ts-frontend/jit/script-module.ts";
import { argument, build, type Case, camelKeys, recordedCalls, stateOf, titleOf } from "../nn/support.ts";
import { show } from "./harness.ts";

type Forward = { forward(...args: unknown[]): unknown };
type Arguments = () => readonly unknown[];

const SEED = 7;

function run(module: Forward, args: Arguments): string {
  torch.manualSeed(SEED);
  return show(module.forward(...args()));
}

/** Parameters and buffers as text, in the order of their names. */
function stateText(state: ReadonlyMap<string, { readonly data: unknown }>): string[] {
  return [...state].map(([name, { data }]) => `${name} ${show([...(data as Iterable<number>)])}`).sort();
}

/** The module, its script, and the script's file do the same twice, and leave the same state. */
function expectSame(module: nn.Module, args: Arguments, signature?: string): void {
  const scripted = jit.script(module.clone(), signature === undefined ? {} : { signature });
  const loaded = fromBytes(scripted.toBytes());
  for (let round = 0; round < 2; round++) {
    const eager = run(module as unknown as Forward, args);
    expect(run(scripted, args)).toBe(eager);
    expect(run(loaded, args)).toBe(eager);
  }
  const state = stateText(module.stateDict());
  expect(stateText(scripted.stateDict())).toEqual(state);
  expect(stateText(loaded.stateDict())).toEqual(state);
}

// -- recorded calls -----------------------------------------------------------------------------------------------

interface MaskedOptions {
  readonly needWeights: boolean;
  readonly averageAttnWeights: boolean;
}

/** Gives options by name, which no call from outside of a script can. */
class MaskedAttention extends nn.Module {
  readonly inner: nn.MultiheadAttention;
  readonly needWeights: boolean;
  readonly average: boolean;

  constructor(inner: nn.MultiheadAttention, { needWeights, averageAttnWeights }: MaskedOptions) {
    super();
    this.inner = inner;
    this.needWeights = needWeights;
    this.average = averageAttnWeights;
  }

  forward(query: Tensor, key: Tensor, value: Tensor, attnMask: Tensor | null, padding: Tensor | null) {
    const { needWeights, average } = this;
    const options = { attnMask, keyPaddingMask: padding, needWeights, averageAttnWeights: average };
    return this.inner.forward(query, key, value, options);
  }
}

class MaskedLayer extends nn.Module {
  readonly inner: nn.TransformerEncoderLayer;

  constructor(inner: nn.TransformerEncoderLayer) {
    super();
    this.inner = inner;
  }

  forward(src: Tensor, srcMask: Tensor | null, srcKeyPaddingMask: Tensor | null) {
    return this.inner.forward(src, { srcMask, srcKeyPaddingMask });
  }
}

class MaskedEncoder extends nn.Module {
  readonly inner: nn.TransformerEncoder;

  constructor(inner: nn.TransformerEncoder) {
    super();
    this.inner = inner;
  }

  forward(src: Tensor, mask: Tensor | null, srcKeyPaddingMask: Tensor | null) {
    return this.inner.forward(src, { mask, srcKeyPaddingMask });
  }
}

const MASKS = "mask: Tensor | null, padding: Tensor | null";

/** A recorded call, its named arguments within a module that gives them by name. */
function callOf(row: Case): [module: nn.Module, args: Arguments, signature?: string] {
  const module = build(row.module, row.kwargs).train(row.training);
  module.loadStateDict(stateOf(row.state_dict));
  const positional = () => row.inputs.map(argument);
  if (row.call_kwargs === undefined) return [module, positional];
  const named = () => camelKeys(mapped(row.call_kwargs!));
  const masks = (...names: string[]) => names.map((name) => named()[name] ?? null);
  if (module instanceof nn.MultiheadAttention) {
    const { needWeights = true, averageAttnWeights = true } = named() as Partial<MaskedOptions>;
    return [
      new MaskedAttention(module, { needWeights, averageAttnWeights }),
      () => [...positional(), ...masks("attnMask", "keyPaddingMask")],
      `(query: Tensor, key: Tensor, value: Tensor, ${MASKS}) => [Tensor, Tensor | null]`,
    ];
  }
  const signature = `(src: Tensor, ${MASKS}) => Tensor`;
  if (module instanceof nn.TransformerEncoderLayer) {
    const args = () => [...positional(), ...masks("srcMask", "srcKeyPaddingMask")];
    return [new MaskedLayer(module), args, signature];
  }
  if (module instanceof nn.TransformerEncoder) {
    return [
      new MaskedEncoder(module),
      () => [...positional(), ...masks("mask", "srcKeyPaddingMask")],
      signature,
    ];
  }
  throw new Error(`named arguments of ${row.module}`);
}

function mapped(named: NonNullable<Case["call_kwargs"]>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(named).map(([key, json]) => [key, argument(json)]));
}

describe.each(recordedCalls())("recorded calls: %s", (_file, cases) => {
  it.each(cases.map((row, index) => [titleOf(row, index), row] as const))("%s", (_title, row) => {
    expectSame(...callOf(row));
  });
});
