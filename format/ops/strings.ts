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

export const stringSearch = family("kernels/string-search", [
  op("aten::find(str self, str substr, int start=0, int end=-1) -> int", {
    doc: "Where substr first is between two bytes, or -1; an end of -1 is the length.",
  }),
  op("aten::rfind(str self, str substr, int start=0, int end=-1) -> int", {
    doc: "Where substr last is, or -1.",
  }),
  op("aten::index.str(str self, str substr, int start=0, int end=-1) -> int", {
    doc: "As find; refuses a text without substr.",
  }),
  op("aten::rindex(str self, str substr, int start=0, int end=-1) -> int", {
    doc: "As rfind; refuses a text without substr.",
  }),
  op("aten::count(str self, str substr, int start=0, int end=-1) -> int", {
    doc: "How often substr is there, no two overlapping.",
  }),
  op("aten::startswith(str self, str substr, int start=0, int end=-1) -> bool"),
  op("aten::endswith(str self, str substr, int start=0, int end=-1) -> bool"),
  op("aten::replace(str self, str old, str new, int max=-1) -> str", {
    doc: "The first max places of old become new, all for a negative max.",
  }),
  op("aten::split.str(str self, str? separator=None, int max=-1) -> str[]", {
    kernel: "split",
    doc: "The parts between separators, or between white space without one.",
  }),
  op('aten::rsplit(str self, str separator=" ", int max=-1) -> str[]', {
    doc: "As split, counting max from the end.",
  }),
  op("aten::splitlines(str self, bool keepends=False) -> str[]", {
    doc: "The lines; with keepends their ends are items too.",
  }),
  op("aten::partition(str self, str separator) -> (str, str, str)", {
    doc: "What is before the first separator, the separator, and the rest.",
  }),
  op("aten::rpartition(str self, str separator) -> (str, str, str)", {
    doc: "As partition, at the last separator.",
  }),
]);

const STRIPPED = `str chars=" \\n\\t\\f\\v"`;

export const stringShape = family("kernels/string-shape", [
  op("aten::lower(str self) -> str", { doc: "ASCII letters in lower case." }),
  op("aten::upper(str self) -> str", { doc: "ASCII letters in upper case." }),
  op("aten::swapcase(str self) -> str"),
  op("aten::capitalize(str self) -> str", { doc: "The first byte in upper case, the others in lower." }),
  op("aten::title(str self) -> str", { doc: "Each first letter in upper case, the others in lower." }),
  op("aten::isdigit(str self) -> bool", { doc: "Whether there are ASCII digits only." }),
  op("aten::isdecimal(str self) -> bool", { kernel: "isdigit" }),
  op("aten::isnumeric(str self) -> bool", { kernel: "isdigit" }),
  op("aten::isalpha(str self) -> bool", { doc: "Whether there are ASCII letters only." }),
  op("aten::isalnum(str self) -> bool", { doc: "Whether there are ASCII letters and digits only." }),
  op("aten::isspace(str self) -> bool"),
  op("aten::isprintable(str self) -> bool", { doc: "Whether every byte is a printable one of ASCII." }),
  op("aten::isidentifier(str self) -> bool", {
    doc: "Whether there are letters and digits only, a letter first.",
  }),
  op("aten::isupper(str self) -> bool"),
  op("aten::islower(str self) -> bool"),
  op("aten::istitle(str self) -> bool"),
  op('aten::ljust(str self, int width, str fillchar=" ") -> str', { doc: "Filled up on the right." }),
  op('aten::rjust(str self, int width, str fillchar=" ") -> str', { doc: "Filled up on the left." }),
  op('aten::center(str self, int width, str fillchar=" ") -> str', { doc: "Filled up on both sides." }),
  op("aten::zfill(str self, int width) -> str", {
    doc: "Filled up with zeros on the left, before any sign.",
  }),
  op("aten::expandtabs(str self, int tabsize=8) -> str", {
    doc: "Tabs as spaces up to multiples of tabsize.",
  }),
  op(`aten::strip(str self, ${STRIPPED}) -> str`, { doc: "Without the given bytes at both ends." }),
  op(`aten::lstrip(str self, ${STRIPPED}) -> str`),
  op(`aten::rstrip(str self, ${STRIPPED}) -> str`),
]);
