/** A voice-activity model of PyTorch, converted without Python, hears a recording chunk by chunk and prints who spoke when. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { load, Tensor } from "sconce";
import { convert } from "sconce/convert";
import { makeVoices } from "./voices.ts";
import { readWav, writeWav } from "./wav.ts";

const { values } = parseArgs({ options: { model: { type: "string" }, wav: { type: "string" } } });

const here = (path: string): string => new URL(path, import.meta.url).pathname;
/** Paths of the command line count from where the command was typed, not from where npm runs it. */
const typed = (path: string): string => resolve(process.env.INIT_CWD ?? ".", path);

const silero = here("../../../shared/conformance/models/silero-vad/model.pt");
const own = here("../../tests/fixtures/data/programs/vad/model.pt");
const modelPath = values.model ? typed(values.model) : existsSync(silero) ? silero : own;

const start = performance.now();
const { bytes, report } = await convert(modelPath, { optimize: true });
const ms = Math.round(performance.now() - start);
console.log(`${modelPath}: ${report.bytes.before} → ${report.bytes.after} bytes in ${ms} ms`);
for (const { op, places } of report.missing)
  console.log(`  not supported, but no call here reaches it: ${op} (${places[0]?.file}:${places[0]?.line})`);

const model = await load(bytes);
for (const method of model.methods) console.log(`  ${model.schemaText(method)}`);

/** The recording of the command line, or one that is made here, with a voice. */
function recordingPath(): string {
  if (values.wav) return typed(values.wav);
  const path = here("../../dist/demo/voices.wav");
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, writeWav(makeVoices()));
  return path;
}

const CHUNK = 512;
const ON = 0.5;
/** Speech ends when the model has been below `OFF` for this many chunks of 32 ms. */
const OFF = 0.35;
const PAUSE = 5;

/** Stretches of speech in seconds. The model keeps its state from chunk to chunk; every recording starts afresh. */
function segmentsOf(samples: Float32Array<ArrayBuffer>, rate: number): [number, number][] {
  model.call("reset_states", []);
  const segments: [number, number][] = [];
  let begun = -1;
  let heard = -1;
  const end = (): void => {
    if (begun >= 0) segments.push([(begun * CHUNK) / rate, ((heard + 1) * CHUNK) / rate]);
    begun = -1;
  };
  const chunks = Math.floor(samples.length / CHUNK);
  for (let i = 0; i < chunks; i++) {
    const chunk = new Tensor(samples.subarray(i * CHUNK, (i + 1) * CHUNK), [1, CHUNK]);
    const probability = (model.call("forward", [chunk, rate]) as Tensor).data[0] as number;
    if (probability >= ON && begun < 0) begun = i;
    if (probability >= OFF) heard = i;
    else if (i - heard >= PAUSE) end();
  }
  end();
  return segments;
}

const path = recordingPath();
const { rate, samples } = readWav(readFileSync(path));
if (rate !== 16_000) throw new Error(`${path} has ${rate} samples a second; the model wants 16000`);

const listening = performance.now();
const segments = segmentsOf(samples, rate);
const again = segmentsOf(samples, rate);
const seconds = samples.length / rate;
const speed = (2 * seconds) / ((performance.now() - listening) / 1000);
if (JSON.stringify(segments) !== JSON.stringify(again)) throw new Error("a second run heard something else");

console.log(`${path}: ${seconds.toFixed(2)} s, heard twice, ${speed.toFixed(0)} × faster than it plays`);
for (const [from, to] of segments) console.log(`  speech from ${from.toFixed(2)} s to ${to.toFixed(2)} s`);
console.log(`${segments.length} stretches of speech`);
