/**
 * Overloads that write their results into given tensors (`aten::linspace.out`), derived from those that make new ones: the
 * runtime runs the base's kernel, then gives each `out` tensor the result's size and elements.
 */

import { type Argument, formatSchema, fullName, parseSchema, type Schema } from "../schema.ts";
import type { Op } from "./define.ts";
import { outVariants } from "./outs.gen.ts";

/** Makers of vectors that leave the shape of an `out` of as many elements as it is. */
const VECTORS = /^aten::(arange|range|linspace|logspace)$/;

const OPTIONS = ["dtype", "layout", "device", "pin_memory"];

/** A schema that writes into given tensors, and how its arguments become the base's. */
export interface OutSchema {
  readonly schema: Schema;
  /** Index of the base's `dtype`, which is that of `out` where none is given; absent where it has none. */
  readonly dtypeAt?: number;
  /** The base takes dtype, layout, device and pin_memory there, which this schema has not. */
  readonly insertsOptions: boolean;
}

/** `base` with tensors of these names to write to; undefined when it does not give as many tensors. */
export function withOut(base: Schema, overload: string, names: readonly string[]): OutSchema | undefined {
  const tensors = base.returns.every((ret) => ret.type.kind === "Tensor" && !ret.alias);
  if (!tensors || base.returns.length !== names.length || base.vararg) return undefined;
  const first = base.args.findIndex((arg) => arg.name === "dtype");
  const insertsOptions = first >= 0 && OPTIONS.every((name, i) => base.args[first + i]?.name === name);
  const args = insertsOptions
    ? base.args.filter((_, i) => i < first || i >= first + OPTIONS.length)
    : base.args;
  const alias = (i: number): Argument["alias"] => ({ set: String.fromCharCode(97 + i), write: true });
  const schema: Schema = {
    name: base.name,
    overload,
    args: [
      ...args,
      ...names.map(
        (name, i): Argument => ({ name, type: base.returns[i]!.type, kwarg: true, alias: alias(i)! }),
      ),
    ],
    returns: base.returns.map((ret, i) => ({ ...ret, alias: alias(i)! })),
  };
  const isOptional = first >= 0 && base.args[first]!.type.kind === "Optional";
  return { schema, insertsOptions, ...(isOptional ? { dtypeAt: first } : {}) };
}

/** The overloads with `out` of those among `ops` that run a kernel, ids following theirs. */
export function deriveOuts(ops: readonly Op[]): Op[] {
  const byName = new Map(ops.map((op) => [op.name, op]));
  const found: Op[] = [];
  for (const line of outVariants.trim().split("\n")) {
    const [symbol, ...words] = line.split(" ");
    for (const word of words) {
      const [from, to] = word.split(">") as [string, string];
      const [overload, names] = to.split(":") as [string, string | undefined];
      const base = byName.get(fullName({ name: `aten::${symbol}`, overload: from }));
      if (!base || !("kernel" in base.run) || byName.has(`aten::${symbol}.${overload}`)) continue;
      const derived = withOut(base.schema, overload, names?.split(",") ?? ["out"]);
      if (!derived) continue;
      const text = formatSchema(derived.schema);
      const schema = parseSchema(text);
      found.push({
        id: ops.length + found.length,
        name: fullName(schema),
        schema,
        text,
        run: base.run,
        out: "none",
        base: base.name,
        doc: "",
        nondeterministic: base.nondeterministic,
        outOf: {
          id: base.id,
          ...(derived.dtypeAt === undefined ? {} : { dtypeAt: derived.dtypeAt }),
          insertsOptions: derived.insertsOptions,
          keepsShape: VECTORS.test(base.schema.name),
        },
      });
    }
  }
  return found;
}
