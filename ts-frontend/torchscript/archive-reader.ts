/**
 * Reads what `torch.jit.save` writes: everything but the meaning of the code.
 *
 *     NAME/data.pkl, data/0 …             the root object, and the storages of its tensors
 *     NAME/constants.pkl, constants/0 …   CONSTANTS.c0 …, and their storages
 *     NAME/code/__torch__/….py            source text, with ….py.debug_pkl: where it came from
 *     NAME/extra/…                        the caller's own files
 *     NAME/version or .data/version       1 to 10
 */

import { SconceError } from "../../loader/error.ts";
import { Archive } from "../weights/archive.ts";
import { isLegacy } from "../weights/legacy.ts";
import { unpickle } from "../weights/pickle.ts";
import { checkByteOrder, fillTensors } from "../weights/records.ts";
import { type ByteSource, malformed, openSource, unsupported } from "../weights/source.ts";
import { DebugRanges } from "./debug-ranges.ts";
import {
  checkLeaf,
  isKey,
  PickleContext,
  type Pickled,
  PickleTuple,
  RESAVE,
  ScriptObject,
} from "./values.ts";

const MIN_VERSION = 1;
const MAX_VERSION = 10;

/** Everything in a TorchScript archive but the meaning of its code. */
export interface TorchScriptArchive {
  /** Version of the format, 1 to 10: it decides which operators need an upgrader. */
  readonly version: number;
  /** Text of each code file by its path, such as `__torch__/foo/bar.py`. */
  readonly code: ReadonlyMap<string, string>;
  /** Where the code of a file came from; undefined if the archive does not say, or says nonsense. */
  debug(path: string): DebugRanges | undefined;
  /** `CONSTANTS.c0`, `CONSTANTS.c1`, … */
  readonly constants: readonly Pickled[];
  /** The module that was saved. */
  readonly root: ScriptObject;
  /** What the caller of `torch.jit.save` gave as `_extra_files`. */
  readonly extraFiles: ReadonlyMap<string, Uint8Array>;
}

export interface ReadOptions {
  readonly signal?: AbortSignal;
  /** Called with bytes read and bytes to read, as far as they are known. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Reads an archive of `torch.jit.save`: any version from 1 to 10, from an array (its tensors are views of it), or piece
 * by piece from a Blob or a file, of which only what the program uses is read, each storage once.
 *
 * Throws SconceError: UNSUPPORTED for archives of another kind or version, with what to call instead, and for tensors
 * that Sconce has not; PICKLE_GLOBAL and PICKLE_OPCODE for pickles that ask for more than data; FILE_MALFORMED,
 * FILE_TRUNCATED, FILE_CHECKSUM for damage. Counterpart of `torch.jit.load`.
 */
export async function readTorchScript(
  source: ByteSource,
  options: ReadOptions = {},
): Promise<TorchScriptArchive> {
  await checkHead(source);
  const archive = await Archive.open(source);
  checkKind(archive);
  const version = await readVersion(archive);
  await checkByteOrder(archive);
  const reader = new Records(archive, options);
  const root = await reader.pickle("data", null);
  if (!(root instanceof ScriptObject)) throw malformed("the root of the archive is no module");
  const constants = await reader.pickle("constants", new PickleTuple([]));
  if (!(constants instanceof PickleTuple)) throw malformed("the constants of the archive are no tuple");
  const { code, debug } = await reader.code();
  const parsed = new Map<string, DebugRanges | undefined>();
  return {
    version,
    code,
    debug: (path) => {
      if (!parsed.has(path)) parsed.set(path, DebugRanges.read(debug.get(path)));
      return parsed.get(path);
    },
    constants: constants.items as readonly Pickled[],
    root,
    extraFiles: await reader.extraFiles(),
  };
}

/** Reads records one by one, with progress and a way to stop. */
class Records {
  readonly #archive: Archive;
  readonly #options: ReadOptions;
  readonly #total: number;
  #done = 0;

  constructor(archive: Archive, options: ReadOptions) {
    this.#archive = archive;
    this.#options = options;
    this.#total = archive.names.reduce(
      (sum, name) => sum + (isRead(name) ? (archive.size(name) ?? 0) : 0),
      0,
    );
  }

  async read(name: string): Promise<Uint8Array> {
    this.#options.signal?.throwIfAborted();
    const bytes = await this.#archive.read(name);
    this.#advance(bytes.length);
    return bytes;
  }

