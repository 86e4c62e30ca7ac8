/** Control flow, constants, containers and modules: nodes that the virtual machine itself runs. */

import { family, vm } from "./define.ts";

export const prim = family("vm/run", [
  vm("prim::Constant() -> Any", "CONSTANT", "A literal or a tensor from the constants table."),
  vm("prim::If(bool cond) -> ...", "IF", "Runs the first block when cond holds, else the second."),
  vm("prim::Loop(int max_trips, bool cond, ...) -> ...", "LOOP", "Runs its block while its condition holds."),
  vm("prim::ListConstruct(...) -> Any", "LIST_CONSTRUCT"),
  vm("prim::ListUnpack(Any list) -> ...", "LIST_UNPACK"),
  vm("prim::TupleConstruct(...) -> Any", "TUPLE_CONSTRUCT"),
  vm("prim::TupleUnpack(Any tuple) -> ...", "TUPLE_UNPACK"),
  vm("prim::TupleIndex(Any tuple, int i) -> Any", "TUPLE_INDEX"),
  vm("prim::TupleSlice(Any tuple) -> Any", "TUPLE_SLICE"),
  vm("prim::DictConstruct(...) -> Any", "DICT_CONSTRUCT"),
  vm("prim::GetAttr(Any object) -> Any", "GET_ATTR"),
  vm("prim::SetAttr(Any object, Any value) -> ()", "SET_ATTR"),
  vm("prim::CreateObject() -> Any", "CREATE_OBJECT"),
  vm("prim::CallMethod(Any object, ...) -> ...", "CALL_METHOD"),
  vm("prim::CallFunction(Any function, ...) -> ...", "CALL_FUNCTION"),
  vm("prim::unchecked_cast(Any value) -> Any", "UNCHECKED_CAST"),
  vm("prim::isinstance(Any value) -> bool", "ISINSTANCE"),
  vm("prim::Uninitialized() -> Any", "UNINITIALIZED"),
  vm("prim::RaiseException(str message, str? type=None) -> ()", "RAISE"),
  vm("aten::warn(str message, int stacklevel=2) -> ()", "WARN"),
  vm("prim::Print(...) -> ()", "PRINT"),
  vm("sconce::guard_int(int actual) -> ()", "GUARD"),
  vm("sconce::guard_float(float actual) -> ()", "GUARD"),
  vm("sconce::guard_bool(bool actual) -> ()", "GUARD"),
]);
