/** Finding the user's line in stacks as the engines write them. */

import { expect, test } from "vitest";
import { frameIn } from "../../ts-frontend/eager/where.ts";

const own = new URL("../../ts-frontend/", import.meta.url);

test("V8", () => {
  const stack = `Error
    at userFrame (${own.href}eager/where.ts:24:20)
    at Tensor.item (${own.href}tensor.ts:190:5)
    at Proxy.forward (${own.pathname}nn/module.ts:10:1)
    at node:internal/timers:1:2
    at Cell.forward (file:///home/me/my%20app/cell.ts:12:34)
    at file:///home/me/main.ts:1:2`;
  expect(frameIn(stack)).toEqual({ file: "/home/me/my app/cell.ts", line: 12, column: 34 });
  expect(frameIn("Error\n    at async run (C:\\app\\main.js:3:4)")).toEqual({
    file: "C:/app/main.js",
    line: 3,
    column: 4,
  });
  expect(frameIn("Error\n    at new X (/srv/node_modules/@scope/x (1)/a.js:1:2)")?.file).toBe(
    "/srv/node_modules/@scope/x (1)/a.js",
  );
  expect(frameIn("Error\n    at https://example.org/app.js?v=2:7:8")).toEqual({
    file: "https://example.org/app.js",
    line: 7,
    column: 8,
  });
});

test("SpiderMonkey and JavaScriptCore", () => {
  const stack = `item@${own.href}tensor.ts:190:5\nforward@https://example.org/cell.js:12:34\n@https://example.org/main.js:1:2`;
  expect(frameIn(stack)).toEqual({ file: "https://example.org/cell.js", line: 12, column: 34 });
  expect(frameIn("[native code]\nmodule code@https://example.org/main.js:1:2")?.line).toBe(1);
});

test("models of this package count as the user's", () => {
  expect(frameIn(`    at forward (${own.href}models/resnet.ts:5:6)`)?.line).toBe(5);
});

test("a stack without such a frame gives nothing", () => {
  expect(frameIn("Error\n    at <anonymous>")).toBeUndefined();
});
