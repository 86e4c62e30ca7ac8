/** Every kind of refusal, with its whole message: what was found, where, and what to write instead. */

import { jit } from "sconce/torch";
import { describe, expect, test } from "vitest";
import { refusalOf } from "./harness.ts";

describe("refused", () => {
  test("tensor + tensor", async () => {
    const text = `
function f(x: Tensor, y: Tensor): Tensor {
  return x + y;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_TENSOR_OPERATOR: + does not work on tensors in JavaScript
        at model.ts:3:10
          return x + y;
                 ^^^^^
        Write x.add(y)."
    `);
  });

  test("number * tensor", async () => {
    const text = `
function f(x: Tensor): Tensor {
  return 2 * x;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_TENSOR_OPERATOR: * does not work on tensors in JavaScript
        at model.ts:3:10
          return 2 * x;
                 ^^^^^
        Write x.mul(2)."
    `);
  });

  test("tensor < number", async () => {
    const text = `
function f(x: Tensor): boolean {
  return x < 0;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_TENSOR_OPERATOR: < does not work on tensors in JavaScript
        at model.ts:3:10
          return x < 0;
                 ^^^^^
        Write x.lt(0)."
    `);
  });

  test("compound assignment of tensors", async () => {
    const text = `
function f(x: Tensor): Tensor {
  let y = x;
  y += 1;
  return y;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_TENSOR_OPERATOR: + does not work on tensors in JavaScript
        at model.ts:4:3
          y += 1;
          ^^^^^^
        Write y = y.add(1)."
    `);
  });

  test("minus tensor", async () => {
    const text = `
function f(x: Tensor): Tensor {
  return -x;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_TENSOR_OPERATOR: - does not work on tensors in JavaScript
        at model.ts:3:10
          return -x;
                 ^^
        Write x.neg()."
    `);
  });

  test("tensor ** number", async () => {
    const text = `
function f(x: Tensor): Tensor {
  return x ** 2;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_TENSOR_OPERATOR: ** does not work on tensors in JavaScript
        at model.ts:3:10
          return x ** 2;
                 ^^^^^^
        Write x.pow(2)."
    `);
  });

  test("tensor & tensor", async () => {
    const text = `
function f(x: Tensor): Tensor {
  return x & x;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_TENSOR_OPERATOR: & does not work on tensors in JavaScript
        at model.ts:3:10
          return x & x;
                 ^^^^^
        Write x.bitwiseAnd(x)."
    `);
  });

  test("tensor === tensor", async () => {
    const text = `
function f(x: Tensor, y: Tensor): boolean {
  return x === y;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_TENSOR_OPERATOR: === compares tensors as objects, not their elements
        at model.ts:3:10
          return x === y;
                 ^^^^^^^
        Write x.eq(y) for the elements, or torch.equal(x, y) for all of them."
    `);
  });

  test("tensor == number", async () => {
    const text = `
function f(x: Tensor): number {
  if (x == 0) return 1;
  return 2;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_TENSOR_OPERATOR: == compares tensors as objects, not their elements
        at model.ts:3:7
          if (x == 0) return 1;
              ^^^^^^
        Write x.eq(0) for the elements, and itemBool() of that where there is one."
    `);
  });

  test("index of a tensor", async () => {
    const text = `
function f(x: Tensor): Tensor {
  return x[0];
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_TENSOR_OPERATOR: [] does not index tensors in JavaScript
        at model.ts:3:10
          return x[0];
                 ^^^^
        Write x.at(0)."
    `);
  });

  test("assigned part of a tensor", async () => {
    const text = `
function f(x: Tensor): Tensor {
  x[0] = 1;
  return x;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_ASSIGNMENT: a part of Tensor cannot be assigned
        at model.ts:3:3
          x[0] = 1;
          ^^^^
        Write x.set([i], value), or an in-place operator such as x.fill_(0)."
    `);
  });

  test("if (tensor)", async () => {
    const text = `
function f(x: Tensor): number {
  if (x) return 1;
  return 2;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_TENSOR_CONDITION: a tensor used as a condition is always true in JavaScript
        at model.ts:3:7
          if (x) return 1;
              ^
        Write \`x.itemBool()\` for a tensor of one element, or a comparison such as \`x.sum().item() > 0\`."
    `);
  });

  test("while (tensor method)", async () => {
    const text = `
function f(x: Tensor): Tensor {
  while (x.sum().gt(0)) x = x.sub(1);
  return x;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_TENSOR_CONDITION: a tensor used as a condition is always true in JavaScript
        at model.ts:3:10
          while (x.sum().gt(0)) x = x.sub(1);
                 ^^^^^^^^^^^^^
        Write \`x.itemBool()\` for a tensor of one element, or a comparison such as \`x.sum().item() > 0\`."
    `);
  });

  test("tensor ? a : b", async () => {
    const text = `
function f(x: Tensor): number {
  return x.any() ? 1 : 2;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_TENSOR_CONDITION: a tensor used as a condition is always true in JavaScript
        at model.ts:3:10
          return x.any() ? 1 : 2;
                 ^^^^^^^
        Write \`x.itemBool()\` for a tensor of one element, or a comparison such as \`x.sum().item() > 0\`."
    `);
  });

  test("!tensor", async () => {
    const text = `
function f(x: Tensor): boolean {
  return !x;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_TENSOR_CONDITION: a tensor used as a condition is always true in JavaScript
        at model.ts:3:11
          return !x;
                  ^
        Write \`x.itemBool()\` for a tensor of one element, or a comparison such as \`x.sum().item() > 0\`."
    `);
  });

  test("array as condition", async () => {
    const text = `
function f(list: number[]): number {
  return list ? 1 : 2;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_OBJECT_CONDITION: number[] used as a condition is always true in JavaScript
        at model.ts:3:10
          return list ? 1 : 2;
                 ^^^^
        Write the comparison that you mean, such as \`list.length > 0\`."
    `);
  });

  test("object as condition", async () => {
    const text = `
function f(m: Map<string, number>): number {
  if (m && m.size > 0) return 1;
  return 2;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_OBJECT_CONDITION: Map<string, number> used as a condition is always true in JavaScript
        at model.ts:3:7
          if (m && m.size > 0) return 1;
              ^
        Write the comparison that you mean, such as \`list.length > 0\`."
    `);
  });

  test("Math.sin", async () => {
    const text = `
function f(a: number): number {
  return Math.sin(a);
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_HOST_MATH: the result of Math.sin differs between JavaScript engines
        at model.ts:3:10
          return Math.sin(a);
                 ^^^^^^^^^^^
        Write math.sin(a), which gives the same bits everywhere."
    `);
  });

  test("Math.pow", async () => {
    const text = `
function f(a: number): number {
  return Math.pow(a, 0.5);
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_HOST_MATH: the result of Math.pow differs between JavaScript engines
        at model.ts:3:10
          return Math.pow(a, 0.5);
                 ^^^^^^^^^^^^^^^^
        Write math.pow(a, 0.5), which gives the same bits everywhere."
    `);
  });

  test("Math.random", async () => {
    const text = `
function f(): number {
  return Math.random();
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_HOST_MATH: the result of Math.random differs between JavaScript engines
        at model.ts:3:10
          return Math.random();
                 ^^^^^^^^^^^^^
        Use torch.rand([]).item(), whose numbers follow the seed."
    `);
  });

  test("a ** b", async () => {
    const text = `
function f(a: number, b: number): number {
  return a ** b;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_HOST_MATH: the result of ** differs between JavaScript engines
        at model.ts:3:10
          return a ** b;
                 ^^^^^^
        Write math.pow(a, b), which gives the same bits everywhere, or a product such as \`x * x\`."
    `);
  });

  test("a **= b", async () => {
    const text = `
function f(a: number): number {
  let x = a;
  x **= 2;
  return x;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_HOST_MATH: the result of ** differs between JavaScript engines
        at model.ts:4:3
          x **= 2;
          ^^^^^^^
        Write math.pow(a, b), which gives the same bits everywhere, or a product such as \`x * x\`."
    `);
  });

  test("regular expression", async () => {
    const text = `
function f(s: string): string {
  return s.replace(/a+/g, "b");
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_UNSUPPORTED_SYNTAX: regular expressions are not supported
        at model.ts:3:20
          return s.replace(/a+/g, "b");
                           ^^^^^
        Use string methods such as split, indexOf, replaceAll and charCodeAt."
    `);
  });

  test("async function", async () => {
    const text = `
async function f(x: Tensor) {
  return x;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_UNSUPPORTED_SYNTAX: async functions are not supported
        at model.ts:2:1
          async function f(x: Tensor) {
          ^^^^^^^^^^^^^^^^^^^^^^^^^^^
        Scripts run to their end; use jit.fork and jit.wait for what may run at the same time."
    `);
  });

  test("await", async () => {
    const text = `
function f(x: Tensor): Tensor {
  const g = async () => await x;
  return x;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_UNSUPPORTED_SYNTAX: async functions are not supported
        at model.ts:3:13
          const g = async () => await x;
                    ^^^^^^^^^^^
        Scripts run to their end; use jit.fork and jit.wait for what may run at the same time."
    `);
  });

  test("generator", async () => {
    const text = `
function f(n: number): number {
  function* g() { yield n; }
  return n;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_UNSUPPORTED_SYNTAX: generators are not supported
        at model.ts:3:3
          function* g() { yield n; }
          ^^^^^^^^^^^^^
        Scripts run to their end; use jit.fork and jit.wait for what may run at the same time."
    `);
  });

  test("for in", async () => {
    const text = `
function f(r: Record<string, number>): number {
  let n = 0;
  for (const k in r) n++;
  return n;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_UNSUPPORTED_SYNTAX: for…in is not supported
        at model.ts:4:3
          for (const k in r) n++;
          ^^^^^^^^^^^^^^^^^^^^^^^
        Use \`for (const key of Object.keys(record))\`, or for…of over an array or Map."
    `);
  });

  test("getter in a literal", async () => {
    const text = `
function f(n: number): number {
  const o = { get x() { return n; } };
  return o.x;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_UNSUPPORTED_SYNTAX: getters and setters in object literals
        at model.ts:3:15
          const o = { get x() { return n; } };
                      ^^^^^^^^^^^^^^^^^^^^^"
    `);
  });

  test("array with holes", async () => {
    const text = `
function f(n: number): number[] {
  return [n, , n];
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_UNSUPPORTED_SYNTAX: an array literal with holes
        at model.ts:3:10
          return [n, , n];
                 ^^^^^^^^"
    `);
  });

  test("class inside", async () => {
    const text = `
function f(n: number): number {
  class A {}
  return n;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_UNSUPPORTED_SYNTAX: a class declaration is not supported in a script
        at model.ts:3:3
          class A {}
          ^^^^^^^^^^"
    `);
  });

  test("labelled block", async () => {
    const text = `
function f(n: number): number {
  here: {
    if (n > 1) break here;
  }
  return n;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_UNSUPPORTED_SYNTAX: only loops can have a label
        at model.ts:3:9
          here: {
                ^"
    `);
  });

  test("tagged template", async () => {
    const text = `
function f(s: string): string {
  return String.raw\`a\${s}\`;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_UNSUPPORTED_SYNTAX: a tagged template expression is not supported in a script
        at model.ts:3:10
          return String.raw\`a\${s}\`;
                 ^^^^^^^^^^^^^^^^^"
    `);
  });

  test("delete of an array's item", async () => {
    const text = `
function f(list: number[]): number[] {
  delete list[0];
  return list;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_UNSUPPORTED_SYNTAX: delete works on the keys of a record only
        at model.ts:3:3
          delete list[0];
          ^^^^^^^^^^^^^^
        Use a Map and its delete method."
    `);
  });

  test("new.target", async () => {
    const text = `
function f(n: number): number {
  return new.target ? 1 : n;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_UNSUPPORTED_SYNTAX: a meta property is not supported in a script
        at model.ts:3:10
          return new.target ? 1 : n;
                 ^^^^^^^^^^"
    `);
  });

  test("unknown name", async () => {
    const text = `
function f(n: number): number {
  return n * scale;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_UNKNOWN_NAME: scale is not known to the script
        at model.ts:3:14
          return n * scale;
                     ^^^^^
        Pass it: jit.script(f, { scope: { scale } }), or build with sconce/plugin, which passes it by itself."
    `);
  });

  test("used before it is declared", async () => {
    const text = `
function f(n: number): number {
  const y = x + n;
  const x = 1;
  return y;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_UNKNOWN_NAME: x is used before it is declared
        at model.ts:3:13
          const y = x + n;
                    ^"
    `);
  });

  test("unknown global", async () => {
    const text = `
function f(n: number): number {
  setTimeout(() => n, 10);
  return n;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_UNKNOWN_NAME: setTimeout is of the host, not of the language: a script cannot use it
        at model.ts:3:3
          setTimeout(() => n, 10);
          ^^^^^^^^^^
        Do it around the call of the script, and pass what it needs."
    `);
  });

  test("this in a function", async () => {
    const text = `
function f(n: number): number {
  return this.x + n;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_UNKNOWN_NAME: this is not known here
        at model.ts:3:10
          return this.x + n;
                 ^^^^
        Methods of classes and modules have it, and the arrow functions inside them."
    `);
  });

  test("number where a string is wanted", async () => {
    const text = `
function f(n: number): string {
  return n;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_TYPE_MISMATCH: expected string, got number
        at model.ts:3:10
          return n;
                 ^
        Write \`String(value)\` or a template string."
    `);
  });

  test("tensor where a number is wanted", async () => {
    const text = `
function f(x: Tensor): number {
  return x.sum();
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_TYPE_MISMATCH: expected number, got Tensor
        at model.ts:3:10
          return x.sum();
                 ^^^^^^^
        Take \`.item()\` of the tensor for a number."
    `);
  });

  test("number where a tensor is wanted", async () => {
    const text = `
function f(x: Tensor): Tensor {
  return 1.5;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_TYPE_MISMATCH: expected Tensor, got number
        at model.ts:3:10
          return 1.5;
                 ^^^
        Make a tensor of it: \`torch.tensor(value)\`."
    `);
  });

  test("wrong type in an array", async () => {
    const text = `
function f(n: number): string[] {
  const out: string[] = [];
  out.push(n);
  return out;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_TYPE_MISMATCH: expected string, got number
        at model.ts:4:12
          out.push(n);
                   ^
        Write \`String(value)\` or a template string."
    `);
  });

  test("tuple of another length", async () => {
    const text = `
function f(n: number): [number, number] {
  return [n, n, n];
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_TYPE_MISMATCH: expected 2 items for [number, number], got 3
        at model.ts:3:10
          return [n, n, n];
                 ^^^^^^^^^"
    `);
  });

  test("string + map", async () => {
    const text = `
function f(s: string, m: Map<string, number>): string {
  return s + m;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_OPERATOR_TYPES: Map<string, number> as text says nothing of what it holds
        at model.ts:3:10
          return s + m;
                 ^^^^^
        Put its numbers and strings into the text one by one."
    `);
  });

  test("string - number", async () => {
    const text = `
function f(s: string): number {
  return s - 1;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_OPERATOR_TYPES: - of string and int
        at model.ts:3:10
          return s - 1;
                 ^^^^^
        Convert one of them: Number(x), String(x)."
    `);
  });

  test("bigint + number", async () => {
    const text = `
function f(a: bigint): bigint {
  return a + 1n;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_OPERATOR_TYPES: + of bigint and bigint
        at model.ts:3:10
          return a + 1n;
                 ^^^^^^
        bigints are int64 here: use ops.aten.add(a, b) and the like, or numbers."
    `);
  });

  test("boolean + number", async () => {
    const text = `
function f(a: boolean): number {
  return a + 1;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_OPERATOR_TYPES: + of boolean and int
        at model.ts:3:10
          return a + 1;
                 ^^^^^
        Write Number(flag) where a number is meant."
    `);
  });

  test("string < number", async () => {
    const text = `
function f(s: string): boolean {
  return s < 1;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_OPERATOR_TYPES: < of string and int
        at model.ts:3:10
          return s < 1;
                 ^^^^^
        Convert one of them: Number(x), String(x)."
    `);
  });

  test("size as a number", async () => {
    const text = `
function f(x: Tensor): number {
  return x.size(0) * 2;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_OPERATOR_TYPES: * of Dim and int
        at model.ts:3:10
          return x.size(0) * 2;
                 ^^^^^^^^^^^^^
        A size is a Dim: use its methods, \`n.mul(2)\`, or \`n.value\` for a number."
    `);
  });

  test("object === string", async () => {
    const text = `
function f(m: Map<string, number>): boolean {
  return m == "a";
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_OPERATOR_TYPES: comparing Map<string, number> with string
        at model.ts:3:10
          return m == "a";
                 ^^^^^^^^
        Compare numbers, strings or booleans; arrays and objects are equal only to themselves."
    `);
  });

  test("unknown type", async () => {
    const text = `
function f(x: Tensorr): number {
  return 1;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_UNKNOWN_TYPE: the type Tensorr is not known
        at model.ts:2:12
          function f(x: Tensorr): number {
                     ^
        Types are number, int, boolean, string, bigint, Tensor, T[], [A, B], Map, Set, Record<string, T>, unions, interfaces and script classes."
    `);
  });

  test("intersection type", async () => {
    const text = `
function f(x: { a: number } & { b: number }): number {
  return x.a;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_UNKNOWN_TYPE: intersections of types are not supported
        at model.ts:2:12
          function f(x: { a: number } & { b: number }): number {
                     ^"
    `);
  });

  test("keyof", async () => {
    const text = `
function f(x: keyof { a: number }): number {
  return 1;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_UNKNOWN_TYPE: the type operator keyof is not supported
        at model.ts:2:12
          function f(x: keyof { a: number }): number {
                     ^"
    `);
  });

  test("array that never says its type", async () => {
    const text = `
function f(n: number): number {
  const list = [];
  return list.length + n;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_UNKNOWN_TYPE: the type of what this holds is not known: ?[]
        at model.ts:3:16
          const list = [];
                       ^^
        Give the variable a type, as in \`const list: number[] = []\` (JavaScript: /** @type {number[]} */)."
    `);
  });

  test("tolist without a type", async () => {
    const text = `
function f(x: Tensor): number {
  const list = x.tolist();
  return list.length;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_UNKNOWN_TYPE: the depth and the element type of tolist() are not known
        at model.ts:3:16
          const list = x.tolist();
                       ^^^^^^^^^^
        Write \`x.tolist() as number[]\` (JavaScript: /** @type {number[]} */ (x.tolist()))."
    `);
  });

  test("no such property", async () => {
    const text = `
interface P { x: number }
function f(n: number): number {
  const p: P = { x: n };
  return p.y;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_NO_PROPERTY: P has no y
        at model.ts:5:10
          return p.y;
                 ^^^
        It has: x."
    `);
  });

  test("no such method of an array", async () => {
    const text = `
function f(list: number[]): number[] {
  return list.copyWithin(0, 1);
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_NO_PROPERTY: number[] has no method copyWithin in scripts
        at model.ts:3:10
          return list.copyWithin(0, 1);
                 ^^^^^^^^^^^^^^^^^^^^^"
    `);
  });

  test("no such method of a string", async () => {
    const text = `
function f(s: string): string {
  return s.normalize();
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_NO_PROPERTY: string has no method normalize in scripts
        at model.ts:3:10
          return s.normalize();
                 ^^^^^^^^^^^^^"
    `);
  });

  test("no such method of a tensor", async () => {
    const text = `
function f(x: Tensor): Tensor {
  return x.frobnicate();
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_NO_PROPERTY: Tensor has no method frobnicate in scripts
        at model.ts:3:10
          return x.frobnicate();
                 ^^^^^^^^^^^^^^"
    `);
  });

  test("property of a union", async () => {
    const text = `
function f(x: number | string): number {
  return x.length;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_NO_PROPERTY: number | string has no length in every case
        at model.ts:3:10
          return x.length;
                 ^^^^^^^^
        Narrow it first: with instanceof, typeof, or a test of a field that tells the cases apart."
    `);
  });

  test("field of the wrong case", async () => {
    const text = `
interface A { kind: "a"; n: number }
interface B { kind: "b"; s: string }
function f(n: number): number {
  const x: A | B = n > 1 ? { kind: "a", n } : { kind: "b", s: "" };
  return x.n;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_NO_PROPERTY: A | B has no n in every case
        at model.ts:6:10
          return x.n;
                 ^^^
        Narrow it first: with instanceof, typeof, or a test of a field that tells the cases apart."
    `);
  });

  test("missing field", async () => {
    const text = `
interface P { x: number; y: number }
function f(n: number): number {
  const p: P = { x: n };
  return p.x;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_TYPE_MISMATCH: the field y: number of P is missing
        at model.ts:4:16
          const p: P = { x: n };
                       ^^^^^^^^"
    `);
  });

  test("field too many", async () => {
    const text = `
interface P { x: number }
function f(n: number): number {
  const p: P = { x: n, z: 1 };
  return p.x;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_TYPE_MISMATCH: P has no field z
        at model.ts:4:16
          const p: P = { x: n, z: 1 };
                       ^^^^^^^^^^^^^^
        It has: x."
    `);
  });

  test("called number", async () => {
    const text = `
function f(n: number): number {
  return n(1);
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_NOT_CALLABLE: number is no function
        at model.ts:3:10
          return n(1);
                 ^^^^"
    `);
  });

  test("called module namespace", async () => {
    const text = `
function f(x: Tensor): Tensor {
  return torch(x);
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_NOT_CALLABLE: torch is no function
        at model.ts:3:10
          return torch(x);
                 ^^^^^^^^"
    `);
  });

  test("class without new", async () => {
    const text = `
class P {
  x = 1;
}
function f(n: number): number {
  return P().x + n;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_NOT_CALLABLE: P is a class
        at model.ts:6:10
          return P().x + n;
                 ^^^
        Write new P(…)."
    `);
  });

  test("missing argument", async () => {
    const text = `
function g(a: number, b: string): number {
  return a + b.length;
}
function f(n: number): number {
  return g(n);
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_ARGUMENTS: argument 2 of g is missing: it is string
        at model.ts:6:10
          return g(n);
                 ^^^^"
    `);
  });

  test("argument of the wrong type", async () => {
    const text = `
function g(a: string): number {
  return a.length;
}
function f(n: number): number {
  return g(n);
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_TYPE_MISMATCH: expected string, got number
        at model.ts:6:12
          return g(n);
                   ^
        Write \`String(value)\` or a template string."
    `);
  });

  test("spread of unknown length into a call", async () => {
    const text = `
function g(a: number, b: number): number {
  return a + b;
}
function f(list: number[]): number {
  return g(1, ...list);
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_ARGUMENTS: an array of unknown length cannot be spread into a call
        at model.ts:6:15
          return g(1, ...list);
                      ^^^^^^^
        Pass the array itself where a list is taken."
    `);
  });

  test("no overload", async () => {
    const text = `
function f(x: Tensor, s: string): Tensor {
  return x.add(s);
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_NO_OVERLOAD: no overload of aten::add takes (Tensor, string):
        aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor
          argument other should be Tensor, got string
        aten::add.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor
          argument other should be Scalar, got string
        at model.ts:3:10
          return x.add(s);
                 ^^^^^^^^"
    `);
  });

  test("unknown option", async () => {
    const text = `
function f(x: Tensor): Tensor {
  return x.add(1, { beta: 2 });
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_NO_OVERLOAD: no overload of aten::add takes (Tensor, int, beta: int):
        aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor
          argument other should be Tensor, got int
        aten::add.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor
          has no argument named beta
        at model.ts:3:10
          return x.add(1, { beta: 2 });
                 ^^^^^^^^^^^^^^^^^^^^^"
    `);
  });

  test("too many arguments of an operator", async () => {
    const text = `
function f(x: Tensor): Tensor {
  return x.relu(1, 2);
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_NO_OVERLOAD: no overload of aten::relu takes (Tensor, int, int):
        aten::relu(Tensor self) -> Tensor
          takes at most 1 positional argument, got 3
        at model.ts:3:10
          return x.relu(1, 2);
                 ^^^^^^^^^^^^"
    `);
  });

  test("operator that is not there", async () => {
    const text = `
function f(x: Tensor): Tensor {
  return x.corrcoef();
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_NO_PROPERTY: Tensor has no method corrcoef in scripts
        at model.ts:3:10
          return x.corrcoef();
                 ^^^^^^^^^^^^
        PyTorch has it, Sconce does not yet: docs/ops.md lists what there is."
    `);
  });

  test("property of what may be null", async () => {
    const text = `
function f(s: null): number {
  return s.length;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_NULLISH: length of null
        at model.ts:3:10
          return s.length;
                 ^^^^^^^^
        Test for null before, or write \`?.\`."
    `);
  });

  test("null or undefined", async () => {
    const text = `
function f(x: number | null | undefined): boolean {
  return x === null;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_NULLISH: a value that may be null or undefined cannot tell the two apart
        at model.ts:3:10
          return x === null;
                 ^^^^^^^^^^
        Write \`== null\`, which is true for both."
    `);
  });

  test("stored function", async () => {
    const text = `
function f(n: number): number {
  const list = [(x: number) => x + n];
  list.push((x) => x);
  return n;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_CLOSURE: a function is used as a value
        at model.ts:4:3
          list.push((x) => x);
          ^^^^^^^^^^^^^^^^^^^
        Functions of a script can be called and given to array methods; they cannot be stored or returned."
    `);
  });

  test("returned function", async () => {
    const text = `
function f(n: number) {
  return (x: number) => x + n;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_CLOSURE: a function is used as a value
        at model.ts:2:1
          function f(n: number) {
          ^^^^^^^^^^^^^^^^^^^^^^^
        Functions of a script can be called and given to array methods; they cannot be stored or returned."
    `);
  });

  test("function that changes in a loop", async () => {
    const text = `
function f(n: number): number {
  let g = (x: number): number => x;
  for (let i = 0; i < n; i++) g = (x) => x + i;
  return g(n);
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_CLOSURE: g is a function and changes in a loop
        at model.ts:4:3
          for (let i = 0; i < n; i++) g = (x) => x + i;
          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"
    `);
  });

  test("another function in each branch", async () => {
    const text = `
function f(n: number): number {
  const g = n > 1 ? (x: number) => x : (x: number) => -x;
  return g(n);
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_CLOSURE: the result is a different function in each branch
        at model.ts:3:13
          const g = n > 1 ? (x: number) => x : (x: number) => -x;
                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        Call the function in each branch instead."
    `);
  });

  test("task that assigns outside", async () => {
    const text = `
function f(x: Tensor): number {
  let n = 0;
  const task = jit.fork(() => {
    n += 1;
    return x;
  });
  jit.wait(task);
  return n;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_CLOSURE: a task cannot assign n, which is outside of it
        at model.ts:4:16
          const task = jit.fork(() => {
                       ^^^^^^^^^^^^^^^^
        Return the value from the task and assign what jit.wait gives."
    `);
  });

  test("recursion inside a function", async () => {
    const text = `
function f(n: number): number {
  const g = (x: number): number => (x < 1 ? 0 : g(x - 1));
  return g(n);
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_RECURSION: g calls itself, but it is a function inside another
        at model.ts:3:49
          const g = (x: number): number => (x < 1 ? 0 : g(x - 1));
                                                        ^^^^^^^^
        Move it to the top of the module: functions there may be recursive.
        g was compiled because it was called from g at model.ts:3:49
        g was compiled because it was called from f at model.ts:4:10"
    `);
  });

  test("recursion without a type", async () => {
    const text = `
function g(n: number) {
  return n > 1 ? h(n - 1) : 0;
}
function h(n: number) {
  return g(n);
}
function f(n: number): number {
  return h(n);
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_RECURSION: h calls itself: the type of its result must be declared
        at model.ts:3:18
          return n > 1 ? h(n - 1) : 0;
                         ^^^^^^^^
        Write \`function h(…): number\`, or /** @returns {number} */ in JavaScript.
        g was compiled because it was called from h at model.ts:6:10
        h was compiled because it was called from f at model.ts:9:10"
    `);
  });

  test("assigned constant", async () => {
    const text = `
function f(n: number): number {
  const x = n;
  x = 2;
  return x;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_ASSIGNMENT: x is a constant
        at model.ts:4:3
          x = 2;
          ^
        Declare it with let."
    `);
  });

  test("assigned outside", async () => {
    const text = `
function f(n: number): number {
  total = n;
  return n;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_ASSIGNMENT: total is outside the script and cannot be assigned
        at model.ts:3:3
          total = n;
          ^^^^^
        Keep state in attributes of a module: \`this.count = …\`."
    `);
  });

  test("assigned part of a tuple", async () => {
    const text = `
function f(t: [number, string]): number {
  t[0] = 1;
  return t[0];
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_ASSIGNMENT: a part of [number, string] cannot be assigned
        at model.ts:3:3
          t[0] = 1;
          ^^^^
        Make a new tuple, or give the variable an array type."
    `);
  });

  test("assigned part of a string", async () => {
    const text = `
function f(s: string): string {
  s[0] = "a";
  return s;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_ASSIGNMENT: a part of string cannot be assigned
        at model.ts:3:3
          s[0] = "a";
          ^^^^
        Strings do not change: make a new one."
    `);
  });

  test("assigned index of a map", async () => {
    const text = `
function f(m: Map<string, number>): number {
  m["a"] = 1;
  return m.size;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_ASSIGNMENT: a part of Map<string, number> cannot be assigned
        at model.ts:3:3
          m["a"] = 1;
          ^^^^^^
        Write map.set(key, value)."
    `);
  });

  test("new field of an object", async () => {
    const text = `
class P {
  x = 1;
}
function f(n: number): number {
  const p = new P();
  p.y = n;
  return p.x;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_NO_PROPERTY: P has no y to assign
        at model.ts:7:3
          p.y = n;
          ^^^
        Give it a value in the constructor, so that every object has it."
    `);
  });

  test("thrown string", async () => {
    const text = `
function f(n: number): number {
  if (n > 1) throw "big";
  return n;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_OPERATOR_TYPES: string cannot be thrown
        at model.ts:3:14
          if (n > 1) throw "big";
                     ^^^^^^^^^^^^
        Write \`throw new Error(message)\`."
    `);
  });

  test("own class of errors", async () => {
    const text = `
class MyError extends Error {}
function f(n: number): number {
  if (n > 1) throw new MyError("big");
  return n;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_NOT_SCRIPTABLE: errors are made where they are thrown
        at model.ts:4:20
          if (n > 1) throw new MyError("big");
                           ^^^^^^^^^^^^^^^^^^
        Write throw new Error("…"); its own classes of errors are not supported."
    `);
  });

  test("stack of an error", async () => {
    const text = `
function f(n: number): string {
  try {
    if (n > 1) throw new Error("a");
    return "";
  } catch (e) {
    return (e as Error).stack;
  }
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_NO_PROPERTY: an error has no stack here
        at model.ts:7:12
          return (e as Error).stack;
                 ^^^^^^^^^^^^^^^^^^
        It has name and message."
    `);
  });

  test("printed array", async () => {
    const text = `
function f(list: number[]): number {
  console.log("list", list);
  return 1;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_OPERATOR_TYPES: hosts print number[] in different ways
        at model.ts:3:3
          console.log("list", list);
          ^^^^^^^^^^^^^^^^^^^^^^^^^
        Print its items: \`list.join(", ")\`, or a template string."
    `);
  });

  test("format string", async () => {
    const text = `
function f(n: number): number {
  console.log("%d items", n);
  return n;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_UNSUPPORTED_SYNTAX: a format string of console.log
        at model.ts:3:3
          console.log("%d items", n);
          ^^^^^^^^^^^^^^^^^^^^^^^^^^
        Write one template string."
    `);
  });

  test("unsupported cast", async () => {
    const text = `
function f(s: string): number {
  return s as unknown as number;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_TYPE_MISMATCH: expected number, got string
        at model.ts:3:10
          return s as unknown as number;
                 ^"
    `);
  });

  test("cast to a wider array", async () => {
    const text = `
function f(list: number[]): (number | string)[] {
  return list as (number | string)[];
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_TYPE_MISMATCH: expected (number | string)[], got number[]
        at model.ts:3:10
          return list as (number | string)[];
                 ^^^^"
    `);
  });

  test("rest parameter of a program", async () => {
    const text = `
function f(...list: number[]): number {
  return list.length;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_UNSUPPORTED_SYNTAX: a function of a program takes a fixed number of arguments
        at model.ts:2:12
          function f(...list: number[]): number {
                     ^^^^^^^
        Take an array instead."
    `);
  });

  test("module made inside", async () => {
    const text = `
function f(x: Tensor): Tensor {
  const layer = new nn.Linear(2, 2);
  return layer.forward(x);
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_NOT_SCRIPTABLE: modules such as Linear are made before the script
        at model.ts:3:17
          const layer = new nn.Linear(2, 2);
                        ^^^^^^^^^^^^^^^^^^^
        Make it in the constructor of the module that is scripted."
    `);
  });

  test("sort of objects without a comparison", async () => {
    const text = `
function f(n: number): number {
  const list = [{ n }, { n: 2 }];
  list.sort();
  return list[0]!.n;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_ARGUMENTS: sort of Object[] needs a comparison
        at model.ts:4:3
          list.sort();
          ^^^^^^^^^^^
        Write list.sort((a, b) => …)."
    `);
  });

  test("array of holes", async () => {
    const text = `
function f(n: number): number[] {
  return new Array(n);
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_UNSUPPORTED_SYNTAX: an array of holes is not supported
        at model.ts:3:10
          return new Array(n);
                 ^^^^^^^^^^^^
        Write new Array(n).fill(x), or Array.from({ length: n }, …)."
    `);
  });

  test("compiled because it was called", async () => {
    const text = `
function h(x: Tensor): Tensor {
  return x + 1;
}
function g(x: Tensor): Tensor {
  return h(x.mul(2));
}
function f(x: Tensor): Tensor {
  return g(x);
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_TENSOR_OPERATOR: + does not work on tensors in JavaScript
        at model.ts:3:10
          return x + 1;
                 ^^^^^
        Write x.add(1).
        h was compiled because it was called from g at model.ts:6:10
        g was compiled because it was called from f at model.ts:9:10"
    `);
  });

  test("inside a callback", async () => {
    const text = `
function f(list: Tensor[]): Tensor[] {
  return list.map((x) => x * 2);
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_TENSOR_OPERATOR: * does not work on tensors in JavaScript
        at model.ts:3:26
          return list.map((x) => x * 2);
                                 ^^^^^
        Write x.mul(2)."
    `);
  });

  test("replace with a function", async () => {
    const text = `
function f(s: string): string {
  return s.replace("a", (m) => m + m);
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_ARGUMENTS: replace with a function is not supported
        at model.ts:3:10
          return s.replace("a", (m) => m + m);
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        Build the text in a loop."
    `);
  });

  test("map with a mixed key", async () => {
    const text = `
function f(n: number): number {
  const m = new Map<string, number>();
  m.set(n, 1);
  return m.size;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_TYPE_MISMATCH: expected string, got number
        at model.ts:4:9
          m.set(n, 1);
                ^
        Write \`String(value)\` or a template string."
    `);
  });

  test("mixed tensor data", async () => {
    const text = `
function f(n: number): Tensor {
  return torch.tensor([n, true]);
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_ARGUMENTS: numbers, bigints and booleans mixed in one tensor
        at model.ts:3:10
          return torch.tensor([n, true]);
                 ^^^^^^^^^^^^^^^^^^^^^^^"
    `);
  });

  test("iterated number", async () => {
    const text = `
function f(n: number): number {
  let s = 0;
  for (const x of n) s += x;
  return s;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_UNSUPPORTED_SYNTAX: number cannot be iterated
        at model.ts:4:3
          for (const x of n) s += x;
          ^^^^^^^^^^^^^^^^^^^^^^^^^^"
    `);
  });

  test("iterated record", async () => {
    const text = `
function f(r: Record<string, number>): number {
  let s = 0;
  for (const x of r) s += 1;
  return s;
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_UNSUPPORTED_SYNTAX: Record<string, number> cannot be iterated
        at model.ts:4:3
          for (const x of r) s += 1;
          ^^^^^^^^^^^^^^^^^^^^^^^^^^
        Iterate Object.keys(record) or Object.entries(record)."
    `);
  });

  test("transformed source", async () => {
    const text = `
function f(list: number[]): number[] {
  return __spreadArray([], list, true);
}`;
    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "SCRIPT_TRANSFORMED: __spreadArray is a helper that a compiler put in: this is transformed source
        at model.ts:3:10
          return __spreadArray([], list, true);
                 ^^^^^^^^^^^^^
        Use sconce/plugin in the build, or \`node --import sconce/register\`, which see the source before."
    `);
  });

  test("a function of the engine", () => {
    expect(() => jit.script(Math.max)).toThrowErrorMatchingInlineSnapshot(`
      [SconceError: max is part of the JavaScript engine: it has no source text
        Call a function of torch, of math, or one of your own instead.]
    `);
  });

  test("a bound function", () => {
    const bound = ((a: number) => a).bind(null);
    expect(() => jit.script(bound)).toThrowErrorMatchingInlineSnapshot(`
      [SconceError: bound  was made by bind(): it has no source text
        Pass the function itself, and what it was bound to as an argument or through \`scope\`.]
    `);
  });

  test("what is no function", () => {
    expect(() => jit.script(5 as never)).toThrowErrorMatchingInlineSnapshot(
      `[SconceError: only a function or a module can be scripted]`,
    );
  });

  test("a signature that is none", async () => {
    const text = `
function f(a: number): number {
  return a;
}`;
    expect(await refusalOf(text, { signature: "number => number" })).toMatchInlineSnapshot(`
      "SCRIPT_UNKNOWN_TYPE: expected "(", got number => nu
        at model.ts:2:1
          function f(a: number): number {
          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"
    `);
  });
});
