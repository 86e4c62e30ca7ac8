/**
 * Where the text of a code file came from, as `.debug_pkl` records tell it.
 *
 *     ("FORMAT_WITH_STRING_TABLE", (string, …), ((byte offset, range, tag), …))   texts are lists of indices, names indices
 *     ((byte offset, tag, range), …) or ((byte offset, range), …)                  before version 1.12
 *     range: ((text, file name, number of its first line), start, end)             start and end in bytes of the text
 */

import type { SourceRange } from "../../format/ir/graph.ts";
import { unpickle } from "../weights/pickle.ts";
import { type GlobalHandler, PickleList, PickleTuple } from "../weights/pickle-values.ts";

/** A place in the program that an archive was made from. */
export interface DebugLocation extends SourceRange {
  /** The line itself; undefined for traced code, of which only the place is known. */
  readonly text: string | undefined;
  /** What of the file the archive holds: mostly one function; for traced code the Python stack, innermost call first. */
  readonly source: string;
}

const STRING_TABLE = "FORMAT_WITH_STRING_TABLE";
/** Texts of sources that one file's lookups may assemble, in characters. */
const MAX_TEXT = 2 ** 26;
/** A line of a Python stack: `file.py(12): forward`. */
const STACK_LINE = /^.+\(\d+\): \S+$/;

const globals: ReadonlyMap<string, GlobalHandler> = new Map([
  ["torch.jit._pickle.build_intlist", { call: ([list]: readonly unknown[]) => list }],
]);

/** A source as it was pickled, assembled when it is first asked for. */
interface Source {
  readonly file: string;
  /** Number of its first line. */
  readonly firstLine: number;
  readonly text: string;
  readonly bytes: Uint8Array;
}

/** The origins of one code file's text, in order of their offsets. */
export class DebugRanges {
  readonly #offsets: readonly number[];
  readonly #ranges: readonly PickleTuple[];
  readonly #strings: readonly unknown[] | undefined;
  readonly #sources = new Map<unknown, Source | undefined>();
  #assembled = 0;

  private constructor(offsets: number[], ranges: PickleTuple[], strings: readonly unknown[] | undefined) {
    this.#offsets = offsets;
    this.#ranges = ranges;
    this.#strings = strings;
  }

  /** The record's ranges, or undefined if there is no record or it is damaged: debug data never stops a conversion. */
  static read(record: Uint8Array | undefined): DebugRanges | undefined {
    if (record === undefined) return undefined;
    try {
      return DebugRanges.#parse(
        unpickle(record, { find: (module, name) => globals.get(`${module}.${name}`) }),
      );
    } catch {
      return undefined;
    }
  }

  static #parse(value: unknown): DebugRanges | undefined {
    if (!(value instanceof PickleTuple)) return undefined;
    const [format, strings, table] = value.items;
    const tabled = format === STRING_TABLE && strings instanceof PickleTuple && table instanceof PickleTuple;
    const rows = tabled ? table.items : value.items;
    const offsets: number[] = [];
    const ranges: PickleTuple[] = [];
    for (const row of rows) {
      if (!(row instanceof PickleTuple) || typeof row.items[0] !== "bigint") return undefined;
      const range = row.items.find((item) => item instanceof PickleTuple);
      const offset = Number(row.items[0]);
      if (range === undefined || offset < (offsets.at(-1) ?? 0)) return undefined;
      offsets.push(offset);
      ranges.push(range);
    }
    return new DebugRanges(offsets, ranges, tabled ? strings.items : undefined);
  }

  /** Where the text at this byte (of the code file as UTF-8) came from; undefined for what the compiler added. */
  lookup(byteOffset: number): DebugLocation | undefined {
    let [low, high] = [0, this.#offsets.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#offsets[middle]! <= byteOffset) low = middle + 1;
      else high = middle;
    }
    const [pickled, start] = this.#ranges[low - 1]?.items ?? [];
    const source = this.#source(pickled);
    if (source === undefined || typeof start !== "bigint") return undefined;
    const { file, firstLine, text, bytes } = source;
    if (start < 0n || start > BigInt(bytes.length)) return undefined;
    const at = Number(start);
    const lineStart = at === 0 ? 0 : bytes.lastIndexOf(NEWLINE, at - 1) + 1;
    let line = firstLine;
    for (let i = bytes.indexOf(NEWLINE); i >= 0 && i < at; i = bytes.indexOf(NEWLINE, i + 1)) line++;
    const lineEnd = bytes.indexOf(NEWLINE, at);
    const lineText = decode(bytes.subarray(lineStart, lineEnd < 0 ? bytes.length : lineEnd));
    const traced = STACK_LINE.test(lineText);
    return {
      file,
      line,
      col: traced ? 0 : decode(bytes.subarray(lineStart, at)).length,
      text: traced ? undefined : lineText,
      source: text,
    };
  }

  #source(pickled: unknown): Source | undefined {
    if (!this.#sources.has(pickled)) this.#sources.set(pickled, this.#assemble(pickled));
    return this.#sources.get(pickled);
  }

  #assemble(pickled: unknown): Source | undefined {
    const [pieces, name, first] = pickled instanceof PickleTuple ? pickled.items : [];
    const file = this.#string(name);
    if (typeof file !== "string" || file === "" || typeof first !== "bigint") return undefined;
    if (first < 0n || first > 2n ** 31n) return undefined;
    let text = "";
    for (const piece of pieces instanceof PickleList ? pieces.items : [pieces]) {
      const part = this.#string(piece);
      if (part === undefined) return undefined;
      this.#assembled += part.length;
      if (this.#assembled > MAX_TEXT) return undefined;
      text += part;
    }
    return { file, firstLine: Number(first), text, bytes: new TextEncoder().encode(text) };
  }

  /** A string, or the entry of the table that an index names. */
  #string(value: unknown): string | undefined {
    const found = typeof value === "bigint" ? this.#strings?.[Number(value)] : value;
    return typeof found === "string" ? found : undefined;
  }
}

const NEWLINE = 0x0a;

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
