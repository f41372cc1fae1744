#!/bin/sh
# SPDX-License-Identifier: MIT
# A build in a folder with a blank in its path is refused before anything else is done, since libtool would fail late.
set -eu
export LC_ALL=C

top_srcdir=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/certnamed check-XXXXXX")
trap 'rm -rf "$scratch"' EXIT

if [ ! -x "$top_srcdir/configure" ]; then
    echo "there is no configure: run autoreconf -fi"
    exit 77
fi
cd "$scratch"
if "$top_srcdir/configure" >output 2>&1; then
    echo "configure accepts a folder with a blank in its path"
    exit 1
fi
grep -q 'there is a blank in the path of this folder' output || {
    cat output
    exit 1
}
