#!/bin/sh
# SPDX-License-Identifier: MIT
# Calls that a folder must do without, marks of unfinished work, and the licence line of each C file.
set -eu
export LC_ALL=C

top_srcdir=${top_srcdir:-$(dirname "$0")/../..}

# Where, and which calls are not made there. Names are bytes with a length in the engine; a daemon ends by its own
# decision, and hears of signals as events.
calls='
daemon/identity/  strlen strnlen strcpy stpcpy strncpy strcat strncat strdup strtok strtok_r
daemon/           abort xmalloc xcalloc xrealloc xstrdup sigaction signal
daemon/           sprintf vsprintf gets alloca system popen strtok strcat
proto/            sprintf vsprintf gets alloca system popen strtok strcat strcpy strlen abort
client/           sprintf vsprintf gets alloca system popen strtok strcat strcpy abort
'

# Lines that may do it after all: what inet_ntop and libidn2 wrote are C strings of theirs, ignoring SIGPIPE
# is no handler, and certname-run defines system() and popen() for the programs that call them.
exceptions='
daemon/identity/reference_host.c: reference->value_len = strlen(reference->value);
daemon/identity/idn.c: converted_len = strlen((const char *)converted);
daemon/front/main.c: signal(SIGPIPE, SIG_IGN);
daemon/inheritance.c: signal(number, SIG_DFL);
daemon/inheritance.c: signal(SIGPIPE, SIG_IGN);
client/run/shell.c: INTERPOSE int system(const char *command)
client/run/shell.c: INTERPOSE FILE *popen(const char *command, const char *type)
'

# check_tree ROOT: prints `file:line: what is wrong`, sorted.
check_tree()
{
    (cd "$1" && find proto daemon client tests -name '*.[ch]' ! -name '*.pb-c.[ch]' | sort) >"$scratch/files"
    (cd "$1" && awk -v calls="$calls" -v exceptions="$exceptions" "$program" "$scratch/files") | sort
}

# shellcheck disable=SC2016 # awk's dollars
program='
function report(what) {
    print file ":" line ": " what
}
# Comments and what stands in quotation marks become blanks; a comment may go on from line to line.
function strip(text,    out, c, two, quote) {
    out = ""
    quote = ""
    while (text != "") {
        c = substr(text, 1, 1)
        two = substr(text, 1, 2)
        if (in_comment) {
            if (two == "*/") {
                in_comment = 0
                text = substr(text, 2)
            }
        } else if (quote != "") {
            if (c == "\\")
                text = substr(text, 2)
            else if (c == quote)
                quote = ""
        } else if (two == "/*") {
            in_comment = 1
            text = substr(text, 2)
        } else if (two == "//") {
            return out
        } else if (c == "\"" || c == "\047") {
            quote = c
        } else {
            out = out c
        }
        text = substr(text, 2)
    }
    return out
}
function check_calls(text,    i, j, n, words) {
    for (i = 1; i <= n_calls; i++) {
        n = split(call_rows[i], words, " ")
        if (n == 0 || index(file, words[1]) != 1)
            continue
        for (j = 2; j <= n; j++)
            if (text ~ ("(^|[^A-Za-z0-9_])" words[j] "[ \t]*\\("))
                report(words[1] " must do without " words[j] "()")
    }
}
function check_line(text,    code) {
    if (line == 1 && text != "/* SPDX-License-Identifier: MIT */")
        report("the first line must be the licence line")
    if (text ~ ("(^|[^A-Za-z0-9_])(" "TO" "DO|FIX" "ME)([^A-Za-z0-9_]|$)"))
        report("a mark of unfinished work")
    code = strip(text)
    gsub(/^[ \t]+|[ \t]+$/, "", text)
    if (!((file ": " text) in excepted))
        check_calls(code)
}
BEGIN {
    n_calls = split(calls, call_rows, "\n")
    n = split(exceptions, rows, "\n")
    for (i = 1; i <= n; i++)
        excepted[rows[i]] = 1
}
{
    file = $0
    in_comment = 0
    n_files++
    for (line = 1; (getline text < file) > 0; line++)
        check_line(text)
    if (line == 1)
        report("empty")
    close(file)
}
END {
    if (n_files == 0)
        print "no sources found"
}
'

