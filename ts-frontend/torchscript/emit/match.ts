/**
 * Choosing an operator's overload by static types, as TorchScript does: first without conversions, then with its
 * implicit ones (a tensor where a number is wanted, a string where a device is). Of several that fit, the most specific.
 */

import type { Value } from "../../../format/ir/graph.ts";
import { overloads } from "../../../format/ops/table.ts";
import { fullName, type Schema } from "../../../format/schema.ts";
import { type ClassFacts, isSubtype, printType, type Type, typeEquals } from "../../../format/types.ts";
import { type Bindings, substitute, unify } from "../../../format/unify.ts";
import { knownSchemas } from "../schemas.gen.ts";

/** How one input of a call comes about. */
export type Input =
  | { readonly kind: "given"; readonly value: Value }
  /** The default of the parameter at this place. */
  | { readonly kind: "default"; readonly index: number }
  /** One number repeated to the length of an `int[2]`, or trailing arguments gathered into a list. */
  | { readonly kind: "list"; readonly values: readonly Value[]; readonly elem: Type }
  /** A tuple's elements as a list. */
  | { readonly kind: "tuple"; readonly value: Value; readonly elem: Type }
  /** The result of an operator on the value. */
  | { readonly kind: "converted"; readonly value: Value; readonly op: string };

/** A parameter of an operator, a function or a method. */
export interface Formal {
  readonly name: string;
  readonly type: Type;
  readonly size?: number;
  readonly kwarg?: boolean;
  readonly default?: unknown;
}

export interface Signature {
  readonly args: readonly Formal[];
  readonly returns: readonly { readonly type: Type }[];
  readonly vararg?: true;
}

/** The arguments of a call as written. */
export interface Given {
  readonly args: readonly Value[];
  readonly keywords: ReadonlyMap<string, Value>;
}

export interface Match {
  readonly inputs: readonly Input[];
  readonly returns: readonly Type[];
}

export interface OperatorMatch extends Match {
  readonly schema: Schema;
  /** Full name with overload. */
  readonly name: string;
  /** There is a row for it. */
  readonly implemented: boolean;
}

interface Candidate {
  readonly schema: Schema;
  readonly implemented: boolean;
}

const candidateCache = new Map<string, readonly Candidate[]>();

function candidates(symbol: string): readonly Candidate[] {
  const cached = candidateCache.get(symbol);
  if (cached !== undefined) return cached;
  const rows = overloads(symbol).map(({ schema }) => ({ schema, implemented: true }));
  const have = new Set(rows.map(({ schema }) => schema.overload));
  const others = knownSchemas(symbol)
    .filter(({ overload }) => !have.has(overload))
    .map((schema) => ({ schema, implemented: false }));
  const all = [...rows, ...others];
  candidateCache.set(symbol, all);
  return all;
}

export function isKnownOperator(symbol: string): boolean {
  return candidates(symbol).length > 0;
}

/** The overload that a call means (only `overload`, if given), or the reasons why each one does not fit. */
export function matchOperator(
  symbol: string,
  given: Given,
  facts: ClassFacts,
  overload?: string,
): OperatorMatch | readonly string[] {
  const reasons: string[] = [];
  for (const convert of [false, true]) {
    const fits: OperatorMatch[] = [];
    for (const { schema, implemented } of candidates(symbol)) {
      if (overload !== undefined && schema.overload !== overload) continue;
      const match = new Matcher(schema, given, facts, convert).run();
      const name = fullName(schema);
      if (typeof match !== "string") fits.push({ ...match, schema, name, implemented });
      else if (convert) reasons.push(`${name}: ${match}`);
    }
    if (fits.length > 0) return fits.reduce((best, match) => (isBetter(match, best) ? match : best));
  }
  return reasons;
}

/** The arguments against one signature, with conversions; or why they do not fit. */
export function matchSignature(signature: Signature, given: Given, facts: ClassFacts): Match | string {
  return new Matcher(signature, given, facts, true).run();
}

/** True if `a` says more precisely than `b` what is called. */
function isBetter(a: OperatorMatch, b: OperatorMatch): boolean {
  const narrower = isNarrower(a.schema, b.schema);
  if (narrower !== isNarrower(b.schema, a.schema)) return narrower;
  const defaulted = (match: OperatorMatch) => match.inputs.filter(({ kind }) => kind === "default").length;
  return defaulted(a) < defaulted(b);
}

function isNarrower(a: Schema, b: Schema): boolean {
  return a.args.every((arg, i) => {
    const other = b.args[i];
    if (other === undefined) return true;
    return isGeneral(other.type) || isSubtype(arg.type, other.type);
  });
}

function isGeneral(type: Type): boolean {
  if (type.kind === "Var" || type.kind === "Any") return true;
  return type.kind === "List" && isGeneral(type.elem);
}

