#!/usr/bin/env bash
# The loop written by hand and train::fit find the same score, bit for bit, and it is the one that the example promises.
# Usage: own_trainer.sh PROGRAM SOURCE
set -euo pipefail
cd "$2"
output=$("$1")
echo "$output"
scores=$(sed -nE 's/^(by hand|train::fit): macro-F1 //p' <<<"$output")
[ "$(wc -l <<<"$scores")" = 2 ] || { echo "expected two scores" >&2; exit 1; }
[ "$(sort -u <<<"$scores" | wc -l)" = 1 ] || { echo "expected the loop by hand and train::fit to agree" >&2; exit 1; }
awk '$1 < 0.8 { print "expected a macro-F1 of 0.8 or more, got " $1 > "/dev/stderr"; exit 1 }' <<<"$scores"
