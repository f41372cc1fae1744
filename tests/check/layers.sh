#!/bin/sh
# SPDX-License-Identifier: MIT
# Checks every #include against the layers: which folder may include which other folder's headers, and which file or
# folder may use a library. A library that a file reaches through somebody else's header counts as included by the file.
set -eu
export LC_ALL=C

top_srcdir=${top_srcdir:-$(dirname "$0")/../..}
made=

# A folder, and the headers or folders of the project that its files may include besides those of their own folder. Each
# folder uses only what stands above it. daemon/limits.h is a layer of its own, since every part of the daemon reads it.
# config.h is for those folders alone that ask what the build found or where something is installed.
layers='
base
proto                   base/
daemon/limits.h         base/
daemon/ipc              base/ proto/frame.h proto/limits.h daemon/limits.h config.h
daemon/os               base/ daemon/limits.h config.h
daemon/identity         base/
daemon/policy           base/ daemon/limits.h daemon/identity/
daemon/x509/parse       base/ daemon/limits.h daemon/identity/
daemon/x509/crlite      base/ daemon/x509/parse/file.h
daemon/x509/revocation  base/ daemon/limits.h daemon/identity/ daemon/x509/parse/ daemon/x509/crlite/
daemon/x509/path        base/ daemon/limits.h daemon/identity/ daemon/x509/parse/ daemon/x509/crlite/ daemon/x509/revocation/
daemon/verify           base/ daemon/limits.h daemon/identity/ daemon/policy/ daemon/x509/
daemon/verify           proto/error.h proto/limits.h proto/request.h proto/verdict.h
daemon/front            base/ daemon/limits.h daemon/ipc/ daemon/os/ config.h
daemon/front            proto/error.h proto/frame.h proto/hello.h proto/limits.h proto/verdict.h
daemon/load             base/ daemon/limits.h daemon/ipc/ daemon/os/ daemon/policy/ daemon/x509/ daemon/verify/ config.h
daemon/verifier         base/ daemon/limits.h daemon/ipc/ daemon/os/ daemon/policy/ daemon/x509/ daemon/verify/ proto/ config.h
daemon/supervisor       base/ daemon/limits.h proto/limits.h daemon/ipc/ daemon/os/ daemon/policy/ daemon/load/ daemon/verifier/ config.h
daemon/tools            base/ daemon/limits.h daemon/ipc/ daemon/os/ daemon/policy/ daemon/load/ daemon/supervisor/ config.h
daemon/tools            proto/frame.h proto/limits.h proto/verdict.h
daemon                  base/ daemon/limits.h daemon/os/ daemon/load/ daemon/verifier/ daemon/supervisor/ daemon/tools/ config.h
client/include
client/lib              base/ proto/ client/include/ config.h
client/ctl              base/ client/include/ config.h
client/run              client/include/ config.h
client/openssl          client/include/ client/run/
client/gnutls           client/include/
'

# A header or a folder of headers that is not the C library's, and the files or folders that may know it.
libraries='
openssl/                daemon/x509/parse/ daemon/x509/path/ daemon/x509/revocation/ client/ctl/ client/openssl/ client/include/certname/openssl.h
gnutls/                 client/gnutls/ client/include/certname/gnutls.h
event2/                 daemon/front/
protobuf-c/             proto/codec
proto/certname.pb-c.h   proto/codec
confuse.h               daemon/policy/grammar.c
idn2.h                  daemon/identity/idn.c
libpsl.h                daemon/identity/suffix.c
seccomp.h               daemon/os/filter.c daemon/os/filter.h daemon/os/sandbox_strict.c daemon/os/sandbox_supervisor.c
jansson.h               client/ctl/
xxhash.h                daemon/front/hash.c daemon/front/hash_avx2.c
'

