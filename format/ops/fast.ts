/**
 * Operators that programs run millions of times: the virtual machine runs these from one table of jumps, with operands where
 * they stand, by a direct call of the very same kernels (assembly/vm/fast.gen.ts). Listing one here changes its speed and
 * nothing else.
 *
 * What may be listed: operators whose arguments are told by their tags (no tensors, no lists of one type).
 */

const NUMBERS = ["int", "float", "int_float", "float_int"];

function each(names: string, overloads: readonly string[]): string[] {
  return names.split(" ").flatMap((name) => overloads.map((overload) => `${name}.${overload}`));
}

/** Those that give a number or truth value whatever their arguments. */
export const totalOps: readonly string[] = [
  ...each("aten::add aten::sub aten::mul", NUMBERS),
  ...each("aten::div", ["int", "float"]),
  ...each("aten::neg", ["int", "float"]),
  ...each("aten::lt aten::le aten::gt aten::ge aten::eq aten::ne", NUMBERS),
  ...each("aten::eq aten::ne", ["bool", "str"]),
  ...each("aten::__and__ aten::__or__ aten::__xor__", ["bool", "int"]),
  "aten::__not__",
  "aten::len.t",
  "aten::__is__",
  "aten::__isnot__",
  ..."ofBool bitand bitor bitxor bitnot shl shr ushr floor ceil trunc round sqrt abs imul min max isNaN listLen mapHas mapSize strLen charCodeAt mod"
    .split(" ")
    .map((name) => `js::${name}`),
];

/** Of those, the ones that also have a form for operands whose types are proven beforehand: nothing is checked. */
export const provenOps: readonly string[] = each(
  "aten::add aten::sub aten::mul aten::lt aten::le aten::gt aten::ge aten::eq aten::ne",
  ["int", "float"],
);

/** Ends of loops, run as one where types are proven: a counter's step, and the comparison that jumps on its result. */
export const pairedOps: readonly (readonly [string, string])[] = ["int", "float"].flatMap((type) =>
  [
    ["add", "lt"],
    ["add", "le"],
    ["add", "ne"],
    ["sub", "gt"],
    ["sub", "ge"],
  ].map(([step, test]) => [`aten::${step}.${type}`, `aten::${test}.${type}`] as const),
);

/** Those that may fail, or give something that is counted; they take no scratch memory. */
export const checkedOps: readonly string[] = [
  ...each("aten::floordiv aten::remainder", ["int", "float"]),
  "aten::__getitem__.t",
  "aten::_set_item.t",
  "aten::append.t",
  ...["int", "float", "str"].flatMap((key) => [
    `aten::__getitem__.Dict_${key}`,
    `aten::_set_item.${key}`,
    `aten::__contains__.${key}`,
  ]),
  ..."idx at present setIdx push pop toInt fromInt mapGet mapAt mapSet recGet recSet"
    .split(" ")
    .map((name) => `js::${name}`),
];

/** Of those, the ones whose kernels stand in a class `Inline` of their module too, to be had without a call. */
export const inlinedOps: ReadonlySet<string> = new Set(
  ["idx", "at", "present", "setIdx"].map((name) => `js::${name}`),
);

/**
 * Of those, the ones whose kernels write their result at the very end, by one copy, whatever stood there: it goes to its
 * register directly, even if that is an operand's.
 */
export const directOps: ReadonlySet<string> = new Set([
  ...["idx", "at", "present", "mapGet", "mapAt"].map((name) => `js::${name}`),
  "aten::__getitem__.t",
  ...["int", "float", "str"].map((key) => `aten::__getitem__.Dict_${key}`),
]);

/** As the last, but they may take scratch memory. */
export const scratchOps: readonly string[] = ["aten::add.str", "js::strAdd", "js::strIdx"];
