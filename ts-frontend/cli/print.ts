/** `sconce graph` and `sconce code` */

import { printGraph } from "../../format/ir/print.ts";
import { isAmbiguous } from "../jit/script-module.ts";
import { openScript } from "./model.ts";

/** Prints a method's graph. */
export async function graph(source: string, options: { method: string; inlined?: boolean }): Promise<void> {
  const script = await openScript(source);
  const ir = options.inlined ? script.inlined(options.method) : script.method(options.method).graph;
  process.stdout.write(printGraph(ir, { ambiguous: isAmbiguous }));
}

/** Prints a method, or the whole program, as TypeScript. */
export async function code(source: string, options: { method: string; program?: boolean }): Promise<void> {
  const script = await openScript(source);
  process.stdout.write(options.program ? script.programCode().code : script.codeOf(options.method));
}
