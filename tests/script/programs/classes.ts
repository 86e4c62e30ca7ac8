/** Classes with fields, methods, accessors, statics and inheritance. */

export class Counter {
  count = 0;
  readonly step: number;

  constructor(step: number) {
    this.step = step;
  }

  bump(): number {
    this.count += this.step;
    return this.count;
  }

  reset(to = 0): this {
    this.count = to;
    return this;
  }

  get doubled(): number {
    return this.count * 2;
  }

  set doubled(value: number) {
    this.count = value / 2;
  }

  static of(step: number): Counter {
    return new Counter(step);
  }
}

export class Vector {
  x: number;
  y: number;

  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
  }

  add(other: Vector): Vector {
    return new Vector(this.x + other.x, this.y + other.y);
  }

  scale(by: number): Vector {
    return new Vector(this.x * by, this.y * by);
  }

  equals(other: Vector): boolean {
    return this.x === other.x && this.y === other.y;
  }

  get length(): number {
    return Math.sqrt(this.x * this.x + this.y * this.y);
  }

  toText(): string {
    return `(${this.x}, ${this.y})`;
  }
}

export class Stack {
  items: number[] = [];

  push(x: number): void {
    this.items.push(x);
  }

  pop(): number {
    const x = this.items.pop();
    if (x === undefined) throw new Error("the stack is empty");
    return x;
  }

  isEmpty(): boolean {
    return this.items.length === 0;
  }
}

export class Animal {
  name: string;
  legs = 4;

  constructor(name: string) {
    this.name = name;
  }

  speak(): string {
    return `${this.name} makes ${this.sound()}`;
  }

  sound(): string {
    return "a sound";
  }
}

export class Bird extends Animal {
  canFly: boolean;

  constructor(name: string, canFly: boolean) {
    super(name);
    this.canFly = canFly;
    this.legs = 2;
  }

  override sound(): string {
    return this.canFly ? "tweet" : super.sound();
  }
}

export class Account {
  #balance = 0;
  owner: string;
  history: string[] = [];

  constructor(owner: string) {
    this.owner = owner;
  }

  deposit(amount: number): void {
    if (amount <= 0) throw new RangeError("amount must be positive");
    this.#balance += amount;
    this.#note(`+${amount}`);
  }

  #note(text: string): void {
    this.history.push(text);
  }

  get balance(): number {
    return this.#balance;
  }
}

export class Tree {
  value: number;
  left: Tree | null = null;
  right: Tree | null = null;

  constructor(value: number) {
    this.value = value;
  }

  insert(value: number): void {
    if (value < this.value) {
      if (this.left === null) this.left = new Tree(value);
      else this.left.insert(value);
    } else {
      if (this.right === null) this.right = new Tree(value);
      else this.right.insert(value);
    }
  }

  collect(out: number[]): void {
    if (this.left !== null) this.left.collect(out);
    out.push(this.value);
    if (this.right !== null) this.right.collect(out);
  }
}

export function counters(n: number): string {
  const c = new Counter(n);
  c.bump();
  c.bump();
  const other = Counter.of(1);
  other.doubled = 20;
  return `${c.count} ${c.step} ${c.doubled} ${other.count} ${other.reset(3).bump()} ${c.reset().count}`;
}
counters.cases = [[1], [2.5]];

export function vectors(n: number): string {
  let v = new Vector(1, 2);
  for (let i = 0; i < n; i++) v = v.add(new Vector(i, 1)).scale(2);
  return `${v.toText()} ${v.length} ${v.equals(v.scale(1))} ${v === v.scale(1)}`;
}
vectors.cases = [[0], [3]];

export function stacks(list: number[]): string {
  const s = new Stack();
  for (const x of list) s.push(x);
  let text = "";
  while (!s.isEmpty()) text += `${s.pop()} `;
  try {
    s.pop();
  } catch (e) {
    text += (e as Error).message;
  }
  return text;
}
stacks.cases = [[[1, 2, 3]], [[]]];

export function inheritance(flies: boolean): string {
  const a = new Animal("cat");
  const b = new Bird("tit", flies);
  return `${a.speak()} ${b.speak()} ${a.legs}${b.legs} ${b.canFly}`;
}
inheritance.cases = [[true], [false]];

export function privateFields(n: number): string {
  const account = new Account("me");
  let text = "";
  try {
    account.deposit(n);
    account.deposit(n * 2);
    account.deposit(-1);
  } catch (e) {
    text = (e as Error).message;
  }
  return `${account.owner} ${account.balance} ${account.history.join()} ${text}`;
}
privateFields.cases = [[1], [0], [10]];

export function binaryTree(list: number[]): number[] {
  const root = new Tree(list[0] ?? 0);
  for (const x of list.slice(1)) root.insert(x);
  const out: number[] = [];
  root.collect(out);
  return out;
}
binaryTree.cases = [[[5, 2, 8, 1, 9, 3]], [[1]]];

export function objectsInContainers(n: number): string {
  const list: Counter[] = [];
  const byName = new Map<string, Counter>();
  for (let i = 1; i <= n; i++) {
    const c = new Counter(i);
    list.push(c);
    byName.set(`c${i}`, c);
  }
  for (const c of list) c.bump();
  byName.get("c1")?.bump();
  return list.map((c) => c.count).join() + (byName.get("c9")?.count ?? "none");
}
objectsInContainers.cases = [[0], [3]];

export function instanceTests(n: number): string {
  const things: (Counter | Vector)[] = [];
  for (let i = 0; i < n; i++) things.push(i % 2 === 0 ? new Counter(i) : new Vector(i, i));
  let text = "";
  for (const t of things) {
    if (t instanceof Counter) text += `c${t.step}`;
    else text += `v${t.x + t.y}`;
  }
  return text;
}
instanceTests.cases = [[0], [4]];

export function optionalObjects(n: number): string {
  const c = n > 1 ? new Counter(n) : undefined;
  const v: Vector | null = n > 2 ? new Vector(n, 0) : null;
  c?.bump();
  return `${c?.count} ${v?.toText()} ${v === null ? "none" : v.x} ${c ? c.step : -1}`;
}
optionalObjects.cases = [[1], [2], [3]];

export function objectsArePassed(n: number): number {
  const c = new Counter(n);
  bumpTwice(c);
  const { count, step } = c;
  return count * 10 + step;
}
objectsArePassed.cases = [[1]];

export function bumpTwice(c: Counter): void {
  c.bump();
  c.bump();
}

export function fieldUpdates(n: number): string {
  const v = new Vector(n, n);
  v.x++;
  v.y *= 3;
  v.x -= v.y;
  const w = v;
  w.x = 100;
  [v.x, v.y] = [v.y, v.x];
  return v.toText() + w.toText();
}
fieldUpdates.cases = [[1], [2]];
