/** Which nodes do not give the same for the same inputs. */

import { findOp } from "../ops/table.ts";
import { constantOf, type Node } from "./graph.ts";

/** Arguments whose constant false means that nothing is drawn. */
const SWITCHES = new Set(["train", "training"]);

/** True when the node draws random numbers: its operator's row says so, and no constant `train` argument is false. */
export function isNondeterministic(node: Node): boolean {
  const op = findOp(node.op);
  if (!op?.nondeterministic) return false;
  const at = op.schema.args.findIndex((arg) => SWITCHES.has(arg.name));
  const given = at < 0 ? undefined : node.inputs[at];
  const value = given && constantOf(given);
  return !(value?.kind === "bool" && !value.value);
}
