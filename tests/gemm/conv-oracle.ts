/** Convolutions as naive loops, in the orders that the engine promises, in float32 or float64. */

/** Sizes of a convolution; every triple is [depth, height, width]. */
export interface Geometry {
  batch: number;
  channels: number;
  outputs: number;
  groups: number;
  size: Triple;
  kernel: Triple;
  stride: Triple;
  pad: Triple;
  dilation: Triple;
  out: Triple;
}

export type Triple = [number, number, number];
type Floats = Float32Array | Float64Array;

export const volume = ([d, h, w]: Triple): number => d * h * w;

/** Output sizes with the same padding on both sides. */
export function inferOut(g: Omit<Geometry, "out">): Triple {
  return [0, 1, 2].map((i) => {
    const [size, kernel, stride, pad, dilation] = [g.size, g.kernel, g.stride, g.pad, g.dilation].map(
      (t) => t[i] as number,
    ) as [number, number, number, number, number];
    return Math.floor((size + 2 * pad - dilation * (kernel - 1) - 1) / stride) + 1;
  }) as Triple;
}

/** y = bias + W * x, terms in the order (channel, kd, kh, kw), padding as zeros; `round` after every operation. */
export function convolve(
  g: Geometry,
  x: Floats,
  w: Floats,
  bias: Floats | undefined,
  y: Floats,
  round: (v: number) => number,
): void {
  const ig = g.channels / g.groups;
  const og = g.outputs / g.groups;
  const [depth, height, width] = g.size;
  let at = 0;
  for (let n = 0; n < g.batch; n++) {
    for (let o = 0; o < g.outputs; o++) {
      const first = n * g.channels + Math.floor(o / og) * ig;
      for (let od = 0; od < g.out[0]; od++) {
        for (let oh = 0; oh < g.out[1]; oh++) {
          for (let ow = 0; ow < g.out[2]; ow++) {
            let sum = bias ? (bias[o] as number) : 0;
            let tap = o * ig * volume(g.kernel);
            for (let c = first; c < first + ig; c++) {
              for (let kd = 0; kd < g.kernel[0]; kd++) {
                const d = od * g.stride[0] - g.pad[0] + kd * g.dilation[0];
                for (let kh = 0; kh < g.kernel[1]; kh++) {
                  const h = oh * g.stride[1] - g.pad[1] + kh * g.dilation[1];
                  const row = ((c * depth + d) * height + h) * width;
                  const inside = d >= 0 && d < depth && h >= 0 && h < height;
                  for (let kw = 0; kw < g.kernel[2]; kw++) {
                    const v = ow * g.stride[2] - g.pad[2] + kw * g.dilation[2];
                    const value = inside && v >= 0 && v < width ? (x[row + v] as number) : 0;
                    sum = round(sum + round(value * (w[tap++] as number)));
                  }
                }
              }
            }
            y[at++] = sum;
          }
        }
      }
    }
  }
}

/**
 * Transposed: `w` is [channels, outputs / groups, kernel]. Sums over the channels, in order, are added to the bias in
 * the order of the input rows, then of kw.
 */
export function convolveTransposed(
  g: Geometry,
  x: Floats,
  w: Floats,
  bias: Floats | undefined,
  y: Floats,
  round: (v: number) => number,
): void {
  const ig = g.channels / g.groups;
  const og = g.outputs / g.groups;
  const [depth, height, width] = g.size;
  const [kd, kh, kw] = g.kernel;
  for (let n = 0; n < g.batch; n++) {
    for (let o = 0; o < g.outputs; o++) {
      const group = Math.floor(o / og);
      const out = (n * g.outputs + o) * volume(g.out);
      for (let p = 0; p < volume(g.out); p++) y[out + p] = bias ? (bias[o] as number) : 0;
      for (let row = 0; row < depth * height; row++) {
        const [id, ih] = [Math.floor(row / height), row % height];
        for (let t = 0; t < volume(g.kernel); t++) {
          const od = id * g.stride[0] - g.pad[0] + Math.floor(t / (kh * kw)) * g.dilation[0];
          const oh = ih * g.stride[1] - g.pad[1] + (Math.floor(t / kw) % kh) * g.dilation[1];
          for (let iw = 0; iw < width; iw++) {
            const ow = iw * g.stride[2] - g.pad[2] + (t % kw) * g.dilation[2];
            if (od < 0 || od >= g.out[0] || oh < 0 || oh >= g.out[1] || ow < 0 || ow >= g.out[2]) continue;
            let sum = 0;
            for (let c = 0; c < ig; c++) {
              const value = x[
                ((n * g.channels + group * ig + c) * depth * height + row) * width + iw
              ] as number;
              const weight = w[((group * ig + c) * og + (o % og)) * kd * kh * kw + t] as number;
              sum = round(sum + round(value * weight));
            }
            const at = out + (od * g.out[1] + oh) * g.out[2] + ow;
            y[at] = round((y[at] as number) + sum);
          }
        }
      }
    }
  }
}

