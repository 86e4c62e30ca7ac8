/** Control flow: conditions, loops, early exits, switch, labels. */

export function ifElseChain(n: number): string {
  if (n < 0) return "negative";
  else if (n === 0) return "zero";
  else if (n < 10) {
    return "small";
  } else return "large";
}
ifElseChain.cases = [[-1], [0], [5], [10], [Number.NaN]];

export function ifWithoutElse(n: number): number {
  let x = 1;
  if (n > 0) x = 2;
  if (n > 1) {
    x = x * 10;
    if (n > 2) x += 1;
  }
  return x;
}
ifWithoutElse.cases = [[0], [1], [2], [3]];

export function conditional(a: number, b: number): number {
  return a > b ? a : a < b ? b : 0;
}
conditional.cases = [
  [1, 2],
  [2, 1],
  [1, 1],
];

export function conditionalEffects(flag: boolean): string {
  let log = "";
  const note = (text: string): number => {
    log += text;
    return text.length;
  };
  const n = flag ? note("yes") : note("no");
  return log + n;
}
conditionalEffects.cases = [[true], [false]];

export function shortCircuit(a: boolean, b: boolean): string {
  let log = "";
  const say = (name: string, value: boolean): boolean => {
    log += name;
    return value;
  };
  if (say("a", a) && say("b", b)) log += "&";
  if (say("c", a) || say("d", b)) log += "|";
  if (!(say("e", a) && (say("f", b) || say("g", a)))) log += "!";
  return log;
}
shortCircuit.cases = [
  [true, true],
  [true, false],
  [false, true],
  [false, false],
];

export function logicalValues(a: number, text: string): string {
  const x = a || 7;
  const y = a && 3;
  const z = text || "empty";
  const w = text && "full";
  return `${x} ${y} ${z} ${w}`;
}
logicalValues.cases = [
  [0, ""],
  [2, "x"],
  [Number.NaN, "0"],
  [-0, ""],
];

export function logicalAssignment(a: number, flag: boolean): string {
  let x = a;
  x ||= 5;
  let y = a;
  y &&= 9;
  let f = flag;
  f ||= a > 0;
  let g = flag;
  g &&= a > 0;
  return `${x} ${y} ${f} ${g}`;
}
logicalAssignment.cases = [
  [0, true],
  [1, false],
  [-1, false],
];

export function evaluationOrder(): string {
  let log = "";
  const f = (name: string, value: number): number => {
    log += name;
    return value;
  };
  const list = [f("a", 1), f("b", 2)];
  list[f("i", 0)] = f("v", 5);
  const sum = f("x", 1) + f("y", 2) * f("z", 3);
  return `${log} ${sum} ${list.join()}`;
}
evaluationOrder.cases = [[]];

export function operandsBeforeAssignment(a: number): number {
  let x = a;
  const sum = x + (x = 10) + x;
  return sum * 1000 + x++ * x - x;
}
operandsBeforeAssignment.cases = [[1], [7]];

export function assignmentAsValue(a: number): number {
  let x = 0;
  let y = 0;
  x = y = a + 1;
  const z = (x += 2) * (y -= 1);
  return x * 100 + y * 10 + z;
}
assignmentAsValue.cases = [[1], [4]];

export function commaOperator(a: number): number {
  let x = a;
  const y = (x++, (x *= 2), x + 1);
  for (let i = 0, j = 10; i < j; i++, j--) x += j - i;
  return x * 100 + y;
}
commaOperator.cases = [[1], [0]];

export function forLoop(n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += i;
  return sum;
}
forLoop.cases = [[0], [1], [10], [-3], [2.5]];

export function forDownwards(n: number): string {
  let text = "";
  for (let i = n; i > 0; i -= 2) text += i;
  return text;
}
forDownwards.cases = [[0], [5], [6]];

export function forWithoutParts(n: number): number {
  let i = 0;
  for (;;) {
    if (i >= n) break;
    i += 3;
  }
  return i;
}
forWithoutParts.cases = [[0], [10]];

export function whileLoop(n: number): number {
  let x = n;
  let count = 0;
  while (x > 1) {
    x /= 2;
    count++;
  }
  return count;
}
whileLoop.cases = [[0], [1], [1024], [1000]];

export function doWhile(n: number): string {
  let text = "";
  let x = n;
  do {
    text += x;
    x--;
  } while (x > 0);
  return text;
}
doWhile.cases = [[3], [0], [-5]];

