/**
 * An unpickler that cannot run code: a closed set of opcodes, and only the globals that its caller names.
 *
 * What pickle's values become:
 *
 *     None            null          str     string                      list   Array
 *     bool            boolean       bytes   Uint8Array                  tuple  PickleTuple
 *     int             bigint        global  PickleGlobal                dict   Map (keys: str, int, float, bool, None)
 *     float           number        called or built global              whatever its handler returns
 *
 * Memory is linear in the input (the memo shares, nothing is copied), work is linear too, and no part recurses.
 */

import { SconceError } from "../../loader/error.ts";
import { Op, refusedOpcode } from "./pickle-opcodes.ts";
import { malformed, truncated, viewOf } from "./source.ts";

/** What one global means. A global without `call` is only a name, such as a dtype. */
export interface GlobalHandler {
  /** `global(*args)` and `global.__new__(global, *args)`. */
  readonly call?: (args: readonly unknown[]) => unknown;
  /** Gives an object that `call` made its state; returns what stands for the object from now on. */
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
export class PickleTuple {
  readonly items: readonly unknown[];

  constructor(items: readonly unknown[]) {
    this.items = items;
  }
}

export interface UnpickleOptions {
  /** The handler of a global, or undefined to refuse it. */
  readonly find: (module: string, name: string) => GlobalHandler | undefined;
  /** What a persistent id stands for; without it such ids are refused. */
  readonly persistent?: (id: unknown) => unknown;
  /** How deep lists, tuples and dicts may be nested in the result; 1000 by default. */
  readonly maxDepth?: number;
}

/**
 * Reads one pickle of protocol 2 to 5.
 *
 * Throws SconceError: PICKLE_GLOBAL or PICKLE_OPCODE with the name of what is refused, FILE_TRUNCATED, FILE_MALFORMED.
 */
export function unpickle(bytes: Uint8Array, options: UnpickleOptions): unknown {
  const result = new Unpickler(bytes, options).run();
  checkDepth(result, options.maxDepth ?? 1000);
  return result;
}

const text = new TextDecoder("utf-8", { fatal: true });
const NO_VALUE = Symbol("no value");

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

class Unpickler {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #options: UnpickleOptions;
  #at = 0;
  #stack: unknown[] = [];
  /** Stacks set aside by MARK. */
  readonly #marks: unknown[][] = [];
  readonly #memo = new Map<number, unknown>();
  /** Which global made an object: BUILD asks it. */
  readonly #makers = new WeakMap<object, PickleGlobal>();

  constructor(bytes: Uint8Array, options: UnpickleOptions) {
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
    this.#options = options;
  }

