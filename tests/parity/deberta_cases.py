#!/usr/bin/python3
"""Records what DeBERTa gives under configurations that no published model has, for tests/nn/encoders/deberta_test.cpp.

Run: tests/parity/deberta_cases.py [COUNT [SEED]] > tests/parity/deberta_cases.json        (Debian's python3-torch and numpy)

The first cases are chosen, the others drawn. Weights, ids and directions are safetensors.noise(): weight n in the order of
names has seed n. Of the states a projection on one direction per token is kept, of each gradient its length and a product.
"""
import json
import random
import sys

import torch

import deberta
import safetensors

torch.set_num_threads(1)
BASE = dict(model_type="deberta-v2", vocab_size=40, hidden_size=8, num_hidden_layers=2, num_attention_heads=2,
            intermediate_size=12, max_position_embeddings=24, layer_norm_eps=1e-7, relative_attention=True,
            position_buckets=6, max_relative_positions=-1, pos_att_type="p2c|c2p", share_att_key=True,
            norm_rel_ebd="layer_norm", position_biased_input=False, type_vocab_size=0)
CHOSEN = [  # (changes, lengths of the rows; a negative one is padded on the left)
    (dict(position_buckets=256, max_position_embeddings=512), [600]),
    (dict(position_buckets=256, max_position_embeddings=512, num_attention_heads=1), [300, -7]),
    (dict(position_buckets=-1), [60, 21]),
    (dict(position_buckets=-1, max_relative_positions=3, share_att_key=False), [12, 1]),
    (dict(position_buckets=0, max_relative_positions=0, norm_rel_ebd="none"), [30]),
    (dict(pos_att_type="c2p"), [15, -9]),
    (dict(pos_att_type=["p2c"], share_att_key=False), [15, 4]),
    (dict(pos_att_type=[]), [9, 2]),
    (dict(pos_att_type=None, relative_attention=False, norm_rel_ebd="none", position_biased_input=True), [24, 5]),
    (dict(relative_attention=False, norm_rel_ebd="none"), [9, 3]),
    (dict(conv_kernel_size=3), [10, -4, 0]),
    (dict(conv_kernel_size=5, conv_act="gelu", conv_groups=4, num_hidden_layers=1), [11, 6]),
    (dict(embedding_size=5, type_vocab_size=3, position_biased_input=True, share_att_key=False), [20, 8]),
    (dict(embedding_size=12, type_vocab_size=1), [7]),
    (dict(position_buckets=2, max_relative_positions=9), [14, 3]),
    (dict(position_buckets=16, max_relative_positions=5), [14]),  # buckets beyond the largest distance
    (dict(), [1]),
    (dict(), [0, 5, 0]),
]


def drawn(choose):
    layers, heads = choose.choice([1, 2, 3]), choose.choice([1, 2, 4])
    changes = dict(
        num_hidden_layers=layers, num_attention_heads=heads, hidden_size=heads * choose.choice([2, 4, 6]),
        hidden_act=choose.choice(["gelu", "gelu_new", "relu", "silu"]), layer_norm_eps=choose.choice([1e-7, 1e-12, 1e-3]),
        position_buckets=choose.choice([-1, 0, 2, 3, 4, 7, 8, 32]), max_relative_positions=choose.choice([-1, 0, 2, 11, 40, 200]),
        max_position_embeddings=choose.choice([30, 64, 512]), relative_attention=choose.random() < 0.9,
        pos_att_type=choose.choice(["p2c|c2p", "c2p", "p2c", ["c2p", "p2c"], ["c2p"], ["p2c"], "C2P | p2c", None, []]),
        share_att_key=choose.random() < 0.5, norm_rel_ebd=choose.choice(["layer_norm", "none"]),
        position_biased_input=choose.random() < 0.4, type_vocab_size=choose.choice([0, 0, 1, 2]), pad_token_id=choose.choice([0, 1]))
    if choose.random() < 0.4:
        changes.update(conv_kernel_size=choose.choice([1, 3, 5, 7]), conv_act=choose.choice(["tanh", "gelu", "relu"]),
                       conv_groups=choose.choice([1, 2]))
    if choose.random() < 0.3:
        changes.update(embedding_size=choose.choice([3, 10]))
    longest = choose.choice([1, 2, 5, 13, 29])
    lengths = [longest] + [choose.randint(-longest, longest) for _ in range(choose.choice([0, 1, 2]))]
    return changes, lengths


def case(changes, lengths):
    config = BASE | changes
    w = {name: torch.nn.Parameter(0.5 * safetensors.noise(n, *shape) + (1.0 if "LayerNorm.weight" in name else 0.0))
         for n, (name, shape) in enumerate(sorted(deberta.shapes(config).items()))}
    longest, width = max(map(abs, lengths)), config["hidden_size"]
    pad = config.get("pad_token_id", 0)
    mask = torch.tensor([[int(t < n if n >= 0 else t >= longest + n) for t in range(longest)] for n in lengths])
    ids = ((safetensors.noise(1001, len(lengths), longest) + 1) / 2 * (config["vocab_size"] - 1)).long()  # pads by chance, too
    ids = torch.where(mask.bool(), ids, torch.tensor(pad))
    types = (ids % config["type_vocab_size"] if config["type_vocab_size"] else torch.zeros_like(ids)) * mask
    states = deberta.encode(w, config, ids, mask, types)[-1]
    direction = safetensors.noise(1002, *states.shape)
    (states * direction * mask[..., None]).sum().div(mask.sum()).backward()
    gradients = {}
    for name in sorted(w):
        gradient = w[name].grad
        if gradient is not None:
            gradients[name] = [short(gradient.norm()), short((gradient * safetensors.noise(1003, *gradient.shape)).sum())]
    return {"config": config, "lengths": lengths, "states": [short(x) for x in (states * direction).sum(-1).flatten()],
            "gradients": gradients}


def short(x):
    return float(f"{float(x):.7g}")


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else len(CHOSEN) + 12
    choose = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    cases = CHOSEN + [drawn(choose) for _ in range(count - len(CHOSEN))]
    lines = [json.dumps(case(*settings)) for settings in cases]
    print(f'{{"torch": "{torch.__version__}", "cases": [\n' + ",\n".join(lines) + "\n]}")


if __name__ == "__main__":
    main()
