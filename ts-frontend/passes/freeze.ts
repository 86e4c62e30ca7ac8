/**
 * Freezing: attributes that nothing ever writes become constants of the graphs, calls are inlined, and what is left of
 * the module tree is what is still read or written. Counterpart of `torch.jit.freeze`.
 */

import { type Fn, findClass, findMethod, type Program } from "../../format/ir/program.ts";
import { Rewriter } from "../../format/ir/rewrite.ts";
import { verifyProgram } from "../../format/ir/verify-program.ts";
import { findOp } from "../../format/ops/table.ts";
import type { IValue } from "../../format/value.ts";
import { SconceError } from "../../loader/error.ts";
import { commonSubexpressions } from "./common-subexpressions.ts";
import { constantPropagation } from "./constant-propagation.ts";
import { makeConstant } from "./constants.ts";
import { deadCode } from "./dead-code.ts";
import { rebuildClasses, type Slot } from "./freeze-classes.ts";
import { dropFunctions } from "./functions.ts";
import { Inliner } from "./inline.ts";
import { resolveInterfaces } from "./interfaces.ts";
import { attributeOf, type Entry, heldBy, Objects, type ObjectValue, objectsIn } from "./objects.ts";
import type { Evaluate } from "./pass.ts";
import { peephole } from "./peephole.ts";
import { memoryOf, ProgramAliases } from "./program-aliases.ts";

export interface FreezeOptions {
  /** Attributes, submodules and methods to keep as they are, by dotted name: `encoder.scale`. */
  readonly preservedAttrs?: readonly string[];
  /** The root's methods that stay callable. Default all; `forward` and what `preservedAttrs` names stay in any case. */
  readonly methods?: "all" | readonly string[];
  /** Runs operators, to fold what follows from frozen attributes. Without it only structure is folded. */
  readonly evaluate?: Evaluate;
}

export interface FreezeReport {
  /** Attributes that became constants, by dotted name. */
  readonly frozen: readonly string[];
  /** Attributes that stay, submodules aside, by dotted name. */
  readonly kept: readonly string[];
}

/** More rounds find nothing in practice; each may reveal that code which wrote an attribute is never reached. */
const MAX_ROUNDS = 10;

/**
 * Freezes a module's program in place. All methods of the root stay callable and share what state there is: attributes
 * that some method may set or write in place stay attributes, with the values that they have. Objects that cannot be
 * followed (held in lists, returned, called through an interface) keep everything.
 *
 * Throws SconceError: NOT_EVAL where the root's `training` is true, NO_ATTRIBUTE for an unknown name to preserve, NO_METHOD
 * for an unknown method, BAD_ARGUMENT where the root is a function.
 */
export function freezeModule(program: Program, options: FreezeOptions = {}): FreezeReport {
  const { root } = program;
  if (root.kind !== "object") {
    throw new SconceError({
      code: "BAD_ARGUMENT",
      message: "only a module can be frozen, and this is a function",
    });
  }
  const training = root.object.attrs.get("training");
  if (training?.kind === "bool" && training.value) {
    throw new SconceError({
      code: "NOT_EVAL",
      message: "only a module in evaluation mode can be frozen",
      advice: "Call eval() before you save or trace it.",
    });
  }
  const freezing = new Freezing(program, root.object, options);
  const report = freezing.run();
  verifyProgram(program, { lookup: (op) => findOp(op)?.schema });
  return report;
}

class Freezing {
  readonly #program: Program;
  readonly #root: ObjectValue;
  readonly #options: FreezeOptions;
  readonly #entries: Entry[] = [];
  readonly #preserved: Slot[] = [];
  /** Attributes on the way to what is preserved. */
  readonly #needed: Slot[] = [];
  readonly #frozen = new Map<ObjectValue, Set<string>>();

  constructor(program: Program, root: ObjectValue, options: FreezeOptions) {
    this.#program = program;
    this.#root = root;
    this.#options = options;
  }

  run(): FreezeReport {
    this.#findEntries();
    const keep = new Set(this.#preserved.map(({ name }) => name));
    resolveInterfaces(this.#program, keep);
    this.#inline();
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const froze = this.#freezeOnce();
      const folded = this.#fold();
      if (!froze && !folded) break;
    }
    const names = this.#names();
    const kept = rebuildClasses(this.#program, this.#entries, this.#objects(), [
      ...this.#needed,
      ...this.#preserved,
    ]);
    const frozen: string[] = [];
    for (const [object, attrs] of this.#frozen) {
      for (const name of attrs) frozen.push(`${names.get(object) ?? "?"}${name}`);
    }
    return { frozen: frozen.sort(), kept: kept.sort() };
  }

  // --- What stays callable --------------------------------------------------------------------------------------

