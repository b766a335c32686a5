#!/usr/bin/env bash
# A user's project finds hpo three ways: installed without torch, installed with it, and by add_subdirectory. Examples and
# contract suites are built from the installed package too.
# Usage: run.sh CMAKE SOURCE BUILD WITH_TORCH
set -euo pipefail
cmake=$1 source=$2 build=$3 torch=$4
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$cmake" --install "$build" --prefix "$work/prefix" >/dev/null

"$cmake" -S "$here/search" -B "$work/search" -DCMAKE_PREFIX_PATH="$work/prefix" -DCMAKE_BUILD_TYPE=Debug >/dev/null
start=$(date +%s.%N)
"$cmake" --build "$work/search" >/dev/null
echo "a torch-free consumer builds in $(echo "$(date +%s.%N) $start" | awk '{printf "%.1f", $1-$2}') s"
"$work/search/consumer"
if ldd "$work/search/consumer" | grep -q libtorch; then
  echo "the torch-free consumer links libtorch" >&2
  exit 1
fi

# An example as a project of its own, with the CMake lines that its first comment gives.
example() {
  mkdir "$work/$1-project"
  cp "$source/examples/$1.cpp" "$work/$1-project/"
  sed -n 's|^///     ||p' "$source/examples/$1.cpp" > "$work/$1-project/CMakeLists.txt"
  "$cmake" -S "$work/$1-project" -B "$work/$1" -DCMAKE_PREFIX_PATH="$work/prefix" -DCMAKE_BUILD_TYPE=Debug >/dev/null
  "$cmake" --build "$work/$1" >/dev/null
}
example search_function
"$work/search_function/search_function" "$work/study.db"
if ldd "$work/search_function/search_function" | grep -q libtorch; then
  echo "the torch-free example links libtorch" >&2
  exit 1
fi

"$cmake" -S "$here/search" -B "$work/sub" -DHPO_SUBDIRECTORY="$source" -DCMAKE_BUILD_TYPE=Debug >/dev/null
"$cmake" --build "$work/sub" >/dev/null
"$work/sub/consumer"

if [ "$torch" = ON ]; then
  "$cmake" -S "$here/torch" -B "$work/torch" -DCMAKE_PREFIX_PATH="$work/prefix" -DCMAKE_BUILD_TYPE=Debug >/dev/null
  "$cmake" --build "$work/torch" >/dev/null
  "$work/torch/consumer"
fi

# A user's own types, held to the installed contract suites.
"$cmake" -S "$here/testing" -B "$work/testing" -DCMAKE_PREFIX_PATH="$work/prefix" -DCMAKE_BUILD_TYPE=Debug >/dev/null
"$cmake" --build "$work/testing" >/dev/null
"$work/testing/own_tests"

# The example, with the CMake lines that its document shows. programs/own_trainer runs it.
if [ "$torch" = ON ]; then
  "$cmake" -S "$source/examples/own_trainer" -B "$work/own_trainer" -DCMAKE_PREFIX_PATH="$work/prefix" -DCMAKE_BUILD_TYPE=Debug >/dev/null
  "$cmake" --build "$work/own_trainer" >/dev/null
fi
