/** Strings of a program: bytes, as C++ strings are in PyTorch. */

import { family, op } from "./define.ts";

const COMPARISONS = [
  ["eq", "Whether both are equal."],
  ["ne", "Whether both differ."],
  ["lt", "Whether a comes before b, byte by byte."],
  ["le", "Whether a comes before b or is equal to it."],
  ["gt", "Whether a comes after b."],
  ["ge", "Whether a comes after b or is equal to it."],
] as const;

export const strings = family("kernels/strings", [
  ...COMPARISONS.map(([name, doc]) => op(`aten::${name}.str(str a, str b) -> bool`, { kernel: name, doc })),
  op("aten::add.str(str a, str b) -> str", { kernel: "add", doc: "Both, one after the other." }),
  op("aten::len.str(str s) -> int", { kernel: "len", doc: "The number of bytes." }),
  op("aten::slice.str(str string, int? start=None, int? end=None, int step=1) -> str", {
    kernel: "slice",
    doc: "Every step-th byte from start to before end, as Python slices.",
  }),
  op("aten::__getitem__.str(str s, int index) -> str", {
    kernel: "getItem",
    doc: "A byte; negative from the end.",
  }),
  op("prim::StringIndex(str string, int index) -> str", { kernel: "getItem" }),
  op("aten::list(str t) -> str[]", { kernel: "characters", doc: "Every byte as a string." }),
  op("aten::join(str self, str[] values) -> str", { doc: "The values with self between them." }),
  op("aten::ord(str string) -> int", { doc: "The number of a text of one byte." }),
  op("aten::chr(int i) -> str", { doc: "The byte of the number's lowest eight bits." }),
  op("aten::hex(int i) -> str", { doc: "0x and hexadecimal digits." }),
  op("aten::oct(int i) -> str", { doc: "0o and octal digits." }),
  op("aten::bin(int i) -> str", { doc: "0b and binary digits." }),
  op("aten::Float.str(str a) -> float", {
    kernel: "floatOfStr",
    doc: "Decimal or hexadecimal digits, inf or nan; refuses what a float64 cannot hold.",
  }),
]);

export const text = family("kernels/text", [
  op("aten::str(t elem) -> str", { doc: "The text of any value, as TorchScript prints it." }),
  op("aten::format(str self, ...) -> str", { doc: "Each {} replaced by the text of the next value." }),
  op("aten::percentFormat(str self, ...) -> str", {
    doc: "Each specifier (%d %i %e %E %f %F %c %s) replaced by the next value of a tuple, or by the one value.",
  }),
]);
