"""Language models with weights given by the formula of tests/fixtures/make_models.py: data/text_models.json.

    python make_text_models.py      # with PyTorch 1.13 and transformers 4.30

{"bert" | "gpt2" | "lstm_tagger": {"config", "state_dict": [[key, dtype, shape], ...], "calls": [{"inputs": [IValue], "expect": IValue}]}}

Attention is the plain formula. GPT-2's second call continues the first from its cache of keys and values.
"""
import os
import sys

import torch
from torch import nn
from transformers import BertConfig, BertModel, GPT2Config, GPT2LMHeadModel

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "fixtures"))

from ivalue import NAME_OF, encode, encode_output, write_json  # noqa: E402
from make_models import value  # noqa: E402

GAIN = 3


class LSTMTagger(nn.Module):
    """The network of https://pytorch.org/tutorials/beginner/nlp/sequence_models_tutorial.html"""

    def __init__(self, embedding_dim, hidden_dim, vocab_size, tagset_size):
        super().__init__()
        self.word_embeddings = nn.Embedding(vocab_size, embedding_dim)
        self.lstm = nn.LSTM(embedding_dim, hidden_dim)
        self.hidden2tag = nn.Linear(hidden_dim, tagset_size)

    def forward(self, sentence):
        embeds = self.word_embeddings(sentence)
        out, _ = self.lstm(embeds.view(len(sentence), 1, -1))
        return nn.functional.log_softmax(self.hidden2tag(out.view(len(sentence), -1)), dim=1)


def fill(model):
    state = model.eval().state_dict()
    # buffers of constants (masks, positions) keep their values
    buffers = dict(model.named_buffers())
    model.load_state_dict({k: t if k in buffers else value(k, t, GAIN) for k, t in state.items()})
    return [[k, NAME_OF[t.dtype], list(t.shape)] for k, t in state.items() if k not in buffers]


def call(inputs, expect):
    return {"inputs": [encode(x) for x in inputs], "expect": encode_output(expect)}


def bert():
    config = {"vocab_size": 31, "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 24,
              "max_position_embeddings": 12, "type_vocab_size": 2}
    model = BertModel(BertConfig(**config))
    state = fill(model)
    ids = torch.tensor([[2, 7, 30, 5, 9, 3, 0], [2, 11, 3, 0, 0, 0, 0]])
    mask = (ids != 0).long()
    types = torch.tensor([[0, 0, 0, 1, 1, 1, 0], [0, 0, 0, 0, 0, 0, 0]])

    def answer(**kwargs):
        out = model(**kwargs)
        return out.last_hidden_state, out.pooler_output

    calls = [call([ids], answer(input_ids=ids)), call([ids, mask], answer(input_ids=ids, attention_mask=mask)),
             call([ids, mask, types], answer(input_ids=ids, attention_mask=mask, token_type_ids=types))]
    return {"config": config, "state_dict": state, "calls": calls}


def gpt2():
    config = {"vocab_size": 29, "n_positions": 16, "n_embd": 16, "n_layer": 2, "n_head": 4}
    model = GPT2LMHeadModel(GPT2Config(**config))
    state = fill(model)
    ids = torch.tensor([[1, 5, 28, 3, 9, 2], [7, 7, 0, 4, 11, 20]])
    first = model(ids[:, :4], use_cache=True)
    second = model(ids[:, 4:], past_key_values=first.past_key_values, use_cache=True)
    calls = [call([ids[:, :4]], (first.logits, *first.past_key_values)),
             call([ids[:, 4:]], (second.logits, *second.past_key_values))]
    return {"config": config, "state_dict": state, "calls": calls}


def lstm_tagger():
    config = {"embedding_dim": 6, "hidden_dim": 5, "vocab_size": 9, "tagset_size": 3}
    model = LSTMTagger(**config)
    state = fill(model)
    sentences = [torch.tensor([0, 1, 2, 3, 4]), torch.tensor([8])]
    return {"config": config, "state_dict": state, "calls": [call([s], model(s)) for s in sentences]}


if __name__ == "__main__":
    os.makedirs(os.path.join(HERE, "data"), exist_ok=True)
    torch.set_num_threads(1)
    write_json(os.path.join(HERE, "data", "text_models.json"), {"bert": bert(), "gpt2": gpt2(), "lstm_tagger": lstm_tagger()})
