#!/bin/sh
# SPDX-License-Identifier: MIT
# Starts certnamed with the built-in policy on a private socket and measures round trips against it.
set -eu

here=${top_builddir:-.}
work=$(mktemp -d)
daemon=
trap 'test -z "$daemon" || kill "$daemon" 2>/dev/null; rm -rf "$work"' EXIT

openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/key.pem" -outform DER -out "$work/leaf.der" \
    -subj /CN=bench.example -addext 'subjectAltName=DNS:www.bench.example,DNS:*.bench.example' \
    2>/dev/null
chmod 755 "$work"
: >"$work/empty.conf"
"$here/certnamed" --config "$work/empty.conf" --socket "$work/socket" 2>"$work/log" &
daemon=$!
tries=0
until test -S "$work/socket"; do
    tries=$((tries + 1))
    test "$tries" -lt 100 || { cat "$work/log" >&2; exit 1; }
    sleep 0.05
done
"$here/bench-roundtrip" "$work/socket" "$work/leaf.der"
