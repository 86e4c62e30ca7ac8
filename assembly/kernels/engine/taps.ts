// Reading planes between their elements: the elements that count for one point, with their weights, for all channels.
//
// A point has a coordinate per axis; each axis gives up to four places with weights, and every combination of places is a
// tap. The taps of a point are found once and summed for each channel.

import { scratch } from "../../core/scratch";

export const MOST_PER_AXIS: i32 = 4;
/** Element offsets and weights (f64) of the places of each axis, outermost first. */
const places: usize = memory.data(64, 16); // i32[3][4], -1 outside
const weights: usize = memory.data(128, 16); // f64[3][4]
const counts: usize = memory.data(16, 16); // i32[3]

let taps: usize = 0; // {offset i32} × room
let factors: usize = 0; // f64 × room

export abstract class Taps {
  static count: i32 = 0;

  /** Makes room for `most` taps; false with an error recorded when memory is out. */
  static begin(most: u64): bool {
    taps = scratch((most << 2) + 4);
    factors = scratch((most << 3) + 8);
    Taps.count = 0;
    return taps != 0 && factors != 0;
  }

  /** Forgets the places of an axis. */
  static clearAxis(axis: i32): void {
    store<i32>(counts + (axis << 2), 0);
  }

  /** Adds a place of an axis, an element offset or -1 where there is nothing. */
  static place(axis: i32, offset: i32, weight: f64): void {
    const n = load<i32>(counts + (axis << 2));
    store<i32>(places + ((axis * MOST_PER_AXIS + n) << 2), offset);
    store<f64>(weights + ((axis * MOST_PER_AXIS + n) << 3), weight);
    store<i32>(counts + (axis << 2), n + 1);
  }

  /** Adds the taps of all combinations of the places of `axes` axes, weights multiplied in the type T from the last on. */
  static combine<T extends number>(axes: i32): void {
    Taps.descend<T>(0, axes, 0, 1 as T, false);
  }

  static descend<T extends number>(axis: i32, axes: i32, offset: i32, weight: T, outside: bool): void {
    if (axis == axes) {
      // Nothing counts as zeros: it is felt only where the weight is no number.
      if (outside && weight == weight) return;
      store<i32>(taps + ((Taps.count as usize) << 2), outside ? -1 : offset);
      store<f64>(factors + ((Taps.count as usize) << 3), weight);
      Taps.count++;
      return;
    }
    for (let i = 0; i < load<i32>(counts + (axis << 2)); i++) {
      const place = load<i32>(places + ((axis * MOST_PER_AXIS + i) << 2));
      const factor = load<f64>(weights + ((axis * MOST_PER_AXIS + i) << 3)) as T;
      Taps.descend<T>(axis + 1, axes, offset + place, (factor * weight) as T, outside || place < 0);
    }
  }

  /** The weighted sum of the elements at the taps from the element at `plane` on. */
  static sum<T extends number>(plane: usize): T {
    let total = 0 as T;
    for (let i = 0; i < Taps.count; i++) {
      const offset = load<i32>(taps + ((i as usize) << 2));
      const value: T = offset < 0 ? (0 as T) : load<T>(plane + (offset as usize) * sizeof<T>());
      total = (total + ((value * (load<f64>(factors + ((i as usize) << 3)) as T)) as T)) as T;
    }
    return total;
  }
}
