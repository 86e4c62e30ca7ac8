/** Which line of the user's program is running: the innermost stack frame outside this package. */

import type { SourceLocation } from "../../loader/error.ts";

/** `…/ts-frontend/eager/where.ts` → the folder above `ts-frontend`, without `file://`. */
const root = plain(import.meta.url).replace(/ts-frontend\/eager\/where\.\w+(\?.*)?$/, "");
/** The built package beside its sources, which is where source maps point. */
const roots = [root, root.replace(/dist\/$/, "")];
const own = roots.flatMap((base) => ["ts-frontend/", "loader/", "format/"].map((folder) => base + folder));
/** Models written like a user's; the lines in them are worth naming. */
const models = roots.map((base) => `${base}ts-frontend/models/`);

/** The place in a stack line: V8's `at f (URL:1:2)` and `at URL:1:2`, or `f@URL:1:2` of other engines. */
const FRAMES = [
  /^at .*? \((.+):(\d+):(\d+)\)$/,
  /^at (?:async )?(.+):(\d+):(\d+)$/,
  /^[^@]*@(.+):(\d+):(\d+)$/,
] as const;

function plain(url: string): string {
  return decodeURI(url.replace(/^file:\/\//, "")).replaceAll("\\", "/");
}

/** The frame that called into this package, or undefined when the stack does not show it. */
export function userFrame(): SourceLocation | undefined {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 100;
  const { stack } = new Error();
  Error.stackTraceLimit = limit;
  return stack ? frameIn(stack) : undefined;
}

/** The innermost frame outside this package in the text of a stack, as V8, SpiderMonkey or JavaScriptCore write it. */
export function frameIn(stack: string): SourceLocation | undefined {
  for (const line of stack.split("\n")) {
    const text = line.trim();
    const match = FRAMES.map((frame) => frame.exec(text)).find((found) => found !== null);
    if (!match) continue;
    const file = plain(match[1]!).replace(/\?.*$/, "");
    if (file.startsWith("node:") || file.includes("<anonymous>")) continue;
    const within = (folder: string): boolean => file.startsWith(folder);
    if (own.some(within) && !models.some(within)) continue;
    return { file, line: Number(match[2]), column: Number(match[3]) };
  }
  return undefined;
}
