// From a graph to register code, in two walks over the msgpack in the same order, so that both number values and nodes as
// the file does: the first checks scopes and finds out about each value (graph.ts), the second emits (emit.ts).

import { hasError } from "../core/error";
import { alloc } from "../core/heap";
import { scratch, scratchMark, scratchReset } from "../core/scratch";
import { abandonCode, beginCode, endCode, words } from "./code";
import { beginEmitting, constantCount, emitNodes, emitReturn, extra, wide } from "./emit";
import { beginBlocks, lastTry } from "./emit-blocks";
import { nodeCount, valueCount, walkGraph } from "./graph";
import { beginMoves } from "./moves";
import { expectArray, intact, readInt, seek, skip, tell } from "./msgpack";
import { FunctionInfo, Program } from "./program";
import { emitTests, proveTags } from "./proofs";
import { shareRegisters } from "./registers";

/** Most operands of one instruction: what the machine's operand area must hold. */
export let widest: u32 = 0;

/** Compiles function `index` of `p`; false with an error recorded when its graph is malformed or memory is out. */
export function compileFunction(p: Program, index: u32): bool {
  const f = p.functionAt(index);
  seek(f.graph);
  skip();
  const bytes = (tell() - f.graph) as u64;
  seek(f.graph);
  if (!expectArray(4)) return false;
  const mark = scratchMark();
  const ok = walkGraph(p, f.params, f.returns, bytes) && emitCode(f);
  scratchReset(mark);
  return ok;
}

/** The cursor stands at the graph's block. */
function emitCode(f: FunctionInfo): bool {
  shareRegisters(valueCount);
  proveTags(f.params);
  const drops = scratch((nodeCount as u64) * 4 + 4);
  const constants = scratch((valueCount as u64) * 8 + 8);
  const sources = scratch((valueCount as u64) * 4 + 4);
  if (hasError()) return false;
  memory.fill(drops, 0, ((nodeCount as usize) << 2) + 4);
  readInt();
  beginCode();
  beginEmitting(f.params, drops, constants);
  beginBlocks();
  beginMoves(sources);
  emitTests(f.params);
  emitNodes();
  emitReturn();
  if (!intact()) {
    abandonCode();
    return false;
  }
  const length = words;
  f.code = endCode();
  if (!f.code) return false;
  f.codeWords = length;
  f.registers = valueCount + extra;
  f.lastTry = lastTry;
  widest = max(widest, wide);
  if (!constantCount) return true;
  f.constants = alloc((constantCount as u64) << 3);
  if (!f.constants) return false;
  memory.copy(f.constants, constants, (constantCount as usize) << 3);
  f.constantCount = constantCount;
  return true;
}
