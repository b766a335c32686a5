"""What the scripts beside this file share: tensors of a safetensors file, and values that C++ makes again from a formula."""
import json
import struct

import numpy
import torch

TYPES = {"F32": "<f4", "I64": "<i8"}


def load(path):
    """Name -> tensor; the floating ones are parameters."""
    blob = path.read_bytes()
    (size,) = struct.unpack("<Q", blob[:8])
    tensors = {}
    for name, entry in json.loads(blob[8:8 + size]).items():
        if name == "__metadata__" or entry["dtype"] not in TYPES:
            continue
        begin, end = entry["data_offsets"]
        values = numpy.frombuffer(blob[8 + size + begin:8 + size + end], dtype=TYPES[entry["dtype"]])
        tensor = torch.from_numpy(values.reshape(entry["shape"]).copy())
        tensors[name] = torch.nn.Parameter(tensor) if tensor.is_floating_point() else tensor
    return tensors


def noise(seed, *shape):
    """Element i is a uniform number in [-1, 1) with 24 bits: SplitMix64 of (seed << 32) + i."""
    count = int(numpy.prod(shape))
    with numpy.errstate(over="ignore"):
        z = numpy.arange(count, dtype=numpy.uint64) + numpy.uint64((seed << 32) + 0x9E3779B97F4A7C15 & (1 << 64) - 1)
        z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        z = z ^ (z >> numpy.uint64(31))
    return torch.from_numpy(((z >> numpy.uint64(40)).astype(numpy.float64) / 2**23 - 1).reshape(shape)).float()
