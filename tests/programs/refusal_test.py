"""What the programs refuse, and what they say: one clear line, exit status 2, nothing half done."""
import shutil

from support import *

CSV = "examples/data/criteria.csv"


def the_command_line_is_checked(folder):
    for words, expected in [
        ([], "expected a verb"),
        (["tnue"], "no verb is called 'tnue'; did you mean 'tune'"),
        (["tune"], "--config: expected this option"),
        (["tune", "--confg", "x"], "no option is called '--confg'; did you mean '--config'"),
        (["tune", "--config", "x.toml", "--n-trials", "0"], "--n-trials: expected a whole number, 1 or more, got '0'"),
        (["tune", "--config", folder / "none.toml"], "none.toml: cannot be opened: No such file"),
        (["best", "--storage", f"sqlite:///{folder}/none.db", "--study", "x"], "expected a study database, got nothing there"),
        (["train", "--config", "configs/criteria.toml", "--outdir", folder / "o", "--from-study", "x", "--storage",
          f"sqlite:///{folder}/none.db"], "expected a study database"),
        (["evaluate", "--model", folder, "--input", CSV], "expected a model folder that hpo exported"),
    ]:
        result = run("criteria", *words).expect(2, err=expected.replace("(", r"\("))
        assert result.err.count("\n") == 1 and not result.out, result.err


def a_configuration_is_checked_whole(folder):
    text = (ROOT / "configs/criteria.toml").read_text()
    text = text.replace("lr = [2e-4, 2e-3]", "lr = [2e-3, 2e-4]").replace("trials = 24", "trails = 24").replace("[pruner]", "[prunner]")
    (folder / "wrong.toml").write_text(text)
    result = run("criteria", "tune", "--config", "wrong.toml", "--outdir", folder / "run", cwd=folder)
    result.expect(2, err=r"wrong.toml:\d+:1: study.trails: no such key; did you mean 'trials'\?; known: name, metric, trials")
    assert re.search(r"wrong.toml:\d+:6: space.optim.lr: expected low [<≤]=? ?high, got \[2e-3, 2e-4\]", result.err), result.err
    assert re.search(r"wrong.toml:\d+:\d+: prunner: no such section; did you mean 'pruner'", result.err), result.err
    assert result.err.count("\n") == 3 and not (folder / "run").exists()
    for setting, expected in [
        ("study.metric=f1", "study.metric: no metric is called 'f1'"),
        ("space.optim.lrr=1", "space.optim.lrr: no such|no parameter"),
        ("space.head.pooling=[\"cls\",\"avg\"]", "expected one of cls, mean, max"),
        ("train.optim.lr=1e-3", "train.optim.lr: no such key"),
        ("train.epochs=0", "train.epochs: expected a whole number, 1 or more, got 0"),
        ("encoder.max_length=4096", "encoder.max_length: expected at most 128"),
        ("study.storage=mysql://x", "expected sqlite:///relative.db"),
    ]:
        result = tune(folder / "run", "--set", setting)
        assert result.code == 2 and re.search(expected, result.err), (setting, result.code, result.err)


def data_is_checked_before_anything_is_trained(folder):
    head = "text,label\n"
    for name, content, expected in [
        ("empty.csv", "", "empty"),
        ("column.csv", "sentence,label\na,fine\n", "no column is called 'text'|expected a column"),
        ("label.csv", head + "a,fine\nb,fault\nc,broken\n", r"label.csv:4: .*expected a known class, got 'broken'"),
        ("ragged.csv", head + "a,fine\nb,fault,c\n", r"ragged.csv:3"),
        ("nul.csv", head + "a\0b,fine\n", r"nul.csv:2"),
        ("latin.csv", None, r"latin.csv:2"),
    ]:
        path = folder / name
        path.write_bytes(b"text,label\ncaf\xe9,fine\n") if content is None else path.write_text(content)
        result = run("criteria", "tune", "--config", "configs/criteria.toml", "--outdir", folder / "run",
                     "--set", f"data.train={path}", "--set", "data.group=")
        result.expect(2, err=expected)
        assert result.err.count("\n") == 1 and not (folder / "run").exists(), result.err


