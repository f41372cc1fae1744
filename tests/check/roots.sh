#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs `./quickstart test` in fresh file systems of Debian 12 and 13, which debootstrap makes: first as root, where quickstart
# installs the packages that it needs, then as an ordinary user, who finds them there. Each user gets a clone of the committed
# tree and builds it himself. `make check-roots`; it needs root, a network and a quarter of an hour for each file system.
#
#     tests/check/roots.sh [SUITE...]     the suites, by default bookworm and trixie
#
# Three variables change the run:
#   CERTNAMED_ROOTS    the folder for the file systems; what debootstrap made is kept there and copied for each run
#   CERTNAMED_MIRROR   the mirror of Debian; default: debootstrap's own
#   CERTNAMED_USERS    who runs the tests; default: "root user"
set -eu
export LC_ALL=C.UTF-8

top_srcdir=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
roots=${CERTNAMED_ROOTS:-$PWD/roots}
mirror=${CERTNAMED_MIRROR-}
users=${CERTNAMED_USERS:-root user}
account=tester

say()
{
    printf 'roots: %s\n' "$*"
}

# The second half of this script runs in namespaces of its own, so that its mounts and processes end with it.
if [ "${1-}" != --inside ]; then
    if [ "$(id -u)" != 0 ]; then
        say "only root can make file systems and enter them: not run"
        exit 77
    fi
    for tool in debootstrap git unshare; do
        if ! command -v "$tool" >/dev/null; then
            say "no $tool here: not run"
            exit 77
        fi
    done
    mkdir -p "$roots"
    [ $# -gt 0 ] || set -- bookworm trixie
    # All runs are of one commit, even if the branch moves on while they last.
    CERTNAMED_COMMIT=$(git -c safe.directory='*' -C "$top_srcdir" rev-parse HEAD)
    export CERTNAMED_COMMIT
    failed=
    for suite in "$@"; do
        if unshare --mount --pid --ipc --uts --fork --kill-child --propagation private sh "$0" --inside "$suite"; then
            rm -rf "${roots:?}/$suite"
        else
            failed="$failed $suite"
        fi
    done
    [ -z "$failed" ] || say "failed in:$failed"
    [ -z "$failed" ]
    exit
fi

suite=$2
base=$roots/$suite.base
root=$roots/$suite

make_base()
{
    if [ -e "$base/etc/debian_version" ]; then
        return 0
    fi
    say "$suite: debootstrap --variant=minbase"
    rm -rf "$base.new"
    # shellcheck disable=SC2086 # no word where no mirror is named
    debootstrap --variant=minbase "$suite" "$base.new" $mirror >"$roots/$suite.debootstrap.log" 2>&1 || {
        tail -n 5 "$roots/$suite.debootstrap.log"
        return 1
    }
    mv "$base.new" "$base"
}

make_root()
{
    rm -rf "$root"
    cp -a --reflink=auto "$base" "$root"
    cp -L /etc/resolv.conf "$root/etc/resolv.conf"
    # Tests make mount namespaces of their own, for which the root has to be a mount.
    mount --bind "$root" "$root"
    mount -t proc proc "$root/proc"
    mount -t tmpfs -o mode=755 tmpfs "$root/dev"
    mkdir "$root/dev/pts" "$root/dev/shm"
    mount -t devpts -o newinstance,ptmxmode=666 devpts "$root/dev/pts"
    mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
    for device in null zero full random urandom tty; do
        : >"$root/dev/$device"
        mount --bind "/dev/$device" "$root/dev/$device"
    done
    ln -s pts/ptmx "$root/dev/ptmx"
    ln -s /proc/self/fd "$root/dev/fd"
    for number in 0:stdin 1:stdout 2:stderr; do
        ln -s "/proc/self/fd/${number%:*}" "$root/dev/${number#*:}"
    done
}

# provide_tree FOLDER: clones the tree into the file system, and shows beside it the data that lie beside the original.
provide_tree()
{
    mkdir -p "$root$1"
    git -c safe.directory='*' clone -q --no-hardlinks "$top_srcdir" "$root$1/certnamed"
    git -c safe.directory='*' -c advice.detachedHead=false -C "$root$1/certnamed" checkout -q "$CERTNAMED_COMMIT"
    if [ -d "$top_srcdir/../shared" ]; then
        mkdir "$root$1/shared"
        mount --bind "$top_srcdir/../shared" "$root$1/shared"
        mount -o remount,bind,ro "$root$1/shared"
    fi
}

# inside COMMAND...: runs a command with nothing of the outer environment.
inside()
{
    env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb "$@"
}

# judge TITLE: reads the log of a run, whose last line has the counts. Returns whether all tests passed.
judge()
{
    counts=$(tail -n 1 "$log")
    say "$1: $counts, $(($(date +%s) - start)) s"
    case $counts in
    [1-9]*' passed, 0 failed, '*' skipped') return 0 ;;
    esac
    grep -E '^(\[.*\] )?(FAIL|ERROR|XPASS): ' "$log" || tail -n 30 "$log"
    say "the whole log is $log"
    return 1
}

run_as_root()
{
    provide_tree /srv
    log=$roots/$suite-root.log start=$(date +%s)
    inside HOME=/root chroot "$root" sh -c 'cd /srv/certnamed && ./quickstart test' </dev/null >"$log" 2>&1 || true
    judge "$suite, root"
}

run_as_user()
{
    inside chroot "$root" useradd --create-home --shell /bin/sh "$account"
    provide_tree "/home/$account"
    inside chroot "$root" chown -R "$account:" "/home/$account/certnamed"
    id=$(inside chroot "$root" id -u "$account")
    log=$roots/$suite-user.log start=$(date +%s)
    inside HOME="/home/$account" USER="$account" chroot "$root" setpriv --reuid "$id" --regid "$id" --init-groups \
        sh -c 'cd && cd certnamed && ./quickstart test' </dev/null >"$log" 2>&1 || true
    judge "$suite, ordinary user"
}

make_base
make_root
status=0
for user in $users; do
    case $user in
    root) run_as_root || status=1 ;;
    user) run_as_user || status=1 ;;
    esac
done
exit "$status"
