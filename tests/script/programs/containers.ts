/** Maps, sets, records, object literals and interfaces. */

export interface Point {
  x: number;
  y: number;
}

export interface Named {
  name: string;
  tags: string[];
  note?: string;
}

export interface Node {
  value: number;
  next: Node | null;
}

export interface Box<T> {
  item: T;
  count: number;
}

export function mapBasics(a: number): string {
  const m = new Map<string, number>();
  m.set("a", a).set("b", 2);
  m.set("a", a + 1);
  const has = m.has("a") && !m.has("z");
  const gone = m.delete("b");
  const again = m.delete("b");
  return `${m.get("a")} ${m.get("z")} ${m.size} ${has} ${gone} ${again}`;
}
mapBasics.cases = [[1], [-0.5]];

export function mapOrder(keys: string[]): string {
  const m = new Map<string, number>();
  for (const [i, k] of keys.entries()) m.set(k, i);
  m.delete("b");
  m.set("b", 99);
  let text = "";
  for (const [k, v] of m) text += `${k}${v} `;
  for (const k of m.keys()) text += k;
  for (const v of m.values()) text += v;
  m.forEach((v, k) => {
    text += `${k}=${v},`;
  });
  return text;
}
mapOrder.cases = [[["c", "b", "a", "c"]], [[]]];

export function mapNumberKeys(list: number[]): Map<number, number> {
  const m = new Map<number, number>();
  for (const x of list) m.set(x, (m.get(x) ?? 0) + 1);
  return m;
}
mapNumberKeys.cases = [[[1, 2, 1]], [[Number.NaN, Number.NaN, 0, -0]], [[]]];

export function mapFromPairs(a: number): Map<string, number> {
  const m = new Map([
    ["one", 1],
    ["two", 2],
  ]);
  m.set("n", a);
  return m;
}
mapFromPairs.cases = [[3]];

export function mapDeletedWhileIterated(n: number): string {
  const m = new Map<number, string>();
  for (let i = 0; i < n; i++) m.set(i, `v${i}`);
  let text = "";
  for (const [k, v] of m) {
    text += v;
    m.delete(k);
    m.delete(k + 1);
  }
  return `${text} ${m.size}`;
}
mapDeletedWhileIterated.cases = [[0], [5], [6]];

export function mapChangedWhileIterated(n: number): string {
  const m = new Map<number, number>();
  for (let i = 0; i < n; i++) m.set(i, i);
  let text = "";
  for (const [k, v] of m) {
    text += `${k}:${v} `;
    if (m.has(k + 1)) m.set(k + 1, v + 10);
  }
  return text;
}
mapChangedWhileIterated.cases = [[0], [4]];

export function mapClear(n: number): number {
  const m = new Map<number, number>();
  for (let i = 0; i < n; i++) m.set(i, i);
  const before = m.size;
  m.clear();
  return before * 10 + m.size;
}
mapClear.cases = [[3]];

export function mapArgument(m: Map<string, number>): string {
  const keys = [...m.keys()];
  const values = [...m.values()];
  const entries = [...m].map(([k, v]) => `${k}-${v}`);
  return `${keys.join()} ${values.join()} ${entries.join()} ${m.size}`;
}
mapArgument.cases = [
  [
    new Map([
      ["z", 1],
      ["a", 2],
    ]),
  ],
  [new Map()],
];

export function mapOfArrays(words: string[]): string {
  const byLength = new Map<number, string[]>();
  for (const w of words) {
    const list = byLength.get(w.length);
    if (list) list.push(w);
    else byLength.set(w.length, [w]);
  }
  const out: string[] = [];
  for (const [n, list] of byLength) out.push(`${n}:${list.join("+")}`);
  return out.join(" ");
}
mapOfArrays.cases = [[["a", "bb", "c", "dd"]], [[]]];

export function mapOfMaps(n: number): number {
  const m = new Map<string, Map<string, number>>();
  m.set("x", new Map([["y", n]]));
  const inner = m.get("x");
  inner?.set("z", 5);
  return (m.get("x")?.get("y") ?? 0) + (m.get("x")?.get("z") ?? 0) + (m.get("q")?.get("y") ?? 100);
}
mapOfMaps.cases = [[1]];

