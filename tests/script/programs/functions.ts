/** Functions of the module: recursion, calls of each other, exceptions, printing. */

export function fibonacci(n: number): number {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}
fibonacci.cases = [[0], [1], [10], [15]];

export function factorial(n: number): number {
  if (n <= 1) return 1;
  return n * factorial(n - 1);
}
factorial.cases = [[0], [5], [20], [30]];

export function ackermann(m: number, n: number): number {
  if (m === 0) return n + 1;
  if (n === 0) return ackermann(m - 1, 1);
  return ackermann(m - 1, ackermann(m, n - 1));
}
ackermann.cases = [
  [0, 3],
  [2, 3],
];

/** Literals of several lengths come back from the branches of a function that may throw. */
export function literalsOfBranches(n: number): string {
  const around = (x: number): number[] => {
    if (x > 2) return [x, x + 1];
    if (x < -2) throw new RangeError("too low");
    return [-x];
  };
  const list = around(n);
  list.push(7);
  return list.join();
}
literalsOfBranches.cases = [[3], [0], [-5]];

export function recordsOfBranches(n: number): number {
  const scaled = (x: number) => {
    if (x > 2) return { x, factor: 2 };
    if (x < -2) throw new RangeError("too low");
    return { x: -x, factor: 0.5 };
  };
  const { x, factor } = scaled(n);
  return x * factor;
}
recordsOfBranches.cases = [[3], [1], [-5]];

export function mutualRecursion(n: number): string {
  return `${isEven(n)} ${isOdd(n)}`;
}
mutualRecursion.cases = [[0], [7]];

export function isEven(n: number): boolean {
  return n === 0 ? true : isOdd(n - 1);
}

export function isOdd(n: number): boolean {
  return n === 0 ? false : isEven(n - 1);
}

export function hanoi(n: number): string {
  const moves: string[] = [];
  move(n, "a", "b", "c", moves);
  return moves.join(" ");
}
hanoi.cases = [[1], [3]];

export function move(n: number, from: string, to: string, by: string, moves: string[]): void {
  if (n === 0) return;
  move(n - 1, from, by, to, moves);
  moves.push(from + to);
  move(n - 1, by, to, from, moves);
}

export function permutations(list: number[]): number[][] {
  if (list.length <= 1) return [list];
  const out: number[][] = [];
  for (let i = 0; i < list.length; i++) {
    const rest = [...list.slice(0, i), ...list.slice(i + 1)];
    for (const p of permutations(rest)) out.push([list[i]!, ...p]);
  }
  return out;
}
permutations.cases = [[[1, 2, 3]], [[]]];

export function quickSort(list: number[]): number[] {
  if (list.length < 2) return list;
  const [pivot, ...rest] = list;
  const low = rest.filter((x) => x < pivot!);
  const high = rest.filter((x) => x >= pivot!);
  return [...quickSort(low), pivot!, ...quickSort(high)];
}
quickSort.cases = [[[3, 1, 2, 3, -1]], [[]]];

export function power(x: number, n: number): number {
  if (n === 0) return 1;
  const half = power(x, Math.floor(n / 2));
  return n % 2 === 0 ? half * half : half * half * x;
}
power.cases = [
  [2, 10],
  [1.1, 7],
  [3, 0],
];

export function throwsPlain(n: number): number {
  if (n < 0) throw new Error(`negative: ${n}`);
  if (n > 10) throw new RangeError("too large");
  if (n === 5) throw new TypeError();
  return Math.sqrt(n);
}
throwsPlain.cases = [[4], [-1], [11], [5]];

export function caught(n: number): string {
  try {
    if (n > 1) throw new Error("big");
    return "fine";
  } catch (error) {
    return `caught ${(error as Error).message}`;
  }
}
caught.cases = [[1], [2]];

