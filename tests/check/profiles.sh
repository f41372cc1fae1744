#!/bin/sh
# SPDX-License-Identifier: MIT
# The table of rules in the manual page of the configuration is the one that the rules themselves yield.
set -eu
export LC_ALL=C

top_srcdir=${top_srcdir:-$(dirname "$0")/../..}
top_builddir=${top_builddir:-.}
page=$top_srcdir/doc/certnamed.conf.5

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

"$top_builddir/print-profiles" >"$scratch/rules"
sed -n '/^\.\\" The rules begin/,/^\.\\" The rules end/{/^\.It /p;}' "$page" >"$scratch/page"
if [ "$(wc -l <"$scratch/rules")" -lt 40 ]; then
    echo "profiles: print-profiles prints too few rules" >&2
    exit 1
fi
diff -u "$scratch/page" "$scratch/rules" >&2 || {
    echo "profiles: replace the rows of $page by what print-profiles prints" >&2
    exit 1
}
