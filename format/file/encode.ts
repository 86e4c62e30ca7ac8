/** A program as header tables (SPEC.md, sections 5 to 8), with the storages its tensors lie in. */

import { dtypes } from "../dtype.ts";
import type { Attr, Block, Graph, Node, Value } from "../ir/graph.ts";
import type { Attribute, ClassDef, FnDeclaration, FnSchema, Program, TypeDef } from "../ir/program.ts";
import { canonical, type Type } from "../types.ts";
import { checkTensor, type IValue, type StorageData, type TensorData, typeOfValue } from "../value.ts";
import { FormatError } from "./error.ts";
import {
  ATTR_CODES,
  ATTRIBUTE_KINDS,
  CLASS_KINDS,
  compareUtf8,
  FUNCTION_KINDS,
  MAX_NESTING,
  ROOT_KINDS,
  SIMPLE_TYPE_CODES,
  TYPE_CODES,
  VALUE_TAGS,
} from "./layout.ts";
import { Float, type Packable, packInt } from "./msgpack.ts";
import { NameTable, Table } from "./tables.ts";
import { encodeUtf8, encodeWtf8 } from "./utf8.ts";

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
  readonly #types = new Table();
  readonly #values = new Table();
  readonly #tensors = new Table();
  readonly #storages = new Map<StorageData, number>();
  readonly #functions: FileFunction[];
  readonly #functionIndices: ReadonlyMap<unknown, number>;
  /** Objects that have an entry but no slots yet. */
  #pending: { object: IValue & { kind: "object" }; slots: Packable[]; extra: Packable[] | undefined }[] = [];
  /** Containers whose content is being written. */
  readonly #open = new Set<IValue>();
  /** What is being written, for errors. */
  #where = "program";

  constructor(program: Program, names: Names) {
    this.#program = program;
    this.#names = names;
    this.#functions = listFunctions(program);
    this.#functionIndices = new Map(this.#functions.map((fn, i) => [fn.graph ?? fn.schema, i]));
    if (this.#functionIndices.size !== this.#functions.length)
      this.#fail("graphs used by one function each", "sharing");
  }

  #fail(expected: string, got: string): never {
    throw new FormatError("program", this.#where, expected, got);
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
        ["tensors", this.#tensors.entries],
        ["types", this.#types.entries],
        ["values", this.#values.entries],
      ]),
      functions: this.#functions,
      storages: [...this.#storages.keys()],
      tensorIndex: (tensor) => this.#tensors.find(tensor),
    };
  }

  #root(): Packable {
    const { root } = this.#program;
    this.#where = "root";
    if (root.kind === "object") return [ROOT_KINDS.object, this.#value(root.object)];
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
    this.#where = `class ${name}`;
    encodeUtf8(name, this.#where);
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
    for (const name of names) encodeUtf8(name, this.#where);
  }

  #attribute(attribute: Attribute): Packable {
    const type = this.#type(attribute.type);
    if ((attribute.value !== undefined) !== (attribute.kind === "constant")) {
      this.#fail("a value for each constant, and for no other attribute", JSON.stringify(attribute.name));
    }
    const value = attribute.value === undefined ? null : this.#value(attribute.value);
    return [attribute.name, type, ATTRIBUTE_KINDS[attribute.kind], value];
  }

  #detail(def: TypeDef): Packable {
    if (def.kind === "interface") return null;
    if (def.kind === "enum") {
      const type = this.#type(def.valueType);
      return [type, def.members.map(({ name, value }) => [name, this.#value(value)])];
    }
    const properties = def.properties.map(({ name, getter, setter }) => [name, getter, setter ?? null]);
    return [[...def.forwardPreHooks], [...def.forwardHooks], properties];
  }

  #function({ kind, name, schema, graph }: FileFunction): Packable {
    this.#where = `function ${name}`;
    encodeUtf8(name, this.#where);
    const args = schema.args.map((arg) => {
      encodeUtf8(arg.name, this.#where);
      const type = this.#type(arg.type);
      return [
        arg.name,
        type,
        arg.kwarg === true,
        arg.default === undefined ? null : this.#value(arg.default),
      ];
    });
    const returns = schema.returns.map((ret) => [ret.name ?? null, this.#type(ret.type)]);
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
    const types = [...numbers.keys()].map((value) => this.#type(value.type));
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
      const value = this.#share(`function ${name}`, [VALUE_TAGS.function, this.#freeFunction(name)]);
      return [this.#names.keys.index("value"), ATTR_CODES.ival, value];
    }
    if (node.op === "prim::Constant" && !node.attrs.has("value")) {
      return [this.#names.keys.index("value"), ATTR_CODES.ival, this.#value({ kind: "none" })];
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
        return this.#int(attr.value);
      case "f":
        return new Float(attr.value);
      case "s":
        return this.#text(attr.value);
      case "t":
        return this.#tensor(attr.value);
      case "g":
        return this.#functionIndices.get(attr.value)!;
      case "ty":
        return this.#type(attr.value);
      case "ival":
        return this.#value(attr.value);
      case "is":
        return attr.value.map((value) => this.#int(value));
      case "fs":
        return attr.value.map((value) => new Float(value));
      case "ss":
        return attr.value.map((value) => this.#text(value));
      case "ts":
        return attr.value.map((value) => this.#tensor(value));
      case "tys":
        return attr.value.map((value) => this.#type(value));
      case "ivals":
        return attr.value.map((value) => this.#value(value));
    }
  }

  #int(value: bigint): Packable {
    if (BigInt.asIntN(64, value) !== value) this.#fail("an int64", String(value));
    return packInt(value);
  }

  #text(value: string): string {
    encodeUtf8(value, this.#where);
    return value;
  }

  // --- Types ----------------------------------------------------------------------------------------------------

  #type(given: Type): number {
    const type = canonical(given);
    return this.#types.find(type) ?? this.#types.add(type, this.#typeEntry(type));
  }

  #typeEntry(type: Type): Packable {
    switch (type.kind) {
      case "List":
      case "Optional":
      case "Future":
      case "RRef":
        return [TYPE_CODES[type.kind], this.#type(type.elem)];
      case "Tuple": {
        const elems = type.elems.map((elem) => this.#type(elem));
        return [
          TYPE_CODES.Tuple,
          elems,
          type.names?.map((name) => this.#text(name)) ?? null,
          type.name ?? null,
        ];
      }
      case "Dict":
        return [TYPE_CODES.Dict, this.#type(type.key), this.#type(type.value)];
      case "Union":
        return [TYPE_CODES.Union, type.members.map((member) => this.#type(member))];
      case "Class":
      case "Interface":
      case "Enum":
        this.#checkClass(type.kind, type.name);
        return [TYPE_CODES[type.kind], this.#names.classes.index(type.name)];
      case "Var":
        return this.#fail("types without variables", type.name);
      default:
        return [SIMPLE_TYPE_CODES[type.kind]];
    }
  }

  #checkClass(kind: "Class" | "Interface" | "Enum", name: string): void {
    const def = this.#program.classes.get(name);
    const fits =
      kind === "Class"
        ? def === undefined || hasAttributes(def)
        : def !== undefined && def.kind === kind.toLowerCase();
    if (!fits) this.#fail(`${kind} ${name} to be defined so`, def === undefined ? "nothing" : def.kind);
  }

  // --- Values ---------------------------------------------------------------------------------------------------

  /** A value's index; the slots of the objects met on the way are filled before this returns. */
  #value(value: IValue): number {
    const index = this.#entry(value);
    for (let next = this.#pending.shift(); next !== undefined; next = this.#pending.shift()) {
      const { object, slots, extra } = next;
      for (const [name, slot] of this.#slots(object)) {
        slots.push(this.#entry(slot));
        extra?.push(this.#text(name));
      }
    }
    return index;
  }

  #slots(object: IValue & { kind: "object" }): [string, IValue][] {
    const def = this.#program.classes.get(object.type);
    if (def === undefined) return [...object.attrs];
    const names = (def as ClassDef).attributes.filter((attribute) => attribute.kind !== "constant");
    const slots = names.map(({ name }): [string, IValue] => {
      const slot = object.attrs.get(name);
      return [name, slot ?? this.#fail(`a value for ${object.type}.${name}`, "none")];
    });
    if (slots.length !== object.attrs.size) {
      const stray = [...object.attrs.keys()].find((name) =>
        names.every((attribute) => attribute.name !== name),
      );
      this.#fail(`the attributes of ${object.type}`, `also ${stray}`);
    }
    return slots;
  }

  #share(key: unknown, entry: Packable): number {
    return this.#values.find(key) ?? this.#values.add(key, entry);
  }

  #entry(value: IValue): number {
    switch (value.kind) {
      case "none":
        return this.#share("none", [VALUE_TAGS.none]);
      case "bool":
        return this.#share(`bool ${value.value}`, [VALUE_TAGS.bool, value.value]);
      case "int":
        return this.#share(`int ${value.value}`, [VALUE_TAGS.int, this.#int(value.value)]);
      case "float":
        return this.#share(`float ${floatBits(value.value)}`, [VALUE_TAGS.float, new Float(value.value)]);
      case "str":
        return this.#share(`str ${value.value}`, [VALUE_TAGS.str, encodeWtf8(value.value)]);
      case "device":
        return this.#share(`device ${value.value}`, [VALUE_TAGS.device, this.#text(value.value)]);
      case "tensor":
        return this.#share(value.tensor, [VALUE_TAGS.tensor, this.#tensor(value.tensor)]);
      case "enum":
        return this.#share(`enum ${value.type} ${value.name}`, this.#enum(value));
      case "object":
        return this.#values.find(value) ?? this.#object(value);
      default:
        return this.#values.find(value) ?? this.#values.add(value, this.#container(value));
    }
  }

  #enum(value: IValue & { kind: "enum" }): Packable {
    this.#checkClass("Enum", value.type);
    const def = this.#program.classes.get(value.type);
    const member = def?.kind === "enum" ? def.members.findIndex(({ name }) => name === value.name) : -1;
    if (def?.kind !== "enum" || member < 0) return this.#fail(`a member of ${value.type}`, value.name);
    this.#entry(def.members[member]!.value);
    return [VALUE_TAGS.enum, this.#names.classes.index(value.type), member];
  }

  #object(object: IValue & { kind: "object" }): number {
    this.#checkClass("Class", object.type);
    const slots: Packable[] = [];
    const extra: Packable[] | undefined = this.#program.classes.has(object.type) ? undefined : [];
    this.#pending.push({ object, slots, extra });
    const entry = [VALUE_TAGS.object, this.#names.classes.index(object.type), slots];
    return this.#values.add(object, extra === undefined ? entry : [...entry, extra]);
  }

  #container(value: IValue & { kind: "list" | "tuple" | "dict" }): Packable {
    if (this.#open.has(value)) return this.#fail("containers that do not contain themselves", value.kind);
    this.#open.add(value);
    const entry = this.#containerEntry(value);
    this.#open.delete(value);
    return entry;
  }

  #containerEntry(value: IValue & { kind: "list" | "tuple" | "dict" }): Packable {
    const type = typeOfValue(value);
    if (value.kind === "tuple") {
      return [VALUE_TAGS.tuple, this.#type(type), value.items.map((item) => this.#entry(item))];
    }
    if (value.kind === "list" && type.kind === "List") {
      return [VALUE_TAGS.list, this.#type(type.elem), value.items.map((item) => this.#entry(item))];
    }
    if (value.kind === "dict" && type.kind === "Dict") {
      const entries = value.entries.flat().map((item) => this.#entry(item));
      return [VALUE_TAGS.dict, this.#type(type.key), this.#type(type.value), entries];
    }
    return this.#fail("a list, tuple or dict", value.kind);
  }

  #tensor(tensor: TensorData): number {
    const known = this.#tensors.find(tensor);
    if (known !== undefined) return known;
    try {
      checkTensor(tensor);
    } catch (error) {
      this.#fail("a tensor inside its storage", (error as Error).message);
    }
    const { storage } = tensor;
    const segment = this.#storages.get(storage) ?? this.#storages.size;
    this.#storages.set(storage, segment);
    const shape = tensor.shape.map(packInt);
    const strides = tensor.strides.map(packInt);
    return this.#tensors.add(tensor, [
      dtypes[tensor.dtype].code,
      shape,
      strides,
      packInt(tensor.offset),
      segment,
    ]);
  }
}

function hasAttributes(def: TypeDef): def is ClassDef {
  return def.kind === "module" || def.kind === "class";
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

function floatBits(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16);
}
