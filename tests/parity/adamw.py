#!/usr/bin/python3
"""Records what torch.optim.AdamW and clip_grad_norm_ do, for tests/train/adamw_test.cpp.

Run: /usr/bin/python3 tests/parity/adamw.py > tests/parity/adamw.json        (Debian's python3-torch, 1.13)

Five steps over a matrix that decays and a bias that does not, with a learning rate that changes and gradients that are
clipped together; the bias has no gradient at the third step. In float64, from values that float32 holds exactly, so that
one record is the truth for both.
"""
import json

import torch

torch.set_num_threads(1)
torch.manual_seed(20)


def random(*sizes):
    return torch.randn(*sizes, dtype=torch.float32).to(torch.float64)


weight = torch.nn.Parameter(random(3, 5))
bias = torch.nn.Parameter(random(5))
lr, max_norm = 3e-3, 1.0
optimizer = torch.optim.AdamW([{"params": [weight], "weight_decay": 0.1}, {"params": [bias], "weight_decay": 0.0}],
                              lr=lr, betas=(0.9, 0.999), eps=1e-8)


def numbers(tensor):
    return [float(x) for x in tensor.detach().flatten()]


record = {"torch": torch.__version__, "lr": lr, "max_norm": max_norm, "weight_decay": 0.1,
          "weight": numbers(weight), "bias": numbers(bias), "steps": []}
for step, factor in enumerate([1.0, 0.75, 0.5, 0.25, 0.1]):
    for group in optimizer.param_groups:
        group["lr"] = lr * factor
    weight.grad = random(3, 5) * 4.0 ** (step - 3)
    bias.grad = None if step == 2 else random(5) * 4.0 ** (step - 3)
    entry = {"factor": factor, "weight_grad": numbers(weight.grad),
             "bias_grad": None if bias.grad is None else numbers(bias.grad)}
    entry["norm"] = float(torch.nn.utils.clip_grad_norm_([weight, bias], max_norm))
    optimizer.step()
    entry["weight"], entry["bias"] = numbers(weight), numbers(bias)
    record["steps"].append(entry)
record["exp_avg"] = numbers(optimizer.state[weight]["exp_avg"])
record["exp_avg_sq"] = numbers(optimizer.state[weight]["exp_avg_sq"])
print(json.dumps(record))
