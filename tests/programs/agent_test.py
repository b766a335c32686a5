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


def an_own_agent_minimizes_its_own_metric(folder):
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
    assert config["architectures"] == ["BertModel"]  # transformers' own head on BERT begins with the pooler
    assert config["torch_dtype"] == config["dtype"] == "float32"
    assert not (folder / "run/model.new").exists()
    original = json.loads((ROOT / "examples/data/tiny-bert/config.json").read_text())
    assert all(config[key] == value for key, value in original.items()), "a key of config.json was changed"
    card = (model / "README.md").read_text()
    assert "head: hpo's own" in card and "criteria predict --model" in card, card
    assert card.startswith("---\n") and "model-index" in card and str(ROOT) not in card.split("train it again")[0]


def tokenizer_for(config):
    """A word-piece tokenizer over the bundled words, as many as the model has rows for, [PAD] where the model has it."""
    words = (ROOT / "examples/data/tiny-bert/vocab.txt").read_text().split("\n")
    words = [word for word in words if word and word != "[PAD]"][:config["vocab_size"] - 1]
    words.insert(config["pad_token_id"], "[PAD]")
    ids = {word: i for i, word in enumerate(words)}
    special = [{"id": ids[word], "content": word, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False,
                "special": True} for word in ("[PAD]", "[UNK]", "[CLS]", "[SEP]")]
    return {"version": "1.0", "truncation": None, "padding": None, "added_tokens": special,
            "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None,
                           "lowercase": True},
            "pre_tokenizer": {"type": "BertPreTokenizer"},
            "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", ids["[SEP]"]], "cls": ["[CLS]", ids["[CLS]"]]},
            "decoder": None,
            "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                      "max_input_chars_per_word": 100, "vocab": ids}}


def every_family_is_trained_and_written_as_it_came(folder):
    theirs = [word for setting in ('pooling="cls"', "layers=2", "width=32", 'activation="tanh"')
              for word in ("--set", "space.head." + setting)]
    for name in ("bert", "roberta", "distilbert", "electra", "deberta-v3", "deberta-v2-conv", "modernbert-bias"):
        source = ROOT / "tests/fixtures/models" / name
        model = folder / name
        model.mkdir()
        for file in ("config.json", "model.safetensors"):
            (model / file).write_bytes((source / file).read_bytes())
        config = json.loads((model / "config.json").read_text())
        (model / "tokenizer.json").write_text(json.dumps(tokenizer_for(config)))
        quick = ["--set", "data.limit=60", "--set", "train.epochs=1", "--set", "encoder.max_length=46", "--set",
                 f"encoder.model={model}", "--set", "encoder.init=checkpoint"]
        for program in ("criteria", "evidence"):
            run_folder = folder / f"{name}-{program}"
            own = program == "criteria" and name != "roberta" or program == "evidence" and name.startswith("modernbert")
            tune(run_folder, "--n-trials", 1, *(theirs if program == "criteria" else ()), program=program,
                 config=f"configs/{program}.toml", quick=quick).expect(0)
            written = json.loads((run_folder / "model/config.json").read_text())
            assert written["model_type"] == config["model_type"], written
            head = "Model" if own else "ForSequenceClassification" if program == "criteria" else "ForQuestionAnswering"
            assert written["architectures"][0].endswith(head), written["architectures"]
            assert ("head: hpo's own" in (run_folder / "model/README.md").read_text()) == own
            scored = run(program, "evaluate", "--model", run_folder / "model", "--input", f"examples/data/{program}.csv").expect(0)
            assert re.search(r"^\w+ [01]\.?\d*$", scored.out, re.M), scored.out


def an_unknown_family_is_answered_with_the_known(folder):
    model = folder / "gpt"
    model.mkdir()
    (model / "config.json").write_text('{"model_type": "gpt2"}')
    tune(folder / "run", "--set", f"encoder.model={model}").expect(
        2, err="model_type: no model is called 'gpt2'; known: bert, .*roberta.*distilbert.*electra.*deberta-v2.*modernbert")


main([evidence_finds_words_and_predicts_them, an_own_agent_minimizes_its_own_metric, a_clinical_layout_is_configuration,
      the_model_folder_is_hugging_faces, every_family_is_trained_and_written_as_it_came,
      an_unknown_family_is_answered_with_the_known])
