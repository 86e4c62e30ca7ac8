/** Element types of tensors: names, PyTorch ScalarType numbers, sizes in bytes, and the numbers we only know by name. */

export type DType =
  | "float32"
  | "float64"
  | "float16"
  | "bfloat16"
  | "int8"
  | "uint8"
  | "int16"
  | "int32"
  | "int64"
  | "bool";

export interface DTypeInfo {
  readonly name: DType;
  /** PyTorch's ScalarType number: what TorchScript programs and `.sconce` files hold. */
  readonly code: number;
  /** Bytes of one element. */
  readonly bytes: number;
}

export const dtypes: Readonly<Record<DType, DTypeInfo>> = {
  uint8: { name: "uint8", code: 0, bytes: 1 },
  int8: { name: "int8", code: 1, bytes: 1 },
  int16: { name: "int16", code: 2, bytes: 2 },
  int32: { name: "int32", code: 3, bytes: 4 },
  int64: { name: "int64", code: 4, bytes: 8 },
  float16: { name: "float16", code: 5, bytes: 2 },
  float32: { name: "float32", code: 6, bytes: 4 },
  float64: { name: "float64", code: 7, bytes: 8 },
  bool: { name: "bool", code: 11, bytes: 1 },
  bfloat16: { name: "bfloat16", code: 15, bytes: 2 },
};

/** ScalarType numbers that PyTorch defines and Sconce refuses; the names serve the refusal's message. */
export const unsupportedDTypes: ReadonlyMap<number, string> = new Map([
  [8, "complex32"],
  [9, "complex64"],
  [10, "complex128"],
  [12, "qint8"],
  [13, "quint8"],
  [14, "qint32"],
  [16, "quint4x2"],
  [17, "quint2x4"],
  [18, "bits1x8"],
  [19, "bits2x4"],
  [20, "bits4x2"],
  [21, "bits8"],
  [22, "bits16"],
  [23, "float8_e5m2"],
  [24, "float8_e4m3fn"],
  [25, "float8_e5m2fnuz"],
  [26, "float8_e4m3fnuz"],
  [27, "uint16"],
  [28, "uint32"],
  [29, "uint64"],
]);

/** PyTorch's older spellings, as schemas and TorchScript write them (`long`, `half`). */
export const dtypeAliases: Readonly<Record<string, DType>> = {
  float: "float32",
  double: "float64",
  half: "float16",
  char: "int8",
  byte: "uint8",
  short: "int16",
  int: "int32",
  long: "int64",
};

const byCode = new Map<number, DType>(Object.values(dtypes).map((info) => [info.code, info.name]));

/** A dtype that is not among `dtypes`: complex, quantised, or no dtype at all. */
export class UnsupportedDTypeError extends Error {
  override readonly name = "UnsupportedDTypeError";
  readonly code: number | string;

  constructor(code: number | string) {
    const known = typeof code === "number" ? unsupportedDTypes.get(code) : undefined;
    super(
      known === undefined
        ? `no dtype has the number or name ${code}; supported: ${Object.keys(dtypes).join(", ")}`
        : `dtype ${known} is not supported; supported: ${Object.keys(dtypes).join(", ")}`,
    );
    this.code = code;
  }
}

/** The dtype with this ScalarType number. Throws UnsupportedDTypeError, which names complex and quantised types. */
export function dtypeFromCode(code: number): DType {
  const dtype = byCode.get(code);
  if (dtype === undefined) throw new UnsupportedDTypeError(code);
  return dtype;
}

/** The dtype with this name or older alias. Throws UnsupportedDTypeError. */
export function dtypeFromName(name: string): DType {
  if (Object.hasOwn(dtypes, name)) return name as DType;
  const alias = Object.hasOwn(dtypeAliases, name) ? dtypeAliases[name] : undefined;
  if (alias === undefined) throw new UnsupportedDTypeError(name);
  return alias;
}
