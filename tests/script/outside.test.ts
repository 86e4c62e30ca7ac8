/** Arrays, maps and sets from outside of a script are constants of it: what would change them is refused. */

import { jit } from "sconce/torch";
import { expect, test } from "vitest";

const list = [1, 2];
const table = new Map([["a", 1]]);
const nested = new Map([["a", [1]]]);
const names = new Set(["a"]);

function refusal(fn: () => unknown): { code: string; message: string } {
  try {
    jit.script(fn, { scope: { list, table, nested, names } });
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error(`compiled: ${fn}`);
}

test.each([
  () => list.push(3),
  () => list.push(...list),
  () => list.sort(),
  () => {
    list[0] = 5;
  },
  () => {
    list[0]! += 5;
  },
  () => {
    list.length = 0;
  },
  () => {
    const same = list;
    same.pop();
  },
  () => table.set("b", 2),
  () => table.delete("a"),
  () => names.add("b"),
  () => {
    const same = names;
    same.clear();
  },
])("%s is refused", (fn) => {
  const { code, message } = refusal(fn);
  expect(code).toBe("SCRIPT_ASSIGNMENT");
  expect(message).toMatch(/outside of the script/);
});

test("a map of arrays is refused, whose items could be changed", () => {
  expect(refusal(() => nested.get("a")?.push(1))).toMatchObject({ code: "SCRIPT_NOT_SCRIPTABLE" });
});
