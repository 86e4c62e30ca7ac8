/** The interfaces, type aliases and enums that a file's types name, those of the files it imports them from included. */

import { type Insertion, insert } from "./insertions.ts";
import type { ParsedFile } from "./oxc.ts";
import { type AnyNode, walk } from "./walk.ts";

export interface FileReader {
  /** The file that `from` imports as `specifier`, or undefined where it is not one that can be read. */
  resolve(specifier: string, from: string): string | undefined;
  /** Undefined where there is no such file, or where it is not TypeScript. */
  read(file: string): ParsedFile | undefined;
}

/** What a type's name stands for. */
interface Declared {
  readonly parsed: ParsedFile;
  /** Several for an interface that is declared in parts. */
  readonly nodes: readonly AnyNode[];
  /** An import or export on the way was for types only: a class has no value here. */
  readonly typeOnly: boolean;
}

export interface Declarations {
  /** Text by name. Where two files use one name for two types, one of them has another name here, in all texts. */
  readonly texts: Readonly<Record<string, string>>;
  /** Names in types that stand for classes whose value is at hand: they are free variables. */
  readonly classes: ReadonlySet<string>;
}

const KINDS: Readonly<Record<string, string>> = {
  TSInterfaceDeclaration: "type",
  TSTypeAliasDeclaration: "type",
  TSEnumDeclaration: "type",
  ClassDeclaration: "class",
};

/** Collects what the types of `parsed` name. Names that no file declares, as those of packages, are left out. */
export function declarationsOf(parsed: ParsedFile, reader: FileReader): Declarations {
  return new Collector(reader).collect(parsed);
}

class Collector {
  readonly #reader: FileReader;
  readonly #texts: Record<string, string> = {};
  readonly #names = new Map<AnyNode, string>();
  readonly #classes = new Set<string>();

  constructor(reader: FileReader) {
    this.#reader = reader;
  }

