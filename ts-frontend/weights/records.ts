/** What all of PyTorch's archives have alike: their byte order, and a record for each storage of a pickle. */

import { Archive } from "./archive.ts";
import type { PickledTensors } from "./pickled-tensors.ts";
import { type ByteSource, malformed, openSource, unsupported } from "./source.ts";

/** True for an archive of a program, as opposed to one of weights, or no archive at all. Throws as `Archive.open` does. */
export async function isTorchScript(source: ByteSource): Promise<boolean> {
  if (!Archive.looksLike(await openSource(source).read(0, 4))) return false;
  return (await Archive.open(source)).has("constants.pkl");
}

/** Refuses archives whose elements are big-endian. */
export async function checkByteOrder(archive: Archive): Promise<void> {
  if (!archive.has("byteorder")) return;
  const order = new TextDecoder().decode(await archive.read("byteorder")).trim();
  if (order === "little") return;
  if (order !== "big") throw malformed("the byte order is neither little nor big");
  throw unsupported("the file has big-endian elements", "Save it on a little-endian machine.");
}

/** Reads the storages of a pickle, `FOLDER/KEY` each, and checks the tensors over them. */
export async function fillTensors(
  tensors: PickledTensors,
  archive: Archive,
  folder: string,
  onRead?: (bytes: number) => void,
): Promise<void> {
  for (const key of tensors.keys) {
    const name = `${folder}/${key}`;
    const wanted = tensors.size(key);
    const there = archive.size(name);
    if (there !== undefined && there !== wanted) {
      throw malformed(`record ${name} has ${there} bytes, its tensors say ${wanted}`);
    }
    // an empty storage may lack its record
    tensors.fill(key, wanted === 0 ? new Uint8Array(0) : await archive.read(name));
    onRead?.(wanted ?? 0);
  }
  tensors.check();
}
