// Instructions that are neither kernels nor control flow: containers, objects, prints, raising.

import { Str } from "../core/containers";
import { factInt, fail } from "../core/error";
import { Tag } from "../core/object";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { Vm } from "../ops.gen";
import { Program } from "../program/program";
import { getAttribute, moduleItem, setAttribute } from "./attributes";
import { raise } from "./error-value";
import { checkGuard } from "./guard";
import { record } from "./records";
import {
  buildDict,
  buildList,
  buildTuple,
  createObject,
  isInstance,
  sliceTuple,
  tupleItem,
  unpack,
} from "./structures";
import { toList } from "./to-list";

/** Runs the instruction at `at`: `v` holds `n` operands, `r` takes `m` results. */
export function structure(kind: u32, p: Program, at: usize, n: u32, m: u32, v: Value, r: Value): void {
  switch (kind) {
    case Vm.GET_ATTR:
      if (n == 1 && m == 1) return getAttribute(p, at, v, r);
      break;
    case Vm.SET_ATTR:
      if (n == 2 && m == 0) return setAttribute(p, at, v);
      break;
    case Vm.LIST_CONSTRUCT:
      if (m == 1) return buildList(load<u32>(at, 16), n, v, r);
      break;
    case Vm.TUPLE_CONSTRUCT:
      if (m == 1) return buildTuple(load<u32>(at, 16), n, v, r);
      break;
    case Vm.DICT_CONSTRUCT:
      if (m == 1 && (n & 1) == 0) return buildDict(load<u32>(at, 16), load<u32>(at, 20), n, v, r);
      break;
    case Vm.LIST_UNPACK:
      if (n == 1) return unpack(Tag.LIST, m, v, r);
      break;
    case Vm.TUPLE_UNPACK:
      if (n == 1) return unpack(Tag.TUPLE, m, v, r);
      break;
    case Vm.TUPLE_INDEX:
      if (n == 2 && m == 1) return tupleItem(v, r);
      break;
    case Vm.TUPLE_SLICE:
      if (n == 1 && m == 1) return sliceTuple(load<u32>(at, 16), load<u32>(at, 20), v, r);
      break;
    case Vm.CREATE_OBJECT:
      if (n == 0 && m == 1) return createObject(p, load<u32>(at, 16), r);
      break;
    case Vm.ISINSTANCE:
      if (n == 1 && m == 1) return isInstance(p, load<u32>(at, 16), v, r);
      break;
    case Vm.TO_LIST:
      if (n == 3 && m == 1) return toList(p, load<u32>(at, 16), v, r);
      break;
    case Vm.MODULE_INDEX:
      if (n == 2 && m == 1) return moduleItem(p, v, r);
      break;
    case Vm.FALSE:
      if (m == 1) {
        r.setBool(false);
        return;
      }
      break;
    case Vm.UNINITIALIZED:
      if (n == 0 && m == 1) return;
      break;
    case Vm.GUARD:
      if (n == 1 && m == 0) return checkGuard(p, at, v);
      break;
    case Vm.PRINT:
    case Vm.WARN:
      if (m == 0) {
        if (kind == Vm.WARN) record(1, min(n, 1), v);
        else record(0, n, v);
        return;
      }
      break;
    case Vm.RAISE:
      if (n >= 1 && v.tag == Tag.STR) {
        raise(v.str, n == 2 && v.at(1).tag == Tag.STR ? v.at(1).str : changetype<Str>(0));
        return;
      }
      break;
    default:
      break;
  }
  fail(ErrorCode.BAD_ARITY);
  factInt(m);
  factInt(n);
}
