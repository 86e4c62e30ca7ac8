/** A program as header tables (SPEC.md, sections 5 to 8), with the storages its tensors lie in. */

import type { Attr, Block, Graph, Node, Value } from "../ir/graph.ts";
import type { Attribute, FnDeclaration, FnSchema, Program, TypeDef } from "../ir/program.ts";
import type { StorageData, TensorData } from "../value.ts";
import { hasAttributes, ValueEncoder } from "./encode-values.ts";
import {
  ATTR_CODES,
  ATTRIBUTE_KINDS,
  CLASS_KINDS,
  compareUtf8,
  FUNCTION_KINDS,
  MAX_NESTING,
  ROOT_KINDS,
  VALUE_TAGS,
} from "./layout.ts";
import { Float, type Packable } from "./msgpack.ts";
import { NameTable } from "./tables.ts";

/** A function of the file: a method, a free function, a declaration, or a subgraph of the function before it. */
export interface FileFunction {
  kind: keyof typeof FUNCTION_KINDS;
  name: string;
  schema: FnSchema;
  graph: Graph | undefined;
}

/** The header's program part, and the raw data that segments are made of. */
export interface EncodedProgram {
  /** `classes`, `functions`, `keys`, `ops`, `root`, `tensors`, `types`, `values`. */
  tables: Map<string, Packable>;
  functions: FileFunction[];
  /** One segment each, in order. */
  storages: StorageData[];
  /** Index of a tensor that the values contain. */
  tensorIndex(tensor: TensorData): number | undefined;
}

/** Throws FormatError of code `program` if the program is not one that a file can hold. */
export function encodeProgram(program: Program): EncodedProgram {
  const names: Names = { classes: new NameTable(), ops: new NameTable(), keys: new NameTable() };
  new Encoder(program, names).run();
  for (const table of Object.values(names)) table.sort(compareUtf8);
  return new Encoder(program, names).run();
}

interface Names {
  classes: NameTable;
  ops: NameTable;
  keys: NameTable;
}

class Encoder {
  readonly #program: Program;
  readonly #names: Names;
  readonly #tables: ValueEncoder;
  readonly #functions: FileFunction[];
  readonly #functionIndices: ReadonlyMap<unknown, number>;

  constructor(program: Program, names: Names) {
    this.#program = program;
    this.#names = names;
    this.#tables = new ValueEncoder(program, names.classes);
    this.#functions = listFunctions(program);
    this.#functionIndices = new Map(this.#functions.map((fn, i) => [fn.graph ?? fn.schema, i]));
    if (this.#functionIndices.size !== this.#functions.length) {
      this.#fail("a graph of its own for each function", "one graph for several");
    }
  }

