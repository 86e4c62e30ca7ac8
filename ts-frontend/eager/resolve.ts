/** Which overload a call means, decided by the kinds of its arguments against the schemas of the operator table. */

import type { Op } from "../../format/ops/define.ts";
import { knownOperators } from "../../format/ops/known.gen.ts";
import { overloads } from "../../format/ops/table.ts";
import { type Argument, camelCase } from "../../format/schema.ts";
import { SconceError } from "../../loader/error.ts";
import { describe, fits, type Kind, kindOf, type Want, wantOf } from "./kinds.ts";
import { type Codec, codecFor, codecForDefault } from "./marshal.ts";
import { makeError } from "./raise.ts";

/** Where one argument of the schema comes from and how it is written. */
export interface Step {
  readonly arg: Argument;
  readonly codec: Codec;
  /** Index among the positional values, or −1. */
  readonly position: number;
  /** Index among the named values, or −1; with both −1 the schema's default is written. */
  readonly name: number;
  /** All positional values from `position` on form the list: `x.view(2, 3)`. */
  readonly rest: boolean;
}

/** A resolved call: the same for all calls whose arguments have the same kinds. */
export interface Plan {
  readonly op: Op;
  readonly steps: readonly Step[];
  readonly results: number;
  /** The result that is an argument of the call itself: what an in-place operator returns. −1: none. */
  readonly self: number;
}

interface Candidate {
  readonly op: Op;
  readonly wants: readonly Want[];
  /** Position by name, in the schema's spelling and in camelCase. */
  readonly byName: ReadonlyMap<string, number>;
  readonly positional: number;
}

const candidates = new Map<string, readonly Candidate[]>();

function candidatesOf(symbol: string): readonly Candidate[] {
  const known = candidates.get(symbol);
  if (known) return known;
  const found = overloads(symbol)
    .filter((op) => "kernel" in op.run)
    .map((op) => ({
      op,
      wants: op.schema.args.map(wantOf),
      byName: new Map(
        op.schema.args.flatMap((arg, i) => [[arg.name, i] as const, [camelCase(arg.name), i] as const]),
      ),
      positional: op.schema.args.filter((arg) => !arg.kwarg).length,
    }));
  if (found.length === 0) throw noOperator(symbol);
  candidates.set(symbol, found);
  return found;
}

function noOperator(symbol: string): SconceError {
  if (overloads(symbol).length > 0) return makeError("NOT_EAGER", [symbol]);
  return makeError(knownOperators().has(symbol) ? "UNSUPPORTED" : "NO_OPERATOR", [symbol]);
}

/**
 * The first overload, in the order of the table, that takes these values. Throws SconceError: UNSUPPORTED or
 * NO_OPERATOR when there is no such operator here or anywhere, else NO_OVERLOAD with the reason against each overload.
 */
export function resolve(
  symbol: string,
  args: readonly unknown[],
  names: readonly string[],
  values: readonly unknown[],
): Plan {
  const reasons: string[] = [];
  const all = candidatesOf(symbol);
  for (const candidate of all) {
    const plan = match(candidate, args, names, values);
    if (typeof plan !== "string") return plan;
    reasons.push(plan);
  }
  const given = [...args.map(describe), ...names.map((name, i) => `${name}: ${describe(values[i])}`)];
  if (all.length === 1) {
    throw new SconceError({
      code: "NO_OVERLOAD",
      op: symbol,
      message: reasons[0]!,
      facts: [symbol, all[0]!.op.text],
      advice: `The schema is ${all[0]!.op.text}`,
    });
  }
  const list = all.map((candidate, i) => `  ${candidate.op.text}\n    ${reasons[i]}`);
  throw new SconceError({
    code: "NO_OVERLOAD",
    op: symbol,
    message: `no overload takes (${given.join(", ")}):\n${list.join("\n")}`,
    facts: [symbol, ...all.map((candidate) => candidate.op.text)],
  });
}

/** A plan, or why this overload does not take the values. */
function match(
  candidate: Candidate,
  args: readonly unknown[],
  names: readonly string[],
  values: readonly unknown[],
): Plan | string {
  const { op, wants, byName, positional } = candidate;
  const schema = op.schema.args;
  const steps: (Step | undefined)[] = new Array(schema.length).fill(undefined);
  const take = (i: number, value: unknown, kind: Kind, at: Partial<Step>): string | undefined => {
    const arg = schema[i]!;
    const want = wants[i]!;
    if (!fits(arg, want, kind))
      return `argument ${camelCase(arg.name)} should be ${typeText(arg)}, got ${describe(value)}`;
    steps[i] = { arg, codec: codecFor(want, kind), position: -1, name: -1, rest: false, ...at };
    return undefined;
  };

  const rest = restOf(candidate, args);
  const count = rest >= 0 ? rest : args.length;
  if (count > positional) return `takes at most ${positional} positional arguments, got ${args.length}`;
  for (let i = 0; i < count; i++) {
    if (args[i] === undefined) continue;
    const reason = take(i, args[i], kindOf(args[i]), { position: i });
    if (reason) return reason;
  }
  if (rest >= 0) {
    const list = args.slice(rest);
    const reason = take(rest, list, kindOf(list), { position: rest, rest: true });
    if (reason) return reason;
  }
  for (let n = 0; n < names.length; n++) {
    const i = byName.get(names[n]!);
    if (i === undefined) return `has no argument named ${names[n]}`;
    if (steps[i]) return `argument ${names[n]} is given twice`;
    const reason = take(i, values[n], kindOf(values[n]), { name: n });
    if (reason) return reason;
  }
  for (let i = 0; i < schema.length; i++) {
    if (steps[i]) continue;
    const arg = schema[i]!;
    if (arg.default === undefined) return `argument ${camelCase(arg.name)} (${typeText(arg)}) is missing`;
    steps[i] = { arg, codec: codecForDefault(arg, wants[i]!), position: -1, name: -1, rest: false };
  }
  const written = op.schema.returns.length === 1 ? op.schema.returns[0]!.alias : undefined;
  const self = written?.write
    ? schema.findIndex((arg) => arg.alias?.write && arg.alias.set === written.set)
    : -1;
  return { op, steps: steps as Step[], results: op.schema.returns.length, self };
}

/**
 * The position from which sizes may be given one by one: PyTorch allows it where a list of ints is the only positional
 * argument besides self. −1 when this call gives none.
 */
function restOf(candidate: Candidate, args: readonly unknown[]): number {
  const { op, wants, positional } = candidate;
  const at = op.schema.args[0]?.name === "self" ? 1 : 0;
  if (positional !== at + 1 || wants[at] !== "int[]" || args.length <= at) return -1;
  const { size } = op.schema.args[at]!;
  if (args.length === at + 1 && (Array.isArray(args[at]) || args[at] === null || size !== undefined))
    return -1;
  return at;
}

function typeText(arg: Argument): string {
  const want = wantOf(arg);
  const sized = arg.size === undefined ? want : want.replace("[]", `[${arg.size}]`);
  const optional = arg.type.kind === "Optional" ? " or null" : "";
  switch (want) {
    case "ScalarType":
      return `a dtype${optional}`;
    case "Scalar":
      return `a number${optional}`;
    case "Layout":
    case "MemoryFormat":
      return `a ${want === "Layout" ? "layout" : "memory format"}${optional}`;
    case "Device":
      return `a device${optional}`;
    case "other":
      return `of a type that cannot be passed${optional}`;
    default:
      return `${sized}${optional}`;
  }
}
