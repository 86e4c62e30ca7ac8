/** The other commands as processes: run, inspect, graph, code, bench. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeProgram } from "../../format/file/write.ts";
import { tensorFromBytes } from "../../format/value.ts";
import { readNpy, writeNpy } from "../../ts-frontend/weights/npy.ts";
import { sampleProgram } from "../support/sample-program.ts";
import { fixture, sconce, VAD } from "./support.ts";

let dir: string;
let model: string;
let input: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "sconce-cli-"));
  model = join(dir, "sample.sconce");
  writeFileSync(model, writeProgram(sampleProgram()));
  input = join(dir, "x.npy");
  const x = new Uint8Array(new Float32Array([10, 20]).buffer);
  writeFileSync(input, writeNpy(tensorFromBytes("float32", [2], x)));
});
afterAll(() => {
  rmSync(dir, { recursive: true });
});

test("run prints results and writes arrays", () => {
  const output = join(dir, "y.npy");
  const shown = sconce("run", model, "-i", input, "-o", output);
  expect(shown.stderr).toBe("");
  expect(shown.status).toBe(0);
  expect(shown.stdout).toContain("Tensor(float32 [2]");
  expect(readNpy(readFileSync(output)).shape).toEqual([2]);
  const json = sconce("run", model, "-i", input, "--json");
  expect(JSON.parse(json.stdout)[0]).toMatchObject({ dtype: "float32", shape: [2] });
}, 300_000);

test("inspect shows methods, weights and operators", () => {
  const { status, stdout } = sconce("inspect", model, "--weights");
  expect(status).toBe(0);
  expect(stdout).toContain("forward  sha256");
  expect(stdout).toMatch(/child\.bias\s+float32\s+\[2\]\s+[0-9a-f]{64}/);
  expect(stdout).toContain("aten::add.Tensor");
  const json = JSON.parse(sconce("inspect", VAD, "--json").stdout);
  expect(json.methods.map((method: { name: string }) => method.name)).toEqual(["forward", "reset_states"]);
  const weights = sconce("inspect", fixture("fixtures/data/digits/weights.pt"));
  expect(weights.status).toBe(0);
  expect(weights.stdout).toContain("classifier.1.weight");
});

test("graph and code print a method, of an archive too", () => {
  expect(sconce("graph", model).stdout).toContain("prim::Loop");
  expect(sconce("graph", VAD).stdout).toMatch(/aten::sigmoid.*# vad_network\.py:\d+/);
  const code = sconce("code", VAD, "-m", "reset_states");
  expect(code.status).toBe(0);
  expect(code.stdout).toContain("zerosLike");
});

test("bench times a method", () => {
  const { status, stdout } = sconce("bench", model, "-i", input, "-n", "3", "--warmup", "1", "--json");
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ runs: 3 });
}, 300_000);

test("errors: 1 when a model refuses, 2 for wrong use", () => {
  expect(sconce("run", join(dir, "none.sconce"))).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("does not exist"),
  });
  const none = sconce("run", model, "-m", "backward");
  expect(none).toMatchObject({ status: 1, stderr: expect.stringContaining("no method backward") });
  expect(sconce("fly").status).toBe(2);
  expect(sconce("bench", model, "-n", "0").status).toBe(2);
  expect(sconce("--version").stdout.trim()).toMatch(/^\d+\.\d+\.\d+$/);
});
