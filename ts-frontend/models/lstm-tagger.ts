/** A tagger of words, from PyTorch's tutorial on sequence models, with its weight names. */

import * as nn from "../nn/index.ts";
import type { Tensor } from "../tensor.ts";
import { register } from "./sources/lstm-tagger.gen.ts";

/** An LSTM over the words of one sentence that scores tags for each word. */
export class LSTMTagger extends nn.Module {
  word_embeddings: nn.Embedding;
  lstm: nn.LSTM;
  hidden2tag: nn.Linear;

  constructor(embeddingDim: number, hiddenDim: number, vocabSize: number, tagsetSize: number) {
    super();
    this.word_embeddings = new nn.Embedding(vocabSize, embeddingDim);
    this.lstm = new nn.LSTM(embeddingDim, hiddenDim);
    this.hidden2tag = new nn.Linear(hiddenDim, tagsetSize);
  }

  /** int64 word numbers [L] to the logarithms of the tags' probabilities [L, tagsetSize]. */
  forward(sentence: Tensor): Tensor {
    const length = sentence.size(0);
    const embeds = this.word_embeddings.forward(sentence);
    const [output] = this.lstm.forward(embeds.view(length, 1, -1));
    return nn.functional.logSoftmax(this.hidden2tag.forward(output.view(length, -1)), 1);
  }
}

/** The tutorial's tagger. */
export function lstmTagger(
  embeddingDim: number,
  hiddenDim: number,
  vocabSize: number,
  tagsetSize: number,
): LSTMTagger {
  return new LSTMTagger(embeddingDim, hiddenDim, vocabSize, tagsetSize);
}

register({ LSTMTagger, lstmTagger, nn });
