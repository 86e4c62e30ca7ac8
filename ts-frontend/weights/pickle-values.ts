/** What an unpickler makes of Python's containers, and how the meaning of a global is told to it. */

/** What one global means. A global without functions is only a name, such as a dtype. */
export interface GlobalHandler {
  /** `global(*args)`, and `global.__new__(global, *args)` unless there is a `create`. */
  readonly call?: (args: readonly unknown[]) => unknown;
  /** `global.__new__(global, *args)` */
  readonly create?: (args: readonly unknown[]) => unknown;
  /** Instead of `call`, for writers that give one bare argument where pickle wants a tuple of them. */
  readonly apply?: (argument: unknown) => unknown;
  /** Gives an object that `call` or `create` made its state; returns what stands for the object from now on. */
  readonly build?: (object: unknown, state: unknown) => unknown;
}

/** A reference to something importable, such as `torch FloatStorage`. */
export class PickleGlobal {
  readonly module: string;
  readonly name: string;
  readonly handler: GlobalHandler;

  constructor(module: string, name: string, handler: GlobalHandler) {
    this.module = module;
    this.name = name;
    this.handler = handler;
  }

  toString(): string {
    return `${this.module}.${this.name}`;
  }
}

/** A Python tuple. */
export class PickleTuple<T = unknown> {
  readonly items: readonly T[];

  constructor(items: readonly T[]) {
    this.items = items;
  }
}

/** A Python list. */
export class PickleList<T = unknown> {
  readonly items: T[];
  /** Its static type as TorchScript wrote it, such as `List[int]`. */
  typeTag: string | undefined;

  constructor(items: T[], typeTag?: string) {
    this.items = items;
    this.typeTag = typeTag;
  }
}

/** A Python dict, in insertion order. Numbers, strings and booleans are keys by value, objects by identity. */
export class PickleDict<K = unknown, V = unknown> {
  readonly entries: [K, V][] = [];
  /** Places of the keys, once there are some. */
  #index: Map<K, number> | undefined;
  /** Its static type as TorchScript wrote it, such as `Dict[str, Tensor]`. */
  typeTag: string | undefined;

  constructor(entries: Iterable<readonly [K, V]> = [], typeTag?: string) {
    for (const [key, value] of entries) this.set(key, value);
    this.typeTag = typeTag;
  }

  get size(): number {
    return this.entries.length;
  }

  has(key: K): boolean {
    return this.#index?.has(key) ?? false;
  }

  get(key: K): V | undefined {
    const at = this.#index?.get(key);
    return at === undefined ? undefined : this.entries[at]![1];
  }

  /** A key that is there keeps its place, as in Python. */
  set(key: K, value: V): void {
    this.#index ??= new Map();
    const at = this.#index.get(key);
    if (at !== undefined) {
      this.entries[at]![1] = value;
      return;
    }
    this.#index.set(key, this.entries.length);
    this.entries.push([key, value]);
  }
}

/** What a handler makes that holds other values. Unlike lists, tuples and dicts it may be part of a cycle. */
export abstract class PickleObject {
  abstract readonly state: unknown;
}
