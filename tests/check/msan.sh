#!/bin/sh
# SPDX-License-Identifier: MIT
# The engine's unit tests under MSan, which sees the use of memory that nobody wrote. libidn2, libpsl and Check are
# not compiled for it: tests/msan has what stands in for them. Not part of `make check`: `make check-msan`.
set -eu
export LC_ALL=C

top_srcdir=${top_srcdir:-$(dirname "$0")/../..}
CLANG=${CLANG:-clang}

if ! command -v "$CLANG" >/dev/null; then
    echo "msan: no clang here: not run" >&2
    exit 77
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$top_srcdir"

sources=
for file in daemon/identity/*.c base/utf8.c base/text.c; do
    case $file in
    */idn.c | */suffix.c) ;;
    *) sources="$sources $file" ;;
    esac
done

compile()
{
    # shellcheck disable=SC2086 # several names
    "$CLANG" -std=gnu11 -D_GNU_SOURCE -O1 -g -w -fsanitize=memory -fsanitize-memory-track-origins \
        -fno-sanitize-recover=all -fno-omit-frame-pointer -isystem tests/msan -I. "$@"
}

# It has to see what it is for.
printf '%s\n' '#include <stdlib.h>' 'int main(void) { char *a = malloc(2); return a[1] ? 2 : 3; }' >"$scratch/made.c"
compile "$scratch/made.c" -o "$scratch/made"
if "$scratch/made" 2>"$scratch/log" || ! grep -q use-of-uninitialized-value "$scratch/log"; then
    echo "msan: it does not see memory that nobody wrote" >&2
    exit 1
fi

n=0
for word in $sources tests/msan/idn.c tests/msan/suffix.c; do
    compile -c "$word" -o "$scratch/$(basename "$word" .c).o"
done
ar rcs "$scratch/libengine.a" "$scratch"/*.o
while read -r name rest; do
    case $name in
    '' | '#'* | *_faults | identity/test_suffix) continue ;; # they test the libraries that tests/msan replaces
    esac
    # shellcheck disable=SC2086 # several words
    compile "tests/unit/$name.c" $rest "$scratch/libengine.a" -o "$scratch/$(basename "$name")"
    if ! "$scratch/$(basename "$name")" >"$scratch/log" 2>&1; then
        cat "$scratch/log" >&2
        echo "msan: $name: see above" >&2
        exit 1
    fi
    echo "msan: $name: $(tail -n 1 "$scratch/log")"
    n=$((n + 1))
done <tests/check/engine-tests
echo "msan: nothing in $n programs"
