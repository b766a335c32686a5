#!/usr/bin/env bash
# Installs the Debian packages that hpo is missing. Sourced by examples/demo.sh and tests/run.sh; run alone it installs
# what the build needs. Asks the network only if something is missing.

hpo_build_packages=(
  g++ cmake ninja-build ca-certificates
  libtorch-dev
  libopenblas0-openmp   # Debian's default BLAS makes libtorch 60 times slower; -pthread is slower under libtorch's own pool
  librange-v3-dev libtomlplusplus-dev nlohmann-json3-dev libcli11-dev
  libsqlite3-dev libicu-dev libxxhash-dev
)
hpo_test_packages=(doctest-dev sqlite3 git util-linux python3 python3-optuna python3-sklearn)

hpo_install() {
  command -v dpkg-query >/dev/null || { echo "setup: expected Debian 12 or a relative of it, got a system without dpkg; install by hand: $*" >&2; return 2; }
  local missing=() package
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  if [ ${#missing[@]} -eq 0 ]; then
    echo "setup: all packages are there" >&2
    return 0
  fi
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "setup: missing packages: ${missing[*]}; run as root: apt-get install ${missing[*]}" >&2; return 2; }
    as_root=(sudo)
  fi
  echo "setup: installing ${missing[*]}" >&2
  "${as_root[@]}" apt-get update -qq >&2 || echo "setup: the package lists could not be renewed; trying with the old ones" >&2
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null || {
    echo "setup: apt-get could not install: ${missing[*]}" >&2
    return 2
  }
  if [ "$(dpkg-query -W -f '${db:Status-Status}' libopenblas0-pthread 2>/dev/null)" = installed ]; then
    echo "setup: libopenblas0-pthread is installed too and wins over -openmp: remove it, or: update-alternatives --config libblas.so.3-$(uname -m)-linux-gnu" >&2
  fi
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  set -eu
  hpo_install "${hpo_build_packages[@]}"
fi
