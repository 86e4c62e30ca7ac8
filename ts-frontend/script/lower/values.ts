/** What an expression of a script can be while it is compiled: a value of the graph, or something known already. */

import type { Function as FunctionNode } from "acorn";
import type { Value } from "../../../format/ir/graph.ts";
import type { SType } from "../types/model.ts";
import type { Scope } from "./scope.ts";
import type { SourceUnit } from "./source-unit.ts";

/** A value that JavaScript compares by itself. */
export type Primitive = number | string | boolean | bigint | null | undefined;

/** A value of the graph with its script type. */
export interface Dynamic {
  readonly kind: "value";
  readonly value: Value;
  readonly type: SType;
}

export type SValue =
  | Dynamic
  /** Known when compiling. */
  | { readonly kind: "const"; readonly js: Primitive }
  /** An array literal that is not a list or tuple of the graph yet, or an array `outside` of the script, by its name there. */
  | {
      readonly kind: "items";
      readonly items: readonly SValue[];
      readonly node: NodeLike;
      readonly outside?: string;
    }
  /** An object literal that is not an object of the graph yet. */
  | { readonly kind: "fields"; readonly fields: ReadonlyMap<string, SValue>; readonly node: NodeLike }
  /** A function of the script itself: inlined where it is called. */
  | {
      readonly kind: "closure";
      readonly node: FunctionNode;
      readonly scope: Scope;
      readonly source: SourceUnit;
      readonly self?: SValue;
      /** The variable that it was given to, for messages. */
      readonly name?: string;
    }
  /** An object of JavaScript outside the script: a namespace, a function, a class, a module. */
  | { readonly kind: "host"; readonly js: object; readonly path: string; readonly self?: SValue }
  /** `x.name`, about to be called. */
  | { readonly kind: "method"; readonly self: SValue; readonly name: string }
  /** Nothing yet, and never read before it is something: what a function returns, before it does. */
  | { readonly kind: "unset" }
  /** Several values that a variable stands for meanwhile: a one-element list, inside `try`. */
  | { readonly kind: "cell"; readonly list: Value; readonly type: SType };

export interface NodeLike {
  readonly start: number;
  readonly end: number;
}

export function constant(js: Primitive): SValue {
  return { kind: "const", js };
}

export const UNDEFINED = constant(undefined);

export const UNSET: SValue = { kind: "unset" };

/** True when both are certainly the same, so that a join of branches has nothing to join. */
export function sameValue(a: SValue, b: SValue): boolean {
  if (a === b) return true;
  if (a.kind === "const" && b.kind === "const") return Object.is(a.js, b.js);
  if (a.kind === "value" && b.kind === "value") return a.value === b.value && a.type === b.type;
  if (a.kind === "host" && b.kind === "host") return a.js === b.js;
  if (a.kind === "closure" && b.kind === "closure") return a.node === b.node && a.scope === b.scope;
  return a.kind === "cell" && b.kind === "cell" && a.list === b.list;
}

export function isTrue(value: SValue): boolean {
  return value.kind === "const" && value.js === true;
}

export function isFalse(value: SValue): boolean {
  return value.kind === "const" && value.js === false;
}
