/** A small decoder of GPT-2's kind. It takes the keys and values of the tokens before, and gives those of all. */

import { nn, type Tensor, torch } from "sconce/torch";

/** Keys and values [N, heads, L, width / heads] of one layer. */
export type KeysAndValues = [Tensor, Tensor];

class Attention extends nn.Module {
  readonly heads: number;
  readonly width: number;
  qkv: nn.Linear;
  out: nn.Linear;

  constructor(width: number, heads: number) {
    super();
    this.heads = heads;
    this.width = width;
    this.qkv = new nn.Linear(width, 3 * width);
    this.out = new nn.Linear(width, width);
  }

  /** [N, L, width] to [N, heads, L, width / heads]. */
  split(x: Tensor): Tensor {
    return x.view(x.size(0), x.size(1), this.heads, this.width / this.heads).transpose(1, 2);
  }

  /** `mask` [L, past + L] is true where a token may look. */
  forward(x: Tensor, mask: Tensor, past: KeysAndValues | null): [Tensor, KeysAndValues] {
    const [q, k, v] = this.qkv.forward(x).split(this.width, 2);
    const query = this.split(q!);
    let key = this.split(k!);
    let value = this.split(v!);
    if (past !== null) {
      key = torch.cat([past[0], key], 2);
      value = torch.cat([past[1], value], 2);
    }
    const attended = nn.functional.scaledDotProductAttention(query, key, value, { attnMask: mask });
    const merged = attended.transpose(1, 2).reshape(x.size(0), x.size(1), this.width);
    return [this.out.forward(merged), [key, value]];
  }
}

class Block extends nn.Module {
  ln1: nn.LayerNorm;
  attention: Attention;
  ln2: nn.LayerNorm;
  mlp: nn.Sequential;

  constructor(width: number, heads: number) {
    super();
    this.ln1 = new nn.LayerNorm(width);
    this.attention = new Attention(width, heads);
    this.ln2 = new nn.LayerNorm(width);
    this.mlp = new nn.Sequential(
      new nn.Linear(width, 4 * width),
      new nn.GELU({ approximate: "tanh" }),
      new nn.Linear(4 * width, width),
    );
  }

  forward(x: Tensor, mask: Tensor, past: KeysAndValues | null): [Tensor, KeysAndValues] {
    const [attended, present] = this.attention.forward(this.ln1.forward(x), mask, past);
    const y = x.add(attended);
    return [y.add(this.mlp.forward(this.ln2.forward(y))), present];
  }
}

export class Gpt extends nn.Module {
  tokens: nn.Embedding;
  positions: nn.Embedding;
  blocks: nn.ModuleList<Block>;
  norm: nn.LayerNorm;
  head: nn.Linear;

  constructor(vocabulary: number, longest: number, width: number, heads: number, layers: number) {
    super();
    this.tokens = new nn.Embedding(vocabulary, width);
    this.positions = new nn.Embedding(longest, width);
    this.blocks = new nn.ModuleList(Array.from({ length: layers }, () => new Block(width, heads)));
    this.norm = new nn.LayerNorm(width);
    this.head = new nn.Linear(width, vocabulary, { bias: false });
  }

  /** int64 token numbers [N, L] that follow those in `cache`, to the scores [N, vocabulary] of what comes next. */
  forward(ids: Tensor, cache: KeysAndValues[]): [Tensor, KeysAndValues[]] {
    const start = cache.length === 0 ? 0 : cache[0]![0].size(2).value;
    const end = start + ids.size(1).value;
    const positions = torch.arange(start, end);
    const mask = torch.arange(end).le(positions.unsqueeze(1));
    let x = this.tokens.forward(ids).add(this.positions.forward(positions));
    const next: KeysAndValues[] = [];
    for (const [i, block] of this.blocks.entries()) {
      const [y, present] = block.forward(x, mask, cache[i] ?? null);
      x = y;
      next.push(present);
    }
    return [this.head.forward(this.norm.forward(x.select(1, -1))), next];
  }
}
