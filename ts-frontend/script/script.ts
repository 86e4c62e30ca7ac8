/** `jit.script`: TypeScript and JavaScript, compiled to a program with its control flow. */

import { GraphBuilder } from "../../format/ir/builder.ts";
import type { Program } from "../../format/ir/program.ts";
import { verifyProgram } from "../../format/ir/verify-program.ts";
import { findOp } from "../../format/ops/table.ts";
import { SconceError } from "../../loader/error.ts";
import type { ModuleOptions } from "../../loader/module.ts";
import { ScriptModule } from "../jit/script-module.ts";
import { Module } from "../nn/module.ts";
import { recorder } from "../record.ts";
import { rememberProgram } from "./compiled-functions.ts";
import type { MemberInfo } from "./lower/classes.ts";
import { Context, Frame } from "./lower/context.ts";
import { typeOfData } from "./lower/data-types.ts";
import { parameterTypes } from "./lower/functions.ts";
import { signatureOf } from "./lower/type-scope.ts";
import { Unit } from "./lower/unit.ts";
import { exportedMethods } from "./marks.ts";
import type { Scriptable } from "./source/index.ts";

export interface ScriptOptions extends ModuleOptions {
  /** Values of variables outside the function, by name: needed where the source comes from `Function.prototype.toString`. */
  readonly scope?: Readonly<Record<string, unknown>>;
  /** Types of parameters and result, as in `(x: Tensor, n: int) => Tensor`; for a module, those of `forward`. */
  readonly signature?: string;
  /** Interfaces and type aliases that the types name, as TypeScript text. */
  readonly types?: string;
  /** Arguments to take the types of parameters from that have none. */
  readonly exampleInputs?: readonly unknown[];
}

// biome-ignore lint/suspicious/noExplicitAny: any function
type AnyFunction = (...args: any[]) => any;

/** A compiled function: called as the one that it was made of. */
export type ScriptFunction<F extends AnyFunction = AnyFunction> = F & {
  /** The program behind it, to save, print or look into. */
  readonly module: ScriptModule;
  readonly graph: string;
  readonly code: string;
  save(path: string | URL): Promise<void>;
};

/**
 * Compiles a function, or a module's `forward` and all that is reached from it, with its control flow: counterpart of
 * `torch.jit.script`. What comes out does what the TypeScript does, anywhere.
 *
 * Parameters have the types of their annotations (kept by `sconce/plugin`, `sconce/register` and the command line), of
 * JSDoc comments, of `signature`, or of `exampleInputs`; without any of them they are tensors.
 *
 * Throws SconceError with a code SCRIPT_… for what cannot be compiled: it shows the place and says what to write instead.
 */
export function script<M extends Module>(module: M, options?: ScriptOptions): ScriptModule;
export function script<C extends abstract new (...args: never[]) => unknown>(
  scriptClass: C,
  options?: ScriptOptions,
): C;
export function script<F extends AnyFunction>(fn: F, options?: ScriptOptions): ScriptFunction<F>;
export function script(
  target: Module | AnyFunction,
  options: ScriptOptions = {},
): ScriptModule | ScriptFunction {
  if (target instanceof Module) return new ScriptModule(scriptModule(target, options), options);
  if (typeof target !== "function") {
    throw new SconceError({
      code: "SCRIPT_NOT_SCRIPTABLE",
      message: "only a function or a module can be scripted",
    });
  }
  if (/^class\b/.test(Function.prototype.toString.call(target)))
    return scriptClass(target as unknown as Scriptable);
  return callable(target, new ScriptModule(scriptFunction(target as Scriptable, options), options));
}

/**
 * A class needs no compiling of its own: where a script makes objects of it, its constructor and methods are compiled. Its
 * source is read, so that what could not be is refused here.
 */
function scriptClass(js: Scriptable): never {
  if (js.prototype instanceof Module) {
    throw new SconceError({
      code: "SCRIPT_NOT_SCRIPTABLE",
      message: `${js.name} is a class of modules`,
      advice: `Script a module: jit.script(new ${js.name}(…)).`,
    });
  }
  new Unit().classes.info(js);
  return js as never;
}

/** A function that runs a program's root function. */
export function callable<F extends AnyFunction>(fn: F, module: ScriptModule): ScriptFunction<F> {
  const run = (...args: unknown[]): unknown => module.call("forward", args);
  Object.defineProperties(run, {
    name: { value: fn.name },
    length: { value: fn.length },
    module: { value: module },
    graph: { get: () => module.graph },
    code: { get: () => module.code },
    save: { value: (path: string | URL) => module.save(path) },
    toString: { value: () => module.code },
  });
  rememberProgram(run, () => module.program);
  return run as ScriptFunction<F>;
}

function finished(unit: Unit): Program {
  const program = unit.finish();
  program.metadata.set("producer", "sconce jit.script");
  verifyProgram(program, { lookup: (name) => findOp(name)?.schema });
  return program;
}

function scriptFunction(fn: Scriptable, options: ScriptOptions): Program {
  const unit = new Unit(options);
  const closure = unit.closureOf(fn);
  const ctx = new Context(
    unit,
    new GraphBuilder(),
    new Frame(fn.name || "anonymous", closure.source, {}),
    [],
  );
  const signature =
    options.signature === undefined
      ? undefined
      : signatureOf(ctx, options.signature, closure.source, closure.node);
  const given = (options.exampleInputs ?? []).map((value) => typeOfData(value));
  const name = unit.uniqueName(fn.name || "anonymous");
  const compile = { name, closure, given, chain: [], ...(signature ? { signature } : {}) };
  const instance = unit.instance(fn, parameterTypes(ctx, compile), compile, (made) => {
    unit.program.functions.set(name, made.fn);
  });
  unit.program.root = { kind: "function", name: instance.name };
  return finished(unit);
}

function scriptModule(module: Module, options: ScriptOptions): Program {
  const unit = new Unit(options);
  const js = module.constructor as Scriptable;
  const source = unit.sourceUnit(js);
  const ctx = new Context(unit, new GraphBuilder(), new Frame(js.name, source, {}), []);
  const info = unit.modules.info(ctx, module);
  const names = ["forward", ...exportedMethods(js)];
  for (const name of names) {
    const member: MemberInfo | undefined = info.members
      .get(name)
      ?.find((found) => found.kind === "method" && !found.isStatic);
    if (!member) {
      throw new SconceError({
        code: "NO_METHOD",
        message: `${js.name} has no method ${name}`,
        facts: [name],
      });
    }
    const forward = name === "forward";
    const signature =
      forward && options.signature !== undefined
        ? signatureOf(ctx, options.signature, member.source, member.node)
        : undefined;
    const given = forward ? (options.exampleInputs ?? []).map((value) => typeOfData(value)) : [];
    const types = signature ? signature.parameters.map((parameter) => parameter.type) : given;
    unit.classes.method(ctx, info, name, member, types, { start: 0, end: 0 }, { root: true });
  }
  unit.program.root = { kind: "object", object: unit.modules.objectOf(ctx, module) };
  return finished(unit);
}

/**
 * A function that runs as it is, but is scripted when a trace comes to it, so that its control flow is kept: counterpart
 * of `torch.jit.script_if_tracing`.
 */
export function scriptIfTracing<F extends AnyFunction>(fn: F, options: ScriptOptions = {}): F {
  let scripted: ScriptFunction<F> | undefined;
  const run = (...args: unknown[]): unknown => {
    if (recorder === null) return fn(...args);
    scripted ??= script(fn, options);
    return scripted(...args);
  };
  return Object.defineProperty(run, "name", { value: fn.name }) as F;
}
