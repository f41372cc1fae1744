#!/bin/sh
# SPDX-License-Identifier: MIT
# Every section, key and word that the configuration knows stands in its manual page, and nothing else is described
# there as a key; where mandoc is there, it finds nothing wrong with the page.
set -eu
export LC_ALL=C

top_srcdir=${top_srcdir:-$(dirname "$0")/../..}
page=$top_srcdir/doc/certnamed.conf.5
policy=$top_srcdir/daemon/policy

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# What the tables have: the first string of each row, and all words of the choices.
sed -n 's/^ *\[DRAFT_[A-Z0-9_]*\] = {"\([a-z0-9-]*\)", [A-Z].*/\1/p' "$policy/keys.c" | sort -u >"$scratch/keys"
sed -n 's/^ *\[DRAFT_[A-Z_]*\] = {"\([a-z-]*\)", \(true\|false\),.*/\1/p' "$policy/keys.c" | sort -u >"$scratch/sections"
sed -n '/^static const char/s/.* = "\(.*\)";/\1/p; s/.*\] = "\([a-z-]*\)",.*/\1/p' "$policy/choice.c" |
    sort -u >"$scratch/words"

sed -n 's/^\.It Ic \(.*\)/\1/p' "$page" | sort -u >"$scratch/described"
sed -n 's/^\.Ss \([a-z]*\)$/\1/p' "$page" | sort -u >"$scratch/headed"

failed=0
for list in keys sections words; do
    if [ ! -s "$scratch/$list" ]; then
        echo "manual: no $list found in $policy: this script has to be adapted" >&2
        exit 1
    fi
done
diff -u "$scratch/keys" "$scratch/described" >&2 || failed=1
diff -u "$scratch/sections" "$scratch/headed" >&2 || failed=1
while read -r word; do
    if ! grep -q "^\.C[m] $word\( \|\$\)\|^\.Ic .*= $word\|Cm $word\( \|\$\)" "$page"; then
        echo "manual: the word \"$word\" is not in $page" >&2
        failed=1
    fi
done <"$scratch/words"
if command -v mandoc >/dev/null 2>&1 && ! mandoc -T lint -W warning "$page" >&2; then
    failed=1
fi
[ "$failed" -eq 0 ] || exit 1
echo "manual: $(wc -l <"$scratch/keys") keys, $(wc -l <"$scratch/sections") sections, $(wc -l <"$scratch/words") words"
