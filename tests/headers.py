#!/usr/bin/env python3
"""Compiles each public header of one half by itself.

  headers.py search|torch INCLUDE COMPILER FLAGS...

Most of libtorch's half is libtorch's own headers, 6 s each time. A header that includes HEAVY, itself or through other
headers of hpo, is compiled on a precompiled HEAVY: nothing is there that would not be there without.
"""
import concurrent.futures
import os
import re
import subprocess
import sys
import tempfile

HEAVY = "torch/nn/module.h"
TORCH = re.compile(r"(torch|ATen|c10)/")
half, include, compiler, flags = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]


def includes(path):
    with open(os.path.join(include, path), encoding="utf-8") as file:
        return re.findall(r"^#include <([^>]+)>", file.read(), re.MULTILINE)


def needs(path):
    """The headers that are not hpo's own, of this one and of all that it includes."""
    found, seen, open_ = set(), set(), [path]
    while open_:
        path = open_.pop()
        if path in seen:
            continue
        seen.add(path)
        for name in includes(path):
            (open_.append if name.startswith("hpo/") else found.add)(name)
    return found


def compile_one(path, extra=()):
    done = subprocess.run([compiler, *flags, *extra, "-x", "c++", "-fsyntax-only", "-"], input=f"#include <{path}>\n", text=True,
                          stderr=subprocess.PIPE)
    return f"{done.stderr}{path}: does not compile alone" if done.returncode else None


headers = sorted(os.path.relpath(os.path.join(folder, name), include) for folder, _, names in os.walk(os.path.join(include, "hpo"))
                 for name in names)
external = {path: needs(path) for path in headers}
mine = [path for path in headers if any(map(TORCH.match, external[path])) == (half == "torch")]
with tempfile.TemporaryDirectory() as folder:
    heavy = []
    if any(HEAVY in external[path] for path in mine):
        heavy = ["-include", os.path.join(folder, "heavy.hpp")]
        with open(heavy[1], "w", encoding="utf-8") as file:
            file.write(f"#include <{HEAVY}>\n")
        subprocess.run([compiler, *flags, "-x", "c++-header", heavy[1], "-o", heavy[1] + ".gch"], check=True)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        faults = list(filter(None, pool.map(lambda path: compile_one(path, heavy if HEAVY in external[path] else ()), mine)))
print(*faults, f"{len(mine) - len(faults)} of {len(mine)} headers compile alone", sep="\n")
sys.exit(1 if faults else 0)
