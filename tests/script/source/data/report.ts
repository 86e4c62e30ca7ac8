// Prints what was registered for model.ts.

import { torch } from "sconce/torch";
import { readSource } from "../../../../ts-frontend/script/source/index.ts";
import { area, Doubler, point, where } from "./model.ts";

const doubler = new Doubler(1);
const describe = (fn: Parameters<typeof readSource>[0]) => {
  const { text, scope, method } = readSource(fn);
  const { file, line, column, marks, declarations } = text;
  const types = marks
    .filter(({ kind }) => kind !== "erased")
    .map(({ start, end }) => text.original.slice(start, end));
  return { file, line, column, types, declarations, scope: Object.keys(scope()), method: method?.name };
};
console.log(
  JSON.stringify({
    area: area(point),
    result: doubler.forward(torch.tensor([1, 2])).tolist(),
    keys: Object.keys(doubler),
    where: where().replace(/^.*\/(?=model)/, ""),
    sources: [describe(area), describe(Doubler), describe(Doubler.prototype.forward)],
  }),
);
