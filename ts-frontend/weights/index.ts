/** Weight files: safetensors, `torch.save` state dicts, and .npy arrays. */

import type { TensorData } from "../../format/value.ts";
import { Archive } from "./archive.ts";
import { readSafetensors } from "./safetensors.ts";
import { type ByteSource, bytesFrom, openSource } from "./source.ts";
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
  // a safetensors header begins with its length and a brace; everything else is for PyTorch's reader to judge
  const head = await openSource(source).read(0, 9);
  const safetensors = head[8] === 0x7b && !Archive.looksLike(head);
  return safetensors ? readSafetensors(await bytesFrom(source)).tensors : readStateDict(source, options);
}
