#!/bin/sh
# SPDX-License-Identifier: MIT
# The units as systemd reads them: nothing unknown in them, exposure at most 0.5, and what must not be in them.
set -eu

units=${top_srcdir:-.}/systemd
built=${top_builddir:-.}/systemd/certnamed.service

fail()
{
    printf 'units: %s\n' "$*" >&2
    exit 1
}

must()
{
    grep -qx "$2" "$1" || fail "$1: no line '$2'"
}

must "$units/certnamed.socket" FlushPending=no
must "$units/certnamed.socket" TriggerLimitIntervalSec=0
must "$built" Type=notify
must "$built" LimitCORE=0
must "$built" 'MemoryMax=.*'
must "$built" 'TasksMax=.*'
must "$built" StartLimitIntervalSec=0
must "$built" RestartPreventExitStatus=78
must "$built" DynamicUser=yes
for socket in "$units"/*.socket "$units"/user/*.socket; do
    grep -q '^PartOf=certnamed.service' "$socket" && fail "$socket: it is made anew whenever the service has crashed"
done
grep -q '^PrivateUsers=' "$built" && fail "$built: PrivateUsers= hides every client's uid"
grep -q '@s*bindir@' "$built" && fail "$built: not configured"

command -v systemd-analyze >/dev/null || {
    echo 'units: no systemd-analyze: their exposure is not measured'
    exit 77
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Verified where the program is: only what is in the units is judged.
sed 's#^\(ExecStart\|ExecReload\)=.*#\1=/bin/true#' "$built" >"$work/certnamed.service"
cp "$units/certnamed.socket" "$work/"
systemd-analyze verify "$work/certnamed.service" "$work/certnamed.socket" >"$work/verify" 2>&1 || :
if grep "$work" "$work/verify"; then
    fail 'systemd finds fault with the units'
fi
# The threshold is in tenths.
systemd-analyze security --no-pager --offline=true --threshold=5 "$work/certnamed.service" >"$work/security" 2>&1 ||
    { tail -n 3 "$work/security"; fail 'exposure over 0.5'; }
tail -n 1 "$work/security"
