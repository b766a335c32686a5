"""The other agents, and the layouts of data that configuration alone must manage."""
import csv

from support import *


def evidence_finds_words_and_predicts_them(folder):
    quick = ["--set", "data.limit=200", "--set", "train.epochs=2"]
    tune(folder / "run", "--n-trials", 2, program="evidence", config="configs/evidence.toml", quick=quick) \
        .expect(0, out=r"best: trial \d with token_f1")
    run("evidence", "predict", "--model", folder / "run/model", "--input", "examples/data/evidence.csv", "--output",
        folder / "said.csv").expect(0, out="640 predictions")
    with open(folder / "said.csv", newline="") as said, open(ROOT / "examples/data/evidence.csv", newline="") as asked:
        for answer, question in zip(csv.DictReader(said), csv.DictReader(asked)):
            assert answer["id"] == question["id"]
            if answer["answer"]:
                start, end = int(answer["start"]), int(answer["end"])
                assert question["context"][start:end].strip() == answer["answer"], answer
    evaluated = run("evidence", "evaluate", "--model", folder / "run/model", "--input", "examples/data/evidence.csv").expect(0)
    assert 0 <= metric(evaluated.out, "exact_match") <= metric(evaluated.out, "token_f1") <= 1


def an_own_agent_minimises_its_own_metric(folder):
    tune(folder / "run", "--n-trials", 3, program="own_agent", config="configs/own_agent.toml") \
        .expect(0, out=r"best: trial \d with fault_cost")
    values = [value for (value,) in rows(folder / "run/study.db", "SELECT value FROM trial_values v JOIN trials t USING (trial_id) "
                                                                 "WHERE t.state='COMPLETE'")]
    best = json.loads((folder / "run/model/hpo.json").read_text())
    assert best["validation"]["fault_cost"] == min(values), (best, values)
    assert rows(folder / "run/study.db", "SELECT direction FROM study_directions") == [("MINIMIZE",)]


def a_clinical_layout_is_configuration(folder):
    with open(ROOT / "examples/data/criteria.csv", newline="") as source, open(folder / "posts.csv", "w", newline="") as out:
        table = csv.writer(out)
        table.writerow(["post_id", "sentence_id", "sentence_text", "DSM5_symptom", "status"])
        for i, row in enumerate(csv.DictReader(source)):
            if i < 160:
                table.writerow([row["post_id"], row["sentence_id"], row["text"], "a fault that is there now",
                                1 if row["label"] == "fault" else 0])
    # [clinical]
    layout = [f"data.train={folder}/posts.csv", "data.text=sentence_text", "data.pair=DSM5_symptom", "data.label=status",
              "data.group=post_id", "data.id=sentence_id", 'data.classes=["0", "1"]', "train.epochs=1"]
    # [clinical]
    words = [word for setting in layout for word in ("--set", setting)]
    tune(folder / "run", "--n-trials", 1, *words, quick=[]).expect(0, out="best: trial 0")
    config = json.loads((folder / "run/model/config.json").read_text())
    assert config["id2label"] == {"0": "0", "1": "1"} and config["label2id"] == {"0": 0, "1": 1}


def the_model_folder_is_hugging_faces(folder):
    tune(folder / "run", "--n-trials", 1).expect(0)
    model = folder / "run/model"
    data = (model / "model.safetensors").read_bytes()
    header = json.loads(data[8:8 + int.from_bytes(data[:8], "little")])
    assert header.pop("__metadata__") == {"format": "pt"}
    names = set(header)
    assert "bert.embeddings.word_embeddings.weight" in names and "bert.encoder.layer.1.output.LayerNorm.bias" in names
    assert any(name.startswith("classifier") for name in names), names
    assert not any("position_ids" in name for name in names)
    config = json.loads((model / "config.json").read_text())
    assert config["model_type"] == "bert" and config["id2label"] == {"0": "fine", "1": "fault"}
    assert config["label2id"] == {"fine": 0, "fault": 1} and "num_labels" not in config
    assert config["architectures"] == ["BertForSequenceClassification"]
    assert config["torch_dtype"] == config["dtype"] == "float32"
    assert not (folder / "run/model.new").exists()
    original = json.loads((ROOT / "examples/data/tiny-bert/config.json").read_text())
    assert all(config[key] == value for key, value in original.items()), "a key of config.json was changed"
    card = (model / "README.md").read_text()
    assert card.startswith("---\n") and "model-index" in card and str(ROOT) not in card.split("train it again")[0]


main([evidence_finds_words_and_predicts_them, an_own_agent_minimises_its_own_metric, a_clinical_layout_is_configuration,
      the_model_folder_is_hugging_faces])
