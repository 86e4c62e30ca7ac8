// Copying a small strided rectangle of f32.

/** Copies rows x columns elements; strides in bytes, 0 to repeat. */
export function copyTile(
  rows: usize,
  columns: usize,
  from: usize,
  fromRow: usize,
  fromColumn: usize,
  to: usize,
  toRow: usize,
  toColumn: usize,
): void {
  for (; rows > 0; --rows) {
    let source = from;
    let target = to;
    for (let j = columns; j > 0; --j) {
      store<f32>(target, load<f32>(source));
      source += fromColumn;
      target += toColumn;
    }
    from += fromRow;
    to += toRow;
  }
}

/** Copies start values to rows of `to`; `start` 0 stands for zeros. */
export function startTile(
  rows: usize,
  columns: usize,
  start: usize,
  startRow: usize,
  startColumn: usize,
  to: usize,
  toRow: usize,
): void {
  if (start) {
    copyTile(rows, columns, start, startRow, startColumn, to, toRow, 4);
    return;
  }
  for (; rows > 0; --rows) {
    memory.fill(to, 0, columns << 2);
    to += toRow;
  }
}