# put FILE LINE...: writes a C file of the made tree, licence line first.
put()
{
    mkdir -p "$made/$(dirname "$1")"
    file=$1
    shift
    printf '%s\n' '/* SPDX-License-Identifier: MIT */' "$@" >"$made/$file"
}

# wrong FILE:LINE: WHAT: what must be reported.
wrong()
{
    printf '%s\n' "$1" >>"$scratch/expected"
}

make_tree()
{
    made=$scratch/made
    mkdir -p "$made/proto" "$made/daemon" "$made/client" "$made/tests"

    # These files are good: a name within a name, a comment over two lines, text, and the exceptions.
    put daemon/identity/good.c 'my_strlen(a);' '/* strlen(a)' ' * strcpy(a, b) */' 'x("strlen(a) \" abort()");'
    put daemon/front/main.c '    signal(SIGPIPE, SIG_IGN);' 'snprintf(a, 1, "");' "c = '\"'; /* abort() */"
    put client/good.c 'n = strlen(text);'

    put daemon/identity/calls.c 'n = strlen(a);' 'x(); strcpy (a, b);' '/* a */ system(a);'
    wrong 'daemon/identity/calls.c:2: daemon/identity/ must do without strlen()'
    wrong 'daemon/identity/calls.c:3: daemon/identity/ must do without strcpy()'
    wrong 'daemon/identity/calls.c:4: daemon/ must do without system()'
    put daemon/identity/alloca.c "c = '\"'; p = alloca(4);"
    wrong 'daemon/identity/alloca.c:2: daemon/ must do without alloca()'
    put daemon/handler.c 'signal(SIGTERM, handler);' 'sigaction(SIGTERM, &a, NULL);' 'abort();' 'p = xmalloc(1);'
    wrong 'daemon/handler.c:2: daemon/ must do without signal()'
    wrong 'daemon/handler.c:3: daemon/ must do without sigaction()'
    wrong 'daemon/handler.c:4: daemon/ must do without abort()'
    wrong 'daemon/handler.c:5: daemon/ must do without xmalloc()'
    put proto/calls.c 'n = strlen(a);'
    wrong 'proto/calls.c:2: proto/ must do without strlen()'
    put client/calls.c 'sprintf(a, "%s", b);'
    wrong 'client/calls.c:2: client/ must do without sprintf()'
    # The signal exception is that file's alone.
    put daemon/other.c '    signal(SIGPIPE, SIG_IGN);'
    wrong 'daemon/other.c:2: daemon/ must do without signal()'
    put tests/mark.c "/* $unfinished: later */"
    wrong 'tests/mark.c:2: a mark of unfinished work'
    put daemon/bare.c
    echo 'int x;' >"$made/daemon/bare.c"
    wrong 'daemon/bare.c:1: the first line must be the licence line'
    : >"$made/daemon/empty.c"
    wrong 'daemon/empty.c:1: empty'
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unfinished=$(printf 'TO%s' DO)

make_tree
sort -o "$scratch/expected" "$scratch/expected"
check_tree "$made" >"$scratch/reported"
if ! diff -u "$scratch/expected" "$scratch/reported"; then
    echo "forbidden: the checker itself is wrong: it must report exactly what was put in (see above)" >&2
    exit 1
fi

check_tree "$top_srcdir" >"$scratch/reported"
if [ -s "$scratch/reported" ]; then
    cat "$scratch/reported" >&2
    exit 1
fi
echo "forbidden: nothing in $(wc -l <"$scratch/files") files; $(wc -l <"$scratch/expected") made violations were reported"
