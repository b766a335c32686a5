#!/usr/bin/python3
"""Records the first ten losses of a classifier on the bert-mini fixture, for tests/train/parity_test.cpp.

Run: tests/parity/bert_training.py > tests/parity/bert_training.json        (Debian's python3-torch and numpy)

BERT's forward is written out here with torch's operators; the weights are those of tests/fixtures/models/bert-mini, the
classifier's are a formula. Every step sees all rows, without dropout; AdamW with clipping under a linear schedule with warm-up.
"""
import json
import math
import pathlib
import struct

import numpy
import torch
import torch.nn.functional as F

torch.set_num_threads(1)
folder = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "models" / "bert-mini"
config = json.loads((folder / "config.json").read_text())
width, heads, layers = config["hidden_size"], config["num_attention_heads"], config["num_hidden_layers"]


def load(path):
    """The float32 tensors of a safetensors file."""
    blob = path.read_bytes()
    (size,) = struct.unpack("<Q", blob[:8])
    tensors = {}
    for name, entry in json.loads(blob[8:8 + size]).items():
        if name == "__metadata__" or entry["dtype"] != "F32":
            continue
        begin, end = entry["data_offsets"]
        values = numpy.frombuffer(blob[8 + size + begin:8 + size + end], dtype="<f4").reshape(entry["shape"])
        tensors[name] = torch.nn.Parameter(torch.from_numpy(values.copy()))
    return tensors


w = load(folder / "model.safetensors")
classes = 3
w["classifier.weight"] = torch.nn.Parameter(0.3 * torch.cos(torch.arange(classes * width, dtype=torch.float32) * 0.7)
                                            .view(classes, width))
w["classifier.bias"] = torch.nn.Parameter(torch.zeros(classes))
classifier = [float(x) for x in w["classifier.weight"].detach().flatten()]


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


rows, labels = [], []
for r in range(12):
    rows.append([2] + [5 + (7 * r * r + 13 * t + 3 * r * t) % 90 for t in range(4 + (5 * r) % 14)] + [3])
    labels.append((r * r + r // 3) % classes)
longest = max(map(len, rows))
ids = torch.tensor([row + [0] * (longest - len(row)) for row in rows])
mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
types = torch.tensor([[1 if len(row) // 2 <= t < len(row) else 0 for t in range(longest)] for row in rows])

steps, lr, weight_decay, warmup, max_norm = 10, 5e-3, 0.05, 0.2, 1.0
matrices = [t for t in w.values() if t.dim() >= 2]
others = [t for t in w.values() if t.dim() < 2]
optimizer = torch.optim.AdamW([{"params": matrices, "weight_decay": weight_decay}, {"params": others, "weight_decay": 0.0}],
                              lr=lr, betas=(0.9, 0.999), eps=1e-8)
rising = math.ceil(warmup * steps)
schedule = torch.optim.lr_scheduler.LambdaLR(
    optimizer, lambda step: step / rising if step < rising else max(0.0, (steps - step) / (steps - rising)))
losses = []
for _ in range(steps):
    optimizer.zero_grad()
    loss = F.cross_entropy(forward(ids, types, mask), torch.tensor(labels))
    loss.backward()
    torch.nn.utils.clip_grad_norm_(list(w.values()), max_norm)
    optimizer.step()
    schedule.step()
    losses.append(float(loss))
print(json.dumps({"torch": torch.__version__, "rows": rows, "labels": labels, "classifier": classifier, "steps": steps,
                  "lr": lr, "weight_decay": weight_decay, "warmup": warmup, "max_norm": max_norm, "losses": losses}))
