/** `sconce convert` as a process: files, tables, exit codes, help. */

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tensorFromBytes } from "../../format/value.ts";
import { writeNpy } from "../../ts-frontend/weights/npy.ts";
import { archiveWithMissing, changedArchive } from "../convert/archives.ts";
import { sconce, VAD } from "./support.ts";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "sconce-cli-"));
});
afterAll(() => {
  rmSync(dir, { recursive: true });
});

test("writes the file and says what it did", () => {
  const output = join(dir, "vad.sconce");
  const { status, stdout, stderr } = sconce("convert", VAD, "-o", output, "--verbose");
  expect(stderr).toBe("");
  expect(status).toBe(0);
  expect(stdout).toContain("forward(Tensor x, int sr) -> Tensor");
  expect(stdout).toMatch(/weights\s+471 elements/);
  expect(stdout).toMatch(/nodes\s+\d+ → \d+/);
  expect(stdout).toMatch(/freeze\s+\d+ → \d+ nodes/);
  expect(readFileSync(output).length).toBeGreaterThan(1000);
  expect(readdirSync(dir).filter((name) => name.endsWith(".part"))).toEqual([]);
});

test("prints its report as JSON", () => {
  const output = join(dir, "half.sconce");
  const { status, stdout } = sconce(
    "convert",
    VAD,
    "-o",
    output,
    "--dtype",
    "float16",
    "--no-optimize",
    "--json",
  );
  expect(status).toBe(0);
  const report = JSON.parse(stdout);
  expect(report.bytes.after).toBe(readFileSync(output).length);
  expect(report.narrowed).toEqual({ tensors: 3, of: 6 });
  expect(report.passes).toEqual([]);
  expect(report.peak_bytes).toBeGreaterThan(1e7);
});

test("lists what is missing with the lines that use it; strict refuses it", async () => {
  const source = join(dir, "missing.pt");
  writeFileSync(source, await archiveWithMissing());
  const listed = sconce("convert", source);
  expect(listed.status).toBe(0);
  expect(listed.stderr).toMatch(/aten::special_bessel_j0\s+1 ×\s+code\/__torch__\/vad_network\.py:\d+/);
  expect(existsSync(join(dir, "missing.sconce"))).toBe(true);
  const output = join(dir, "strict.sconce");
  const refused = sconce("convert", source, "-o", output, "--strict");
  expect(refused.status).toBe(1);
  expect(refused.stderr).toContain("aten::special_bessel_j0");
  expect(existsSync(output)).toBe(false);
});

test("--check compares the optimized model with the archive", async () => {
  const source = join(dir, "one-input.pt");
  const bytes = await changedArchive((code) => code.replace("sr: int)", "sr: int=16000)"));
  writeFileSync(source, bytes);
  const samples = Float32Array.from({ length: 512 }, (_, i) => Math.sin(i / 9) / 3);
  const input = join(dir, "chunk.npy");
  writeFileSync(input, writeNpy(tensorFromBytes("float32", [1, 512], new Uint8Array(samples.buffer))));
  const { status, stdout, stderr } = sconce(
    "convert",
    source,
    "-o",
    join(dir, "checked.sconce"),
    "--check",
    input,
  );
  expect(stderr).toBe("");
  expect(stdout).toMatch(/check: largest difference \d\.\d+e[-+]\d+ in 1 tensors/);
  expect(status).toBe(0);
  const wrong = join(dir, "wrong.npy");
  writeFileSync(wrong, writeNpy(tensorFromBytes("float32", [1, 256], new Uint8Array(1024))));
  const refused = sconce("convert", source, "-o", join(dir, "checked.sconce"), "--check", wrong);
  expect(refused.status).toBe(1);
  expect(refused.stderr).toContain("expected a chunk of shape [1, 512], got [1, 256]");
}, 300_000);

test("exit codes: 1 for files that cannot be converted, 2 for wrong use", () => {
  const missing = sconce("convert", join(dir, "nothing.pt"));
  expect(missing).toMatchObject({ status: 1, stderr: expect.stringContaining("does not exist") });
  const text = join(dir, "text.pt");
  writeFileSync(text, "this is no archive");
  expect(sconce("convert", text)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("not a TorchScript archive"),
  });
  expect(sconce("convert").status).toBe(2);
  expect(sconce("convert", VAD, "--dtype", "int8").status).toBe(2);
});

test("helps", () => {
  const { status, stdout } = sconce("convert", "--help");
  expect(status).toBe(0);
  for (const word of ["--no-optimize", "--dtype", "--strict", "--preserve", "--check", "Exit codes"])
    expect(stdout).toContain(word);
});
