/** Every recorded call of a torch.nn module gives PyTorch's answer, and leaves its buffers as PyTorch does. */

import { describe, expect, it } from "vitest";
import { IValue } from "../../format/value.ts";
import { difference, fromJson } from "../../scripts/conformance/ivalue.ts";
import { torch } from "../../ts-frontend/index.ts";
import { argumentsOf, build, recordedCalls, result, stateOf, titleOf, toData } from "./support.ts";

/** Sums of many products. */
const WIDE = { rtol: 1e-4, atol: 1e-4 };

for (const [file, cases] of recordedCalls()) {
  describe(file, () => {
    for (const [index, row] of cases.entries()) {
      it(titleOf(row, index), () => {
        const module = build(row.module, row.kwargs).train(row.training);
        expect([...module.stateDict().keys()]).toEqual(Object.keys(row.state_dict));
        module.loadStateDict(stateOf(row.state_dict));
        const args = argumentsOf(row);
        if (row.seed !== undefined) torch.manualSeed(row.seed);
        const output = (module.forward as (...args: unknown[]) => unknown)(...args);
        expect(difference(result(output), fromJson(row.expect), WIDE)).toBeNull();
        const after = stateOf(row.state_after ?? row.state_dict);
        for (const [name, tensor] of module.stateDict()) {
          expect(difference(IValue.tensor(toData(tensor)), IValue.tensor(after.get(name)!))).toBeNull();
        }
      });
    }
  });
}
