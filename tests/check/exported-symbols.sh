#!/bin/sh
# SPDX-License-Identifier: MIT
# Checks that libcertname-client exports exactly the symbols that its version script lists and its
# headers declare, and that it needs the C library alone.
# Run in the build folder; srcdir names the source folder.
set -eu
export LC_ALL=C

srcdir=${srcdir:-.}
library=${CERTNAMED_CLIENT_LIBRARY:-.libs/libcertname-client.so}
map=$srcdir/client/lib/libcertname-client.map
headers="$srcdir/client/include/certname/client.h $srcdir/client/include/certname/verdict.h"

for file in "$library" "$map" $headers; do
    if [ ! -r "$file" ]; then
        echo "exported-symbols: $file: cannot be read; is the library built?" >&2
        exit 1
    fi
done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

nm -D --defined-only "$library" |
    sed -n 's/^[0-9a-f]* [A-Z] \([^@]*\)@@CERTNAME_[0-9.]*$/\1/p' | grep -v '^CERTNAME_' |
    sort >"$folder/library"
# This list holds the exported symbols that have no version or a name without our prefix.
nm -D --defined-only "$library" |
    sed -e '/ [A-Z] certname_[a-z_0-9]*@@CERTNAME_[0-9.]*$/d' \
        -e '/ A CERTNAME_[0-9.]*\(@@.*\)\{0,1\}$/d' >"$folder/strangers"
sed -n 's/^ *\([a-z_0-9]*\);$/\1/p' "$map" | sort >"$folder/map"
# Comments go first: they name functions too.
# shellcheck disable=SC2086 # a list of files
sed 's,/\*.*\*/,,; /\/\*/,/\*\//d' $headers | grep -o 'certname_[a-z_0-9]*(' | tr -d '(' |
    sort >"$folder/header"

failed=no
compare()
{
    if ! diff -u "$folder/$1" "$folder/$2" >"$folder/diff"; then
        echo "exported-symbols: the $1 and the $2 differ:" >&2
        cat "$folder/diff" >&2
        failed=yes
    fi
}
compare header map
compare map library
if [ ! -s "$folder/map" ] || [ -s "$folder/strangers" ]; then
    echo "exported-symbols: $map lists nothing, or $library exports more than it should:" >&2
    cat "$folder/strangers" >&2
    failed=yes
fi
[ "$failed" = no ] || exit 1

if [ "${CERTNAMED_SANITIZERS:-no}" = yes ]; then
    echo "exported-symbols: a sanitizer build needs its run-time too: what it links is not checked"
    exit 77
fi
readelf -d "$library" | sed -n 's/.*(NEEDED).*\[\(.*\)\]$/\1/p' >"$folder/needed"
if grep -v -e '^libc\.so' -e '^ld-linux.*\.so' "$folder/needed" >&2; then
    echo "exported-symbols: $library needs the libraries above, beyond libc" >&2
    exit 1
fi
if ! grep -q '^libc\.so' "$folder/needed"; then
    echo "exported-symbols: $library does not need libc: is that the library?" >&2
    exit 1
fi
