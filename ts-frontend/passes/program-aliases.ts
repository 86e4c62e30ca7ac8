/** Alias analysis of all graphs of a program, and which memory of its values any of them may write. */

import type { Graph } from "../../format/ir/graph.ts";
import { functionsOf, type Program } from "../../format/ir/program.ts";
import type { IValue } from "../../format/value.ts";
import { AliasAnalysis, type AliasOptions, type Location, locationOf } from "./alias.ts";
import { graphsIn } from "./graphs.ts";

export class ProgramAliases {
  readonly #graphs = new Map<Graph, AliasAnalysis>();
  readonly #written = new Set<Location>();
  /** Memory that one graph gives away or returns: another graph may get it as an argument. */
  readonly #shared = new Map<Location, number>();
  #outsideWritten = 0;

  /** `options.outside` says what memory of attributes is reached from outside; by default all of it. */
  constructor(program: Program, options: AliasOptions = {}) {
    const reachable = reachableMemory(program, options.outside === undefined);
    const outside = (location: Location) => reachable.has(location) || options.outside?.(location) === true;
    for (const { fn } of functionsOf(program)) {
      this.#graphs.set(fn.graph, new AliasAnalysis(fn.graph, { ...options, outside }));
    }
    for (const aliases of this.#graphs.values()) this.#collect(aliases);
  }

  #collect(aliases: AliasAnalysis): void {
    for (const [location, cell] of aliases.locations()) {
      if (cell.written) this.#written.add(location);
      if (cell.wild || cell.returned)
        this.#shared.set(location, (this.#shared.get(location) ?? 0) | cell.kinds);
    }
    this.#outsideWritten |= aliases.outsideWritten;
  }

  /** The analysis of one of the program's graphs. Throws RangeError for another. */
  of(graph: Graph): AliasAnalysis {
    const found = this.#graphs.get(graph);
    if (found === undefined) throw new RangeError("the graph is no part of the program");
    return found;
  }

  /** True if some graph may write this memory. */
  isWritten(location: Location): boolean {
    if (this.#written.has(location)) return true;
    return ((this.#shared.get(location) ?? 0) & this.#outsideWritten) !== 0;
  }

  /** True if some graph may write the value or anything it holds. */
  mayChange(value: IValue): boolean {
    return [...memoryOf([value])].some((location) => this.isWritten(location));
  }
}

/** The memory of these values and of everything in them. */
export function memoryOf(values: Iterable<IValue>): Set<Location> {
  const found = new Set<Location>();
  const seen = new Set<IValue>();
  const waiting = [...values];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (seen.has(value)) continue;
    seen.add(value);
    const location = locationOf(value);
    if (location !== undefined) found.add(location);
    if (value.kind === "list" || value.kind === "tuple") waiting.push(...value.items);
    else if (value.kind === "dict") waiting.push(...value.entries.flat());
    else if (value.kind === "object") waiting.push(...value.attrs.values());
  }
  return found;
}

/** Memory that objects in constants reach, and attributes of the root if `root` says so. */
function reachableMemory(program: Program, root: boolean): Set<Location> {
  const objects: IValue[] = root && program.root.kind === "object" ? [program.root.object] : [];
  for (const def of root ? program.classes.values() : []) {
    if (def.kind !== "module" && def.kind !== "class") continue;
    for (const { value } of def.attributes) if (value !== undefined) objects.push(value);
  }
  for (const { fn } of functionsOf(program)) {
    for (const graph of graphsIn(fn.graph)) {
      for (const node of graph.nodes()) {
        const value = node.attr("value", "ival");
        // What a subgraph holds is reached by whatever runs it.
        if (value !== undefined && (value.kind === "object" || graph !== fn.graph)) objects.push(value);
      }
    }
  }
  return memoryOf(objects);
}
