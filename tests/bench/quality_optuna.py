"""The functions of quality_objectives.hpp for Optuna, and its samplers by name."""
import math

import optuna


def branin(t):
    x, y = t.suggest_float("x1", -5.0, 10.0), t.suggest_float("x2", 0.0, 15.0)
    b, c, s = 5.1 / (4 * math.pi**2), 5.0 / math.pi, 1.0 / (8 * math.pi)
    return (y - b * x * x + c * x - 6.0) ** 2 + 10.0 * (1 - s) * math.cos(x) + 10.0


ALPHA = [1.0, 1.2, 3.0, 3.2]
A = [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
P = [[1312, 1696, 5569, 124, 8283, 5886], [2329, 4135, 8307, 3736, 1004, 9991],
     [2348, 1451, 3522, 2883, 3047, 6650], [4047, 8828, 8732, 5743, 1091, 381]]


def hartmann6(t):
    x = [t.suggest_float(f"x{i}", 0.0, 1.0) for i in range(6)]
    return -sum(w * math.exp(-sum(a * (v - 1e-4 * p) ** 2 for a, v, p in zip(row, x, peak)))
                for w, row, peak in zip(ALPHA, A, P))


def rosenbrock5(t):
    x = [t.suggest_float(f"x{i}", -5.0, 10.0) for i in range(5)]
    return sum(100.0 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2 for i in range(4))


def ackley(x):
    squares, waves = sum(v * v for v in x) / len(x), sum(math.cos(2 * math.pi * v) for v in x) / len(x)
    return -20.0 * math.exp(-0.2 * math.sqrt(squares)) - math.exp(waves) + 20.0 + math.e


def ackley10(t):
    return ackley([t.suggest_float(f"x{i}", -32.768, 32.768) for i in range(10)])


SHIFT = [12.0, -9.0, 17.0, -21.0, 6.0, -14.0, 19.0, -5.0, 10.0, -18.0]


def ackley10s(t):
    return ackley([t.suggest_float(f"x{i}", -32.768, 32.768) - SHIFT[i] for i in range(10)])


def condmix(t):
    opt = t.suggest_categorical("opt", ["sgd", "adam", "rmsprop"])
    lr = t.suggest_float("lr", 1e-5, 1.0, log=True)
    layers = t.suggest_int("layers", 1, 5)
    width = t.suggest_int("width", 8, 512, log=True)
    act = t.suggest_categorical("act", ["relu", "tanh", "gelu"])
    u, v = math.log10(lr) - {"sgd": -1.0, "adam": -3.0, "rmsprop": -3.5}[opt], math.log2(width / 128.0)
    f = 0.5 * u * u + 0.3 * u * v + 0.2 * v * v + 0.05 * (layers - 3) ** 2
    f += {"gelu": 0.0, "relu": 0.05, "tanh": 0.2}[act]
    if opt == "sgd":
        f += 0.10 + 4.0 * (t.suggest_float("momentum", 0.0, 0.99) - 0.9) ** 2
    elif opt == "adam":
        f += 4.0 * (t.suggest_float("beta1", 0.5, 0.999) - 0.9) ** 2
    else:
        f += 0.15
    return f + (2.0 * (t.suggest_float("dropout", 0.0, 0.6, step=0.05) - 0.2) ** 2 if layers >= 3 else 0.1)


OBJECTIVES = {  # name -> (function, its least value)
    "branin": (branin, 0.39788735772973816), "hartmann6": (hartmann6, -3.322368011391339),
    "rosenbrock5": (rosenbrock5, 0.0), "ackley10": (ackley10, 0.0), "ackley10s": (ackley10s, 0.0), "condmix": (condmix, 0.0)}


def make_sampler(name, seed):
    samplers = optuna.samplers
    return {"random": lambda: samplers.RandomSampler(seed=seed),
            "tpe_default": lambda: samplers.TPESampler(seed=seed),
            "tpe_univariate": lambda: samplers.TPESampler(seed=seed, multivariate=False),
            "tpe_mv": lambda: samplers.TPESampler(seed=seed, multivariate=True),
            "tpe_mv_group": lambda: samplers.TPESampler(seed=seed, multivariate=True, group=True),
            "cmaes": lambda: samplers.CmaEsSampler(seed=seed),
            "gp": lambda: samplers.GPSampler(seed=seed)}[name]()
