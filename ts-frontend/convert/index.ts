/** `sconce/convert`: PyTorch files in, without Python. Importing it also teaches `load` to read them. */

import { registerFormat } from "../../loader/formats.ts";
import { Archive } from "../weights/archive.ts";
import { convert } from "./convert.ts";

export type { MissingOperator } from "../torchscript/import.ts";
export type { ByteSource, RandomAccess } from "../weights/source.ts";
export {
  type Converted,
  type ConvertedChunks,
  type ConvertOptions,
  type ConvertSource,
  type ConvertStep,
  convert,
  convertToChunks,
} from "./convert.ts";
export type { ConvertReport, MethodReport, PassReport } from "./report.ts";

registerFormat({
  name: "TorchScript",
  looksLike: (head) => Archive.looksLike(head),
  toSconce: async (source, { onProgress, signal }) => {
    const { bytes } = await convert(source, {
      ...(signal ? { signal } : {}),
      onProgress: (step, done, total) => {
        if (step === "read") onProgress?.(done, total);
      },
    });
    return bytes;
  },
});
