/** What names of printed code (`.code`) stand for while it is compiled: definitions that are known before any body is. */

import type { EnumDef, Fn } from "../../../format/ir/program.ts";
import { enumType } from "../../../format/types.ts";
import { type IValue, IValue as Values } from "../../../format/value.ts";
import type { SType } from "../types/model.ts";

/** A class, interface or enum. */
export class DefinitionRef {
  readonly type: SType;
  readonly members: EnumDef | undefined;

  constructor(type: SType, members?: EnumDef) {
    this.type = type;
    this.members = members;
  }

  /** A member of an enum. */
  member(name: string): IValue | undefined {
    const found = this.members?.members.find((one) => one.name === name);
    return found && Values.enum(this.members!.name, found.name, found.value);
  }

  get memberType(): SType {
    return { kind: "ir", type: enumType(this.members!.name) };
  }
}

/** `Class.__new__`. */
export class NewRef {
  readonly type: SType;

  constructor(type: SType) {
    this.type = type;
  }
}

export class FunctionRef {
  readonly fn: Fn;

  constructor(fn: Fn) {
    this.fn = fn;
  }
}

/** `CONSTANTS`: values by name. */
export class ConstantsRef {
  readonly table: ReadonlyMap<string, IValue>;

  constructor(table: ReadonlyMap<string, IValue>) {
    this.table = table;
  }
}
