#!/bin/sh
# SPDX-License-Identifier: MIT
# Finds circles between modules and between headers. A module is foo.c with foo.h. It needs another module whose header
# it includes or whose function it calls, where that module alone defines the function. Two includes are no need of
# that kind: foo_internal.h, which the parts of foo share, may include foo.h, and a file may include the header that
# declares what the file defines.
set -eu
export LC_ALL=C

top_srcdir=${top_srcdir:-$(dirname "$0")/../..}

# find_circles ROOT: prints a line for each circle.
find_circles()
{
    (cd "$1" && find base proto daemon client -name '*.[ch]' ! -name '*.pb-c.[ch]' | sort) >"$scratch/files"
    awk -v root="$1" -f "$top_srcdir/tests/check/c-source.awk" -f "$scratch/circles.awk" "$scratch/files"
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cat >"$scratch/circles.awk" <<'END'
function module_of(path) {
    sub(/\.[ch]$/, "", path)
    return path
}
# Notes that a node of a graph needs another one, and why. The first reason is kept.
function add_arrow(graph, from, to, why) {
    if (from == to || ((graph, from, to) in reason))
        return
    reason[graph, from, to] = why
    needs[graph, from] = needs[graph, from] to " "
}
function is_own_header(path, header,    i, n, names) {
    n = split(declared[header], names, " ")
    for (i = 1; i <= n; i++)
        if (index(" " defined[path], " " names[i] " "))
            return 1
    return 0
}
function add_includes(path,    i, n, headers) {
    n = split(included[path], headers, " ")
    for (i = 1; i <= n; i++) {
        if (!(headers[i] in is_file))
            continue
        if (path ~ /\.h$/)
            add_arrow("headers", path, headers[i], "includes")
        if (path != module_of(headers[i]) "_internal.h" && !is_own_header(path, headers[i]))
            add_arrow("modules", module_of(path), module_of(headers[i]), "includes " headers[i])
    }
}
function add_definitions(path,    i, n, names) {
    n = split(defined[path], names, " ")
    for (i = 1; i <= n; i++)
        if (!(names[i] in definer))
            definer[names[i]] = path
        else if (definer[names[i]] != path)
            definer[names[i]] = "several"
}
function add_calls(path,    i, n, names) {
    n = split(identifiers[path], names, " ")
    for (i = 1; i <= n; i++)
        if ((names[i] in definer) && definer[names[i]] != "several" && !((path, names[i]) in own_static))
            add_arrow("modules", module_of(path), module_of(definer[names[i]]),
                      "calls " names[i] " at " path ":" used[path, names[i]])
}
# Prints a shortest circle through the node, if there is one and it was not printed.
function print_circle(graph, start,    queue, first, last, from, to, i, n, names, came, key, text, step) {
    queue[first = last = 1] = start
    while (first <= last) {
        n = split(needs[graph, from = queue[first++]], names, " ")
        for (i = 1; i <= n; i++) {
            to = names[i]
            if (to in came)
                continue
            came[to] = from
            queue[++last] = to
            if (to == start)
                first = last + 1
        }
    }
    if (!(start in came))
        return
    text = ""
    step = start
    do {
        if ((graph, step) in printed)
            return
        text = came[step] " " reason[graph, came[step], step] "; " text
        step = came[step]
    } while (step != start)
    step = start
    do {
        printed[graph, step] = 1
        step = came[step]
    } while (step != start)
    sub(/; $/, "", text)
    print "circle of " graph ": " text
}
{
    is_file[$0] = 1
    file[++files] = $0
    if (!source_read($0, root))
        print $0 ": its braces do not pair, so that this check cannot read it"
}
END {
    for (f = 1; f <= files; f++)
        add_definitions(file[f])
    for (f = 1; f <= files; f++) {
        add_includes(file[f])
        if (file[f] ~ /\.c$/)
            add_calls(file[f])
    }
    for (f = 1; f <= files; f++)
        print_circle("headers", file[f])
    for (f = 1; f <= files; f++)
        print_circle("modules", module_of(file[f]))
    if (files == 0)
        print "no sources found"
}
END

# --- the check itself, on a made tree that has circles of each kind ---

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
    mkdir -p "$made/base" "$made/proto" "$made/daemon" "$made/client"

    # There is nothing wrong with these: own headers, an internal header, a word in a comment, a member, a static
    # function of the same name, a function that two files define for two systems.
    put base/clock.h 'long clock_now(void);'
    put base/clock.c '#include "base/clock.h"' 'long clock_now(void)' '{' '    return 1;' '}'
    put daemon/os/user.h 'struct user;' 'int user_find(struct user *user);' 'int user_become(struct user *user);'
    put daemon/os/user_internal.h '#include "daemon/os/user.h"' 'struct user {' '    int n;' '};'
    put daemon/os/user.c '#include "daemon/os/user_internal.h"' 'int user_find(struct user *user)' '{' \
        '    return user_become(user);' '}'
    put daemon/os/user_become.c '/* user_find() comes before. */' '#include "daemon/os/user.h"' \
        'int user_become(struct user *user)' '{' '    return user->user_find + (int)sizeof("user_find");' '}'
    put daemon/front/one.c 'static int two_run(void)' '{' '    return 1;' '}' 'int one_run(void)' '{' \
        '    return two_run();' '}'
    put daemon/front/two.c 'int one_run(void);' 'int two_run(void)' '{' '    return one_run();' '}'

    # Two modules call each other.
    put daemon/policy/a.c 'int a_read(void)' '{' '    return b_read();' '}'
    put daemon/policy/b.c 'int b_read(void)' '{' '    return a_read();' '}'
    # One includes the other's header, whose function calls back.
    put daemon/load/c.h 'struct c {' '    int n;' '};'
    put daemon/load/c.c '#include "daemon/load/c.h"' 'int c_run(void)' '{' '    return d_run(0);' '}'
    put daemon/load/d.c '#include "daemon/load/c.h"' 'int d_run(struct c *c)' '{' '    return c->n;' '}'
    # Three modules, one of which passes a function on as a value.
    put client/lib/e.c 'int e_run(void)' '{' '    return f_run();' '}'
    put client/lib/f.c 'int f_run(void)' '{' '    return (int)(long)g_run;' '}'
    put client/lib/g.c 'int g_run(void)' '{' '    return e_run();' '}'
    # Headers that include each other.
    put proto/h.h '#include "proto/i.h"'
    put proto/i.h '#include "proto/h.h"'

    cat >"$scratch/expected" <<'END'
circle of headers: proto/h.h includes; proto/i.h includes
circle of modules: client/lib/e calls f_run at client/lib/e.c:3; client/lib/f calls g_run at client/lib/f.c:3; client/lib/g calls e_run at client/lib/g.c:3
circle of modules: daemon/load/c calls d_run at daemon/load/c.c:4; daemon/load/d includes daemon/load/c.h
circle of modules: daemon/policy/a calls b_read at daemon/policy/a.c:3; daemon/policy/b calls a_read at daemon/policy/b.c:3
circle of modules: proto/h includes proto/i.h; proto/i includes proto/h.h
END
}

make_tree
find_circles "$made" | sort >"$scratch/found"
if ! diff -u "$scratch/expected" "$scratch/found"; then
    echo "circles: this check is wrong: it must find exactly the circles that were planted (see above)" >&2
    exit 1
fi

find_circles "$top_srcdir" | sort >"$scratch/found"
if [ -s "$scratch/found" ]; then
    cat "$scratch/found" >&2
    echo "circles: these modules or headers need each other: move what both need into a third one" >&2
    exit 1
fi
echo "circles: none in $(wc -l <"$scratch/files") files; $(wc -l <"$scratch/expected") planted ones were found"
