/** The body of a function: its nodes as statements, in their order, each value that is used once where it is used. */

import { NO_LIMIT } from "../../../format/ir/builder.ts";
import { Block, constantOf, type Node, type Value } from "../../../format/ir/graph.ts";
import { type Fn, type FnSchema, findMethod, type Program } from "../../../format/ir/program.ts";
import { type Type, typeEquals } from "../../../format/types.ts";
import { type LoopCondition, loopCondition } from "./conditions.ts";
import type { Constants } from "./constants.ts";
import { type Expr, Prec, primary } from "./expression.ts";
import { Identifiers, keyText, type ProgramNames } from "./names.ts";
import { attribute, expressionOf, type Surroundings, typedness } from "./operators.ts";
import { isExact, type TypePrinter } from "./types.ts";

/** What the functions of one text share. */
export interface TextContext {
  readonly names: ProgramNames;
  readonly types: TypePrinter;
  readonly constants: Constants;
  /** Where what is called is looked up. */
  readonly program: Program | undefined;
}

/** An expression beyond this length becomes a statement of its own. */
const LONGEST = 88;

/** A value that has been computed but stands nowhere yet: it goes where it is used, or into a variable. */
interface Pending {
  readonly value: Value;
  readonly expr: Expr;
}

export class FunctionPrinter {
  readonly #fn: Fn;
  readonly #context: TextContext;
  readonly #variables = new Map<Value, Expr>();
  readonly #identifiers: Identifiers;
  readonly #around: Surroundings;
  /** In the order of evaluation. */
  #pending: Pending[] = [];
  /** Those that the statement being printed has taken in. */
  #taken = new Map<Value, Expr>();
  /** Loops whose condition is written once, and the nodes that stand in it. */
  readonly #conditions = new Map<Node, LoopCondition>();
  readonly #standing = new Set<Node>();
  #lines: string[] = [];
  #indent = "";

  constructor(fn: Fn, context: TextContext) {
    this.#fn = fn;
    this.#context = context;
    this.#identifiers = new Identifiers(context.names.all);
    const { names, types } = context;
    this.#around = { names, types, write: (value) => this.#use(value) };
  }

  /** The lines of the function, or of the method as it stands in a class. */
  print(method: boolean): string[] {
    const { graph, schema, name } = this.#fn;
    const parameters: string[] = [];
    for (const [i, value] of graph.inputs.entries()) {
      const arg = schema.args[i]!;
      if (i === 0 && method) {
        this.#variables.set(value, primary("this"));
        continue;
      }
      const fallback = arg.default ? ` = ${this.#context.constants.literal(arg.default)}` : "";
      parameters.push(`${this.#declare(value, arg.name)}: ${this.#type(arg.type)}${fallback}`);
    }
    this.#indent = "  ";
    const returned = this.#body(graph.block);
    const types = schema.returns.map((ret) => ret.type);
    const values = returned(types.length === 1 ? types : []);
    if (values.length === 1) this.#say(`return ${values[0]};`);
    else if (values.length > 1) this.#say(`return [${values.join(", ")}];`);
    const result =
      types.length === 0 ? "void" : types.length === 1 ? this.#type(types[0]!) : this.#tuple(types);
    const head = method ? keyText(name) : `function ${this.#context.names.of(name)}`;
    return [`${head}(${parameters.join(", ")}): ${result} {`, ...this.#lines, "}"];
  }

  #type(type: Type): string {
    return this.#context.types.text(type);
  }

