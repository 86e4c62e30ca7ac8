/** Operators for which the language has syntax that means exactly them. A number is the IR's float. */

import { call, type Expr, infix, Prec, prefix, primary, receiver } from "./expression.ts";

/** Undefined where these arguments have no such form. */
type Form = (args: readonly Expr[]) => Expr | undefined;

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
/** A method of the first argument; arguments that are None are left out at the end. */
const method =
  (name: string): Form =>
  ([self, ...rest]) => {
    const count = rest.findLastIndex((arg) => arg.text !== "null") + 1;
    if (rest.slice(0, count).some((arg) => arg.text === "null")) return undefined;
    return call(`${receiver(self!)}.${name}`, rest.slice(0, count));
  };
const equals: Form = ([a, b]) => ({
  ...infix("===", Prec.equality, a!, b!),
  negated: infix("!==", Prec.equality, a!, b!).text,
});
const not: Form = ([a]) =>
  a!.negated === undefined ? prefix("!", a!) : { text: a!.negated, prec: Prec.equality };
/** `list[i] = value`, which is a statement. */
const setItem: Form = ([list, i, value]) => ({
  text: `${receiver(list!)}[${i!.text}] = ${value!.text}`,
  prec: Prec.arrow,
});
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
  ["aten::eq.float", equals],
  ["aten::eq.str", equals],
  ["aten::neg.float", unary("-")],
  ["aten::__not__", not],
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
  ["js::strAdd", binary("+", Prec.add)],
  ["js::strLt", binary("<", Prec.relation)],
  ["js::strLe", binary("<=", Prec.relation)],
  ["js::strGt", binary(">", Prec.relation)],
  ["js::strGe", binary(">=", Prec.relation)],
  ["js::str.float", fn("String")],
  ["js::str.bool", fn("String")],
  ["js::str.int", fn("String")],
  ["js::toNumber", fn("Number")],
  ["js::ofBool", fn("Number")],
  ["js::truthy.float", fn("Boolean")],
  ["js::truthy.str", fn("Boolean")],
  ["js::errorName", property("name")],
  ["js::errorMessage", property("message")],
  ["js::listLen", property("length")],
  ["js::strLen", property("length")],
  ["js::mapSize", property("size")],
  ["js::setIdx", setItem],
  ["js::listSlice", method("slice")],
  ["js::listIndexOf", method("indexOf")],
  ["js::listLastIndexOf", method("lastIndexOf")],
  ["js::listIncludes", method("includes")],
  ["js::joinStrs", method("join")],
  ["js::mapHas", method("has")],
  ["js::mapSet", method("set")],
  ["js::mapDelete", method("delete")],
  ["js::mapClear", method("clear")],
  ["js::strSlice", method("slice")],
  ...[
    ..."push unshift toFixed charAt charCodeAt substring indexOf lastIndexOf includes startsWith endsWith".split(
      " ",
    ),
    ..."split trim trimStart trimEnd padStart padEnd repeat replace replaceAll toLowerCase toUpperCase".split(
      " ",
    ),
  ].map((name) => [`js::${name}`, method(name)] as const),
]);
