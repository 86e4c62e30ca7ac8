// Element types: PyTorch's ScalarType numbers, their sizes, categories and promotion.

export const enum DType {
  UINT8 = 0,
  INT8 = 1,
  INT16 = 2,
  INT32 = 3,
  INT64 = 4,
  FLOAT16 = 5,
  FLOAT32 = 6,
  FLOAT64 = 7,
  BOOL = 11,
  BFLOAT16 = 15,
}

// Bytes per element by ScalarType number; 0 marks a type the runtime does not hold.
const SIZES: usize = memory.data<u8>([1, 1, 2, 4, 8, 2, 4, 8, 0, 0, 0, 1, 0, 0, 0, 2]);
const SHIFTS: usize = memory.data<u8>([0, 0, 1, 2, 3, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 1]);

// Row and column: u8 i8 i16 i32 i64 f16 f32 f64 bool bf16, as c10::promoteTypes.
const PROMOTE: usize = memory.data<u8>([
  0, 2, 2, 3, 4, 5, 6, 7, 0, 15, 2, 1, 2, 3, 4, 5, 6, 7, 1, 15, 2, 2, 2, 3, 4, 5, 6, 7, 2, 15, 3, 3, 3, 3, 4,
  5, 6, 7, 3, 15, 4, 4, 4, 4, 4, 5, 6, 7, 4, 15, 5, 5, 5, 5, 5, 5, 6, 7, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 6, 6,
  7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 0, 1, 2, 3, 4, 5, 6, 7, 11, 15, 15, 15, 15, 15, 15, 6, 6, 7, 15, 15,
]);

export function isDtype(code: i64): bool {
  return code >= 0 && code <= 15 && load<u8>(SIZES + (code as usize)) != 0;
}

/** Bytes of one element. */
export function dtypeBytes(dtype: DType): usize {
  return load<u8>(SIZES + (dtype as usize));
}

/** log2 of the bytes of one element. */
export function dtypeShift(dtype: DType): usize {
  return load<u8>(SHIFTS + (dtype as usize));
}

export function isFloating(dtype: DType): bool {
  return (dtype >= DType.FLOAT16 && dtype <= DType.FLOAT64) || dtype == DType.BFLOAT16;
}

/** True for the integer types, bool not among them. */
export function isIntegral(dtype: DType): bool {
  return dtype <= DType.INT64;
}

function row(dtype: DType): usize {
  return dtype == DType.BFLOAT16 ? 9 : dtype == DType.BOOL ? 8 : (dtype as usize);
}

/** The type that holds both, as torch.promote_types. */
export function promoteTypes(a: DType, b: DType): DType {
  return load<u8>(PROMOTE + row(a) * 10 + row(b)) as DType;
}

/** 0 bool, 1 integer, 2 floating: the order in which types of fewer dimensions give way. */
export function category(dtype: DType): u32 {
  return dtype == DType.BOOL ? 0 : isFloating(dtype) ? 2 : 1;
}
