/** `sconce/convert`: sources, options, what the report says, and `load` of archives. */

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { load } from "../../loader/load.ts";
import type { Module } from "../../loader/module.ts";
import { Runtime } from "../../loader/runtime.ts";
import { Tensor } from "../../loader/tensor.ts";
import {
  type ConvertOptions,
  type ConvertSource,
  convert,
  convertToChunks,
} from "../../ts-frontend/convert/index.ts";
import { VAD } from "../cli/support.ts";
import { archiveWithMissing, vadArchive } from "./archives.ts";

interface Recorded {
  readonly inputs: [{ tensor: { data: string } }, { int: number }];
  readonly expect: { tensor: { data: string } };
}

let runtime: Runtime;
let chunks: Tensor[];
let answers: number[];
beforeAll(async () => {
  runtime = await Runtime.create();
  const record = JSON.parse(readFileSync(VAD.replace("model.pt", "case.json"), "utf8")) as {
    calls: object[];
  };
  const calls = record.calls.filter(
    (call): call is Recorded =>
      "expect" in call && "inputs" in call && (call.inputs as unknown[]).length === 2,
  );
  const floats = (base64: string) => new Float32Array(new Uint8Array(Buffer.from(base64, "base64")).buffer);
  chunks = calls.map((call) => new Tensor(floats(call.inputs[0].tensor.data), [1, 512]));
  answers = calls.map((call) => floats(call.expect.tensor.data)[0]!);
});

/** Largest distance from PyTorch's answers over the recorded chunks, from a fresh state. */
function distance(model: Module): number {
  model.call("reset_states", []);
  const got = chunks.map((chunk) => (model.call("forward", [chunk, 16000]) as Tensor).data[0] as number);
  return Math.max(...got.map((x, i) => Math.abs(x - answers[i]!)));
}

async function converted(source: ConvertSource, options: ConvertOptions = {}): Promise<Module> {
  return load((await convert(source, { runtime, ...options })).bytes, { runtime });
}

describe("sources", () => {
  test("bytes, buffers, blobs, paths and addresses of files give the same file", async () => {
    const bytes = vadArchive();
    const whole = (await convert(bytes, { runtime })).bytes;
    for (const source of [
      bytes.buffer,
      new Blob([bytes]),
      new File([bytes], "m.pt"),
      VAD,
      pathToFileURL(VAD),
    ]) {
      expect(Buffer.compare((await convert(source, { runtime })).bytes, whole)).toBe(0);
    }
    const { chunks: pieces } = await convertToChunks(VAD, { runtime });
    expect(Buffer.compare(Buffer.concat(pieces), whole)).toBe(0);
  });

  test("a file that is not there, and one that is no archive", async () => {
    await expect(convert("/no/such/file.pt")).rejects.toMatchObject({ code: "FETCH" });
    await expect(convert(new Uint8Array(100))).rejects.toMatchObject({ code: "FILE_MALFORMED" });
  });

  test("load reads archives once this module is imported", async () => {
    for (const source of [vadArchive(), new Blob([vadArchive()]), VAD, new Response(vadArchive())]) {
      using model = await load(source, { runtime });
      expect(distance(model)).toBeLessThan(1e-5);
    }
  });
});

describe("options", () => {
  test("optimized or not, state stays between calls and answers are PyTorch's", async () => {
    for (const optimize of [true, false]) {
      using model = await converted(VAD, { optimize });
      expect(distance(model)).toBeLessThan(1e-5);
      expect(distance(model)).toBeLessThan(1e-5);
    }
  });

  test("not optimized, the module tree is PyTorch's", async () => {
    using model = await converted(VAD, { optimize: false });
    expect([...model.stateDict().keys()].sort()).toEqual([
      "cell.bias_hh",
      "cell.bias_ih",
      "cell.weight_hh",
      "cell.weight_ih",
      "decide.bias",
      "decide.weight",
      "state",
    ]);
    expect(model.getAttribute("training")).toBe(false);
  });

  test("optimized, only the state is left, and what is preserved", async () => {
    using model = await converted(VAD);
    expect([...model.stateDict().keys()]).toEqual(["state"]);
    using kept = await converted(VAD, { preservedAttrs: ["decide.bias"] });
    expect([...kept.stateDict().keys()].sort()).toEqual(["decide.bias", "state"]);
  });

  test("narrow weights: half the bytes, answers close", async () => {
    for (const optimize of [true, false]) {
      for (const dtype of ["float16", "bfloat16"] as const) {
        const { bytes, report } = await convert(VAD, { runtime, optimize, dtype });
        expect(report.narrowed.tensors).toBe(3);
        using model = await load(bytes, { runtime });
        const off = distance(model);
        expect(off).toBeGreaterThan(0);
        expect(off).toBeLessThan(dtype === "float16" ? 2e-3 : 2e-2);
        if (optimize) continue;
        const state = model.stateDict();
        expect(state.get("cell.weight_ih")!.dtype).toBe(dtype);
        expect(state.get("cell.bias_ih")!.dtype).toBe("float32");
        expect(state.get("state")!.dtype).toBe("float32");
      }
    }
  });

  test("progress is told in order, and a signal stops it", async () => {
    const steps: string[] = [];
    let last = 0;
    await convert(VAD, {
      runtime,
      onProgress: (step, done, total) => {
        if (steps.at(-1) !== step) steps.push(step);
        if (step === "read") last = done / total;
      },
    });
    expect(steps).toEqual(["read", "import", "optimize", "write"]);
    expect(last).toBe(1);
    await expect(convert(VAD, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });
});

describe("what is missing", () => {
  test("is told before the optimizer runs, and raises only where it is reached", async () => {
    const order: string[] = [];
    const { bytes, report } = await convert(await archiveWithMissing(), {
      runtime,
      onMissing: (missing) => order.push(...missing.map(({ op, uses }) => `${op} ${uses}`)),
      onProgress: (step) => order.push(step),
    });
    expect(order.indexOf("aten::special_bessel_j0 1")).toBeLessThan(order.indexOf("optimize"));
    expect(order.indexOf("aten::special_bessel_j0 1")).toBeGreaterThan(-1);
    expect(report.missing[0]!.places[0]!.file).toContain("code/__torch__/vad_network.py");
    using model = await load(bytes, { runtime });
    model.call("reset_states", []);
    expect(() => model.call("forward", [chunks[0], 16000])).toThrow(/unsupported: aten::special_bessel_j0/);
  });

  test("is refused when strict", async () => {
    const archive = await archiveWithMissing();
    await expect(convert(archive, { runtime, strict: true })).rejects.toMatchObject({
      code: "UNSUPPORTED",
      message: expect.stringMatching(/special_bessel_j0.*code\/__torch__\/vad_network\.py:\d+/),
    });
  });
});

test("the report says what there is", async () => {
  const { bytes, report } = await convert(VAD, { runtime });
  expect(report.bytes).toEqual({ before: vadArchive().length, after: bytes.length });
  expect(report.elements).toBe(10 + 90 + 300 + 30 + 30 + 10 + 1);
  expect(report.methods.map((method) => method.name)).toEqual(["forward", "reset_states"]);
  expect(report.methods[0]!.inputs).toEqual([
    { name: "x", type: "Tensor", required: true },
    { name: "sr", type: "int", required: true },
  ]);
  expect(report.nodes.after).toBeLessThan(report.nodes.before);
  expect(report.missing).toEqual([]);
});
