/** Values of union types: which member they are, found out at run time. */

import {
  BooleanS,
  irType,
  isNullish,
  mayBeNullish,
  membersOf,
  type SType,
  showType,
  widened,
} from "../types/model.ts";
import { branch } from "./branches.ts";
import type { Context } from "./context.ts";
import { typeofName } from "./narrowing.ts";
import { constant, type Dynamic, type NodeLike, type SValue } from "./values.ts";

/** Whether a value is of one of the types, at run time. */
export function isOneOf(ctx: Context, value: Dynamic, types: readonly SType[]): SValue {
  return ctx.dynamic(ctx.builder.isinstance(value.value, types.map(irType)), BooleanS);
}

/** The value as one of a narrower type; raises at run time where it is not. */
export function checkedCast(ctx: Context, value: Dynamic, to: SType, node: NodeLike): SValue {
  const kept = membersOf(to).filter((member) => !isNullish(member));
  const tests: SValue[] = kept.length > 0 ? [isOneOf(ctx, value, kept)] : [];
  if (mayBeNullish(to)) tests.push(ctx.op("aten::__is__", [value.value, ctx.none()], BooleanS));
  const good = tests.reduce(
    (a, b) =>
      branch(
        ctx,
        a,
        () => constant(true),
        () => b,
        node,
      )!,
  );
  branch(
    ctx,
    good,
    () => undefined,
    () => {
      ctx.effect("prim::RaiseException", [
        ctx.str(`the value is not of type ${showType(to)}`),
        ctx.str("TypeError"),
      ]);
      ctx.state.dead = true;
      return undefined;
    },
    node,
  );
  return ctx.cast(value.value, to);
}

/** `typeof value` of a union. */
export function typeofUnion(ctx: Context, value: Dynamic, type: SType, node: NodeLike): SValue {
  const names = [...new Set(membersOf(type).map(typeofName))];
  const test = (at: number): SValue => {
    const name = names[at]!;
    if (at === names.length - 1) return constant(name);
    const members = membersOf(type).filter((member) => typeofName(member) === name);
    const objects = members.filter((member) => !isNullish(member));
    const isThere = (): SValue => (objects.length > 0 ? isOneOf(ctx, value, objects) : constant(false));
    const is = members.some(isNullish)
      ? branch(
          ctx,
          ctx.op("aten::__is__", [value.value, ctx.none()], BooleanS),
          () => constant(true),
          isThere,
          node,
        )!
      : isThere();
    return branch(
      ctx,
      is,
      () => constant(name),
      () => test(at + 1),
      node,
    )!;
  };
  return test(0);
}

/** A field that all members of a union have; of literal types, found out by the member. */
export function unionMember(ctx: Context, value: Dynamic, type: SType, name: string, node: NodeLike): SValue {
  const members = membersOf(type);
  const fields = members.map((member) => ctx.unit.fieldType(member, name));
  if (fields.some((field) => field === undefined)) {
    return ctx.refuse("NO_PROPERTY", node, `${showType(type)} has no ${name} in every case`, {
      advice: "Narrow it first: with instanceof, typeof, or a test of a field that tells the cases apart.",
    });
  }
  const read = (at: number): SValue => {
    const member = members[at]!;
    const get = (): SValue => {
      const narrow = ctx.cast(value.value, member);
      return ctx.dynamic(ctx.builder.getAttr(narrow.value, name, irType(fields[at]!)), widened(fields[at]!));
    };
    if (at === members.length - 1) return get();
    return branch(ctx, isOneOf(ctx, value, [member]), get, () => read(at + 1), node)!;
  };
  return read(0);
}
