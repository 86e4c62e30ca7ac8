/** Other kinds of files that `load` can be taught: each is turned into a `.sconce` file before anything else. */

import { SconceError } from "./error.ts";

/** What a conversion may be given. */
export interface FormatOptions {
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export interface FileFormat {
  /** Such as `TorchScript`. */
  readonly name: string;
  /** Whether a file with these first bytes (`HEAD_BYTES`, fewer if it is shorter) is of this kind. */
  looksLike(head: Uint8Array): boolean;
  /** The bytes of a `.sconce` file. Throws SconceError. */
  toSconce(source: Uint8Array | Blob, options: FormatOptions): Promise<Uint8Array>;
}

/** How much of a file `looksLike` is shown. */
export const HEAD_BYTES = 16;

const formats: FileFormat[] = [];

/** From now on `load` reads files of this kind too. */
export function registerFormat(format: FileFormat): void {
  if (!formats.includes(format)) formats.push(format);
}

/** The kind of a file by its first bytes; undefined for what the runtime itself must judge. Throws for PyTorch's files. */
export function formatOf(head: Uint8Array): FileFormat | undefined {
  const found = formats.find((format) => format.looksLike(head));
  if (found) return found;
  const begins = (...bytes: number[]) => bytes.every((byte, i) => head[i] === byte);
  // a zip archive as PyTorch writes them, or the pickles of its older format
  if (!begins(0x50, 0x4b, 0x03, 0x04) && !begins(0x80, 0x02, 0x8a, 0x0a)) return undefined;
  throw new SconceError({
    code: "FILE_MAGIC",
    message: "this is a PyTorch file or another archive, not a .sconce file",
    advice:
      'Convert it once with `npx sconce convert model.pt -o model.sconce`, or import "sconce/convert" to load it as it is.',
  });
}
