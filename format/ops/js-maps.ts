/**
 * Maps, sets and records as JavaScript has them, all dicts of the IR: keys are the same by SameValueZero, order is that of
 * insertion.
 */

import { family, op } from "./define.ts";

const MAP = "Dict(k, v)";
const RECORD = "Dict(str, v)";

export const jsMaps = family("kernels/js-maps", [
  op(`js::mapGet(${MAP} d, k key) -> v(*)?`, { doc: "The value, or None." }),
  op(`js::mapAt(${MAP} d, k key) -> v(*)`, { doc: "The value; refuses a key that is not there." }),
  op(`js::mapSet(${MAP}(a!) d, k(b -> *) key, v(c -> *) value) -> ()`, { doc: "Sets or replaces an entry." }),
  op(`js::mapHas(${MAP} d, k key) -> bool`),
  op(`js::mapDelete(${MAP}(a!) d, k key) -> bool`, { doc: "Removes an entry; whether there was one." }),
  op(`js::mapClear(${MAP}(a!) d) -> ()`),
  op(`js::mapSize(${MAP} d) -> float`, { doc: "The number of entries." }),
  op(`js::mapKeys(${MAP} d) -> k[](*)`, { doc: "The keys in order of insertion, as a new array." }),
  op(`js::mapValues(${MAP} d) -> v[](*)`, { doc: "The values in order of insertion, as a new array." }),
  op(`js::mapVersion(${MAP} d) -> float`, { doc: "A number that changes whenever a new key comes in." }),
  op(`js::recGet(${RECORD} d, str key) -> v(*)?`, {
    pass: "slots",
    doc: "A record's field, or None; refuses a name that JavaScript would find in Object.prototype.",
  }),
  op(`js::recHas(${RECORD} d, str key) -> bool`, {
    pass: "slots",
    doc: "`key in d`; refuses a name that JavaScript would find in Object.prototype.",
  }),
  op(`js::recSet(${RECORD}(a!) d, str key, v(b -> *) value) -> ()`, {
    pass: "slots",
    doc: 'Refuses "__proto__".',
  }),
  op(`js::recKeys(${RECORD} d) -> str[]`, {
    doc: "The names in JavaScript's order: integers upwards, then the others as they came.",
  }),
]);