def models_are_checked_before_a_trial_is_spent(folder):
    def fixture(name):
        model = folder / name
        shutil.copytree(ROOT / "tests/fixtures/models/bert", model)
        (model / "vocab.txt").write_text("\n".join((ROOT / "examples/data/tiny-bert/vocab.txt").read_text().splitlines()) + "\n")
        return model

    def attempt(model, *more):
        return tune(folder / "run", "--n-trials", 1, "--set", f"encoder.model={model}", "--set", "encoder.init=checkpoint", *more)

    good = fixture("good")
    attempt(good).expect(0, out="best: trial 0")
    attempt(ROOT / "examples/data/tiny-bert").expect(2, err="expected model.safetensors")
    attempt(folder / "nowhere").expect(2, err="nowhere")

    lacking = fixture("lacking")
    strip_tensor(lacking / "model.safetensors", "encoder.layer.0.attention.self.query.weight")
    attempt(lacking).expect(2, err="encoder.layer.0.attention.self.query.weight")

    config = json.loads((good / "config.json").read_text())
    for change, expected in [({"model_type": "gpt2"}, "no model is called 'gpt2'; known: bert, roberta"),
                             ({"position_embedding_type": "relative_key"}, "position_embedding_type: expected .absolute"),
                             ({"vocab_size": 100}, "vocab_size|embeddings")]:
        (good / "config.json").write_text(json.dumps({**config, **change}))
        attempt(good).expect(2, err=expected)
    assert sum(states(folder / "run").values()) == 1, "a refused model spent a trial"


def strip_tensor(path, name):
    data = path.read_bytes()
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + size])
    name = next(known for known in header if known.endswith(name))
    begin, end = header.pop(name)["data_offsets"]
    for entry in header.values():
        if "data_offsets" in entry and entry["data_offsets"][0] >= end:
            entry["data_offsets"] = [offset - (end - begin) for offset in entry["data_offsets"]]
    text = json.dumps(header).encode()
    body = data[8 + size:]
    path.write_bytes(len(text).to_bytes(8, "little") + text + body[:begin] + body[end:])


def help_and_streams_keep_their_habits(folder):
    for words in (["--help"], ["--version"], *[[verb, "--help"] for verb in
                  ("tune", "train", "evaluate", "predict", "studies", "best", "doctor")]):
        result = run("criteria", *words).expect(0, out=".")
        assert not result.err and result.out.count("\n") <= 40, words
    result = tune(folder / "run", "--n-trials", 2, "--log", "json").expect(0)
    assert all(json.loads(line) for line in result.err.splitlines()) and result.err
    quiet = tune(folder / "run", "--n-trials", 1, "--quiet").expect(0, out="best: trial")
    assert quiet.err == "", quiet.err
    storage = f"sqlite:///{folder}/run/study.db"
    run("criteria", "studies", "--storage", storage).expect(0, out=r"criteria +maximize +3")
    run("criteria", "best", "--storage", storage, "--study", "criteria").expect(0, out=r"\[space.optim\]")
    run("criteria", "best", "--storage", storage, "--study", "criterai").expect(2, err="did you mean 'criteria'")
    run("criteria", "doctor").expect(0, out="libtorch .*\n(.*\n)*.*float32")


def a_model_of_another_agent_is_refused(folder):
    tune(folder / "run", "--n-trials", 1).expect(0)
    run("evidence", "predict", "--model", folder / "run/model", "--input", CSV, "--output", folder / "x.csv") \
        .expect(2, err="expected a model of agent 'evidence', got one of 'criteria'")


main([the_command_line_is_checked, a_configuration_is_checked_whole, data_is_checked_before_anything_is_trained,
      models_are_checked_before_a_trial_is_spent, help_and_streams_keep_their_habits, a_model_of_another_agent_is_refused])
