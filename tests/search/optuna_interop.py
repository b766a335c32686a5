"""The other side of optuna_interop_test.cpp: what Optuna itself makes of a study database.

  optuna_interop.py dump DATABASE STUDY          everything that it reads, one line a trial
  optuna_interop.py run2 DATABASE STUDY N        N more trials of two objectives with NSGA-II; the numbers of the best
  optuna_interop.py run DATABASE STUDY N         N more trials with TPE and the median pruner, on the space below
"""
import json
import sys
import warnings

warnings.simplefilter("ignore")
import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)


def text(value):
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "%.17g" % value if isinstance(value, float) else str(value)


def dump(study):
    print("D", " ".join(d.name.lower() for d in study.directions))
    if len(study.directions) == 1 and any(t.state.name == "COMPLETE" for t in study.trials):
        print("B", study.best_trial.number, text(study.best_value))
    for trial in study.trials:
        print("T", trial.number, trial.state.name, *map(text, trial.values or []))
        print(" ", *(str(t) if t is None else t.isoformat(" ", "microseconds") for t in (trial.datetime_start, trial.datetime_complete)))
        for name, value in sorted(trial.params.items()):
            print("  p", name, text(value), optuna.distributions.distribution_to_json(trial.distributions[name]))
        for step, value in sorted(trial.intermediate_values.items()):
            print("  i", step, text(float(value)))
        for name, value in sorted(trial.user_attrs.items()):
            print("  u", name, json.dumps(value))
        if "fixed_params" in trial.system_attrs:
            print("  f", json.dumps(trial.system_attrs["fixed_params"]))


def objective(trial):
    lr = trial.suggest_float("optim.lr", 1e-5, 1e-1, log=True)
    dropout = trial.suggest_float("dropout", 0.0, 0.5, step=0.25)
    layers = trial.suggest_int("layers", 1, 3)
    width = trial.suggest_int("width", 32, 512, log=True) if layers >= 2 else 64
    kind = trial.suggest_categorical("kind", ["cls", None, True, 2, 3.5])
    value = abs(lr - 1e-3) + dropout + abs(width - 128) / 100 + (kind != "cls")
    for step in range(1, 4):
        trial.report(value + 1 / step, step)
        if trial.should_prune():
            raise optuna.TrialPruned()
    if trial.number % 10 == 9:
        raise ValueError("this one fails")
    return value


def two_objectives(trial):
    x = trial.suggest_float("x", 0.0, 1.0)
    y = trial.suggest_int("y", 1, 8)
    return x * y, 1 - x + 1 / y


verb, path, name = sys.argv[1:4]
storage = "sqlite:///" + path
if verb == "dump":
    dump(optuna.load_study(study_name=name, storage=storage))
elif verb == "run2":
    study = optuna.create_study(study_name=name, storage=storage, load_if_exists=True, directions=["minimize", "maximize"],
                                sampler=optuna.samplers.NSGAIISampler(seed=1, population_size=4))
    study.optimize(two_objectives, n_trials=int(sys.argv[4]))
    print(sorted(t.number for t in study.best_trials))
else:
    study = optuna.create_study(study_name=name, storage=storage, load_if_exists=True,
                                sampler=optuna.samplers.TPESampler(seed=1, multivariate=True, n_startup_trials=5))
    study.optimize(objective, n_trials=int(sys.argv[4]), catch=(ValueError,))
