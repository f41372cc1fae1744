#!/bin/bash
# SPDX-License-Identifier: MIT
# This script runs in the booted machine: it installs certnamed, uses it, breaks it, upgrades and purges it. Each step prints a line; the
# first one that is not as expected ends the proof. run has put the packages into /proof.
set -uo pipefail
export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive HOME=/root
n_steps=0
policy=/etc/certnamed/certnamed.conf

passed()
{
    n_steps=$((n_steps + 1))
    printf 'ok %d: %s\n' "$n_steps" "$*"
}

fail()
{
    printf 'NOT AS EXPECTED: %s\n' "$*"
    systemctl --no-pager status 'certnamed*' 2>&1 | head -n 40
    journalctl --no-pager -n 40 2>&1
    exit 1
}

# expect STATUS COMMAND...: the command's output is in /tmp/output.
expect()
{
    local expected=$1 status=0
    shift
    timeout 60 "$@" >/tmp/output 2>&1 </dev/null || status=$?
    [ "$status" = "$expected" ] || {
        cat /tmp/output
        fail "'$*' ended with $status and not $expected"
    }
}

output_has()
{
    grep -q -- "$1" /tmp/output || {
        cat /tmp/output
        fail "the output lacks '$1'"
    }
}

# until_true SECONDS COMMAND...
until_true()
{
    local limit=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -le "$limit" ] || fail "waited in vain for: $*"
        sleep 0.1
    done
}

show()
{
    systemctl show -P "$1" "${2:-certnamed.service}"
}

main_pid()
{
    show MainPID
}

# child NAME: the number of a child of the supervisor.
child()
{
    local pid
    for pid in $(cat "/proc/$(main_pid)/task/$(main_pid)/children" 2>/dev/null); do
        if [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = "$1" ]; then
            echo "$pid"
            return 0
        fi
    done
    return 1
}

milliseconds()
{
    echo $(($(date +%s%N) / 1000000))
}

drop_in()
{
    mkdir -p "/etc/systemd/system/$1.d"
    cat >"/etc/systemd/system/$1.d/proof.conf"
    systemctl daemon-reload
}

no_drop_in()
{
    rm -rf "/etc/systemd/system/$1.d"
    systemctl daemon-reload
}

accepts()
{
    certnamectl verify a.example /proof/a.pem
}

refuses_leaf()
{
    ! certnamectl verify --path leaf.example /proof/leaf.pem
}

front_is_replaced()
{
    local now
    now=$(child certnamed-front) && [ "$now" != "$1" ]
}

main_pid_is_another()
{
    local now
    now=$(main_pid)
    [ "$now" != 0 ] && [ "$now" != "$1" ]
}

journal_has_the_refusal()
{
    journalctl -q -o json -u certnamed.service | grep 'refused DNS-ID refused.example' |
        grep '"_SYSTEMD_UNIT":"certnamed.service"' | grep -q '"SYSLOG_IDENTIFIER":"certnamed"'
}

# Prints where the journal ends now.
mark_journal()
{
    journalctl --sync
    journalctl -n 1 --show-cursor | sed -n 's/^-- cursor: //p'
}

# count_lines MARK ...: how many entries the journal has about certnamed's units since then.
count_lines()
{
    journalctl --no-pager -q --after-cursor "$1" -u 'certnamed*' "${@:2}" | wc -l
}

# --- certificates ---

cd /proof || exit 1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=x -addext subjectAltName=DNS:a.example \
    -keyout a.key -out a.pem 2>/dev/null || fail "openssl"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj '/CN=Proof Authority' -days 30 \
    -addext keyUsage=critical,keyCertSign,cRLSign -keyout ca.key -out ca.pem 2>/dev/null || fail "openssl"
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=leaf -keyout leaf.key -out leaf.csr 2>/dev/null
printf 'subjectAltName=DNS:leaf.example\nextendedKeyUsage=serverAuth\nbasicConstraints=critical,CA:FALSE\nauthorityKeyIdentifier=keyid\n' >leaf.ext
openssl x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 20 -extfile leaf.ext -out leaf.pem \
    2>/dev/null || fail "openssl"

# --- installation ---

