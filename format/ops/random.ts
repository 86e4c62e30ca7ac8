/** Drawing random numbers into tensors. All draw from the runtime's generator; a Generator argument is refused. */

import { family, type OpOptions, op } from "./define.ts";

/** A row whose functional form fills a new tensor, and whose in-place form is what PyTorch's users call. */
function fills(text: string, options: OpOptions): ReturnType<typeof op> {
  return op(text, { inplace: true, nondeterministic: true, ...options });
}

export const random = family("kernels/random", [
  op("aten::manual_seed(int seed) -> ()", { doc: "Seeds the runtime's generator." }),
  fills("aten::uniform(Tensor self, float from=0., float to=1., *, Generator? generator=None) -> Tensor", {
    doc: "Uniform numbers from [from, to).",
  }),
  fills(
    "aten::normal_functional(Tensor self, float mean=0., float std=1., *, Generator? generator=None) -> Tensor",
    {
      kernel: "normal",
      inplace: "normal_",
      doc: "Normal numbers.",
    },
  ),
  op("aten::_no_grad_uniform_(Tensor(a!) tensor, float a, float b) -> Tensor(a!)", {
    kernel: "uniformPlain",
    nondeterministic: true,
    doc: "uniform_, as torch.nn.init leaves it in a program.",
  }),
  op("aten::_no_grad_normal_(Tensor(a!) tensor, float mean, float std) -> Tensor(a!)", {
    kernel: "normalPlain",
    nondeterministic: true,
    doc: "normal_, as torch.nn.init leaves it in a program.",
  }),
  fills(
    "aten::log_normal(Tensor self, float mean=1., float std=2., *, Generator? generator=None) -> Tensor",
    {
      doc: "Numbers whose logarithm is normal.",
    },
  ),
  fills(
    "aten::cauchy(Tensor self, float median=0., float sigma=1., *, Generator? generator=None) -> Tensor",
    {
      doc: "Numbers of the Cauchy distribution.",
    },
  ),
  fills("aten::exponential(Tensor self, float lambd=1., *, Generator? generator=None) -> Tensor", {
    doc: "Exponentially distributed numbers of rate lambd.",
  }),
  fills("aten::geometric(Tensor self, float p, *, Generator? generator=None) -> Tensor", {
    doc: "The number of trials up to the first success.",
  }),
  fills("aten::random(Tensor self, *, Generator? generator=None) -> Tensor", {
    doc: "Integers from 0 to the greatest that the dtype holds exactly.",
  }),
  fills("aten::random.to(Tensor self, int to, *, Generator? generator=None) -> Tensor", {
    kernel: "randomTo",
    doc: "Integers from [0, to).",
  }),
  fills("aten::random.from(Tensor self, int from, int? to, *, Generator? generator=None) -> Tensor", {
    kernel: "randomFrom",
    doc: "Integers from [from, to), for None to the greatest that the dtype holds exactly.",
  }),
  op("aten::bernoulli(Tensor self, *, Generator? generator=None) -> Tensor", {
    nondeterministic: true,
    doc: "1 with the probability that each element gives, else 0.",
  }),
  op("aten::bernoulli.p(Tensor self, float p, *, Generator? generator=None) -> Tensor", {
    kernel: "bernoulliP",
    nondeterministic: true,
    doc: "1 with probability p, else 0, in self's shape.",
  }),
  fills("aten::bernoulli.Tensor(Tensor self, Tensor p, *, Generator? generator=None) -> Tensor", {
    kernel: "bernoulliTensor",
    doc: "1 with the probability that the element of p gives, else 0, in self's shape.",
  }),
  op("aten::bernoulli_.float(Tensor(a!) self, float p=0.5, *, Generator? generator=None) -> Tensor(a!)", {
    kernel: "bernoulliFloat",
    nondeterministic: true,
    doc: "1 with probability p, else 0.",
  }),
]);

const TENSOR = "ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None";
const INTEGER = TENSOR.replace("dtype=None", "dtype=4");
const LIKE = `${TENSOR}, MemoryFormat? memory_format=None`;

