/**
 * What `torch.save` wrote before version 1.6: pickles and raw storages one after the other.
 *
 *     magic number │ protocol 1001 │ system info │ the values │ keys of the storages │ count: i64, elements │ …
 */

import { type UnpickleOptions, unpickleFirst } from "./pickle.ts";
import { PickleDict, PickleList } from "./pickle-values.ts";
import type { PickledTensors } from "./pickled-tensors.ts";
import { malformed, truncated, unsupported, viewOf } from "./source.ts";

const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001n;

/** True if the bytes begin as such a file does. */
export function isLegacy(head: Uint8Array): boolean {
  if (head[0] !== 0x80) return false;
  try {
    return unpickleFirst(head, { find: () => undefined }).value === MAGIC;
  } catch {
    return false;
  }
}

/**
 * The value of the file, its tensors filled. Throws SconceError: FILE_MALFORMED, FILE_TRUNCATED, UNSUPPORTED, and what
 * the unpickler throws.
 */
export function readLegacy(bytes: Uint8Array, tensors: PickledTensors, options: UnpickleOptions): unknown {
  let at = 0;
  const next = (using: UnpickleOptions): unknown => {
    const { value, length } = unpickleFirst(bytes.subarray(at), using);
    at += length;
    return value;
  };
  const plain: UnpickleOptions = { find: () => undefined };
  if (next(plain) !== MAGIC) throw malformed("this is not a file of torch.save");
  if (next(plain) !== PROTOCOL) throw malformed("a file of torch.save of an unknown protocol");
  const system = next(plain);
  if (system instanceof PickleDict && system.get("little_endian") === false) {
    throw unsupported("the file has big-endian elements", "Save it on a little-endian machine.");
  }
  const root = next(options);
  const keys = next(plain);
  if (!(keys instanceof PickleList)) throw malformed("the storages of the file are no list");
  const view = viewOf(bytes);
  for (const key of keys.items) {
    const name = String(key);
    const [size, count] = [tensors.size(name), tensors.count(name)];
    if (size === undefined || count === undefined) throw malformed(`storage ${name} belongs to no tensor`);
    const end = at + 8 + size;
    if (end > bytes.length) throw truncated(`storage ${name}`, end, bytes.length);
    if (view.getBigInt64(at, true) !== BigInt(count)) {
      throw malformed(`storage ${name} has another count than its tensors say`);
    }
    tensors.fill(name, bytes.subarray(at + 8, end));
    at = end;
  }
  tensors.check();
  return root;
}
