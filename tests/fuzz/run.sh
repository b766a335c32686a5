#!/usr/bin/env bash
# Fuzzes each target for SECONDS (600) under AddressSanitizer and UndefinedBehaviorSanitizer, one after the other, and prints
# a line for each. Inputs that were new go to build/fuzz/corpus, findings to build/fuzz/findings.
# Usage: bash tests/fuzz/run.sh [SECONDS [TARGET...]]
# Needs: apt-get install clang-16 libclang-rt-16-dev libomp-16-dev
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-600}
targets=("${@:2}")
[ ${#targets[@]} -gt 0 ] || targets=(safetensors tokenizer_json config_json sentencepiece data config_toml)

programs=("${targets[@]/%/_fuzz}")
mkdir -p build/fuzz
{
  cmake -S . -B build/fuzz -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_CXX_COMPILER="${CXX:-clang++-16}" \
    -DHPO_FUZZ=ON -DHPO_EXAMPLES=OFF -DHPO_PCH=OFF
  nice cmake --build build/fuzz --parallel "${JOBS:-1}" --target "${programs[@]}"
} >build/fuzz/build.log 2>&1 || { cat build/fuzz/build.log >&2; exit 2; }

found=0
for target in "${targets[@]}"; do
  corpus=build/fuzz/corpus/$target findings=build/fuzz/findings/$target log=build/fuzz/$target.log
  mkdir -p "$corpus" "$findings"
  dictionary=json.dict
  [ "$target" != config_toml ] || dictionary=toml.dict
  # The targets measure processor time and memory themselves (target.hpp); what libFuzzer measures is a second net.
  status=0
  ASAN_OPTIONS=detect_leaks=1 nice -n 15 "build/fuzz/tests/${target}_fuzz" -max_total_time="$seconds" -max_len=65536 \
    -timeout=20 -rss_limit_mb=2048 -malloc_limit_mb=1024 -dict="tests/fuzz/$dictionary" -artifact_prefix="$findings/" \
    -print_final_stats=1 -print_funcs=0 "$corpus" "tests/fuzz/corpus/$target" >"$log" 2>&1 || status=$?
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  state=$(grep -E '^#[0-9]+.* cov: ' "$log" | tail -1 | sed -E 's/.* cov: ([0-9]+) ft: ([0-9]+) corp: ([0-9]+).*/\1 edges, \3 inputs/')
  echo "$target: $seconds s, ${runs:-?} executions, ${state:-?}, $([ $status -eq 0 ] && echo 'no finding' || echo "FINDING, see $log")"
  [ $status -eq 0 ] || found=1
done
exit $found
