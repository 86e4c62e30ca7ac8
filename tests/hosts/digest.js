/** Runs models on fixed inputs, converts archives, and hashes every result: the same code in every host. */

/** Floats from -2 to 2 by a linear congruential generator: the same bits everywhere. */
function numbers(count, seed) {
  let state = seed >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / 4194304 - 2;
  });
}

/** Inputs of each model: shapes of float32 tensors. */
export const MODELS = {
  "digits.sconce": [[32, 1, 8, 8]],
  "functions.sconce": [[7, 33]],
  "network.sconce": [
    [2, 3, 40, 40],
    [5, 2, 16],
  ],
};

/** Archives of PyTorch that each host converts for itself, and the shapes of their inputs. */
export const ARCHIVES = {
  "scripted.pt": [[2, 3]],
  "packed.pt": [[2, 3]],
};

/**
 * SHA-256, in hex, of the files that the host converts, and of all outputs of all models; `read` gives the bytes of a
 * model or archive by name, as a Response or an array.
 */
export async function digest({ load, Tensor }, { convert }, read) {
  const chunks = [];
  const run = async (file, shapes) => {
    const model = await load(file);
    const inputs = shapes.map((shape, i) => {
      return new Tensor(
        numbers(
          shape.reduce((a, b) => a * b, 1),
          7 * i + 1,
        ),
        shape,
      );
    });
    collect(model.forward(...inputs), Tensor, chunks);
  };
  for (const [name, shapes] of Object.entries(MODELS)) await run(await read(name), shapes);
  for (const [name, shapes] of Object.entries(ARCHIVES)) {
    const content = await read(name);
    const archive = content instanceof Response ? await content.blob() : new Blob([content]);
    const { bytes } = await convert(archive);
    chunks.push(bytes);
    await run(bytes, shapes);
  }
  const bytes = new Uint8Array(await new Blob(chunks).arrayBuffer());
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...hash].map((b) => b.toString(16).padStart(2, "0")).join("");
}

/** Output bytes in order; any NaN counts as the same NaN. */
function collect(value, Tensor, chunks) {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, Tensor, chunks);
  } else if (value instanceof Tensor) {
    const data = value.data.slice();
    for (let i = 0; i < data.length; i++) if (Number.isNaN(data[i])) data[i] = Number.NaN;
    chunks.push(new Uint8Array(data.buffer));
  }
}
