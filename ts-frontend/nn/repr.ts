/** Python's way of writing values, for the texts of modules. */

type Value = number | boolean | string | null | readonly (number | null)[];

/** `(3, 3)`, `(3,)`, `1e-05`, `True`, `None`; an integral number is an int. */
export function repr(value: Value): string {
  if (value === null) return "None";
  switch (typeof value) {
    case "boolean":
      return value ? "True" : "False";
    case "string":
      return value;
    case "number":
      return number(value);
    default:
      return value.length === 1 ? `(${repr(value[0]!)},)` : `(${value.map(repr).join(", ")})`;
  }
}

function number(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  if (Number.isInteger(value) && Math.abs(value) < 1e16) return String(value);
  const [digits, exponent] = value.toExponential().split("e") as [string, string];
  const power = Number(exponent);
  if (power >= -4 && power < 16) return String(value);
  return `${digits}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

/** A number that is a float in Python: `2.0` also when it is integral. */
export function float(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e16 ? `${value}.0` : number(value);
}

/** `key=value` for each entry that is not undefined, joined by commas. */
export function fields(values: Readonly<Record<string, Value | undefined>>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${repr(value!)}`)
    .join(", ");
}
