#!/usr/bin/python3
"""Prints what a study in an SQLite file costs with hpo and with Optuna, side by side.

  storage.py BENCH [--folder DIR] [--trials 10000]

BENCH is the program storage_bench; Optuna is the one that Python finds (Debian's python3-optuna: /usr/bin/python3). Both
do the same: open a study (20 parameters, 5 reports a trial; of Optuna's also read its trials, as its first ask does);
report and should_prune with the median pruner after 300 trials of 30 steps; 8 processes, each with trials of 20
parameters and 5 reports.
"""
import argparse
import json
import multiprocessing
import sqlite3
import statistics
import subprocess
import tempfile
import time
import warnings

from latency import space, suggest, value

warnings.filterwarnings("ignore")


def ours(bench, *words):
    return json.loads(subprocess.run([bench, *map(str, words)], check=True, text=True, stdout=subprocess.PIPE).stdout)


def opened(folder, trials):
    """Of the study that hpo's bench has written: both open the same file, once it says that it is of Optuna 3.1."""
    import optuna
    with sqlite3.connect(f"{folder}/open.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'v3.0.0.d'")
    times = []
    for _ in range(3):
        start = time.perf_counter()
        study = optuna.load_study(study_name=None, storage=f"sqlite:///{folder}/open.db")
        assert len(study.trials) == trials
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def reported(folder):
    import optuna
    study = optuna.create_study(storage=f"sqlite:///{folder}/optuna_report.db", pruner=optuna.pruners.MedianPruner())
    for i in range(300):
        study.add_trial(optuna.create_trial(value=float(i), intermediate_values={k: float(i) for k in range(30)}))
    trial, times = study.ask(), []
    for step in range(30):
        start = time.perf_counter()
        trial.report(0.0, step)
        trial.should_prune()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def work(url, trials, barrier, queue, seconds):
    import optuna
    optuna.logging.set_verbosity(optuna.logging.CRITICAL)
    study = optuna.load_study(study_name="workers", storage=url, sampler=optuna.samplers.RandomSampler())
    params, done, errors = space(), 0, 0
    barrier.wait()
    start = time.time()
    while done + errors < trials and time.time() - start < seconds:
        try:
            trial = study.ask()
            values = suggest(trial, params)
            for step in range(5):
                trial.report(float(step), step)
            study.tell(trial, value(values))
            done += 1
        except Exception:  # what a user would see
            errors += 1
    queue.put((done, errors, time.time() - start))


def worked(folder, processes, trials, seconds=60):
    import optuna
    url = f"sqlite:///{folder}/optuna_workers.db"
    study = optuna.create_study(study_name="workers", storage=url)
    queue, barrier = multiprocessing.Queue(), multiprocessing.Barrier(processes)
    all_ = [multiprocessing.Process(target=work, args=(url, trials, barrier, queue, seconds)) for _ in range(processes)]
    for process in all_:
        process.start()
    results = [queue.get() for _ in all_]
    for process in all_:
        process.join()
    done, errors, longest = sum(r[0] for r in results), sum(r[1] for r in results), max(r[2] for r in results)
    stale = sum(trial.state == optuna.trial.TrialState.RUNNING for trial in study.get_trials(deepcopy=False))
    return f"{done / longest:.1f} trials/s, {errors} errors, {stale} stale"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench")
    parser.add_argument("--folder", help="where the databases are written; a temporary folder by default")
    parser.add_argument("--trials", type=int, default=10000)
    args = parser.parse_args()
    import optuna
    optuna.logging.set_verbosity(optuna.logging.CRITICAL)
    print(f"{'':44} {'ours':34} Optuna {optuna.__version__}")
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        mine = ours(args.bench, "open", folder, args.trials)
        print(f"{f'open {args.trials} trials, ms':44} {mine['ms']:<34} {opened(folder, args.trials):.0f}", flush=True)
        mine = ours(args.bench, "report", folder, "median")
        print(f"{'report + should_prune, ms':44} {mine['ms']:<34} {reported(folder):.2f}", flush=True)
        mine = ours(args.bench, "workers", folder, 8, 200)
        said = f"{mine['trials_per_s']:.0f} trials/s, {mine['errors']} errors, {mine['stale']} stale"
        print(f"{'8 processes':44} {said:34} {worked(folder, 8, 200)}", flush=True)


if __name__ == "__main__":
    main()
