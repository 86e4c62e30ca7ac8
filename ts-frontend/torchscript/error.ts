/** What the importer refuses: a construct that is not supported, or code that does not fit together. */

import type { SourceRange } from "../../format/ir/graph.ts";
import { SconceError } from "../../loader/error.ts";

/** A place as errors show it. */
export interface Place {
  readonly range: SourceRange;
  /** The text of the line. */
  readonly text?: string;
}

function where(place: Place | undefined) {
  if (place === undefined) return {};
  const { file, line, col } = place.range;
  const text = place.text === undefined ? {} : { text: place.text };
  return { where: { file, line, column: col + 1, ...text } };
}

/** UNSUPPORTED: correct TorchScript that Sconce does not run. `what` names it. */
export function unsupportedCode(what: string, place?: Place): SconceError {
  return new SconceError({
    code: "UNSUPPORTED",
    message: `unsupported: ${what}`,
    facts: [what],
    advice: "Change the model where it was made, or leave that part out.",
    ...where(place),
  });
}

/** TORCHSCRIPT: code that PyTorch would refuse too. */
export function badCode(message: string, place?: Place): SconceError {
  return new SconceError({
    code: "TORCHSCRIPT",
    message,
    advice: "The archive is damaged or was not written by PyTorch; save it again.",
    ...where(place),
  });
}
