/** Header tables back into a program (SPEC.md, sections 3 to 10), every index, code and count checked. */

import { Graph } from "../ir/graph.ts";
import {
  type Attribute,
  type ClassDef,
  type DerivedData,
  emptyProgram,
  type FnDeclaration,
  type FnSchema,
  type Program,
  type TypeDef,
} from "../ir/program.ts";
import type { Type } from "../types.ts";
import type { TensorData } from "../value.ts";
import type { At, Root } from "./at.ts";
import { applyDebug } from "./debug.ts";
import { decodeGraph } from "./decode-graph.ts";
import { type ClassFrame, decodeTensors, decodeTypes, Values } from "./decode-values.ts";
import { ATTRIBUTE_KINDS, byCode, CLASS_KINDS, compareUtf8, FUNCTION_KINDS, ROOT_KINDS } from "./layout.ts";
import type { FileSegment } from "./read.ts";
import { decodeWtf8 } from "./utf8.ts";

const classKinds = byCode(CLASS_KINDS);
const attributeKinds = byCode(ATTRIBUTE_KINDS);
const functionKinds = byCode(FUNCTION_KINDS);
const rootKinds = byCode(ROOT_KINDS);

/** The program of a header. Throws FormatError of code `header` or `tensor`. */
export function decodeProgram(header: Root, segments: readonly FileSegment[]): Program {
  return new Decoder(header, segments).program();
}

/** A function while it is read: what others need before its graph. */
interface FunctionFrame {
  kind: keyof typeof FUNCTION_KINDS;
  name: string;
  entry: At;
  graph: Graph | undefined;
  /** Whether the one place that may point at a method, declaration or subgraph has been seen. */
  claimed: boolean;
}

class Decoder {
  readonly #header: Root;
  readonly #segments: readonly FileSegment[];
  readonly #classEntries: [At, At, At, At, At][];
  readonly #classes: ClassFrame[];
  readonly #types: Type[];
  readonly #tensors: TensorData[];
  readonly #functions: FunctionFrame[];
  readonly #values: Values;
  readonly #declarations: FnDeclaration[];

