/** `ScriptModule.define`: further methods of a compiled module, from source text. */

import { GraphBuilder } from "../../format/ir/builder.ts";
import { Graph } from "../../format/ir/graph.ts";
import { type Fn, findClass, type Program } from "../../format/ir/program.ts";
import { verifyProgram } from "../../format/ir/verify-program.ts";
import { findOp } from "../../format/ops/table.ts";
import { SconceError } from "../../loader/error.ts";
import { membersOfClass } from "./lower/classes.ts";
import { Context, Frame } from "./lower/context.ts";
import { type CompileOptions, compileInstance, parameterTypes } from "./lower/functions.ts";
import { Scope } from "./lower/scope.ts";
import { SourceUnit } from "./lower/source-unit.ts";
import { Unit } from "./lower/unit.ts";
import { parseSource, type TypedText } from "./source/index.ts";
import type { SType } from "./types/model.ts";

const BEFORE = "(class {";

/**
 * Compiles methods written as in a class body, `double(x) { return this.forward(x).mul(2); }`, into the root's class.
 * Types are those of JSDoc comments; `scope` gives the values of free names. Nothing changes when one is refused.
 */
export function defineMethods(
  program: Program,
  source: string,
  scope: Readonly<Record<string, unknown>>,
): void {
  const { root } = program;
  const def = root.kind === "object" ? findClass(program, root.object.type) : undefined;
  if (!def || root.kind !== "object") {
    throw new SconceError({
      code: "SCRIPT_NOT_SCRIPTABLE",
      message: "only a module can get further methods, and this is a function",
    });
  }
  const wrapped = `${BEFORE}${source}\n})`;
  const text: TypedText = {
    text: wrapped,
    original: wrapped,
    file: "<define>",
    line: 1,
    column: -BEFORE.length,
    marks: [],
    declarations: {},
  };
  const parsed = parseSource(text);
  const unit = new Unit({ scope, program });
  const unitSource = new SourceUnit(text, (name) =>
    Object.hasOwn(scope, name) ? { value: scope[name] } : undefined,
  );
  const self: SType = { kind: "class", name: root.object.type };
  const made: Fn[] = [];
  const known = def.methods.length;
  try {
    for (const [name, [member]] of parsed.kind === "class" ? membersOfClass(parsed.node, unitSource) : []) {
      if (def.methods.some((method) => method.name === name)) {
        throw new SconceError({
          code: "SCRIPT_NOT_SCRIPTABLE",
          message: `there is a method ${name} already`,
          facts: [name],
        });
      }
      const fn: Fn = { name, schema: { args: [], returns: [] }, graph: new Graph() };
      const closure = { node: member!.node, scope: new Scope(), source: unitSource };
      const options: CompileOptions = { name, closure, given: [], chain: [], self, memberAt: member!.at };
      const scratch = new Context(unit, new GraphBuilder(), new Frame(name, unitSource, {}), []);
      const parameters = parameterTypes(scratch, options);
      compileInstance(unit, { name, parameters, result: undefined, assumed: undefined, fn }, options);
      def.methods.push(fn);
      made.push(fn);
    }
    if (made.length === 0)
      throw new SconceError({ code: "SCRIPT_SYNTAX", message: "the text has no method" });
    unit.finish();
    verifyProgram(program, { lookup: (name) => findOp(name)?.schema });
  } catch (error) {
    def.methods.length = known;
    throw error;
  }
  program.sources.set("<define>", source);
}