  #findEntries(): void {
    for (const path of this.#options.preservedAttrs ?? []) this.#preserve(path);
    const def = findClass(this.#program, this.#root.type)!;
    const { methods = "all" } = this.#options;
    const wanted = methods === "all" ? def.methods.map(({ name }) => name) : methods;
    const names = new Set(wanted);
    if (def.methods.some(({ name }) => name === "forward")) names.add("forward");
    if (names.has("forward"))
      for (const hook of [...def.forwardPreHooks, ...def.forwardHooks]) names.add(hook);
    for (const name of names) this.#addEntry(this.#root, name);
  }

  #addEntry(self: ObjectValue, name: string): void {
    const fn = findClass(this.#program, self.type)?.methods.find((method) => method.name === name);
    if (fn === undefined) {
      throw new SconceError({
        code: "NO_METHOD",
        message: `there is no method ${name}`,
        facts: [name],
        advice: "Name methods of the root, or of a submodule by its dotted name in preservedAttrs.",
      });
    }
    if (this.#entries.some((entry) => entry.self === self && entry.fn.name === name)) return;
    this.#entries.push({ self, fn: { ...fn } });
  }

  #preserve(path: string): void {
    const names = path.split(".");
    const name = names.pop()!;
    let owner: IValue | undefined = this.#root;
    for (const step of names) {
      if (owner?.kind !== "object") break;
      this.#needed.push({ owner: owner as ObjectValue, name: step });
      owner = owner.attrs.get(step);
    }
    const def = owner?.kind === "object" ? findClass(this.#program, owner.type) : undefined;
    if (owner?.kind === "object" && def?.methods.some((method) => method.name === name)) {
      this.#addEntry(owner as ObjectValue, name);
    } else if (owner?.kind === "object" && heldBy(this.#program, owner as ObjectValue, name) !== undefined) {
      this.#preserved.push({ owner: owner as ObjectValue, name });
    } else {
      throw new SconceError({
        code: "NO_ATTRIBUTE",
        message: `there is no attribute or method ${path} to preserve`,
        facts: [path],
        advice: "Names are those of stateDict() and of methods, with dots between submodules.",
      });
    }
  }

  /** Copies of the entries' graphs without calls take the place of all methods that nothing calls any more. */
  #inline(): void {
    for (const { fn, self } of this.#entries) {
      const inliner = new Inliner(this.#program, "keep");
      fn.graph = inliner.inline(fn.graph, findMethod(this.#program, self.type, fn.name) as Fn);
    }
    // The classes' own methods may still be called for other objects of the class.
    for (const [i, { fn }] of this.#entries.entries()) this.#program.functions.set(`${i} ${fn.name}`, fn);
    dropFunctions(this.#program, this.#entries);
  }

  // --- One round ------------------------------------------------------------------------------------------------

  #objects(): Objects {
    const objects = new Objects(this.#program, this.#entries);
    for (const { owner, name } of this.#preserved) {
      const value = heldBy(this.#program, owner, name);
      if (value !== undefined) objects.makeDynamic(owner, name);
    }
    objects.refresh();
    return objects;
  }

  /** Makes constants of the attribute reads that can be; true if there were any. */
  #freezeOnce(): boolean {
    const objects = this.#objects();
    const outside = memoryOf(objects.outside());
    const memory = new ProgramAliases(this.#program, {
      outside: (location) => outside.has(location),
      attribute: (node) => {
        const object = objects.of(node.inputs[0]!);
        const name = node.attr("name", "s")!;
        if (object === undefined || objects.isDynamic(object, name)) return undefined;
        return heldBy(this.#program, object, name);
      },
    });
    let changed = false;
    for (const { fn } of this.#entries) {
      const rewriter = new Rewriter(fn.graph);
      for (const node of [...fn.graph.nodes()]) {
        if (node.op !== "prim::GetAttr" || node.output.uses.length === 0) continue;
        const object = objects.of(node.inputs[0]!);
        const name = node.attr("name", "s")!;
        if (object === undefined || objects.isDynamic(object, name)) continue;
        const value = heldBy(this.#program, object, name);
        if (value === undefined || !isData(value) || memory.mayChange(value)) continue;
        const { type } = attributeOf(this.#program, object, name)!;
        rewriter.replace(node, (builder) => [makeConstant(builder, value, type)]);
        const names = this.#frozen.get(object) ?? new Set();
        this.#frozen.set(object, names.add(name));
        changed = true;
      }
    }
    return changed;
  }

  /** Folds what follows; true if that changed anything. */
  #fold(): boolean {
    const { evaluate } = this.#options;
    const context = evaluate === undefined ? {} : { evaluate };
    let changed = false;
    for (const pass of [constantPropagation, peephole, commonSubexpressions, deadCode]) {
      changed = pass.run(this.#program, context) || changed;
    }
    return changed;
  }

  /** Dotted prefixes of the objects that paths from the root reach. */
  #names(): Map<ObjectValue, string> {
    const names = new Map<ObjectValue, string>();
    const visit = (object: ObjectValue, prefix: string): void => {
      if (names.has(object)) return;
      names.set(object, prefix);
      for (const [name, value] of object.attrs)
        if (value.kind === "object") visit(value, `${prefix}${name}.`);
    };
    visit(this.#root, "");
    return names;
  }
}

/** True for what a constant can hold: no objects, which have state and identity. */
function isData(value: IValue): boolean {
  for (const _ of objectsIn(value)) return false;
  return true;
}
