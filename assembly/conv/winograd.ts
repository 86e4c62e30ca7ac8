// Winograd convolution F(2x2, 3x3): 3 x 3 kernels, stride 1, sixteen products instead of thirty-six.
//
// The output is cut into tiles of 2 x 2, each from 4 x 4 of the input; with u = G w G', v = B' d B (4 x 4 each) and m
// the products of u and v summed over the channels, a tile is A' m A + bias:
//
//        ┌ 1   0   0 ┐        ┌ 1  0 -1  0 ┐
//    G = │ ½   ½   ½ │   B' = │ 0  1  1  0 │   A' = ┌ 1  1  1  0 ┐
//        │ ½  -½   ½ │        │ 0 -1  1  0 │        └ 0  1 -1 -1 ┘
//        └ 0   0   1 ┘        └ 0  1  0 -1 ┘
//
// For each of the 16 places (i, j) of the 4 x 4, m = u * v is a matrix product over the channels, in their order. G is
// applied in float64 and rounded once; B' and A' in float32, vertically first, in the order written below. Errors are
// those of direct convolution. But an infinity in the input makes NaN of every output of the tiles that read it, and
// inputs near the largest float may overflow where a direct sum does not.
//
//   weights  u[16][packed A of (outputs, channels)]
//   scratch  Strip │ tile offsets │ output offsets │ strip │ v[16][tiles / 8][channels][8] │ m[16][tiles / 8][outputs][8]

import { packedABytes, paddedRows, rowsInFives } from "../gemm/pack-f32";
import { tile4x8, tile5x8 } from "../gemm/micro-f32";
import { ConvShape } from "./shape";
import { STRIP_ROOM, Strip, stripBytes } from "./strip";
import { transformInput, transformOutput, transformWeight } from "./winograd-transforms";

/** v and m of a block of tiles take about this much. */
const BLOCK_BYTES: usize = 1024 * 1024;
/** Terms of the sum per pass. */
const K_BLOCK: usize = 512;
/** Between the 16 planes of v and m, so that they do not all fall into the same cache sets. */
const PLANE_GAP: usize = 64;
