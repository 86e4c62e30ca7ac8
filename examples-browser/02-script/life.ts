/** Conway's Life on a torus, as a module whose loop ends where nothing changes any more. */

import { nn, type Tensor, torch } from "sconce/torch";

export interface Rules {
  readonly born: readonly number[];
  readonly stays: readonly number[];
}

export class Life extends nn.Module {
  readonly rules: Rules = { born: [3], stays: [2, 3] };

  /** How many of the eight cells around each are alive. */
  neighbours(cells: Tensor): Tensor {
    let sum = torch.zerosLike(cells);
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        if (dx !== 0 || dy !== 0) sum = sum.add(cells.roll([dy, dx], [0, 1]));
      }
    }
    return sum;
  }

  /** Cells of 0 and 1 after so many generations or as soon as they stand still, and how many it took. */
  forward(cells: Tensor, generations: number): [Tensor, number] {
    let now = cells;
    for (let i = 0; i < generations; i++) {
      const around = this.neighbours(now);
      let next = torch.zerosLike(now);
      for (const n of this.rules.born) next = next.add(around.eq(n).mul(now.eq(0)));
      for (const n of this.rules.stays) next = next.add(around.eq(n).mul(now.eq(1)));
      if (next.eq(now).all().itemBool()) return [now, i];
      now = next;
    }
    return [now, generations];
  }
}
