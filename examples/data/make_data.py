#!/usr/bin/env python3
"""Writes the bundled example data: criteria.csv, evidence.csv and tiny-bert/.

Every sentence is put together from the word lists below by a seeded generator; nothing is taken from elsewhere.
Usage: python3 make_data.py [FOLDER]     FOLDER: where the files go, default: beside this script
"""
import csv
import json
import random
import sys
import unicodedata
from collections import Counter
from pathlib import Path

SEED = 20240611
CRITERIA_ROWS = 960
EVIDENCE_ROWS = 640
LABEL_NOISE = 0.04  # share of criteria rows whose label is flipped
UNANSWERABLE = 0.08  # share of evidence rows whose context does not hold the answer

DEVICES = ["pump", "printer", "lift", "boiler", "ventilator", "conveyor", "camera", "door", "heater", "scanner",
           "mixer", "compressor"]
PLACES = ["in hall 2", "in room 14", "on the second floor", "near the entrance", "in the workshop", "at gate 5",
          "in the basement", "beside the loading ramp", "in the laboratory", "behind the kitchen"]
PARTS = ["inlet valve", "drive belt", "control panel", "motor", "pressure sensor", "gearbox", "power cable", "display",
         "cooling unit", "paper tray", "main bearing", "air filter", "guide rail", "timer", "hose", "switch"]
# third person, base form, -ing form
FAULTS = [("leaks oil", "leak oil", "leaking oil"), ("leaks water", "leak water", "leaking water"),
          ("stalls", "stall", "stalling"), ("rattles", "rattle", "rattling"),
          ("overheats", "overheat", "overheating"), ("jams", "jam", "jamming"),
          ("trips the breaker", "trip the breaker", "tripping the breaker"),
          ("loses pressure", "lose pressure", "losing pressure"), ("flickers", "flicker", "flickering"),
          ("skips steps", "skip steps", "skipping steps"), ("starts late", "start late", "starting late"),
          ("runs behind schedule", "run behind schedule", "running behind schedule"),
          ("vibrates", "vibrate", "vibrating"), ("smells of smoke", "smell of smoke", "smelling of smoke"),
          ("reports a wrong value", "report a wrong value", "reporting a wrong value"),
          ("slips", "slip", "slipping")]
TIMES = ["on Monday morning", "on Tuesday evening", "on Wednesday", "on Friday afternoon", "during the weekly check",
         "after the restart", "before the early shift", "at 7 am", "at 60 °C", "around noon", "during the night",
         "after the holiday", "at the end of the shift", "since last week"]
PEOPLE = ["the operator", "the technician", "the night shift", "the caretaker", "a visitor", "the new colleague",
          "the supervisor", "our contractor"]
VERBS = ["wrote", "reported", "noted", "told us", "confirmed", "observed"]

STATED = ["the {part} {third}", "the {part} still {third}", "the {part} keeps {ing}", "the {part} {third} again",
          "the {part} has begun to {base}", "the {part} was repaired but {third} again",
          "the {part} {third} even without load", "the {part} does nothing but {base}"]
DENIED = ["the {part} does not {base}", "the {part} no longer {third}", "the {part} never {third}",
          "the {part} stopped {ing} after the repair", "the {part} was {ing} until it was replaced",
          "the {part} runs without {ing}", "there is no sign that the {part} {third}",
          "call us if the {part} {third}", "please check whether the {part} {third}",
          "the manual explains what to do when the {part} {third}", "the {part} did {base} once but not again"]
ASIDE = ["the report was not printed", "no spare parts were ordered", "the log is still open",
         "nobody needed a ladder", "the old label was replaced", "the visit did not take long",
         "we will look at it again next month", "the key was never returned", "the repair form is complete",
         "the lamp above it was cleaned", "there was no queue", "the floor was wiped without delay",
         "the coffee machine was repaired as well", "the schedule has not changed", "the cover was closed again",
         "a new colleague watched the check"]
JOINTS = [", and ", ", but ", "; ", ", while ", " and "]


def capital(text):
    return text[0].upper() + text[1:]


def clause(rng, forms):
    third, base, ing = rng.choice(FAULTS)
    return rng.choice(forms).format(part=rng.choice(PARTS), third=third, base=base, ing=ing)


def criteria_sentence(rng, device, place):
    """One note and whether it states a fault that is there now."""
    kinds = rng.choice(["s", "s", "d", "d", "sd", "ds", "dd", "d", "sa", "as", "da", "ad", "dsa", "dda", "sda", "a"])
    forms = {"s": STATED, "d": DENIED}
    parts = [clause(rng, forms[kind]) if kind in forms else rng.choice(ASIDE) for kind in kinds]
    text = parts[0]
    for part in parts[1:]:
        text += rng.choice(JOINTS) + part
    opening = rng.random()
    if opening < 0.35:
        text = f"{rng.choice(TIMES)}, at the {device} {place}, {text}"
    elif opening < 0.65:
        text = f"{rng.choice(PEOPLE)} {rng.choice(VERBS)} about the {device} {place}: {text}"
    elif opening < 0.85:
        text = f"{device} {place}: {text}"
    else:
        text = f"{text} ({device} {place}, {rng.choice(TIMES)})"
    return capital(text) + ".", "s" in kinds


