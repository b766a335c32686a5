#!/usr/bin/python3
"""Records what ModernBERT gives on configurations drawn at random, for tests/nn/encoders/modernbert_parity_test.cpp.

Run: tests/parity/modernbert.py [COUNT [SEED]] > tests/parity/modernbert.json      (Debian's python3-torch and numpy)

The model is written out here from its description, in float64 and token by token where that is plainest: a pair of components is
a complex number, its place's turn a multiplication; whom a token attends to is a list. Weights are a formula of their number.
"""
import json
import random
import sys

import numpy
import torch
import torch.nn.functional as F

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
FUNCTIONS = {
    "gelu": F.gelu, "silu": F.silu, "relu": F.relu, "tanh": torch.tanh,
    "gelu_new": lambda x: 0.5 * x * (1 + torch.tanh((2 / numpy.pi) ** 0.5 * (x + 0.044715 * x ** 3))),
    "quick_gelu": lambda x: x * torch.sigmoid(1.702 * x),
}


def formula(number, shape):
    """Values in [-0.5, 0.5) that follow from the tensor's number and each element's."""
    count = int(numpy.prod(shape))
    z = (numpy.arange(count, dtype=numpy.uint64) * numpy.uint64(2654435761) + numpy.uint64(number * 97003 + 12345)) \
        & numpy.uint64(0xFFFFFFFF)
    z ^= z >> numpy.uint64(15)
    z = (z * numpy.uint64(2246822519)) & numpy.uint64(0xFFFFFFFF)
    z ^= z >> numpy.uint64(13)
    return torch.from_numpy(z.astype(numpy.float64) / 2.0 ** 32 - 0.5).view(shape)


class Weights:
    """Tensors by name, made when first asked for: numbered in the order of the sorted names of the test."""

    def __init__(self, config, labels):
        hidden, inner = config["hidden_size"], config["intermediate_size"]
        shapes = {"model.embeddings.tok_embeddings.weight": (config["vocab_size"], hidden)}

        def norm(name):
            shapes[name + ".weight"] = (hidden,)
            if config["norm_bias"]:
                shapes[name + ".bias"] = (hidden,)

        def linear(name, out, width, bias):
            shapes[name + ".weight"] = (out, width)
            if bias:
                shapes[name + ".bias"] = (out,)

        norm("model.embeddings.norm")
        for i in range(config["num_hidden_layers"]):
            base = f"model.layers.{i}."
            if i > 0:
                norm(base + "attn_norm")
            linear(base + "attn.Wqkv", 3 * hidden, hidden, config["attention_bias"])
            linear(base + "attn.Wo", hidden, hidden, config["attention_bias"])
            norm(base + "mlp_norm")
            linear(base + "mlp.Wi", 2 * inner, hidden, config["mlp_bias"])
            linear(base + "mlp.Wo", hidden, inner, config["mlp_bias"])
        norm("model.final_norm")
        linear("head.dense", hidden, hidden, config["classifier_bias"])
        norm("head.norm")
        linear("classifier", labels, hidden, True)
        self.tensors = {}
        for number, name in enumerate(sorted(shapes)):
            shape = shapes[name]
            value = formula(number, shape)
            if len(shape) == 2 and "embeddings" not in name:
                value = value * 4 / shape[1] ** 0.5
            if name.endswith("norm.weight"):
                value = 1 + value
            self.tensors[name] = value

    def linear(self, name, x):
        y = x @ self.tensors[name + ".weight"].T
        return y + self.tensors[name + ".bias"] if name + ".bias" in self.tensors else y

    def norm(self, name, x, eps):
        centered = x - x.mean(-1, keepdim=True)
        y = centered / (centered.square().mean(-1, keepdim=True) + eps).sqrt() * self.tensors[name + ".weight"]
        return y + self.tensors[name + ".bias"] if name + ".bias" in self.tensors else y


def kinds(config):
    """For each layer: whether it is local, and its theta."""
    types = config.get("layer_types")
    every = config.get("global_attn_every_n_layers", 3)
    local = [t == "sliding_attention" for t in types] if types else \
        [i % every != 0 for i in range(config["num_hidden_layers"])]
    if "rope_parameters" in config:
        thetas = [config["rope_parameters"][k]["rope_theta"] for k in ("full_attention", "sliding_attention")]
    else:
        thetas = [config.get("global_rope_theta", 160000.0), config.get("local_rope_theta", 10000.0)]
        if thetas[1] is None:
            thetas[1] = thetas[0]
    return [(is_local, thetas[is_local]) for is_local in local]


