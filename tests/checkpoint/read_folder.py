"""Reads a model folder as the safetensors specification and transformers say, sharing no code with hpo.

Usage: python3 read_folder.py FOLDER      prints one JSON object: config, metadata, and of each tensor dtype, shape and bytes
"""
import json
import math
import pathlib
import struct
import sys

SIZES = {"BOOL": 1, "U8": 1, "I8": 1, "I16": 2, "F16": 2, "BF16": 2, "I32": 4, "F32": 4, "I64": 8, "F64": 8, "C64": 8}


def no_duplicates(pairs):
    assert len(dict(pairs)) == len(pairs), pairs
    return dict(pairs)


def read_safetensors(path):
    raw = path.read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    header_text = raw[8:8 + length].decode("utf-8")
    data = raw[8 + length:]
    assert len(raw) >= 8 + length and length <= 100_000_000
    assert header_text.startswith("{"), "the specification wants the brace first"
    assert (8 + length) % 8 == 0, "the data is not aligned"
    header = json.loads(header_text, object_pairs_hook=no_duplicates)
    metadata = header.pop("__metadata__", {})
    assert all(isinstance(v, str) for v in metadata.values())
    tensors, at = {}, 0
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        assert sorted(entry) == ["data_offsets", "dtype", "shape"]
        begin, end = entry["data_offsets"]
        assert begin == at and end - begin == math.prod(entry["shape"]) * SIZES[entry["dtype"]], name
        tensors[name] = [entry["dtype"], entry["shape"], data[begin:end].hex()]
        at = end
    assert at == len(data)
    return metadata, tensors


def main():
    folder = pathlib.Path(sys.argv[1])
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"), object_pairs_hook=no_duplicates)
    index = folder / "model.safetensors.index.json"
    if not index.exists():
        metadata, tensors = read_safetensors(folder / "model.safetensors")
        files = ["model.safetensors"]
    else:
        assert not (folder / "model.safetensors").exists(), "a file beside an index would win"
        text = json.loads(index.read_text(), object_pairs_hook=no_duplicates)
        files, tensors, total = sorted(set(text["weight_map"].values())), {}, 0
        for file in files:
            metadata, part = read_safetensors(folder / file)
            assert metadata == {"format": "pt"}
            assert sorted(part) == sorted(n for n, f in text["weight_map"].items() if f == file)
            tensors.update(part)
        total = sum(len(t[2]) // 2 for t in tensors.values())
        assert text["metadata"]["total_size"] == total
    print(json.dumps({"config": config, "metadata": metadata, "tensors": tensors, "files": files}))


main()