  collect(parsed: ParsedFile): Declarations {
    const wanted = new Set(typeNames(parsed.program).map(({ name }) => name as string));
    // The file's own names first: they are what its types say.
    const found: [string, Declared][] = [];
    for (const name of wanted) {
      const declared = this.#find(parsed, name, new Set());
      if (!declared) continue;
      if (declared.nodes[0]!.type === "ClassDeclaration" && !declared.typeOnly) this.#classes.add(name);
      else found.push([name, declared]);
    }
    for (const [name, { nodes }] of found) this.#names.set(nodes[0]!, this.#free(name));
    for (const [, declared] of found) this.#write(declared);
    return { texts: this.#texts, classes: this.#classes };
  }

  #free(name: string): string {
    const taken = new Set(this.#names.values());
    let result = name;
    for (let i = 1; taken.has(result); i++) result = `${name}_${i}`;
    return result;
  }

  #write(declared: Declared): void {
    const { parsed, nodes } = declared;
    const key = this.#names.get(nodes[0]!)!;
    if (Object.hasOwn(this.#texts, key)) return;
    this.#texts[key] = "";
    this.#texts[key] = nodes.map((node) => this.#renamed(parsed, node, key)).join("\n");
  }

  /** The text of a declaration with every name as it is called here; what it refers to is written as well. */
  #renamed(parsed: ParsedFile, node: AnyNode, key: string): string {
    const id = node.id as AnyNode;
    const changes: (Insertion & { end: number })[] = [{ at: id.start, end: id.end, text: key }];
    for (const reference of typeNames(node)) {
      const name = reference.name as string;
      const declared = this.#find(parsed, name, new Set());
      if (!declared) continue;
      const first = declared.nodes[0]!;
      if (!this.#names.has(first)) this.#names.set(first, this.#free(name));
      changes.push({ at: reference.start, end: reference.end, text: this.#names.get(first)! });
      this.#write(declared);
    }
    let text = parsed.text.slice(node.start, node.end);
    for (const { at, end, text: name } of changes.sort((a, b) => b.at - a.at)) {
      const from = at - node.start;
      text = insert(text.slice(0, from) + text.slice(end - node.start), [{ at: from, text: name }]);
    }
    return text;
  }

  /** Where a type's name leads, through imports and exports. `seen` ends cycles. */
  #find(parsed: ParsedFile, name: string, seen: Set<string>): Declared | undefined {
    const table = tableOf(parsed);
    const nodes = table.types.get(name);
    if (nodes) return nodes.length > 0 ? { parsed, nodes, typeOnly: false } : undefined;
    const imported = table.imports.get(name);
    return (
      imported && narrowed(this.#follow(parsed, imported.source, imported.name, seen), imported.typeOnly)
    );
  }

  #follow(from: ParsedFile, source: string, name: string, seen: Set<string>): Declared | undefined {
    const path = this.#reader.resolve(source, from.file);
    if (path === undefined || seen.has(`${path} ${name}`)) return undefined;
    seen.add(`${path} ${name}`);
    const parsed = this.#reader.read(path);
    return parsed && this.#exported(parsed, name, seen);
  }

  #exported(parsed: ParsedFile, name: string, seen: Set<string>): Declared | undefined {
    const { exports, stars } = tableOf(parsed);
    const found = exports.get(name);
    if (found) {
      const { source, name: inner, typeOnly } = found;
      const declared =
        source === undefined ? this.#find(parsed, inner, seen) : this.#follow(parsed, source, inner, seen);
      return narrowed(declared, typeOnly);
    }
    for (const star of stars) {
      const declared = this.#follow(parsed, star, name, seen);
      if (declared) return declared;
    }
    return undefined;
  }
}

function narrowed(declared: Declared | undefined, typeOnly: boolean): Declared | undefined {
  return declared && typeOnly ? { ...declared, typeOnly } : declared;
}

interface Table {
  /** Declarations by name; an empty list where a name has two meanings in one file. */
  readonly types: Map<string, AnyNode[]>;
  readonly imports: Map<string, { source: string; name: string; typeOnly: boolean }>;
  readonly exports: Map<string, { source?: string; name: string; typeOnly: boolean }>;
  readonly stars: string[];
}

const tables = new WeakMap<ParsedFile, Table>();

function tableOf(parsed: ParsedFile): Table {
  let table = tables.get(parsed);
  if (table) return table;
  table = { types: new Map(), imports: new Map(), exports: new Map(), stars: [] };
  for (const statement of parsed.program.body) addModuleSyntax(table, statement);
  const { types } = table;
  walk(parsed.program, (node) => {
    if (!(node.type in KINDS) || !node.id) return;
    const name = (node.id as AnyNode).name as string;
    const known = types.get(name);
    if (!known) types.set(name, [node]);
    else if (known.length > 0 && known[0]!.type === node.type && node.type === "TSInterfaceDeclaration")
      known.push(node);
    else types.set(name, []);
  });
  tables.set(parsed, table);
  return table;
}

function addModuleSyntax({ imports, exports, stars }: Table, node: AnyNode): void {
  const source = (node.source as AnyNode | null | undefined)?.value as string | undefined;
  const specifiers = (node.specifiers ?? []) as AnyNode[];
  const nameOf = (name: unknown) => ((name as AnyNode).name ?? (name as AnyNode).value) as string;
  switch (node.type) {
    case "ImportDeclaration":
      for (const specifier of specifiers) {
        const name = specifier.type === "ImportSpecifier" ? nameOf(specifier.imported) : "default";
        if (specifier.type === "ImportNamespaceSpecifier") continue;
        const typeOnly = node.importKind === "type" || specifier.importKind === "type";
        imports.set(nameOf(specifier.local), { source: source!, name, typeOnly });
      }
      break;
    case "ExportNamedDeclaration": {
      const id = (node.declaration as AnyNode | null)?.id as AnyNode | undefined;
      if (id) exports.set(nameOf(id), { name: nameOf(id), typeOnly: false });
      for (const { local, exported, exportKind } of specifiers) {
        const typeOnly = node.exportKind === "type" || exportKind === "type";
        const name = nameOf(local);
        exports.set(nameOf(exported), { name, typeOnly, ...(source === undefined ? {} : { source }) });
      }
      break;
    }
    case "ExportDefaultDeclaration": {
      const declaration = node.declaration as AnyNode;
      const id =
        declaration.type === "Identifier" ? declaration : (declaration.id as AnyNode | null | undefined);
      if (id) exports.set("default", { name: nameOf(id), typeOnly: false });
      break;
    }
    case "ExportAllDeclaration":
      if (!node.exported && source !== undefined) stars.push(source);
  }
}

/** The identifiers in a tree that name types; type parameters are not among them. */
function typeNames(root: AnyNode): AnyNode[] {
  const names: AnyNode[] = [];
  const parameters = new Set<string>();
  walk(root, (node) => {
    switch (node.type) {
      case "TSTypeParameter":
        parameters.add((node.name as AnyNode).name as string);
        break;
      case "TSMappedType":
        parameters.add((node.key as AnyNode).name as string);
        break;
      case "TSTypeReference":
        names.push(leftmost(node.typeName as AnyNode));
        break;
      case "TSInterfaceHeritage":
      case "TSClassImplements":
        names.push(leftmost(node.expression as AnyNode));
        break;
    }
  });
  return names.filter(({ type, name }) => type === "Identifier" && !parameters.has(name as string));
}

function leftmost(name: AnyNode): AnyNode {
  let node = name;
  while (node.type === "TSQualifiedName" || node.type === "MemberExpression")
    node = (node.left ?? node.object) as AnyNode;
  return node;
}
