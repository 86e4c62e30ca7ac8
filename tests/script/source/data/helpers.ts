// What model.ts imports; nothing here is registered.

export class Point {
  constructor(
    readonly x: number,
    readonly y: number,
  ) {}
}

export interface Pair<T> {
  readonly first: T;
  readonly second: T;
}

export const scale: number = 2;