/** A row that makes a tensor. */
function makes(text: string, doc: string, kernel?: string): ReturnType<typeof op> {
  return op(`${text} -> Tensor`, { nondeterministic: true, doc, ...(kernel ? { kernel } : {}) });
}

export const randomFactories = family("kernels/random-factories", [
  makes(`aten::rand(SymInt[] size, *, ${TENSOR})`, "Uniform numbers from [0, 1)."),
  makes(`aten::rand.generator(SymInt[] size, *, Generator? generator, ${TENSOR})`, "rand.", "randGenerator"),
  makes(`aten::randn(SymInt[] size, *, ${TENSOR})`, "Normal numbers of mean 0 and deviation 1."),
  makes(
    `aten::randn.generator(SymInt[] size, *, Generator? generator, ${TENSOR})`,
    "randn.",
    "randnGenerator",
  ),
  makes(
    `aten::normal.Tensor_float(Tensor mean, float std=1., *, Generator? generator=None)`,
    "Normal numbers, each of the mean that its element gives.",
    "normalTensorFloat",
  ),
  makes(
    `aten::normal.float_Tensor(float mean, Tensor std, *, Generator? generator=None)`,
    "Normal numbers, each of the deviation that its element gives.",
    "normalFloatTensor",
  ),
  makes(
    `aten::normal.Tensor_Tensor(Tensor mean, Tensor std, *, Generator? generator=None)`,
    "Normal numbers, each of its own mean and deviation.",
    "normalTensorTensor",
  ),
  makes(
    `aten::normal.float_float(float mean, float std, SymInt[] size, *, Generator? generator=None, ${TENSOR})`,
    "Normal numbers in a new tensor.",
    "normalFloatFloat",
  ),
  makes(`aten::rand_like(Tensor self, *, ${LIKE})`, "rand with the sizes and dtype of self."),
  makes(`aten::randn_like(Tensor self, *, ${LIKE})`, "randn with the sizes and dtype of self."),
  makes(`aten::randint_like(Tensor self, int high, *, ${LIKE})`, "randint with the sizes and dtype of self."),
  makes(
    `aten::randint_like.low_dtype(Tensor self, int low, int high, *, ${LIKE})`,
    "randint with the sizes and dtype of self.",
    "randintLikeLow",
  ),
  makes(
    `aten::randint(int high, SymInt[] size, *, ${INTEGER})`,
    "Integers from [0, high); int64 by default.",
  ),
  makes(
    `aten::randint.generator(int high, SymInt[] size, *, Generator? generator, ${INTEGER})`,
    "randint.",
    "randintGenerator",
  ),
  makes(
    `aten::randint.low(int low, int high, SymInt[] size, *, ${INTEGER})`,
    "Integers from [low, high).",
    "randintLow",
  ),
  makes(
    `aten::randint.low_generator(int low, int high, SymInt[] size, *, Generator? generator, ${INTEGER})`,
    "randint.",
    "randintLowGenerator",
  ),
  makes(`aten::randperm(int n, *, ${INTEGER})`, "The integers from 0 to n - 1 in random order."),
  makes(
    `aten::randperm.generator(int n, *, Generator? generator, ${INTEGER})`,
    "randperm.",
    "randpermGenerator",
  ),
]);

export const multinomial = family("kernels/multinomial", [
  makes(
    "aten::multinomial(Tensor self, int num_samples, bool replacement=False, *, Generator? generator=None)",
    "Indices drawn by the weights in the last dimension.",
  ),
]);

const RRELU =
  "Scalar lower=0.125, Scalar upper=0.33333333333333331, bool training=False, Generator? generator=None";

export const rrelu = family("kernels/rrelu", [
  op(`aten::rrelu(Tensor self, ${RRELU}) -> Tensor`, {
    inplace: true,
    nondeterministic: true,
    doc: "Leaky ReLU with slopes drawn from [lower, upper), outside training with their mean.",
  }),
  op(`aten::rrelu_with_noise(Tensor self, Tensor noise, ${RRELU}) -> Tensor`, {
    inplace: true,
    nondeterministic: true,
    doc: "rrelu; while training the slopes are written to noise, 1 for what is positive.",
  }),
]);