# Headers of the C library and of base/ that a layer must not include, because it has no sockets, no clock or no log.
absent='
proto                   poll.h sys/socket.h sys/un.h netinet/ netdb.h
daemon/identity         poll.h sys/socket.h sys/un.h netinet/ netdb.h time.h sys/time.h syslog.h
daemon/identity         base/clock.h base/fd.h base/log.h
daemon/policy           base/clock.h base/log.h
daemon/x509/parse       poll.h sys/socket.h sys/un.h netinet/ netdb.h base/clock.h base/log.h
daemon/x509/crlite      poll.h sys/socket.h sys/un.h netinet/ netdb.h time.h base/clock.h base/log.h
daemon/x509/revocation  poll.h sys/socket.h sys/un.h netinet/ netdb.h base/clock.h base/log.h
daemon/x509/path        poll.h sys/socket.h sys/un.h netinet/ netdb.h base/clock.h base/log.h
daemon/verify           poll.h sys/socket.h sys/un.h netinet/ netdb.h base/clock.h base/log.h
'

# Headers of the C library and the kernel, which everybody may include unless the list above says otherwise.
libc='
arpa/ linux/ netinet/ sys/
dlfcn.h elf.h link.h pthread.h
assert.h ctype.h dirent.h endian.h errno.h fcntl.h getopt.h grp.h inttypes.h libgen.h limits.h malloc.h netdb.h poll.h
pwd.h sched.h signal.h spawn.h stdalign.h stdarg.h stdatomic.h stdbool.h stddef.h stdint.h stdio.h stdio_ext.h stdlib.h
string.h strings.h syslog.h time.h unistd.h
'

# Headers that the build makes, so that they are not in the source tree.
generated='config.h proto/certname.pb-c.h'

# check_tree ROOT: prints `file:line: what is wrong`, sorted.
check_tree()
{
    (cd "$1" && find base proto daemon client -name '*.[ch]' ! -name '*.pb-c.[ch]' | sort) >"$scratch/files"
    (cd "$1" && awk -v layers="$layers" -v libraries="$libraries" -v absent="$absent" \
        -v libc="$libc" -v generated="$generated" "$program" "$scratch/files") | sort
}

