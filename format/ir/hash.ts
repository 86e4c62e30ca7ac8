/** The hash that says whether two graphs are the same: structure, types, overloads, attributes, constants. */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { Graph } from "./graph.ts";
import { canonicalText } from "./print.ts";

/** SHA-256, in hex, of the graph's canonical text. Names, source places and scopes do not count. */
export function graphHash(graph: Graph): string {
  return bytesToHex(sha256(new TextEncoder().encode(canonicalText(graph))));
}