/** One of the transforms, applied to four or three numbers with a distance between them. */
type Transform = (v: number[], at: number, step: number) => number[];

const f = Math.fround;

/** Rows of G, B' and A' times a column, sums in the engine's order. */
const timesG: Transform = (v, at, step) => {
  const [a, b, c] = [v[at], v[at + step], v[at + 2 * step]] as [number, number, number];
  const outer = f(a + c);
  return [a, f(f(outer + b) * 0.5), f(f(outer - b) * 0.5), c];
};
const timesB: Transform = (v, at, step) => {
  const [a, b, c, d] = [0, 1, 2, 3].map((i) => v[at + i * step]) as [number, number, number, number];
  return [f(a - c), f(b + c), f(c - b), f(b - d)];
};
const timesA: Transform = (v, at, step) => {
  const [a, b, c, d] = [0, 1, 2, 3].map((i) => v[at + i * step]) as [number, number, number, number];
  return [f(f(a + b) + c), f(f(b - c) - d)];
};

/** T M T' of a square matrix: columns first. */
function bothSides(transform: Transform, matrix: number[], size: number): number[] {
  const columns = Array.from({ length: size }, (_, j) => transform(matrix, j, size));
  const rows = (columns[0] as number[]).map((_, i) => columns.map((column) => column[i] as number));
  return rows.flatMap((row) => transform(row, 0, 1));
}

/** Winograd F(2x2, 3x3) in float32, as `assembly/conv/winograd.ts` says: its exact bits. */
export function convolveWinograd(
  g: Geometry,
  x: Float32Array,
  w: Float32Array,
  bias: Float32Array | undefined,
  y: Float32Array,
): void {
  const [, height, width] = g.size;
  const [, outH, outW] = g.out;
  for (let n = 0; n < g.batch; n++) {
    for (let th = 0; th < outH; th += 2) {
      for (let tw = 0; tw < outW; tw += 2) {
        const v = Array.from({ length: g.channels }, (_, c) => {
          const tile = Array.from({ length: 16 }, (_, i) => {
            const [h, q] = [th - g.pad[1] + (i >> 2), tw - g.pad[2] + (i & 3)];
            const inside = h >= 0 && h < height && q >= 0 && q < width;
            return inside ? (x[((n * g.channels + c) * height + h) * width + q] as number) : 0;
          });
          return bothSides(timesB, tile, 4);
        });
        for (let o = 0; o < g.outputs; o++) {
          const m = new Array<number>(16).fill(0);
          v.forEach((tile, c) => {
            const at = (o * g.channels + c) * 9;
            const u = bothSides(timesG, [...w.subarray(at, at + 9)], 3);
            for (let i = 0; i < 16; i++)
              m[i] = f((m[i] as number) + f((u[i] as number) * (tile[i] as number)));
          });
          bothSides(timesA, m, 4).forEach((value, i) => {
            const [h, q] = [th + (i >> 1), tw + (i & 1)];
            if (h < outH && q < outW)
              y[((n * g.outputs + o) * outH + h) * outW + q] = value + (bias?.[o] ?? 0);
          });
        }
      }
    }
  }
}
