/** Beam search over a Gpt: the likeliest continuations of a prompt, each until the end token. */

import { nn, type Tensor, torch } from "sconce/torch";
import type { Gpt, KeysAndValues } from "./gpt.ts";

interface Beam {
  readonly tokens: number[];
  /** Sum of the logarithms of the tokens' probabilities. */
  readonly score: number;
}

interface Step {
  readonly token: number;
  /** The beam that the token continues. */
  readonly beam: number;
  readonly score: number;
}

/** What beams of different lengths are compared by. */
function perToken(beam: Beam): number {
  return beam.score / beam.tokens.length;
}

/** The `count` best continuations of the beams, the best first; a tie goes to the earlier beam, then the smaller token. */
function bestSteps(logits: Tensor, beams: readonly Beam[], count: number): Step[] {
  const [values, tokens] = logits.logSoftmax(-1).topk(count);
  const scores = values.tolist() as number[][];
  const ids = tokens.tolist() as number[][];
  const steps: Step[] = [];
  for (const [beam, { score }] of beams.entries()) {
    for (let i = 0; i < count; i++) {
      steps.push({ token: ids[beam]![i]!, beam, score: score + scores[beam]![i]! });
    }
  }
  steps.sort((a, b) => b.score - a.score || a.beam - b.beam || a.token - b.token);
  return steps.slice(0, count);
}

export class BeamSearch extends nn.Module {
  gpt: Gpt;
  readonly end: number;

  constructor(gpt: Gpt, end: number) {
    super();
    this.gpt = gpt;
    this.end = end;
  }

  /**
   * Continues the prompt by up to `longest` tokens with `width` beams. Gives the finished beams, the best first, their
   * scores per token, and how many steps it took: it stops when no open beam can become the best.
   */
  forward(prompt: number[], width: number, longest: number): [number[][], number[], number] {
    if (prompt.length === 0) throw new RangeError("the prompt is empty");
    let beams: Beam[] = [{ tokens: [], score: 0 }];
    const finished: Beam[] = [];
    let [logits, cache] = this.gpt.forward(torch.tensor([prompt], { dtype: torch.int64 }), []);
    let steps = 0;
    while (steps < longest) {
      steps++;
      const open: Beam[] = [];
      const rows: number[] = [];
      for (const { token, beam, score } of bestSteps(logits, beams, 2 * width)) {
        const tokens = [...beams[beam]!.tokens, token];
        if (token === this.end) {
          finished.push({ tokens, score });
          continue;
        }
        open.push({ tokens, score });
        rows.push(beam);
        if (open.length === width) break;
      }
      beams = open;
      const best = finished.reduce((most, beam) => Math.max(most, perToken(beam)), -Infinity);
      if (finished.length >= width && beams.every((beam) => beam.score / longest < best)) break;
      const chosen = torch.tensor(rows, { dtype: torch.int64 });
      cache = cache.map(
        ([key, value]): KeysAndValues => [key.indexSelect(0, chosen), value.indexSelect(0, chosen)],
      );
      const last = beams.map((beam) => [beam.tokens.at(-1)!]);
      [logits, cache] = this.gpt.forward(torch.tensor(last, { dtype: torch.int64 }), cache);
    }
    if (finished.length < width) finished.push(...beams);
    finished.sort((a, b) => perToken(b) - perToken(a));
    const best = finished.slice(0, width);
    return [best.map((beam) => beam.tokens), best.map(perToken), steps];
  }
}