def turned(x, theta):
    """x [T, d]: the pair (j, j + d/2) of token t, as a complex number, turned by t theta^(-2j/d). Angles in float32."""
    length, d = x.shape
    frequency = 1.0 / (torch.tensor(theta, dtype=torch.float32) ** (torch.arange(0, d, 2).float() / d))
    angle = torch.arange(length).float()[:, None] * frequency
    turn = torch.complex(angle.cos().double(), angle.sin().double())
    y = torch.complex(x[:, :d // 2], x[:, d // 2:]) * turn
    return torch.cat([y.real, y.imag], -1)


def encode(config, w, ids, mask):
    """The states of one row. Tokens whom nobody real may ask are computed like all others, and not compared."""
    length, hidden, heads = len(ids), config["hidden_size"], config["num_attention_heads"]
    d, eps, act = hidden // heads, config["norm_eps"], FUNCTIONS[config["hidden_activation"]]
    x = w.norm("model.embeddings.norm", w.tensors["model.embeddings.tok_embeddings.weight"][ids], eps)
    for i, (local, theta) in enumerate(kinds(config)):
        base = f"model.layers.{i}."
        qkv = w.linear(base + "attn.Wqkv", w.norm(base + "attn_norm", x, eps) if i > 0 else x)
        context = torch.zeros(length, hidden)
        for h in range(heads):
            q, k, v = (qkv[:, part * hidden + h * d:part * hidden + (h + 1) * d] for part in range(3))
            q, k = turned(q, theta), turned(k, theta)
            for t in range(length):
                seen = [s for s in range(length)
                        if mask[s] and (not local or abs(s - t) <= config["local_attention"] // 2)]
                if seen:
                    weight = torch.softmax((k[seen] @ q[t]) / d ** 0.5, 0)
                    context[t, h * d:(h + 1) * d] = weight @ v[seen]
        x = x + w.linear(base + "attn.Wo", context)
        up = w.linear(base + "mlp.Wi", w.norm(base + "mlp_norm", x, eps))
        x = x + w.linear(base + "mlp.Wo", act(up[:, :config["intermediate_size"]]) * up[:, config["intermediate_size"]:])
    return w.norm("model.final_norm", x, eps)


def draw(number, dice):
    """A configuration and rows. The first ones are what must not be missed."""
    heads = dice.choice([1, 2, 3])
    layers = dice.choice([1, 2, 3, 4, 5])
    config = {
        "model_type": "modernbert", "vocab_size": 31, "hidden_size": heads * dice.choice([4, 8, 10]), "num_attention_heads": heads,
        "num_hidden_layers": layers, "intermediate_size": dice.choice([3, 8, 17]), "max_position_embeddings": 512, "pad_token_id": 0,
        "hidden_activation": dice.choice(list(FUNCTIONS)), "norm_eps": dice.choice([1e-5, 1e-3]), "norm_bias": dice.random() < 0.5,
        "attention_bias": dice.random() < 0.5, "mlp_bias": dice.random() < 0.5, "local_attention": dice.choice([1, 2, 5, 8, 16]),
        "classifier_pooling": dice.choice(["cls", "mean"]), "classifier_activation": dice.choice(list(FUNCTIONS)),
        "classifier_bias": dice.random() < 0.5,
    }
    if number % 2:  # transformers 5
        config["layer_types"] = [dice.choice(["full_attention", "sliding_attention"]) for _ in range(layers)]
        config["global_attn_every_n_layers"] = 3
        config["rope_parameters"] = {kind: {"rope_theta": dice.choice([50.0, 10000.0, 160000.0]), "rope_type": "default"}
                                     for kind in ("full_attention", "sliding_attention")}
    else:
        config["global_attn_every_n_layers"] = number // 2 % 3 + 1
        if dice.random() < 0.7:
            config["global_rope_theta"] = dice.choice([50.0, 10000.0, 160000.0])
        if number % 4 == 0:
            config["local_rope_theta"] = None
        elif dice.random() < 0.7:
            config["local_rope_theta"] = dice.choice([20.0, 10000.0])
    length = {0: 1, 3: 150}.get(number, dice.choice([2, 7, 19, 40]))
    if number == 3:
        config["local_attention"] = 128  # a row longer than the window of published models
        config["layer_types"] = ["sliding_attention"] * layers
    rows = []
    for row in range(1 if length > 100 else 4):
        real = length if row == 0 else dice.randrange(1, length + 1)
        front = dice.randrange(0, length - real + 1) if row % 2 else 0
        mask = [int(front <= t < front + real) for t in range(length)]
        if row == 3 and real > 2:
            mask[front + 1] = 0  # a hole
        rows.append(([dice.randrange(1, 31) if m else 0 for m in mask], mask))
    return config, rows


def record(number, dice):
    config, rows = draw(number, dice)
    labels = 2
    w = Weights(config, labels)
    states = [encode(config, w, ids, mask) for ids, mask in rows]

    def head(x):
        y = FUNCTIONS[config["classifier_activation"]](w.linear("head.dense", x))
        return w.linear("classifier", w.norm("head.norm", y, config["norm_eps"]))

    real = [[t for t in range(len(mask)) if mask[t]] for _, mask in rows]
    pooled = [x[0] if config["classifier_pooling"] == "cls" else x[places].mean(0) for x, places in zip(states, real)]
    compared = [places if len(places) < 6 else places[:2] + places[len(places) // 2:len(places) // 2 + 2] + places[-2:]
                for places in real]
    numbers = lambda x: [float(f"{v:.8g}") for v in x.flatten().tolist()]
    return {
        "config": config, "ids": [ids for ids, _ in rows], "mask": [mask for _, mask in rows], "compared": compared,
        "states": [numbers(x[places]) for x, places in zip(states, compared)],
        "classification": [numbers(head(p)) if config["classifier_pooling"] == "mean" or mask[0] else None
                           for p, (_, mask) in zip(pooled, rows)],  # what padding holds is nobody's promise
        "tokens": [numbers(head(x[places])) for x, places in zip(states, compared)],
    }


def main():
    count, seed = (int(a) for a in (sys.argv[1:] + ["14", "1"][len(sys.argv) - 1:])[:2])
    dice = random.Random(seed)
    print("[" + ",\n".join(json.dumps(record(i, dice), separators=(",", ":")) for i in range(count)) + "]")


main()
