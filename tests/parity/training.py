"""What the training scripts beside this file share: rows, and ten steps of AdamW with clipping under a linear schedule."""
import json
import math

import torch
import torch.nn.functional as F

torch.set_num_threads(1)
CLASSES = 3


def formula(rows, columns):
    """Weights for a new layer of a head."""
    values = 0.3 * torch.cos(torch.arange(rows * columns, dtype=torch.float32) * 0.7)
    return torch.nn.Parameter(values.view(rows, columns))


def record(weights, head, forward):
    """Prints the first ten losses of all rows, without dropout. `head` names the weights that the fixture lacks."""
    rows, labels = [], []
    for r in range(12):
        rows.append([2] + [5 + (7 * r * r + 13 * t + 3 * r * t) % 90 for t in range(4 + (5 * r) % 14)] + [3])
        labels.append((r * r + r // 3) % CLASSES)
    longest = max(map(len, rows))
    ids = torch.tensor([row + [0] * (longest - len(row)) for row in rows])
    mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
    types = torch.tensor([[1 if len(row) // 2 <= t < len(row) else 0 for t in range(longest)] for row in rows])
    initial = {name: [float(x) for x in weights[name].detach().flatten()] for name in head}

    steps, lr, weight_decay, warmup, max_norm = 10, 5e-3, 0.05, 0.2, 1.0
    matrices = [t for t in weights.values() if t.dim() >= 2]
    others = [t for t in weights.values() if t.dim() < 2]
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": weight_decay}, {"params": others, "weight_decay": 0.0}],
        lr=lr, betas=(0.9, 0.999), eps=1e-8)
    rising = math.ceil(warmup * steps)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: step / rising if step < rising else max(0.0, (steps - step) / (steps - rising)))
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = F.cross_entropy(forward(ids, types, mask), torch.tensor(labels))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(weights.values()), max_norm)
        optimizer.step()
        schedule.step()
        losses.append(float(loss))
    print(json.dumps({"torch": torch.__version__, "rows": rows, "labels": labels, "head": initial, "steps": steps, "lr": lr,
                      "weight_decay": weight_decay, "warmup": warmup, "max_norm": max_norm, "losses": losses}))
