#!/usr/bin/python3
"""Records what CMA-ES as in Hansen's tutorial (arXiv:1604.00772v2) makes of a few generations, and what the margin of
Hamano et al. (GECCO 2022) then changes, for tests/search/cmaes/cmaes_test.cpp and cmaes_margin_test.cpp.

Run: /usr/bin/python3 tests/parity/cmaes.py > tests/parity/cmaes.json        (Debian's python3-numpy and python3-scipy)

Written from the papers with matrices where the library has loops: the inverse root of C from an eigendecomposition, the
margin with scipy's distributions.
"""
import json

import numpy as np
from scipy import stats


def constants(n, lam):
    raw = np.log((lam + 1) / 2) - np.log(np.arange(1, lam + 1))
    mu = lam // 2
    mueff = raw[:mu].sum() ** 2 / (raw[:mu] ** 2).sum()
    mueff_minus = raw[mu:].sum() ** 2 / (raw[mu:] ** 2).sum()
    csigma = (mueff + 2) / (n + mueff + 5)
    dsigma = 1 + 2 * max(0, np.sqrt((mueff - 1) / (n + 1)) - 1) + csigma
    cc = (4 + mueff / n) / (n + 4 + 2 * mueff / n)
    c1 = 2 / ((n + 1.3) ** 2 + mueff)
    cmu = min(1 - c1, 2 * (1 / 4 + mueff + 1 / mueff - 2) / ((n + 2) ** 2 + mueff))
    alpha = min(1 + c1 / cmu, 1 + 2 * mueff_minus / (mueff + 2), (1 - c1 - cmu) / (n * cmu))
    weights = np.where(raw >= 0, raw / raw[raw > 0].sum(), raw * alpha / -raw[raw < 0].sum())
    chi = np.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n))
    return dict(weights=weights, mu=mu, mueff=mueff, csigma=csigma, dsigma=dsigma, cc=cc, c1=c1, cmu=cmu, chi=chi)


def update(state, points):
    n, lam = len(state["mean"]), len(points)
    k = constants(n, lam)
    y = (np.array(points) - state["mean"]) / state["sigma"]
    values, vectors = np.linalg.eigh(state["C"])
    inverse_root = vectors @ np.diag(values ** -0.5) @ vectors.T
    yw = k["weights"][:k["mu"]] @ y[:k["mu"]]
    mean = state["mean"] + state["sigma"] * yw
    cs, cc = k["csigma"], k["cc"]
    ps = (1 - cs) * state["ps"] + np.sqrt(cs * (2 - cs) * k["mueff"]) * inverse_root @ yw
    length = np.linalg.norm(ps)
    hsigma = length / np.sqrt(1 - (1 - cs) ** (2 * (state["g"] + 1))) < (1.4 + 2 / (n + 1)) * k["chi"]
    pc = (1 - cc) * state["pc"] + hsigma * np.sqrt(cc * (2 - cc) * k["mueff"]) * yw
    mahalanobis = np.linalg.norm(y @ inverse_root, axis=1)
    w = k["weights"] * np.where(k["weights"] >= 0, 1, n / mahalanobis ** 2)
    delta = (1 - hsigma) * cc * (2 - cc)
    C = (1 + k["c1"] * delta - k["c1"] - k["cmu"] * k["weights"].sum()) * state["C"]
    C = C + k["c1"] * np.outer(pc, pc) + k["cmu"] * (y.T * w) @ y
    sigma = state["sigma"] * np.exp(cs / k["dsigma"] * (length / k["chi"] - 1))
    return dict(mean=mean, sigma=sigma, C=C, ps=ps, pc=pc, g=state["g"] + 1), bool(hsigma)


def margin(mean, scale, A, cells, alpha):
    """One parameter with `cells` values of equal width on [0, 1]; scale = sigma sqrt(C_ii)."""
    thresholds = np.arange(1, cells) / cells
    k = np.searchsorted(thresholds, mean)
    reach = np.sqrt(stats.chi2.ppf(1 - 2 * alpha, 1)) * scale * A
    if k == 0 or k == cells - 1:
        close = thresholds[0] if k == 0 else thresholds[-1]
        return close + np.sign(mean - close) * min(abs(mean - close), reach), A
    low, up = thresholds[k - 1], thresholds[k]
    p_low, p_up = stats.norm.cdf(low, mean, scale * A), stats.norm.sf(up, mean, scale * A)
    p_mid = 1 - p_low - p_up
    q_low, q_up = max(p_low, alpha / 2), max(p_up, alpha / 2)
    excess = (1 - q_low - q_up - p_mid) / (q_low + q_up + p_mid - 3 * alpha / 2)
    q_low, q_up = q_low + excess * (q_low - alpha / 2), q_up + excess * (q_up - alpha / 2)
    r_low, r_up = (np.sqrt(stats.chi2.ppf(1 - 2 * q, 1)) for q in (q_low, q_up))
    A = (up - low) / (scale * (r_low + r_up))
    return (low * r_up + up * r_low) / (r_low + r_up), A


rng = np.random.RandomState(5)
record = {"runs": [], "margins": []}
for n, lam, generations in ((2, 6, 5), (5, 8, 5), (3, 11, 3), (1, 4, 4)):
    state = dict(mean=np.full(n, 0.5), sigma=0.2, C=np.eye(n), ps=np.zeros(n), pc=np.zeros(n), g=0)
    k = constants(n, lam)
    run = {"constants": {name: value.tolist() if isinstance(value, np.ndarray) else value for name, value in k.items()},
           "mean": state["mean"].tolist(), "sigma": state["sigma"], "generations": []}
    for g in range(generations):
        spread = 6.0 if g == 2 else 1.0  # far enough, once, for h_sigma to be 0
        root = np.linalg.cholesky(state["C"])
        points = state["mean"] + state["sigma"] * spread * rng.randn(lam, n) @ root.T
        points = points[np.argsort(points @ np.arange(1, n + 1))]
        state, moved = update(state, points)
        run["generations"].append({"points": points.tolist(), "h_sigma": moved, "mean": state["mean"].tolist(),
                                   "sigma": state["sigma"], "covariance": state["C"].tolist()})
    record["runs"].append(run)
for mean, scale, A, cells in ((0.5, 0.001, 1.0, 5), (0.41, 0.02, 1.0, 5), (0.55, 0.3, 2.0, 5), (0.05, 0.001, 1.0, 5),
                              (-0.4, 0.1, 1.0, 5), (0.97, 0.01, 3.0, 5), (0.3, 0.001, 1.0, 2), (0.52, 0.05, 1.0, 7)):
    moved, A_new = margin(mean, scale, A, cells, 1 / 18)
    record["margins"].append({"mean": mean, "scale": scale, "widening": A, "cells": cells, "alpha": 1 / 18,
                              "new_mean": moved, "new_widening": A_new})
print(json.dumps(record))