  #tuple(types: readonly Type[]): string {
    return `[${types.map((type) => this.#type(type)).join(", ")}]`;
  }

  #say(text: string): void {
    this.#lines.push(this.#indent + text);
  }

  /** A variable for the value. */
  #declare(value: Value, wish = value.name?.replace(/\.\d+$/, "")): string {
    const name = this.#identifiers.take(wish);
    this.#variables.set(value, primary(name));
    return name;
  }

  // -------------------------------------------------------------------------------------------------------------
  // Values where they are used

  /** The text of a value: taken in by this statement, a variable, or a constant. */
  #use(value: Value): Expr {
    const known = this.#taken.get(value) ?? this.#variables.get(value);
    if (known !== undefined) return known;
    const constant = constantOf(value);
    if (constant !== undefined) {
      const text = this.#context.constants.text(constant);
      return { text, prec: text.startsWith("-") ? Prec.unary : Prec.primary };
    }
    const name = value.node?.attr("name", "s");
    if (value.node?.op === "prim::Constant" && name !== undefined)
      return primary(this.#context.names.of(name));
    return primary("null");
  }

  /**
   * Takes in the pending values among these, in the order in which they will be evaluated, as far as that is the order
   * in which they were computed; everything else that is pending gets a variable unless it may still wait. `wait`: the
   * statement itself will be pending, so that what was computed before it may go on waiting.
   */
  #take(values: readonly Value[], accepts: (value: Value, i: number) => boolean): void {
    const all = new Set(this.#pending.map(({ value }) => value));
    const wanted: Value[] = [];
    const refused: Value[] = [];
    for (const [i, value] of values.entries()) {
      if (all.has(value)) (accepts(value, i) ? wanted : refused).push(value);
    }
    for (const value of refused) this.#flush(this.#pending.findIndex((one) => one.value === value) + 1);
    let from = 0;
    while (from < wanted.length && !this.#isTail(wanted.slice(from))) {
      this.#flush(this.#pending.findIndex((one) => one.value === wanted[from]) + 1);
      from++;
    }
    // Flushing may have given variables to some that come later here.
    const count = wanted.slice(from).filter((value) => !this.#variables.has(value)).length;
    for (const { value, expr } of count > 0 ? this.#pending.splice(-count) : []) this.#taken.set(value, expr);
  }

  #isTail(values: readonly Value[]): boolean {
    const left = values.filter((value) => !this.#variables.has(value));
    const tail = left.length > 0 ? this.#pending.slice(-left.length) : [];
    return tail.length === left.length && tail.every(({ value }, i) => value === left[i]);
  }

  /** Gives variables to the first `count` pending values. */
  #flush(count = this.#pending.length): void {
    for (const { value, expr } of this.#pending.splice(0, count)) {
      if (!this.#variables.has(value)) this.#assign(value.node!, expr);
    }
  }

  /** `const y = …;` */
  #assign(node: Node, expr: Expr): void {
    const typed = typedness(node, expr);
    const { outputs } = node;
    const unpack = node.op === "prim::TupleUnpack" || node.op === "prim::ListUnpack" || outputs.length > 1;
    const unused = outputs.every((output) => output.uses.length === 0);
    if (outputs.length === 0 || (unused && typed !== "annotated")) return this.#say(`${expr.text};`);
    const names = outputs.map((output) => this.#declare(output));
    const types = outputs.map((output) => output.type);
    const annotation =
      typed === "known" || !types.every(isExact)
        ? ""
        : `: ${unpack ? this.#tuple(types) : this.#type(outputs[0]!.type)}`;
    this.#say(`const ${unpack ? `[${names.join(", ")}]` : names[0]}${annotation} = ${expr.text};`);
  }

  /** Whether the value's expression may stand where this type is expected, and still be what it is. */
  #fits(value: Value, expected: Type | undefined): boolean {
    const node = value.node!;
    const { expr } = this.#pending.find((one) => one.value === value)!;
    if (expected !== undefined && !expr.text.startsWith("ops.")) {
      const wanted = expected.kind === "Optional" ? expected.elem : expected;
      if (typeEquals(wanted, value.type)) return true;
    }
    return typedness(node, expr) !== "annotated";
  }

  // -------------------------------------------------------------------------------------------------------------
  // Blocks and statements

  /**
   * Prints the nodes; then, called with what is expected, gives the texts of what the block returns: all but the first
   * where that is written elsewhere.
   */
  #body(block: Block, conditionApart = false): (expected: readonly (Type | undefined)[]) => string[] {
    for (const node of block.nodes) if (node.op === "prim::Loop") this.#findCondition(node);
    for (const node of block.nodes) {
      if (node.op !== "prim::Constant" && !this.#standing.has(node)) this.#node(node);
    }
    return (expected) => {
      this.#taken = new Map();
      const returns = conditionApart ? block.returns.slice(1) : block.returns;
      const types = conditionApart ? expected.slice(1) : expected;
      this.#take(returns, (value, i) => this.#fits(value, types[i]));
      this.#flush();
      const texts = returns.map((value) => this.#use(value).text);
      return conditionApart ? ["", ...texts] : texts;
    };
  }

  #node(node: Node): void {
    switch (node.op) {
      case "prim::If":
        return this.#if(node);
      case "prim::Loop":
        return this.#loop(node);
      case "js::Try":
        return this.#try(node);
      case "prim::fork":
        return this.#fork(node);
      case "js::rethrow":
        this.#flush();
        return this.#say(`throw ${this.#use(node.inputs[0]!).text.replace(/ as Error$/, "")};`);
      case "prim::SetAttr":
        return this.#setAttr(node);
      case "prim::RaiseException":
        return this.#raise(node);
      case "prim::Uninitialized":
        if (node.output.uses.every(({ user }) => user instanceof Block && endsInThrow(user))) return;
        this.#flush();
        return this.#assign(node, primary("ops.prim.Uninitialized()"));
      default:
    }
    this.#taken = new Map();
    this.#take(node.inputs, (value, i) => this.#fits(value, this.#expected(node, i)));
    const expr = expressionOf(node, this.#around);
    if (this.#mayWait(node, expr)) {
      this.#pending.push({ value: node.output, expr });
    } else {
      this.#flush();
      this.#assign(node, expr);
    }
  }

  /** The type that a node expects of an input, where its text makes that plain. */
  #expected(node: Node, index: number): Type | undefined {
    const { type } = node.outputs[0] ?? {};
    switch (node.op) {
      case "prim::CallMethod":
      case "prim::CallFunction":
        return index === 0
          ? undefined
          : this.#callee(node)?.args[index - (node.op === "prim::CallMethod" ? 0 : 1)]?.type;
      case "prim::DictConstruct":
        return type?.kind === "Dict" ? (index % 2 === 0 ? type.key : type.value) : undefined;
      default:
        return undefined;
    }
  }

  #callee(node: Node): FnSchema | undefined {
    const { program } = this.#context;
    const [target] = node.inputs;
    const name = (node.op === "prim::CallMethod" ? node : target?.node)?.attr("name", "s");
    if (program === undefined || name === undefined) return undefined;
    if (node.op === "prim::CallFunction") return program.functions.get(name)?.schema;
    const { type } = target!;
    return type.kind === "Class" || type.kind === "Interface"
      ? findMethod(program, type.name, name)?.schema
      : undefined;
  }

  /** Used once, in the same block, and not too long. */
  #mayWait(node: Node, expr: Expr): boolean {
    if (node.outputs.length !== 1 || node.output.uses.length !== 1 || expr.text.length > LONGEST)
      return false;
    if (node.op === "prim::TupleUnpack" || node.op === "prim::ListUnpack") return false;
    const { user } = node.output.uses[0]!;
    return user === node.block || (user as Node).block === node.block;
  }

  #setAttr(node: Node): void {
    this.#taken = new Map();
    const [object, value] = node.inputs;
    this.#take(node.inputs, (one) => this.#fits(one, undefined));
    this.#flush();
    this.#say(`${attribute(node, this.#use(object!)).text} = ${this.#use(value!).text};`);
  }

  #raise(node: Node): void {
    const [message, name] = node.inputs;
    this.#taken = new Map();
    this.#take(node.inputs, () => true);
    this.#flush();
    const text = this.#use(message!).text;
    const thrown = thrownClass(node);
    if (thrown !== undefined) this.#say(`throw new ${thrown}(${text});`);
    else this.#say(`ops.prim.RaiseException(${name ? `${text}, ${this.#use(name).text}` : text});`);
  }

  #if(node: Node): void {
    this.#taken = new Map();
    this.#take(node.inputs, () => true);
    this.#flush();
    const condition = this.#use(node.inputs[0]!).text;
    const names = node.outputs.map((output) => this.#declare(output));
    for (const [i, name] of names.entries()) this.#say(`let ${name}: ${this.#type(node.outputs[i]!.type)};`);
    this.#say(`if (${condition}) {`);
    const types = node.outputs.map((output) => output.type);
    for (const [i, block] of node.blocks.entries()) {
      if (i === 1) {
        if (block.nodes.every((inner) => inner.op === "prim::Constant") && names.length === 0) break;
        this.#say("} else {");
      }
      this.#inside(() => this.#branch(block, names, types));
    }
    this.#say("}");
  }

  /** A block of a branch, whose values go to variables; behind a throw there is nothing to assign. */
  #branch(block: Block, names: readonly string[], types: readonly Type[]): void {
    const values = this.#body(block)(types);
    const ended = endsInThrow(block);
    for (const [k, name] of names.entries()) {
      if (ended && block.returns[k]!.node?.op === "prim::Uninitialized") continue;
      this.#say(`${name} = ${values[k]};`);
    }
  }

  #inside(print: () => void): void {
    const before = this.#indent;
    this.#indent += "  ";
    print();
    this.#indent = before;
  }

  #findCondition(loop: Node): void {
    if (!isEndless(loop)) return;
    const condition = loopCondition(loop);
    if (condition === undefined) return;
    this.#conditions.set(loop, condition);
    for (const node of condition.nodes) this.#standing.add(node);
  }

  /** The text of a `while`'s condition, of the variables by these names. */
  #conditionText({ value, nodes, carried }: LoopCondition, names: readonly string[]): string {
    const write = (at: Value): Expr => {
      const k = carried.get(at);
      if (k !== undefined) return primary(names[k]!);
      return at.node && nodes.has(at.node)
        ? expressionOf(at.node, { ...this.#around, write })
        : this.#use(at);
    };
    return write(value).text;
  }

  #loop(node: Node): void {
    const block = node.blocks[0]!;
    const [trip, condition, ...carried] = node.inputs;
    const [counter, ...params] = block.params;
    const types = params.map((param) => param.type);
    this.#taken = new Map();
    const inputs = this.#conditions.has(node) ? [trip!, ...carried] : node.inputs;
    this.#take(inputs, (value) => value !== trip && this.#fits(value, types[carried.indexOf(value)]));
    this.#flush();
    const isTrue = (value: Value): boolean => {
      const constant = constantOf(value);
      return constant?.kind === "bool" && constant.value;
    };
    const written = this.#conditions.get(node);
    const always = isTrue(condition!) && isTrue(block.returns[0]!);
    const flag = always || written ? undefined : this.#identifiers.take("go");
    if (flag !== undefined) this.#say(`let ${flag}: boolean = ${this.#use(condition!).text};`);
    const names: string[] = [];
    for (const [k, param] of params.entries()) {
      const start = this.#use(carried[k]!).text;
      const name = this.#declare(param);
      this.#variables.set(node.outputs[k]!, primary(name));
      names.push(name);
      this.#say(`let ${name}: ${this.#type(param.type)} = ${start};`);
    }
    if (isEndless(node)) {
      this.#say(`while (${written ? this.#conditionText(written, names) : (flag ?? "true")}) {`);
    } else {
      const i = this.#declare(counter!);
      const test = `${i} < ${this.#use(trip!).text}${flag === undefined ? "" : ` && ${flag}`}`;
      this.#say(`for (let ${i} = 0n; ${test}; ${i}++) {`);
    }
    this.#inside(() => {
      const values = this.#body(block, written !== undefined)([undefined, ...types]);
      const targets = flag === undefined ? names : [flag, ...names];
      this.#reassign(targets, flag === undefined ? values.slice(1) : values, params);
    });
    this.#say("}");
  }

  /** Assigns all at once: one after the other where no value reads what has been assigned before it. */
  #reassign(targets: readonly string[], values: readonly string[], params: readonly Value[]): void {
    const moved = targets.map((target, k) => ({ target, value: values[k]! }));
    const changed = moved.filter(({ target, value }) => target !== value);
    const names = new Set(params.map((param) => this.#variables.get(param)!.text));
    const clash = changed.some(({ value }, k) =>
      changed.slice(0, k).some(({ target }) => names.has(target) && mentions(value, target)),
    );
    if (!clash) {
      for (const { target, value } of changed) this.#say(`${target} = ${value};`);
      return;
    }
    const left = changed.map(({ target }) => target).join(", ");
    this.#say(`[${left}] = [${changed.map(({ value }) => value).join(", ")}];`);
  }

  /** `try { … } catch (e) { … }`; what it gives is assigned at the end of both. */
  #try(node: Node): void {
    this.#flush();
    const names = node.outputs.map((output) => this.#declare(output));
    for (const [i, name] of names.entries()) this.#say(`let ${name}: ${this.#type(node.outputs[i]!.type)};`);
    const types = node.outputs.map((output) => output.type);
    for (const [i, block] of node.blocks.entries()) {
      const [error] = block.params;
      if (i === 0) {
        this.#say("try {");
      } else if (error === undefined || error.uses.length === 0) {
        this.#say("} catch {");
      } else {
        const name = this.#declare(error, "error");
        this.#say(`} catch (${name}) {`);
        // To TypeScript what is caught is unknown.
        this.#variables.set(error, { text: `${name} as Error`, prec: Prec.relation });
      }
      this.#inside(() => this.#branch(block, names, types));
    }
    this.#say("}");
  }

  /** `const f = jit.fork(() => { … });`: what the graph is given are the variables around it. */
  #fork(node: Node): void {
    this.#flush();
    const graph = node.attr("Subgraph", "g")!;
    for (const [i, input] of graph.inputs.entries()) this.#variables.set(input, this.#use(node.inputs[i]!));
    const { type } = node.output;
    const result = type.kind === "Future" ? type.elem : type;
    const open = `jit.fork((): ${this.#type(result)} => {`;
    const used = node.output.uses.length > 0;
    const name = used ? this.#identifiers.take(node.output.name?.replace(/\.\d+$/, "")) : "";
    this.#say(used ? `const ${name} = ${open}` : open);
    this.#inside(() => {
      const [value] = this.#body(graph.block)([result]);
      this.#say(`return ${value};`);
    });
    this.#say("});");
    if (used) this.#variables.set(node.output, primary(name));
  }
}

const ERRORS = new Set([
  "Error",
  "RangeError",
  "TypeError",
  "SyntaxError",
  "ReferenceError",
  "EvalError",
  "URIError",
]);

/** The class of JavaScript that a node throws an error of. */
function thrownClass(node: Node): string | undefined {
  const name = node.op === "prim::RaiseException" && node.inputs[1] && constantOf(node.inputs[1]);
  return name && name.kind === "str" && ERRORS.has(name.value) ? name.value : undefined;
}

function endsInThrow(block: Block): boolean {
  const last = block.nodes.findLast((node) => node.op !== "prim::Constant");
  return last !== undefined && (last.op === "js::rethrow" || thrownClass(last) !== undefined);
}

/** A loop that only its condition ends, and that does not count. */
function isEndless(loop: Node): boolean {
  const limit = constantOf(loop.inputs[0]!);
  const counts = loop.blocks[0]!.params[0]!.uses.length > 0;
  return limit?.kind === "int" && limit.value === NO_LIMIT && !counts;
}

function mentions(text: string, name: string): boolean {
  const escaped = name.replaceAll("$", "\\$");
  return new RegExp(`(?<![\\w$."])${escaped}(?![\\w$"])`).test(text);
}
