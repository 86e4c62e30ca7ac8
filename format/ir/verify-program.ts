/** The verifier for whole programs: every graph, signatures against graphs, values against the types they stand for. */

import { isSubtype, NoneType, printType, type Type, typeEquals } from "../types.ts";
import { type IValue, typeOfValue } from "../value.ts";
import { type ClassDef, type Fn, functionsOf, type Program, type TypeDef } from "./program.ts";
import { checkGraph, classFacts, VerifyError, type VerifyOptions } from "./verify.ts";

/** Throws the first VerifyError of the program, if there is one. */
export function verifyProgram(program: Program, options: Omit<VerifyOptions, "program"> = {}): void {
  const first = checkProgram(program, options)[0];
  if (first !== undefined) throw first;
}

/** Everything that is wrong with the program. */
export function checkProgram(program: Program, options: Omit<VerifyOptions, "program"> = {}): VerifyError[] {
  const checker = new ProgramChecker(program);
  checker.run();
  const errors = [...functionsOf(program)].flatMap(({ fn }) => checkGraph(fn.graph, { ...options, program }));
  return [...checker.errors, ...errors];
}

class ProgramChecker {
  readonly errors: VerifyError[] = [];
  readonly #program: Program;
  readonly #facts: ReturnType<typeof classFacts>;
  readonly #seen = new Set<IValue>();

  constructor(program: Program) {
    this.#program = program;
    this.#facts = classFacts(program);
  }

  run(): void {
    const { classes, functions, root } = this.#program;
    for (const [name, def] of classes) this.#class(name, def);
    for (const [name, fn] of functions) {
      if (fn.name !== name) this.#report(name, "a function by its own name", fn.name);
      this.#function(name, fn);
    }
    if (root.kind === "object") this.#value("root", root.object, { kind: "Class", name: root.object.type });
    else if (!functions.has(root.name)) this.#report("root", "a free function", root.name);
  }

  #report(where: string, expected: string, got: string): void {
    this.errors.push(new VerifyError(where, expected, got));
  }

  #class(name: string, def: TypeDef): void {
    if (def.name !== name) this.#report(name, "a class by its own name", def.name);
    if (def.kind === "enum") {
      for (const member of def.members) this.#value(`${name}.${member.name}`, member.value, def.valueType);
    } else if (def.kind !== "interface") {
      this.#members(def);
      for (const fn of def.methods) {
        const self = fn.schema.args[0]?.type;
        if (self?.kind !== "Class" || self.name !== name) {
          this.#report(
            `${name}.${fn.name}`,
            `${name} as first argument`,
            self === undefined ? "none" : printType(self),
          );
        }
        this.#function(`${name}.${fn.name}`, fn);
      }
    }
  }

  #members(def: ClassDef): void {
    const names = [...def.attributes.map(({ name }) => name), ...def.methods.map(({ name }) => name)];
    const repeated = names.find((name, i) => names.indexOf(name) !== i);
    if (repeated !== undefined) this.#report(def.name, "attributes and methods of different names", repeated);
    for (const { name, type, kind, value } of def.attributes) {
      if (kind === "constant" && value !== undefined) this.#value(`${def.name}.${name}`, value, type);
      if ((kind === "constant") !== (value !== undefined))
        this.#report(`${def.name}.${name}`, "a value iff constant", kind);
    }
    const used = [...def.forwardPreHooks, ...def.forwardHooks];
    for (const { getter, setter } of def.properties)
      used.push(getter, ...(setter === undefined ? [] : [setter]));
    for (const name of used) {
      if (!def.methods.some((fn) => fn.name === name))
        this.#report(def.name, "a method for each hook and property", name);
    }
  }

  /** The signature agrees with the graph, and defaults with the signature. */
  #function(where: string, { schema, graph }: Fn): void {
    if (schema.args.length !== graph.inputs.length) {
      this.#report(where, `${schema.args.length} graph inputs`, `${graph.inputs.length}`);
      return;
    }
    schema.args.forEach((arg, i) => {
      const { type } = graph.inputs[i]!;
      if (!typeEquals(arg.type, type))
        this.#report(`${where}, ${arg.name}`, printType(arg.type), printType(type));
      if (arg.default !== undefined) this.#value(`${where}, default of ${arg.name}`, arg.default, arg.type);
    });
    if (schema.returns.length !== graph.outputs.length) {
      this.#report(where, `${schema.returns.length} graph outputs`, `${graph.outputs.length}`);
      return;
    }
    schema.returns.forEach((ret, i) => {
      const { type } = graph.outputs[i]!;
      if (!isSubtype(type, ret.type, this.#facts)) {
        this.#report(`${where}, return ${i}`, printType(ret.type), printType(type));
      }
    });
  }

  /** A value and everything in it, against the type of its place. */
  #value(where: string, value: IValue, type: Type): void {
    const own = value.kind === "list" && value.elem === null ? type : typeOfValue(value);
    if (!isSubtype(own, type, this.#facts)) this.#report(where, printType(type), printType(own));
    if (this.#seen.has(value)) return;
    this.#seen.add(value);
    switch (value.kind) {
      case "list":
        if (own.kind !== "List") return;
        value.items.forEach((item, i) => {
          this.#value(`${where}[${i}]`, item, own.elem);
        });
        return;
      case "dict":
        for (const [key, item] of value.entries) {
          this.#value(`a key of ${where}`, key, value.key);
          this.#value(`a value of ${where}`, item, value.value);
        }
        return;
      case "tuple":
        for (const item of value.items) this.#value(where, item, { kind: "Any" });
        return;
      case "object":
        this.#object(where, value);
    }
  }

  #object(where: string, object: IValue & { kind: "object" }): void {
    const def = this.#program.classes.get(object.type);
    if (def === undefined) {
      for (const [name, value] of object.attrs) this.#value(`${where}.${name}`, value, { kind: "Any" });
      return;
    }
    if (def.kind === "interface" || def.kind === "enum") {
      this.#report(where, "an object of a class", `one of ${def.kind} ${def.name}`);
      return;
    }
    const slots = def.attributes.filter(({ kind }) => kind !== "constant");
    for (const { name, type } of slots) {
      const value = object.attrs.get(name);
      if (value === undefined) this.#report(`${where}.${name}`, printType(type), printType(NoneType));
      else this.#value(`${where}.${name}`, value, type);
    }
    const stray = [...object.attrs.keys()].find((name) => !slots.some((slot) => slot.name === name));
    if (stray !== undefined) this.#report(where, `an attribute of ${def.name}`, stray);
  }
}