export function caughtFromCall(n: number): string {
  let text = "";
  for (let i = 0; i < n; i++) {
    try {
      text += checked(i);
    } catch (e) {
      text += e instanceof RangeError ? "R" : e instanceof Error ? "E" : "?";
    }
  }
  return text;
}
caughtFromCall.cases = [[0], [6]];

export function checked(n: number): string {
  if (n === 2) throw new RangeError("two");
  if (n === 4) throw new Error("four");
  return `${n}`;
}

export function changesBeforeThrow(n: number): string {
  let x = 0;
  const log: string[] = [];
  try {
    x = 1;
    log.push("a");
    if (n === 1) throw new Error("one");
    x = 2;
    log.push("b");
    checked(n);
    x = 3;
  } catch {
    x += 10;
    log.push("caught");
  }
  return `${x} ${log.join()}`;
}
changesBeforeThrow.cases = [[0], [1], [2]];

export function finallyAlways(n: number): string {
  let log = "";
  const run = (): number => {
    try {
      log += "t";
      if (n === 1) return 1;
      if (n === 2) throw new Error("two");
      log += "u";
    } catch (e) {
      log += "c";
      if (n === 2) return 20;
    } finally {
      log += "f";
    }
    return 0;
  };
  const result = run();
  return `${log} ${result}`;
}
finallyAlways.cases = [[0], [1], [2]];

export function finallyWithoutCatch(n: number): string {
  let log = "";
  try {
    try {
      if (n > 0) checked(n);
      log += "ok ";
    } finally {
      log += "inner ";
    }
    log += "after ";
  } catch (e) {
    log += (e as Error).message;
  } finally {
    log += " outer";
  }
  return log;
}
finallyWithoutCatch.cases = [[0], [2], [3], [4]];

export function finallyOverrides(n: number): number {
  try {
    if (n === 0) return 1;
    throw new Error("x");
  } catch {
    if (n === 1) return 2;
    throw new Error("y");
  } finally {
    if (n === 2) return 3;
  }
}
finallyOverrides.cases = [[0], [1], [2], [3]];

export function exitsInFinally(n: number): string {
  let text = "";
  for (let i = 0; i < n; i++) {
    try {
      if (i === 1) continue;
      if (i === 4) break;
      if (i === 3) checked(2);
      text += i;
    } catch {
      text += "c";
      continue;
    } finally {
      text += "f";
    }
    text += ".";
  }
  return text;
}
exitsInFinally.cases = [[0], [3], [9]];

export function returnInTryInLoopInSwitch(list: number[]): string {
  let log = "";
  for (const x of list) {
    switch (x) {
      case 0:
        try {
          log += "zero ";
          continue;
        } finally {
          log += "f ";
        }
      case 1:
        for (let j = 0; ; j++) {
          try {
            if (j === 2) break;
            if (list.length > 5) return `${log}left`;
            log += j;
          } finally {
            log += "j ";
          }
        }
        break;
      case 2:
        try {
          throw new Error("two");
        } catch (e) {
          log += (e as Error).message;
          break;
        }
      default:
        log += "d";
    }
    log += "; ";
  }
  return log;
}
returnInTryInLoopInSwitch.cases = [[[0, 1, 2, 3]], [[0, 2, 1, 1, 1, 1]], [[]]];

export function rethrown(n: number): string {
  let log = "";
  try {
    try {
      checked(n);
      log += "fine";
    } catch (e) {
      log += "again ";
      throw e;
    }
  } catch (e) {
    log += `${(e as Error).name}: ${(e as Error).message}`;
  }
  return log;
}
rethrown.cases = [[1], [2], [4]];

export function thrownFromCatch(n: number): number {
  try {
    checked(n);
    return 1;
  } catch (e) {
    throw new Error(`wrapped ${(e as Error).message}`);
  }
}
thrownFromCatch.cases = [[1], [2]];