export function memoized(n: number): number {
  const memo = new Map<number, number>([
    [0, 0],
    [1, 1],
  ]);
  for (let i = 2; i <= n; i++) memo.set(i, memo.get(i - 1)! + memo.get(i - 2)!);
  return memo.get(n) ?? -1;
}
memoized.cases = [[0], [10], [90]];

export function setBasics(list: number[]): string {
  const s = new Set<number>();
  for (const x of list) s.add(x);
  const had = s.has(2);
  const gone = s.delete(2);
  let text = "";
  for (const x of s) text += `${x} `;
  return `${text}${s.size} ${had} ${gone} ${s.has(2)}`;
}
setBasics.cases = [[[1, 2, 1, 3]], [[]], [[Number.NaN, Number.NaN]]];

export function setUnique(words: string[]): string[] {
  return [...new Set(words)];
}
setUnique.cases = [[["b", "a", "b"]], [[]]];

export function setOperations(a: number[], b: number[]): number[][] {
  const x = new Set(a);
  const y = new Set(b);
  const union = new Set([...x, ...y]);
  const both = [...x].filter((v) => y.has(v));
  const only = [...x].filter((v) => !y.has(v));
  return [[...union], both, only];
}
setOperations.cases = [
  [
    [1, 2, 3],
    [2, 3, 4],
  ],
  [[], [1]],
];

export function setArgument(s: Set<string>): string {
  s.add("new");
  return [...s].join();
}
setArgument.cases = [[new Set(["x", "y"])], [new Set()]];

export function setReturned(list: string[]): Set<string> {
  return new Set(list.map((w) => w.slice(0, 1)));
}
setReturned.cases = [[["apple", "avocado", "bean"]]];

export function recordBasics(words: string[]): string {
  const counts: Record<string, number> = {};
  for (const w of words) counts[w] = (counts[w] ?? 0) + 1;
  const keys = Object.keys(counts);
  const total = Object.values(counts).reduce((a, b) => a + b, 0);
  const entries = Object.entries(counts).map(([k, v]) => `${k}${v}`);
  return `${keys.join()} ${total} ${entries.join()} ${"a" in counts}`;
}
recordBasics.cases = [[["b", "a", "b"]], [[]]];

export function recordKeyOrder(): string {
  const r: Record<string, number> = { b: 1, "10": 2, a: 3, "2": 4 };
  r["1"] = 5;
  delete r.b;
  r.b = 6;
  return Object.keys(r).join() + Object.values(r).join();
}
recordKeyOrder.cases = [[]];

export function recordArgument(r: Record<string, number>): number {
  let sum = r.x ?? 100;
  for (const k of Object.keys(r)) sum += r[k]! * k.length;
  return sum;
}
recordArgument.cases = [[{ x: 1, yy: 2 }], [{}]];

export function recordReturned(a: number): Record<string, number> {
  const out: Record<string, number> = { start: a };
  out.next = a + 1;
  out[`key${a}`] = a * 2;
  return out;
}
recordReturned.cases = [[1]];

export function objectLiteral(a: number): string {
  const p = { x: a, y: a * 2, label: "p" };
  p.x += 1;
  p.label = `${p.label}!`;
  const { x, ...rest } = { x: p.x, z: 5 };
  return `${x} ${p.y} ${p.label} ${rest.z}`;
}
objectLiteral.cases = [[1], [0.5]];

export function objectsAreShared(a: number): number[] {
  const p = { n: a };
  const q = p;
  q.n = 10;
  const list = [p, q, { n: 3 }];
  list[0]!.n++;
  const r = { ...p };
  r.n = 100;
  return [p.n, q.n, list[2]!.n, r.n, p === q ? 1 : 0];
}
objectsAreShared.cases = [[1]];

export function interfaces(a: number): number {
  const p: Point = { x: a, y: 2 };
  const q: Point = moved(p, 10);
  p.y = 50;
  return distance(p, q) + q.x;
}
interfaces.cases = [[1], [3]];

export function moved(p: Point, by: number): Point {
  return { ...p, x: p.x + by };
}

export function distance(a: Point, b: Point): number {
  return Math.sqrt((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y));
}

