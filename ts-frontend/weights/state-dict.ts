/** Weights saved by `torch.save`, in its zip format (`data.pkl`, the values, and `data/<key>`, the storages) and the one before. */

import type { TensorData } from "../../format/value.ts";
import { SconceError } from "../../loader/error.ts";
import { Archive } from "./archive.ts";
import { isLegacy, readLegacy } from "./legacy.ts";
import { unpickle } from "./pickle.ts";
import { type GlobalHandler, PickleDict, PickleList, PickleTuple } from "./pickle-values.ts";
import { isTensor, PickledTensors, QTensor } from "./pickled-tensors.ts";
import { checkByteOrder, fillTensors } from "./records.ts";
import { type ByteSource, bytesFrom, malformed, openSource, unsupported } from "./source.ts";
import { checkedTensor } from "./tensor.ts";

const plainGlobals: ReadonlyMap<string, GlobalHandler> = new Map<string, GlobalHandler>([
  ["torch.Size", { call: ([items]) => items }],
  ["torch.device", { call: ([type]) => type }],
]);

async function readRoot(source: ByteSource): Promise<unknown> {
  const opened = openSource(source);
  const head = await opened.read(0, 64);
  const tensors = new PickledTensors();
  const options = {
    find: (module: string, name: string) =>
      tensors.find(module, name) ?? plainGlobals.get(`${module}.${name}`),
    persistent: (id: unknown) => tensors.persistent(id),
  };
  if (isLegacy(head)) return readLegacy(await bytesFrom(source), tensors, options);
  if (!Archive.looksLike(head)) throw malformed("this is not a file of torch.save");
  const archive = await Archive.open(source);
  if (archive.has("constants.pkl")) {
    throw unsupported(
      "this file is a TorchScript program, not saved weights",
      "Save model.state_dict() instead.",
    );
  }
  await checkByteOrder(archive);
  const root = unpickle(await archive.read("data.pkl"), options);
  await fillTensors(tensors, archive, "data");
  return root;
}

function kindOf(value: unknown): string {
  if (isTensor(value)) return "tensor";
  if (value instanceof QTensor) return "quantized tensor";
  if (value instanceof PickleDict) return "dict";
  if (value instanceof PickleList) return "list";
  if (value instanceof PickleTuple) return "tuple";
  return value === null ? "None" : typeof value;
}

function notWeights(message: string, dict: PickleDict): SconceError {
  const entries = dict.entries.slice(0, 8).map(([key, value]) => `${String(key)} (${kindOf(value)})`);
  return new SconceError({
    code: "NOT_WEIGHTS",
    message: `${message}; the file has ${entries.join(", ") || "nothing"}${dict.size > 8 ? ", …" : ""}`,
    advice: 'Name the dict that holds the weights, for example { key: "state_dict" }.',
  });
}

export interface StateDictOptions {
  /** The entry of a checkpoint that holds the weights, such as `model` or `state_dict`; by default the whole file does. */
  readonly key?: string;
}

/**
 * The weights in a file of `torch.save`, of any PyTorch since 0.4, in their order: counterpart of `torch.load(f)`.
 *
 * Tensors keep their strides, and those that shared a storage share one here. Given a byte array they are views of it;
 * given random access, only the storages that the weights name are read.
 *
 * Throws SconceError: PICKLE_GLOBAL for anything but tensors, containers and numbers; NOT_WEIGHTS if what is saved is
 * no dict of tensors; UNSUPPORTED for dtypes that Sconce has not and for big-endian files; FILE_MALFORMED,
 * FILE_TRUNCATED, FILE_CHECKSUM for damage.
 */
export async function readStateDict(
  source: ByteSource,
  options: StateDictOptions = {},
): Promise<Map<string, TensorData>> {
  let dict = await readRoot(source);
  if (options.key !== undefined) {
    if (dict instanceof PickleDict && !dict.has(options.key))
      throw notWeights(`there is no ${options.key}`, dict);
    dict = dict instanceof PickleDict ? dict.get(options.key) : dict;
  }
  if (!(dict instanceof PickleDict)) {
    throw notWeights(`what is saved is a ${kindOf(dict)}, not a dict`, new PickleDict());
  }
  const weights = new Map<string, TensorData>();
  for (const [key, value] of dict.entries) {
    if (typeof key !== "string" || !isTensor(value))
      throw notWeights("what is saved is no dict of tensors", dict);
    weights.set(key, checkedTensor(key, value));
  }
  return weights;
}
