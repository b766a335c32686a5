#!/usr/bin/python3
"""Records the first ten losses of a classifier on the deberta-v3 fixture, for tests/train/parity_test.cpp.

Run: tests/parity/deberta_training.py > tests/parity/deberta_training.json        (Debian's python3-torch and numpy)

The weights are those of tests/fixtures/models/deberta-v3, the head's (a dense layer and gelu on the first token's state,
then the classifier) are a formula.
"""
import json
import pathlib

import torch
import torch.nn.functional as F

import deberta
import safetensors
import training

folder = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "models" / "deberta-v3"
config = json.loads((folder / "config.json").read_text())
width = config["hidden_size"]
w = safetensors.load(folder / "model.safetensors")
head = {"pooler.dense.weight": training.formula(width, width), "pooler.dense.bias": torch.nn.Parameter(torch.zeros(width)),
        "classifier.weight": training.formula(training.CLASSES, width),
        "classifier.bias": torch.nn.Parameter(torch.zeros(training.CLASSES))}
w |= head


def forward(ids, types, mask):
    first = deberta.encode(w, config, ids, mask, types)[-1][:, 0]
    pooled = F.gelu(F.linear(first, w["pooler.dense.weight"], w["pooler.dense.bias"]))
    return F.linear(pooled, w["classifier.weight"], w["classifier.bias"])


training.record(w, list(head), forward)
