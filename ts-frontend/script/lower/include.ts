/** Takes functions of finished programs into the one that is being compiled. */

import type { Fn } from "../../../format/ir/program.ts";
import { programOfFunction } from "../compiled-functions.ts";
import type { Unit } from "./unit.ts";

/** The function of the program for one that was scripted or traced; undefined for others. */
export function includeFunction(unit: Unit, js: object): Fn | undefined {
  const program = programOfFunction(js);
  if (program?.root.kind !== "function") return undefined;
  for (const [name, fn] of program.functions)
    if (!unit.program.functions.has(name)) unit.program.functions.set(name, fn);
  for (const [name, def] of program.classes)
    if (!unit.program.classes.has(name)) unit.program.classes.set(name, def);
  for (const [file, text] of program.sources)
    if (!unit.program.sources.has(file)) unit.program.sources.set(file, text);
  return unit.program.functions.get(program.root.name);
}
