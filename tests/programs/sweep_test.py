"""The way of a sweep: tune, continue, interrupt, kill, retrain, evaluate, predict."""
import csv
import random
import signal
import time

from support import *


def tunes_and_says_where_everything_lies(folder):
    result = tune(folder / "run", "--n-trials", 3).expect(0, out=r"best: trial \d with macro_f1 0\.\d+")
    for path in ("config.toml", "study.db", "trials.csv", "trials.jsonl", "model/config.json", "model/model.safetensors",
                 "model/vocab.txt", "model/README.md", "model/hpo.json"):
        assert (folder / "run" / path).exists(), path
    assert re.search(r"retrain +\S*criteria train --config \S+ --from-study criteria --trial \d", result.out)
    assert sum(states(folder / "run").values()) == 3
    with open(folder / "run/trials.csv", newline="") as table:
        assert [row["number"] for row in csv.DictReader(table)] == ["0", "1", "2"]


def a_second_tune_continues_the_study(folder):
    run_folder, total = folder / "run", ("--set", "study.trials=3")
    tune(run_folder, *total, "--n-trials", 2).expect(0)
    tune(run_folder, *total).expect(0)
    assert sum(states(run_folder).values()) == 3
    tune(run_folder, *total).expect(0, out="of 3 trials")
    assert sum(states(run_folder).values()) == 3
    tune(run_folder, *total, "--n-trials", 1).expect(0)
    assert sum(states(run_folder).values()) == 4


def the_written_configuration_reproduces_the_run(folder):
    tune(folder / "a", "--n-trials", 3, "--parallel", 1).expect(0)
    run("criteria", "tune", "--config", folder / "a/config.toml", "--outdir", folder / "b", "--n-trials", 3, "--parallel", 1,
        "--storage", f"sqlite:///{folder}/b.db", cwd="/").expect(0)
    query = ("SELECT t.number, t.state, p.param_name, p.param_value, v.value FROM trials t JOIN trial_params p USING (trial_id) "
             "LEFT JOIN trial_values v USING (trial_id) ORDER BY 1, 3")
    first, second = rows(folder / "a/study.db", query), rows(folder / "b.db", query)
    assert first and first == second, "parameters and values differ"


def evaluate_and_retrain_give_the_trials_score_exactly(folder):
    with open(ROOT / "examples/data/criteria.csv", newline="") as source:
        lines = list(csv.reader(source))
    head, body = lines[0], lines[1:]
    random.Random(5).shuffle(body)
    for name, part in (("train", body[:200]), ("valid", body[200:300])):
        with open(folder / f"{name}.csv", "w", newline="") as out:
            csv.writer(out).writerows([head, *part])
    data = ["--set", f"data.train={folder}/train.csv", "--set", f"data.valid={folder}/valid.csv", "--set", "data.group=",
            "--set", "train.epochs=2", "--set", "pruner.name=none"]
    tune(folder / "run", "--n-trials", 3, *data, quick=[]).expect(0)
    best = best_value(folder / "run")
    evaluated = run("criteria", "evaluate", "--model", folder / "run/model", "--input", folder / "valid.csv").expect(0)
    assert metric(evaluated.out, "macro_f1") == best, (evaluated.out, best)
    for trial in ([], ["--trial", "best"]):
        again = run("criteria", "train", "--config", folder / "run/config.toml", "--from-study", "criteria", *trial).expect(0)
        assert metric(again.out, "macro_f1") == best, (again.out, best)

    # predictions without labels agree with the score
    with open(folder / "new.csv", "w", newline="") as out:
        csv.writer(out).writerows([["text"], *[[row[2]] for row in body[200:300]]])
    run("criteria", "predict", "--model", folder / "run/model", "--input", folder / "new.csv", "--output",
        folder / "said.csv").expect(0, out="100 predictions")
    with open(folder / "said.csv", newline="") as said:
        right = sum(row["label"] == truth[3] for row, truth in zip(csv.DictReader(said), body[200:300]))
    assert right / 100 == metric(evaluated.out, "accuracy")


def train_alone_takes_the_middle_and_says_so(folder):
    run("criteria", "train", "--config", "configs/criteria.toml", "--outdir", folder, *QUICK, "--set", "space.optim.lr=1e-3") \
        .expect(0, out="model .*/model", err="middle of its range: optim.lr=0.001")
    assert (folder / "model/model.safetensors").exists()


def interrupt_once_finishes_what_runs_twice_stops_now(folder):
    for times in (1, 2):
        run_folder = folder / str(times)
        sweep = start("criteria", "tune", "--config", "configs/criteria.toml", "--outdir", run_folder, "--n-trials", 50,
                      "--parallel", 2, "--set", "train.epochs=4", "--set", "pruner.name=none")
        wait_for(lambda: states(run_folder).get("COMPLETE", 0) >= 1, "a complete trial", 120)
        for _ in range(times):
            sweep.send_signal(signal.SIGINT)
            time.sleep(0.3)
        out, err = sweep.communicate(timeout=120)
        assert sweep.returncode == 3, (sweep.returncode, out, err)
        assert "best: trial" in out
        left = states(run_folder)
        assert left.get("RUNNING", 0) == 0 and left["COMPLETE"] >= 1, left
        assert left.get("FAIL", 0) == 0 if times == 1 else left.get("FAIL", 0) <= 2, left