touch /proof/before
expect 0 dpkg -i debs/*.deb
[ "$(show ActiveState certnamed.socket)" = active ] || fail "the socket does not listen after the installation"
[ "$(show ActiveState)" = inactive ] || fail "the service runs before anybody has asked"
passed "packages are installed: sockets listen, and the service waits for a client"

expect 0 systemctl disable --now certnamed.socket certnamed-admin.socket
[ ! -e /run/certnamed/certnamed.sock ] || fail "the socket is left"
expect 0 systemctl daemon-reload
expect 0 systemctl enable --now certnamed.socket
[ "$(show ActiveState certnamed.socket)" = active ] || fail "the socket does not listen after the README's commands"
[ "$(show UnitFileState certnamed-admin.socket)" = enabled ] || fail "the administrative socket is not enabled with it"
passed "the README's commands enable the sockets"

expect 0 certnamectl verify a.example a.pem
[ "$(show ActiveState)" = active ] || fail "the first client did not start the service"
expect 1 certnamectl verify b.example a.pem
passed "the first client starts the service and is answered"

# --- the service's user ---

check_confinement()
{
    local pid
    pid=$(main_pid)
    grep -q '^CapEff:.0000000000000000$' "/proc/$pid/status" || fail "the supervisor has capabilities"
    grep -q '^NoNewPrivs:.1$' "/proc/$pid/status" || fail "no NoNewPrivileges"
    grep -q '^Seccomp:.2$' "/proc/$pid/status" || fail "no seccomp"
    [ "$(readlink "/proc/$pid/ns/net")" != "$(readlink /proc/1/ns/net)" ] || fail "it has the host's network"
    [ "$(stat -c %u "/proc/$pid")" != 0 ] || fail "it runs as root"
}

user=$(ps -o user= -p "$(main_pid)")
[ "$user" = certnamed ] || fail "it runs as $user"
check_confinement
passed "it runs as the account of sysusers.d, without capabilities, with seccomp and a network of its own"
systemctl stop certnamed.service
userdel certnamed
expect 0 systemctl start certnamed.service
expect 0 certnamectl verify a.example a.pem
uid=$(stat -c %u "/proc/$(main_pid)")
[ "$uid" -ge 61184 ] && [ "$uid" -le 65519 ] || fail "uid $uid is not one of DynamicUser="
check_confinement
passed "without that account it runs as a dynamic user, uid $uid"
systemctl stop certnamed.service
systemd-sysusers
systemctl start certnamed.service

# --- reloads ---

mkdir -p /etc/certnamed
echo 'deny "test" { names = { "a.example" } }' >$policy
expect 0 systemctl reload certnamed
expect 1 certnamectl verify a.example a.pem
passed "a good reload: the new denial holds"
printf '\nnonsense = 1\n' >$policy
expect 1 systemctl reload certnamed.service
expect 1 certnamectl verify a.example a.pem
expect 1 certnamectl status --check
journalctl -q -u certnamed.service | grep -q 'certnamed.conf:2: no such option' || fail "the journal does not say why"
passed "a bad reload fails, the journal has file and line, and the denial still holds"

# --- a refused configuration at the start ---

expect 1 certnamed --check-config --service
mark=$(mark_journal)
begun=$(milliseconds)
expect 1 systemctl restart certnamed.service
took=$(($(milliseconds) - begun))
[ "$took" -lt 5000 ] || fail "the failing restart took $took ms"
passed "a restart with a refused configuration fails, after $took ms"
begun=$(milliseconds)
expect 2 certnamectl verify a.example a.pem
took=$(($(milliseconds) - begun))
output_has 'the configuration is refused: /etc/certnamed/certnamed.conf:2: no such option'
[ "$took" -lt 3000 ] || fail "a client waited $took ms for the reason"
passed "a client gets the reason, after $took ms"
for _ in $(seq 50); do
    expect 2 certnamectl verify a.example a.pem
done
expect 0 certnamectl status
output_has 'no policy is in force'
sleep 20
lines=$(count_lines "$mark")
own=$(count_lines "$mark" -t certnamed)
[ "$own" -le 4 ] || fail "certnamed wrote $own lines"
[ "$lines" -le 25 ] || fail "the journal has $lines lines"
passed "standing by for 20 s with 50 clients: $own lines of certnamed, $lines lines with systemd's own"
printf '\n' >$policy
until_true 10 accepts
until_true 10 systemctl -q is-active certnamed.service
passed "the mended file is in force without a command"

drop_in certnamed.service <<'END'
[Service]
ExecStart=
ExecStart=/usr/sbin/certnamed --last-good /run/certnamed-last-good/policy --stand-by 3
END
echo 'nonsense = 1' >$policy
expect 1 systemctl restart certnamed.service
until_true 20 systemctl -q is-failed certnamed.service
until_true 10 systemctl -q is-failed certnamed.socket
until_true 10 systemctl -q is-failed certnamed-admin.socket
systemctl --failed | grep -q certnamed.service || fail "systemctl --failed does not show it"
begun=$(milliseconds)
expect 2 certnamectl verify a.example a.pem
took=$(($(milliseconds) - begun))
[ "$took" -lt 1000 ] || fail "a client waited $took ms"
sleep 1
mark=$(mark_journal)
sleep 5
lines=$(count_lines "$mark")
[ "$lines" = 0 ] || fail "the journal gets $lines lines more"
passed "after a while service and sockets are failed, connecting is refused ($took ms), and the journal is silent"
printf '\n' >$policy
no_drop_in certnamed.service
expect 0 systemctl restart certnamed
expect 0 certnamectl verify a.example a.pem
passed "a restart starts service and sockets again"

chmod 600 $policy
expect 0 certnamed --check-config
expect 1 certnamed --check-config --service
output_has 'Permission denied'
chmod 644 $policy
expect 0 certnamed --check-config --service
passed "--check-config --service finds a file that only root may read"

# --- kills ---

lost=0
for _ in $(seq 40); do
    systemctl kill -s KILL certnamed.service
    certnamectl verify a.example a.pem >/tmp/output 2>&1 || {
        lost=$((lost + 1))
        cat /tmp/output
    }
done
[ "$lost" = 0 ] || fail "$lost of 40 questions were lost"
expect 0 systemctl is-active certnamed.service certnamed.socket certnamed-admin.socket certnamed-metrics.socket
passed "40 times systemctl kill -s KILL, each with a question right after it: none lost"

# --- processes that stand still ---

sleep 1
front=$(child certnamed-front) || fail "there is no front"
begun=$(milliseconds)
kill -STOP "$front"
until_true 30 front_is_replaced "$front"
took=$(($(milliseconds) - begun))
until_true 30 accepts
passed "a stopped front is replaced after $took ms"
drop_in certnamed.service <<'END'
[Service]
WatchdogSec=3s
END
expect 0 systemctl restart certnamed.service
expect 0 certnamectl verify a.example a.pem
pid=$(main_pid)
begun=$(milliseconds)
kill -STOP "$pid"
until_true 60 main_pid_is_another "$pid"
took=$(($(milliseconds) - begun))
until_true 30 accepts
journalctl -q -u certnamed.service | grep -qi 'watchdog timeout' || fail "the journal does not mention the watchdog"
passed "a stopped supervisor is replaced by the watchdog of 3 s after $took ms"
no_drop_in certnamed.service
expect 0 systemctl restart certnamed.service

# --- metrics ---

scrape()
{
    curl -sf -m 10 --unix-socket /run/certnamed/metrics.sock -H 'Accept: text/plain' http://localhost/metrics
}

expect 0 certnamectl verify a.example a.pem
until_true 10 scrape
scrape >/out/metrics.unix
systemctl stop certnamed.service
scrape >/dev/null || fail "a scrape does not start the service"
expect 0 certnamectl verify a.example a.pem
expect 0 systemctl enable certnamed-metrics.socket
expect 0 systemctl enable --now certnamed-metrics.socket
scrape >/dev/null || fail "enable --now took the metrics away"
expect 0 systemctl restart certnamed.service
until_true 10 scrape
passed "metrics over HTTP survive stop, start and enable --now while the service runs"
drop_in certnamed-metrics.socket <<'END'
[Socket]
ListenStream=
ListenStream=127.0.0.1:9469
END
expect 0 systemctl restart certnamed.socket
expect 0 certnamectl verify a.example a.pem
curl -sf -m 10 --retry 5 --retry-connrefused -H 'Accept: text/plain' http://127.0.0.1:9469/metrics >/out/metrics.tcp ||
    fail "metrics are not served on loopback"
passed "metrics over HTTP on loopback"
drop_in certnamed-metrics.socket <<'END'
[Socket]
ListenStream=
ListenStream=0.0.0.0:9469
END
expect 0 systemctl restart certnamed.socket
expect 0 certnamectl verify a.example a.pem
journalctl -q -u certnamed.service | grep -q 'activation: the socket certnamed-metrics is refused' || fail "not logged"
passed "a socket for metrics that the network reaches is refused, and certificates are verified"
no_drop_in certnamed-metrics.socket
expect 0 systemctl restart certnamed.socket
expect 0 certnamectl verify a.example a.pem

# --- the journal ---

certnamectl verify refused.example a.pem >/dev/null
until_true 10 journal_has_the_refusal
passed "a refusal is one entry of the journal with unit and identifier"

# --- the system's trust store ---

expect 1 certnamectl verify --path leaf.example leaf.pem
cp ca.pem /usr/local/share/ca-certificates/proof.crt
expect 0 update-ca-certificates
until_true 20 certnamectl verify --path leaf.example leaf.pem
passed "update-ca-certificates puts a new authority in force"
rm /usr/local/share/ca-certificates/proof.crt
expect 0 update-ca-certificates
until_true 20 refuses_leaf
passed "and takes it away again"

# --- the package's own test ---

expect 0 env AUTOPKGTEST_TMP=/tmp sh /proof/tests/serve
passed "the package's test: debian/tests/serve"

# --- upgrade ---

echo 'deny "mine" { names = { "mine.example" } }' >$policy
echo '# changed' >>/etc/ca-certificates/update.d/certnamed
expect 0 systemctl reload certnamed.service
before=$(main_pid)
(
    asked=0 lost=0
    while [ ! -e /proof/upgraded ]; do
        asked=$((asked + 1))
        certnamectl verify a.example a.pem >/dev/null 2>&1 || lost=$((lost + 1))
    done
    echo "$asked $lost" >/proof/counts
) &
sleep 0.5
expect 0 dpkg --force-confold -i next/*.deb
sleep 1
touch /proof/upgraded
wait
read -r asked lost </proof/counts
[ "$lost" = 0 ] || fail "$lost of $asked questions were lost during the upgrade"
[ "$(main_pid)" != "$before" ] || fail "the old version still runs"
grep -q mine $policy || fail "the policy is not kept"
tail -n 1 /etc/ca-certificates/update.d/certnamed | grep -q changed || fail "a changed conffile is not kept"
dpkg-query -W -f '${Version}' certnamed | grep -q next || fail "not upgraded"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=x \
    -addext subjectAltName=DNS:mine.example -keyout b.key -out b.pem 2>/dev/null
expect 1 certnamectl verify mine.example b.pem
passed "an upgrade with clients: $asked questions, none lost; configuration kept, the new version runs"

# --- removal ---

mapfile -t packages < <(dpkg-query -W -f '${Package}\n' | grep certname)
expect 0 dpkg --remove "${packages[@]}"
[ -e $policy ] || fail "removal took the policy"
[ ! -e /run/certnamed/certnamed.sock ] || fail "removal left the socket"
passed "removal keeps the configuration"
expect 0 dpkg --purge "${packages[@]}"
rm -rf /etc/systemd/system/certnamed*.d
left=$(find / -xdev \( -path /proc -o -path /sys -o -path /proof -o -path /out -o -path /var/log -o -path /tmp \) -prune -o \
    -name '*certname*' -print 2>/dev/null)
[ -z "$left" ] || fail "left after the purge: $left"
left=$(find /run /var/lib/systemd -name '*certname*' 2>/dev/null)
[ -z "$left" ] || fail "left after the purge: $left"
getent passwd certnamed >/dev/null && fail "the account is left"
systemctl list-units --all --no-legend 'certnamed*' | grep -v not-found | grep -q loaded && fail "units are left"
passed "the purge leaves nothing"

printf 'proof: %d steps, all as expected\n' "$n_steps"
