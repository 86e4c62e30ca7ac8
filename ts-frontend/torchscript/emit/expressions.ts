/** Lowers expressions to values, and what a name or call stands for to its meaning. */

import { Attr, type Value } from "../../../format/ir/graph.ts";
import {
  AnyType,
  classType,
  dictOf,
  listOf,
  printType,
  StrType,
  TensorType,
  type Type,
  tupleOf,
  typeEquals,
} from "../../../format/types.ts";
import { IValue } from "../../../format/value.ts";
import type { Expr, Span } from "../syntax/ast.ts";
import {
  asOne,
  callFunction,
  callMethod,
  callOperator,
  construct,
  isInstance,
  truth,
  tupleItem,
} from "./calls.ts";
import type { FunctionContext } from "./context.ts";
import { fork } from "./fork.ts";
import { type Given, implicitConversion } from "./match.ts";
import { BINARY, FORMS, FUNCTIONS, NAMESPACES } from "./names.ts";
import type { Meaning, Scope } from "./scope.ts";
import { unifyTypes } from "./unify-types.ts";

/** Deepest nesting of expressions: a chain such as `a.b.c` nests one deeper with each link. */
const MAX_DEPTH = 1000;

export class ExpressionEmitter {
  readonly context: FunctionContext;
  scope: Scope;
  #depth = 0;

  constructor(context: FunctionContext, scope: Scope) {
    this.context = context;
    this.scope = scope;
  }

