/** What a name stands for while code is lowered, and the nested scopes that hold names. */

import type { Value } from "../../../format/ir/graph.ts";
import type { FunctionDef } from "../syntax/ast.ts";

export type Meaning =
  | { readonly kind: "value"; readonly value: Value }
  /** The results of an operator that has none or several. */
  | { readonly kind: "values"; readonly values: readonly Value[] }
  /** A package of the source: `torch`, `ops.prim`, `__torch__.torch.nn`, `CONSTANTS`. */
  | { readonly kind: "namespace"; readonly path: string }
  /** An operator, `aten::add`, perhaps with its first argument. */
  | { readonly kind: "operator"; readonly symbol: string; readonly self?: Value }
  /** A free function by qualified name. */
  | { readonly kind: "function"; readonly name: string }
  /** A class, NamedTuple or enum by qualified name. */
  | { readonly kind: "class"; readonly name: string }
  | { readonly kind: "method"; readonly object: Value; readonly name: string }
  /** A function defined inside another: the body of a fork. */
  | { readonly kind: "closure"; readonly def: FunctionDef; readonly scope: Scope };

export class Scope {
  readonly names = new Map<string, Meaning>();
  readonly parent: Scope | undefined;

  constructor(parent?: Scope) {
    this.parent = parent;
  }

  find(name: string): Meaning | undefined {
    return this.names.get(name) ?? this.parent?.find(name);
  }

  set(name: string, meaning: Meaning): void {
    this.names.set(name, meaning);
  }
}

/** The scope of a closure's body: values from outside become parameters of its graph. */
export class ClosureScope extends Scope {
  /** By outer value, in the order of capture. */
  readonly captured = new Map<Value, Value>();
  readonly #capture: (value: Value) => Value;

  /** `capture` makes the parameter for an outer value; it is called once for each. */
  constructor(outer: Scope, capture: (value: Value) => Value) {
    super(outer);
    this.#capture = capture;
  }

  override find(name: string): Meaning | undefined {
    const own = this.names.get(name);
    if (own !== undefined) return own;
    const outer = this.parent!.find(name);
    if (outer === undefined) return undefined;
    switch (outer.kind) {
      case "value":
        return { kind: "value", value: this.#inside(outer.value) };
      case "values":
        return { kind: "values", values: outer.values.map((value) => this.#inside(value)) };
      case "method":
        return { ...outer, object: this.#inside(outer.object) };
      case "operator":
        return outer.self === undefined ? outer : { ...outer, self: this.#inside(outer.self) };
      default:
        return outer;
    }
  }

  #inside(value: Value): Value {
    let inner = this.captured.get(value);
    if (inner === undefined) {
      inner = this.#capture(value);
      this.captured.set(value, inner);
    }
    return inner;
  }
}
