/**
 * What a row of the operator table is. One row names an operator by its ATen schema and says what runs it; in-place
 * and Scalar overloads are derived from the row and share its kernel.
 */

import { fullName, parseSchema, type Schema } from "../schema.ts";

/** Options of a row. */
export interface OpOptions {
  /** Name of the kernel function; by default the operator's name in camelCase. */
  readonly kernel?: string;
  /**
   * Derives the in-place overload: `add_.Tensor` of `add.Tensor`, or the overload named here, as `pow_.Tensor`. The
   * kernel takes one more parameter, `out`, into which it writes when it is not NONE.
   */
  readonly inplace?: boolean | string;
  /**
   * Derives overloads that take a number where the kernel takes a tensor: their overload names and parameters, as in
   * `Scalar(Tensor self, Scalar other, Scalar alpha=1)`. The number takes part in type promotion as a number.
   */
  readonly scalar?: string | readonly string[];
  /** The in-place forms of the Scalar overloads whose first argument is `Tensor self` exist too (default: as `inplace`). */
  readonly scalarInplace?: boolean | string;
  /** One sentence for docs and editors; by default none. */
  readonly doc?: string;
  /** The result depends on a random generator or on uninitialised memory. */
  readonly nondeterministic?: boolean;
  /**
   * How arguments reach the kernel, where not each by its type. `floats`: numbers of any type as f64, and a Scalar result
   * is rounded to float32, as PyTorch's. `slots`: every argument as its value slot, and results go to a trailing one.
   */
  readonly pass?: "floats" | "slots";
  /**
   * Tensor arguments that may be nested tensors, by name: they arrive as slots, and a result that is a Tensor goes to a
   * trailing one. Other operators refuse nested tensors.
   */
  readonly nested?: readonly string[];
}

/** An operator overload: what dispatch, tracer, verifier, importers and documents read. */
export interface Op {
  /** Index in the table; the same number selects the kernel in the wasm built from the same table. */
  readonly id: number;
  /** Full name with overload: `aten::add.Tensor`. */
  readonly name: string;
  readonly schema: Schema;
  readonly text: string;
  /** How it runs: a kernel function of a module in `assembly/`, or a case of the virtual machine. */
  readonly run: { readonly kernel: string; readonly module: string } | { readonly vm: string };
  /** Index of the argument that the kernel takes as tensor but this overload as number; absent otherwise. */
  readonly wraps?: number;
  /** The kernel has a trailing `out` parameter; for in-place overloads it is given `self`. */
  readonly out: "none" | "new" | "self";
  /** Name of the row this overload was derived from, or its own. */
  readonly base: string;
  readonly doc: string;
  readonly nondeterministic: boolean;
  /** It runs the overload of that id, then writes its results into its last arguments (`outs.ts`). */
  readonly outOf?: {
    readonly id: number;
    readonly dtypeAt?: number;
    readonly insertsOptions: boolean;
    readonly keepsShape: boolean;
  };
  /** See OpOptions; absent where every argument reaches the kernel by its type. */
  readonly pass?: "floats" | "slots";
  /** See OpOptions. */
  readonly nested?: readonly string[];
}

export type Row = (nextId: () => number, module: string) => Op[];

function camel(name: string): string {
  const trimmed = name.replace(/^_+/, "");
  return trimmed.replace(/_+([a-z0-9])/g, (_, c: string) => c.toUpperCase());
}

/**
 * `aten::add.Tensor(Tensor self, …) -> Tensor` → `aten::add_.Tensor(Tensor(a!) self, …) -> Tensor(a!)`; `overload` is
 * the name without namespace where it follows another rule.
 */
function inplaceText(text: string, overload: boolean | string): string {
  const head = text.indexOf("(");
  const name = text.slice(0, head);
  const dot = name.indexOf(".");
  let renamed = dot < 0 ? `${name}_` : `${name.slice(0, dot)}_${name.slice(dot)}`;
  if (typeof overload === "string") renamed = `${name.split("::")[0]}::${overload}`;
  return `${renamed}${text
    .slice(head)
    .replace("(Tensor self", "(Tensor(a!) self")
    .replace(/-> Tensor$/, "-> Tensor(a!)")}`;
}

/** A row whose kernel is a function of the family's module. */
export function op(text: string, options: OpOptions = {}): Row {
  return (nextId, module) => {
    const base = parseSchema(text);
    const kernel = options.kernel ?? camel(base.name.split("::")[1]!);
    const found: Op[] = [];
    const add = (overload: string, out: Op["out"], wraps?: number): void => {
      const schema = parseSchema(overload);
      found.push({
        id: nextId(),
        name: fullName(schema),
        schema,
        text: overload,
        run: { kernel, module },
        ...(wraps === undefined ? {} : { wraps }),
        out,
        base: fullName(base),
        doc: options.doc ?? "",
        nondeterministic: options.nondeterministic ?? false,
        ...(options.pass ? { pass: options.pass } : {}),
        ...(options.nested ? { nested: options.nested } : {}),
      });
    };
    add(text, options.inplace ? "new" : "none");
    if (options.inplace) add(inplaceText(text, options.inplace), "self");
    for (const scalar of [options.scalar ?? []].flat()) {
      const scalarText = `${base.name}.${scalar} -> Tensor`;
      const wraps = parseSchema(scalarText).args.findIndex(
        (arg, i) => arg.type.kind === "Scalar" && base.args[i]?.type.kind === "Tensor",
      );
      if (wraps < 0) throw new Error(`${text}: the Scalar overload replaces no tensor`);
      add(scalarText, options.inplace ? "new" : "none", wraps);
      const inplace = options.scalarInplace ?? Boolean(options.inplace);
      if (inplace && wraps > 0) add(inplaceText(scalarText, inplace), "self", wraps);
    }
    return found;
  };
}

/** A row that the virtual machine runs itself: `name` is its case. */
export function vm(text: string, name: string, doc = ""): Row {
  return (nextId) => {
    const schema = parseSchema(text);
    return [
      {
        id: nextId(),
        name: fullName(schema),
        schema,
        text,
        run: { vm: name },
        out: "none",
        base: fullName(schema),
        doc,
        nondeterministic: false,
      },
    ];
  };
}

/** Rows whose kernels are exported by `assembly/<module>.ts`. */
export interface Family {
  readonly module: string;
  readonly rows: readonly Row[];
}

export function family(module: string, rows: readonly Row[]): Family {
  return { module, rows };
}
