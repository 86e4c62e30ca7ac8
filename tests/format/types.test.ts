/** Types: notation, interning, subtyping as PyTorch has it, unification with schemas' type variables. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  AnyType,
  BoolType,
  canonical,
  classType,
  dictOf,
  FloatType,
  futureOf,
  IntType,
  interfaceType,
  isSubtype,
  listOf,
  NoneType,
  optionalOf,
  parseType,
  printType,
  ScalarType,
  StrType,
  simpleType,
  TensorType,
  type Type,
  tupleOf,
  typeEquals,
  typeVar,
  unionOf,
} from "../../format/types.ts";
import { substitute, unify } from "../../format/unify.ts";
import { anyType } from "./arbitraries.ts";

test.each<[Type, string]>([
  [listOf(optionalOf(TensorType)), "Tensor?[]"],
  [optionalOf(listOf(TensorType)), "Tensor[]?"],
  [tupleOf([]), "()"],
  [tupleOf([IntType]), "(int)"],
  [dictOf(StrType, TensorType), "Dict(str, Tensor)"],
  [unionOf([StrType, IntType, NoneType]), "Union(int, NoneType, str)"],
  [futureOf(TensorType), "Future(Tensor)"],
  [classType("__torch__.MyCell"), "__torch__.MyCell"],
  [classType("Tensor"), "Class<Tensor>"],
  [classType("a b"), 'Class<"a b">'],
  [interfaceType("__torch__.I"), "InterfaceType<__torch__.I>"],
  [ScalarType, "Scalar"],
  [NoneType, "NoneType"],
  [tupleOf([TensorType, IntType], ["x", "y"], "__torch__.P"), "NamedTuple(__torch__.P, x : Tensor, y : int)"],
  [tupleOf([TensorType, IntType], ["x", "y"]), "NamedTuple(x : Tensor, y : int)"],
  [tupleOf([], [], "P"), "NamedTuple(<P>)"],
  [typeVar("t"), "t"],
])("%j is written %s", (type, text) => {
  expect(printType(type)).toBe(text);
  expect(parseType(text)).toBe(type);
});

test.each([
  ["number", ScalarType],
  ["Future[int]", futureOf(IntType)],
  ["Union[int, str]", unionOf([IntType, StrType])],
  ["Float(2, 3, strides=[3, 1], requires_grad=0, device=cpu)", TensorType],
  ["Long(device=cpu)", TensorType],
  ["  Dict( str ,int [ ] ) ", dictOf(StrType, listOf(IntType))],
] as const)("PyTorch's %s is read", (text, type) => {
  expect(parseType(text)).toBe(type);
});

test.each([
  "",
  "int[",
  "Dict(str)",
  "Tensor]",
  "Union()",
  "(int,",
  "Class<>",
  "NamedTuple(x : int, y)",
  "Nonsense",
])("%j is no type", (text) => {
  expect(() => parseType(text)).toThrow("expected");
});

test("every type comes back from its text, as the same object", () => {
  fc.assert(
    fc.property(anyType, (type) => parseType(printType(type)) === type),
    { numRuns: 2000 },
  );
});

test("types made by hand equal interned ones", () => {
  const byHand: Type = { kind: "List", elem: { kind: "Optional", elem: { kind: "int" } } };
  expect(typeEquals(byHand, listOf(optionalOf(IntType)))).toBe(true);
  expect(canonical(byHand)).toBe(listOf(optionalOf(IntType)));
  expect(typeEquals(byHand, listOf(IntType))).toBe(false);
});

test("optional and union have one form each", () => {
  expect(optionalOf(optionalOf(IntType))).toBe(optionalOf(IntType));
  expect(unionOf([IntType, NoneType])).toBe(optionalOf(IntType));
  expect(unionOf([IntType, IntType])).toBe(IntType);
  expect(unionOf([optionalOf(StrType), IntType])).toBe(unionOf([NoneType, IntType, StrType]));
  expect(optionalOf(unionOf([IntType, StrType]))).toBe(unionOf([NoneType, IntType, StrType]));
});

describe("subtyping", () => {
  const named = tupleOf([IntType], ["x"], "__torch__.P");
  test.each<[Type, Type, boolean]>([
    [IntType, FloatType, false],
    [FloatType, IntType, false],
    [BoolType, IntType, false],
    [IntType, ScalarType, true],
    [BoolType, ScalarType, true],
    [ScalarType, IntType, false],
    [NoneType, optionalOf(IntType), true],
    [IntType, optionalOf(IntType), true],
    [optionalOf(IntType), IntType, false],
    [optionalOf(IntType), optionalOf(ScalarType), true],
    [optionalOf(IntType), AnyType, true],
    [AnyType, IntType, false],
    [listOf(IntType), listOf(ScalarType), false],
    [listOf(IntType), listOf(optionalOf(IntType)), false],
    [listOf(IntType), simpleType("AnyList"), true],
    [tupleOf([IntType]), tupleOf([ScalarType]), true],
    [tupleOf([IntType]), tupleOf([IntType, IntType]), false],
    [named, tupleOf([IntType]), true],
    [tupleOf([IntType]), named, false],
    [dictOf(IntType, IntType), dictOf(IntType, ScalarType), false],
    [IntType, unionOf([IntType, StrType]), true],
    [unionOf([IntType, StrType]), unionOf([IntType, StrType, FloatType]), true],
    [unionOf([IntType, StrType]), IntType, false],
    [optionalOf(IntType), unionOf([IntType, StrType, NoneType]), true],
    [optionalOf(IntType), unionOf([IntType, StrType]), false],
    [unionOf([IntType, FloatType]), ScalarType, true],
    [futureOf(IntType), futureOf(ScalarType), true],
    [classType("__torch__.A"), simpleType("AnyClass"), true],
    [classType("__torch__.A"), interfaceType("__torch__.I"), false],
  ])("%j in place of %j: %s", (a, b, expected) => {
    expect(isSubtype(a, b)).toBe(expected);
  });

  test("a class stands for an interface if the program says so", () => {
    const facts = {
      implements: (name: string, face: string) => name === "__torch__.A" && face === "__torch__.I",
    };
    expect(isSubtype(classType("__torch__.A"), interfaceType("__torch__.I"), facts)).toBe(true);
    expect(isSubtype(classType("__torch__.B"), optionalOf(interfaceType("__torch__.I")), facts)).toBe(false);
    expect(isSubtype(classType("__torch__.A"), optionalOf(interfaceType("__torch__.I")), facts)).toBe(true);
  });

  test("is reflexive, has a top, and takes T and None for T?", () => {
    fc.assert(
      fc.property(anyType, (type) => {
        expect(isSubtype(type, type)).toBe(true);
        expect(isSubtype(type, AnyType)).toBe(true);
        expect(isSubtype(type, optionalOf(type))).toBe(true);
        expect(isSubtype(NoneType, optionalOf(type))).toBe(true);
      }),
    );
  });

  test("is transitive", () => {
    fc.assert(
      fc.property(anyType, anyType, (a, b) => {
        const both = unionOf([a, b]);
        const wider = unionOf([both, StrType]);
        expect(isSubtype(a, both)).toBe(true);
        expect(isSubtype(both, wider)).toBe(true);
        expect(isSubtype(a, wider)).toBe(true);
      }),
    );
  });
});

describe("unification", () => {
  const t = typeVar("t");

  test("binds variables and holds them to it", () => {
    const bindings = new Map<string, Type>();
    expect(unify(listOf(t), listOf(optionalOf(TensorType)), bindings)).toBe(true);
    expect(bindings.get("t")).toBe(optionalOf(TensorType));
    expect(unify(t, TensorType, bindings)).toBe(true);
    expect(unify(t, IntType, bindings)).toBe(false);
    expect(substitute(dictOf(StrType, t), bindings)).toBe(dictOf(StrType, optionalOf(TensorType)));
  });

  test("does not bind by None", () => {
    const bindings = new Map<string, Type>();
    expect(unify(optionalOf(t), NoneType, bindings)).toBe(true);
    expect(substitute(t, bindings)).toBeUndefined();
    expect(unify(optionalOf(t), optionalOf(IntType), bindings)).toBe(true);
    expect(bindings.get("t")).toBe(IntType);
  });

  test("takes containers' contents exactly", () => {
    expect(unify(listOf(ScalarType), listOf(IntType), new Map())).toBe(false);
    const bindings = new Map<string, Type>([["t", ScalarType]]);
    expect(unify(listOf(t), listOf(IntType), bindings)).toBe(false);
    expect(unify(t, IntType, bindings)).toBe(true);
  });
});
