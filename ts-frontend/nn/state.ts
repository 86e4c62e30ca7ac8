/** Loading of state: names and shapes are checked first, then everything is copied. */

import { contiguousBytes, type TensorData } from "../../format/value.ts";
import { SconceError } from "../../loader/error.ts";
import { call } from "../dispatch.ts";
import { nextEpoch } from "../eager/epoch.ts";
import { elementsInPlace, isContiguous, newTensor } from "../eager/info.ts";
import { scope } from "../scope.ts";
import { Tensor } from "../tensor.ts";

export interface LoadOptions {
  /** False: names that are missing or unexpected are only reported. True by default. */
  strict?: boolean;
}

/** Names that did not fit, as `load_state_dict` returns them. */
export interface LoadReport {
  /** In the module, not in the state. */
  readonly missingKeys: string[];
  /** In the state, not in the module. */
  readonly unexpectedKeys: string[];
}

/** Names whose lack, or whose presence, is no mistake. */
interface Exceptions {
  readonly optional: ReadonlySet<string>;
  readonly ignored: ReadonlySet<string>;
}

/** Copies the state into the tensors of the same names. Throws SconceError (STATE_DICT), see Module.loadStateDict. */
export function loadState(
  owner: string,
  own: ReadonlyMap<string, Tensor>,
  state: ReadonlyMap<string, Tensor | TensorData>,
  { optional, ignored, strict = true }: LoadOptions & Exceptions,
): LoadReport {
  const missingKeys = [...own.keys()].filter((name) => !state.has(name) && !optional.has(name));
  const unexpectedKeys = [...state.keys()].filter((name) => !own.has(name) && !ignored.has(name));
  const problems: string[] = [];
  const list = (names: readonly string[]) => names.map((name) => `"${name}"`).join(", ");
  if (strict && unexpectedKeys.length > 0)
    problems.push(`Unexpected key(s) in state_dict: ${list(unexpectedKeys)}.`);
  if (strict && missingKeys.length > 0) problems.push(`Missing key(s) in state_dict: ${list(missingKeys)}.`);
  for (const [name, tensor] of own) {
    const given = state.get(name)?.shape;
    const expected = tensor.shape;
    if (given === undefined || (given.length === expected.length && expected.every((n, i) => n === given[i])))
      continue;
    const shapes = `[${given.join(", ")}] in the state, [${expected.join(", ")}] in the module`;
    problems.push(`size mismatch for ${name}: ${shapes}.`);
  }
  if (problems.length > 0) {
    throw new SconceError({
      code: "STATE_DICT",
      message: `Error(s) in loading state_dict for ${owner}:\n\t${problems.join("\n\t")}`,
      facts: [...missingKeys, ...unexpectedKeys],
      advice:
        "Build the module with the sizes it was saved with, or pass { strict: false } to ignore other names.",
    });
  }
  for (const [name, tensor] of own) {
    const given = state.get(name);
    if (given !== undefined) copyInto(tensor, given);
  }
  return { missingKeys, unexpectedKeys };
}

function copyInto(target: Tensor, source: Tensor | TensorData): void {
  if (!(source instanceof Tensor) && source.dtype === target.dtype && isContiguous(target)) {
    const { buffer, byteOffset, byteLength } = elementsInPlace(target);
    new Uint8Array(buffer, byteOffset, byteLength).set(contiguousBytes(source));
    nextEpoch();
    return;
  }
  scope(() => {
    const from =
      source instanceof Tensor
        ? source
        : new Tensor(newTensor(source.dtype, source.shape, contiguousBytes(source)));
    call("aten::copy_", [target, from]);
  });
}