export function doWhileContinue(n: number): string {
  let text = "";
  let x = 0;
  do {
    x++;
    if (x % 2 === 0) continue;
    if (x > 7) break;
    text += x;
  } while (x < n);
  return `${text}|${x}`;
}
doWhileContinue.cases = [[0], [4], [20]];

export function continueSkips(n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    if (i % 3 === 0) continue;
    if (i % 5 === 0) {
      sum += 100;
      continue;
    }
    sum += i;
  }
  return sum;
}
continueSkips.cases = [[0], [10], [31]];

export function breakEnds(limit: number): number {
  let i = 0;
  let sum = 0;
  while (true) {
    i++;
    sum += i;
    if (sum > limit) break;
  }
  return i;
}
breakEnds.cases = [[0], [10], [100]];

export function nestedBreak(n: number): string {
  let text = "";
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (j > i) break;
      if ((i + j) % 2 === 1) continue;
      text += `${i}${j} `;
    }
    if (i === 3) break;
    text += "; ";
  }
  return text;
}
nestedBreak.cases = [[0], [3], [6]];

export function labelledExits(n: number): string {
  let text = "";
  outer: for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (j === 3) continue outer;
      if (i * j === 4) break outer;
      text += i * n + j;
    }
    text += "!";
  }
  return text;
}
labelledExits.cases = [[2], [3], [5]];

export function labelledWhile(n: number): number {
  let count = 0;
  let i = 0;
  rows: while (i < n) {
    i++;
    let j = 0;
    do {
      j++;
      count++;
      if (count > 50) break rows;
      if (j > i) continue rows;
    } while (true);
  }
  return count * 100 + i;
}
labelledWhile.cases = [[0], [3], [30]];

export function returnInLoop(list: number[], wanted: number): number {
  for (let i = 0; i < list.length; i++) {
    if (list[i] === wanted) return i;
  }
  return -1;
}
returnInLoop.cases = [
  [[1, 2, 3], 2],
  [[], 1],
  [[5], 6],
];

export function returnInNestedLoops(n: number, product: number): string {
  for (let i = 1; i <= n; i++) {
    let j = i;
    while (j <= n) {
      if (i * j === product) return `${i}*${j}`;
      if (i * j > product) break;
      j++;
    }
  }
  return "none";
}
returnInNestedLoops.cases = [
  [10, 12],
  [10, 97],
  [12, 144],
];

export function codeAfterReturn(n: number): number {
  let x = n;
  if (n > 5) {
    x = 50;
    if (n > 8) return x;
    x++;
  } else if (n === 3) return 33;
  x += 1000;
  if (x % 2 === 0) return x / 2;
  return x;
}
codeAfterReturn.cases = [[9], [7], [3], [1], [2]];

export function loopVariableTypesGrow(n: number): number {
  let x = 1;
  let y = 2;
  for (let i = 0; i < n; i++) [x, y] = [y, x / y];
  return x;
}
loopVariableTypesGrow.cases = [[0], [1], [4]];

export function undefinedUntilSet(n: number): number | undefined {
  let last: number | undefined;
  for (let i = 0; i < n; i++) if (i % 4 === 3) last = i;
  return last;
}
undefinedUntilSet.cases = [[0], [4], [12]];

export function switchNumbers(n: number): string {
  switch (n) {
    case 1:
      return "one";
    case 2:
    case 3:
      return "few";
    default:
      return "many";
  }
}
switchNumbers.cases = [[1], [2], [3], [4], [Number.NaN]];

export function switchFallsThrough(n: number): string {
  let text = "";
  switch (n) {
    // @ts-expect-error falls through
    case 0:
      text += "zero ";
    case 1:
      text += "one ";
      break;
    // @ts-expect-error falls through
    case 2:
      text += "two ";
    default:
      text += "more ";
  }
  return `${text}end`;
}
switchFallsThrough.cases = [[0], [1], [2], [3]];

export function switchDefaultFirst(n: number): string {
  let text = "";
  switch (n) {
    // @ts-expect-error falls through
    default:
      text += "default ";
    case 1:
      text += "one ";
      break;
    case 2:
      text += "two ";
  }
  return text;
}
switchDefaultFirst.cases = [[0], [1], [2]];

export function switchStrings(text: string): number {
  let n = 0;
  switch (text) {
    case "a":
      n = 1;
      break;
    case "b": {
      const inner = text.length;
      n = inner + 10;
      break;
    }
    case "":
      n = -1;
  }
  return n;
}
switchStrings.cases = [["a"], ["b"], [""], ["c"]];

