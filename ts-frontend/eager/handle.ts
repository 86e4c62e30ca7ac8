/**
 * A JavaScript object that holds one reference to a tensor of the runtime, and who gives that reference back: the
 * scope it was made in, `dispose`, or else the garbage collector.
 */

import { HANDLE } from "../../loader/tensor.ts";
import { nextEpoch } from "./epoch.ts";
import { makeError } from "./raise.ts";
import { runtime } from "./runtime.ts";

/** `Symbol.dispose`, which not every host has yet. */
const DISPOSE: typeof Symbol.dispose = Symbol.dispose ?? (Symbol.for("Symbol.dispose") as never);

/** Whoever frees the handles made while it is in force. */
export interface Owner {
  readonly made: Handle[];
}

let owner: Owner | null = null;

/** The owner in force. */
export function currentOwner(): Owner | null {
  return owner;
}

/** Puts an owner in force, or none. */
export function setOwner(next: Owner | null): void {
  owner = next;
}

/**
 * Releases tensors whose JavaScript object is gone. Addresses stay right when the memory grows, and callbacks never
 * run inside a call of the runtime.
 */
const collected = new FinalizationRegistry<number>((address) => runtime.exports.sc_release(address));

export let addressOf: (handle: Handle) => number;
export let ownerOf: (handle: Handle) => Owner | null;
/** Gives a handle to another owner; to none, which leaves it to the garbage collector. */
export let moveTo: (handle: Handle, next: Owner | null) => void;

export abstract class Handle {
  /** 0 when freed. */
  #address: number;
  #owner: Owner | null;

  /** Takes over one reference to the tensor at an address, or shares the tensor of another object. */
  constructor(source: number | Handle) {
    const address = typeof source === "number" ? source : addressOf(source);
    if (typeof source !== "number") runtime.exports.sc_retain(address);
    nextEpoch();
    this.#address = address;
    this.#owner = owner;
    if (owner) owner.made.push(this);
    else collected.register(this, address, this);
  }

  static {
    addressOf = (handle) => {
      if (handle.#address === 0) throw makeError("FREED", []);
      return handle.#address;
    };
    ownerOf = (handle) => handle.#owner;
    moveTo = (handle, next) => {
      if (handle.#owner === next || handle.#address === 0) return;
      if (handle.#owner === null) collected.unregister(handle);
      handle.#owner = next;
      if (next) next.made.push(handle);
      else collected.register(handle, handle.#address, handle);
    };
  }

  /** Where the tensor lives: how the loader takes it as an argument. Throws SconceError once it is freed. */
  get [HANDLE](): { readonly runtime: typeof runtime; readonly address: number } {
    return { runtime, address: addressOf(this) };
  }

  /** True once `dispose`, or the scope that made it, has freed the tensor. */
  get disposed(): boolean {
    return this.#address === 0;
  }

  /**
   * Frees the tensor now. Other tensors that share its memory (views) keep the memory alive. Doing it twice is
   * harmless; any other use afterwards throws SconceError (FREED).
   */
  dispose(): void {
    if (this.#address === 0) return;
    if (this.#owner === null) collected.unregister(this);
    runtime.exports.sc_release(this.#address);
    this.#address = 0;
  }

  [DISPOSE](): void {
    this.dispose();
  }
}
