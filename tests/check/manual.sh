#!/bin/sh
# SPDX-License-Identifier: MIT
# Every section, key and word that the configuration knows is described in its manual page, and nothing else is
# described there as a key; each limit has the bounds and the default of its row in daemon/limits.h; where mandoc is
# installed, it finds nothing wrong with the page.
set -eu
export LC_ALL=C

top_srcdir=${top_srcdir:-$(dirname "$0")/../..}
page=$top_srcdir/doc/certnamed.conf.5
policy=$top_srcdir/daemon/policy
limits=$top_srcdir/daemon/limits.h

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# The rows of the table of limits, as "key unit default least greatest zero", numbers as plain digits.
sed -n 's/^ *ROW([A-Z_]*, [a-z_]*, "\([a-z-]*\)", \([A-Z]*\), \(.*\), \([^,]*\))\( \\\)*$/\1,\2,\3,\4/p' "$limits" |
    while IFS=, read -r key unit built_in least most zero; do
        # Every macro in these numbers is a number itself.
        for name in built_in least most; do
            eval "value=\$$name"
            while macro=$(expr "$value" : '.*\(LIMIT[S]*_[A-Z_]*\)'); do
                number=$(sed -n "s/^#define $macro  *//p" "$limits")
                value=${value%%"$macro"*}$number${value#*"$macro"}
            done
            eval "$name=$(($(echo "$value" | tr -d ul)))"
        done
        [ "$zero" = NULL ] && zero=no || zero=yes
        echo "$key $unit $built_in $least $most $zero"
    done >"$scratch/limits"

# The keys are the first string of each row, the words are those of all choices.
{
    sed -n 's/^ *\[POLICY_KEY_[A-Z0-9_]*\] = {"\([a-z0-9-]*\)", [A-Z].*/\1/p' "$policy/schema.c"
    cut -d ' ' -f 1 "$scratch/limits"
} | sort -u >"$scratch/keys"
sed -n 's/^ *\[POLICY_SECTION_[A-Z_]*\] = {"\([a-z-]*\)", \(true\|false\),.*/\1/p' "$policy/schema.c" | sort -u >"$scratch/sections"
sed -n '/^static const char/s/.* = "\(.*\)";/\1/p; s/.*\] = "\([a-z-]*\)",.*/\1/p' "$policy/keyword.c" |
    sort -u >"$scratch/words"

sed -n 's/^\.It Ic \(.*\)/\1/p' "$page" | sort -u >"$scratch/described"
sed -n 's/^\.Ss \([a-z]*\)$/\1/p' "$page" | sort -u >"$scratch/headed"

failed=0
for list in keys sections words limits; do
    if [ ! -s "$scratch/$list" ]; then
        echo "manual: no $list found in $policy and $limits: this script has to be adapted" >&2
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

# number VALUE UNIT: as the manual writes it, in the greatest unit that is exact.
number()
{
    case $2 in
    MS) units="d:86400000 h:3600000 min:60000 s:1000 ms:1" ;;
    BYTES) units="G:1073741824 M:1048576 K:1024 :1" ;;
    *) units=":1" ;;
    esac
    for unit in $units; do
        if [ $(($1 % ${unit#*:})) -eq 0 ] && [ "$1" -ne 0 ]; then
            echo "$(($1 / ${unit#*:}))${unit%%:*}"
            return
        fi
    done
    echo "$1"
}

# The entry of a key: from its heading to the next.
entry()
{
    sed -n "/^\.It Ic $1\$/,/^\.It\|^\.El/p" "$page" | sed '1d;$d' | tr '\n' ' '
}

while read -r key unit built_in least most zero; do
    if [ "$unit" = SWITCH ]; then
        [ "$built_in" -eq 1 ] && wanted="Default: .Cm yes ." || wanted="Default: .Cm no ."
    else
        range="$(number "$least" "$unit") to $(number "$most" "$unit")"
        [ "$zero" = yes ] && range="$range; 0: "
        entry "$key" | grep -qF ", $range" || { echo "manual: $key is to have the range $range" >&2 && failed=1; }
        wanted="Default: $(number "$built_in" "$unit")."
    fi
    entry "$key" | grep -qF "$wanted" || { echo "manual: $key is to have $wanted" >&2 && failed=1; }
done <"$scratch/limits"
if command -v mandoc >/dev/null 2>&1 && ! mandoc -T lint -W warning "$page" >&2; then
    failed=1
fi
[ "$failed" -eq 0 ] || exit 1
echo "manual: $(wc -l <"$scratch/keys") keys, $(wc -l <"$scratch/sections") sections, $(wc -l <"$scratch/words") words, $(wc -l <"$scratch/limits") limits"
