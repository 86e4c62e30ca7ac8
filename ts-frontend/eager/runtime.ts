/** The runtime that eager tensors live in, ready before any module that imports this one runs. */

import { ops } from "../../format/ops/table.ts";
import { Runtime } from "../../loader/runtime.ts";

export const runtime: Runtime = await Runtime.default();
runtime.opName = (id) => ops[id]?.name;
