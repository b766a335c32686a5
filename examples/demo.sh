#!/usr/bin/env bash
# From a bare Debian 12 to a finished study: installs what is missing, builds the criteria example and runs its sweep on
# the bundled (synthetic) data. Usage: bash examples/demo.sh [OPTIONS OF tune...]
set -euo pipefail
cd "$(dirname "$0")/.."
say() { echo "[$(date +%T)] $*" >&2; }

say "1/3 packages"
. cmake/setup.sh
hpo_install "${hpo_build_packages[@]}"

say "2/3 building the criteria example into build/demo"
cmake --preset demo >build-configure.log 2>&1 || { cat build-configure.log >&2; exit 2; }
rm -f build-configure.log
cmake --build --preset demo --target criteria

say "3/3 tune: configs/criteria.toml on examples/data/criteria.csv"
build/demo/examples/criteria tune --config configs/criteria.toml "$@"