export function switchInLoop(list: string[]): string {
  let text = "";
  for (const word of list) {
    switch (word) {
      case "skip":
        continue;
      case "stop":
        return `${text}stopped`;
      case "shout":
        text += "!";
        break;
      default:
        text += word;
    }
    text += " ";
  }
  return text;
}
switchInLoop.cases = [[["a", "skip", "shout", "b"]], [["a", "stop", "b"]], [[]]];

export function switchOnTrue(n: number): string {
  switch (true) {
    case n > 100:
      return "large";
    case n > 10:
      return "medium";
    default:
      return "small";
  }
}
switchOnTrue.cases = [[1], [50], [1000]];

export function switchSubjectOnce(): string {
  let calls = 0;
  const next = (): number => {
    calls++;
    return calls;
  };
  let text = "";
  switch (next()) {
    case 3:
      text = "three";
      break;
    case 1:
      text = "one";
      break;
    default:
      text = "other";
  }
  return `${text} ${calls}`;
}
switchSubjectOnce.cases = [[]];

export function switchBreakInsideIf(n: number): number {
  let x = 0;
  switch (n % 3) {
    // @ts-expect-error falls through
    case 0:
      if (n > 5) break;
      x += 1;
    case 1:
      x += 10;
      for (let i = 0; i < 3; i++) {
        if (i === n) break;
        x += 100;
      }
      break;
    case 2:
      x = -1;
  }
  return x;
}
switchBreakInsideIf.cases = [[0], [1], [2], [3], [4], [6]];

export function shadowing(n: number): number {
  const x = n;
  let sum = x;
  {
    const x = n * 2;
    sum += x;
    {
      const x = 100;
      sum += x;
    }
    sum += x;
  }
  for (let x = 0; x < 2; x++) sum += x;
  return sum + x;
}
shadowing.cases = [[1], [5]];

export function blockVariables(n: number): number {
  let result = 0;
  for (let i = 0; i < n; i++) {
    let fresh = 0;
    fresh += i;
    result = result * 10 + fresh;
  }
  return result;
}
blockVariables.cases = [[3], [5]];

export function emptyStatements(n: number): number {
  let i = 0;
  for (; i < n; i++);
  while (i < 0);
  if (n > 100) {
  } else;
  return i;
}
emptyStatements.cases = [[3], [0]];

export function noReturnValue(n: number): void {
  console.log("called", n);
  if (n > 1) return;
  console.log("small");
}
noReturnValue.cases = [[1], [2]];

export function mayFallOffTheEnd(n: number): number | undefined {
  if (n > 0) return n;
  return undefined;
}
mayFallOffTheEnd.cases = [[1], [0]];

export function returnsFromAllPlaces(list: number[]): string {
  let sum = 0;
  for (const x of list) {
    if (x < 0) {
      if (x < -10) return "very negative";
      break;
    }
    for (let i = 0; i < x; i++) {
      sum += i;
      if (sum > 20) return `sum ${sum}`;
      if (sum === 10) break;
    }
    if (sum === 7) continue;
    sum++;
  }
  return `end ${sum}`;
}
returnsFromAllPlaces.cases = [[[]], [[1, 2, 3]], [[5, -11]], [[5, -1]], [[9, 9]], [[4, 2, 2]]];

export function whileNotNull(n: number): string {
  let x: number | null = n;
  let text = "";
  while (x !== null) {
    text += x;
    if (x === 2) break;
    x = x > 5 ? null : x + 1;
  }
  return `${text} ${x === null ? "null" : x + 0.5}`;
}
whileNotNull.cases = [[0], [3], [7]];

export function doWhileNull(n: number): string {
  let x: number | null = n;
  do {
    if (x !== null && x > 4) break;
    x = x === null ? 1 : x > 2 ? null : x + 1;
  } while (x !== null);
  return `${x}`;
}
doWhileNull.cases = [[0], [3], [7]];

export function nothingFromALoop(list: number[], limit: number): number[] | null {
  const out: number[] = [];
  for (const x of list) {
    if (x > limit) return null;
    out.push(x * 2);
  }
  out.push(limit);
  return out;
}
nothingFromALoop.cases = [
  [[1, 2], 5],
  [[1, 7, 2], 5],
  [[], 0],
];

export function maybeNothingFromALoop(list: number[]): string | null | undefined {
  for (const x of list) {
    if (x === 0) return null;
    if (x < 0) return;
    if (x > 9) return "big";
  }
  if (list.length > 2) return "long";
}
maybeNothingFromALoop.cases = [[[1, 0]], [[1, -1]], [[1, 10]], [[1, 2, 3]], [[1]]];