  run(): unknown {
    if (this.#u8() !== Op.PROTO) throw malformed("this is not a pickle of protocol 2 or later");
    const protocol = this.#u8();
    if (protocol < 2 || protocol > 5) throw malformed(`pickle protocol ${protocol}`);
    for (let op = this.#u8(); op !== Op.STOP; op = this.#u8()) this.#step(op);
    const result = this.#pop();
    if (this.#stack.length > 0 || this.#marks.length > 0)
      throw malformed("a pickle stops with values left over");
    return result;
  }

  #step(op: number): void {
    const value = this.#value(op);
    if (value !== NO_VALUE) this.#stack.push(value);
    else this.#act(op);
  }

  /** The value that the opcode pushes, or NO_VALUE if it does something else. */
  #value(op: number): unknown {
    switch (op) {
      case Op.NONE:
        return null;
      case Op.NEWTRUE:
        return true;
      case Op.NEWFALSE:
        return false;
      case Op.BININT:
        return BigInt(this.#view.getInt32(this.#take(4), true));
      case Op.BININT1:
        return BigInt(this.#u8());
      case Op.BININT2:
        return BigInt(this.#view.getUint16(this.#take(2), true));
      case Op.LONG1:
        return this.#long(this.#u8());
      case Op.BINFLOAT:
        return this.#view.getFloat64(this.#take(8), false);
      case Op.BINUNICODE:
        return this.#text(this.#u32());
      case Op.SHORT_BINUNICODE:
        return this.#text(this.#u8());
      case Op.BINBYTES:
        return this.#slice(this.#u32());
      case Op.SHORT_BINBYTES:
        return this.#slice(this.#u8());
      case Op.EMPTY_TUPLE:
        return new PickleTuple([]);
      case Op.TUPLE1:
        return new PickleTuple(this.#popMany(1));
      case Op.TUPLE2:
        return new PickleTuple(this.#popMany(2));
      case Op.TUPLE3:
        return new PickleTuple(this.#popMany(3));
      case Op.TUPLE:
        return new PickleTuple(this.#popMark());
      case Op.EMPTY_LIST:
        return [];
      case Op.LIST:
        return this.#popMark();
      case Op.EMPTY_DICT:
        return new Map();
      case Op.DICT:
        return this.#setItems(new Map(), this.#popMark());
      case Op.DUP:
        return this.#top();
      case Op.BINGET:
        return this.#recall(this.#u8());
      case Op.LONG_BINGET:
        return this.#recall(this.#u32());
      case Op.GLOBAL:
        return this.#global(this.#line(), this.#line());
      case Op.STACK_GLOBAL:
        return this.#global(...(this.#popMany(2) as [unknown, unknown]));
      case Op.BINPERSID:
        return this.#persistent(this.#pop());
      case Op.REDUCE:
      case Op.NEWOBJ:
        return this.#call();
      case Op.BUILD:
        return this.#build();
      default:
        return NO_VALUE;
    }
  }

  #act(op: number): void {
    switch (op) {
      case Op.FRAME:
        this.#take(8);
        break;
      case Op.MARK:
        this.#marks.push(this.#stack);
        this.#stack = [];
        break;
      case Op.POP:
        // Python's own rule: with nothing above the mark, POP removes the mark
        if (this.#stack.length > 0) this.#stack.pop();
        else this.#popMark();
        break;
      case Op.POP_MARK:
        this.#popMark();
        break;
      case Op.APPEND:
        this.#append(this.#popMany(1));
        break;
      case Op.APPENDS:
        this.#append(this.#popMark());
        break;
      case Op.SETITEM: {
        const items = this.#popMany(2);
        this.#setItems(this.#top(), items);
        break;
      }
      case Op.SETITEMS: {
        const items = this.#popMark();
        this.#setItems(this.#top(), items);
        break;
      }
      case Op.BINPUT:
        this.#memo.set(this.#u8(), this.#top());
        break;
      case Op.LONG_BINPUT:
        this.#memo.set(this.#u32(), this.#top());
        break;
      case Op.MEMOIZE:
        this.#memo.set(this.#memo.size, this.#top());
        break;
      default:
        throw refusal(
          "PICKLE_OPCODE",
          `pickle opcode ${refusedOpcode(op)} at byte ${this.#at - 1} is refused`,
        );
    }
  }

  #call(): unknown {
    const [callee, args] = this.#popMany(2);
    if (!(callee instanceof PickleGlobal) || !(args instanceof PickleTuple)) {
      throw malformed("a pickle calls what is no global");
    }
    const call = callee.handler.call;
    if (call === undefined) throw refusal("PICKLE_GLOBAL", `the pickle calls ${callee}, which is refused`);
    const made = call(args.items);
    if (isObject(made)) this.#makers.set(made, callee);
    return made;
  }

  #build(): unknown {
    const [object, state] = this.#popMany(2);
    const maker = isObject(object) ? this.#makers.get(object) : undefined;
    if (maker?.handler.build === undefined) {
      throw refusal(
        "PICKLE_GLOBAL",
        `the pickle sets the state of ${maker ?? "a plain value"}, which is refused`,
      );
    }
    const built = maker.handler.build(object, state);
    if (isObject(built)) this.#makers.set(built, maker);
    return built;
  }

  #append(items: readonly unknown[]): void {
    const list = this.#top();
    if (!Array.isArray(list)) throw malformed("a pickle appends to what is no list");
    for (const item of items) list.push(item);
  }

  #setItems(dict: unknown, items: readonly unknown[]): unknown {
    if (!(dict instanceof Map) || items.length % 2 !== 0)
      throw malformed("a pickle sets items of what is no dict");
    for (let i = 0; i < items.length; i += 2) {
      if (isObject(items[i])) throw malformed("a dict key that is neither a string nor a number");
      dict.set(items[i], items[i + 1]);
    }
    return dict;
  }

  #global(module: unknown, name: unknown): PickleGlobal {
    if (typeof module !== "string" || typeof name !== "string") throw malformed("a global without a name");
    const handler = this.#options.find(module, name);
    if (handler === undefined) {
      throw refusal(
        "PICKLE_GLOBAL",
        `the pickle asks for ${module}.${name}, which is not among the types that are read`,
      );
    }
    return new PickleGlobal(module, name, handler);
  }

  #persistent(id: unknown): unknown {
    const { persistent } = this.#options;
    if (persistent === undefined)
      throw refusal("PICKLE_OPCODE", "the pickle refers to values outside itself");
    return persistent(id);
  }

  #recall(index: number): unknown {
    if (!this.#memo.has(index)) throw malformed(`memo entry ${index} was never set`);
    return this.#memo.get(index);
  }

  #top(): unknown {
    if (this.#stack.length === 0) throw malformed("a pickle takes a value from an empty stack");
    return this.#stack.at(-1);
  }

  #pop(): unknown {
    const value = this.#top();
    this.#stack.pop();
    return value;
  }

  #popMany(count: number): unknown[] {
    if (this.#stack.length < count) throw malformed("a pickle takes a value from an empty stack");
    return this.#stack.splice(this.#stack.length - count, count);
  }

  /** All above the last mark. */
  #popMark(): unknown[] {
    const below = this.#marks.pop();
    if (below === undefined) throw malformed("a pickle takes a mark that was not set");
    const items = this.#stack;
    this.#stack = below;
    return items;
  }