  constructor(header: Root, segments: readonly FileSegment[]) {
    this.#header = header;
    this.#segments = segments;
    this.#classEntries = header
      .key("classes")
      .array()
      .map((entry) => entry.tuple(5));
    checkSorted(this.#classEntries.map(([, name]) => name));
    this.#classes = this.#classEntries.map(classFrame);
    this.#types = decodeTypes(header.key("types"), this.#classes);
    this.#tensors = decodeTensors(header.key("tensors"), segments);
    this.#functions = header.key("functions").array().map(functionFrame);
    this.#values = new Values(header.key("values"), this.#types, this.#tensors, this.#classes, (at) => {
      return this.#functionAt(at, "free").name;
    });
    this.#declarations = this.#functions.map((fn) => ({ name: fn.name, schema: this.#schema(fn) }));
    this.#decodeGraphs();
  }

  program(): Program {
    const header = this.#header;
    const program = emptyProgram({ kind: "function", name: "" });
    this.#classEntries.forEach((entry, i) => {
      const def = this.#class(entry, this.#classes[i]!);
      if (def !== undefined) program.classes.set(def.name, def);
    });
    for (const [i, fn] of this.#functions.entries()) {
      if (fn.kind !== "free") {
        if (!fn.claimed) fn.entry.fail(`something that points at this ${fn.kind}`, "nothing");
        continue;
      }
      if (program.functions.has(fn.name)) fn.entry.fail("free functions without repeats", fn.name);
      program.functions.set(fn.name, { ...this.#declarations[i]!, graph: fn.graph! });
    }
    program.root = this.#root();
    program.metadata = this.#metadata();
    for (const [name, segment] of this.#files(header.key("extra")))
      program.extraFiles.set(name.text(), segment.bytes);
    for (const [name, segment] of this.#files(header.find("sources"))) {
      program.sources.set(name.text(), decodeWtf8(segment.bytes) ?? name.fail("text in the file's segment"));
    }
    const debug = header.find("debug");
    if (debug !== undefined) {
      const graphs = this.#functions.map((fn) => fn.graph);
      applyDebug(this.#segment(debug).bytes, graphs, "debug");
    }
    program.derived =
      header
        .find("derived")
        ?.array()
        .flatMap((entry) => this.#derived(entry)) ?? [];
    return program;
  }

  #type(at: At): Type {
    return this.#types[at.index(this.#types.length)]!;
  }

  #segment(at: At): FileSegment {
    return this.#segments[at.index(this.#segments.length)]!;
  }

  // --- Functions ------------------------------------------------------------------------------------------------

  #functionAt(at: At, kind: FunctionFrame["kind"]): FunctionFrame {
    const fn = this.#functions[at.index(this.#functions.length)]!;
    return fn.kind === kind ? fn : at.fail(`a function of kind ${kind}`, fn.kind);
  }

  /** The function that only this place may point at. */
  #claim(at: At, kind: FunctionFrame["kind"]): FunctionFrame {
    const fn = this.#functionAt(at, kind);
    if (fn.claimed) at.fail("a function that nothing else points at");
    fn.claimed = true;
    return fn;
  }

  #schema({ entry }: FunctionFrame): FnSchema {
    const [, , args, returns] = entry.tuple(5);
    return {
      args: args.array().map((arg) => {
        const [name, type, kwarg, value] = arg.tuple(4);
        return {
          name: name.text(),
          type: this.#type(type),
          ...(kwarg.bool() ? { kwarg: true } : {}),
          ...(value.isNil() ? {} : { default: this.#values.get(value) }),
        };
      }),
      returns: returns.array().map((ret) => {
        const [name, type] = ret.tuple(2);
        return { ...(name.isNil() ? {} : { name: name.text() }), type: this.#type(type) };
      }),
    };
  }

  #decodeGraphs(): void {
    const header = this.#header;
    const ops = header.key("ops").array();
    const keys = header.key("keys").array();
    checkSorted(ops);
    checkSorted(keys);
    const tables = {
      ops: ops.map((op) => op.text()),
      keys: keys.map((key) => key.text()),
      types: this.#types,
      tensors: this.#tensors,
      values: this.#values,
    };
    for (const [i, { entry, graph }] of this.#functions.entries()) {
      const graphEntry = entry.tuple(5)[4];
      if (graph === undefined) continue;
      const subgraph = (at: At) => {
        if (at.index(this.#functions.length) <= i) at.fail("a function after this one");
        return this.#claim(at, "subgraph").graph!;
      };
      decodeGraph(graphEntry, graph, { ...tables, subgraph });
      const { args, returns } = this.#declarations[i]!.schema;
      if (args.length !== graph.inputs.length)
        entry.fail(`${graph.inputs.length} arguments`, `${args.length}`);
      if (returns.length !== graph.outputs.length)
        entry.fail(`${graph.outputs.length} returns`, `${returns.length}`);
    }
  }

  // --- Classes --------------------------------------------------------------------------------------------------

  #class(
    [, name, attributes, methods, detail]: [At, At, At, At, At],
    frame: ClassFrame,
  ): TypeDef | undefined {
    const { kind } = frame;
    if (kind === "external" || kind === "interface") {
      if (!detail.isNil()) detail.fail("nil");
      attributes.array(0);
      if (kind === "external") methods.array(0);
      return kind === "external"
        ? undefined
        : {
            kind,
            name: frame.name,
            methods: this.#methods(methods, "declaration").map((fn) => fn.declaration),
          };
    }
    if (kind === "enum") {
      attributes.array(0);
      methods.array(0);
      const valueType = this.#type(detail.tuple(2)[0]);
      const members = frame.members.map((member) => ({
        name: member.name,
        value: this.#values.get(member.value),
      }));
      checkUnique(members, name);
      return { kind, name: frame.name, valueType, members };
    }
    const fns = this.#methods(methods, "method").map(({ declaration, graph }) => ({
      ...declaration,
      graph: graph!,
    }));
    const defined = attributes.array().map((attribute) => this.#attribute(attribute));
    checkUnique(defined, attributes);
    return { kind, name: frame.name, attributes: defined, methods: fns, ...this.#hooks(detail) };
  }

  #methods(
    methods: At,
    kind: "method" | "declaration",
  ): { declaration: FnDeclaration; graph: Graph | undefined }[] {
    const list = methods.array().map((method) => {
      const [name, index] = method.tuple(2);
      const fn = this.#claim(index, kind);
      if (fn.name !== name.text()) name.fail("the function's own name", fn.name);
      return {
        name: fn.name,
        declaration: this.#declarations[index.index(this.#functions.length)]!,
        graph: fn.graph,
      };
    });
    checkUnique(list, methods);
    return list;
  }

  #attribute(entry: At): Attribute {
    const [name, type, kindAt, value] = entry.tuple(4);
    const kind = kindAt.code(attributeKinds, "an attribute's kind");
    if (value.isNil() === (kind === "constant")) value.fail(kind === "constant" ? "a value" : "nil");
    const attribute = { name: name.text(), type: this.#type(type), kind };
    return kind === "constant" ? { ...attribute, value: this.#values.get(value) } : attribute;
  }

  #hooks(detail: At): Pick<ClassDef, "forwardPreHooks" | "forwardHooks" | "properties"> {
    const [pre, post, properties] = detail.tuple(3);
    return {
      forwardPreHooks: pre.array().map((hook) => hook.text()),
      forwardHooks: post.array().map((hook) => hook.text()),
      properties: properties.array().map((property) => {
        const [name, getter, setter] = property.tuple(3);
        const both = { name: name.text(), getter: getter.text() };
        return setter.isNil() ? both : { ...both, setter: setter.text() };
      }),
    };
  }

  // --- The rest -------------------------------------------------------------------------------------------------

  #root(): Program["root"] {
    const [kind, index] = this.#header.key("root").tuple(2);
    if (kind.code(rootKinds, "a kind of root") === "function") {
      return { kind: "function", name: this.#functionAt(index, "free").name };
    }
    const object = this.#values.get(index);
    return object.kind === "object" ? { kind: "object", object } : index.fail("an object", object.kind);
  }

  #metadata(): Map<string, string> {
    const at = this.#header.key("meta");
    if (!(at.value instanceof Map)) return at.fail("a map");
    for (const value of at.value.values()) if (typeof value !== "string") at.fail("a map from text to text");
    return new Map(at.value as Map<string, string>);
  }

  #files(table: At | undefined): [At, FileSegment][] {
    if (table === undefined) return [];
    const entries = table.array().map((entry) => entry.tuple(2));
    checkSorted(entries.map(([name]) => name));
    return entries.map(([name, segment]) => [name, this.#segment(segment)]);
  }

  /** A derived copy, if it was made from what its tensor's segment holds now. */
  #derived(entry: At): DerivedData[] {
    const [layout, version, tensorAt, source, segment, params] = entry.tuple(6);
    const index = tensorAt.index(this.#tensors.length);
    const tensor = this.#tensors[index]!;
    const origin = this.#segments.find(({ bytes }) => bytes === tensor.storage.bytes);
    const derived: DerivedData = {
      layout: layout.text(),
      version: version.natural(),
      tensor,
      bytes: this.#segment(segment).bytes,
      params: params.array().map((param) => param.int(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)),
    };
    return origin?.hash === source.uint64() ? [derived] : [];
  }
}

