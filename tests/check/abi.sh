#!/bin/sh
# SPDX-License-Identifier: MIT
# The library that was built against the stored description of its binary interface: nothing that a program was compiled against
# may change. Afterwards three changes that break programs are planted, each of which the comparison has to find: a comparison
# that is told the wrong thing finds nothing. `make abi-description` writes the description anew, which is right only for additions
# that are to be released, and before the first release.
set -eu
export LC_ALL=C

top_srcdir=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
check=$top_srcdir/tests/check
library=${CERTNAMED_CLIENT_LIBRARY:-.libs/libcertname-client.so}
baseline=$check/libcertname-client.abi

skip()
{
    echo "abi: $*"
    exit 77
}
command -v abidiff >/dev/null || skip "abidiff is missing (Debian: abigail-tools)"
[ "$(uname -m)" = x86_64 ] || skip "the description is that of x86_64"
[ "${CERTNAMED_SANITIZERS:-no}" = no ] || skip "a sanitizer build has another layout"
readelf -S "$library" | grep -q '\.debug_info' || skip "$library has no debugging information"

# No folders of headers are given: with them abidiff 2.2 calls every struct private, and finds no change at all.
compare()
{
    abidiff --exported-interfaces-only --suppressions "$check/abi.suppressions" "$baseline" "$1" >"$folder/diff" 2>&1
}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
if ! compare "$library"; then
    cat "$folder/diff" >&2
    echo "abi: the library's binary interface is not that of tests/check/libcertname-client.abi" >&2
    exit 1
fi

# plant WHAT SCRIPT: changes the headers by a sed script, builds the library in one go, and compares.
plant()
{
    rm -rf "$folder/include"
    cp -r "$top_srcdir/client/include" "$folder/include"
    sed -i "$2" "$folder"/include/certname/*.h
    if diff -r "$folder/include" "$top_srcdir/client/include" >/dev/null; then
        echo "abi: cannot plant $1: the headers have changed" >&2
        exit 1
    fi
    # shellcheck disable=SC2046 # a list of files
    ${CC:-cc} -std=gnu11 -g -O0 -w -fPIC -shared -fvisibility=hidden -D_GNU_SOURCE -I"$folder/include" -I"$top_srcdir" -I. \
        -Wl,--version-script="$top_srcdir/client/lib/libcertname-client.map" -Wl,-soname,libcertname-client.so.0 \
        -o "$folder/planted.so" "$top_srcdir"/client/lib/*.c \
        $(grep -L protobuf "$top_srcdir"/proto/*.c) "$top_srcdir"/base/bytes.c "$top_srcdir"/base/clock.c \
        "$top_srcdir"/base/utf8.c
    if compare "$folder/planted.so"; then
        echo "abi: $1 was planted, and the comparison finds nothing" >&2
        exit 1
    fi
}

plant "a member in the middle of a struct" 's/^    struct certname_bytes value;/    int planted;\n&/'
plant "another value of an inquiry" 's/CERTNAME_METRICS = 3/CERTNAME_METRICS = 5/'
plant "another type of a member" 's/^    unsigned depth;/    uint64_t depth;/'
echo "abi: as described; three planted changes were found"
