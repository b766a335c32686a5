#!/usr/bin/python3
"""Records what Optuna's pruners decide on learning curves, for tests/search/pruners/pruner_parity_test.cpp.

Run: OPTUNA_NEWER=<folder that holds an optuna of 3.6 or later> /usr/bin/python3 tests/parity/pruners.py > tests/parity/pruners.json
     (Debian's python3-optuna 3.1.0 and python3-scipy 1.10.1; the newer one, tag v4.9.0, judges by Wilcoxon alone)

A record of curves is the list of all reports in the order in which they came, [trial, step, value in units of 1/4096 or
"nan", "inf", "-inf"], of trials that run side by side; a trial that was pruned reports no more. After its last report a
trial is complete with that value, or failed if that is not finite or the trial is in `fails`. A run is a pruner on
curves, in a direction (to maximize, the values are turned around): one letter for each report that was judged, x for
prune.

Not recorded, since hpo decides otherwise on purpose (see AshaPruner): lengths that are learned from the first complete
trial, where Optuna forgets the curves before; and successive halving with patience, where Optuna compares unlike steps.
"""
import json
import math
import os
import random
import subprocess
import sys
import warnings

import optuna
import scipy

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)
UNIT = 4096


def rounded(value, unit=UNIT):
    return round(value * unit) / unit


def curves(seed, trials, steps, workers, skip=0.0, odd=0.0, fail=0.0, shuffled=False, unit=UNIT):
    rng = random.Random(seed)
    turns, running, fails, begun = [], [], [], 0
    while begun < trials or running:
        while len(running) < workers and begun < trials:
            level, order = rng.gauss(0, 1), list(range(1, steps + 1))
            if shuffled:
                rng.shuffle(order)
            if skip:
                order = [s for s in order[:-1] if rng.random() > skip or s - 1 not in order] + order[-1:]
                order = [s for i, s in enumerate(order) if i == 0 or s - order[i - 1] <= 2]
            failing = rng.random() < fail
            if failing:
                fails.append(begun)
                order = order[:rng.randrange(2, len(order))]
            running.append([begun, order, level, failing])
            begun += 1
        k = rng.randrange(len(running))
        trial, order, level, failing = running[k]
        step = order.pop(0)
        if shuffled:
            value = rounded(level * 0.5 + 0.3 * math.sin(step) + rng.gauss(0, 0.4), unit)
        else:
            value = rounded(level + 4 / step + rng.gauss(0, 0.5))
        if odd and rng.random() < odd:
            value = math.nan
        elif failing and rng.random() < 0.3:
            value = rng.choice([math.inf, -math.inf, math.nan])
        turns.append([trial, step, value])
        if not order:
            running.pop(k)
    return {"turns": turns, "fails": fails}


def verdicts(record, pruner, direction):
    sign = 1 if direction == "minimize" else -1
    study = optuna.create_study(study_name="parity", direction=direction, pruner=pruner)
    last = {trial: i for i, (trial, _, _) in enumerate(record["turns"])}
    trials, ended, said = {}, set(), ""
    for i, (number, step, value) in enumerate(record["turns"]):
        if number in ended:
            continue
        while len(trials) <= number:
            trials[len(trials)] = study.ask()
        trial = trials[number]
        trial.report(sign * value, step)
        prune = trial.should_prune()
        said += "x" if prune else "."
        if prune:
            study.tell(trial, state=optuna.trial.TrialState.PRUNED)
        elif last[number] == i:
            if number in record["fails"] or not math.isfinite(value):
                study.tell(trial, state=optuna.trial.TrialState.FAIL)
            else:
                study.tell(trial, sign * value)
        if prune or last[number] == i:
            ended.add(number)
    return said


def plain(value):
    return round(value * UNIT) if math.isfinite(value) else str(value)


SETS = [curves(1, 40, 12, 1),
        curves(2, 45, 16, 6, odd=0.02),
        curves(3, 45, 18, 4, skip=0.25, odd=0.01, fail=0.15),
        curves(4, 40, 27, 8, fail=0.1)]
FOLDS = [curves(5, 50, 10, 3, shuffled=True),
         curves(6, 40, 20, 5, odd=0.004, fail=0.1, shuffled=True),
         curves(7, 40, 8, 3, shuffled=True, unit=8)]  # with ties and zeros


