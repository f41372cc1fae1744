#!/bin/sh
# SPDX-License-Identifier: MIT
# One name stands for one thing: no tag of a struct, union or enum is defined twice, and no function is declared in two
# headers. Unit tests mirror the sources: tests/unit/<folder>/test_<file>.c or test_<file>_<aspect>.c tests the file
# <file>.c or <file>.h of that folder.
set -eu
export LC_ALL=C

top_srcdir=${top_srcdir:-$(dirname "$0")/../..}

# find_wrong_names ROOT: prints a line for each name that is wrong, sorted.
find_wrong_names()
{
    (cd "$1" && find base proto daemon client -name '*.[ch]' ! -name '*.pb-c.[ch]' | sort) >"$scratch/files"
    (cd "$1" && find tests/unit -name 'test_*.c' | sort) >"$scratch/tests"
    awk -v root="$1" -f "$top_srcdir/tests/check/c-source.awk" -f "$scratch/names.awk" \
        "$scratch/files" "$scratch/tests" | sort
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cat >"$scratch/names.awk" <<'END'
# Notes that the file gives the name to a thing of this kind; reports it if another file did so before.
function add_name(kind, name, path) {
    if (!((kind, name) in giver))
        giver[kind, name] = path
    else if (giver[kind, name] != path)
        print path ": the " kind " " name " is in " giver[kind, name] " too"
}
function add_file(path,    i, n, names) {
    is_file[path] = 1
    n_files++
    if (!source_read(path, root))
        print path ": its braces do not pair, so that this check cannot read it"
    n = split(tagged[path], names, " ")
    for (i = 1; i <= n; i++)
        add_name("tag", names[i], path)
    n = path ~ /\.h$/ ? split(declared[path], names, " ") : 0
    for (i = 1; i <= n; i++)
        if (names[i] ~ /[a-z]/) # LIST_HEAD and the like are macros
            add_name("function", names[i], path)
}
# The folder of the sources that a folder of tests is for. The client's library and program share one.
function has_source(folder, name) {
    if (folder == "client")
        return has_source("client/lib", name) || has_source("client/ctl", name)
    if (folder !~ /^(base|proto|client)(\/|$)/)
        folder = folder == "main" ? "daemon" : "daemon/" folder
    return ((folder "/" name ".c") in is_file) || ((folder "/" name ".h") in is_file)
}
function check_test(path,    folder, name) {
    folder = path
    sub(/^tests\/unit\//, "", folder)
    name = folder
    if (!sub(/\/[^\/]*$/, "", folder)) {
        print path ": it lies in no folder of tests/unit"
        return
    }
    sub(/^.*\/test_/, "", name)
    sub(/\.c$/, "", name)
    while (!has_source(folder, name))
        if (!sub(/_[^_]*$/, "", name)) {
            print path ": no file of the sources in " folder " has the name that the test begins with"
            return
        }
}
FILENAME == ARGV[1] {
    add_file($0)
    next
}
{
    check_test($0)
}
END {
    if (n_files == 0)
        print "no sources found"
}
END

# --- the check itself, on a made tree that has a wrong name of each kind ---

made=$scratch/made

# put FILE LINE...: writes a file of the made tree.
put()
{
    mkdir -p "$made/$(dirname "$1")"
    file=$1
    shift
    printf '%s\n' "$@" >"$made/$file"
}

make_tree()
{
    put base/text.h 'LIST_HEAD(texts, text);' 'struct text {' '    int n;' '};' 'int text_add(struct text *text);'
    put base/text.c 'struct part {' '    int n;' '};'
    put proto/frame.h 'enum frame_kind { FRAME_VERIFY };' 'LIST_HEAD(frames, frame);'
    put daemon/policy/pin.c '/* struct text { is not defined here. */' 'struct other { struct text *text; };'
    put client/ctl/show.c 'static int show(void)' '{' '    return 0;' '}'
    put tests/unit/policy/test_pin.c ''
    put tests/unit/policy/test_pin_life_and_death.c ''
    put tests/unit/base/test_text_room.c ''
    put tests/unit/client/test_show.c ''
    put tests/unit/proto/test_frame.c ''

    put client/ctl/part.h 'struct part {' '    int n;' '};'
    put client/lib/text.h 'union frame_kind {' '    int n;' '};' 'int text_add(void);'
    put daemon/policy/deep.c 'int deep(void)' '{' '    struct text { int n; };' '    return 0;' '}'
    put tests/unit/policy/test_show.c ''
    put tests/unit/test_pin.c ''

    cat >"$scratch/expected" <<'END'
client/ctl/part.h: the tag part is in base/text.c too
client/lib/text.h: the function text_add is in base/text.h too
daemon/policy/deep.c: the tag text is in base/text.h too
proto/frame.h: the tag frame_kind is in client/lib/text.h too
tests/unit/policy/test_show.c: no file of the sources in policy has the name that the test begins with
tests/unit/test_pin.c: it lies in no folder of tests/unit
END
}

make_tree
find_wrong_names "$made" >"$scratch/found"
if ! diff -u "$scratch/expected" "$scratch/found"; then
    echo "names: this check is wrong: it must find exactly the wrong names that were planted (see above)" >&2
    exit 1
fi

find_wrong_names "$top_srcdir" >"$scratch/found"
if [ -s "$scratch/found" ]; then
    cat "$scratch/found" >&2
    echo "names: give one of two things another name, and a test the name of the file that it tests" >&2
    exit 1
fi
echo "names: each of $(wc -l <"$scratch/files") files and $(wc -l <"$scratch/tests") tests is right;" \
    "$(wc -l <"$scratch/expected") planted wrong names were found"
