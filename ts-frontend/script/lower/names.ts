/** What a name of the script means: a variable, something from outside, or a built-in. */

import { isHelper } from "../source/index.ts";
import { builtins } from "./builtins.ts";
import type { Context } from "./context.ts";
import { hostToValue } from "./host.ts";
import type { Variable } from "./scope.ts";
import { constant, type NodeLike, type SValue, UNDEFINED } from "./values.ts";

export function findVariable(ctx: Context, name: string): Variable | undefined {
  return ctx.scope.find(name);
}

/** True for a name that some variable of the same text has. */
function isDeclaredIn(ctx: Context, name: string): boolean {
  return new RegExp(`\\b(?:let|const|var|class)\\s+${name.replaceAll("$", "\\$")}(?![\\w$])`).test(
    ctx.source.text.text,
  );
}

/** What a name stands for. Refuses names that are not known. */
export function resolveName(ctx: Context, name: string, node: NodeLike): SValue {
  const variable = findVariable(ctx, name);
  if (variable) {
    const value = ctx.state.get(variable);
    if (value) return value;
    return ctx.refuse("UNKNOWN_NAME", node, `${name} is used before it is declared`);
  }
  const outer = ctx.source.outer(name);
  if (outer) return hostToValue(ctx, outer.value, name, node);
  if (name === "undefined") return UNDEFINED;
  if (name === "NaN") return constant(Number.NaN);
  if (name === "Infinity") return constant(Number.POSITIVE_INFINITY);
  const builtin = builtins.get(name);
  if (builtin) return { kind: "host", js: builtin, path: name };
  if (isHelper(name)) {
    return ctx.refuse(
      "TRANSFORMED",
      node,
      `${name} is a helper that a compiler put in: this is transformed source`,
      {
        advice:
          "Use sconce/plugin in the build, or `node --import sconce/register`, which see the source before.",
      },
    );
  }
  if (isDeclaredIn(ctx, name))
    ctx.refuse("UNKNOWN_NAME", node, `${name} is used before it is declared, or outside of its block`);
  if (name in globalThis) {
    ctx.refuse("UNKNOWN_NAME", node, `${name} is of the host, not of the language: a script cannot use it`, {
      advice: "Do it around the call of the script, and pass what it needs.",
    });
  }
  return ctx.refuse("UNKNOWN_NAME", node, `${name} is not known to the script`, {
    advice: `Pass it: jit.script(f, { scope: { ${name} } }), or build with sconce/plugin, which passes it by itself.`,
  });
}
