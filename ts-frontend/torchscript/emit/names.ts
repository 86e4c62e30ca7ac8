/** Names that the source may use without defining them. */

/** Python's functions, by the operator that each is. */
export const FUNCTIONS: Readonly<Record<string, string>> = {
  print: "prim::Print",
  int: "aten::Int",
  float: "aten::Float",
  bool: "aten::Bool",
  str: "aten::str",
  len: "aten::len",
  abs: "prim::abs",
  min: "prim::min",
  max: "prim::max",
  ord: "aten::ord",
  chr: "aten::chr",
  hex: "aten::hex",
  oct: "aten::oct",
  bin: "aten::bin",
  hash: "aten::hash",
  id: "prim::id",
  pow: "aten::pow",
  round: "aten::round",
  divmod: "aten::divmod",
  sorted: "aten::sorted",
  any: "aten::any",
  all: "aten::all",
  sum: "aten::sum",
  list: "aten::list",
  dict: "aten::dict",
};

/** Calls that are no operators: the emitter knows each. */
export const FORMS = new Set([
  "annotate",
  "unchecked_cast",
  "uninitialized",
  "isinstance",
  "getattr",
  "hasattr",
  "fork",
  "range",
]);

/** Python's operators, by the operator that each is; `and`, `or` and `not in` are more than that. */
export const BINARY: Readonly<Record<string, string>> = {
  "+": "aten::add",
  "-": "aten::sub",
  "*": "aten::mul",
  "/": "aten::div",
  "//": "aten::floordiv",
  "%": "aten::remainder",
  "**": "aten::pow",
  "@": "aten::matmul",
  "==": "aten::eq",
  "!=": "aten::ne",
  "<": "aten::lt",
  "<=": "aten::le",
  ">": "aten::gt",
  ">=": "aten::ge",
  "&": "aten::__and__",
  "|": "aten::__or__",
  "^": "aten::__xor__",
  "<<": "aten::__lshift__",
  ">>": "aten::__rshift__",
  is: "aten::__is__",
  "is not": "aten::__isnot__",
};

/** Packages that code may name. */
export const NAMESPACES = new Set(["torch", "ops", "prim", "aten", "__torch__", "CONSTANTS"]);