  #fail(expected: string, got: string): never {
    return this.#tables.fail(expected, got);
  }

  run(): EncodedProgram {
    for (const name of this.#program.classes.keys()) this.#names.classes.index(name);
    const classes = this.#names.classes.names().map((name) => this.#class(name));
    const functions = this.#functions.map((fn) => this.#function(fn));
    const root = this.#root();
    return {
      tables: new Map<string, Packable>([
        ["classes", classes],
        ["functions", functions],
        ["keys", this.#names.keys.names()],
        ["ops", this.#names.ops.names()],
        ["root", root],
        ["tensors", this.#tables.tensors.entries],
        ["types", this.#tables.types.entries],
        ["values", this.#tables.values.entries],
      ]),
      functions: this.#functions,
      storages: [...this.#tables.storages.keys()],
      tensorIndex: (tensor) => this.#tables.tensors.find(tensor),
    };
  }

  #root(): Packable {
    const { root } = this.#program;
    this.#tables.where = "root";
    if (root.kind === "object") return [ROOT_KINDS.object, this.#tables.value(root.object)];
    return [ROOT_KINDS.function, this.#freeFunction(root.name)];
  }

  #freeFunction(name: string): number {
    const fn = this.#program.functions.get(name);
    if (fn === undefined) return this.#fail("a free function of the program", JSON.stringify(name));
    return this.#functionIndices.get(fn.graph)!;
  }

  // --- Classes and functions ------------------------------------------------------------------------------------

  #class(name: string): Packable {
    const def = this.#program.classes.get(name);
    this.#tables.where = `class ${name}`;
    if (def === undefined) return [CLASS_KINDS.external, name, [], [], null];
    const attributes = hasAttributes(def)
      ? def.attributes.map((attribute) => this.#attribute(attribute))
      : [];
    const methods = def.kind === "enum" ? [] : def.methods.map((fn) => [fn.name, this.#method(def, fn)]);
    this.#unique("attribute", hasAttributes(def) ? def.attributes.map((attribute) => attribute.name) : []);
    this.#unique("method", def.kind === "enum" ? [] : def.methods.map((fn) => fn.name));
    return [CLASS_KINDS[def.kind], name, attributes, methods, this.#detail(def)];
  }

  #method(def: TypeDef, fn: FnDeclaration & { graph?: Graph }): number {
    return this.#functionIndices.get(def.kind === "interface" ? fn.schema : fn.graph)!;
  }

  #unique(what: string, names: string[]): void {
    const repeated = names.find((name, i) => names.indexOf(name) !== i);
    if (repeated !== undefined)
      this.#fail(`${what} names without repeats`, `${JSON.stringify(repeated)} twice`);
  }

  #attribute(attribute: Attribute): Packable {
    const type = this.#tables.type(attribute.type);
    if ((attribute.value !== undefined) !== (attribute.kind === "constant")) {
      this.#fail("a value for each constant, and for no other attribute", JSON.stringify(attribute.name));
    }
    const value = attribute.value === undefined ? null : this.#tables.value(attribute.value);
    return [attribute.name, type, ATTRIBUTE_KINDS[attribute.kind], value];
  }

  #detail(def: TypeDef): Packable {
    if (def.kind === "interface") return null;
    if (def.kind === "enum") {
      const type = this.#tables.type(def.valueType);
      return [type, def.members.map(({ name, value }) => [name, this.#tables.value(value)])];
    }
    const properties = def.properties.map(({ name, getter, setter }) => [name, getter, setter ?? null]);
    return [[...def.forwardPreHooks], [...def.forwardHooks], properties];
  }

  #function({ kind, name, schema, graph }: FileFunction): Packable {
    this.#tables.where = `function ${name}`;
    const args = schema.args.map((arg) => {
      const type = this.#tables.type(arg.type);
      return [
        arg.name,
        type,
        arg.kwarg === true,
        arg.default === undefined ? null : this.#tables.value(arg.default),
      ];
    });
    const returns = schema.returns.map((ret) => [ret.name ?? null, this.#tables.type(ret.type)]);
    if (graph !== undefined) this.#checkArity(schema, graph);
    return [FUNCTION_KINDS[kind], name, args, returns, graph === undefined ? null : this.#graph(graph)];
  }

  #checkArity({ args, returns }: FnSchema, graph: Graph): void {
    if (args.length !== graph.inputs.length || returns.length !== graph.outputs.length) {
      this.#fail(
        `a graph of ${args.length} parameters and ${returns.length} returns`,
        `${graph.inputs.length} and ${graph.outputs.length}`,
      );
    }
  }

  // --- Graphs ---------------------------------------------------------------------------------------------------

  #graph(graph: Graph): Packable {
    const numbers = new Map<Value, number>();
    for (const value of graph.values()) numbers.set(value, numbers.size);
    const types = [...numbers.keys()].map((value) => this.#tables.type(value.type));
    return [types, ...this.#block(graph.block, numbers, 0)];
  }

  #block(block: Block, numbers: ReadonlyMap<Value, number>, depth: number): Packable[] {
    // A block inside a block is four containers deeper: list of nodes, node, list of blocks, block.
    if (depth * 4 > MAX_NESTING - 16) this.#fail(`blocks nested at most ${MAX_NESTING / 4 - 4} deep`, "more");
    const number = (value: Value) =>
      numbers.get(value) ?? this.#fail("values of the same graph", "another's");
    const nodes = block.nodes.map((node) => [
      this.#names.ops.index(node.op),
      node.inputs.map(number),
      node.outputs.length,
      this.#attrs(node),
      node.blocks.length === 0 ? null : node.blocks.map((inner) => this.#block(inner, numbers, depth + 1)),
    ]);
    return [block.params.length, nodes, block.returns.map(number)];
  }

  #attrs(node: Node): Packable {
    const name = node.op === "prim::Constant" ? node.attr("name", "s") : undefined;
    if (name !== undefined) {
      const value = this.#tables.share(`function ${name}`, [VALUE_TAGS.function, this.#freeFunction(name)]);
      return [this.#names.keys.index("value"), ATTR_CODES.ival, value];
    }
    if (node.op === "prim::Constant" && !node.attrs.has("value")) {
      return [this.#names.keys.index("value"), ATTR_CODES.ival, this.#tables.value({ kind: "none" })];
    }
    if (node.attrs.size === 0) return null;
    const sorted = [...node.attrs].sort(([a], [b]) => compareUtf8(a, b));
    return sorted.flatMap(([key, attr]) => [
      this.#names.keys.index(key),
      ATTR_CODES[attr.kind],
      this.#attr(attr),
    ]);
  }

  #attr(attr: Attr): Packable {
    switch (attr.kind) {
      case "i":
        return this.#tables.int(attr.value);
      case "f":
        return new Float(attr.value);
      case "s":
        return attr.value;
      case "t":
        return this.#tables.tensor(attr.value);
      case "g":
        return this.#functionIndices.get(attr.value)!;
      case "ty":
        return this.#tables.type(attr.value);
      case "ival":
        return this.#tables.value(attr.value);
      case "is":
        return attr.value.map((value) => this.#tables.int(value));
      case "fs":
        return attr.value.map((value) => new Float(value));
      case "ss":
        return [...attr.value];
      case "ts":
        return attr.value.map((value) => this.#tables.tensor(value));
      case "tys":
        return attr.value.map((value) => this.#tables.type(value));
      case "ivals":
        return attr.value.map((value) => this.#tables.value(value));
    }
  }
}

/** Methods class by class, free functions, both sorted by name of class or function; subgraphs after their function. */
function listFunctions(program: Program): FileFunction[] {
  const list: FileFunction[] = [];
  const add = (kind: FileFunction["kind"], fn: FnDeclaration & { graph?: Graph }) => {
    list.push({ kind, name: fn.name, schema: fn.schema, graph: fn.graph });
    for (const node of fn.graph?.nodes() ?? []) {
      for (const attr of node.attrs.values()) if (attr.kind === "g") add("subgraph", subgraph(attr.value));
    }
  };
  for (const name of [...program.classes.keys()].sort(compareUtf8)) {
    const def = program.classes.get(name)!;
    if (def.kind === "interface")
      for (const { name, schema } of def.methods) add("declaration", { name, schema });
    else if (def.kind !== "enum") for (const fn of def.methods) add("method", fn);
  }
  for (const name of [...program.functions.keys()].sort(compareUtf8)) {
    add("free", { ...program.functions.get(name)!, name });
  }
  return list;
}

function subgraph(graph: Graph): FnDeclaration & { graph: Graph } {
  const args = graph.inputs.map(({ type }) => ({ name: "", type }));
  return { name: "", schema: { args, returns: graph.outputs.map(({ type }) => ({ type })) }, graph };
}
