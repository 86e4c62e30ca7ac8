/**
 * Names and what they stand for. A scope says which variable a name is; a state says what each variable is at this
 * point of the program. Branches work on a state of their own, whose changes are joined afterwards.
 */

import type { SType } from "../types/model.ts";
import type { SValue } from "./values.ts";

/** One declared variable. */
export class Variable {
  readonly name: string;
  readonly constant: boolean;
  /** The type that an annotation gives; assignments are converted to it. */
  declared: SType | undefined;
  /** A flag of an early exit: down whenever the code that it guards begins. */
  readonly flag: boolean;

  constructor(
    name: string,
    options: { constant?: boolean; declared?: SType | undefined; flag?: boolean } = {},
  ) {
    this.name = name;
    this.constant = options.constant ?? false;
    this.declared = options.declared;
    this.flag = options.flag ?? false;
  }
}

/** A lexical scope. */
export class Scope {
  readonly parent: Scope | undefined;
  readonly #names = new Map<string, Variable>();

  constructor(parent?: Scope) {
    this.parent = parent;
  }

  declare(variable: Variable): Variable {
    this.#names.set(variable.name, variable);
    return variable;
  }

  declares(name: string): boolean {
    return this.#names.has(name);
  }

  find(name: string): Variable | undefined {
    for (let scope: Scope | undefined = this; scope; scope = scope.parent) {
      const found = scope.#names.get(name);
      if (found) return found;
    }
    return undefined;
  }
}

/** What variables are now: changes on top of the state around. */
export class State {
  readonly parent: State | undefined;
  readonly changes = new Map<Variable, SValue>();
  /** The program never gets here: something was thrown. */
  dead = false;

  constructor(parent?: State) {
    this.parent = parent;
  }

  get(variable: Variable): SValue | undefined {
    for (let state: State | undefined = this; state; state = state.parent) {
      const found = state.changes.get(variable);
      if (found) return found;
    }
    return undefined;
  }

  set(variable: Variable, value: SValue): void {
    this.changes.set(variable, value);
  }
}
