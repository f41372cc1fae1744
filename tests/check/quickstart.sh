#!/bin/sh
# SPDX-License-Identifier: MIT
# Checks quickstart's answers before it builds anything: wrong command lines and folders are refused with the reason, and how
# systemd finds units below an unusual prefix is told. tests/integration/test_quickstart.py interrupts it.
set -eu
export LC_ALL=C

top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0

complain()
{
    printf 'quickstart: %s\n' "$*" >&2
    failed=1
}

# expect STATUS TEXT COMMAND...
expect()
{
    wanted=$1 text=$2
    shift 2
    status=0
    "$@" >"$scratch/out" 2>&1 </dev/null || status=$?
    [ "$status" = "$wanted" ] || complain "'$*' ended with $status, not $wanted: $(cat "$scratch/out")"
    grep -q -- "$text" "$scratch/out" || complain "'$*' does not say '$text'"
}

expect 0 'Usage: ./quickstart' "$top/quickstart" --help
expect 1 'goes with install' "$top/quickstart" --prefix=/usr
expect 1 'must be an absolute path' "$top/quickstart" install --prefix=here
expect 2 'Usage: ./quickstart' "$top/quickstart" nonsense
mkdir "$scratch/a folder"
cp "$top/quickstart" "$scratch/a folder/"
expect 1 'has a blank in it' "$scratch/a folder/quickstart"
[ "$(ls "$scratch/a folder")" = quickstart ] || complain "the refused folder has something new in it"
mkdir "$scratch/empty"
cp "$top/quickstart" "$scratch/empty/"
expect 1 'it is not known what was installed' "$scratch/empty/quickstart" uninstall

# The functions of the script, without its last part, which runs them.
sed '/^parse_arguments "\$@"$/,$d' "$top/quickstart" >"$scratch/functions"
units=$(sh -c '. "$1"; prefix=/opt/x; link_units' sh "$scratch/functions")
for unit in certnamed.service certnamed.socket certnamed-admin.socket certnamed-metrics.socket; do
    case $units in
    *"/opt/x/lib/systemd/system/$unit"*) ;;
    *) complain "$unit is not linked below an unusual prefix" ;;
    esac
done
[ -z "$(sh -c '. "$1"; prefix=/usr; link_units' sh "$scratch/functions")" ] || complain "units below /usr are linked"

exit "$failed"
