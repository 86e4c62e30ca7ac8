/** A program: classes, functions, the root object with its state, and what travels with them. */

import type { Type } from "../types.ts";
import type { IValue, TensorData } from "../value.ts";
import type { Graph } from "./graph.ts";

export interface FnArgument {
  name: string;
  type: Type;
  /** Absent: required. */
  default?: IValue;
  kwarg?: boolean;
}

export interface FnReturn {
  name?: string;
  type: Type;
}

/** Signature of a function or method; a method's first argument is its object. */
export interface FnSchema {
  args: FnArgument[];
  returns: FnReturn[];
}

export interface Fn {
  /** A method's own name, a free function's qualified name. */
  name: string;
  schema: FnSchema;
  graph: Graph;
}

/** A method that an interface asks for. */
export type FnDeclaration = Omit<Fn, "graph">;

export type AttributeKind = "parameter" | "buffer" | "attribute" | "constant" | "module";

export interface Attribute {
  name: string;
  type: Type;
  kind: AttributeKind;
  /** A constant's value, and only a constant's: it belongs to the class, not to its objects. */
  value?: IValue;
}

export interface Property {
  name: string;
  /** Method names. */
  getter: string;
  setter?: string;
}

/** A module or a script class. */
export interface ClassDef {
  kind: "module" | "class";
  name: string;
  /** In order of definition, names unique. */
  attributes: Attribute[];
  /** Names unique. */
  methods: Fn[];
  /** Names of methods run before and after `forward`, in order. */
  forwardPreHooks: string[];
  forwardHooks: string[];
  properties: Property[];
}

export interface InterfaceDef {
  kind: "interface";
  name: string;
  methods: FnDeclaration[];
}

export interface EnumDef {
  kind: "enum";
  name: string;
  valueType: Type;
  members: { name: string; value: IValue }[];
}

export type TypeDef = ClassDef | InterfaceDef | EnumDef;

/** A copy of a weight in another layout: for speed only, never the truth. See SPEC.md, section 10. */
export interface DerivedData {
  layout: string;
  version: number;
  /** The tensor it was made from: one that the program's values contain. */
  tensor: TensorData;
  bytes: Uint8Array;
  params: number[];
}

export interface Program {
  /** By qualified name: modules, script classes, interfaces, enums. */
  classes: Map<string, TypeDef>;
  /** Free functions by qualified name. */
  functions: Map<string, Fn>;
  root: { kind: "object"; object: IValue & { kind: "object" } } | { kind: "function"; name: string };
  metadata: Map<string, string>;
  extraFiles: Map<string, Uint8Array>;
  /** Source text by the file name that ranges use. */
  sources: Map<string, string>;
  derived: DerivedData[];
}

/** A program without code, whose root is still to be set by the caller. */
export function emptyProgram(root: Program["root"]): Program {
  return {
    classes: new Map(),
    functions: new Map(),
    root,
    metadata: new Map(),
    extraFiles: new Map(),
    sources: new Map(),
    derived: [],
  };
}

/** A module or class of this name without members, added to the program. */
export function addClass(program: Program, kind: ClassDef["kind"], name: string): ClassDef {
  const def: ClassDef = {
    kind,
    name,
    attributes: [],
    methods: [],
    forwardPreHooks: [],
    forwardHooks: [],
    properties: [],
  };
  program.classes.set(name, def);
  return def;
}

/** The module or script class of this name. */
export function findClass(program: Program, name: string): ClassDef | undefined {
  const def = program.classes.get(name);
  return def?.kind === "module" || def?.kind === "class" ? def : undefined;
}

/** The method of a class or interface. */
export function findMethod(program: Program, type: string, method: string): Fn | FnDeclaration | undefined {
  const def = program.classes.get(type);
  return def === undefined || def.kind === "enum" ? undefined : def.methods.find((fn) => fn.name === method);
}

/** Every function with a graph: methods class by class, then free functions; `owner` is a method's class. */
export function* functionsOf(program: Program): Generator<{ fn: Fn; owner: ClassDef | undefined }> {
  for (const def of program.classes.values()) {
    if (def.kind === "module" || def.kind === "class") for (const fn of def.methods) yield { fn, owner: def };
  }
  for (const fn of program.functions.values()) yield { fn, owner: undefined };
}