  /** Position of the next `count` bytes, which are then behind. */
  #take(count: number): number {
    const at = this.#at;
    if (at + count > this.#bytes.length) throw truncated("the pickle", at + count, this.#bytes.length);
    this.#at = at + count;
    return at;
  }

  #u8(): number {
    return this.#bytes[this.#take(1)]!;
  }

  #u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  #slice(count: number): Uint8Array {
    const at = this.#take(count);
    return this.#bytes.subarray(at, at + count);
  }

  #text(count: number): string {
    const bytes = this.#slice(count);
    try {
      return text.decode(bytes);
    } catch (cause) {
      throw malformed("a string that is not UTF-8", cause);
    }
  }

  #line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0) throw truncated("the pickle", this.#bytes.length + 1, this.#bytes.length);
    const line = this.#text(end - this.#at);
    this.#at = end + 1;
    return line;
  }

  /** A little-endian two's complement integer of up to 255 bytes. */
  #long(count: number): bigint {
    const bytes = this.#slice(count);
    let value = 0n;
    for (let i = count - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
    return BigInt.asIntN(8 * count, value);
  }
}

function refusal(code: "PICKLE_GLOBAL" | "PICKLE_OPCODE", message: string): SconceError {
  return new SconceError({
    code,
    message,
    advice: "Save tensors and plain values only, such as model.state_dict(), or convert to safetensors.",
  });
}

function childrenOf(value: unknown): Iterator<unknown> | undefined {
  if (Array.isArray(value)) return value.values();
  if (value instanceof PickleTuple) return value.items.values();
  return value instanceof Map ? value.values() : undefined;
}

/** Refuses nesting that readers which recurse could not follow. Each container is entered once. */
function checkDepth(root: unknown, limit: number): void {
  const seen = new Set<unknown>();
  const path: Iterator<unknown>[] = [];
  const enter = (value: unknown) => {
    const children = childrenOf(value);
    if (children === undefined || seen.has(value)) return;
    if (path.length >= limit) throw malformed(`values nested more than ${limit} deep`);
    seen.add(value);
    path.push(children);
  };
  enter(root);
  while (path.length > 0) {
    const next = path.at(-1)!.next();
    if (next.done) path.pop();
    else enter(next.value);
  }
}