  #advance(bytes: number): void {
    this.#options.signal?.throwIfAborted();
    this.#done += bytes;
    this.#options.onProgress?.(Math.min(this.#done, this.#total), this.#total);
  }

  /** The value of `NAME.pkl` with the storages in `NAME/`; `empty` if the record has no bytes. */
  async pickle(name: string, empty: unknown): Promise<unknown> {
    const bytes = await this.read(`${name}.pkl`);
    if (bytes.length === 0) return empty;
    const context = new PickleContext();
    const value = unpickle(bytes, {
      find: (module, global) => context.find(module, global),
      persistent: (id) => context.tensors.persistent(id),
      isKey,
      checkLeaf,
    });
    context.finish();
    await fillTensors(context.tensors, this.#archive, name, (read) => this.#advance(read));
    return value;
  }

  /** The code files by path, and the bytes that tell where their text came from. */
  async code(): Promise<{ code: Map<string, string>; debug: Map<string, Uint8Array> }> {
    const code = new Map<string, string>();
    const debug = new Map<string, Uint8Array>();
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    for (const name of this.#archive.names) {
      const path = name.slice(CODE.length);
      if (name.startsWith(CODE) && name.endsWith(".py")) {
        try {
          code.set(path, decoder.decode(await this.read(name)));
        } catch (cause) {
          throw cause instanceof TypeError ? malformed(`the code in ${name} is not UTF-8`, cause) : cause;
        }
      } else if (name.startsWith(CODE) && name.endsWith(DEBUG)) {
        try {
          debug.set(path.slice(0, -DEBUG.length), await this.read(name));
        } catch (cause) {
          // damaged debug records only cost the program its line numbers
          if (!(cause instanceof SconceError)) throw cause;
        }
      }
    }
    return { code, debug };
  }

  async extraFiles(): Promise<Map<string, Uint8Array>> {
    const files = new Map<string, Uint8Array>();
    for (const name of this.#archive.names) {
      if (name.startsWith(EXTRA)) files.set(name.slice(EXTRA.length), await this.read(name));
    }
    return files;
  }
}

const CODE = "code/";
const DEBUG = ".debug_pkl";
const EXTRA = "extra/";

function isRead(name: string): boolean {
  return /^(data|constants)(\.pkl$|\/)|^(code|extra)\//.test(name);
}

/** Refuses what is no zip archive, by name if it is known. */
async function checkHead(source: ByteSource): Promise<void> {
  const head = await openSource(source).read(0, 64);
  if (Archive.looksLike(head)) return;
  if (isLegacy(head)) throw notTorchScript("weights saved by torch.save before version 1.6", WEIGHTS);
  if (head[8] === 0x7b)
    throw notTorchScript("weights in the safetensors format", "Read it with readSafetensors.");
  const text = new TextDecoder("latin1").decode(head.subarray(4, 8));
  if (text === "PTMF") throw notTorchScript("a model for PyTorch Mobile in FlatBuffers", MOBILE);
  throw malformed("this is not a TorchScript archive");
}

const WEIGHTS = "Read it with readWeights, and load them into a module with loadStateDict.";
const MOBILE = "Save the model with torch.jit.save instead.";

/** Refuses archives of another kind, by name. */
function checkKind(archive: Archive): void {
  const has = (name: string) => archive.has(name);
  if (
    has("archive_format") ||
    has("serialized_exported_program.json") ||
    archive.names.some((n) => /^models\/.*\.json$/.test(n))
  ) {
    throw notTorchScript("a program of torch.export", "Save the model with torch.jit.save instead.");
  }
  if (has("model.json"))
    throw unsupported("the archive has the layout of PyTorch before version 1.4", RESAVE);
  if (has(".data/python_version") || has(".data/extern_modules")) {
    throw notTorchScript(
      "a torch.package archive",
      "Load the model in PyTorch and save it with torch.jit.save.",
    );
  }
  if (has("constants.pkl") && has("data.pkl")) {
    if (archive.names.some((name) => name.startsWith(CODE))) return;
    if (has("bytecode.pkl")) throw notTorchScript("bytecode for PyTorch Mobile without source", MOBILE);
    return;
  }
  if (has("bytecode.pkl")) throw notTorchScript("bytecode for PyTorch Mobile without source", MOBILE);
  if (has("data.pkl")) throw notTorchScript("weights saved by torch.save", WEIGHTS);
  throw malformed("the archive is none of PyTorch's: it has no data.pkl");
}

function notTorchScript(what: string, advice: string): SconceError {
  return unsupported(`this is no TorchScript program but ${what}`, advice);
}

async function readVersion(archive: Archive): Promise<number> {
  const name = [".data/version", "version"].find((place) => archive.has(place));
  if (name === undefined) throw malformed("the archive has no version");
  const size = archive.size(name) ?? 0;
  const text = size > 32 ? "" : new TextDecoder("latin1").decode(await archive.read(name)).trim();
  if (!/^\d+$/.test(text)) throw malformed("the version of the archive is no number");
  const version = Number(text);
  if (version >= MIN_VERSION && version <= MAX_VERSION) return version;
  throw new SconceError({
    code: "UNSUPPORTED",
    message: `the archive has version ${text}, those from ${MIN_VERSION} to ${MAX_VERSION} are read`,
    facts: [version, MIN_VERSION, MAX_VERSION],
    advice: version > MAX_VERSION ? "Look for a newer release of Sconce." : RESAVE,
  });
}
