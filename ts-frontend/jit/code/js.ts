/** Operators for which the language has syntax that means exactly them. A number is the IR's float. */

import { call, type Expr, infix, Prec, prefix, primary, receiver } from "./expression.ts";

type Form = (args: readonly Expr[]) => Expr;

const binary =
  (operator: string, prec: number): Form =>
  ([a, b]) =>
    infix(operator, prec, a!, b!);
const unary =
  (operator: string): Form =>
  ([a]) =>
    prefix(operator, a!);
/** A function of the language: `Math.floor(x)`. */
const fn =
  (name: string): Form =>
  (args) =>
    call(name, args);
/** A method of the first argument. */
const method =
  (name: string): Form =>
  ([self, ...rest]) =>
    call(`${receiver(self!)}.${name}`, rest);
const property =
  (name: string): Form =>
  ([self]) =>
    primary(`${receiver(self!)}.${name}`);

/** By full operator name. */
export const NATIVE: ReadonlyMap<string, Form> = new Map<string, Form>([
  ["aten::add.float", binary("+", Prec.add)],
  ["aten::sub.float", binary("-", Prec.add)],
  ["aten::mul.float", binary("*", Prec.multiply)],
  ["aten::div.float", binary("/", Prec.multiply)],
  ["aten::lt.float", binary("<", Prec.relation)],
  ["aten::le.float", binary("<=", Prec.relation)],
  ["aten::gt.float", binary(">", Prec.relation)],
  ["aten::ge.float", binary(">=", Prec.relation)],
  ["aten::eq.float", binary("===", Prec.equality)],
  ["aten::ne.float", binary("!==", Prec.equality)],
  ["aten::neg.float", unary("-")],
  ["aten::__not__", unary("!")],
  ["js::mod", binary("%", Prec.multiply)],
  ["js::bitand", binary("&", Prec.bitAnd)],
  ["js::bitor", binary("|", Prec.bitOr)],
  ["js::bitxor", binary("^", Prec.bitXor)],
  ["js::bitnot", unary("~")],
  ["js::shl", binary("<<", Prec.shift)],
  ["js::shr", binary(">>", Prec.shift)],
  ["js::ushr", binary(">>>", Prec.shift)],
  ...["floor", "ceil", "trunc", "round", "sqrt", "abs", "sign", "fround", "clz32", "imul", "min", "max"].map(
    (name) => [`js::${name}`, fn(`Math.${name}`)] as const,
  ),
  ...["isInteger", "isFinite", "isNaN", "isSafeInteger"].map(
    (name) => [`js::${name}`, fn(`Number.${name}`)] as const,
  ),
  ["js::sameValue", fn("Object.is")],
  ["js::toRadix", method("toString")],
  ["js::listLen", property("length")],
  ["js::strLen", property("length")],
  ["js::errorName", property("name")],
  ["js::errorMessage", property("message")],
]);