export function optionalFields(flag: boolean): string {
  const a: Named = { name: "a", tags: ["x", "y"] };
  const b: Named = flag ? { name: "b", tags: [], note: "hi" } : { ...a, name: "c" };
  b.tags.push("new");
  return `${a.note ?? "none"} ${b.note ?? "none"} ${b.note?.length ?? -1} ${a.tags.join()} ${b.name}`;
}
optionalFields.cases = [[true], [false]];

export function linkedList(n: number): string {
  let head: Node | null = null;
  for (let i = 0; i < n; i++) head = { value: i, next: head };
  let text = "";
  for (let at: Node | null = head; at !== null; at = at.next) text += at.value;
  let reversed: Node | null = null;
  while (head) {
    const next: Node | null = head.next;
    head.next = reversed;
    reversed = head;
    head = next;
  }
  while (reversed !== null) {
    text += reversed.value;
    reversed = reversed.next;
  }
  return text;
}
linkedList.cases = [[0], [1], [4]];

export function arrayOfObjects(list: number[]): string {
  const points: Point[] = [];
  for (const x of list) points.push({ x, y: x * x });
  for (const p of points) p.y -= 1;
  const best = points.reduce((a, b) => (a.y > b.y ? a : b));
  return points.map(({ x, y }) => `${x},${y}`).join(" ") + best.x;
}
arrayOfObjects.cases = [[[1, 2, 3]], [[4]]];

export function mapOfObjects(names: string[]): string {
  const m = new Map<string, Point>();
  for (const [i, n] of names.entries()) m.set(n, { x: i, y: 0 });
  for (const p of m.values()) p.y = p.x + 1;
  const first = m.get("a");
  return `${first?.y} ${m.get("q")?.y} ${[...m.values()].map((p) => p.x * p.y).join()}`;
}
mapOfObjects.cases = [[["a", "b"]], [["z"]]];

export function genericInterfaces(n: number): string {
  const a: Box<number> = { item: n, count: 1 };
  const b: Box<string[]> = { item: ["x"], count: 2 };
  a.item += a.count;
  b.item.push("y");
  return `${a.item} ${b.item.join()} ${b.count}`;
}
genericInterfaces.cases = [[1]];

export function nestedLiterals(n: number): number {
  const config = { size: { width: n, height: 2 }, list: [1, 2, n] };
  config.size.width *= 3;
  config.list.push(config.size.height);
  return config.size.width * 100 + config.list.length;
}
nestedLiterals.cases = [[1], [2]];

export function evaluationOrderOfFields(): string {
  let log = "";
  const f = (s: string): string => {
    log += s;
    return s;
  };
  const o = { b: f("b"), a: f("a"), c: [f("c"), f("d")] };
  return log + o.a + o.c.join("");
}
evaluationOrderOfFields.cases = [[]];

export function graphSearch(edges: number[][], from: number, to: number): number {
  const next = new Map<number, number[]>();
  for (const [a, b] of edges) {
    if (!next.has(a!)) next.set(a!, []);
    next.get(a!)!.push(b!);
  }
  const seen = new Set<number>([from]);
  let frontier = [from];
  let steps = 0;
  while (frontier.length > 0) {
    if (frontier.includes(to)) return steps;
    const after: number[] = [];
    for (const at of frontier) {
      for (const n of next.get(at) ?? []) {
        if (seen.has(n)) continue;
        seen.add(n);
        after.push(n);
      }
    }
    frontier = after;
    steps++;
  }
  return -1;
}
graphSearch.cases = [
  [
    [
      [1, 2],
      [2, 3],
      [1, 4],
      [4, 3],
      [3, 5],
    ],
    1,
    5,
  ],
  [[[1, 2]], 2, 1],
  [[], 1, 1],
];

export const VOWELS = new Set(["a", "e", "i", "o", "u"]);
export const SCORES = new Map([
  ["a", 1],
  ["b", -0],
]);

export function containersFromOutside(text: string): number[] {
  let vowels = 0;
  let score = 0;
  for (const letter of text) {
    if (VOWELS.has(letter)) vowels++;
    score += SCORES.get(letter) ?? 10;
  }
  const copy = new Map(SCORES);
  copy.set(text, 5);
  let sum = 0;
  for (const [name, value] of SCORES) sum += name.length + value;
  return [vowels, score, copy.size, SCORES.size, [...VOWELS].length, sum];
}
containersFromOutside.cases = [["abba"], [""], ["xyz"]];