def a_killed_sweep_goes_on(folder):
    words = ["tune", "--config", "configs/criteria.toml", "--outdir", folder / "run", "--set", "study.trials=6", *QUICK,
             "--set", "pruner.name=none"]
    sweep = start("criteria", *words)
    wait_for(lambda: states(folder / "run").get("COMPLETE", 0) >= 2, "two trials", 120)
    finished = dict(rows(folder / "run/study.db", "SELECT number, value FROM trials JOIN trial_values USING (trial_id)"))
    sweep.kill()
    sweep.communicate()
    run("criteria", *words).expect(0)
    left = states(folder / "run")
    assert left["COMPLETE"] == 6 and left.get("RUNNING", 0) == 0, left
    after = dict(rows(folder / "run/study.db", "SELECT number, value FROM trials JOIN trial_values USING (trial_id)"))
    assert all(after[number] == value for number, value in finished.items()), "a finished trial changed"


def failed_trials_have_a_cause_and_end_the_sweep(folder):
    tune(folder / "run", "--set", "space.optim.lr=1e30", "--set", "train.clip_norm=0").expect(4, out="too many failed")
    (cause,) = rows(folder / "run/study.db", "SELECT value_json FROM trial_user_attributes WHERE key='hpo:cause'")[0]
    assert "expected a finite" in cause and "learning rate" in cause, cause


def the_study_opens_in_optuna(folder):
    tune(folder / "run", "--n-trials", 4).expect(0)
    if subprocess.run([sys.executable, "-c", "import optuna"], capture_output=True).returncode != 0:
        print("skipped: no python3-optuna")
        return
    import optuna
    study = optuna.load_study(study_name="criteria", storage=f"sqlite:///{folder}/run/study.db")
    assert study.direction == optuna.study.StudyDirection.MAXIMIZE
    assert len(study.trials) == 4 and study.best_value == best_value(folder / "run")
    for trial in study.trials:
        assert trial.state.is_finished() and trial.datetime_complete >= trial.datetime_start
        assert 2e-4 <= trial.params["optim.lr"] <= 2e-3 and trial.params["head.pooling"] in ("cls", "mean", "max")
        assert ("head.width" in trial.params) == (trial.params["head.layers"] >= 2)
        assert trial.intermediate_values and max(trial.intermediate_values.values()) >= trial.values[0]
    again = tune(folder / "run", "--n-trials", 1).expect(0)  # and hpo goes on after Optuna has been there
    assert sum(states(folder / "run").values()) == 5


ENQUEUED = """
# [enqueue]
[[enqueue]]
optim.lr = 1e-3
head.pooling = "mean"
# [enqueue]
"""


def a_sweep_begins_with_what_is_enqueued_and_stops_when_it_is_good(folder):
    config = folder / "enqueued.toml"
    config.write_text((ROOT / "configs/criteria.toml").read_text() + ENQUEUED)
    stops = ["--set", "study.target=0.01", "--set", 'space.constraints=["head.layers * train.batch_size <= 64"]']
    tune(folder / "run", "--parallel", 1, *stops, config=config).expect(0, out="done: the target is reached")
    query = "SELECT param_name, param_value FROM trial_params JOIN trials USING (trial_id) WHERE number=0"
    first = dict(rows(folder / "run/study.db", query))
    assert first["optim.lr"] == 1e-3 and sum(states(folder / "run").values()) == 1, first
    assert first["head.layers"] * (8, 16, 32)[int(first["train.batch_size"])] <= 64
    tune(folder / "run", "--n-trials", 1, *stops, "--set", "study.target=1", config=config).expect(0)
    assert sum(states(folder / "run").values()) == 2  # enqueued once, and the target is not reached by what is there
    tune(folder / "run", config=config, quick=[*QUICK, "--set", 'space.constraints=["head.layers <"]']).expect(
        2, err="constraint 'head.layers <': expected a comparison")


def a_small_space_is_tried_once_and_another_study_teaches(folder):
    few = []
    for setting in ("optim.lr=1e-3", "encoder.dropout=0.1", "head.dropout=0.1", "head.layers=1", 'schedule.kind="linear"',
                    "schedule.warmup=0.1", "train.batch_size=16", 'head.pooling=["cls", "mean"]'):
        few += ["--set", "space." + setting]
    tune(folder / "old", *few).expect(0, out="done: every configuration was tried", err="each of the .*2 configurations")
    assert sum(states(folder / "old").values()) == 2, states(folder / "old")  # the pruner may have ended one early
    source = f"sqlite:///{folder}/old/study.db#criteria"
    tune(folder / "new", "--n-trials", 1, "--set", f'study.warm_start="{source}"').expect(0, err="2 of 2 trials of .* taken over")
    assert sum(states(folder / "new").values()) == 3
    tune(folder / "new", "--n-trials", 1, "--set", f'study.warm_start="{source}"').expect(0, err="0 of 2 trials")
    tune(folder / "new", "--n-trials", 1, "--set", 'study.warm_start="nowhere"').expect(2, err="expected DATABASE#NAME")


main([tunes_and_says_where_everything_lies, a_second_tune_continues_the_study, the_written_configuration_reproduces_the_run,
      evaluate_and_retrain_give_the_trials_score_exactly, train_alone_takes_the_middle_and_says_so,
      interrupt_once_finishes_what_runs_twice_stops_now, a_killed_sweep_goes_on, failed_trials_have_a_cause_and_end_the_sweep,
      the_study_opens_in_optuna, a_sweep_begins_with_what_is_enqueued_and_stops_when_it_is_good,
      a_small_space_is_tried_once_and_another_study_teaches])
