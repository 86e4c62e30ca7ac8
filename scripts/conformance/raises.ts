/** Whether an error of Sconce has the meaning of the message that PyTorch gave. */

import type { SconceError } from "../../loader/error.ts";

/** Families of PyTorch's messages, and the codes that mean the same. The first that fits decides. */
const FAMILIES: readonly [RegExp, readonly string[]][] = [
  [
    /^Cast error details|is missing value for argument|takes \d+ positional argument/,
    ["BAD_ARGUMENT", "BAD_ARITY"],
  ],
  [/device type at start of device string/, ["BAD_ARGUMENT", "DEVICE"]],
  [/KeyError/, ["KEY_NOT_FOUND"]],
  [/is not in list/, ["NOT_IN_LIST"]],
  [/Unwrapping null optional/, ["NONE_VALUE"]],
  [/out of range|out of bounds/, ["INDEX_RANGE", "INDEX_OUT_OF_RANGE", "DIM_RANGE", "EMPTY_CONTAINER"]],
  [/Boolean value of Tensor with more than one value/, ["NOT_ONE_ELEMENT"]],
  [/cannot be multiplied/, ["INNER_SIZE"]],
  [/vector expected, got/, ["NDIM", "INNER_SIZE"]],
  [/must match the size of tensor/, ["BROADCAST", "SIZE_MISMATCH"]],
  [/expects a tensor with|Expected \dD|of a 0-d tensor/, ["NDIM", "DIM_RANGE"]],
  [/must match for tolist/, ["TO_LIST", "DTYPE_MISMATCH", "NDIM"]],
  [/Expected sequence of length/, ["BAD_ARITY", "SIZE_MISMATCH"]],
  // what the importer makes the program raise where PyTorch's operator would
  [/^Empty lists default to|Input must be of ints, floats/, ["RAISED"]],
  [/division by zero|modulo by zero/, ["ZERO_DIVISION"]],
];

/** Codes that say nothing of what the program did: limits of the machine, damage of the file. */
const UNRELATED = /^(UNSUPPORTED|OUT_OF_MEMORY|.*_LIMIT|FILE_.*|FETCH|NO_.*|NOT_LOADED)$/;

const STOP_WORDS = new Set(
  "that this with from must have been should expected error runtimeerror value but got the for and are not only".split(
    " ",
  ),
);

function words(text: string): Set<string> {
  const found = text.toLowerCase().match(/[a-z]{3,}/g) ?? [];
  return new Set(found.map((word) => word.replace(/s$/, "")).filter((word) => !STOP_WORDS.has(word)));
}

/** True if `error` says what `message`, the last line that PyTorch printed, says. */
export function sameMeaning(error: SconceError, message: string): boolean {
  const family = FAMILIES.find(([pattern]) => pattern.test(message));
  if (error.code === "RAISED" && !family?.[1].includes("RAISED"))
    return raisedTexts(error).includes(message.replace(/^RuntimeError: /, "").trim());
  if (family) return family[1].includes(error.code);
  if (UNRELATED.test(error.code)) return false;
  const theirs = words(message);
  return [...words(error.message.split("\n  at ")[0]!)].some((word) => theirs.has(word));
}

/** What `raise` in the program gave: its text, alone and after the name of the exception. */
function raisedTexts(error: SconceError): string[] {
  const [text, type] = error.facts.map(String);
  return [(text ?? "").trim(), `${type ?? "builtins.Exception"}: ${text ?? ""}`.trim()];
}
