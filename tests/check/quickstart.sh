#!/bin/sh
# SPDX-License-Identifier: MIT
# Checks quickstart's answers before it builds anything: wrong command lines and folders are refused with the reason, and how
# systemd finds units below an unusual prefix is told. A demonstration that is interrupted leaves nothing.
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

# interrupt SIGNAL: plays the demonstration with a program that serves nothing, and interrupts it.
interrupt()
{
    mkdir -p "$scratch/build" "$scratch/tmp"
    printf '#!/bin/sh\nexec sleep 60\n' >"$scratch/build/certnamed"
    chmod +x "$scratch/build/certnamed"
    # shellcheck disable=SC2016 # the inner shell's
    TMPDIR=$scratch/tmp sh -c '
        . "$1"
        make_account() { :; }
        make_certificate() { :; }
        source=$2 build=$2/build
        trap "exit 130" INT
        trap "exit 141" PIPE
        trap "exit 143" HUP TERM
        demonstrate' sh "$scratch/functions" "$scratch" >"$scratch/out" 2>&1 &
    script=$!
    tries=100
    while [ "$tries" -gt 0 ] && ! grep -q 'certnamed --socket' "$scratch/out"; do
        sleep 0.1
        tries=$((tries - 1))
    done
    sleep 0.5
    kill "-$1" "$script"
    wait "$script" || :
    [ -z "$(ls "$scratch/tmp")" ] || complain "SIG$1 leaves $(ls "$scratch/tmp")"
    for program in /proc/[0-9]*/cwd; do
        case $(readlink "$program" 2>/dev/null) in
        "$scratch"*) complain "SIG$1 leaves a process" ;;
        esac
    done
}

# A shell in the background ignores SIGINT, so that the test of Ctrl-C is that of SIGTERM.
interrupt TERM
interrupt PIPE
interrupt HUP
exit "$failed"
