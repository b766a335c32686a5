#!/usr/bin/env python3
"""Prints the regret of hpo's samplers and of Optuna's side by side: median [quartiles] over seeds after 100 trials.

  quality.py BENCH [--sampler tpe] [--theirs FILE.json [--version 5.0.0.dev] [--their-sampler tpe_default]]
  quality.py BENCH --optuna                 runs the Optuna that Python finds (PYTHONPATH) on the same functions

BENCH is the program quality_bench. FILE.json holds {version: {objective: {sampler: {"regret_per_seed": {"100": []}}}}}.
P is the chance that a run of ours is better than one of theirs (0.5: alike); p the two-sided Mann-Whitney test of that.
The last column says whether our median lies within or below their quartiles.
"""
import argparse
import json
import math
import statistics
import subprocess

OBJECTIVES = ["branin", "hartmann6", "rosenbrock5", "ackley10s", "condmix"]


def quartiles(values):
    return statistics.quantiles(values, n=4, method="inclusive")


def mann_whitney(ours, theirs):
    """(chance that ours is smaller, two-sided p by the normal approximation with ties)."""
    n, m = len(ours), len(theirs)
    wins = sum((a < b) + 0.5 * (a == b) for a in ours for b in theirs)
    pooled = ours + theirs
    ties = sum(pooled.count(v) ** 3 - pooled.count(v) for v in set(pooled))
    variance = n * m / 12 * (n + m + 1 - ties / ((n + m) * (n + m - 1)))
    if variance == 0:
        return wins / (n * m), 1.0
    z = max(0.0, abs(wins - n * m / 2) - 0.5) / math.sqrt(variance)
    return wins / (n * m), math.erfc(z / math.sqrt(2))


def run_ours(bench, sampler, objective, seeds, trials):
    out = subprocess.run([bench, sampler, objective, str(seeds), str(trials)], check=True, text=True,
                         stdout=subprocess.PIPE).stdout
    return [json.loads(line)["regret"] for line in out.splitlines()]


def run_optuna(sampler, objective, seeds, trials):
    import optuna
    import quality_optuna
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    function, least = quality_optuna.OBJECTIVES[objective]
    regrets = []
    for seed in range(seeds):
        study = optuna.create_study(sampler=quality_optuna.make_sampler(sampler, seed))
        study.optimize(function, n_trials=trials)
        best = [min(t.value for t in study.trials[:k]) - least for k in (25, 50, trials)]
        regrets.append({"25": best[0], "50": best[1], str(trials): best[2]})
    return regrets


def show(values):
    q25, median, q75 = quartiles(values)
    return f"{median:.3g} [{q25:.3g}, {q75:.3g}]"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench")
    parser.add_argument("--sampler", default="tpe")
    parser.add_argument("--objectives", default=",".join(OBJECTIVES))
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--theirs")
    parser.add_argument("--version", default="5.0.0.dev")
    parser.add_argument("--their-sampler", default="tpe_default")
    parser.add_argument("--optuna", action="store_true")
    args = parser.parse_args()
    known = json.load(open(args.theirs))[args.version] if args.theirs else {}
    mark = str(args.trials)
    print(f"{'':12} {'ours: ' + args.sampler:30} {'theirs: ' + args.their_sampler:30} {'P':>5} {'p':>7}  medians 25/50")
    for objective in args.objectives.split(","):
        ours = run_ours(args.bench, args.sampler, objective, args.seeds, args.trials)
        if args.optuna:
            theirs = run_optuna(args.their_sampler, objective, args.seeds, args.trials)
        else:
            per_seed = known.get(objective, {}).get(args.their_sampler, {}).get("regret_per_seed", {})
            theirs = [dict(zip(per_seed, row)) for row in zip(*per_seed.values())]
        final = [r[mark] for r in ours]
        early = "/".join(f"{statistics.median(r[k] for r in ours):.3g}" for k in ("25", "50") if k in ours[0])
        if not theirs:
            print(f"{objective:12} {show(final):30} {'-':30} {'':5} {'':7}  {early}", flush=True)
            continue
        reference = [r[mark] for r in theirs]
        chance, p = mann_whitney(final, reference)
        early += " against " + "/".join(f"{statistics.median(r[k] for r in theirs):.3g}" for k in ("25", "50"))
        verdict = "in or below" if statistics.median(final) <= quartiles(reference)[2] else "ABOVE"
        print(f"{objective:12} {show(final):30} {show(reference):30} {chance:5.2f} {p:7.2g}  {early}  {verdict}",
              flush=True)


if __name__ == "__main__":
    main()
