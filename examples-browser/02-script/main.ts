/** Scripts a module in the page, runs it beside the eager one, draws what it gives, and offers it as a file. */

import { jit, type Tensor, torch } from "sconce/torch";
import { Life } from "./life.ts";

const status = document.querySelector("#status")!;
const pictures = document.querySelector("#pictures")!;

const START = `
  ................
  .....##.........
  ....#..#........
  .....##.........
  ................
  ..###.....##....
  ..........##....
  ................
  .......#........
  ......###.......
  .....#####......
  ................
  .#..............
  ..#.............
  ###.............
  ................`;

const CORNER = `
  ......
  .##...
  .#....
  ......
  ......`;

function read(picture: string): Tensor {
  const rows = picture.trim().split(/\s+/);
  return torch.tensor(rows.map((row) => [...row].map((cell) => (cell === "#" ? 1 : 0))));
}

function draw(cells: Tensor): void {
  const [height, width] = cells.shape as [number, number];
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d")!;
  (cells.tolist() as number[][]).forEach((row, y) => {
    row.forEach((alive, x) => {
      if (alive) context.fillRect(x, y, 1, 1);
    });
  });
  pictures.append(canvas);
}

function run(): string {
  const life = new Life();
  const scripted = jit.script(life);
  const cells = read(START);
  const taken = [];
  for (const [start, generations] of [
    [cells, 40],
    [cells, 0],
    [read(CORNER), 40],
  ] as const) {
    const [found, count] = scripted.forward(start, generations) as [Tensor, number];
    const [expected, expectedCount] = life.forward(start, generations);
    if (count !== expectedCount || String(found.tolist()) !== String(expected.tolist()))
      throw new Error(`after ${generations} generations the script gives something else`);
    draw(found);
    taken.push(`${count} of ${generations}`);
  }
  const bytes = new Uint8Array(scripted.toBytes());
  const file = document.createElement("a");
  Object.assign(file, { href: URL.createObjectURL(new Blob([bytes])), download: "life.sconce" });
  file.textContent = "life.sconce";
  pictures.after(file);
  return `generations: ${taken.join(", ")}, as by the eager run; a file of ${bytes.length} bytes`;
}

try {
  status.textContent = run();
} catch (error) {
  status.textContent = `failed: ${(error as Error).message}`;
}
