#!/usr/bin/python3
"""Records what Optuna's TPE makes of given observations, for tests/search/tpe/tpe_parity_test.cpp: densities, kernel widths
and weights, splits into good and bad, groups of parameters. Nothing of it is random once the observations are given.

Run: PYTHONPATH=<a checkout of Optuna 5> /usr/bin/python3 tests/parity/tpe.py > tests/parity/tpe.json
"""
import functools
import json
import random

import numpy as np
import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers._tpe.parzen_estimator import _ParzenEstimator, _ParzenEstimatorParameters
from optuna.samplers._tpe.sampler import _split_trials, default_gamma, default_gamma_multiobjective, default_weights
from optuna.search_space.group_decomposed import _SearchSpaceGroup
from optuna.trial import TrialState, create_trial

optuna.logging.set_verbosity(optuna.logging.ERROR)
rng = random.Random(7)
# Which of several equal observations gets which width is left to an unstable sort; here the earlier one comes first.
np.argsort = functools.partial(np.argsort, kind="stable")

SPACES = [
    {"x": FloatDistribution(-5, 10)},
    {"x": FloatDistribution(1e-5, 1e-1, log=True)},
    {"x": IntDistribution(1, 16)},
    {"x": IntDistribution(8, 512, log=True)},
    {"x": FloatDistribution(0, 0.6, step=0.05)},
    {"x": IntDistribution(0, 1000, step=10)},
    {"x": CategoricalDistribution(["a", "b", "c"])},
    {"lr": FloatDistribution(1e-5, 1, log=True), "decay": FloatDistribution(0, 0.3), "layers": IntDistribution(1, 5),
     "width": IntDistribution(8, 512, log=True), "act": CategoricalDistribution(["r", "t", "g"]),
     "dropout": FloatDistribution(0, 0.6, step=0.05), "bias": CategoricalDistribution([True, False])},
]


def draw(distribution, center):
    """An internal value, often near a center (0 to 1), as in a search that has come to something."""
    if isinstance(distribution, CategoricalDistribution):
        return rng.randrange(len(distribution.choices))
    u = min(max(rng.gauss(center, 0.1), 0), 1) if rng.random() < 0.7 else rng.random()
    low, high = distribution.low, distribution.high
    value = low * (high / low) ** u if distribution.log else low + (high - low) * u
    if isinstance(distribution, IntDistribution):
        return low + round((value - low) / distribution.step) * distribution.step
    if distribution.step is not None:
        return min(low + round((value - low) / distribution.step) * distribution.step, high)
    return min(max(value, low), high)


def described(distribution):
    if isinstance(distribution, CategoricalDistribution):
        return {"choices": len(distribution.choices)}
    return {"int": isinstance(distribution, IntDistribution), "low": distribution.low, "high": distribution.high,
            "log": distribution.log, "step": distribution.step}


def mixture(space, n, prior_weight, uniform):
    rows = [[draw(d, 0.3) for d in space.values()] for _ in range(n)]
    points = [[draw(d, 0.35) for d in space.values()] for _ in range(11)]
    points += [[d.high if not isinstance(d, CategoricalDistribution) else 0 for d in space.values()]]
    parameters = _ParzenEstimatorParameters(prior_weight, True, False, default_weights, True)
    columns = lambda table: {name: np.array([row[i] for row in table], dtype=float) for i, name in enumerate(space)}
    estimator = _ParzenEstimator(columns(rows), space, parameters, np.ones(n) if uniform else None)
    inner = estimator._mixture_distribution
    return {"columns": [described(d) for d in space.values()], "rows": rows, "prior_weight": prior_weight,
            "uniform": uniform, "points": points, "log_density": [float(x) for x in estimator.log_pdf(columns(points))],
            "weights": [float(w) for w in inner.weights],
            "sigmas": [[float(s) for s in d.sigma] if hasattr(d, "sigma") else None for d in inner.distributions]}


def split(directions, n):
    study = optuna.create_study(directions=directions)
    trials = []
    for number in range(n):
        state = rng.choices([TrialState.COMPLETE, TrialState.PRUNED, TrialState.RUNNING], [8, 3, 1])[0]
        if len(directions) > 1 and state == TrialState.PRUNED:
            state = TrialState.COMPLETE  # there, Optuna does not prune
        kind = rng.choice([round, lambda v: v])  # with ties
        values = [kind(rng.gauss(0, 3)) for _ in directions] if state == TrialState.COMPLETE else None
        curve = {}
        if state == TrialState.PRUNED:
            curve = {step: rng.choice([float("nan"), rng.gauss(0, 1)]) for step in range(rng.randrange(4))}
        constraints = {"c": rng.choice([-1.0, -1.0, 0.0, 1.0]), "d": rng.choice([-1.0, 0.5, 0.0, 0.0])}
        if rng.random() < 0.5 or state == TrialState.RUNNING:
            constraints = {}
        trial = create_trial(state=state, values=values, intermediate_values=curve)
        for name, value in constraints.items():
            trial.set_constraint(name, value)
        trial.number = number
        trials.append(trial)
    finished = sum(t.state != TrialState.RUNNING for t in trials)
    count = (default_gamma if len(directions) == 1 else default_gamma_multiobjective)(finished)
    below, above = _split_trials(study, trials, count)
    return {"directions": directions, "count": count, "below": [t.number for t in below],
            "above": [t.number for t in above],
            "trials": [{"state": t.state.name.lower(), "values": t.values or [],
                        "intermediate": [[k, None if v != v else v] for k, v in t.intermediate_values.items()],
                        "constraints": t.constraints} for t in trials]}


def groups():
    names = ["opt", "lr", "momentum", "beta", "nesterov", "layers", "dropout"]
    group, trials = _SearchSpaceGroup(), []
    for _ in range(12):
        adam, deep = rng.random() < 0.5, rng.random() < 0.5
        trial = ["opt", "lr", "layers"] + (["beta"] if adam else ["momentum", "nesterov"]) + (["dropout"] if deep else [])
        trials.append(trial)
        group.add_distributions({name: FloatDistribution(0, 1) for name in trial})
    return {"names": names, "trials": trials, "groups": sorted(sorted(space) for space in group.search_spaces)}


def main():
    mixtures = [mixture(space, n, weight, uniform) for space in SPACES
                for n, weight, uniform in [(0, 1.0, False), (1, 1.0, False), (2, 0.5, False), (9, 1.0, True),
                                           (26, 1.0, False), (110, 1.0, False)]]
    splits = [split(directions, n) for n in (3, 12, 40, 130)
              for directions in (["minimize"], ["maximize"], ["minimize", "maximize"], ["maximize", "minimize", "minimize"])]
    record = {"optuna": optuna.__version__, "mixtures": mixtures, "splits": splits, "groups": [groups() for _ in range(3)]}
    print(json.dumps(record, allow_nan=False))


main()
