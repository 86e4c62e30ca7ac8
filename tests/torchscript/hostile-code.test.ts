/** Code made to do harm: it gets a typed error, not a full stack. */

import { describe, expect, it } from "vitest";
import { readTorchScript } from "../../ts-frontend/torchscript/archive-reader.ts";
import { importTorchScript } from "../../ts-frontend/torchscript/import.ts";
import { pickle, str } from "../weights/fixtures.ts";
import { archive } from "./fixtures.ts";
import { rezip } from "./zip.ts";

const MANY = 100_000;
const text = (value: string) => [...new TextEncoder().encode(value)];

/** Source of a module whose class has these attributes, and whose forward has this body. */
const module = (body: string, attributes = "") =>
  `class M(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
${attributes}  def forward(self: __torch__.M,
    x: Tensor) -> Tensor:
${body}    return x
`;

async function importing(code: string, ...state: (string | number[])[]) {
  const root = pickle("c__torch__\nM\n)", [0x81], "}(", str("training"), [0x88], ...state, "ub");
  const changes = { "data.pkl": root, "code/__torch__.py": new TextEncoder().encode(code) };
  return importTorchScript(await readTorchScript(await rezip(archive("scripted"), changes)));
}

async function refuses(message: string, code: string, ...state: (string | number[])[]): Promise<void> {
  const expected = { name: "SconceError", code: "TORCHSCRIPT", message: expect.stringContaining(message) };
  await expect(importing(code, ...state)).rejects.toMatchObject(expected);
}

it("what is right is imported", async () => {
  const { program, missing } = await importing(module("    x = torch.neg(x)\n"));
  expect([program.root.kind, missing]).toEqual(["object", []]);
});

describe("nesting", () => {
  it.each([
    ["parentheses", `    x = ${"(".repeat(MANY)}x${")".repeat(MANY)}\n`],
    ["calls", `    x = ${"torch.neg(".repeat(MANY)}x${")".repeat(MANY)}\n`],
    ["signs", `    x = ${"-".repeat(MANY)}x\n`],
    ["powers", `    x = x${" ** x".repeat(MANY)}\n`],
    ["lists", `    y = ${"[".repeat(MANY)}${"]".repeat(MANY)}\n`],
    ["conditions", `    x = ${"x if True else ".repeat(MANY)}x\n`],
    [
      "blocks",
      `${Array.from({ length: 1000 }, (_, i) => `${"  ".repeat(i + 2)}if True:\n`).join("")}${"  ".repeat(1002)}pass\n`,
    ],
  ])("of %s", (_, body) => refuses("deep", module(body)));

  it("of types", async () => {
    const type = `${"List[".repeat(MANY)}int${"]".repeat(MANY)}`;
    await refuses("deep", module("", `  y : ${type}\n`), str("y"), "]");
    const tag = [0x58, ...new Uint8Array(Uint32Array.of(type.length).buffer), ...text(type)];
    const tagged = ["ctorch.jit._pickle\nrestore_type_tag\n]", tag, [0x86], "R"];
    await refuses("deep", module("", "  y : Any\n"), str("y"), ...tagged);
  });

  it("of classes", async () => {
    const classes = Array.from(
      { length: 20_000 },
      (_, i) => `class C${i}(Module):\n  c : __torch__.C${i + 1}\n`,
    );
    await refuses("deep", `${classes.join("")}${module("", "  c : __torch__.C0\n")}`, str("c"), "N");
  });

  it("of a tuple in itself", async () => {
    const pair = "class P(NamedTuple):\n  p : __torch__.P\n";
    await refuses("__torch__.P holds itself", `${pair}${module("", "  p : __torch__.P\n")}`, str("p"), "N");
  });
});

describe("long chains", () => {
  it.each([
    ["attributes", `    y = x${".a".repeat(MANY)}\n`],
    ["subscripts", `    y = x${"[0]".repeat(MANY)}\n`],
    ["sums", `    x = x${" + x".repeat(MANY)}\n`],
  ])("of %s make their function refuse to run", async (_, body) => {
    const { missing } = await importing(module(body));
    expect(missing).toHaveLength(1);
  });
});

describe("values", () => {
  it.each<[string, string, (string | number[])[]]>([
    ["a number where a tensor is declared", "  y : Tensor\n", [str("y"), "K", [1]]],
    ["a tuple that is too short", "  y : Tuple[int, int]\n", [str("y"), "K", [1], [0x85]]],
    ["a list of strings where ints are declared", "  y : List[int]\n", [str("y"), "]", str("a"), "a"]],
    ["an attribute that is missing", "  y : int\n", []],
    ["an unknown member of an enum", "  y : __torch__.E\n", [str("y"), "c__torch__\nE\nK", [9], "R"]],
  ])("%s", async (_, attribute, state) => {
    await expect(
      importing(`class E(Enum):\n  A = 1\n${module("", attribute)}`, ...state),
    ).rejects.toMatchObject({ name: "SconceError", code: "TORCHSCRIPT" });
  });
});
