/** Which functions and methods of a program may call themselves, directly or through others. */

import { type Fn, functionsOf, type Program } from "../../format/ir/program.ts";
import { calleeOf } from "./inline.ts";

interface Visit {
  readonly fn: Fn;
  readonly callees: readonly Fn[];
  readonly index: number;
  next: number;
  low: number;
}

/** The functions on cycles of calls whose callee is known (Tarjan's components, without recursion of our own). */
export function recursiveFunctions(program: Program): Set<Fn> {
  const found = new Set<Fn>();
  const numbers = new Map<Fn, number>();
  const open: Fn[] = [];
  const isOpen = new Set<Fn>();
  const path: Visit[] = [];
  const enter = (fn: Fn): void => {
    const index = numbers.size;
    numbers.set(fn, index);
    open.push(fn);
    isOpen.add(fn);
    const callees = calleesOf(program, fn);
    if (callees.includes(fn)) found.add(fn);
    path.push({ fn, callees, index, next: 0, low: index });
  };
  for (const { fn } of functionsOf(program)) {
    if (numbers.has(fn)) continue;
    enter(fn);
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      const callee = at.callees[at.next++];
      if (callee === undefined) {
        path.pop();
        const caller = path.at(-1);
        if (caller !== undefined) caller.low = Math.min(caller.low, at.low);
        if (at.low === at.index) close(at.fn);
      } else if (!numbers.has(callee)) {
        enter(callee);
      } else if (isOpen.has(callee)) {
        at.low = Math.min(at.low, numbers.get(callee)!);
      }
    }
  }
  function close(root: Fn): void {
    const members = open.splice(open.lastIndexOf(root));
    for (const fn of members) {
      isOpen.delete(fn);
      if (members.length > 1) found.add(fn);
    }
  }
  return found;
}

function calleesOf(program: Program, fn: Fn): Fn[] {
  const callees = new Set<Fn>();
  for (const node of fn.graph.nodes()) {
    const callee = calleeOf(program, node);
    if (callee !== undefined) callees.add(callee);
  }
  return [...callees];
}
