/**
 * The error table: every way the runtime can refuse, its code, the sentence around its facts and what to do next.
 * `npm run gen` writes the codes for the wasm and `docs/errors.md` from it. Codes are never reused.
 *
 * In a sentence `{0}`, `{1}` … stand for the facts in the order in which the runtime records them.
 */

export interface ErrorRow {
  readonly code: number;
  readonly name: string;
  readonly sentence: string;
  readonly advice: string;
}

const rows = {
  // 1–19: values and calls
  BAD_ARGUMENT: [1, "argument {0} should be {1}, got {2}", "Pass a value of the type that the schema names."],
  BAD_KEY: [2, "{0} cannot be hashed or be a dictionary key", "Use an int, a float, a bool or a string."],
  INDEX_RANGE: [3, "index {0} is out of range for {1} elements", "Check the index against the length first."],
  KEY_NOT_FOUND: [4, "the key {0} is not in the dictionary", "Test with `in` or use a default."],
  EMPTY_CONTAINER: [5, "cannot take an element from an empty container", "Check its length first."],
  ZERO_DIVISION: [6, "integer division or modulo by zero", "Check the divisor first."],
  BAD_ARITY: [7, "expected {0} values to unpack, got {1}", "Unpack as many names as there are values."],
  RAISED: [8, "{0}", "The program itself raised this."],
  UNSUPPORTED: [9, "unsupported: {0}", "The operator is known but not implemented; see docs/ops.md."],
  NO_METHOD: [10, "there is no method {0}", "Module.methods lists those the file has."],
  NO_ATTRIBUTE: [11, "there is no attribute {0}", "Module.attributes lists those the file has."],
  GUARD: [
    12,
    "{0}: it was {1} when the model was traced, now it is {2}",
    "Trace again with such inputs, or script the code that depends on the value.",
  ],
  NOT_ONE_ELEMENT: [13, "a tensor of {0} elements cannot become a number", "Reduce it to one element first."],
  BAD_SCALAR: [14, "the number {0} cannot be held by {1} without overflow", "Use a wider dtype."],
  BAD_VALUE: [15, "argument {0} may not be {1}", "See the operator's documentation for the values it takes."],
  NONE_VALUE: [16, "expected a value, got None", "Test for None first."],
  BAD_TEXT: [
    17,
    'argument {0} may not be "{1}"',
    "See the operator's documentation for the values it takes.",
  ],
  NOT_IN_LIST: [18, "there is no such item in the list", "Test with `in` first."],
  NO_TEXT: [19, "{0} cannot be shown as text", "Show what it holds instead."],

  // 20–59: shapes and tensors
  BROADCAST: [
    20,
    "shapes {0} and {1} cannot be broadcast together (dimension {2})",
    "Each pair of sizes, counted from the right, must be equal or contain a 1.",
  ],
  OUTPUT_SHAPE: [
    21,
    "the output has shape {0} but the result has shape {1}",
    "An in-place operation cannot change the shape of its target.",
  ],
  NEGATIVE_SIZE: [22, "negative size {0} in shape {1}", "Sizes are zero or more."],
  TOO_MANY_ELEMENTS: [
    23,
    "a tensor of shape {0} has more than 2147483647 elements",
    "Split the work into smaller tensors.",
  ],
  TOO_MANY_DIMS: [24, "{0} dimensions; at most 64 are possible", "Merge dimensions first."],
  DIM_RANGE: [
    25,
    "dimension {0} is out of range for a tensor of {1} dimensions",
    "Dimensions run from -n to n - 1.",
  ],
  NDIM: [26, "argument {0} should have {1} dimensions, got shape {2}", "Reshape it."],
  SIZE_MISMATCH: [27, "sizes do not match: {0} against {1}", "Check the shapes of the arguments."],
  INNER_SIZE: [28, "matrix sizes do not match: {0} times {1}", "The inner dimensions must be equal."],
  VIEW: [
    29,
    "a view of shape {1} is not possible on a tensor of shape {0} with these strides",
    "Use reshape, which copies when it must.",
  ],
  RESHAPE: [
    30,
    "shape {1} is invalid for a tensor of {0} elements",
    "The product of the sizes must be the number of elements; one size may be -1.",
  ],
  OVERLAP: [
    31,
    "the written tensor shares memory with itself or with an input",
    "Clone the tensor before writing to it.",
  ],
  REPEATED_DIM: [32, "dimension {0} appears more than once", "Name each dimension once."],
  EMPTY_REDUCTION: [
    33,
    "cannot reduce a dimension of size 0 in shape {0}: the result has no identity",
    "Check the size first.",
  ],
  CHANNELS: [34, "expected {0} channels, got {1}", "Weight, groups and input must agree."],
  KERNEL_SIZE: [
    35,
    "the kernel does not fit: padded input {0}, kernel {1}",
    "Use a larger input, more padding or a smaller kernel.",
  ],
  INDEX_OUT_OF_RANGE: [
    36,
    "index {0} is out of range for dimension {1} of size {2}",
    "Indices run from -size to size - 1.",
  ],
  SPLIT_SIZES: [
    37,
    "split sizes add up to {0}, the dimension has {1}",
    "The sizes must add up to the dimension.",
  ],
  STORAGE_RANGE: [
    38,
    "the view reaches past its storage ({0} elements wanted, {1} there)",
    "Check sizes, strides and offset.",
  ],
  EXPAND: [39, "shape {0} cannot be expanded to {1}", "Only dimensions of size 1 can grow."],
  EMPTY_LIST: [40, "expected a list with at least one tensor", "Pass at least one tensor."],
  STEP: [41, "slice step must be positive, got {0}", "Use a positive step."],
  RANGE: [
    42,
    "the range from {0} to {1} in steps of {2} is not possible",
    "Bounds are finite, the step not zero and towards the end.",
  ],
  PADDING: [
    43,
    "padding ({0}, {1}) does not fit a dimension of size {2}",
    "Reflection needs less than the size, a circle at most the size; something must be left.",
  ],
  NOT_SQUARE: [50, "argument {0} should hold square matrices, got shape {1}", "Check the last two sizes."],
  SINGULAR: [51, "matrix {0} of the batch is singular", "It has no inverse; pinverse needs none."],
  NOT_POSITIVE: [
    52,
    "matrix {0} of the batch is not positive definite",
    "Only symmetric matrices with positive eigenvalues have a Cholesky decomposition.",
  ],
  NOT_FINITE: [
    53,
    "matrix {0} of the batch holds infinities or NaN",
    "Such matrices cannot be decomposed; check what they were computed from.",
  ],

  // 60–79: dtypes
  DTYPE: [60, "{0} is not supported here", "Convert the tensor to a supported dtype first."],
  DTYPE_MISMATCH: [61, "dtypes must be the same: {0} and {1}", "Convert one of them with to()."],
  RESULT_TYPE: [62, "a result of {0} cannot be cast to {1}", "Use the out-of-place form, or convert first."],
  NO_DTYPE: [
    63,
    "the dtype numbered {0} is not held by this runtime",
    "Complex and quantised dtypes are not supported.",
  ],
  DEVICE: [64, "there is no device {0}", "Everything runs on the cpu; load the model for it."],

  // 80–99: limits
  OUT_OF_MEMORY: [
    80,
    "out of memory: {0} bytes wanted, {1} free",
    "Use smaller inputs, free tensors, or raise the memory limit.",
  ],
  INSTRUCTION_LIMIT: [
    81,
    "the limit of {0} instructions was reached",
    "Raise the limit, or look for a loop that does not end.",
  ],
  DEPTH_LIMIT: [
    82,
    "calls are nested more than {0} deep",
    "Raise the limit, or look for a recursion that does not end.",
  ],

  // 100–139: files
  FILE_MAGIC: [
    100,
    "this is not a .sconce file",
    "Check the path; PyTorch files are converted with `sconce convert`.",
  ],
  FILE_VERSION: [101, "the file has version {0}; this runtime reads up to {1}", "Update sconce."],
  FILE_TRUNCATED: [102, "the file ends early: {0} bytes wanted, {1} there", "Transfer it again."],
  FILE_CHECKSUM: [103, "checksum mismatch in {0}", "The file is damaged; transfer it again."],
  FILE_MALFORMED: [104, "malformed header at byte {0}: {1}", "The file was not written by a correct writer."],
  FILE_OPERATOR: [
    105,
    "unknown operator {0}",
    "The file needs a newer runtime, or an operator that does not exist.",
  ],
  NOT_LOADED: [
    106,
    "no program is loaded under this handle",
    "Load the file first; a disposed module cannot be called.",
  ],

  // 140–159: the front end
  FREED: [
    140,
    "the tensor was freed",
    "Return it from its scope or keep(tensor) it; nothing can be done with it after dispose().",
  ],
  NO_OVERLOAD: [141, "no overload of {0} takes these arguments", "Compare the arguments with the schema."],
  NO_OPERATOR: [142, "there is no operator {0}", "docs/ops.md lists the operators."],
  NOT_EAGER: [
    143,
    "{0} exists only inside programs",
    "Use JavaScript's own arithmetic, lists and strings instead.",
  ],
  STALE_VIEW: [
    144,
    "the memory view is stale: an operator ran since it was made",
    "Call view() again, or take a copy with data.",
  ],
  NOT_CONTIGUOUS: [
    145,
    "a tensor of shape {0} with strides {1} is not contiguous",
    "Use contiguous().view(), or data for a copy.",
  ],
  NOT_EXACT: [146, "{0} is no exact JavaScript number", "Use itemBigInt(), or keep it a bigint."],
  ASYNC_SCOPE: [
    147,
    "a scope cannot hold an async function",
    "Await inside, and open scopes only around synchronous code.",
  ],
  RAGGED: [
    148,
    "arrays of different shapes: {0} and {1}",
    "All arrays of one level must have the same length.",
  ],
  MIXED_DATA: [149, "{0} and {1} in one array", "Use one kind of value, or say which dtype is meant."],
  TOO_MANY_INDICES: [150, "{0} indices for a tensor of shape {1}", "Use at most one index per dimension."],
  BAD_INDEX: [
    151,
    "a tensor cannot be indexed by {0}",
    "Indices are ints, slice(), null, ellipsis, tensors of ints or bools, and arrays of them.",
  ],

  // 160–169: weight files and modules
  PICKLE_GLOBAL: [
    160,
    "the pickle asks for {0}, which is not among the types that are read",
    "Save tensors and plain values only, such as model.state_dict(), or convert to safetensors.",
  ],
  PICKLE_OPCODE: [
    161,
    "pickle opcode {0} is refused",
    "Save tensors and plain values only, such as model.state_dict(), or convert to safetensors.",
  ],
  NOT_WEIGHTS: [
    162,
    "what is saved is no dict of tensors; the file has {0}",
    'Name the entry that holds the weights, for example { key: "state_dict" }.',
  ],
  STATE_DICT: [
    163,
    "names or shapes do not fit the module: {0}",
    "Build the module with the sizes it was saved with, or pass { strict: false } to ignore other names.",
  ],

  // 180–189: text
  FORMAT_COUNT: [
    180,
    "the format string takes {0} values, got {1}",
    "Give as many values as the string has places.",
  ],
  FORMAT_SPECIFIER: [
    181,
    "{0} in a format string cannot show {1}",
    "The specifiers are %d %i %e %E %f %F %c %s, without widths.",
  ],
  ONE_CHARACTER: [
    182,
    "expected one character, got {0} bytes",
    "Characters outside ASCII have several bytes.",
  ],
  NO_SUBSTRING: [183, "the text does not contain that part", "Use find, which gives -1."],
  NOT_UTF8: [
    185,
    'the text "{0}" is not UTF-8',
    "String operators cut between bytes: cut between characters.",
  ],
  TEXT_RANGE: [184, "position {0} is behind the end of a text of {1} bytes", "Check the length first."],

  // 190–199: values of a program
  UNSORTABLE: [
    190,
    "a list of {0} cannot be sorted",
    "Sort numbers, strings, tensors of one element, objects with a method __lt__, or tuples of these.",
  ],
  TO_LIST: [
    191,
    "tolist() cannot turn a tensor of {1} into a list of {0}",
    "The annotation of the result must name the tensor's own kind of elements.",
  ],

  // 200–209: passes
  NOT_EVAL: [200, "the module is in training mode", "Call eval() before you trace, save or freeze it."],

  // 210–229: JavaScript's operators
  NOT_INTEGER: [210, "expected an integer, got {0}", "Round it; integers reach up to 2^53."],
  NUMBER_RANGE: [
    211,
    "argument {0} must be from {1} to {2}, got {3}",
    "JavaScript throws a RangeError here.",
  ],
  UNDEFINED_ITEM: [
    212,
    "there is no index {0} in an array of length {1}: JavaScript gives undefined",
    "Test the index against the length, or read with a type that has undefined.",
  ],
  UNDEFINED_VALUE: [213, "undefined or null where a value is needed", "Test for undefined or null first."],
  NO_ITEM: [
    214,
    "index {0} of an array of length {1} cannot be set",
    "Set an item that is there, or the next one; arrays have no holes here.",
  ],
  LIST_LENGTH: [
    215,
    "an array of length {1} cannot get the length {0}",
    "An array can be cut, or grow by push; arrays have no holes here.",
  ],
  NEW_LENGTH: [216, "an array cannot have the length {0}", "JavaScript throws a RangeError here."],
  INHERITED_NAME: [
    217,
    'the record has no field "{0}", but JavaScript finds that name in Object.prototype',
    "Use a Map for names that may be anything.",
  ],
  CASE_MAPPING: [
    218,
    'the case of the letter "{0}" cannot be changed here',
    "Only ASCII letters are mapped; write what the text should become.",
  ],
  REPEAT_COUNT: [219, "a text cannot be repeated {0} times", "JavaScript throws a RangeError here."],
  TEXT_LENGTH: [220, "a text of {0} units is longer than JavaScript allows", "Make it shorter."],
  CODE_POINT: [221, "{0} is no code point", "JavaScript throws a RangeError here."],
} as const satisfies Record<string, readonly [number, string, string]>;

export type ErrorName = keyof typeof rows;

/** All rows, in order of their codes. */
export const errorRows: readonly ErrorRow[] = Object.entries(rows).map(
  ([name, [code, sentence, advice]]) => ({
    code,
    name,
    sentence,
    advice,
  }),
);

const byCode = new Map(errorRows.map((row) => [row.code, row]));

/** The row of a code from the wasm, or undefined when it is unknown. */
export function errorRow(code: number): ErrorRow | undefined {
  return byCode.get(code);
}
