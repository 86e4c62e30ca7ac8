/** The error of reading or writing `.sconce` files. */

/** What is wrong: with the bytes as a whole, with one of their parts, or (`program`) with what was to be written. */
export type FormatErrorCode =
  | "size"
  | "magic"
  | "version"
  | "flags"
  | "preamble"
  | "padding"
  | "checksum"
  | "msgpack"
  | "header"
  | "requires"
  | "segment"
  | "tensor"
  | "program";

export class FormatError extends Error {
  override readonly name = "FormatError";
  readonly code: FormatErrorCode;
  /** A part of the file: `preamble`, `header.functions[2].graph`, `segment 3`; or of the program to be written. */
  readonly where: string;
  readonly expected: string;
  readonly got: string;

  constructor(code: FormatErrorCode, where: string, expected: string, got: string) {
    super(`${where}: expected ${expected}, got ${got}`);
    this.code = code;
    this.where = where;
    this.expected = expected;
    this.got = got;
  }
}
