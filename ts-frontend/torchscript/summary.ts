/** What a TorchScript archive or a file of weights holds, as data: for `sconce inspect`, and before a conversion. */

import { numel, type StorageData, type TensorData } from "../../format/value.ts";
import { SconceError } from "../../loader/error.ts";
import { isTensor } from "../weights/pickled-tensors.ts";
import type { TorchScriptArchive } from "./archive-reader.ts";
import { CodeTable, type Definition } from "./code-table.ts";
import type { ClassDef, Expr, FunctionDef } from "./syntax/ast.ts";
import { PickleDict, type Pickled, PickleList, PickleTuple, QTensor, ScriptObject } from "./values.ts";

export interface TensorSummary {
  /** Path from the root, such as `layer1.0.conv1.weight`. */
  readonly name: string;
  readonly kind: "parameter" | "buffer" | "attribute" | "constant" | "weight";
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly elements: number;
  /** An earlier tensor that lies in the same memory. */
  readonly sharesWith?: string;
}

export interface ModuleSummary {
  /** Path from the root, which is "". */
  readonly name: string;
  /** Such as `torch.nn.modules.linear.Linear`. */
  readonly className: string;
  /** Methods that the archive has code of, with their signatures as the code has them. */
  readonly methods: readonly MethodSummary[];
  /** Elements of its own parameters, not of those below it; shared ones count where they are met first. */
  readonly parameters: number;
  /** An earlier path of the same object. */
  readonly sameAs?: string;
}

export interface MethodSummary {
  readonly name: string;
  /** Such as `(x: Tensor) -> Tensor`; the object itself is left out. */
  readonly signature: string;
}

export interface WeightsSummary {
  readonly tensors: readonly TensorSummary[];
  /** Elements of all tensors; what shares memory counts once. */
  readonly elements: number;
  /** Bytes of all storages. */
  readonly bytes: number;
  /** Elements by dtype, shared ones once. */
  readonly dtypes: Readonly<Record<string, number>>;
}

export interface ArchiveSummary extends WeightsSummary {
  /** Of the format: 1 to 10. */
  readonly version: number;
  /** In the order in which the tree is walked, the root first. Objects of classes that are no modules are here too. */
  readonly modules: readonly ModuleSummary[];
  /** Elements of all parameters, shared ones once. */
  readonly parameters: number;
  readonly code: readonly { readonly path: string; readonly lines: number }[];
  readonly extraFiles: readonly { readonly name: string; readonly bytes: number }[];
}

/** Summary of an archive. Code that does not parse only leaves out what it would have told. */
export function summarizeArchive(archive: TorchScriptArchive): ArchiveSummary {
  const walk = new ArchiveWalk(archive);
  walk.object("", archive.root);
  archive.constants.forEach((value, i) => {
    walk.value(`CONSTANTS.c${i}`, value, "constant");
  });
  const { modules, tensors } = walk;
  return {
    version: archive.version,
    modules,
    ...tensors.summary(),
    parameters: tensors.elementsOf("parameter"),
    code: [...archive.code].map(([path, text]) => ({ path, lines: text.split("\n").length - 1 })),
    extraFiles: [...archive.extraFiles].map(([name, bytes]) => ({ name, bytes: bytes.length })),
  };
}

/** Summary of what `readWeights` gives. */
export function summarizeWeights(weights: ReadonlyMap<string, TensorData>): WeightsSummary {
  const list = new TensorList();
  for (const [name, tensor] of weights) list.add(name, "weight", tensor.dtype, tensor);
  return list.summary();
}

/** Tensors with their names, those that lie in the same memory told apart. */
class TensorList {
  readonly #tensors: TensorSummary[] = [];
  readonly #names = new Map<StorageData, string>();
  #bytes = 0;

  /** Returns the elements that it adds: none if an earlier tensor lies in the same memory. */
  add(name: string, kind: TensorSummary["kind"], dtype: string, { shape, storage }: TensorData): number {
    const known = this.#names.get(storage);
    const shared = known === undefined ? {} : { sharesWith: known };
    if (known === undefined) {
      this.#names.set(storage, name);
      this.#bytes += storage.bytes.length;
    }
    const elements = numel(shape);
    this.#tensors.push({ name, kind, dtype, shape, elements, ...shared });
    return known === undefined ? elements : 0;
  }

  elementsOf(kind?: TensorSummary["kind"]): number {
    return this.#tensors.reduce((sum, tensor) => {
      const counts = tensor.sharesWith === undefined && (kind === undefined || tensor.kind === kind);
      return sum + (counts ? tensor.elements : 0);
    }, 0);
  }

  summary(): WeightsSummary {
    const byDType: Record<string, number> = {};
    for (const { dtype, elements, sharesWith } of this.#tensors) {
      byDType[dtype] = (byDType[dtype] ?? 0) + (sharesWith === undefined ? elements : 0);
    }
    return { tensors: this.#tensors, elements: this.elementsOf(), bytes: this.#bytes, dtypes: byDType };
  }
}