# shellcheck disable=SC2016 # awk's dollars
program='
function add_rows(text, table,    n, i, m, j, rows, words) {
    n = split(text, rows, "\n")
    for (i = 1; i <= n; i++) {
        m = split(rows[i], words, " ")
        if (m == 0)
            continue
        table[words[1]] = table[words[1]] " "
        for (j = 2; j <= m; j++)
            table[words[1]] = table[words[1]] words[j] " "
    }
}
# Returns whether the path is one of the list, or in a folder of the list.
function is_among(path, list,    n, i, words) {
    n = split(list, words, " ")
    for (i = 1; i <= n; i++)
        if (path == words[i] || (words[i] ~ /\/$/ && index(path, words[i]) == 1))
            return 1
    return 0
}
# Returns the same; here a name without suffix also stands for every file that starts with it.
function may_know(path, list,    n, i, words) {
    n = split(list, words, " ")
    for (i = 1; i <= n; i++)
        if (words[i] !~ /\.[ch]$/ && index(path, words[i]) == 1)
            return 1
    return is_among(path, list)
}
# Reports a row of the table of layers that names a folder below itself.
function check_table(text,    n, i, j, k, m, rows, words, later) {
    n = split(text, rows, "\n")
    for (i = 1; i <= n; i++) {
        m = split(rows[i], words, " ")
        for (k = i + 1; k <= n; k++) {
            split(rows[k], later, " ")
            for (j = 2; j <= m; j++)
                if (later[1] != "" && later[1] != words[1] && is_among(later[1] "/x.h", words[j]))
                    print "the table of layers: " words[1] " names " words[j] ", which stands below it"
        }
    }
}
function library_of(header,    library) {
    for (library in libraries_table)
        if (is_among(header, library))
            return library
    return ""
}
function folder_of(path) {
    if (path ~ /^client\/include\//)
        return "client/include"
    if (path == "daemon/limits.h")
        return path
    sub(/\/[^\/]*$/, "", path)
    return path
}
function report(what) {
    print file ":" line ": " what
}
function exists(path,    text, r) {
    r = (getline text < path)
    close(path)
    return r >= 0
}
function check_system(header,    folder) {
    folder = folder_of(file)
    if (library_of(header) != "")
        note(header)
    else if (!is_among(header, libc))
        report("<" header "> is neither of the C library nor of a library that we use")
    else if (is_among(header, absent_table[folder]))
        report(folder " must do without <" header ">")
}
# Checks an include of a header of our own, in quotation marks.
function check_own(header,    path, folder) {
    folder = folder_of(file)
    path = header ~ /^certname\// ? "client/include/" header : header
    if (header !~ /\// && header != "config.h")
        report("\"" header "\" lacks its folder")
    else if (!is_among(header, generated) && !exists(path))
        report("\"" header "\" does not exist")
    else if (folder_of(path) != folder && !is_among(path, layers_table[folder]))
        report(folder " may not include \"" header "\"")
    else if (is_among(path, absent_table[folder]))
        report(folder " must do without \"" header "\"")
    else if (library_of(header) != "")
        note(header)
    else if (!is_among(header, generated))
        includes[file] = includes[file] " " path " " line
}
# Notes that the file uses a library.
function note(header) {
    known[file] = known[file] " " library_of(header) " " line " " file
}
function check_order(header,    own) {
    if (ordered[file] || file !~ /\.c$/ || header == "config.h")
        return
    ordered[file] = 1
    own = file
    sub(/c$/, "h", own)
    if (header != own && exists(own))
        report("its own header \"" own "\" must come first")
}
function check_line(text,    mark, header) {
    if (text !~ /^[ \t]*#[ \t]*include/)
        return
    sub(/^[ \t]*#[ \t]*include(_next)?[ \t]*/, "", text)
    mark = substr(text, 1, 1)
    header = substr(text, 2)
    sub(/[>"].*$/, "", header)
    if (mark != "<" && mark != "\"") {
        report("an include that cannot be read")
        return
    }
    check_order(header)
    if (mark == "<")
        check_system(header)
    else
        check_own(header)
}
# Spreads what a header uses to the files that include it, until nothing new is found.
function spread(    changed, i, j, k, n, m, words, facts, key) {
    do {
        changed = 0
        for (i = 1; i <= n_files; i++) {
            n = split(includes[files[i]], words, " ")
            for (j = 1; j < n; j += 2) {
                m = split(known[words[j]], facts, " ")
                for (k = 1; k < m; k += 3) {
                    key = files[i] " " facts[k]
                    if (key in learnt)
                        continue
                    learnt[key] = changed = 1
                    known[files[i]] = known[files[i]] " " facts[k] " " words[j + 1] " " words[j]
                }
            }
        }
    } while (changed)
}
function judge(    i, k, m, facts) {
    for (i = 1; i <= n_files; i++) {
        file = files[i]
        m = split(known[file], facts, " ")
        for (k = 1; k < m; k += 3) {
            line = facts[k + 1]
            if (may_know(file, libraries_table[facts[k]]))
                continue
            report("must not know <" facts[k] ">" (facts[k + 2] == file ? "" : ", not through \"" facts[k + 2] "\" either"))
        }
    }
}
BEGIN {
    add_rows(layers, layers_table)
    add_rows(libraries, libraries_table)
    add_rows(absent, absent_table)
    check_table(layers)
}
{
    file = files[++n_files] = $0
    line = 1
    if (!(folder_of(file) in layers_table)) {
        report("the folder " folder_of(file) " is not in the table of tests/check/layers.sh")
        next
    }
    for (line = 1; (getline text < file) > 0; line++)
        check_line(text)
    close(file)
}
END {
    spread()
    judge()
    if (n_files == 0)
        print "no sources found"
}
'

# --- the check itself, on a made tree that has a violation of each kind ---

# put FILE LINE...: writes a file of the made tree.
put()
{
    mkdir -p "$made/$(dirname "$1")"
    file=$1
    shift
    printf '%s\n' "$@" >"$made/$file"
}

# wrong FILE:LINE: WHAT: notes a violation that must be reported.
wrong()
{
    printf '%s\n' "$1" >>"$scratch/expected"
}

make_tree()
{
    made=$scratch/made
    : >"$scratch/expected"

    # There is nothing wrong with these.
    put proto/limits.h '#pragma once'
    put proto/frame.h '#include "proto/limits.h"'
    put proto/frame.c '#include "proto/frame.h"' '' '#include <string.h>'
    put proto/codec_memory.h '#include <protobuf-c/protobuf-c.h>'
    put proto/codec_request.c '#include "proto/certname.pb-c.h"' '#include "proto/codec_memory.h"'
    put base/log.h '#pragma once'
    put daemon/limits.h '#include "base/log.h"' '#include "proto/limits.h"'
    wrong 'daemon/limits.h:2: daemon/limits.h may not include "proto/limits.h"'
    put daemon/identity/name.h '#include <stdint.h>'
    put daemon/identity/idn.c '#include <idn2.h>'
    put daemon/policy/grammar.c '#include <confuse.h>' '#include "daemon/identity/name.h"' '#include "daemon/limits.h"'
    put daemon/x509/parse/names.h '#include <openssl/x509v3.h>'
    put daemon/x509/parse/names.c '#include "daemon/x509/parse/names.h"'
    put daemon/front/link.h '#include <event2/event.h>' '#include "proto/frame.h"'
    put daemon/main.c '#include <signal.h>' '#include "config.h"' '#include "base/log.h"'
    put client/include/certname/client.h '#include <stddef.h>'
    put client/ctl/main.c '#ifdef HAVE_CONFIG_H' '#include "config.h"' '#endif' '#include "certname/client.h"'

    # These include upward or sideways.
    put proto/up.c '#include <errno.h>' '#include "daemon/identity/name.h"'
    wrong 'proto/up.c:2: proto may not include "daemon/identity/name.h"'
    put daemon/identity/up.c '#include "daemon/policy/pin.h"' '#include "base/log.h"'
    put daemon/policy/pin.h '#pragma once'
    wrong 'daemon/identity/up.c:1: daemon/identity may not include "daemon/policy/pin.h"'
    wrong 'daemon/identity/up.c:2: daemon/identity must do without "base/log.h"'
    put daemon/policy/up.c '#include "proto/limits.h"'
    wrong 'daemon/policy/up.c:1: daemon/policy may not include "proto/limits.h"'
    put daemon/x509/path/up.c '#include "daemon/policy/pin.h"'
    wrong 'daemon/x509/path/up.c:1: daemon/x509/path may not include "daemon/policy/pin.h"'
    put daemon/verify/up.c '#include "proto/frame.h"'
    wrong 'daemon/verify/up.c:1: daemon/verify may not include "proto/frame.h"'
    put daemon/front/up.c '  #  include "daemon/identity/name.h"' '#include "proto/codec_memory.h"'
    wrong 'daemon/front/up.c:1: daemon/front may not include "daemon/identity/name.h"'
    wrong 'daemon/front/up.c:2: daemon/front may not include "proto/codec_memory.h"'
    put daemon/os/up.c '#include "proto/frame.h"'
    wrong 'daemon/os/up.c:1: daemon/os may not include "proto/frame.h"'
    put daemon/up.c '#include "certname/client.h"' '#include "daemon/front/link.h"'
    wrong 'daemon/up.c:1: daemon may not include "certname/client.h"'
    wrong 'daemon/up.c:2: daemon may not include "daemon/front/link.h"'
    put client/include/certname/up.h '#include "proto/limits.h"'
    wrong 'client/include/certname/up.h:1: client/include may not include "proto/limits.h"'
    put client/lib/up.c '#include "daemon/os/late.h"'
    wrong 'client/lib/up.c:1: client/lib may not include "daemon/os/late.h"'
    put client/ctl/up.c '#include "proto/limits.h"'
    wrong 'client/ctl/up.c:1: client/ctl may not include "proto/limits.h"'
    put daemon/other/new.c '#include <errno.h>'
    wrong 'daemon/other/new.c:1: the folder daemon/other is not in the table of tests/check/layers.sh'

    # These use a library that they must not use, one each, and two of them through a header.
    put daemon/verify/library.c '#include <openssl/x509.h>'
    wrong 'daemon/verify/library.c:1: must not know <openssl/>'
    put daemon/library.c '#include <event2/event.h>'
    wrong 'daemon/library.c:1: must not know <event2/>'
    put proto/library.c '#include <protobuf-c/protobuf-c.h>'
    wrong 'proto/library.c:1: must not know <protobuf-c/>'
    put proto/generated.c '#include "proto/certname.pb-c.h"'
    wrong 'proto/generated.c:1: must not know <proto/certname.pb-c.h>'
    put daemon/policy/library.c '#include <confuse.h>'
    wrong 'daemon/policy/library.c:1: must not know <confuse.h>'
    put daemon/identity/library.c '#include <idn2.h>' '#include <libpsl.h>'
    wrong 'daemon/identity/library.c:1: must not know <idn2.h>'
    wrong 'daemon/identity/library.c:2: must not know <libpsl.h>'
    put daemon/os/library.c '#include <seccomp.h>'
    wrong 'daemon/os/library.c:1: must not know <seccomp.h>'
    put daemon/front/library.c '#include <xxhash.h>'
    wrong 'daemon/front/library.c:1: must not know <xxhash.h>'
    put client/lib/library.c '#include <jansson.h>'
    wrong 'client/lib/library.c:1: must not know <jansson.h>'
    put daemon/verify/through.c '#include <errno.h>' '#include "daemon/x509/parse/names.h"'
    wrong 'daemon/verify/through.c:2: must not know <openssl/>, not through "daemon/x509/parse/names.h" either'
    put client/lib/codec.c '#include "proto/codec_memory.h"'
    wrong 'client/lib/codec.c:1: must not know <protobuf-c/>, not through "proto/codec_memory.h" either'
    put daemon/os/strange.c '#include <curl/curl.h>' '#include <proto/limits.h>'
    wrong 'daemon/os/strange.c:1: <curl/curl.h> is neither of the C library nor of a library that we use'
    wrong 'daemon/os/strange.c:2: <proto/limits.h> is neither of the C library nor of a library that we use'

    # These use sockets or a clock where there must be none.
    put proto/socket.c '#include <sys/socket.h>'
    wrong 'proto/socket.c:1: proto must do without <sys/socket.h>'
    put daemon/identity/clock.c '#include <time.h>'
    wrong 'daemon/identity/clock.c:1: daemon/identity must do without <time.h>'
    put daemon/x509/path/socket.c '#include <netinet/in.h>'
    wrong 'daemon/x509/path/socket.c:1: daemon/x509/path must do without <netinet/in.h>'
    put daemon/verify/socket.c '#include <sys/un.h>'
    wrong 'daemon/verify/socket.c:1: daemon/verify must do without <sys/un.h>'

    # These includes are written in a wrong way.
    put daemon/os/bare.c '#include "log.h"'
    wrong 'daemon/os/bare.c:1: "log.h" lacks its folder'
    put daemon/os/gone.c '#include "daemon/os/gone.h"'
    wrong 'daemon/os/gone.c:1: "daemon/os/gone.h" does not exist'
    put daemon/os/macro.c '#include HEADER'
    wrong 'daemon/os/macro.c:1: an include that cannot be read'
    put daemon/os/late.h '#pragma once'
    put daemon/os/late.c '#include <errno.h>' '#include "daemon/os/late.h"'
    wrong 'daemon/os/late.c:1: its own header "daemon/os/late.h" must come first'
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# A row of the table that names a folder below itself is noticed.
upward=$(awk "$program"'
    END { check_table("low high/ base/\nhigh base/\nbase") }' </dev/null | grep -c "stands below it" || true)
if [ "$upward" != 3 ]; then
    echo "layers: this check is wrong: it must find the three planted rows that name a folder below them" >&2
    exit 1
fi

make_tree
sort -o "$scratch/expected" "$scratch/expected"
check_tree "$made" >"$scratch/reported"
if ! diff -u "$scratch/expected" "$scratch/reported"; then
    echo "layers: this check is wrong: it must report exactly the violations that were planted (see above)" >&2
    exit 1
fi

check_tree "$top_srcdir" >"$scratch/reported"
if [ -s "$scratch/reported" ]; then
    cat "$scratch/reported" >&2
    echo "layers: these includes go against the layers: see the table in tests/check/layers.sh" >&2
    exit 1
fi
echo "layers: $(wc -l <"$scratch/files") files keep to them; $(wc -l <"$scratch/expected") planted violations were reported"