def write_criteria(path, rng):
    rows = []
    post = 0
    while len(rows) < CRITERIA_ROWS:
        post += 1
        device, place = rng.choice(DEVICES), rng.choice(PLACES)
        for sentence in range(1, rng.randint(2, 7) + 1):
            text, fault = criteria_sentence(rng, device, place)
            while not 8 <= len(text.split()) <= 34:
                text, fault = criteria_sentence(rng, device, place)
            if rng.random() < LABEL_NOISE:
                fault = not fault
            rows.append([f"log{post:03d}", f"log{post:03d}_{sentence}", text, "fault" if fault else "fine"])
    write_csv(path, ["post_id", "sentence_id", "text", "label"], rows[:CRITERIA_ROWS])
    return [row[2] for row in rows]


ACTIONS = ["replaced the seal", "tightened the screws", "cleaned the contacts", "called the supplier",
           "switched to the spare unit", "lowered the speed", "ordered a new bearing", "restarted the controller",
           "closed the valve by hand", "changed the fuse", "added two litres of oil", "locked the cover"]
QUESTIONS = {"fault": "Which words state the fault of the {device}?", "time": "When was the {device} checked?",
             "action": "What was done about the {device}?"}


def evidence_row(rng):
    """Context, question, answer and the code point where the answer starts (or None, None)."""
    device, place, time, action = (rng.choice(words) for words in (DEVICES, PLACES, TIMES, ACTIONS))
    asked = rng.choice(["fault", "fault", "time", "action"])
    answers = {"fault": clause(rng, STATED), "time": time, "action": action}
    facts = {"fault": rng.choice(["{} reported that {{}}", "{} saw that {{}}"])
             .format(rng.choice(PEOPLE)),
             "time": rng.choice(["{} checked the {} {} {{}}", "{} was called to the {} {} {{}}"])
             .format(rng.choice(PEOPLE), device, place),
             "action": rng.choice(["{} then {{}}", "so {} {{}}"]).format(rng.choice(PEOPLE))}
    left_out = asked if rng.random() < UNANSWERABLE else None
    sentences = [(capital(facts[kind]).split("{}"), kind) for kind in facts if kind != left_out]
    sentences += [([capital(clause(rng, DENIED[:8]))], None), ([capital(rng.choice(ASIDE))], None)]
    sentences.pop(rng.choice([-1, -2]))
    rng.shuffle(sentences)
    context, start = "", None
    for pieces, kind in sentences:
        context += (" " if context else "") + pieces[0]
        if kind:
            if kind == asked:
                start = len(context)
            context += answers[kind] + pieces[1]
        context += "."
    question = QUESTIONS[asked].format(device=device)
    return context, question, answers[asked] if start is not None else None, start


def write_evidence(path, rng):
    rows = []
    while len(rows) < EVIDENCE_ROWS:
        context, question, answer, start = evidence_row(rng)
        if answer is not None and context.count(answer) != 1:
            continue  # every answer of the bundled data can be found again by its text alone
        assert answer is None or context[start:start + len(answer)] == answer
        rows.append([f"q{len(rows) + 1:03d}", context, question, answer or "", "" if start is None else start])
    write_csv(path, ["id", "context", "question", "answer", "start"], rows)
    return [text for row in rows for text in row[1:3]]


def write_csv(path, header, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def words_of(text):
    """Words as an uncased BERT splits them: lower case, without accents, punctuation alone."""
    text = unicodedata.normalize("NFD", text.lower())
    word = ""
    for char in text:
        kind = unicodedata.category(char)
        if kind == "Mn":
            continue
        if char.isspace() or kind.startswith("P") or char in "$+<=>^`|~":
            if word:
                yield word
            word = ""
            if not char.isspace():
                yield char
        else:
            word += char
    if word:
        yield word


def write_tiny_bert(folder, texts):
    counts = Counter(word for text in texts for word in words_of(text))
    chars = sorted(set("abcdefghijklmnopqrstuvwxyz0123456789.,;:!?'\"()-/%&") | {char for word in counts for char in word})
    specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    whole = [word for word, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
             if count >= 3 and len(word) > 1]
    endings = ["##ed", "##ing", "##er", "##ly", "##es"]
    vocab = specials + chars + ["##" + char for char in chars if char.isalnum() or ord(char) > 127] + endings + whole
    assert len(set(vocab)) == len(vocab)
    folder.mkdir(exist_ok=True)
    (folder / "vocab.txt").write_text("".join(token + "\n" for token in vocab), encoding="utf-8")
    write_json(folder / "config.json", {
        "model_type": "bert", "vocab_size": len(vocab), "hidden_size": 128, "num_hidden_layers": 2,
        "num_attention_heads": 4, "intermediate_size": 256, "hidden_act": "gelu", "hidden_dropout_prob": 0.1,
        "attention_probs_dropout_prob": 0.1, "max_position_embeddings": 128, "type_vocab_size": 2,
        "initializer_range": 0.02, "layer_norm_eps": 1e-12, "pad_token_id": 0, "position_embedding_type": "absolute"})
    write_json(folder / "tokenizer_config.json", {
        "tokenizer_class": "BertTokenizer", "do_lower_case": True, "strip_accents": None,
        "tokenize_chinese_chars": True, "model_max_length": 128, "unk_token": "[UNK]", "sep_token": "[SEP]",
        "pad_token": "[PAD]", "cls_token": "[CLS]", "mask_token": "[MASK]"})


def write_json(path, value):
    path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent
    texts = write_criteria(folder / "criteria.csv", random.Random(SEED))
    texts += write_evidence(folder / "evidence.csv", random.Random(SEED + 1))
    write_tiny_bert(folder / "tiny-bert", texts)


if __name__ == "__main__":
    main()
