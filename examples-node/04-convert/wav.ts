/** WAV files: mono, 16-bit integers or 32-bit floats. */

export interface Recording {
  readonly rate: number;
  /** -1 to 1. */
  readonly samples: Float32Array<ArrayBuffer>;
}

const text = (view: DataView, at: number): string =>
  String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + at, 4));

/** Reads a RIFF file; of several channels the first. Throws an Error that says what is not supported. */
export function readWav(bytes: Uint8Array): Recording {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || text(view, 0) !== "RIFF" || text(view, 8) !== "WAVE")
    throw new Error("this is no WAV file");
  let format: { kind: number; channels: number; rate: number; bits: number } | undefined;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = text(view, at);
    const start = at + 8;
    const size = Math.min(view.getUint32(at + 4, true), bytes.length - start);
    if (name === "fmt " && size >= 16) {
      format = {
        kind: view.getUint16(start, true),
        channels: view.getUint16(start + 2, true),
        rate: view.getUint32(start + 4, true),
        bits: view.getUint16(start + 14, true),
      };
    } else if (name === "data") {
      if (!format) throw new Error("the WAV file has its samples before their format");
      const { kind, channels, rate, bits } = format;
      const read =
        kind === 1 && bits === 16
          ? (p: number) => view.getInt16(p, true) / 32768
          : kind === 3 && bits === 32
            ? (p: number) => view.getFloat32(p, true)
            : undefined;
      if (!read)
        throw new Error(`the WAV file has format ${kind} with ${bits} bits; 16-bit integers are read`);
      const step = (channels * bits) / 8;
      const samples = Float32Array.from({ length: Math.floor(size / step) }, (_, i) =>
        read(start + i * step),
      );
      return { rate, samples };
    }
    at = start + size + (size % 2);
  }
  throw new Error("the WAV file has no samples");
}

/** Writes 16-bit mono. */
export function writeWav({ rate, samples }: Recording): Uint8Array {
  const bytes = new Uint8Array(44 + 2 * samples.length);
  const view = new DataView(bytes.buffer);
  const put = (at: number, word: string) => bytes.set(new TextEncoder().encode(word), at);
  put(0, "RIFF");
  view.setUint32(4, bytes.length - 8, true);
  put(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  put(36, "data");
  view.setUint32(40, 2 * samples.length, true);
  samples.forEach((sample, i) => {
    view.setInt16(44 + 2 * i, Math.round(Math.max(-1, Math.min(1, sample)) * 32767), true);
  });
  return bytes;
}