export function tryInLoopKeepsVariables(n: number): number[] {
  let good = 0;
  let bad = 0;
  let last = -1;
  for (let i = 0; i < n; i++) {
    try {
      last = i;
      checked(i);
      good++;
    } catch {
      bad += 1;
    }
  }
  return [good, bad, last];
}
tryInLoopKeepsVariables.cases = [[0], [6]];

export function closureAssignsInTry(n: number): number {
  let count = 0;
  const bump = (): void => {
    count++;
    if (count === n) throw new Error("limit");
  };
  try {
    for (let i = 0; i < 5; i++) bump();
  } catch {
    count += 100;
  }
  return count;
}
closureAssignsInTry.cases = [[3], [9]];

export function errorsAsText(n: number): string {
  try {
    checked(n);
    return "";
  } catch (e) {
    return `${e} | ${String(e)}`;
  }
}
errorsAsText.cases = [[2], [4]];

export function prints(n: number): number {
  console.log("start", n, true, "x");
  for (let i = 0; i < n; i++) {
    if (i === 1) continue;
    console.log(`line ${i}`);
  }
  console.warn("careful", n / 2);
  console.log();
  console.log(null, undefined, Number.NaN, -0, 1e21);
  return n;
}
prints.cases = [[0], [3]];

export function printsInOrder(n: number): string {
  const say = (s: string): string => {
    console.log(s);
    return s;
  };
  const out = say("a") + (n > 1 ? say("b") : say("c"));
  try {
    say("d");
    throw new Error("no");
  } catch (e) {
    console.log("caught", (e as Error).message);
  }
  return out;
}
printsInOrder.cases = [[1], [2]];

export function printsBeforeThrow(n: number): number {
  console.log("before");
  if (n > 0) throw new Error("thrown");
  console.log("after");
  return n;
}
printsBeforeThrow.cases = [[0], [1]];

export function sideEffectsOnce(n: number): string {
  const log: number[] = [];
  const next = (): number => {
    log.push(log.length);
    return log.length;
  };
  const list = [0, 0, 0, 0];
  list[next()]! += 10;
  list[next()]!++;
  const o = { n };
  o.n += next();
  return `${list.join()} ${log.join()} ${o.n}`;
}
sideEffectsOnce.cases = [[5]];

export function callsWithFewerArguments(n: number): string {
  const f = (a: number, b?: number, c?: string): string => `${a} ${b} ${c}`;
  return [f(n), f(n, 2), f(n, 2, "c")].join("|");
}
callsWithFewerArguments.cases = [[1]];

export function deepRecursion(n: number): number {
  return n === 0 ? 0 : 1 + deepRecursion(n - 1);
}
deepRecursion.cases = [[1000]];

export function treeSum(depth: number): number {
  if (depth === 0) return 1;
  let sum = 0;
  for (let i = 0; i < 3; i++) {
    if (i === depth) continue;
    sum += treeSum(depth - 1);
  }
  return sum;
}
treeSum.cases = [[0], [3], [4]];

export function parseSum(text: string): number {
  const state = { at: 0 };
  return parseTerms(text, state);
}
parseSum.cases = [["1+2*3"], ["2*(3+4)*5"], ["((7))"]];

export function parseTerms(text: string, state: { at: number }): number {
  let value = parseFactors(text, state);
  while (text[state.at] === "+") {
    state.at++;
    value += parseFactors(text, state);
  }
  return value;
}

export function parseFactors(text: string, state: { at: number }): number {
  let value = parseAtom(text, state);
  while (text[state.at] === "*") {
    state.at++;
    value *= parseAtom(text, state);
  }
  return value;
}

export function parseAtom(text: string, state: { at: number }): number {
  if (text[state.at] === "(") {
    state.at++;
    const value = parseTerms(text, state);
    state.at++;
    return value;
  }
  const start = state.at;
  while (state.at < text.length && text[state.at]! >= "0" && text[state.at]! <= "9") state.at++;
  return Number(text.slice(start, state.at));
}
