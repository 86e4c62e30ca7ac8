/** Variants of the voice-activity archive, for tests of conversions. */

import { readFileSync } from "node:fs";
import { VAD } from "../cli/support.ts";
import { unzip, zip } from "../torchscript/zip.ts";

/** The archive as PyTorch wrote it. */
export function vadArchive(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(VAD));
}

/** The archive with its own code changed; debug records are left out, for they no longer fit. */
export async function changedArchive(change: (code: string) => string): Promise<Uint8Array<ArrayBuffer>> {
  const records = await unzip(vadArchive());
  const changed = [...records]
    .filter(([name]) => !name.endsWith(".debug_pkl"))
    .map(([name, bytes]) => {
      if (name !== "code/__torch__/vad_network.py") return { name, bytes };
      const before = new TextDecoder().decode(bytes);
      const after = change(before);
      if (after === before) throw new Error("the change found nothing to change");
      return { name, bytes: new TextEncoder().encode(after) };
    });
  return zip(changed);
}

/** The last operator of `forward` is one that Sconce has not. */
export function archiveWithMissing(): Promise<Uint8Array<ArrayBuffer>> {
  return changedArchive((code) => code.replace("torch.sigmoid(", "torch.special_bessel_j0("));
}
