#!/usr/bin/env python3
"""The house keeps its plan: which module and which room inside a module may include which, no circles, tiers as claimed.

  layering.py SOURCE [--write]      --write writes the umbrellas include/hpo/search.hpp and hpo.hpp anew

The tables below are those of docs/architecture.md. A room is a folder inside a module; its namespace is the module's.
"""
import os
import re
import statistics
import sys

# A module may include itself and these.
MODULES = {
    "core": "",
    "config": "core",
    "space": "core config",
    "storage": "core space",
    "search": "core space storage",
    "report": "core space storage search",
    "text": "core",
    "data": "core text",
    "checkpoint": "core",
    "placement": "core checkpoint",
    "nn": "core checkpoint placement",
    "train": "core data checkpoint nn placement",
    "agent": "core config space storage search text data checkpoint placement nn train",
    "sweep": "core config space storage search report text data checkpoint placement nn train agent",
    "app": "core config space storage search report text data checkpoint placement nn train agent sweep",
}
# A room of a module that has rooms may include itself and these rooms of its module; "." is the module's own folder.
ROOMS = {
    "search": {
        "math": "",
        "pareto": "math",
        "sampling": "math pareto",
        "tpe": "math pareto sampling",
        "grid": "math sampling",
        "nsga2": "math pareto sampling",
        "qmc": "math sampling",
        "pruners": "math pareto sampling",
        "cmaes": "math pareto sampling tpe",  # TPE draws what CMA-ES cannot: conditional parameters, choices
        "gp": "math pareto sampling qmc",     # its first points are quasi-random
        ".": "math pareto sampling tpe grid nsga2 qmc pruners cmaes gp",
    },
    "nn": {
        "model": "",
        "layers": "model",
        "encoders": "model layers",
        "heads": "model layers",
        ".": "model layers encoders heads",
    },
    "text": {
        "unicode": "",
        "vocabulary": "unicode",
        "models": "unicode vocabulary",
        "pipeline": "unicode vocabulary models",
        "folder": "unicode vocabulary models pipeline",
        ".": "unicode vocabulary models pipeline folder",
    },
    "sweep": {
        ".": "",
        "agent": ".",
    },
}
# No torch: hpo::search. A room may be free of torch though its module is not.
TORCH_FREE = ["core", "config", "space", "storage", "search", "report", "text", "sweep/."]
# What a torch-free room may include of the modules that its own module may.
TORCH_FREE_MODULES = {"sweep/.": "core space storage search report"}
# What headers may not include, be it by way of others: (those that begin so, what begins so, why).
SPARED = [
    ("hpo/search/", "hpo/core/json.hpp", "every program with a search would compile it: read with space/python_json.hpp"),
    ("hpo/space/", "hpo/core/json.hpp", "every program with a search would compile it: read with space/python_json.hpp"),
    ("hpo/storage/", "hpo/core/json.hpp", "every program with a search would compile it: read with space/python_json.hpp"),
    ("hpo/search/study.hpp", "hpo/search/tpe/", "a study of another sampler would compile TPE: search/default_sampler.hpp"),
]
UMBRELLAS = ["hpo/search.hpp", "hpo/hpo.hpp"]
MOST_FILES = 24      # in a folder
LONGEST = 320        # lines of a header
MEDIAN = (60, 150)   # lines of a header

source = os.path.abspath(sys.argv[1])
include = os.path.join(source, "include")
problems = []


def read(path):
    with open(os.path.join(include, path), encoding="utf-8") as file:
        return file.read()


def place(path):
    """Module and room of a header: hpo/search/tpe/simd.hpp is in ('search', 'tpe')."""
    parts = path.split("/")[1:-1]
    return parts[0] if parts else "", "/".join(parts[1:]) or "."


