/** The floors of tests/conformance-floor.json: what was right once must stay right. */

import { readFileSync } from "node:fs";

/** Sets the exit code when a count is below the floor kept under `key`, or when there is none of that name. */
export function checkFloor(key: string, counts: Readonly<Record<string, number>>): void {
  const file = new URL("../../tests/conformance-floor.json", import.meta.url);
  const floors = JSON.parse(readFileSync(file, "utf8")) as Record<string, Record<string, number>>;
  const floor = floors[key];
  const names = Object.keys(counts);
  if (floor && names.every((name) => counts[name]! >= (floor[name] ?? Number.POSITIVE_INFINITY))) return;
  console.error(`below the floor of ${JSON.stringify(floor)}: what was right once must stay right`);
  process.exitCode = 1;
}
