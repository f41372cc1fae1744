#!/bin/sh
# SPDX-License-Identifier: MIT
# How much of the engine its own unit tests take: every line and every branch, or it fails. Not part of
# `make check`: it compiles the engine anew, with gcov. `make check-coverage`.
set -eu
export LC_ALL=C

top_srcdir=${top_srcdir:-$(dirname "$0")/../..}
CC=${CC:-cc}
GCOV=${GCOV:-gcov}
folder=daemon/identity

for tool in "$GCOV" pkg-config; do
    if ! command -v "$tool" >/dev/null; then
        echo "coverage: no $tool here: not measured" >&2
        exit 77
    fi
done
libraries='libidn2 libpsl check'
# shellcheck disable=SC2086 # several names
if ! pkg-config --exists $libraries; then
    echo "coverage: one of $libraries is missing: not measured" >&2
    exit 77
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$top_srcdir"
# shellcheck disable=SC2046,SC2086 # several words each
compile()
{
    $CC -std=gnu11 -D_GNU_SOURCE -O0 -g -I. $(pkg-config --cflags $libraries) "$@"
}

for file in "$folder"/*.c base/utf8.c base/text.c; do
    compile --coverage -c "$file" -o "$scratch/$(basename "$file" .c).o"
done
ar rcs "$scratch/libidentity.a" "$scratch"/*.o

while read -r name rest; do
    case $name in
    '' | '#'*) continue ;;
    esac
    # shellcheck disable=SC2046,SC2086 # several words each
    compile "tests/unit/$name.c" $rest "$scratch/libidentity.a" $(pkg-config --libs $libraries) --coverage \
        -o "$scratch/$(basename "$name")"
    # The tests themselves are not measured.
    if ! CK_FORK=no "$scratch/$(basename "$name")" >"$scratch/log" 2>&1; then
        cat "$scratch/log" >&2
        echo "coverage: $name fails: see above" >&2
        exit 1
    fi
done <tests/check/engine-tests

# shellcheck disable=SC2016 # awk's dollars
for file in "$folder"/*.c base/utf8.c; do
    "$GCOV" -b -t -o "$scratch" "$scratch/$(basename "$file" .c).gcda" 2>/dev/null >"$scratch/gcov"
    awk -v file="$file" '
        /^ *-: *0:Source:/ { ours = ($0 ~ ("Source:" file "$")) }
        !ours { next }
        /^ *[0-9]+\*?:/ { n_lines++; n_taken++ }
        /^ *#####:/ { n_lines++; missed[++n_missed] = $0 }
        /^ *[0-9#=-]+\*?: *[0-9]+:/ { line = $0 }
        /^branch/ {
            n_branches++
            if ($0 ~ /(never executed|taken 0%)/)
                missed[++n_missed] = line "   <- " $1 " " $2
            else
                n_branches_taken++
        }
        END {
            printf "%-40s %4d of %4d lines %4d of %4d branches\n", file, n_taken, n_lines, n_branches_taken, n_branches
            for (i = 1; i <= n_missed; i++)
                print "    missed: " missed[i]
            if (n_lines == 0)
                print "    missed: all: gcov says nothing of it"
        }' "$scratch/gcov"
done >"$scratch/table"
cat "$scratch/table"
if grep -q '^    missed:' "$scratch/table"; then
    echo "coverage: the engine's unit tests leave out what is marked as missed" >&2
    exit 1
fi
echo "coverage: every line and branch of $folder is taken"