def pruner_of(o):
    p = optuna.pruners
    name = o["name"]
    if o.get("patience"):
        inner = dict(o, patience=0)
        return p.PatientPruner(None if name == "none" else pruner_of(inner), o["patience"], o.get("min_delta", 0.0))
    if name in ("median", "percentile"):
        return p.PercentilePruner(o.get("percentile", 50.0), o.get("startup_trials", 5), o.get("warmup_steps", 0),
                                  o.get("interval_steps", 1), n_min_trials=o.get("min_trials", 1))
    if name == "asha":
        return p.SuccessiveHalvingPruner(o.get("min_resource", 1) or "auto", o.get("reduction_factor", 4),
                                         o.get("min_early_stopping_rate", 0), o.get("bootstrap_count", 0))
    if name == "hyperband":
        return p.HyperbandPruner(o.get("min_resource", 1), o.get("max_resource", 0) or "auto",
                                 o.get("reduction_factor", 3), o.get("bootstrap_count", 0))
    if name == "threshold":
        return p.ThresholdPruner(o.get("lower"), o.get("upper"), o.get("warmup_steps", 0), o.get("interval_steps", 1))
    return p.WilcoxonPruner(p_threshold=o.get("p_threshold", 0.1), n_startup_steps=o.get("startup_steps", 2))


OURS = {"count_pruned": False}  # what must be said to hpo to get Optuna's rule
OPTIONS = [
    dict(name="median", **OURS), dict(name="median", startup_trials=2, warmup_steps=3, interval_steps=4, **OURS),
    dict(name="median", startup_trials=0, min_trials=4, **OURS), dict(name="percentile", percentile=25.0, **OURS),
    dict(name="percentile", percentile=80.0, startup_trials=3, interval_steps=3, **OURS),
    dict(name="percentile", percentile=10.0, startup_trials=1, warmup_steps=2, **OURS),
    dict(name="asha"), dict(name="asha", min_resource=2, reduction_factor=3),
    dict(name="asha", min_resource=3, reduction_factor=3),
    dict(name="asha", reduction_factor=3, min_early_stopping_rate=1), dict(name="asha", bootstrap_count=3),
    dict(name="hyperband", max_resource=27), dict(name="hyperband", max_resource=12, reduction_factor=3),
    dict(name="hyperband", min_resource=2, max_resource=16, reduction_factor=2),
    dict(name="hyperband", max_resource=16, reduction_factor=4, bootstrap_count=2),
    dict(name="none", patience=3), dict(name="none", patience=1, min_delta=0.75),
    dict(name="median", patience=2, min_delta=0.25, **OURS),
    dict(name="percentile", percentile=30.0, patience=1, **OURS),
    dict(name="threshold", upper=4.0), dict(name="threshold", lower=-3.5, warmup_steps=2),
    dict(name="threshold", lower=-4.5, upper=4.5, warmup_steps=1, interval_steps=3)]
TESTS = [dict(name="wilcoxon"), dict(name="wilcoxon", p_threshold=0.25), dict(name="wilcoxon", startup_steps=6),
         dict(name="wilcoxon", p_threshold=0.3, startup_steps=0)]


def runs(sets, options, first):
    return [[i + first, direction, o, verdicts(s, pruner_of(o), direction)]
            for i, s in enumerate(sets) for o in options for direction in ("minimize", "maximize")
            if s is not FOLDS[2] or direction == "minimize"]  # scipy 1.10 rounds ties to the wrong side to maximize


if sys.argv[1:] == ["wilcoxon"]:
    print(json.dumps([optuna.__version__, runs(FOLDS, TESTS, len(SETS))]))
    sys.exit()
newer = dict(os.environ, PYTHONPATH=os.environ["OPTUNA_NEWER"])
version, tested = json.loads(subprocess.run([sys.executable, __file__, "wilcoxon"], env=newer, check=True,
                                            stdout=subprocess.PIPE).stdout)
recorded = [{"fails": s["fails"], "turns": [[t, step, plain(v)] for t, step, v in s["turns"]]} for s in SETS + FOLDS]
print(json.dumps({"optuna": optuna.__version__, "wilcoxon": version, "scipy": scipy.__version__, "unit": UNIT,
                  "curves": recorded, "runs": runs(SETS, OPTIONS, 0) + tested}, separators=(",", ":")))
