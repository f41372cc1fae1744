#!/bin/sh
# SPDX-License-Identifier: MIT
# Checks what the documents say about the tree: every file and folder that they name in `back quotes` with a slash is
# there, and the pictures are what the scripts in doc/ draw.
set -eu
export LC_ALL=C

top_srcdir=${top_srcdir:-$(dirname "$0")/../..}

# The documents that name files of the tree. The protocol's page names files of the tree too, but lies in proto/.
documents='README.md CONTRIBUTING.md SECURITY.md doc/*.md proto/PROTOCOL.md tests/README.md'

# find_missing ROOT: prints "document: name" for each name of which there is no file. A name may begin at the top of the
# tree or, as the documents shorten names, within daemon/. Names of files on a host begin with a slash and do not count.
find_missing()
{
    (
        cd "$1"
        for document in $documents; do
            [ -f "$document" ] || continue
            grep -o '](\([^):]*\))' "$document" | sed 's/^](//; s/[#)].*$//' | sort -u | while read -r link; do
                [ -e "$(dirname "$document")/$link" ] || echo "$document: $link"
            done
            # shellcheck disable=SC2016 # back quotes are what is looked for
            grep -o '`[A-Za-z0-9_.]\{1,\}/[A-Za-z0-9_./*-]*`' "$document" | tr -d '`' | sort -u | while read -r name; do
                is_there "$name" || echo "$document: $name"
            done
        done
    )
}

# is_there NAME: is there a file of that name, which may have a star in it? Folders that others make are not looked for.
is_there()
{
    case $1 in
    [a-z]*-build/* | build*/* | certname/* | application/* | text/* | conf.d/*) return 0 ;;
    esac
    for there in $1 daemon/$1 client/include/$1; do
        [ ! -e "$there" ] || return 0
    done
    return 1
}

draw_layers()
{
    (cd "$1" && find base proto daemon client -name '*.[ch]' ! -name '*.pb-c.[ch]' | sort | awk -f doc/layers.awk)
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# The check itself: a made tree in which one name is right and one is wrong.
mkdir -p "$scratch/made/doc" "$scratch/made/daemon/os"
: >"$scratch/made/daemon/os/user.c"
# shellcheck disable=SC2016
echo 'See `os/user.c`, `daemon/os/`, `os/u*.c`, `/etc/passwd`, [a](page.md), [b](lost.md) and `os/gone.c`.' >"$scratch/made/doc/page.md"
if [ "$(find_missing "$scratch/made")" != "doc/page.md: lost.md
doc/page.md: os/gone.c" ]; then
    echo "documents: this check is wrong: it must find exactly the two names of files that are not there" >&2
    exit 1
fi

failed=0
find_missing "$top_srcdir" >"$scratch/missing"
if [ -s "$scratch/missing" ]; then
    cat "$scratch/missing" >&2
    echo "documents: they name files that are not in the tree" >&2
    failed=1
fi
if ! draw_layers "$top_srcdir" >"$scratch/layers.svg" || ! cmp -s "$scratch/layers.svg" "$top_srcdir/doc/layers.svg"; then
    echo "documents: doc/layers.svg is not what the includes say: run make layers-picture" >&2
    failed=1
fi
if ! awk -f "$top_srcdir/doc/terminal.awk" "$top_srcdir/doc/verdict.txt" | cmp -s - "$top_srcdir/doc/verdict.svg"; then
    echo "documents: doc/verdict.svg is not what doc/verdict.txt says: run make verdict-picture" >&2
    failed=1
fi
if ! awk -f "$top_srcdir/doc/attacks.awk" "$top_srcdir/doc/benchmarks.md" | cmp -s - "$top_srcdir/doc/attacks.svg"; then
    echo "documents: doc/attacks.svg is not what doc/benchmarks.md says: run make attacks-picture" >&2
    failed=1
fi
[ "$failed" = 0 ] || exit 1
echo "documents: every file that they name is there; the pictures are up to date"
