/** Seven seconds of noise in which a made-up voice speaks three times: harmonics of a gliding pitch through two formants. */

import type { Recording } from "./wav.ts";

/** When it speaks, in seconds. */
export const SPOKEN: readonly (readonly [number, number])[] = [
  [0.8, 2.0],
  [2.9, 3.8],
  [4.7, 6.2],
];

const RATE = 16_000;

export function makeVoices(): Recording {
  let seed = 12345;
  const random = (): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32 - 0.5;
  };
  const samples = Float32Array.from({ length: 7 * RATE }, () => 0.012 * random());
  SPOKEN.forEach(([from, to], utterance) => {
    const base = [118, 195, 140][utterance]!;
    const formants = [
      [520, 1500],
      [700, 1900],
      [430, 1200],
    ][utterance]!;
    let phase = 0;
    for (let i = Math.round(from * RATE); i < to * RATE; i++) {
      const t = i / RATE - from;
      const pitch = base * (1 + 0.1 * Math.sin(2 * Math.PI * 0.8 * t));
      phase += (2 * Math.PI * pitch) / RATE;
      let x = 0;
      for (let k = 1; k < 25; k++) {
        const gain = formants.reduce((sum, f) => sum + 1 / (1 + ((k * base - f) / 180) ** 2), 0.04);
        x += gain * Math.sin(k * phase + k * k);
      }
      const syllables = 0.6 + 0.4 * Math.sin(2 * Math.PI * 3.5 * t);
      const fade = Math.min(1, t / 0.03, (to - from - t) / 0.03);
      samples[i]! += 0.08 * x * syllables * fade;
    }
  });
  return { rate: RATE, samples };
}
