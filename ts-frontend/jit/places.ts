/** Places in the user's source, as a saved program names them: paths relative to where the program ran. */

import type { SourceRange } from "../../format/ir/graph.ts";
import type { SourceLocation } from "../../loader/error.ts";

interface FileSystem {
  readFileSync(path: string, encoding: "utf8"): string;
}

/** The file system and the working directory where there are any: Node, Deno and Bun. */
function host(): { fs: FileSystem | undefined; cwd: string } {
  const process = (globalThis as { process?: { cwd?(): string; getBuiltinModule?(name: string): unknown } })
    .process;
  try {
    return {
      fs: process?.getBuiltinModule?.("node:fs") as FileSystem | undefined,
      cwd: process?.cwd?.().replaceAll("\\", "/") ?? "",
    };
  } catch {
    return { fs: undefined, cwd: "" };
  }
}

/** A file as programs name it: relative to the working directory, or without the server's name. */
export function shortPath(file: string): string {
  const { cwd } = host();
  if (cwd && file.startsWith(`${cwd}/`)) return file.slice(cwd.length + 1);
  return file.replace(/^https?:\/\/[^/]+\//, "");
}

/** Collects the lines that a program's nodes came from. */
export class Places {
  readonly #lines = new Map<string, Set<number>>();
  readonly #paths = new Map<string, string>();
  readonly #host = host();

  /** The range of a place, its file named relative to the working directory. */
  range(where: SourceLocation | undefined): SourceRange | undefined {
    if (!where) return undefined;
    const file = shortPath(where.file);
    let lines = this.#lines.get(file);
    if (!lines) {
      lines = new Set();
      this.#lines.set(file, lines);
      this.#paths.set(file, where.file);
    }
    lines.add(where.line);
    return { file, line: where.line, col: Math.max(0, where.column - 1) };
  }

  /** `model.ts:12`, for messages. */
  describe(where: SourceLocation | undefined): string {
    const range = this.range(where);
    return range ? `${range.file}:${range.line}` : "unknown place";
  }

  /** The source lines that ranges name, others left empty, by file. Empty where files cannot be read. */
  sources(): Map<string, string> {
    const sources = new Map<string, string>();
    for (const [file, wanted] of this.#lines) {
      let text: string;
      try {
        text = this.#host.fs?.readFileSync(this.#paths.get(file)!, "utf8") ?? "";
      } catch {
        continue;
      }
      if (!text) continue;
      const all = text.split("\n");
      const last = Math.max(...wanted);
      if (last > all.length) continue;
      const kept = all.slice(0, last).map((line, i) => (wanted.has(i + 1) ? line : ""));
      sources.set(file, kept.join("\n"));
    }
    return sources;
  }
}