def circles(graph):
    """One circle for each strongly connected part of a graph of more than one node."""
    index, low, on, stack, found = {}, {}, set(), [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        on.add(node)
        for other in sorted(graph.get(node, ())):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in on:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            part = []
            while True:
                part.append(stack.pop())
                on.discard(part[-1])
                if part[-1] == node:
                    break
            if len(part) > 1:
                found.append(sorted(part))

    for node in sorted(graph):
        if node not in index:
            visit(node)
    return found


sys.setrecursionlimit(10000)
headers = sorted(os.path.relpath(os.path.join(folder, name), include)
                 for folder, _, names in os.walk(os.path.join(include, "hpo")) for name in names if name.endswith(".hpp"))
text = {path: read(path) for path in headers}
lines = {path: re.findall(r"^ *#include [<\"]([^>\"]+)[>\"]", text[path], re.MULTILINE) for path in headers}
inside = [path for path in headers if path not in UMBRELLAS and not path.startswith("hpo/testing/")]

for path in inside:
    module, room = place(path)
    if module not in MODULES:
        problems.append(f"{path}: expected a module of the table in tests/layering.py, got '{module}'")
        continue
    rooms = ROOMS.get(module, {".": ""})
    if room not in rooms:
        problems.append(f"{path}: expected a room of '{module}' ({' '.join(rooms)}), got '{room}'")
        continue
    here = f"{module}/{room}"
    free = module in TORCH_FREE or here in TORCH_FREE
    allowed = TORCH_FREE_MODULES.get(here, MODULES[module]).split()
    for name in lines[path]:
        if name.startswith("hpo/"):
            if name not in text:
                problems.append(f"{path}: includes {name}, which does not exist")
                continue
            other, other_room = place(name)
            if other == "" or other == "testing":
                problems.append(f"{path}: includes {name}, which is not for the inside of the library")
            elif other == module:
                if other_room != room and other_room not in rooms[room].split():
                    problems.append(f"{path}: '{here}' may not include '{other}/{other_room}': {name}")
            elif other not in allowed:
                problems.append(f"{path}: '{here}' may not include '{other}': {name}")
        elif name.startswith("doctest/"):
            problems.append(f"{path}: only hpo/testing includes doctest")
        elif re.match(r"(torch/torch\.h|torch/nn\.h|torch/types\.h|ATen/ATen\.h)$", name):
            problems.append(f"{path}: umbrella header inside the library: {name}")
        elif free and re.match(r"(torch|ATen|c10)/", name):
            problems.append(f"{path}: '{here}' is free of torch: {name}")
    if re.search(r"^ *#define", text[path], re.MULTILINE):
        problems.append(f"{path}: defines a macro")

# Circles between files, and between folders.
files = {path: {name for name in lines[path] if name in text} for path in headers}
folders = {}
for path in inside:
    here = "/".join(place(path))
    folders.setdefault(here, set()).update("/".join(place(name)) for name in files[path])
    folders[here].discard(here)
for kind, graph in (("files", files), ("folders", folders)):
    for circle in circles(graph):
        problems.append(f"{kind} that include each other in a circle: {', '.join(circle)}")


def reached(path, seen):
    """All headers of the library that a header includes, be it by way of others."""
    if path not in seen:
        seen[path] = set()
        for name in files[path]:
            seen[path] |= {name} | reached(name, seen)
    return seen[path]


reach = {}
for beginning, spared, why in SPARED:
    for path in (path for path in inside if path.startswith(beginning)):
        for name in (name for name in reached(path, reach) if name.startswith(spared)):
            problems.append(f"{path}: includes {name}, be it by way of others: {why}")


def tier(path, seen):
    """How much of torch a header parses: 0 none, 2 tensors and single operations, 3 modules."""
    if path not in seen:
        seen[path] = 0
        own = max([3 if name.startswith("torch/") else 2 if re.match("(ATen|c10)/", name) else 0 for name in lines[path]],
                  default=0)
        seen[path] = max([own, *(tier(name, seen) for name in files[path])])
    return seen[path]


# The first comment of each header names its layer and its tier, truly.
tiers = {}
for path in inside + [path for path in headers if path.startswith("hpo/testing/")]:  # the contract suites: for users' tests
    module, _ = place(path)
    said = re.search(r"Layer\s+(?:///\s+)?`(\w+)`(?:, tier (\d))?(?:[^.\n]*\.)?(?: (No torch)\.)?", text[path])
    if not said or said[1] != module or not (said[2] or said[3]):
        problems.append(f"{path}: expected a line 'Layer `{module}`, tier N' or 'Layer `{module}`. No torch.' in its first comment")
        continue
    claimed = 0 if said[3] else int(said[2])
    if claimed != tier(path, tiers):
        problems.append(f"{path}: says tier {claimed}, is {tier(path, tiers)}")

# Labels of doc comments begin their lines: the formatter knows them by .clang-format.
for path in headers:
    for number, line in enumerate(text[path].split("\n"), 1):
        if re.search(r"///.*(?:[.:;)] +(?:Errors|Source|Shapes|Units)  |[.:;)] +Layer `)", line):
            problems.append(f"{path}:{number}: a label in mid-line: {line.strip()}")

# The umbrellas hold every header, in reading order: modules and rooms as the tables have them, what needs no torch first.
SEARCH_HALF = [module for module in MODULES if module in TORCH_FREE] + ["data", "sweep/."]
order = {module: number for number, module in enumerate(MODULES)}


def reading_order(path):
    module, room = place(path)
    rooms = list(ROOMS.get(module, {".": ""}))
    return order[module], rooms.index(room), path


def umbrella(purpose, first, paths):
    block = {path: place(path) for path in paths}  # a blank line between rooms: the formatter sorts within them only
    paths = [f"#include <{path}>\n" + "\n" * (n + 1 < len(paths) and block[path] != block[paths[n + 1]])
             for n, path in enumerate(paths)]
    return (f"#pragma once\n/// \\file  {purpose}\n/// For programs, not for headers of hpo: including what is used compiles faster. "
            "Written by tests/layering.py --write.\n\n" + first + "".join(paths))


def in_search_half(path):
    module, room = place(path)
    return (module in SEARCH_HALF or f"{module}/{room}" in SEARCH_HALF) and tier(path, tiers) == 0


known = sorted((path for path in inside if place(path)[0] in order and place(path)[1] in ROOMS.get(place(path)[0], {".": ""})),
               key=reading_order)
wanted = {
    "hpo/search.hpp": umbrella("Everything that needs no torch, in reading order: hpo::search.", "",
                               [path for path in known if in_search_half(path)]),
    "hpo/hpo.hpp": umbrella("Everything, in reading order: hpo::hpo.", "#include <hpo/search.hpp>\n\n",
                            [path for path in known if not in_search_half(path)]),
}
for path, content in wanted.items():
    if "--write" in sys.argv:
        with open(os.path.join(include, path), "w", encoding="utf-8") as file:
            file.write(content)
    elif text[path] != content:
        problems.append(f"{path}: does not hold every header in reading order; run: python3 tests/layering.py . --write")

# A folder that can be read at a glance, headers that can be read at one sitting.
code = (".hpp", ".cpp", ".py")
for top in ("include/hpo", "tests", "examples", "configs", "docs", "cmake"):
    for folder, below, names in os.walk(os.path.join(source, top)):
        below[:] = [name for name in below if name not in ("fixtures", "corpus", "__pycache__")]
        count = sum(name.endswith(code) for name in names)
        if count > MOST_FILES:
            problems.append(f"{os.path.relpath(folder, source)}: expected at most {MOST_FILES} files, got {count}")
lengths = {path: text[path].count("\n") for path in inside}
problems += [f"{path}: expected fewer than {LONGEST} lines, got {count}" for path, count in lengths.items() if count >= LONGEST]
median = statistics.median(lengths.values())
if not MEDIAN[0] <= median <= MEDIAN[1]:
    problems.append(f"the median header has {median} lines, expected {MEDIAN[0]} to {MEDIAN[1]}")

print(*problems, f"{len(headers)} headers, {len(folders)} folders, median {median:g} lines: {len(problems)} fault(s)", sep="\n")
sys.exit(1 if problems else 0)
