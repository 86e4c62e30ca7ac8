/** Walks over graphs with the subgraphs that their nodes hold as attributes. */

import type { Graph } from "../../format/ir/graph.ts";

/** The graph and every graph inside it. */
export function* graphsIn(graph: Graph): Generator<Graph> {
  yield graph;
  for (const node of graph.nodes()) {
    for (const attr of node.attrs.values()) if (attr.kind === "g") yield* graphsIn(attr.value);
  }
}
