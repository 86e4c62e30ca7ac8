/** Weight files: safetensors, `torch.save` state dicts, and .npy arrays. */

import type { TensorData } from "../../format/value.ts";
import { Archive } from "./archive.ts";
import { readSafetensors } from "./safetensors.ts";
import { type ByteSource, bytesFrom } from "./source.ts";
import { readStateDict, type StateDictOptions } from "./state-dict.ts";

export { readNpy, writeNpy } from "./npy.ts";
export { readSafetensors, writeSafetensors } from "./safetensors.ts";
export type { ByteSource } from "./source.ts";
export { readStateDict, type StateDictOptions } from "./state-dict.ts";

/**
 * Weights from either kind of file, told apart by its first bytes: what `Module.loadStateDict` takes.
 *
 *     model.loadStateDict(await readWeights(await (await fetch("weights.safetensors")).arrayBuffer()));
 *
 * Throws SconceError as `readSafetensors` and `readStateDict` do.
 */
export async function readWeights(
  source: ByteSource,
  options: StateDictOptions = {},
): Promise<Map<string, TensorData>> {
  const bytes = await bytesFrom(source);
  // a safetensors header begins with its length and a brace; everything else is for PyTorch's reader to judge
  const safetensors = bytes.length > 8 && bytes[8] === 0x7b && !Archive.looksLike(bytes);
  return safetensors ? readSafetensors(bytes).tensors : readStateDict(bytes, options);
}
