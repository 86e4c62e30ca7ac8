/** JavaScript's operators inside programs: types of results, arguments changed in place, texts that are no UTF-8. */

import { beforeAll, expect, it } from "vitest";
import { parseGraph } from "../../format/ir/parse.ts";
import { printGraph } from "../../format/ir/print.ts";
import { Runtime } from "../../loader/runtime.ts";
import { leavesNothing, loadParts } from "../support/programs.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await Runtime.create();
});

function program(text: string) {
  return loadParts(runtime, { functions: { f: text } });
}

/** Operators that make lists of any item type, and the type each list has at run time. */
const LISTS: [string, string, string][] = [
  ["%l : str[]", "%x : str[] = js::listSlice(%l, %none, %none)", "str[]"],
  ["%l : str?[]", "%x : str?[] = js::concatLists(%l, %l)", "str?[]"],
  ["%l : Tensor[]", "%x : Tensor[] = js::splice(%l, %zero, %none, %l)", "Tensor[]"],
  ["%l : float", "%x : float[] = js::newList(%zero, %l)", "float[]"],
  ["%l : Dict(float, str)", "%x : float[] = js::mapKeys(%l)", "float[]"],
  ["%l : Dict(float, str[])", "%x : str[][] = js::mapValues(%l)", "str[][]"],
  ["%l : Dict(str, int)", "%x : str[] = js::recKeys(%l)", "str[]"],
  ["%l : str", "%x : str[] = js::split(%l, %l, %none)", "str[]"],
  ["%l : str", "%x : str[] = js::chars(%l)", "str[]"],
  ["%l : float[]", "%x : int[] = js::toInts(%l)", "int[]"],
];

it.each(LISTS)("a list made of %s by %s", (input, line, type) => {
  const names = ["str[]", "str?[]", "Tensor[]", "float[]", "str[][]", "int[]"];
  const asks = names.map((name, i) => `  %is${i} : bool = prim::isinstance[types=[${name}]](%x)`);
  const module = program(`graph(${input}):
  %none : NoneType = prim::Constant()
  %zero : float = prim::Constant[value=0.]()
  ${line}
${asks.join("\n")}
  return (${names.map((_, i) => `%is${i}`).join(", ")})`);
  const dict = input.includes("Dict");
  const arg = dict ? new Map() : input.endsWith("[]") ? [] : input.endsWith("float") ? 1 : "";
  leavesNothing(runtime, () => {
    expect(module.forward(arg)).toEqual(names.map((name) => name === type));
  });
});

it("an item that may be missing is an optional, and what changes in place is seen by all", () => {
  const module = program(`graph(%l : str[], %i : float):
  %text : str = prim::Constant[value="new"]()
  %item : str? = js::idx(%l, %i)
  %n : float = js::push(%l, %text)
  %last : str? = js::pop(%l)
  %again : float = js::listLen(%l)
  return (%item, %n, %last, %again)`);
  leavesNothing(runtime, () => {
    expect(module.forward(["a", "b"], 1)).toEqual(["b", 3, "new", 2]);
    expect(module.forward(["a", "b"], 2)).toEqual([null, 3, "new", 2]);
  });
});

const LONE = ["\ud83d", "\ude00", "a\ud800b", "\udc00\ud800", "é\udfff", "\ud83d\ude00"];

it("texts with lone surrogates are constants, arguments, keys and results", () => {
  for (const text of LONE) {
    const literal = JSON.stringify(text);
    const graph = `graph(%a : str, %d : Dict(str, float)):
  %c : str = prim::Constant[value=${literal}]()
  %both : str = js::strAdd(%c, %a)
  %n : float = js::strLen(%both)
  %v : float? = js::mapGet(%d, %c)
  %r : bool = aten::eq.str(%c, %a)
  return (%c, %a, %both, %n, %v, %r)`;
    const printed = printGraph(parseGraph(graph));
    expect(printGraph(parseGraph(printed))).toBe(printed);
    const module = program(graph);
    leavesNothing(runtime, () => {
      const results = module.forward(text, new Map([[text, 5]]));
      expect(results).toEqual([text, text, text + text, text.length * 2, 5, true]);
    });
  }
});

it("errors inside programs name what JavaScript would do", () => {
  const module = program(`graph(%l : float[], %i : float):
  %x : float = js::at(%l, %i)
  return (%x)`);
  leavesNothing(runtime, () => {
    expect(module.forward([5, 6], 1)).toBe(6);
    expect(() => module.forward([5, 6], 2)).toThrow(/no index 2 in an array of length 2/);
  });
});