function classFrame([kindAt, nameAt, attributes, , detail]: [At, At, At, At, At]): ClassFrame {
  const kind = kindAt.code(classKinds, "a class's kind");
  const slots: string[] = [];
  for (const attribute of attributes.array()) {
    const [name, , attributeKind] = attribute.tuple(4);
    if (attributeKind.code(attributeKinds, "an attribute's kind") !== "constant") slots.push(name.text());
  }
  const members =
    kind === "enum"
      ? detail
          .tuple(2)[1]
          .array()
          .map((member) => {
            const [name, value] = member.tuple(2);
            return { name: name.text(), value };
          })
      : [];
  return { kind, name: nameAt.text(), slots, members };
}

function functionFrame(entry: At): FunctionFrame {
  const [kindAt, name, , , graph] = entry.tuple(5);
  const kind = kindAt.code(functionKinds, "a function's kind");
  if (graph.isNil() !== (kind === "declaration")) graph.fail(kind === "declaration" ? "nil" : "a graph");
  if (kind === "subgraph" && name.text() !== "") name.fail("no name for a subgraph");
  return { kind, name: name.text(), entry, graph: graph.isNil() ? undefined : new Graph(), claimed: false };
}

/** Texts in strictly rising order of their UTF-8 bytes. */
function checkSorted(texts: readonly At[]): void {
  texts.forEach((at, i) => {
    if (i > 0 && compareUtf8(texts[i - 1]!.text(), at.text()) >= 0) at.fail("text after the entry before it");
  });
}

function checkUnique(named: readonly { name: string }[], where: At): void {
  if (new Set(named.map(({ name }) => name)).size !== named.length) where.fail("names without repeats");
}
