#!/usr/bin/python3
"""Records what Optuna finds important in studies, for tests/report/importance_parity_test.cpp.

Run: PYTHONPATH=<folder that holds an optuna with conditional PED-ANOVA> /usr/bin/python3 tests/parity/importance.py \
         > tests/parity/importance.json                                      (made with a snapshot of 5.0.0.dev)

Each study is run by a sampler, its numbers are cut to six digits, and the importances are asked of what is left. A trial
is its values and its parameters, each [parameter, distribution, internal value], indices into the tables of the study.
An answer is [target quantile, region quantile, objective or null for all, {parameter: importance before normalizing}].
"""
import json
import math
import warnings

import numpy as np
import optuna
from optuna.importance import PedAnovaImportanceEvaluator

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)


def branin(t):
    x, y = t.suggest_float("x1", -5.0, 10.0), t.suggest_float("x2", 0.0, 15.0)
    b, c, s = 5.1 / (4 * math.pi ** 2), 5.0 / math.pi, 1.0 / (8 * math.pi)
    return (y - b * x * x + c * x - 6.0) ** 2 + 10.0 * (1 - s) * math.cos(x) + 10.0


ALPHA = np.array([1.0, 1.2, 3.0, 3.2])
A = np.array([[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]])
P = 1e-4 * np.array([[1312, 1696, 5569, 124, 8283, 5886], [2329, 4135, 8307, 3736, 1004, 9991],
                     [2348, 1451, 3522, 2883, 3047, 6650], [4047, 8828, 8732, 5743, 1091, 381]])


def hartmann6(t):
    x = np.array([t.suggest_float(f"x{i}", 0.0, 1.0) for i in range(6)])
    return float(-np.sum(ALPHA * np.exp(-np.sum(A * (x - P) ** 2, axis=1))))


def rosenbrock5(t):
    x = [t.suggest_float(f"x{i}", -5.0, 10.0) for i in range(5)]
    return sum(100.0 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2 for i in range(4))


def condmix(t, narrow=False):
    opt = t.suggest_categorical("opt", ["sgd", "adam", "rmsprop"])
    lr = t.suggest_float("lr", 1e-4 if narrow else 1e-5, 1e-1 if narrow else 1.0, log=True)
    layers, width = t.suggest_int("layers", 1, 5), t.suggest_int("width", 8, 512, log=True)
    act = t.suggest_categorical("act", ["relu", "tanh", "gelu"])
    u = math.log10(lr) - {"sgd": -1.0, "adam": -3.0, "rmsprop": -3.5}[opt]
    v = math.log2(width / 128.0)
    f = 0.5 * u * u + 0.3 * u * v + 0.2 * v * v + 0.05 * (layers - 3) ** 2
    f += {"gelu": 0.0, "relu": 0.05, "tanh": 0.2}[act]
    if opt == "sgd":
        f += 0.10 + 4.0 * (t.suggest_float("momentum", 0.0, 0.99) - 0.9) ** 2
    elif opt == "adam":
        f += 4.0 * (t.suggest_float("beta1", 0.5, 0.999) - 0.9) ** 2
    else:
        f += 0.15
    return f + (2.0 * (t.suggest_float("dropout", 0.0, 0.6, step=0.05) - 0.2) ** 2 if layers >= 3 else 0.1)


def narrowed(t):
    return condmix(t, narrow=t.number >= 70)


def speed_and_quality(t):
    quality = -condmix(t)
    return t.params["width"] * t.params["layers"] / 100.0, round(quality, 1)  # the second one with equal values


def three(t):
    x, y, z = (t.suggest_float(n, 0.0, 1.0) for n in "xyz")
    k = t.suggest_int("k", 0, 120, step=10)
    return (x - 0.2) ** 2 + 0.3 * y, (x - 0.8) ** 2 + 0.1 * z, (y - 0.5) ** 2 + k / 200.0


def cut(number):
    return float(f"{number:.6g}")


def study_of(objective, sampler, n, directions):
    s = optuna.samplers.RandomSampler(seed=n) if sampler == "random" else optuna.samplers.TPESampler(seed=n)
    study = optuna.create_study(directions=directions, sampler=s)
    study.optimize(objective, n_trials=n)
    again = optuna.create_study(directions=directions)
    for t in study.trials:
        params = {k: cut(v) if isinstance(v, float) and t.distributions[k].step is None else v for k, v in t.params.items()}
        again.add_trial(optuna.create_trial(values=[cut(v) for v in t.values], params=params, distributions=t.distributions))
    return again


def record(name, objective, sampler, n, directions=("minimize",)):
    study = study_of(objective, sampler, n, list(directions))
    params, distributions, trials = [], [], []
    for t in study.trials:
        row = []
        for k, v in t.params.items():
            text = optuna.distributions.distribution_to_json(t.distributions[k])
            if k not in params:
                params.append(k)
            if text not in distributions:
                distributions.append(text)
            row.append([params.index(k), distributions.index(text), t.distributions[k].to_internal_repr(v)])
        trials.append([t.values, row])
    answers = []
    objectives = [None] + (list(range(len(directions))) if len(directions) > 1 else [])
    for target_quantile, region_quantile in ((0.1, 1.0), (0.25, 1.0), (0.1, 0.5)):
        evaluator = PedAnovaImportanceEvaluator(target_quantile=target_quantile, region_quantile=region_quantile)
        for o in objectives:
            sign = 1 if o is None or directions[o] == "minimize" else -1
            target = None if o is None else lambda t: sign * t.values[o]
            answers.append([target_quantile, region_quantile, o, evaluator.evaluate(study, target=target)])
    return {"name": f"{name}, {sampler}", "directions": directions, "params": params, "distributions": distributions,
            "trials": trials, "answers": answers}


studies = [record("branin", branin, "random", 100), record("branin", branin, "tpe", 150),
           record("hartmann6", hartmann6, "tpe", 200), record("hartmann6, upside down", lambda t: -hartmann6(t), "random", 120, ["maximize"]),
           record("rosenbrock5", rosenbrock5, "random", 150), record("rosenbrock5", rosenbrock5, "tpe", 120),
           record("condmix", condmix, "random", 250), record("condmix", condmix, "tpe", 150),
           record("narrowed", narrowed, "tpe", 140),
           record("two objectives", speed_and_quality, "tpe", 150, ["minimize", "maximize"]),
           record("two objectives", speed_and_quality, "random", 201, ["minimize", "maximize"]),
           record("three objectives", three, "random", 120, ["minimize"] * 3)]
print(json.dumps({"optuna": optuna.__version__, "studies": studies}, separators=(",", ":")))
