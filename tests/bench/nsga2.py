#!/usr/bin/python3
"""Prints the hypervolume of hpo's NSGA-II and of Optuna's side by side: median [quartiles] over seeds, on ZDT1 and ZDT2.

  nsga2.py BENCH [--sampler nsga2,crossover=sbx] [--seeds 11] [--trials 1000] [--dimensions 30]

BENCH is the program nsga2_bench; Optuna is the one that Python finds (Debian's python3-optuna: /usr/bin/python3). The
volume is that up to (11, 11) and up to (1.1, 1.1), of all trials. The last column is the ratio of the medians.
"""
import argparse
import json
import math
import statistics
import subprocess
import time


def zdt(problem, x):
    g = 1 + 9 * sum(x[1:]) / (len(x) - 1)
    part = x[0] / g
    return x[0], g * (1 - (math.sqrt(part) if problem == "zdt1" else part * part))


def hypervolume(points, bound):
    volume, ceiling = 0.0, bound
    for a, b in sorted(points):
        if a < bound and b < ceiling:
            volume += (bound - a) * (ceiling - b)
            ceiling = b
    return volume


def run_optuna(problem, seed, trials, dimensions):
    import optuna
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(directions=["minimize", "minimize"], sampler=optuna.samplers.NSGAIISampler(seed=seed))
    start = time.time()
    study.optimize(lambda t: zdt(problem, [t.suggest_float(f"x{i}", 0, 1) for i in range(dimensions)]), n_trials=trials)
    points = [t.values for t in study.trials]
    return {"hypervolume": {"11": hypervolume(points, 11), "1.1": hypervolume(points, 1.1)},
            "seconds": time.time() - start}


def show(values):
    q25, median, q75 = statistics.quantiles(values, n=4, method="inclusive")
    return f"{median:.4g} [{q25:.4g}, {q75:.4g}]"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench")
    parser.add_argument("--sampler", default="nsga2")
    parser.add_argument("--problems", default="zdt1,zdt2")
    parser.add_argument("--seeds", type=int, default=11)
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--dimensions", type=int, default=30)
    args = parser.parse_args()
    print(f"{'':14} {'ours: ' + args.sampler:30} {'theirs':30} ratio   s per study")
    for problem in args.problems.split(","):
        out = subprocess.run([args.bench, args.sampler, problem, str(args.seeds), str(args.trials), str(args.dimensions)],
                             check=True, text=True, stdout=subprocess.PIPE).stdout
        ours = [json.loads(line) for line in out.splitlines()]
        theirs = [run_optuna(problem, seed, args.trials, args.dimensions) for seed in range(args.seeds)]
        for bound in ("11", "1.1"):
            a, b = ([run["hypervolume"][bound] for run in runs] for runs in (ours, theirs))
            of, to = statistics.median(a), statistics.median(b)
            ratio = f"{of / to:.4f}" if to > 0 else "-"
            times = [statistics.median(run["seconds"] for run in runs) for runs in (ours, theirs)]
            print(f"{problem + ' to ' + bound:14} {show(a):30} {show(b):30} {ratio:7} {times[0]:.3g}, {times[1]:.3g}",
                  flush=True)


if __name__ == "__main__":
    main()
