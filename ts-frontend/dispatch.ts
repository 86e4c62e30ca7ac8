/** Calling operators by name: what every tensor method and every function of `torch` does. */

import { errorRow } from "../format/errors.ts";
import { errorOf } from "../loader/error.ts";
import { SLOT } from "../loader/runtime.ts";
import type { Sym } from "./eager/dim.ts";
import { nextEpoch } from "./eager/epoch.ts";
import { KINDS, kindOf } from "./eager/kinds.ts";
import { dropResult, refresh, releaseTemporary, SLOTS, takeResult } from "./eager/marshal.ts";
import { type Plan, resolve, type Step } from "./eager/resolve.ts";
import { runtime } from "./eager/runtime.ts";
import { type Arg, type Result, recorder } from "./record.ts";
import type { Tensor } from "./tensor.ts";

/** Named arguments of a call, in camelCase or as the schema spells them. */
export type Options = Readonly<Record<string, unknown>>;

/** A step of the way from a symbol, through the kinds of its arguments, to the plan for such a call. */
class Site {
  readonly next: (Site | undefined)[] = new Array(KINDS).fill(undefined);
  named: Map<string, Site> | undefined;
  plan: Plan | undefined;

  to(kind: number): Site {
    const found = this.next[kind];
    if (found) return found;
    const made = new Site();
    this.next[kind] = made;
    return made;
  }

  with(name: string): Site {
    this.named ??= new Map();
    let found = this.named.get(name);
    if (!found) {
      found = new Site();
      this.named.set(name, found);
    }
    return found;
  }
}

const sites = new Map<string, Site>();

function isOptions(value: unknown): value is Options {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * Runs the operator `symbol` (`"aten::add"`) on values, choosing the overload that takes them.
 *
 * Positional arguments come in the schema's order, `self` first; any argument may instead be given by name in
 * `options`, or in a plain object at the end of `args`. undefined means "not given", null is None. Numbers are ints when they
 * are integral (see `isIntScalar`), dtypes are names, sizes may be Dims. Defaults are the schema's.
 *
 * Returns the tensor, an array when the operator has several results or a list, a Sym (a Dim for ints) for numbers and
 * booleans, undefined for operators without result. An operator that writes to an argument returns that very object.
 *
 * Throws SconceError: NO_OVERLOAD with the reason against each overload, UNSUPPORTED when PyTorch has the operator but
 * Sconce does not, FREED for a freed tensor, and whatever the operator itself refuses.
 */
export function call(symbol: string, args: readonly unknown[], options?: Options): Result | undefined {
  let count = args.length;
  let named = options;
  if (named === undefined && count > 0 && isOptions(args[count - 1])) named = args[--count] as Options;
  while (count > 0 && args[count - 1] === undefined) count--;

  let site = sites.get(symbol);
  if (!site) {
    site = new Site();
    sites.set(symbol, site);
  }
  for (let i = 0; i < count; i++) site = site.to(kindOf(args[i]));
  let values: unknown[] | undefined;
  if (named) {
    values = [];
    for (const name in named) {
      const value = named[name];
      if (value === undefined) continue;
      site = site.with(name).to(kindOf(value));
      values.push(value);
    }
  }
  site.plan ??= resolve(symbol, args.slice(0, count), namesOf(named), values ?? []);
  return run(site.plan, args, count, values);
}

function namesOf(options: Options | undefined): string[] {
  return options ? Object.keys(options).filter((name) => options[name] !== undefined) : [];
}

function argumentOf(
  step: Step,
  args: readonly unknown[],
  count: number,
  named: readonly unknown[] | undefined,
): unknown {
  if (step.rest) return args.slice(step.position, count);
  if (step.position >= 0) return args[step.position];
  return step.name >= 0 ? named![step.name] : step.arg.default;
}

function run(
  plan: Plan,
  args: readonly unknown[],
  count: number,
  named: readonly unknown[] | undefined,
): Result | undefined {
  const { op, steps, results } = plan;
  const resultSlots = SLOTS + steps.length * SLOT;
  nextEpoch();
  refresh();
  let status: number;
  try {
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i]!;
      step.codec.write(SLOTS + i * SLOT, argumentOf(step, args, count, named), step.arg);
    }
    status = runtime.exports.sc_call_op(op.id, SLOTS, steps.length, resultSlots);
  } finally {
    releaseTemporary();
  }
  refresh();
  if (status !== 0) fail(plan);

  let result: Result | undefined;
  if (plan.self >= 0) {
    dropResult(resultSlots);
    result = argumentOf(steps[plan.self]!, args, count, named) as Tensor;
  } else if (results === 1) {
    result = takeResult(resultSlots);
  } else if (results > 1) {
    const all: Result[] = [];
    for (let i = 0; i < results; i++) all.push(takeResult(resultSlots + i * SLOT));
    result = all;
  }
  if (recorder) {
    const given: Arg[] = steps.map((step) =>
      step.codec.record(argumentOf(step, args, count, named), step.arg),
    );
    recorder.op(op, given, results === 0 ? [] : results === 1 ? [result as Result] : (result as Result[]));
  }
  return result;
}

/** Throws the runtime's error; where it names an argument by its position, by its name. */
function fail(plan: Plan): never {
  const { code, facts, op } = runtime.takeError();
  const [position, ...others] = facts;
  const arg = typeof position === "number" ? plan.op.schema.args[position] : undefined;
  if (!arg || !errorRow(code)?.sentence.startsWith("argument {0}")) throw errorOf(code, facts, op);
  throw errorOf(code, [arg.name, ...others], op);
}

/** The number or boolean that an operator gave, out of the traced world: under a trace it is guarded. */
export function numberOf(result: Result | undefined): number | boolean {
  return (result as Sym).value;
}
