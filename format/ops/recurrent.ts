/** Recurrent layers over padded and packed sequences, single steps of their cells, packing. */

import { family, op } from "./define.ts";

export const recurrent = family("kernels/recurrent", [
  op(
    "aten::lstm.input(Tensor input, Tensor[] hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, bool batch_first) -> (Tensor, Tensor, Tensor)",
    { kernel: "lstmInput", doc: "Long short-term memory over padded sequences: outputs, last h, last c." },
  ),
  op(
    "aten::lstm.data(Tensor data, Tensor batch_sizes, Tensor[] hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional) -> (Tensor, Tensor, Tensor)",
    { kernel: "lstmData", doc: "Long short-term memory over packed sequences: outputs, last h, last c." },
  ),
  op(
    "aten::gru.input(Tensor input, Tensor hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, bool batch_first) -> (Tensor, Tensor)",
    { kernel: "gruInput", doc: "Gated recurrent units over padded sequences: outputs and last h." },
  ),
  op(
    "aten::gru.data(Tensor data, Tensor batch_sizes, Tensor hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional) -> (Tensor, Tensor)",
    { kernel: "gruData", doc: "Gated recurrent units over packed sequences: outputs and last h." },
  ),
  op(
    "aten::rnn_tanh.input(Tensor input, Tensor hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, bool batch_first) -> (Tensor, Tensor)",
    {
      kernel: "rnnTanhInput",
      doc: "Plain recurrent layers with tanh over padded sequences: outputs and last h.",
    },
  ),
  op(
    "aten::rnn_tanh.data(Tensor data, Tensor batch_sizes, Tensor hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional) -> (Tensor, Tensor)",
    {
      kernel: "rnnTanhData",
      doc: "Plain recurrent layers with tanh over packed sequences: outputs and last h.",
    },
  ),
  op(
    "aten::rnn_relu.input(Tensor input, Tensor hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, bool batch_first) -> (Tensor, Tensor)",
    {
      kernel: "rnnReluInput",
      doc: "Plain recurrent layers with relu over padded sequences: outputs and last h.",
    },
  ),
  op(
    "aten::rnn_relu.data(Tensor data, Tensor batch_sizes, Tensor hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional) -> (Tensor, Tensor)",
    {
      kernel: "rnnReluData",
      doc: "Plain recurrent layers with relu over packed sequences: outputs and last h.",
    },
  ),
]);

export const recurrentCells = family("kernels/recurrent-cells", [
  op(
    "aten::lstm_cell(Tensor input, Tensor[] hx, Tensor w_ih, Tensor w_hh, Tensor? b_ih=None, Tensor? b_hh=None) -> (Tensor, Tensor)",
    { doc: "One step of long short-term memory: the next h and c." },
  ),
  op(
    "aten::gru_cell(Tensor input, Tensor hx, Tensor w_ih, Tensor w_hh, Tensor? b_ih=None, Tensor? b_hh=None) -> Tensor",
    { doc: "One step of a gated recurrent unit: the next h." },
  ),
  op(
    "aten::rnn_tanh_cell(Tensor input, Tensor hx, Tensor w_ih, Tensor w_hh, Tensor? b_ih=None, Tensor? b_hh=None) -> Tensor",
    { doc: "One step of a plain recurrent cell with tanh: the next h." },
  ),
  op(
    "aten::rnn_relu_cell(Tensor input, Tensor hx, Tensor w_ih, Tensor w_hh, Tensor? b_ih=None, Tensor? b_hh=None) -> Tensor",
    { doc: "One step of a plain recurrent cell with relu: the next h." },
  ),
]);

export const packed = family("kernels/packed", [
  op("aten::_pack_padded_sequence(Tensor input, Tensor lengths, bool batch_first) -> (Tensor, Tensor)", {
    doc: "Sequences of falling lengths without their padding, and how many there are at each step.",
  }),
  op(
    "aten::_pad_packed_sequence(Tensor data, Tensor batch_sizes, bool batch_first, Scalar padding_value, int total_length) -> (Tensor, Tensor)",
    { doc: "The padded form of packed sequences, and their lengths." },
  ),
]);
