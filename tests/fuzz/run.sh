#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs each libFuzzer target of the arguments for FUZZ_SECONDS (180), beginning with the committed corpus and the inputs
# that earlier runs have found, which are kept in found/TARGET. An input on which a target fails is kept in failed/.
set -eu

seconds=${FUZZ_SECONDS:-180}
failures=
mkdir -p failed
for target; do
    name=${target#fuzz-}
    mkdir -p "found/$name"
    printf '%s: ' "$target"
    if ./"$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=4096 -use_value_profile=1 \
        -artifact_prefix="failed/$name-" "found/$name" "${top_srcdir:?}/tests/fuzz/corpus/$name" \
        >"failed/$name.log" 2>&1
    then
        tail -n 1 "failed/$name.log"
    else
        echo "fails: failed/$name.log"
        failures="$failures $target"
    fi
done
[ -z "$failures" ]
