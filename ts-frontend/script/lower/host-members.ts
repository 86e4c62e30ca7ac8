/** Properties of what is built in that mean something else in a script than the JavaScript value they hold. */

import { typeOfValue } from "../../../format/value.ts";
import { keep, noGrad, scope } from "../../scope.ts";
import * as torch from "../../torch.ts";
import { programOfCompiled } from "../compiled-functions.ts";
import { scriptType } from "../types/model.ts";
import { builtins } from "./builtins.ts";
import { ConstantsRef, DefinitionRef, NewRef } from "./code-refs.ts";
import type { Context } from "./context.ts";
import { constant, type NodeLike, type SValue } from "./values.ts";

const names = new Map<object, string>();

/** The name under which `torch` holds a function; undefined for others. */
export function torchName(js: object): string | undefined {
  if (names.size === 0) {
    for (const [name, value] of Object.entries(torch)) {
      if (typeof value === "function" && ![keep, noGrad, scope].includes(value as never))
        names.set(value, name);
    }
  }
  return names.get(js);
}

/** A property that is not simply read from the object; undefined for all others. */
export function hostMember(
  ctx: Context,
  object: SValue & { kind: "host" },
  name: string,
  node: NodeLike,
): SValue | undefined {
  const { js } = object;
  if (js === builtins.get("ops")) {
    return { kind: "host", js: new RawPath([name]), path: `ops.${name}` };
  }
  if (js instanceof RawPath) {
    return { kind: "host", js: new RawPath([...js.parts, name]), path: `${object.path}.${name}` };
  }
  if (
    js === Number &&
    ["MAX_SAFE_INTEGER", "MIN_SAFE_INTEGER", "EPSILON", "MAX_VALUE", "MIN_VALUE"].includes(name)
  ) {
    return constant((Number as unknown as Record<string, number>)[name]);
  }
  if (js === Math && typeof (Math as unknown as Record<string, unknown>)[name] === "number") {
    return constant((Math as unknown as Record<string, number>)[name]);
  }
  if (js instanceof DefinitionRef) {
    if (name === "__new__") return { kind: "host", js: new NewRef(js.type), path: `${object.path}.__new__` };
    const member = js.member(name);
    if (member) return { kind: "value", value: ctx.constant(member), type: js.memberType };
  }
  if (js instanceof ConstantsRef) {
    const value = js.table.get(name);
    if (!value) return ctx.refuse("UNKNOWN_NAME", node, `CONSTANTS has no ${name}`);
    return { kind: "value", value: ctx.constant(value), type: scriptType(typeOfValue(value)) };
  }
  if (name === "forward" && programOfCompiled(js)) return object;
  return undefined;
}

/** `ops.aten.add.Tensor` as far as it is written. */
export class RawPath {
  readonly parts: readonly string[];

  constructor(parts: readonly string[]) {
    this.parts = parts;
  }
}
