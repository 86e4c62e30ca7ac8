/** Printing: every tensor of the fixture looks as PyTorch printed it. */

import { readFileSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import type { DType } from "../../format/dtype.ts";
import { type PrintOptions, torch } from "../../ts-frontend/index.ts";
import { toFixed, toScientific } from "../../ts-frontend/print.ts";

interface Case {
  tensor: { dtype: DType; shape: number[]; data: string };
  options?: Record<string, unknown>;
  repr: string;
}

const cases = JSON.parse(
  readFileSync(new URL("../fixtures/data/print.json", import.meta.url), "utf8"),
) as Case[];

afterEach(() => torch.setPrintOptions({ profile: "default" }));

describe("as PyTorch", () => {
  test.each(
    cases.map(
      (c) => [`${c.tensor.dtype} [${c.tensor.shape}] ${JSON.stringify(c.options ?? "")}`, c] as const,
    ),
  )("%s", (_, { tensor, options, repr }) => {
    if (options) {
      const { sci_mode, ...rest } = options;
      torch.setPrintOptions({
        ...(rest as Partial<PrintOptions>),
        ...(sci_mode === undefined ? {} : { sciMode: sci_mode as boolean }),
      });
    }
    const t = torch.fromBuffer(Buffer.from(tensor.data, "base64"), tensor);
    expect(String(t)).toBe(repr);
  });
});

test("digits are those of the exact value, ties to even", () => {
  expect(toFixed(0.03125, 4)).toBe("0.0312");
  expect(toFixed(0.09375, 4)).toBe("0.0938");
  expect(toFixed(2.5, 0)).toBe("2");
  expect(toFixed(-0, 1)).toBe("-0.0");
  expect(toScientific(1.25, 1)).toBe("1.2e+00");
  expect(toScientific(9.9999e22, 2)).toBe("1.00e+23");
  expect(toScientific(5e-324, 3)).toBe("4.941e-324");
  expect(toScientific(0, 4)).toBe("0.0000e+00");
});

test("console.log shows the same text", async () => {
  const { inspect } = await import("node:util");
  expect(inspect(torch.tensor([[1, 2]]))).toBe("tensor([[1., 2.]])");
});
