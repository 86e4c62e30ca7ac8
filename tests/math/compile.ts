/** Compiles functions of `assembly/math/` into a module of loops over arrays. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const root = fileURLToPath(new URL("../../", import.meta.url));
const ENTRY = "tests/math/loops.ts";

/** Where a function is, and its shape: so many vectors or numbers in and one out, or as it stands. */
export interface Source {
  name: string;
  file: string;
  kind: "f32x4" | "f64" | "plain";
  inputs?: 1 | 2 | 3;
}

/** A loop `name(out, in0, in1, in2, bytes)` over arrays of vectors or float64. */
function loop({ name, kind, inputs = 1 }: Source): string {
  if (kind === "plain") return `export { ${name} };\n`;
  const [load, store, step] =
    kind === "f32x4" ? ["v128.load", "v128.store", 16] : ["load<f64>", "store<f64>", 8];
  const values = ["a", "b", "c"].slice(0, inputs).map((p) => `${load}(${p} + i)`);
  return `export function ${name}Loop(out: usize, a: usize, b: usize, c: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += ${step}) ${store}(out + i, ${name}(${values.join(", ")}));
}\n`;
}

function entryText(sources: readonly Source[]): string {
  const imports = sources.map((s) => `import { ${s.name} } from "../../assembly/math/${s.file}";\n`);
  return [...imports, ...sources.map(loop)].join("");
}

/** The wasm, with the flags of a target of `asconfig.json`. */
export async function compile(sources: readonly Source[], target: "release" | "debug"): Promise<Uint8Array> {
  const text = entryText(sources);
  let wasm: Uint8Array | undefined;
  const files = {
    readFile: (name: string, base: string) => {
      if (name === ENTRY) return text;
      try {
        return readFileSync(join(base, name), "utf8");
      } catch {
        return null;
      }
    },
    writeFile: (name: string, content: string | Uint8Array) => {
      if (name.endsWith(".wasm")) wasm = content as Uint8Array;
    },
    listFiles: () => [],
  };
  const outputs = ["--outFile", "loops.wasm", "--disableWarning", "112"];
  const result = await asc.main(
    [ENTRY, "--baseDir", root, "--config", "asconfig.json", "--target", target, ...outputs],
    files,
  );
  if (result.error || !wasm) throw new Error(`${result.error?.message}\n${result.stderr}`);
  return wasm;
}

type Floats = Float32Array | Float64Array;

/** An instance with room for arrays of up to 65536 float64. */
export class Loops {
  readonly exports: Record<string, CallableFunction>;
  readonly memory: WebAssembly.Memory;

  constructor(wasm: Uint8Array) {
    const module = new WebAssembly.Module(wasm as Uint8Array<ArrayBuffer>);
    this.exports = new WebAssembly.Instance(module, {}).exports as Record<string, CallableFunction>;
    this.memory = this.exports.memory as unknown as WebAssembly.Memory;
    this.memory.grow(40);
  }

  /** `name` over the inputs, which have one length, a multiple of 4. */
  run<T extends Floats>(name: string, ...inputs: [T, ...T[]]): T {
    const bytes = inputs[0].byteLength;
    const at = (i: number): number => (1 << 19) * (i + 1);
    inputs.forEach((x, i) => {
      const from = new Uint8Array(x.buffer, x.byteOffset, bytes);
      new Uint8Array(this.memory.buffer).set(from, at(i));
    });
    this.exports[`${name}Loop`]?.(at(3), at(0), at(1), at(2), bytes);
    return inputs[0].constructor === Float32Array
      ? (new Float32Array(this.memory.buffer.slice(at(3), at(3) + bytes)) as T)
      : (new Float64Array(this.memory.buffer.slice(at(3), at(3) + bytes)) as T);
  }
}
