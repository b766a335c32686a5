#!/usr/bin/env python3
"""Baselines to compare a sweep with: scores that need no encoder. Needs python3-sklearn for the classification.

  python3 baseline.py classify criteria.csv --text text --label label --group post_id
  python3 baseline.py classify train.csv --test test.csv --text text --label category
  python3 baseline.py span evidence.csv

classify  majority class, and logistic regression on a bag of words and word pairs (tf-idf); scored on --test, or by
          5-fold cross-validation (stratified, grouped if --group is given).
span      the whole context, and the longest answer of the other folds that the context holds ("" if none does);
          exact match and token F1 as SQuAD counts them, 5-fold cross-validation.
"""
import argparse
import csv
import re
import string
from collections import Counter


def read(path):
    csv.field_size_limit(1 << 30)
    with open(path, newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file, delimiter="\t" if str(path).endswith(".tsv") else ","))


def classify(options):
    from sklearn.dummy import DummyClassifier
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import accuracy_score, f1_score
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline

    def columns(rows):
        texts = [row[options.text] + (" | " + row[options.pair] if options.pair else "") for row in rows]
        return texts, [row[options.label] for row in rows]

    rows = read(options.file)
    texts, labels = columns(rows)
    models = {"majority class": DummyClassifier(strategy="most_frequent"),
              "bag of words, logistic regression": make_pipeline(
                  TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"\w+"),
                  LogisticRegression(C=10, max_iter=2000))}
    for name, model in models.items():
        if options.test:
            test_texts, truth = columns(read(options.test))
            guess = model.fit(texts, labels).predict(test_texts)
        else:
            groups = [row[options.group] for row in rows] if options.group else None
            kind = StratifiedGroupKFold if groups else StratifiedKFold
            truth = labels
            guess = cross_val_predict(model, texts, labels, groups=groups,
                                      cv=kind(5, shuffle=True, random_state=options.seed))
        print(f"{name}: accuracy {accuracy_score(truth, guess):.3f}, "
              f"macro-F1 {f1_score(truth, guess, average='macro', zero_division=0):.3f}")


def normalized(text):
    text = "".join(char for char in text.lower() if char not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", text).split()


def token_f1(guess, truth):
    guess, truth = normalized(guess), normalized(truth)
    if not guess or not truth:
        return float(guess == truth)
    shared = sum((Counter(guess) & Counter(truth)).values())
    return 2 * shared / (len(guess) + len(truth))


def span(options):
    rows = read(options.file)
    seen = [{row[options.answer] for i, row in enumerate(rows) if i % 5 != fold} for fold in range(5)]
    guesses = {
        "whole context": lambda i, row: row[options.context],
        "longest known answer": lambda i, row: max(
            (text for text in seen[i % 5] if text in row[options.context]), key=len, default="")}
    for name, guess in guesses.items():
        pairs = [(guess(i, row), row[options.answer]) for i, row in enumerate(rows)]
        exact = sum(normalized(a) == normalized(b) for a, b in pairs) / len(pairs)
        print(f"{name}: exact match {exact:.3f}, token F1 {sum(token_f1(a, b) for a, b in pairs) / len(pairs):.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(required=True)
    verb = verbs.add_parser("classify")
    verb.add_argument("file")
    verb.add_argument("--test", help="a second file to score on; default: cross-validation")
    verb.add_argument("--text", default="text")
    verb.add_argument("--pair", help="column of the second text")
    verb.add_argument("--label", default="label")
    verb.add_argument("--group", help="column whose rows stay together")
    verb.add_argument("--seed", type=int, default=1)
    verb.set_defaults(run=classify)
    verb = verbs.add_parser("span")
    verb.add_argument("file")
    verb.add_argument("--context", default="context")
    verb.add_argument("--answer", default="answer")
    verb.set_defaults(run=span)
    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    main()
