#!/usr/bin/env bash
# Installs what the tests need, builds everything and runs every test. Usage: bash tests/run.sh [CTEST ARGUMENTS...]
set -euo pipefail
cd "$(dirname "$0")/.."
say() { echo "[$(date +%T)] $*" >&2; }

say "1/3 packages"
. cmake/setup.sh
hpo_install "${hpo_build_packages[@]}" "${hpo_test_packages[@]}"

say "2/3 building into build/release"
cmake --preset release >build-configure.log 2>&1 || { cat build-configure.log >&2; exit 2; }
rm -f build-configure.log
cmake --build --preset release

say "3/3 testing"
ctest --preset release --parallel 2 "$@"
