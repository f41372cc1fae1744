#!/bin/sh
# SPDX-License-Identifier: MIT
# The process that clients talk to loads no crypto and no protobuf, and of libevent only the loop.
set -eu
export LC_ALL=C

top_builddir=${top_builddir:-.}
heavy='^lib(crypto|ssl|protobuf|protobuf-c)\.so'
# Parsers of the wire that libevent brings along, and its call that sends from memory somebody else owns.
parsers='evtag|evdns|evhttp|evbuffer_add_buffer_reference'

fail()
{
    echo "front-libraries: $*" >&2
    exit 1
}

# The program itself where libtool has put a script in its place.
find_built()
{
    for file in "$top_builddir/.libs/$1" "$top_builddir/$1"; do
        if [ -x "$file" ]; then
            echo "$file"
            return
        fi
    done
    fail "$top_builddir/$1 is not there: is it built?"
}

# Prints the libraries that the program names itself, and all that the loader brings with them.
list_libraries()
{
    readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]$/\1/p'
    ldd "$1" | sed -n 's/^[[:space:]]*\([^ ]*\) => .*/\1/p'
}

front=$(find_built certnamed-front)
daemon=$(find_built certnamed)

libraries=$(list_libraries "$front")
if echo "$libraries" | grep -E "$heavy" >&2; then
    fail "$front loads the libraries above"
fi
symbols=$(nm -D --undefined-only "$front")
if echo "$symbols" | grep -E "$parsers" >&2; then
    fail "$front uses the functions above"
fi

# Both would be silent about a program that they cannot read.
echo "$libraries" | grep -q '^libevent_core' || fail "$front does not load libevent_core: is that the front?"
echo "$symbols" | grep -q ' event_base_dispatch\| event_base_loop' || fail "$front runs no event loop: is that the front?"
for library in libcrypto libprotobuf-c; do
    list_libraries "$daemon" | grep -E "$heavy" | grep -q "^$library" ||
        fail "$daemon does not seem to load $library, which it must: this test sees nothing"
done
echo "front-libraries: $(echo "$libraries" | sort -u | tr '\n' ' ')"
