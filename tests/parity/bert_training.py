#!/usr/bin/python3
"""Records the first ten losses of a classifier on the bert-mini fixture, for tests/train/parity_test.cpp.

Run: tests/parity/bert_training.py > tests/parity/bert_training.json        (Debian's python3-torch and numpy)

BERT's forward is written out here with torch's operators; the weights are those of tests/fixtures/models/bert-mini, the
classifier's are a formula.
"""
import json
import math
import pathlib

import torch
import torch.nn.functional as F

import safetensors
import training

folder = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "models" / "bert-mini"
config = json.loads((folder / "config.json").read_text())
width, heads, layers = config["hidden_size"], config["num_attention_heads"], config["num_hidden_layers"]
w = safetensors.load(folder / "model.safetensors")
w["classifier.weight"] = training.formula(training.CLASSES, width)
w["classifier.bias"] = torch.nn.Parameter(torch.zeros(training.CLASSES))


def linear(x, name):
    return F.linear(x, w[name + ".weight"], w[name + ".bias"])


def norm(x, name):
    return F.layer_norm(x, (width,), w[name + ".weight"], w[name + ".bias"], config["layer_norm_eps"])


def forward(ids, types, mask):
    batch, length = ids.shape
    x = (F.embedding(ids, w["embeddings.word_embeddings.weight"]) +
         w["embeddings.position_embeddings.weight"][:length] + F.embedding(types, w["embeddings.token_type_embeddings.weight"]))
    x = norm(x, "embeddings.LayerNorm")
    bias = (1.0 - mask[:, None, None, :].float()) * torch.finfo(torch.float32).min
    for i in range(layers):
        at = f"encoder.layer.{i}."
        q, k, v = (linear(x, at + f"attention.self.{n}").view(batch, length, heads, -1).transpose(1, 2)
                   for n in ("query", "key", "value"))
        scores = q @ k.transpose(2, 3) / math.sqrt(width // heads) + bias
        mixed = (scores.softmax(-1) @ v).transpose(1, 2).reshape(batch, length, width)
        x = norm(linear(mixed, at + "attention.output.dense") + x, at + "attention.output.LayerNorm")
        inner = F.gelu(linear(x, at + "intermediate.dense"))
        x = norm(linear(inner, at + "output.dense") + x, at + "output.LayerNorm")
    return linear(torch.tanh(linear(x[:, 0], "pooler.dense")), "classifier")


training.record(w, ["classifier.weight", "classifier.bias"], forward)
