#!/usr/bin/env bash
# Compiles each public header of one half by itself. Usage: headers.sh search|torch INCLUDE COMPILER FLAGS...
set -eu
half=$1 include=$2
shift 2
torch_modules='checkpoint|placement|nn|train|agent|sweep'
headers=$(cd "$include" && find hpo -name '*.hpp' | sort)
if [ "$half" = torch ]; then
  headers=$(cd "$include" && printf '%s\n' $headers | xargs grep -lE "#include <(torch|ATen|c10)/|hpo/($torch_modules)/|hpo/hpo.hpp" || true)
else
  headers=$(cd "$include" && printf '%s\n' $headers | grep -vE "^hpo/($torch_modules)/|^hpo/hpo.hpp" | xargs grep -LE "#include <(torch|ATen|c10)/|hpo/($torch_modules)/" || true)
fi
count=$(printf '%s\n' $headers | wc -l)
printf '%s\n' $headers | xargs -P 2 -I{} bash -c \
  'printf "#include <%s>\n" "$1" | "$2" -x c++ -fsyntax-only "${@:3}" - || { echo "$1: does not compile alone" >&2; exit 1; }' _ {} "$@"
echo "$count headers compile alone"
