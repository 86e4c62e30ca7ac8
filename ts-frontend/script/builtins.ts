/** What scripts may name beside `torch` and `nn`: types that say what a field is, script classes, enums, forks. */

import { parseType, printType, type Type } from "../../format/types.ts";
import { makeError } from "../eager/raise.ts";
import { Tensor } from "../tensor.ts";

/** A number that promises to be integral: -0 and values beyond 2^53 included. To TypeScript it is a number. */
export type int = number;

/** A field of a script class that is a parameter of the module. */
export type Parameter<T extends Tensor | null = Tensor> = T;

/** A field that is a buffer: part of the state, not learned. */
export type Buffer<T = Tensor> = T;

/** A field whose value belongs to the class and never changes. */
export type Constant<T> = T;

/** A field that is a submodule although its type is an interface. */
export type Submodule<T> = T;

/** A tuple whose fields have names, itself known by a qualified name. */
export type NamedTuple<Name extends string, Fields extends readonly unknown[]> = Fields & {
  readonly qualifiedName?: Name;
};

/** An object of a class that the program does not define: PyTorch's own, of packed weights for example. */
export interface ExternalClass<Name extends string> {
  readonly qualifiedName: Name;
}

const settled = Symbol("value");

/** What `jit.fork` gives; `jit.wait` takes the value out. */
export class Future<T> {
  /** @internal */
  readonly [settled]: T;

  constructor(value: T) {
    this[settled] = value;
  }
}

/**
 * Runs the function at once, as a compiled program does, and gives a future of its result: PyTorch's `torch.jit.fork`.
 * In a script the function is an arrow written in place.
 */
export function fork<T>(body: () => T): Future<T> {
  return new Future(body());
}

/** The value of a future: PyTorch's `torch.jit.wait`. */
export function wait<T>(future: Future<T>): T {
  return future[settled];
}

/**
 * True when the value is of one of these types, in TorchScript's notation: `jit.isinstance(x, "int[]")`. A bigint is an
 * int and a number a float, as in scripts. PyTorch's `torch.jit.isinstance`.
 */
export function isinstance(value: unknown, ...types: readonly string[]): boolean {
  return types.some((text) => isOfType(value, parseType(text)));
}

function isOfType(value: unknown, type: Type): boolean {
  switch (type.kind) {
    case "Any":
      return true;
    case "Tensor":
      return value instanceof Tensor;
    case "int":
      return typeof value === "bigint";
    case "float":
      return typeof value === "number";
    case "bool":
      return typeof value === "boolean";
    case "str":
    case "Device":
      return typeof value === "string";
    case "Scalar":
      return ["bigint", "number", "boolean"].includes(typeof value);
    case "None":
      return value === null;
    case "Optional":
      return value === null || isOfType(value, type.elem);
    case "Union":
      return type.members.some((member) => isOfType(value, member));
    case "List":
      return Array.isArray(value) && value.every((item) => isOfType(item, type.elem));
    case "Tuple":
      return (
        Array.isArray(value) &&
        value.length === type.elems.length &&
        type.elems.every((elem, i) => isOfType(value[i], elem))
      );
    case "Dict":
      return (
        value instanceof Map &&
        [...value].every(([key, item]) => isOfType(key, type.key) && isOfType(item, type.value))
      );
    case "Class":
    case "Enum": {
      const made = value as { constructor?: { qualifiedName?: unknown } } | null | undefined;
      return made?.constructor?.qualifiedName === type.name;
    }
    case "Future":
      return value instanceof Future;
    default:
      throw makeError("UNSUPPORTED", [`isinstance of ${printType(type)} outside of a script`]);
  }
}

/**
 * The classes of printed programs. Fields are the attributes, and static fields say the rest: `qualifiedName` is the
 * class's name in the program, `kind` is "module" or "class", `forwardPreHooks` and `forwardHooks` name the methods
 * run before and after `forward`, `properties` the getter and setter of each property.
 */
export abstract class ScriptClass {
  /** An object whose fields are not set yet. */
  static __new__<T>(this: new () => T): T {
    return new this();
  }
}

/** The members of an enum are static fields of a class that extends this one. */
export abstract class ScriptEnum<T> {
  readonly name: string;
  readonly value: T;

  constructor(name: string, value: T) {
    this.name = name;
    this.value = value;
  }
}
