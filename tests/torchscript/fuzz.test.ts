/** 5,000 damaged archives: each is read, or refused with a typed error, soon. The seed is fixed. */

import { beforeAll, expect, it } from "vitest";
import { contiguousBytes, numel, type TensorData } from "../../format/value.ts";
import { SconceError } from "../../loader/error.ts";
import { readTorchScript, type TorchScriptArchive } from "../../ts-frontend/torchscript/archive-reader.ts";
import { importTorchScript } from "../../ts-frontend/torchscript/import.ts";
import {
  PickleDict,
  PickleList,
  PickleTuple,
  QTensor,
  ScriptObject,
} from "../../ts-frontend/torchscript/values.ts";
import { isTensor } from "../../ts-frontend/weights/pickled-tensors.ts";
import { randomInts } from "../weights/fixtures.ts";
import { archive, NAMES } from "./fixtures.ts";
import { unzip, zip } from "./zip.ts";

const COUNT = 5000;
/** Of the processor, for one archive. */
const MAX_MICROSECONDS = 5e6;

const random = randomInts(20);
const pick = <T>(items: readonly T[]): T => items[random(items.length)]!;
/** Bytes that mean most: opcodes of pickles, ends of ranges. */
const TELLING = [
  ..."NKMJGX]}()tabesuhjqrcQR0.2",
  "\x81",
  "\x85",
  "\x86",
  "\x87",
  "\x88",
  "\x8a",
  "\0",
  "\x01",
  "\x7f",
  "\xff",
].map((c) => c.charCodeAt(0));

const whole = NAMES.map(archive);
let unpacked: ReadonlyMap<string, Uint8Array>[] = [];

beforeAll(async () => {
  unpacked = await Promise.all(whole.map(unzip));
});

/** Some bytes changed, cut out, put in, or copied from elsewhere. */
function damaged(bytes: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  if (copy.length === 0) return new Uint8Array(random(20)).map(() => pick(TELLING));
  const at = random(copy.length);
  const length = 1 + random(Math.min(64, copy.length - at));
  switch (random(6)) {
    case 0:
      for (let i = random(8); i >= 0; i--) copy[random(copy.length)]! ^= 1 << random(8);
      return copy;
    case 1:
      for (let i = random(4); i >= 0; i--) copy[random(copy.length)] = pick(TELLING);
      return copy;
    case 2:
      return Uint8Array.from([...copy.subarray(0, at), ...copy.subarray(at + length)]);
    case 3:
      return Uint8Array.from([
        ...copy.subarray(0, at),
        ...copy.subarray(at, at + length),
        ...copy.subarray(at),
      ]);
    case 4: {
      const from = random(Math.max(1, other.length - length));
      return Uint8Array.from([
        ...copy.subarray(0, at),
        ...other.subarray(from, from + length),
        ...copy.subarray(at),
      ]);
    }
    default:
      copy.copyWithin(at, random(copy.length), random(copy.length));
      return copy;
  }
}

/** A field of a local header, of the directory or of its end, set to what it must not be. */
function misheaded(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  const headers: number[] = [];
  for (let i = 0; i + 30 < copy.length; i++) if (copy[i] === 0x50 && copy[i + 1] === 0x4b) headers.push(i);
  const at = pick(headers) + random(46);
  const width = pick([1, 2, 4]);
  const value = pick([0, 1, 0x7f, 0xff, random(256)]);
  copy.fill(value, at, Math.min(at + width, copy.length));
  return copy;
}

/** A record damaged in an archive that is right otherwise, checksums included. */
function wrongRecord(index: number): Uint8Array<ArrayBuffer> {
  const records = [...unpacked[index]!].map(([name, bytes]) => ({ name, bytes }));
  for (let i = random(2); i >= 0; i--) {
    const record = random(2) === 0 ? records.find(({ name }) => name === "data.pkl")! : pick(records);
    record.bytes = damaged(record.bytes, pick([...pick(unpacked).values()]));
  }
  return zip(records, { zip64: random(8) === 0, descriptors: random(8) === 0, align: pick([1, 64]) });
}

function hostile(): Uint8Array<ArrayBuffer> {
  const index = random(whole.length);
  const bytes = whole[index]!;
  const kind = random(10);
  if (kind === 0) return bytes.slice(0, random(bytes.length));
  if (kind === 1) return damaged(bytes, pick(whole));
  if (kind === 2) return misheaded(bytes);
  return wrongRecord(index);
}

/** Touches everything that was read. */
function use({ root, constants, code, debug }: TorchScriptArchive): void {
  const seen = new Set<unknown>();
  const open: unknown[] = [root, ...constants];
  const touch = (tensor: TensorData) => {
    if (numel(tensor.shape) < 2 ** 20) contiguousBytes(tensor);
  };
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (seen.has(value)) continue;
    if (typeof value === "object") seen.add(value);
    if (value instanceof ScriptObject) open.push(value.state);
    else if (value instanceof PickleList || value instanceof PickleTuple) open.push(...value.items);
    else if (value instanceof PickleDict) open.push(...value.entries.flat());
    else if (value instanceof QTensor) touch(value.tensor);
    else if (isTensor(value)) touch(value);
  }
  for (const [path, text] of code) {
    const ranges = debug(path);
    for (let at = 0; at < text.length; at += 16) ranges?.lookup(at);
  }
}

it(`${COUNT} damaged archives are read or refused`, { timeout: 180_000 }, async () => {
  const outcomes = new Map<string, number>();
  for (let i = 0; i < COUNT; i++) {
    const bytes = hostile();
    const start = process.cpuUsage();
    let outcome = "read";
    try {
      const read = await readTorchScript(random(4) === 0 ? new Blob([bytes]) : bytes);
      use(read);
      importTorchScript(read);
    } catch (error) {
      if (!(error instanceof SconceError)) throw new Error(`archive ${i}`, { cause: error });
      outcome = error.code;
    }
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    expect(process.cpuUsage(start).user).toBeLessThan(MAX_MICROSECONDS);
  }
  // the damage reached all layers
  for (const outcome of [
    "read",
    "TORCHSCRIPT",
    "FILE_MALFORMED",
    "FILE_TRUNCATED",
    "FILE_CHECKSUM",
    "PICKLE_GLOBAL",
    "PICKLE_OPCODE",
    "UNSUPPORTED",
  ]) {
    expect([outcome, outcomes.get(outcome) ?? 0]).toEqual([
      outcome,
      expect.toSatisfy((n: number) => n >= 10),
    ]);
  }
});