  /** The value of an expression; `hint` is the type that is wanted, for literals that do not say. */
  value(expr: Expr, hint?: Type): Value {
    return this.asValue(this.#meaning(expr, hint), expr);
  }

  asValue(meaning: Meaning, at: Span): Value {
    switch (meaning.kind) {
      case "value":
        return meaning.value;
      case "values":
        return asOne(this.context, meaning.values);
      case "function":
        return this.context.unsupported(`the function ${meaning.name} as a value`, at);
      case "method": {
        const { object, name } = meaning;
        return this.context.refuse(`${printType(object.type)} has no attribute ${name}`, at);
      }
      default:
        return this.context.refuse("expected a value", at);
    }
  }

  condition(expr: Expr): Value {
    return truth(this.context, this.value(expr), expr);
  }

  /** What an expression stands for, with a guard against nesting. */
  #meaning(expr: Expr, hint?: Type): Meaning {
    if (++this.#depth > MAX_DEPTH) this.context.unsupported(`code nested more than ${MAX_DEPTH} deep`, expr);
    try {
      return this.meaning(expr, hint);
    } finally {
      this.#depth--;
    }
  }

  meaning(expr: Expr, hint?: Type): Meaning {
    switch (expr.kind) {
      case "name":
        return this.#name(expr);
      case "attribute":
        return this.#attribute(this.#meaning(expr.object), expr.name, expr);
      case "call":
        return this.#call(expr, hint);
      default: {
        const value = this.#plain(expr, hint);
        return { kind: "value", value };
      }
    }
  }

  #plain(expr: Expr, hint?: Type): Value {
    const context: FunctionContext = this.context;
    const { builder } = context;
    const wanted = hint?.kind === "Optional" ? hint.elem : hint;
    switch (expr.kind) {
      case "int":
        return context.int(BigInt.asIntN(64, expr.value));
      case "float":
        return builder.constant(IValue.float(expr.value));
      case "imaginary":
        return context.unsupported("complex numbers", expr);
      case "str":
        return builder.constant(IValue.str(expr.value));
      case "constant":
        if (expr.value !== null) return builder.constant(IValue.bool(expr.value));
        return context.none(hint?.kind === "Optional" ? hint : undefined);
      case "list":
        return this.#list(expr, wanted);
      case "tuple": {
        const types = wanted?.kind === "Tuple" ? wanted.elems : [];
        const items = expr.items.map((item, i) => this.value(item, types[i]));
        return builder.op("prim::TupleConstruct", items, tupleOf(items.map(({ type }) => type)));
      }
      case "dict":
        return this.#dict(expr, wanted);
      case "subscript":
        return this.#subscript(expr);
      case "unary":
        return this.#unary(expr);
      case "binary":
        return this.#binary(expr);
      case "conditional":
        return this.#choose(
          this.condition(expr.test),
          () => this.value(expr.yes, hint),
          () => this.value(expr.no, hint),
          expr,
        );
      default:
        return context.unsupported(`a ${expr.kind} here`, expr);
    }
  }

  #list(expr: Expr & { kind: "list" }, hint: Type | undefined): Value {
    const wanted = hint?.kind === "List" ? hint.elem : undefined;
    const items = expr.items.map((item) => this.value(item, wanted));
    const elem = wanted ?? this.#common(items, expr) ?? TensorType;
    this.context.mark(expr);
    return this.context.builder.op("prim::ListConstruct", items, listOf(elem));
  }

  #dict(expr: Expr & { kind: "dict" }, hint: Type | undefined): Value {
    const wanted = hint?.kind === "Dict" ? hint : undefined;
    const keys = expr.entries.map(([key]) => this.value(key, wanted?.key));
    const values = expr.entries.map(([, value]) => this.value(value, wanted?.value));
    const type =
      wanted ?? dictOf(this.#common(keys, expr) ?? StrType, this.#common(values, expr) ?? TensorType);
    const inputs = keys.flatMap((key, i) => [key, values[i]!]);
    return this.context.builder.op("prim::DictConstruct", inputs, type);
  }

  /** The type of all of these; undefined of none. */
  #common(values: readonly Value[], at: Span): Type | undefined {
    const { facts } = this.context.definitions;
    return values.reduce<Type | undefined>((type, value) => {
      if (type === undefined) return value.type;
      const both = unifyTypes(type, value.type, facts);
      if (both !== undefined) return both;
      const types = `${printType(type)} and ${printType(value.type)}`;
      return this.context.unsupported(`a list or dict of ${types}`, at);
    }, undefined);
  }

  #unary(expr: Expr & { kind: "unary" }): Value {
    const operand = this.value(expr.operand);
    if (expr.op === "+") return operand;
    if (expr.op === "not") {
      return this.#operator("aten::__not__", [truth(this.context, operand, expr)], expr);
    }
    return this.#operator(expr.op === "-" ? "aten::neg" : "aten::bitwise_not", [operand], expr);
  }

  #binary(expr: Expr & { kind: "binary" }): Value {
    const { op, left, right } = expr;
    if (op === "and" || op === "or") {
      const first = this.condition(left);
      const constant = () => this.context.builder.constant(IValue.bool(op === "or"));
      const second = () => this.condition(right);
      return op === "and"
        ? this.#choose(first, second, constant, expr)
        : this.#choose(first, constant, second, expr);
    }
    const a = this.value(left);
    const b = this.value(right);
    if (op === "in" || op === "not in") {
      const found = this.#operator("aten::__contains__", [b, a], expr);
      return op === "in" ? found : this.#operator("aten::__not__", [found], expr);
    }
    return this.#operator(BINARY[op]!, [a, b], expr);
  }

  /** `prim::If` with one result. */
  #choose(test: Value, yes: () => Value, no: () => Value, at: Span): Value {
    const context: FunctionContext = this.context;
    const node = context.builder.branch(test, yes, no, (a, b) => {
      const type = unifyTypes(a.type, b.type, context.definitions.facts);
      if (type === undefined) {
        context.unsupported(`a choice of ${printType(a.type)} and ${printType(b.type)}`, at);
      }
      return { outputs: [type], yes: [a], no: [b] };
    });
    return node.output;
  }

  /** A call of an operator with one result. */
  #operator(symbol: string, args: readonly Value[], at: Span): Value {
    this.context.mark(at);
    return asOne(this.context, callOperator(this.context, symbol, { args, keywords: new Map() }, at));
  }

  #name(expr: Expr & { kind: "name" }): Meaning {
    const { name } = expr;
    const found = this.scope.find(name);
    if (found !== undefined) return found;
    if (Object.hasOwn(FUNCTIONS, name)) return { kind: "operator", symbol: FUNCTIONS[name]! };
    if (NAMESPACES.has(name)) return { kind: "namespace", path: name };
    if (name === "inf" || name === "nan") {
      const value = name === "inf" ? Infinity : Number.NaN;
      return { kind: "value", value: this.context.builder.constant(IValue.float(value)) };
    }
    if (name === "infj" || name === "nanj") this.context.unsupported("complex numbers", expr);
    const alias = this.context.file.source.imports.get(name);
    if (alias !== undefined) return { kind: "namespace", path: alias };
    return this.context.refuse(`the name ${name} is not defined`, expr);
  }

  #attribute(object: Meaning, name: string, at: Span): Meaning {
    switch (object.kind) {
      case "namespace":
        return this.#member(object.path, name, at);
      case "class":
        return this.#classMember(object.name, name, at);
      case "value":
        return this.#valueAttribute(object.value, name, at);
      case "values":
        return this.#valueAttribute(asOne(this.context, object.values), name, at);
      default:
        return this.context.refuse(`there is no ${name} here`, at);
    }
  }

  #member(path: string, name: string, at: Span): Meaning {
    const context: FunctionContext = this.context;
    if (path === "CONSTANTS") {
      const index = Number(/^c(\d+)$/.exec(name)?.[1] ?? -1);
      const constant = context.imports.constant(index);
      if (constant === undefined) context.refuse(`there is no constant ${name}`, at);
      return { kind: "value", value: context.builder.constant(constant) };
    }
    if (path === "torch" || path === "aten") return { kind: "operator", symbol: `aten::${name}` };
    if (path === "prim") return { kind: "operator", symbol: `prim::${name}` };
    if (path === "ops") return { kind: "namespace", path: `ops.${name}` };
    if (path.startsWith("ops.")) return { kind: "operator", symbol: `${path.slice(4)}::${name}` };
    const qualified = `${path}.${name}`;
    const found = context.definitions.find(qualified);
    if (found?.kind === "function") return { kind: "function", name: qualified };
    if (found?.kind === "class" || context.definitions.typeNamed(qualified) !== undefined) {
      context.definitions.typeNamed(qualified);
      return { kind: "class", name: qualified };
    }
    return { kind: "namespace", path: qualified };
  }

  /** `Color.RED`, `Qual.__new__` */
  #classMember(type: string, name: string, at: Span): Meaning {
    const def = this.context.definitions.program.classes.get(type);
    if (def?.kind === "enum") {
      const member = def.members.find((candidate) => candidate.name === name);
      if (member === undefined) this.context.refuse(`${type} has no member ${name}`, at);
      const value = this.context.builder.constant(IValue.enum(type, name, member.value));
      return { kind: "value", value };
    }
    if (name === "__new__") return { kind: "operator", symbol: `new ${type}` };
    // hooks are saved as functions beside their class
    const qualified = `${type}.${name}`;
    if (this.context.definitions.find(qualified)?.kind === "function") {
      return { kind: "function", name: qualified };
    }
    return this.context.unsupported(`${name} of the class ${type}`, at);
  }

  #valueAttribute(value: Value, name: string, at: Span): Meaning {
    const context: FunctionContext = this.context;
    const { type } = value;
    switch (type.kind) {
      case "Class": {
        const attribute = context.definitions.attribute(type.name, name);
        if (attribute === undefined) return { kind: "method", object: value, name };
        context.mark(at);
        if (attribute.value !== undefined) {
          return { kind: "value", value: context.builder.constant(attribute.value, attribute.type) };
        }
        return { kind: "value", value: context.builder.getAttr(value, name, attribute.type) };
      }
      case "Interface":
        return { kind: "method", object: value, name };
      case "Tuple": {
        const index = type.names?.indexOf(name) ?? -1;
        if (index < 0) return context.refuse(`${printType(type)} has no field ${name}`, at);
        return { kind: "value", value: tupleItem(context, value, context.int(index), index, at) };
      }
      case "Enum":
        if (name === "name") return { kind: "value", value: this.#operator("prim::EnumName", [value], at) };
        if (name === "value") return { kind: "value", value: this.#enumValue(value, type.name, at) };
        return context.refuse(`an enum member has no ${name}`, at);
      default:
        return { kind: "operator", symbol: `aten::${name}`, self: value };
    }
  }

  #enumValue(member: Value, name: string, at: Span): Value {
    const def = this.context.definitions.program.classes.get(name);
    const type = def?.kind === "enum" ? def.valueType : AnyType;
    this.context.mark(at);
    return this.context.builder.op(`prim::EnumValue.${printType(type)}`, [member], type);
  }

  #call(expr: Expr & { kind: "call" }, hint: Type | undefined): Meaning {
    const { callee, args } = expr;
    const context: FunctionContext = this.context;
    if (callee.kind === "name" && FORMS.has(callee.name) && this.scope.find(callee.name) === undefined) {
      return { kind: "value", value: this.#form(callee.name, expr) };
    }
    const target = this.#meaning(callee);
    if (target.kind === "operator" && target.symbol.startsWith("new ")) {
      context.mark(expr);
      const type = classType(target.symbol.slice(4));
      return { kind: "value", value: context.builder.op("prim::CreateObject", [], type) };
    }
    if (target.kind === "operator" && target.symbol === "aten::tolist") {
      return { kind: "value", value: this.#toList(target.self!, hint, expr) };
    }
    if (target.kind === "operator" && target.symbol === "aten::device" && args[0]?.kind === "str") {
      return { kind: "value", value: context.builder.constant(IValue.device(args[0].value)) };
    }
    const given = this.#given(expr);
    context.mark(expr);
    switch (target.kind) {
      case "operator": {
        const all = target.self === undefined ? given : { ...given, args: [target.self, ...given.args] };
        const values = callOperator(context, target.symbol, all, expr);
        return values.length === 1 ? { kind: "value", value: values[0]! } : { kind: "values", values };
      }
      case "function":
        return { kind: "value", value: callFunction(context, target.name, given, expr) };
      case "class":
        return { kind: "value", value: construct(context, target.name, given, expr) };
      case "method":
        return { kind: "value", value: callMethod(context, target.object, target.name, given, expr) };
      case "value":
        if (target.value.type.kind !== "Class") context.refuse("expected a function", callee);
        return { kind: "value", value: callMethod(context, target.value, "__call__", given, expr) };
      default:
        return context.unsupported(this.#calledName(callee), expr);
    }
  }

  #calledName(callee: Expr): string {
    if (callee.kind === "name") return callee.name;
    return callee.kind === "attribute" ? `${this.#calledName(callee.object)}.${callee.name}` : "this call";
  }

  #given(expr: Expr & { kind: "call" }): Given {
    const args = expr.args.map((arg) => this.value(arg));
    const keywords = new Map(expr.keywords.map(({ name, value }) => [name, this.value(value)] as const));
    return { args, keywords };
  }

  /** The calls that are part of the language. */
  #form(name: string, expr: Expr & { kind: "call" }): Value {
    const context: FunctionContext = this.context;
    const arg = (i: number): Expr => expr.args[i] ?? context.refuse(`${name} takes more arguments`, expr);
    switch (name) {
      case "annotate": {
        const type = this.#type(arg(0));
        return this.annotated(this.value(arg(1), type), type, expr);
      }
      case "unchecked_cast":
        context.mark(expr);
        return context.cast(this.value(arg(1)), this.#type(arg(0)));
      case "uninitialized":
        context.mark(expr);
        return context.builder.uninitialized(this.#type(arg(0)));
      case "isinstance": {
        const value = this.value(arg(0));
        const types = arg(1);
        const listed = types.kind === "tuple" || types.kind === "list" ? types.items : [types];
        context.mark(expr);
        return isInstance(
          context,
          value,
          listed.map((type) => this.#type(type)),
        );
      }
      case "getattr": {
        const attribute = arg(1);
        if (attribute.kind !== "str") context.refuse("expected an attribute's name", attribute);
        const meaning = this.#attribute(this.#meaning(arg(0)), attribute.value, expr);
        return this.asValue(meaning, expr);
      }
      case "fork": {
        const closure = this.#meaning(arg(0));
        if (closure.kind !== "closure") context.unsupported("fork of anything but a local function", expr);
        return fork(context, closure, expr);
      }
      default:
        return context.unsupported(`${name} here`, expr);
    }
  }

  #type(expr: Expr): Type {
    return this.context.definitions.typeAt(expr, this.context.file);
  }

  /** The value where this type was written: a narrower one keeps its own, unless it is a bare None. */
  annotated(value: Value, type: Type, at: Span): Value {
    const context: FunctionContext = this.context;
    if (typeEquals(value.type, type)) return value;
    if (!context.isSubtype(value.type, type)) {
      const op = type.kind === "Device" ? undefined : implicitConversion(type, value.type);
      if (op !== undefined)
        return callOperator(context, op, { args: [value], keywords: new Map() }, undefined)[0]!;
      context.refuse(`expected ${printType(type)}, got ${printType(value.type)}`, at);
    }
    return context.cast(value, type);
  }

  /** `x.tolist()`, whose type is the one that it is annotated with. */
  #toList(tensor: Value, type: Type | undefined, at: Span): Value {
    const context: FunctionContext = this.context;
    if (type === undefined) context.refuse("tolist() needs an annotation of its type", at);
    let dims = 0;
    let elem = type;
    for (; elem.kind === "List"; elem = elem.elem) dims++;
    const code = ["int", "float", "bool"].indexOf(elem.kind);
    if (code < 0) context.unsupported(`tolist() of type ${printType(type)}`, at);
    context.mark(at);
    return context.builder.op("prim::tolist", [tensor, context.int(dims), context.int(code)], type, {});
  }

  #subscript(expr: Expr & { kind: "subscript" }): Value {
    const context: FunctionContext = this.context;
    const object = this.value(expr.object);
    const { index } = expr;
    const isTuple = object.type.kind === "Tuple";
    if (index.kind === "slice") {
      if (isTuple) return this.#tupleSlice(object, index, expr);
      const bound = (part: Expr | undefined) => (part === undefined ? context.none() : this.value(part));
      const step = index.step === undefined ? context.int(1) : this.value(index.step);
      const dim = object.type.kind === "Tensor" ? [context.int(0)] : [];
      const args = [object, ...dim, bound(index.lower), bound(index.upper), step];
      return this.#operator("aten::slice", args, expr);
    }
    const value = this.value(index);
    context.mark(expr);
    if (isTuple) {
      if (index.kind !== "int") return this.#anyTupleItem(object, value, expr);
      return tupleItem(context, object, value, Number(index.value), expr);
    }
    if (object.type.kind === "Tensor") {
      return this.#operator("aten::select", [object, context.int(0), value], expr);
    }
    if (object.type.kind === "Class" || object.type.kind === "Interface") {
      return callMethod(context, object, "__getitem__", { args: [value], keywords: new Map() }, expr);
    }
    return this.#operator("aten::__getitem__", [object, value], expr);
  }

  /** `tuple[i]` with an index that is known at run time only: the items are of one type. */
  #anyTupleItem(tuple: Value, index: Value, at: Span): Value {
    const elems = tuple.type.kind === "Tuple" ? tuple.type.elems : [];
    const { facts } = this.context.definitions;
    const type = elems.reduce<Type | undefined>((a, b) => a && unifyTypes(a, b, facts), elems[0]);
    if (type === undefined) this.context.unsupported("a computed index into a tuple of several types", at);
    return this.context.builder.op("prim::TupleIndex", [tuple, index], type);
  }

  #tupleSlice(tuple: Value, slice: Expr & { kind: "slice" }, at: Span): Value {
    const elems = tuple.type.kind === "Tuple" ? tuple.type.elems : [];
    const bound = (part: Expr | undefined, fallback: number): number => {
      if (part === undefined) return fallback;
      if (part.kind !== "int") return this.context.unsupported("a tuple's slice that is no literal", at);
      const i = Number(part.value);
      return Math.min(Math.max(i < 0 ? i + elems.length : i, 0), elems.length);
    };
    if (slice.step !== undefined) this.context.unsupported("a tuple's slice with a step", at);
    const begin = bound(slice.lower, 0);
    const end = Math.max(bound(slice.upper, elems.length), begin);
    return this.context.builder.op("prim::TupleSlice", [tuple], tupleOf(elems.slice(begin, end)), {
      beg: Attr.int(begin),
      end: Attr.int(end),
    });
  }
}
