#!/usr/bin/python3
"""DeBERTa-v2 and v3 on torch's operators, written from the papers and the meaning of config.json's keys.

Run: tests/parity/deberta.py FOLDER...        compares itself with recorded states of the reference (fixture.safetensors)
"""
import json
import math
import pathlib
import sys

import torch
import torch.nn.functional as F

import safetensors

ACTIVATIONS = {"gelu": F.gelu, "relu": F.relu, "tanh": torch.tanh, "silu": F.silu,
               "gelu_new": lambda x: F.gelu(x, approximate="tanh")}


def kinds(config):
    """Which of c2p and p2c the scores have."""
    value = config.get("pos_att_type") or []
    return [part.strip() for part in value.lower().split("|")] if isinstance(value, str) else value


def reach(config):
    """(largest distance told apart, rows of the table to one side)"""
    most = config.get("max_relative_positions", -1)
    most = most if most >= 1 else config["max_position_embeddings"]
    buckets = config.get("position_buckets", -1)
    return most, buckets if buckets > 0 else most


def shapes(config):
    """The shape of each weight by name: what a checkpoint of this configuration holds."""
    width, inner = config["hidden_size"], config["intermediate_size"]
    table = config.get("embedding_size", width)
    out = {"embeddings.word_embeddings.weight": (config["vocab_size"], table)}

    def linear(name, into, outof):
        out[name + ".weight"], out[name + ".bias"] = (outof, into), (outof,)

    def norm(name):
        out[name + ".weight"] = out[name + ".bias"] = (width,)

    if config.get("position_biased_input", True):
        out["embeddings.position_embeddings.weight"] = (config["max_position_embeddings"], table)
    if config.get("type_vocab_size", 0):
        out["embeddings.token_type_embeddings.weight"] = (config["type_vocab_size"], table)
    if table != width:
        out["embeddings.embed_proj.weight"] = (width, table)
    norm("embeddings.LayerNorm")
    relative = config.get("relative_attention", False)
    if relative:
        out["encoder.rel_embeddings.weight"] = (2 * reach(config)[1], width)
    if "layer_norm" in config.get("norm_rel_ebd", "none"):
        norm("encoder.LayerNorm")
    kernel = config.get("conv_kernel_size", 0)
    if kernel:
        out["encoder.conv.conv.weight"] = (width, width // config.get("conv_groups", 1), kernel)
        out["encoder.conv.conv.bias"] = (width,)
        norm("encoder.conv.LayerNorm")
    for i in range(config["num_hidden_layers"]):
        at = f"encoder.layer.{i}."
        own = relative and not config.get("share_att_key", False)
        names = ["query_proj", "key_proj", "value_proj"]
        names += ["pos_key_proj"] * (own and "c2p" in kinds(config)) + ["pos_query_proj"] * (own and "p2c" in kinds(config))
        for name in names:
            linear(at + "attention.self." + name, width, width)
        linear(at + "attention.output.dense", width, width)
        norm(at + "attention.output.LayerNorm")
        linear(at + "intermediate.dense", width, inner)
        linear(at + "output.dense", inner, width)
        norm(at + "output.LayerNorm")
    return out


def position_rows(length, config):
    """Row of the table for query i and key k: [T, T]."""
    most, span = reach(config)
    rows = torch.empty(length, length, dtype=torch.long)
    buckets = config.get("position_buckets", -1)
    single = lambda x: torch.tensor(x, dtype=torch.float32)  # rounding up afterwards makes the precision matter
    of_distance = {}
    for distance in range(1 - length, length):
        position = distance
        if buckets > 0 and abs(distance) > buckets // 2:
            half = buckets // 2
            share = torch.log(single(abs(distance)) / half) / torch.log(single((most - 1) / half))
            position = int(((torch.ceil(share * (half - 1)) + half) * math.copysign(1, distance)).long())
        of_distance[distance] = min(max(position + span, 0), 2 * span - 1)
    for i in range(length):
        for k in range(length):
            rows[i, k] = of_distance[i - k]
    return rows


def encode(w, config, ids, mask, types=None):
    """[B, T] -> the states after the embeddings and after each layer, each [B, T, D]."""
    batch, length = ids.shape
    width, heads = config["hidden_size"], config["num_attention_heads"]
    real = mask.unsqueeze(-1).float()

    def linear(x, name):
        return F.linear(x, w[name + ".weight"], w.get(name + ".bias"))

    def norm(x, name):
        return F.layer_norm(x, (width,), w[name + ".weight"], w[name + ".bias"], config.get("layer_norm_eps", 1e-7))

    def split(x):
        return x.reshape(*x.shape[:-1], heads, width // heads)

    x = F.embedding(ids, w["embeddings.word_embeddings.weight"], padding_idx=config.get("pad_token_id", 0))
    if config.get("position_biased_input", True):
        x = x + w["embeddings.position_embeddings.weight"][:length]
    if config.get("type_vocab_size", 0):
        x = x + F.embedding(torch.zeros_like(ids) if types is None else types, w["embeddings.token_type_embeddings.weight"])
    if "embeddings.embed_proj.weight" in w:
        x = linear(x, "embeddings.embed_proj")
    embedded = x = norm(x, "embeddings.LayerNorm") * real

    used = kinds(config)
    scale = math.sqrt(width // heads * (1 + ("c2p" in used) + ("p2c" in used)))
    relative = config.get("relative_attention", False) and scale > math.sqrt(width // heads)
    if relative:
        positions = w["encoder.rel_embeddings.weight"]
        if "layer_norm" in config.get("norm_rel_ebd", "none"):
            positions = norm(positions, "encoder.LayerNorm")
        rows = position_rows(length, config)
    allowed = (mask[:, :, None] * mask[:, None, :]).bool()[:, None]  # [B, 1, query, key]
    states = [x]
    for i in range(config["num_hidden_layers"]):
        at = f"encoder.layer.{i}."
        q, k, v = (split(linear(x, at + f"attention.self.{n}_proj")) for n in ("query", "key", "value"))
        scores = torch.einsum("bqhd,bkhd->bhqk", q, k)
        if relative:
            shared = config.get("share_att_key", False)
            if "c2p" in used:
                position_k = split(linear(positions, at + "attention.self." + ("key_proj" if shared else "pos_key_proj")))
                scores = scores + torch.einsum("bqhd,qkhd->bhqk", q, position_k[rows])
            if "p2c" in used:
                position_q = split(linear(positions, at + "attention.self." + ("query_proj" if shared else "pos_query_proj")))
                scores = scores + torch.einsum("bkhd,qkhd->bhqk", k, position_q[rows])
        share = (scores / scale).masked_fill(~allowed, torch.finfo(torch.float32).min).softmax(-1)
        mixed = torch.einsum("bhqk,bkhd->bqhd", share, v).reshape(batch, length, width)
        x = norm(linear(mixed, at + "attention.output.dense") + x, at + "attention.output.LayerNorm")
        inner = ACTIVATIONS[config.get("hidden_act", "gelu")](linear(x, at + "intermediate.dense"))
        x = norm(linear(inner, at + "output.dense") + x, at + "output.LayerNorm")
        if i == 0 and config.get("conv_kernel_size", 0):
            conv = F.conv1d(embedded.transpose(1, 2), w["encoder.conv.conv.weight"], w["encoder.conv.conv.bias"],
                            padding=config["conv_kernel_size"] // 2, groups=config.get("conv_groups", 1)).transpose(1, 2)
            conv = ACTIVATIONS[config.get("conv_act", "tanh")](conv * real)
            x = norm(x + conv, "encoder.conv.LayerNorm") * real
        states.append(x)
    return states


def main():
    for folder in map(pathlib.Path, sys.argv[1:]):
        config = json.loads((folder / "config.json").read_text())
        w, recorded = safetensors.load(folder / "model.safetensors"), safetensors.load(folder / "fixture.safetensors")
        assert {name: tuple(t.shape) for name, t in w.items()} == shapes(config), "weights"
        states = encode(w, config, recorded["input_ids"], recorded["attention_mask"], recorded.get("token_type_ids"))
        named = {f"hidden_states.{i}": state for i, state in enumerate(states[:-1])} | {"last_hidden_state": states[-1]}
        real = recorded["attention_mask"].bool()
        for name in sorted(named.keys() & recorded.keys()):
            off = (named[name] - recorded[name]).abs()
            print(f"{folder.name}: {name}: {off[real].max():.1e} at real tokens, {off.max():.1e} anywhere")


if __name__ == "__main__":
    main()