/** What the code says of a class. */
interface ClassReport {
  readonly parameters: ReadonlySet<string>;
  readonly buffers: ReadonlySet<string>;
  readonly methods: readonly MethodSummary[];
}

class ArchiveWalk {
  readonly modules: ModuleSummary[] = [];
  readonly tensors = new TensorList();
  readonly #code: CodeTable;
  readonly #archive: TorchScriptArchive;
  readonly #classes = new Map<string, ClassReport>();
  readonly #objects = new Map<ScriptObject, string>();

  constructor(archive: TorchScriptArchive) {
    this.#archive = archive;
    this.#code = new CodeTable(archive);
  }

  object(name: string, object: ScriptObject): void {
    const { parameters, buffers, methods } = this.#class(object.typeName);
    const className = plainName(object.typeName);
    const sameAs = this.#objects.get(object);
    if (sameAs !== undefined) {
      this.modules.push({ name, className, methods, parameters: 0, sameAs });
      return;
    }
    this.#objects.set(object, name);
    const module = { name, className, methods, parameters: 0 };
    this.modules.push(module);
    const { state } = object;
    if (!(state instanceof PickleDict)) {
      this.value(join(name, "state"), state, "attribute");
      return;
    }
    for (const [key, value] of state.entries) {
      const attribute = String(key);
      const path = join(name, attribute);
      if (parameters.has(attribute) && isTensor(value)) {
        module.parameters += this.tensors.add(path, "parameter", value.dtype, value);
      } else {
        this.value(path, value, buffers.has(attribute) ? "buffer" : "attribute");
      }
    }
  }

  value(name: string, value: Pickled, kind: TensorSummary["kind"]): void {
    if (value instanceof ScriptObject) this.object(name, value);
    else if (value instanceof QTensor) this.tensors.add(name, kind, value.dtype, value.tensor);
    else if (isTensor(value)) this.tensors.add(name, kind, value.dtype, value);
    else if (value instanceof PickleList || value instanceof PickleTuple) {
      value.items.forEach((item, i) => {
        this.value(join(name, String(i)), item, kind);
      });
    } else if (value instanceof PickleDict) {
      for (const [key, item] of value.entries) {
        this.value(join(name, typeof key === "object" ? "?" : String(key)), item, kind);
      }
    }
  }

  #class(typeName: string): ClassReport {
    const known = this.#classes.get(typeName);
    if (known !== undefined) return known;
    const found = this.#find(typeName);
    const report = found?.kind === "class" ? this.#report(found.def, found.file.path) : NOTHING;
    this.#classes.set(typeName, report);
    return report;
  }

  #find(typeName: string): Definition | undefined {
    try {
      return this.#code.find(typeName);
    } catch (error) {
      if (!(error instanceof SconceError)) throw error;
      return undefined;
    }
  }

  #report({ body }: ClassDef, path: string): ClassReport {
    const text = this.#archive.code.get(path) ?? "";
    const names = (list: string): Set<string> => {
      const values = body.flatMap((statement) => {
        if (statement.kind !== "assign") return [];
        const [target] = statement.targets;
        return target?.kind === "name" && target.name === list ? itemsOf(statement.value) : [];
      });
      return new Set(values.flatMap((value) => (value.kind === "str" ? [value.value] : [])));
    };
    const methods = body.flatMap((statement) =>
      statement.kind === "def"
        ? [{ name: statement.def.name, signature: signatureOf(statement.def, text) }]
        : [],
    );
    return { parameters: names("__parameters__"), buffers: names("__buffers__"), methods };
  }
}

const NOTHING: ClassReport = { parameters: new Set(), buffers: new Set(), methods: [] };

function itemsOf(expr: Expr): readonly Expr[] {
  return expr.kind === "list" || expr.kind === "tuple" ? expr.items : [];
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

/** `__torch__.foo.___torch_mangle_3.Bar` as its author called it: `foo.Bar`. */
export function plainName(typeName: string): string {
  return typeName.replace(/^__torch__\./, "").replace(/___torch_mangle_\d+\./g, "");
}

/** Parameters and result of a method, types as the code has them, without its object. */
function signatureOf({ parameters, returns }: FunctionDef, text: string): string {
  const show = ({ start, end }: { start: number; end: number }): string =>
    plainName(text.slice(start, end)).replace(/\s+/g, " ").trim();
  const args = parameters.slice(1).map((parameter) => show(parameter));
  return `(${args.join(", ")}) -> ${returns === undefined ? "None" : show(returns)}`;
}
