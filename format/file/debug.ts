/** The debug segment (SPEC.md, section 9): names of values, places and scopes of nodes. Nothing at run time needs it. */

import { type Graph, nodesOf, type SourceRange } from "../ir/graph.ts";
import { type At, Root } from "./at.ts";
import type { FileFunction } from "./encode.ts";
import { type Packable, pack, packInt, unpack } from "./msgpack.ts";

/** The segment's bytes; undefined if no function has anything to tell. */
export function encodeDebug(functions: readonly FileFunction[]): Uint8Array | undefined {
  const files = new Map<string, number>();
  const scopes = new Map<string, number>();
  const entries = functions.map(({ graph }) =>
    graph === undefined ? null : encodeGraph(graph, files, scopes),
  );
  if (entries.every((entry) => entry === null)) return undefined;
  return pack([[...files.keys()], [...scopes.keys()], entries]);
}

function encodeGraph(graph: Graph, files: Map<string, number>, scopes: Map<string, number>): Packable {
  const nodes = [...graph.nodes()];
  const names = [...graph.values()].map((value) => value.name ?? null);
  const places = nodes.flatMap(({ range }) =>
    range === undefined ? [-1, 0, 0] : [intern(files, range.file), packInt(range.line), packInt(range.col)],
  );
  const scope = nodes.map((node) => (node.scope === undefined ? -1 : intern(scopes, node.scope)));
  const parts = [
    names.every((name) => name === null) ? null : names,
    nodes.every((node) => node.range === undefined) ? null : places,
    scope.every((index) => index < 0) ? null : scope,
  ];
  return parts.every((part) => part === null) ? null : parts;
}

function intern(table: Map<string, number>, text: string): number {
  const index = table.get(text) ?? table.size;
  table.set(text, index);
  return index;
}

/** Puts names, places and scopes back on the graphs, one per function of the file in its order. */
export function applyDebug(bytes: Uint8Array, graphs: readonly (Graph | undefined)[], where: string): void {
  const [files, scopes, functions] = new Root(unpack(bytes, where), where).tuple(3);
  const fileNames = files.array().map((file) => file.text());
  const scopeNames = scopes.array().map((scope) => scope.text());
  for (const [i, entry] of functions.array(graphs.length).entries()) {
    if (entry.isNil()) continue;
    const graph = graphs[i] ?? entry.fail("nil for a function without graph");
    const [names, places, scopeIndices] = entry.tuple(3);
    applyNames(names, graph);
    applyPlaces(places, graph, fileNames);
    applyScopes(scopeIndices, graph, scopeNames);
  }
}

function applyNames(names: At, graph: Graph): void {
  if (names.isNil()) return;
  const values = [...graph.values()];
  names.array(values.length).forEach((name, i) => {
    if (!name.isNil()) values[i]!.name = name.text();
  });
}

function applyPlaces(places: At, graph: Graph, files: readonly string[]): void {
  if (places.isNil()) return;
  const nodes = [...nodesOf(graph.block)];
  const numbers = places.array(nodes.length * 3);
  nodes.forEach((node, i) => {
    const file = numbers[i * 3]!.int(-1, files.length - 1);
    if (file < 0) return;
    const range: SourceRange = {
      file: files[file]!,
      line: numbers[i * 3 + 1]!.natural(),
      col: numbers[i * 3 + 2]!.natural(),
    };
    node.range = range;
  });
}

function applyScopes(scopes: At, graph: Graph, names: readonly string[]): void {
  if (scopes.isNil()) return;
  const nodes = [...nodesOf(graph.block)];
  scopes.array(nodes.length).forEach((scope, i) => {
    const index = scope.int(-1, names.length - 1);
    if (index >= 0) nodes[i]!.scope = names[index];
  });
}
