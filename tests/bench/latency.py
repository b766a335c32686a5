#!/usr/bin/env python3
"""Prints what one trial costs (ask, 20 values, tell; medians in milliseconds) with hpo and with Optuna, side by side.

  latency.py BENCH [--no-optuna] [--folder DIR]

BENCH is the program latency_bench. Optuna is the one that Python finds, with TPESampler(multivariate=True, group=True,
constant_liar=True) and histories of up to 1,000 trials. The growth is the exponent e of n^e between the last two sizes.
"""
import argparse
import json
import math
import os
import random
import statistics
import subprocess
import tempfile
import time
import warnings

warnings.filterwarnings("ignore")
SAMPLERS = {"memory": ["tpe", "tpe,group=true", "tpe,multivariate=false"], "sqlite": ["tpe"]}
SIZES = {"memory": [100, 1000, 10000], "sqlite": [100, 1000]}


def ours(bench, sampler, url, finished):
    out = subprocess.run([bench, sampler, url, str(finished)], check=True, text=True, stdout=subprocess.PIPE).stdout
    return json.loads(out)["total"]


def space():
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
    params = {f"log{i}": FloatDistribution(1e-5, 1e-1, log=True) for i in range(8)}
    params.update({f"flt{i}": FloatDistribution(0.0, 1.0) for i in range(6)})
    params.update({f"int{i}": IntDistribution(1, 16) for i in range(3)})
    params.update({f"cat{i}": CategoricalDistribution("abcd"[:i + 2]) for i in range(3)})
    return params


def suggest(trial, params):
    values = {}
    for name, d in params.items():
        if name.startswith("cat"):
            values[name] = trial.suggest_categorical(name, d.choices)
        elif name.startswith("int"):
            values[name] = trial.suggest_int(name, d.low, d.high)
        else:
            values[name] = trial.suggest_float(name, d.low, d.high, log=d.log)
    return values


def value(values):
    total = sum((math.log10(v) + 3) ** 2 for k, v in values.items() if k.startswith("log"))
    total += sum((v - 0.3) ** 2 for k, v in values.items() if k.startswith("flt"))
    total += sum(0.1 * abs(v - 4) for k, v in values.items() if k.startswith("int"))
    return total + sum(0 if v == "b" else 0.5 for k, v in values.items() if k.startswith("cat"))


def theirs(url, finished):
    import optuna
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    rng, params = random.Random(0), space()
    sampler = optuna.samplers.TPESampler(seed=1, multivariate=True, group=True, constant_liar=True)
    study = optuna.create_study(sampler=sampler, storage=url)

    def any_value(d):
        if not hasattr(d, "low"):
            return rng.choice(d.choices)
        if isinstance(d.low, int):
            return rng.randint(d.low, d.high)
        return d.low * (d.high / d.low) ** rng.random() if d.log else rng.uniform(d.low, d.high)

    for _ in range(finished):
        values = {name: any_value(d) for name, d in params.items()}
        study.add_trial(optuna.create_trial(params=values, distributions=params, value=value(values)))
    times = []
    for _ in range(12):
        start = time.perf_counter()
        trial = study.ask()
        study.tell(trial, value(suggest(trial, params)))
        times.append(time.perf_counter() - start)
    return statistics.median(times[1:]) * 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench")
    parser.add_argument("--no-optuna", action="store_true")
    parser.add_argument("--folder", help="where the databases are written; a temporary folder by default")
    args = parser.parse_args()
    version = ""
    if not args.no_optuna:
        import optuna
        version = optuna.__version__
    print(f"{'storage':8} {'sampler':26} {'finished':>8} {'ours':>9} {'Optuna ' + version:>14}  growth")
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        for storage, samplers in SAMPLERS.items():
            for sampler in samplers:
                last = None
                for size in SIZES[storage]:
                    file = os.path.join(folder, f"{size}.db")
                    mine = ours(args.bench, sampler, "memory" if storage == "memory" else file, size)
                    other = ""
                    if not args.no_optuna and size <= 1000 and sampler == samplers[0]:
                        url = None if storage == "memory" else f"sqlite:///{folder}/optuna{size}.db"
                        other = f"{theirs(url, size):.1f}"
                    growth = f"{math.log(mine / last[1]) / math.log(size / last[0]):.2f}" if last else ""
                    print(f"{storage:8} {sampler:26} {size:8} {mine:9.3f} {other:>14}  {growth}", flush=True)
                    last = (size, mine)


if __name__ == "__main__":
    main()
