# SPDX-License-Identifier: MIT
# Reads C sources, for the checks of structure. source_read(path, folder) reads one file into these arrays:
#   included[path]        the paths of the project's headers that the file includes, separated by blanks
#   defined[path]         the functions that the file defines and that are not static
#   declared[path]        the functions that the file, a header, declares
#   own_static[path, f]   set where f is a static function of the file
#   tagged[path]          the tags of the structs, unions and enums that the file defines
#   identifiers[path]     the identifiers in the file, other than names of members
#   used[path, f]         the first line at which the identifier f stands in the file
# Comments, strings and preprocessor lines other than includes are not code.

# Takes comments, strings and character constants out of a line. source_comment is true inside a comment of more lines.
function source_strip(text,    kept, end) {
    kept = ""
    while (text != "") {
        if (source_comment) {
            end = index(text, "*/")
            if (end == 0)
                return kept
            source_comment = 0
            text = substr(text, end + 2)
        } else if (match(text, /"([^"\\]|\\.)*"|'([^'\\]|\\.)*'|\/\*|\/\/.*/)) {
            kept = kept substr(text, 1, RSTART - 1) " "
            source_comment = substr(text, RSTART, 2) == "/*"
            text = substr(text, RSTART + RLENGTH)
        } else {
            return kept text
        }
    }
    return kept
}

# Notes an include of one of the project's headers.
function source_include(path, text,    header) {
    if (match(text, /"[^"]+"/)) {
        header = substr(text, RSTART + 1, RLENGTH - 2)
        if (header ~ /^certname\//)
            header = "client/include/" header
        included[path] = included[path] header " "
    }
}

# Notes what stands outside of all braces, up to a brace or a semicolon: a function, if it is one.
function source_outside(path, text, is_definition,    name) {
    gsub(/__attribute__ *\(\(.*\)\)/, "", text)
    if (text ~ /=|^ *typedef/ || !match(text, /[A-Za-z_][A-Za-z_0-9]* *\(/))
        return
    name = substr(text, RSTART, RLENGTH - 1)
    sub(/ +$/, "", name)
    if (text ~ /(^| )static /)
        own_static[path, name] = 1
    else if (is_definition)
        defined[path] = defined[path] name " "
    else
        declared[path] = declared[path] name " "
}

# Notes the identifiers of a line of code.
function source_identifiers(path, text, line,    before, name) {
    before = ""
    while (match(text, /[A-Za-z_][A-Za-z_0-9]*/)) {
        before = substr(text, 1, RSTART - 1)
        name = substr(text, RSTART, RLENGTH)
        if (before !~ /(\.|->) *$/ && !((path, name) in used)) {
            identifiers[path] = identifiers[path] name " "
            used[path, name] = line
        }
        text = substr(text, RSTART + RLENGTH)
    }
}

# Notes the tags that a line defines.
function source_tags(path, text,    words, n) {
    while (match(text, /(struct|union|enum) +[A-Za-z_][A-Za-z_0-9]* *\{/)) {
        n = split(substr(text, RSTART, RLENGTH), words, / +/)
        sub(/\{$/, "", words[2])
        tagged[path] = tagged[path] words[2] " "
        text = substr(text, RSTART + RLENGTH)
    }
}

# Goes through a line's braces and semicolons. source_depth is how many braces are open, source_head what stands since
# the last end of something outside of all braces.
function source_braces(path, text,    at, sign) {
    while (match(text, /[{};]/)) {
        at = RSTART
        sign = substr(text, at, 1)
        if (source_depth == 0)
            source_head = source_head substr(text, 1, at - 1) " "
        if (sign == "{") {
            if (source_depth == 0)
                source_outside(path, source_head, 1)
            # The braces of `extern "C"` do not count.
            if (source_depth > 0 || source_head !~ /^ *extern *$/)
                source_depth++
            source_head = ""
        } else if (sign == "}") {
            if (source_depth > 0)
                source_depth--
            source_head = ""
        } else if (source_depth == 0) {
            source_outside(path, source_head, 0)
            source_head = ""
        }
        text = substr(text, at + 1)
    }
    if (source_depth == 0)
        source_head = source_head text " "
}

# Reads one file. Returns 0 if its braces do not end where the file ends.
function source_read(path, folder,    text, line, continued) {
    source_comment = source_depth = continued = line = 0
    source_head = ""
    while ((getline text < (folder "/" path)) > 0) {
        line++
        if (!source_comment && text ~ /^[ \t]*#[ \t]*include/)
            source_include(path, text)
        text = source_strip(text)
        if (continued || text ~ /^[ \t]*#/) {
            continued = text ~ /\\$/
            continue
        }
        source_tags(path, text)
        source_identifiers(path, text, line)
        source_braces(path, text)
    }
    close(folder "/" path)
    return source_depth == 0
}
