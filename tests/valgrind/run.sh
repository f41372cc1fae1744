#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs the unit tests and the integration tests once more, with the test programs, the daemon's three kinds of
# process and certnamectl under valgrind, and then reads every log. It proves that, wherever these tests lead:
#   - nothing reads or writes memory that is not its own, nor acts on memory that was never written;
#   - nothing that was allocated is lost: `definite` and `possible` count, for nobody here holds a block by a pointer
#     into its middle alone. `reachable` does not: libraries keep tables until the end, and verifiers end by _exit;
#   - no descriptor is left open at the end but the standard three, those inherited, and a verifier's only socket.
# It is run where a build was configured with --enable-relaxed-sandbox: valgrind cannot live under the filter and the
# limits. As root, the build has to be where everybody may read: the front's program is loaded as somebody else.
set -eu
export LC_ALL=C.UTF-8

here=$(cd "$(dirname "$0")" && pwd)
build=$(pwd)
logs=$build/valgrind-logs
preload=$logs/processes.so

fail()
{
    echo "valgrind: $*" >&2
    exit 1
}

prepare()
{
    valgrind=$(command -v valgrind) || fail 'there is no valgrind: install it'
    grep -q '^#define RELAXED_SANDBOX 1' "$build/config.h" 2>/dev/null ||
        fail "$build is no build that was configured with --enable-relaxed-sandbox"
    rm -rf "$logs"
    mkdir "$logs"
    # The front and the verifiers, who are not root, write there too.
    chmod 1777 "$logs"
    ${CC:-cc} -std=gnu11 -D_GNU_SOURCE -O1 -shared -fPIC -o "$preload" "$here/processes.c"
}

# No --error-exitcode: the logs tell, and the tests are to see the programs end as they do without valgrind.
# --vgdb=no: its files cannot be removed by a process that is no longer root.
# Children of unit tests are not reported: they play a daemon, are killed, and run none of the code under test.
run_tests()
{
    options="--vgdb=no --num-callers=20 --suppressions=$here/certnamed.supp"
    options="$options --leak-check=full --show-leak-kinds=definite,possible"
    options="$options --errors-for-leak-kinds=definite,possible --track-fds=yes"
    unit="$valgrind $options --child-silent-after-fork=yes --log-file=$logs/unit-%p.log"
    CERTNAMED_WRAPPER="env LD_PRELOAD=$preload LD_LIBRARY_PATH=$build/.libs CERTNAMED_VALGRIND=process \
        $valgrind $options --trace-children=yes --log-file=$logs/%q{CERTNAMED_VALGRIND}-%p.log"
    CK_FORK=no
    CK_TIMEOUT_MULTIPLIER=100
    export CERTNAMED_WRAPPER CK_FORK CK_TIMEOUT_MULTIPLIER
    # Integration tests one after the other: the daemon and its client allow 5 s, and valgrind takes most of them.
    # A million random pairs would take an hour: what they go through, the other tests go through too. test-policy-memory
    # replaces libc's allocator, and so does valgrind.
    # shellcheck disable=SC2016 # make's variables
    ${MAKE:-make} check TESTS='$(filter-out test-oracle-% test-match-oracle-% test-policy-memory,$(UNIT_TESTS))' LOG_COMPILER="$unit" || status=1
    # shellcheck disable=SC2016
    ${MAKE:-make} -j1 check TESTS='$(INTEGRATION_TESTS)' || status=1
}

# Reads all logs. One that ends before valgrind's summary belongs to a process that was killed: tests do so, and the
# daemon's own log, which the tests hold to what they expect, names every other. A verifier or a front starts as a
# copy of the supervisor; the front goes on in another log when it has executed its program.
# shellcheck disable=SC2016 # awk's dollars
reader='
function report(what) {
    print file ": " what
    n_bad++
}
function finish(    kind, pid) {
    if (file == "")
        return
    n_logs++
    pid = file
    gsub(/[^0-9]/, "", pid)
    kind = file ~ /^unit-/ ? "unit test" : file ~ /^front-/ ? "front" : is_client ? "client" : "supervisor"
    if (is_verifier)
        kind = "verifier"
    if (ended)
        n[kind]++
    else if (file ~ /^process-/ && ("front-" pid ".log") in exists)
        n_logs--
    else if (kind == "unit test")
        report("the test program did not end by itself")
    else
        n_killed++
}
BEGIN {
    for (i = 1; i < ARGC; i++)
        exists[ARGV[i]] = 1
}
FNR == 1 {
    finish()
    file = FILENAME
    ended = is_client = is_verifier = 0
    opened = ""
}
{
    sub(/^(==|--)[0-9]+(==|--) ?/, "")
}
opened != "" {
    if (opened ~ /^Open AF_UNIX socket 3:/ && / dup2 /)
        socket = opened
    else if ($0 !~ /<inherited from parent>/)
        report(opened $0)
    opened = ""
}
/^Open (file descriptor|AF_|socket|.* socket) ?/ {
    opened = $0
}
/^Command: / {
    is_client = $2 ~ /certnamectl$/
}
socket != "" && / become_verifier / {
    is_verifier = 1
    socket = ""
}
socket != "" && /^ *$/ {
    report(socket)
    socket = ""
}
/impossible. happened|unhandled amd64|Warning: noted but unhandled/ {
    report($0)
}
/^ERROR SUMMARY: / {
    ended = 1
    if ($3 != 0)
        report($3 " errors or leaks")
}
END {
    finish()
    for (kind in n)
        of = of ", " n[kind] " " kind
    print n_logs " logs (of" substr(of, 2) "; " n_killed + 0 " of processes killed)" \
        (n_bad ? "" : ", no error, no leak, no stray descriptor")
    if (!n["unit test"] || !n["supervisor"] || !n["front"] || !n["verifier"] || !n["client"]) {
        print "a kind of process is missing"
        exit 1
    }
    exit n_bad > 0
}
'

prepare
status=0
run_tests
cd "$logs"
set -- *.log
awk "$reader" "$@" || status=1
test "$status" -eq 0 || fail "see above, and the logs in $logs"
rm -rf "$logs"
