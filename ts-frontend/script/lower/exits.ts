/**
 * Early exits. The IR has none: a statement that leaves a body sets the body's flags, and what follows is guarded by
 * them. A flag that is known when compiling costs nothing.
 *
 *     stopped   nothing more of this body runs this time     set by continue, break, return
 *     ended     the loop does not go on                      set by break, return
 *     returned  the function has returned                    set by return
 */

import type { Context, Exit, Frame } from "./context.ts";
import { Variable } from "./scope.ts";
import { constant, isTrue, type SValue } from "./values.ts";

/** A body that can be left, entered with all flags down. */
export function enterBody(ctx: Context, kind: Exit["kind"], label?: string): Exit {
  const exit: Exit = {
    kind,
    label,
    // A function's body is left by returning only.
    stopped: kind === "function" ? ctx.frame.returned : new Variable("stopped", { flag: true }),
    ended: kind === "function" ? ctx.frame.returned : new Variable("ended", { flag: true }),
    leftBy: new Set(),
  };
  ctx.state.set(exit.stopped, constant(false));
  ctx.state.set(exit.ended, constant(false));
  ctx.frame.exits.push(exit);
  return exit;
}

/** The flag that says whether the innermost body was left. */
export function stoppedNow(ctx: Context): SValue {
  return ctx.state.get(ctx.frame.exits.at(-1)!.stopped)!;
}

/** True where nothing more can run: something was thrown, or the body was left for certain. */
export function isStopped(ctx: Context): boolean {
  return ctx.state.dead || isTrue(stoppedNow(ctx));
}

/** Leaves all bodies of the frame from the innermost up to `target`. */
function leave(ctx: Context, target: Exit, again: boolean): void {
  const { exits } = ctx.frame;
  for (let i = exits.length - 1; i >= 0; i--) {
    const exit = exits[i]!;
    ctx.state.set(exit.stopped, constant(true));
    if (exit === target) {
      if (!again) ctx.state.set(exit.ended, constant(true));
      return;
    }
    ctx.state.set(exit.ended, constant(true));
    exit.leftBy.add(target.kind === "function" ? "return" : "outer");
  }
}

export function leaveByBreak(ctx: Context, target: Exit): void {
  target.leftBy.add("break");
  leave(ctx, target, false);
}

export function leaveByContinue(ctx: Context, target: Exit): void {
  leave(ctx, target, true);
}

export function leaveByReturn(ctx: Context, frame: Frame, value: SValue): void {
  ctx.state.set(frame.result, value);
  ctx.state.set(frame.returned, constant(true));
  leave(ctx, frame.exits[0]!, false);
}

/** The body that `break` or `continue` leaves; undefined where there is none. */
export function findExit(
  ctx: Context,
  statement: "break" | "continue",
  label: string | undefined,
): Exit | undefined {
  return ctx.frame.exits.findLast((exit) => {
    if (exit.kind === "function") return false;
    if (label !== undefined) return exit.label === label;
    return exit.kind === "loop" || statement === "break";
  });
}
