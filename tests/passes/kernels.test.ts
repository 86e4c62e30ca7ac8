/**
 * What alias analysis trusts, against the kernels: over the recorded operator calls, a result shares memory with an
 * argument only where the schema or `mayReturnArgument` says so, and only annotated arguments (or `hiddenWrites`) change.
 */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { dtypes } from "../../format/dtype.ts";
import { findOp, ops } from "../../format/ops/table.ts";
import type { IValue } from "../../format/value.ts";
import { Runtime, SLOT, Tag } from "../../loader/runtime.ts";
import { fromJson, type JsonValue, UnsupportedValue } from "../../scripts/conformance/ivalue.ts";
import { mayReturnArgument, mayWriteStatistics } from "../../ts-frontend/passes/effects.ts";

const folders = [new URL("../fixtures/data/ops", import.meta.url).pathname, process.env.SCONCE_RECORDS ?? ""];

let runtime: Runtime;
/** Operators whose results share memory, or whose arguments change, without a word of it. */
const sharing = new Set<string>();
const writing = new Set<string>();
let calls = 0;

beforeAll(async () => {
  runtime = await Runtime.create();
  runtime.opName = (id) => ops[id]?.name;
  for (const folder of folders.filter(Boolean)) {
    for (const file of readdirSync(folder)) {
      for (const line of readFileSync(join(folder, file), "utf8").split("\n")) if (line.trim()) examine(line);
    }
  }
});

/** The tensors in a slot, those of its lists and tuples included. */
function tensorsIn(slot: number, found: number[] = []): number[] {
  const tag = runtime.view.getUint32(slot, true);
  const address = runtime.view.getUint32(slot + 8, true);
  if (tag === Tag.tensor) found.push(address);
  if (tag === Tag.list || tag === Tag.tuple) {
    const items = runtime.exports.sc_items(address) >>> 0;
    for (let i = 0; i < runtime.exports.sc_length(address); i++) tensorsIn(items + i * SLOT, found);
  }
  return found;
}

/** The list, dict or tuple in a slot. */
function listIn(slot: number): number[] {
  const tag = runtime.view.getUint32(slot, true);
  return tag === Tag.list || tag === Tag.dict ? [runtime.view.getUint32(slot + 8, true)] : [];
}

/** The bytes between a tensor's first and last element. */
function span(tensor: number): [from: number, to: number] {
  const { data, shape, strides, dtype, numel } = runtime.describe(tensor);
  if (numel === 0) return [data, data];
  const last = shape.reduce((sum, size, i) => sum + (size - 1) * strides[i]!, 0);
  return [data, data + (last + 1) * dtypes[dtype].bytes];
}

function examine(line: string): void {
  const record = JSON.parse(line) as { op: string; args: JsonValue[]; raises?: string };
  const op = findOp(record.op);
  if (!op || !("kernel" in op.run) || record.raises !== undefined) return;
  let args: IValue[];
  try {
    args = record.args.map((arg) => fromJson(arg));
  } catch (error) {
    if (error instanceof UnsupportedValue) return;
    throw error;
  }
  const { schema } = op;
  const results = schema.returns.length;
  const slots = runtime.pushSlots(args.length + results);
  try {
    args.forEach((arg, i) => {
      runtime.writeValue(slots + i * SLOT, arg);
    });
    const given = args.map((_, i) => tensorsIn(slots + i * SLOT));
    const spans = given.map((list) => list.map(span));
    const before = spans.map((list) => list.map(([from, to]) => runtime.u8.slice(from, to)));
    const at = slots + args.length * SLOT;
    if (runtime.exports.sc_call_op(op.id, slots, args.length, at)) {
      runtime.takeError();
      return;
    }
    calls++;
    spans.forEach((list, i) => {
      if (schema.args[i]?.alias?.write) return;
      list.forEach(([from, to], k) => {
        if (Buffer.compare(runtime.u8.slice(from, to), before[i]![k]!) !== 0) writing.add(op.name);
      });
    });
    const lists = args.flatMap((_, i) => listIn(slots + i * SLOT));
    for (let i = 0; i < results; i++) {
      const made = listIn(at + i * SLOT);
      if (schema.returns[i]!.alias === undefined && made.some((list) => lists.includes(list)))
        sharing.add(op.name);
      if (schema.returns[i]!.alias !== undefined || schema.returns[i]!.type.kind !== "Tensor") continue;
      for (const result of tensorsIn(at + i * SLOT)) {
        const [from, to] = span(result);
        if (given.flat().includes(result)) sharing.add(op.name);
        if (spans.flat().some(([start, end]) => from < end && start < to)) sharing.add(op.name);
      }
    }
  } finally {
    runtime.popSlots(args.length + results);
  }
}

describe("recorded calls", () => {
  it("share memory only where it is known", () => {
    expect(calls).toBeGreaterThan(1000);
    expect([...sharing].filter((name) => !mayReturnArgument(name))).toEqual([]);
  });

  it("write only where it is known", () => {
    expect([...writing].filter((name) => !mayWriteStatistics(name))).toEqual([]);
  });
});
