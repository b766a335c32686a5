#!/usr/bin/env bash
# Runs a sweep on public data that lies elsewhere. Usage: bash examples/real_data.sh banking77|xquad DATA [OPTIONS OF tune...]
# DATA holds banking77/{train,test}.csv, xquad/xquad.en.json and vocab/bert-base-uncased/vocab.txt; nothing of it is copied.
set -euo pipefail
[ $# -ge 2 ] || { sed -n 2,3p "$0" >&2; exit 2; }
name=$1 data=$(cd "$2" && pwd)
shift 2
cd "$(dirname "$0")/.."
case $name in
  banking77) program=criteria ;;
  xquad) program=evidence ;;
  *) echo "real_data.sh: expected banking77 or xquad, got '$name'" >&2; exit 2 ;;
esac
for needed in "$data/$name" "$data/vocab/bert-base-uncased/vocab.txt"; do
  [ -e "$needed" ] || { echo "real_data.sh: expected $needed, got nothing there" >&2; exit 2; }
done
mkdir -p runs/real/small-bert
ln -sfn "$data/$name" "runs/real/$name"
ln -sfn "$data/vocab/bert-base-uncased/vocab.txt" runs/real/small-bert/vocab.txt
ln -sfn "$PWD/examples/data/small-bert/config.json" runs/real/small-bert/config.json
binary=${HPO_BIN:-build/demo/examples}/$program
[ -x "$binary" ] || cmake --build --preset demo --target "$program"
exec "$binary" tune --config "configs/$name.toml" "$@"
