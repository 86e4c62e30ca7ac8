/** `sconce bench` */

import { openModel, readInputs, withProgress } from "./model.ts";

interface Options {
  input?: string[];
  method: string;
  runs: number;
  warmup: number;
  json?: boolean;
}

/** Times a method; tensors are copied in and out at every run, as a page would do. */
export async function bench(source: string, options: Options): Promise<void> {
  const loading = performance.now();
  const module = await openModel(source);
  const load = performance.now() - loading;
  const inputs = await readInputs(options.input);
  const times: number[] = [];
  await withProgress("running", async (update) => {
    for (let i = 0; i < options.warmup; i++) module.call(options.method, inputs);
    for (let i = 0; i < options.runs; i++) {
      const start = performance.now();
      module.call(options.method, inputs);
      times.push(performance.now() - start);
      update(i + 1, options.runs);
    }
  });
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(share * times.length))]!;
  const figures = {
    load_ms: load,
    runs: times.length,
    median_ms: at(0.5),
    p10_ms: at(0.1),
    p90_ms: at(0.9),
    peak_bytes: module.runtime.exports.sc_peak() >>> 0,
  };
  if (options.json) {
    console.log(JSON.stringify(figures));
    return;
  }
  console.log(`load   ${load.toFixed(1)} ms`);
  console.log(
    `run    ${at(0.5).toFixed(3)} ms median of ${times.length} (p10 ${at(0.1).toFixed(3)}, p90 ${at(0.9).toFixed(3)})`,
  );
  console.log(`memory ${(figures.peak_bytes / 1e6).toFixed(1)} MB at most`);
}
