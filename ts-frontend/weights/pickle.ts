/**
 * An unpickler that cannot run code: a closed set of opcodes, and only the globals that its caller names.
 *
 * What pickle's values become (pickle-values.ts):
 *
 *     None            null          str     string                      list   PickleList
 *     bool            boolean       bytes   Uint8Array                  tuple  PickleTuple
 *     int             bigint        global  PickleGlobal                dict   PickleDict
 *     float           number        called or built global              whatever its handler returns
 *
 * Memory is linear in the input (the memo shares, nothing is copied), work is linear too, and no part recurses.
 */

import { SconceError } from "../../loader/error.ts";
import { checkShape } from "./pickle-check.ts";
import { Op, refusedOpcode } from "./pickle-opcodes.ts";
import { type GlobalHandler, PickleDict, PickleGlobal, PickleList, PickleTuple } from "./pickle-values.ts";
import { malformed, truncated, unsupported, viewOf } from "./source.ts";

export interface UnpickleOptions {
  /** The handler of a global, or undefined to refuse it. */
  readonly find: (module: string, name: string) => GlobalHandler | undefined;
  /** What a persistent id stands for; without it such ids are refused. */
  readonly persistent?: (id: unknown) => unknown;
  /** True for an object that may be a key of a dict; numbers, strings, booleans and None always may. */
  readonly isKey?: (value: object) => boolean;
  /** What lists, tuples and dicts may hold besides each other; throws for what they may not. */
  readonly checkLeaf?: (value: unknown) => void;
  /** How deep lists, tuples, dicts and objects may be nested in the result; 1000 by default. */
  readonly maxDepth?: number;
}

/**
 * Reads one pickle of protocol 2 to 5.
 *
 * Throws SconceError: PICKLE_GLOBAL or PICKLE_OPCODE with the name of what is refused, FILE_TRUNCATED, FILE_MALFORMED,
 * UNSUPPORTED for more than two million objects.
 */
export function unpickle(bytes: Uint8Array, options: UnpickleOptions): unknown {
  return unpickleFirst(bytes, options).value;
}

/** The same for bytes in which more follows the pickle; `length` is its own. */
export function unpickleFirst(
  bytes: Uint8Array,
  options: UnpickleOptions,
): { readonly value: unknown; readonly length: number } {
  const unpickler = new Unpickler(bytes, options);
  const value = unpickler.run();
  checkShape(value, options.maxDepth ?? 1000, options.checkLeaf);
  return { value, length: unpickler.length };
}

const text = new TextDecoder("utf-8", { fatal: true });
/** Most containers, tensors and other objects: each takes some hundred bytes of memory, but may take one of the file. */
const MAX_OBJECTS = 2 ** 21;
const RECALLS: ReadonlySet<number> = new Set([Op.DUP, Op.BINGET, Op.LONG_BINGET]);
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
  /** Objects made so far. */
  #objects = 0;
  /** Which global made an object: BUILD asks it. */
  readonly #makers = new WeakMap<object, PickleGlobal>();

  constructor(bytes: Uint8Array, options: UnpickleOptions) {
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
    this.#options = options;
  }

  /** Bytes read. */
  get length(): number {
    return this.#at;
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
    if (value === NO_VALUE) {
      this.#act(op);
      return;
    }
    if (isObject(value) && !RECALLS.has(op) && ++this.#objects > MAX_OBJECTS) {
      throw unsupported(
        `the pickle makes more than ${MAX_OBJECTS} objects`,
        "Save weights as tensors, not as lists.",
      );
    }
    this.#stack.push(value);
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
        return new PickleList([]);
      case Op.LIST:
        return new PickleList(this.#popMark());
      case Op.EMPTY_DICT:
        return new PickleDict();
      case Op.DICT:
        return this.#setItems(new PickleDict(), this.#popMark());
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
        return this.#reduce();
      case Op.NEWOBJ:
        return this.#create();
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

  #callee(value: unknown): PickleGlobal {
    if (value instanceof PickleGlobal) return value;
    throw malformed("a pickle calls what is no global");
  }

  #reduce(): unknown {
    const [value, args] = this.#popMany(2);
    const callee = this.#callee(value);
    const { call, apply } = callee.handler;
    if (apply !== undefined) return this.#made(callee, apply(args));
    if (call === undefined) throw refusal("PICKLE_GLOBAL", `the pickle calls ${callee}, which is refused`);
    if (!(args instanceof PickleTuple))
      throw malformed(`a pickle calls ${callee} without a tuple of arguments`);
    return this.#made(callee, call(args.items));
  }

  #create(): unknown {
    const [value, args] = this.#popMany(2);
    const callee = this.#callee(value);
    const create = callee.handler.create ?? callee.handler.call;
    if (create === undefined)
      throw refusal("PICKLE_GLOBAL", `the pickle makes a ${callee}, which is refused`);
    if (!(args instanceof PickleTuple))
      throw malformed(`a pickle makes a ${callee} without a tuple of arguments`);
    return this.#made(callee, create(args.items));
  }

  #made(maker: PickleGlobal, value: unknown): unknown {
    if (isObject(value)) this.#makers.set(value, maker);
    return value;
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
    return this.#made(maker, maker.handler.build(object, state));
  }

  #append(items: readonly unknown[]): void {
    const list = this.#top();
    if (!(list instanceof PickleList)) throw malformed("a pickle appends to what is no list");
    for (const item of items) list.items.push(item);
  }

  #setItems(dict: unknown, items: readonly unknown[]): unknown {
    if (!(dict instanceof PickleDict) || items.length % 2 !== 0)
      throw malformed("a pickle sets items of what is no dict");
    for (let i = 0; i < items.length; i += 2) {
      const key = items[i];
      if (isObject(key) && this.#options.isKey?.(key) !== true)
        throw malformed("a dict key that is neither a string nor a number");
      dict.set(key, items[i + 1]);
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