class Matcher {
  readonly #signature: Signature;
  readonly #args: readonly Value[];
  readonly #keywords: ReadonlyMap<string, Value>;
  readonly #facts: ClassFacts;
  readonly #convert: boolean;
  readonly #bindings: Bindings = new Map();

  constructor(signature: Signature, given: Given, facts: ClassFacts, convert: boolean) {
    this.#signature = signature;
    this.#args = given.args;
    this.#keywords = given.keywords;
    this.#facts = facts;
    this.#convert = convert;
  }

  /** The match, or why there is none. */
  run(): Match | string {
    const signature = this.#signature;
    const inputs: Input[] = [];
    let at = 0;
    let used = 0;
    for (const [i, arg] of signature.args.entries()) {
      const gathered = !arg.kwarg && this.#gathers(arg, i, at);
      if (gathered) {
        const values = this.#args.slice(at);
        at = this.#args.length;
        inputs.push({ kind: "list", values, elem: gathered });
        continue;
      }
      let value = arg.kwarg ? undefined : this.#args[at];
      if (value !== undefined) at++;
      else if (this.#keywords.has(arg.name)) {
        value = this.#keywords.get(arg.name)!;
        used++;
      }
      if (value === undefined) {
        if (arg.default === undefined) return `${arg.name} is missing`;
        inputs.push({ kind: "default", index: i });
        continue;
      }
      const input = this.#input(arg, value);
      if (input === undefined) {
        const wanted = substitute(arg.type, this.#bindings) ?? arg.type;
        return `${arg.name} should be ${printType(wanted)}, got ${printType(value.type)}`;
      }
      inputs.push(input);
    }
    if (at < this.#args.length) {
      if (!signature.vararg) return `takes ${signature.args.length} arguments, got ${this.#args.length}`;
      for (const value of this.#args.slice(at)) inputs.push({ kind: "given", value });
    }
    if (used < this.#keywords.size) {
      const stray = [...this.#keywords.keys()].find(
        (name) => !signature.args.some((arg) => arg.name === name),
      );
      return stray === undefined ? "an argument is given twice" : `there is no argument ${stray}`;
    }
    const returns: Type[] = [];
    for (const { type } of signature.returns) {
      const bound = substitute(type, this.#bindings);
      if (bound === undefined) return `the result's type ${printType(type)} is not known`;
      returns.push(bound);
    }
    return { inputs, returns };
  }

  /** The element type if the rest of the positional arguments are the items of this list argument. */
  #gathers(arg: Formal, i: number, at: number): Type | undefined {
    const next = this.#signature.args[i + 1];
    if (arg.type.kind !== "List" || arg.size !== undefined || this.#args.length - at < 1) return undefined;
    if (next !== undefined && !next.kwarg) return undefined;
    const { elem } = arg.type;
    if (elem.kind !== "int" && elem.kind !== "float") return undefined;
    return this.#args.slice(at).every(({ type }) => typeEquals(type, elem)) ? elem : undefined;
  }

  #input(arg: Formal, value: Value): Input | undefined {
    if (this.#fits(arg.type, value.type)) return { kind: "given", value };
    const formal = arg.type.kind === "Optional" ? arg.type.elem : arg.type;
    if (formal.kind === "List") {
      const { elem } = formal;
      if (arg.size !== undefined && typeEquals(value.type, elem)) {
        return { kind: "list", values: new Array(arg.size).fill(value), elem };
      }
      if (value.type.kind === "Tuple" && value.type.elems.length > 0) {
        const fits = value.type.elems.every((item) => this.#fits(elem, item));
        const bound = fits ? substitute(elem, this.#bindings) : undefined;
        if (bound !== undefined) return { kind: "tuple", value, elem: bound };
      }
      return undefined;
    }
    const op = this.#convert ? implicitConversion(formal, value.type) : undefined;
    return op === undefined ? undefined : { kind: "converted", value, op };
  }

  /** Unifies; what a failed try has bound is forgotten. */
  #fits(formal: Type, actual: Type): boolean {
    const before = new Map(this.#bindings);
    if (unify(formal, actual, this.#bindings, this.#facts)) return true;
    this.#bindings.clear();
    for (const [name, type] of before) this.#bindings.set(name, type);
    return false;
  }
}

/** The operator that TorchScript applies by itself where `formal` is wanted and a value of type `actual` is given. */
export function implicitConversion(formal: Type, actual: Type): string | undefined {
  const from = actual.kind;
  switch (formal.kind) {
    case "float":
      if (from === "Tensor") return "aten::FloatImplicit";
      return from === "Scalar" ? "aten::Float.Scalar" : undefined;
    case "int":
      if (from === "Tensor") return "aten::IntImplicit";
      return from === "Scalar" ? "aten::Int.Scalar" : undefined;
    case "Scalar":
      return from === "Tensor" ? "aten::ScalarImplicit" : undefined;
    case "Device":
      return from === "str" ? "aten::device" : undefined;
    default:
      return undefined;
  }
}
